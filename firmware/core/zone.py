"""A time zone's offset from UTC as a function of time, worked out on the board from the rules of a POSIX TZ string.

Each year's rules give one period of dst (summer time, as a rule): from its start to the first end that is not earlier,
which lies in the next year where summer is at New Year. Dst is the union of all those periods. So periods that touch or
overlap at New Year are dst all year round, and a start and end at the same instant are no dst at all.

The last stretch of constant offset is remembered as one tuple, replaced whole, so that two threads may ask.
"""

from firmware.core import dates

# Rules repeat every 28 years within 1901-2099: dst that has no end by then has none.
YEARS_AHEAD = 30


def parse(text):
    """Return (Zone, None), or (None, what is wrong and what would be right) for any text that is not a zone."""
    from firmware.core import zonetext  # of no use once a zone is made

    numbers, problem = zonetext.read(text)
    return (None, problem) if problem else (Zone(*numbers), None)


class Zone:
    """Offsets in seconds east of UTC, and the rules as zonetext gives them."""

    def __init__(self, std_s, dst_s, rules):
        self._std_s = std_s
        self._dst_s = dst_s
        self._rules = rules
        self._known = (0, 0, 0)

    def offset(self, t):
        """Return the seconds east of UTC at an instant."""
        return self._stretch(t)[2]

    def next_change(self, t):
        """Return the first instant after t at which the offset changes, or None if it never does."""
        return self._stretch(t)[1]

    def _stretch(self, t):
        """Return (since, until, offset) around t. until is None for ever; since need not reach back to the change."""
        known = self._known
        if t < known[0] or (known[1] is not None and t >= known[1]):
            known = self._known = self._find(t)
        return known

    def _find(self, t):
        if self._rules is None or self._std_s == self._dst_s:
            return t, None, self._std_s
        since, until = t, None  # until: the end of the dst in which t lies, as far as it is known
        this_year = dates.civil(t // dates.DAY_S)[0]
        # A start may spill a week into the next year and its end may be two years later, hence three years back.
        for year in range(this_year - 3, this_year + YEARS_AHEAD):
            begin, end = self._period(year)
            if until is not None:
                if begin > until:
                    return since, until, self._dst_s
                until = max(until, end)
            elif begin <= t < end:
                since, until = begin, end
            elif t < begin < end:
                return since, begin, self._std_s
            elif end <= t:
                since = end
        return since, None, self._std_s if until is None else self._dst_s

    def _period(self, year):
        """Return the instants between which the dst lies that starts by this year's rule."""
        start, end = self._rules
        begin_s = _wall(start, year) - self._std_s
        end_s = _wall(end, year) - self._dst_s
        while end_s < begin_s:
            year += 1
            end_s = _wall(end, year) - self._dst_s
        return begin_s, end_s


def _wall(rule, year):
    """Return the local time, in seconds, at which a rule falls in a year."""
    kind, month, week, day, time_s = rule
    if kind == "M":
        first = dates.day_number(year, month, 1)
        # POSIX counts weekdays from Sunday, dates from Monday.
        date = first + (day + 6 - dates.weekday(first)) % 7 + 7 * (week - 1)
        if date >= first + dates.days_in_month(year, month):
            date -= 7
    else:
        date = dates.day_number(year, 1, 1) + day
        if kind == "J" and (day < 60 or not dates.is_leap(year)):
            date -= 1
    return date * dates.DAY_S + time_s
