"""What is true about zones and windows, found without the firmware: the judge for the zones campaign and its tests.

Offsets come from zoneinfo, which reads the tables of the tz database; the rule the board works from is the last line
of the same table. The plan comes from a strip of bytes, one for each minute of local time, cut along the clock changes
that zoneinfo shows and laid end to end: no calendar rule of the firmware's is used anywhere.
"""

import datetime
import io
import pathlib
import zoneinfo
from importlib import resources

UNIX_2020 = 1577836800
DAY_MIN = 1440
EPOCH = datetime.date(2020, 1, 1)


def load(name):
    """(ZoneInfo, POSIX rule) of a zone, from the pinned tz database where it is installed, else the system's."""
    data = _table(name)
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(data), name), data.rstrip(b"\n").rpartition(b"\n")[2].decode()


def _table(name):
    area, _, place = name.rpartition("/")
    try:
        return resources.files("tzdata.zoneinfo").joinpath(*area.split("/"), place).read_bytes()
    except ModuleNotFoundError:
        found = [path for path in zoneinfo.TZPATH if (pathlib.Path(path) / name).is_file()]
        return (pathlib.Path(found[0]) / name).read_bytes()


def offset(place, t):
    """Seconds east of UTC at an instant, as zoneinfo says."""
    return int(datetime.datetime.fromtimestamp(t + UNIX_2020, place).utcoffset().total_seconds())


def clock_changes(place, begin, end, step_s=3600):
    """Every instant in (begin, end] at which zoneinfo's offset changes; none may be closer together than the step."""
    found = []
    before = offset(place, begin)
    for t in range(begin + step_s, end + step_s, step_s):
        after = offset(place, t)
        if after != before:
            found.append(_first(place, t - step_s, t, before))
        before = after
    return [t for t in found if t <= end]


def _first(place, low, high, before):
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(place, middle) == before else (low, middle)
    return high


class Timeline:
    """Every minute from one instant to another, both on whole minutes, with its truth about the windows."""

    def __init__(self, place, begin, end):
        bounds = [begin, *clock_changes(place, begin, end), end]
        self.begin = begin
        # In minutes: pieces of local time that lie side by side in real time.
        self._pieces = [(start // 60, stop // 60, offset(place, start) // 60)
                        for start, stop in zip(bounds, bounds[1:])]
        self._first_day = begin // 86400 - 3
        self._days = (end - begin) // 86400 + 8

    def strip(self, windows, skip=()):
        """One byte a minute: 1 where a window holds."""
        wall = bytearray(self._days * DAY_MIN)
        for index in range(self._days):
            date = EPOCH + datetime.timedelta(self._first_day + index)
            for days, start, stop in windows:
                if days >> date.weekday() & 1 and self._first_day + index not in skip:
                    length = stop - start if stop > start else DAY_MIN - start + stop
                    at = index * DAY_MIN + start
                    wall[at:at + length] = b"\1" * len(wall[at:at + length])
        base = self._first_day * DAY_MIN
        return b"".join(wall[start + shift - base:stop + shift - base] for start, stop, shift in self._pieces)

    def plan(self, v2l, charge, lead_min, skip):
        """(instant, in_v2l, in_charge) at the beginning and wherever one of the two changes after it."""
        charging = bytearray(self.strip(charge))
        for at in _edges(bytes(charging)):
            if charging[at]:
                charging[max(0, at - lead_min):at] = b"\1" * min(lead_min, at)
        v2l = self.strip(v2l, skip)
        bounds = sorted({0, *_edges(v2l), *_edges(bytes(charging))})
        return [(self.begin + at * 60, bool(v2l[at]), bool(charging[at])) for at in bounds]


def _edges(strip):
    """The places at which a strip of 0 and 1 differs from the byte before."""
    at, found = 0, []
    while True:
        at = strip.find(b"\0" if strip[at] else b"\1", at)
        if at < 0:
            return found
        found.append(at)
