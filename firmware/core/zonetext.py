"""Reads a POSIX TZ string, such as GMT0BST,M3.5.0/1,M10.5.0, into numbers.

    std offset [dst [offset] , start [/time] , end [/time]]

A name is three or more letters, or in <> also digits and signs: <+03>-3. An offset is what must be ADDED to local time
to give UTC, so that places east of Greenwich have a minus; the numbers this file gives are seconds east. The second
offset is one hour ahead of the first unless given. A rule is Mm.w.d for weekday d (0 Sunday) of week w (5 the last) of
month m, Jn for day 1 to 365 with 29 February never counted, or n for day 0 to 365. Its time of day is local time just
before the change, 2 o'clock unless given; -167 to 167 hours reach into other days.
POSIX lets a system invent the rules of a second name that has none. A guessed clock is worth nothing here: refused.
"""

LONGEST = 128  # characters; the longest string with a use has about 70
DEFAULT_TIME_S = 7200
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
SIGNED_DIGITS = "+-" + DIGITS


def read(text):
    """Return ((std, dst, rules), None), or (None, what is wrong and what would be right) for any other text.

    std and dst are seconds east. rules is None without dst, else two of (kind, month, week, day, seconds of the day).
    """
    if len(text) > LONGEST:
        return None, f"{len(text)} characters are too long for a zone; write at most {LONGEST}"
    reader = _Reader(text)
    numbers = reader.zone()
    if not reader.at_end():
        reader.refuse("nothing more")
    return (None, reader.problem) if reader.problem else (numbers, None)


class _Reader:
    """Reads from left to right. It keeps the first problem and reads nothing beyond it."""

    def __init__(self, text):
        self._text = text
        self._at = 0
        self.problem = None

    def at_end(self):
        """Say whether everything is read, or given up."""
        return self._at >= len(self._text) or self.problem is not None

    def refuse(self, right):
        """Note that something else belongs here. What has been read is plain ASCII; what follows is not repeated."""
        if self.problem is None:
            place = f'the text ends after "{self._text[:self._at]}"'
            if self._at < len(self._text):
                place = f'character {self._at + 1} does not fit after "{self._text[:self._at]}"'
            self.problem = f"{place}; write {right}"

    def sees(self, characters):
        """Say whether the next character is one of these."""
        return not self.at_end() and self._text[self._at] in characters

    def accept(self, character, right=None):
        """Say whether this character comes next, and read it. Without it, refuse if told what is right."""
        seen = self.sees(character)
        if seen:
            self._at += 1
        elif right:
            self.refuse(right)
        return seen

    def run(self, characters):
        """Read as many of these characters as follow and return them."""
        begin = self._at
        while self.sees(characters):
            self._at += 1
        return self._text[begin:self._at]

    def number(self, low, high, what, fewest=1):
        """Read a number within a range, of so few digits at least."""
        begin = self._at
        digits = self.run(DIGITS)
        if not fewest <= len(digits) <= 3 or not low <= int(digits) <= high:
            self._at = begin
            self.refuse(f"{what} from {low} to {high}")
            return low
        return int(digits)

    def name(self):
        """Read a name. It is not kept: the board speaks of offsets."""
        quoted = self.accept("<")
        if len(self.run(LETTERS + SIGNED_DIGITS if quoted else LETTERS)) < 3:
            self.refuse("a name of at least three letters, or in <> also of digits, + and -")
        if quoted:
            self.accept(">", "> at the end of the name")

    def time(self, most_hours):
        """Read [+-]hours[:minutes[:seconds]] and return seconds. 5:3 might be meant as 5:03 or 5:30: two digits."""
        sign = -1 if self.accept("-") else 1
        if sign == 1:
            self.accept("+")
        total = self.number(0, most_hours, "hours") * 3600
        if self.accept(":"):
            total += self.number(0, 59, "two digits of minutes", 2) * 60
            if self.accept(":"):
                total += self.number(0, 59, "two digits of seconds", 2)
        return sign * total

    def rule(self):
        kind, month, week = "n", 0, 0
        if self.accept("M"):
            kind, month = "M", self.number(1, 12, "a month")
            self.accept(".", "a point and the week")
            week = self.number(1, 5, "a week")
            self.accept(".", "a point and the weekday")
            day = self.number(0, 6, "a weekday, 0 is Sunday,")
        elif self.accept("J"):
            kind, day = "J", self.number(1, 365, "a day")
        else:
            day = self.number(0, 365, "a rule such as M3.5.0, J60, or a day")
        return kind, month, week, day, self.time(167) if self.accept("/") else DEFAULT_TIME_S

    def zone(self):
        self.name()
        if not self.sees(SIGNED_DIGITS):
            self.refuse("the offset, as in GMT0BST,M3.5.0/1,M10.5.0 (the name of a place is not enough)")
        std_s = -self.time(24)
        if self.at_end():
            return std_s, std_s, None
        self.name()
        dst_s = std_s + 3600
        if self.sees(SIGNED_DIGITS):
            dst_s = -self.time(24)
        self.accept(",", "a comma and two rules that say when that time starts and ends, such as ,M3.5.0/1,M10.5.0")
        start = self.rule()
        self.accept(",", "a comma and the rule that says when that time ends")
        return std_s, dst_s, (start, self.rule())
