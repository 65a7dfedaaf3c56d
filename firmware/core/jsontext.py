"""One small strict JSON reader, the same on the board and on the host. The writer, which a board needs for longer, is
in jsonwrite.

MicroPython's own reader hides duplicate keys, accepts junk after the end and names no line; its writer differs from
CPython's in order and escapes. What is written here is the same on both, to the last byte.
The reader works on bytes, because finding a place in text with umlauts is slow on the board. It calls itself once for
each bracket inside a bracket, and LEVELS ends that.
"""

from firmware.core.jsonwrite import ESCAPES
from firmware.core.jsonwrite import write as write

LONGEST = 8192  # bytes
LEVELS = 8
LARGEST = (1 << 30) - 1  # the largest small integer of a 32-bit MicroPython

_WORDS = ((b"true", True), (b"false", False), (b"null", None))

# What people write where JSON wants something else: how it may begin, what it is and what to write instead.
_HABITS = (
    ((b"//", b"/*", b"#"), "a comment, which JSON does not have; remove it"),
    ((b"'",), 'a single quotation mark; put text and keys into double ones: "..."'),
    ((b"\xe2\x80",), 'a typographic quotation mark; put text and keys into plain ones: "..."'),
    ((b"True", b"False", b"None"), "not a word of JSON, which has true, false and null; write one of these"),
    ((b"NaN", b"Infinity", b"-Infinity", b"+", b"."), "not a number as JSON has it; write a whole number"),
)


class _Refused(Exception):
    """Raised and caught inside this file only. Carries the place (a byte offset) and the sentence."""


def read(text, longest=LONGEST):
    """(value, None), or (None, "line N: what is wrong; what would be right"). Takes str or bytes and never raises."""
    if not isinstance(text, (str, bytes)):
        return None, "line 1: this is not text; give the text of a JSON file"
    data = b""
    try:
        if len(text) <= longest:
            # Halves of surrogate pairs pass here as they do on MicroPython, and are found below: they are not UTF-8.
            data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        if max(len(text), len(data)) > longest:
            raise _Refused(0, f"the text is longer than {longest} bytes; make it shorter")
        return _Reader(data).whole(), None
    except _Refused as refused:
        place, sentence = refused.args
        line = data[:place].count(b"\n") + 1
        return None, f"line {line}: {sentence}"
    except MemoryError:
        return None, "line 1: the text takes more memory to read than there is; make it simpler"


