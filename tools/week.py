"""A week of the plan as sets of minutes, without clock changes and skipped dates. For the host; boards do not load it.

A stretch is (first minute of the week, length in minutes); the week begins on Monday and its end joins its beginning.
"""

WEEK_MIN = 7 * 1440
# Published electrical life of silver tin oxide contacts at rated household load (AC-7a), in operations.
CONTACT_LIFE = 30000
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Week:
    """A week of the plan: what is V2L, what charging takes away, and how often the contacts work."""

    def __init__(self, config):
        self.windows = [minutes_of(window, 0) for window in config.v2l]
        self.charging = _union([minutes_of(window, config.lead_min) for window in config.charge])
        self.runs = runs_of(_union(self.windows) - self.charging)  # the stretches on V2L
        self.entries = 0 if self.runs == [(0, WEEK_MIN)] else len(self.runs)

    def life_years(self):
        """How long the contacts last at one entry and one return a stretch; None without entries."""
        return CONTACT_LIFE * 28 // (self.entries * 1461) if self.entries else None

    def most_entries(self, span_min):
        """The most entries that begin within any span of this length."""
        starts = [start for start, _length in self.runs] if self.entries else []
        return max([sum([(other - start) % WEEK_MIN < span_min for other in starts]) for start in starts] or [0])


def length(window):
    """The minutes from a window's beginning to its end, whatever the clock does between."""
    return (window[2] - window[1]) % 1440 or 1440


def minutes_of(window, lead_min):
    """The minutes of the week that a window and a lead before it cover."""
    starts = [day * 1440 + window[1] for day in range(7) if window[0] >> day & 1]
    return {(start + i) % WEEK_MIN for start in starts for i in range(-lead_min, length(window))}


def _union(sets):
    return {minute for one in sets for minute in one}


def runs_of(minutes):
    """The stretches that these minutes form, in order."""
    if len(minutes) == WEEK_MIN:
        return [(0, WEEK_MIN)]
    runs = []
    for first in sorted([minute for minute in minutes if (minute - 1) % WEEK_MIN not in minutes]):
        count = 1
        while (first + count) % WEEK_MIN in minutes:
            count += 1
        runs.append((first, count))
    return runs


def _spoken(run):
    """A stretch as people say it: "mon 05:30 to 23:20", "fri 22:00 to sat 06:00"."""
    if run[1] == WEEK_MIN:
        return "all week"
    first, last = run[0], (run[0] + run[1]) % WEEK_MIN
    day = "" if first // 1440 == last // 1440 and run[1] < 1440 else _DAYS[last // 1440] + " "
    return f"{_DAYS[first // 1440]} {clock_text(first)} to {day}{clock_text(last)}"


def named(runs):
    """Up to three stretches by name."""
    return ", ".join([_spoken(run) for run in runs[:3]]) + (f" and {len(runs) - 3} more" if runs[3:] else "")


def clock_text(minute):
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def pause(one, other):
    """The minutes between the end of one stretch and the beginning of another."""
    return (other[0] - one[0] - one[1]) % WEEK_MIN