class _Reader:
    """A place in the bytes, moved on by whatever is read there."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def whole(self):
        """The one value of the whole text."""
        if self.data.startswith(b"\xef\xbb\xbf") or self.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.refuse("the text begins with a byte order mark; save it as plain UTF-8 without one")
        self.at = _sound_length(self.data)
        if self.at < len(self.data):
            self.refuse(f"byte 0x{self.here():02x} is not UTF-8; save the text as plain UTF-8")
        self.at = 0
        value = self.value(0)
        if self.blank() != -1:
            self.unexpected("nothing after the end of the value")
        return value

    def refuse(self, sentence, place=None):
        raise _Refused(self.at if place is None else place, sentence)

    def unexpected(self, wanted):
        """Refuse what stands here. A known habit gets its own remedy."""
        for beginnings, sentence in _HABITS:
            for beginning in beginnings:
                if self.data.startswith(beginning, self.at):
                    self.refuse("this is " + sentence)
        byte = self.here()
        found = str(self.word()[:20], "utf-8") or (chr(byte) if 32 < byte < 127 else f"byte 0x{byte:02x}")
        self.refuse(f"found {'the end of the text' if byte == -1 else found}; write {wanted}")

    def here(self):
        """The byte at this place; -1 at the end."""
        return self.data[self.at] if self.at < len(self.data) else -1

    def blank(self):
        """Pass over white space; the byte after it."""
        while self.here() in (32, 9, 10, 13):
            self.at += 1
        return self.here()

    def word(self):
        """The letters that begin here. The place stays."""
        end = self.at
        while self.data[end : end + 1].isalpha():
            end += 1
        return self.data[self.at : end]

    def value(self, level):
        byte = self.blank()
        if byte == 123:
            return self.members(level + 1)
        if byte == 91:
            return [self.value(level + 1) for _ in self.elements(level + 1, 93)]
        if byte == 34:
            return self.string()
        if byte == 45 or 48 <= byte <= 57:
            return self.number()
        found = self.word()
        for word, value in _WORDS:
            if found == word:
                self.at += len(word)
                return value
        self.unexpected("a value")

    def members(self, level):
        """An object, as a dict."""
        result = {}
        for _ in self.elements(level, 125):
            if self.blank() != 34:
                self.unexpected("a key in double quotes")
            place = self.at
            key = self.string()
            if key in result:
                self.refuse(f"the key {write(key[:40])} stands twice in the same object; keep one of the two", place)
            if self.blank() != 58:
                self.unexpected("a colon after the key")
            self.at += 1
            result[key] = self.value(level)
        return result

    def elements(self, level, close):
        """Pass the brackets and commas here, and yield wherever an element is to be read."""
        if level > LEVELS:
            self.refuse(f"brackets stand more than {LEVELS} deep in one another; use fewer")
        self.at += 1
        more = self.blank() != close
        while more:
            yield
            more = self.blank() == 44
            comma = self.at
            if more:
                self.at += 1
                if self.blank() == close:
                    self.refuse(f"a comma stands before {chr(close)}; remove the comma", comma)
            elif self.here() != close:
                self.unexpected(f"a comma or {chr(close)}")
        self.at += 1

    def number(self):
        start = self.at
        if self.here() == 45:
            self.at += 1
        first = self.at
        while 48 <= self.here() <= 57:
            self.at += 1
        digits = self.data[first : self.at]
        if not digits:
            self.at = start
            self.unexpected("a whole number")
        if self.here() in (46, 69, 101):
            self.refuse("a number with a point or an exponent; write a whole number")
        if self.here() in (45, 58):
            self.refuse('a date or a time without quotation marks; write it like "05:30"')
        if len(digits) > 1 and digits[0] == 48:
            self.refuse("a number that begins with 0; leave the 0 out")
        if len(digits) > 10 or int(digits) > LARGEST:
            self.refuse(f"a number beyond {LARGEST}; write a smaller one")
        return int(digits) if first == start else -int(digits)

    def string(self):
        start = self.at
        end = self.data.find(b'"', start + 1)
        plain = self.data[start + 1 : end]
        if plain and end > start and b"\\" not in plain and min(plain) >= 32:  # as nearly all are, and found far sooner
            self.at = end + 1
            return str(plain, "utf-8")
        return self.pieced()

    def pieced(self):
        """A text with escapes, or with something wrong in it."""
        start = self.at
        self.at += 1
        pieces = []
        plain = self.at
        while self.here() != 34:
            if self.here() in (-1, 10, 13):
                self.refuse('this text has no end on its line; close it with "', start)
            if self.here() < 32:
                self.refuse(f"a control character inside text; write it as \\u{self.here():04x}")
            if self.here() == 92:
                pieces.append(str(self.data[plain : self.at], "utf-8"))
                pieces.append(self.escape())
                plain = self.at
            else:
                self.at += 1
        pieces.append(str(self.data[plain : self.at], "utf-8"))
        self.at += 1
        return "".join(pieces)

    def escape(self):
        """The character that the backslash here stands for."""
        start = self.at
        self.at += 2
        for code, character in ESCAPES:
            if self.data[self.at - 1 : self.at] == bytes((code,)):
                return character
        if self.data[start + 1 : self.at] != b"u":
            self.refuse("a backslash before something it does not go with; write \\\\ for a backslash", start)
        unit = self.unit()
        if 0xD800 <= unit < 0xDC00 and self.data.startswith(b"\\u", self.at):
            self.at += 2
            low = self.unit()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((unit - 0xD800) << 10) + low - 0xDC00)
        if 0xD800 <= unit < 0xE000:
            self.refuse("half of a surrogate pair; write both halves, or the character itself", start)
        return chr(unit)

    def unit(self):
        """The four hexadecimal digits here, as a number."""
        digits = self.data[self.at : self.at + 4].lower()
        # int() alone would take blanks, signs and underscores too.
        if len(digits) < 4 or not all(48 <= byte <= 57 or 97 <= byte <= 102 for byte in digits):
            self.refuse("\\u without four hexadecimal digits; write it like \\u00e9")
        self.at += 4
        return int(digits, 16)


def _sound_length(data):
    """How many bytes from the start are UTF-8 with nothing overlong, no halves of pairs and nothing beyond Unicode."""
    at = 0 if data and max(data) >= 0x80 else len(data)  # plain ASCII, as nearly all of it is, is sound
    while at < len(data):
        more = 0 if data[at] < 0x80 else 1 if data[at] < 0xE0 else 2 if data[at] < 0xF0 else 3
        code = data[at] - (0, 0xC0, 0xE0, 0xF0)[more]
        rest = data[at + 1 : at + 1 + more]
        for byte in rest:
            code = code * 64 + byte - 0x80 if 0x80 <= byte < 0xC0 else -1
        shortest = (0, 0x80, 0x800, 0x10000)[more]
        if len(rest) < more or not shortest <= code <= 0x10FFFF or 0xD800 <= code < 0xE000:
            break
        at += 1 + more
    return at
