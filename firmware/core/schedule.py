"""When the house may be on V2L: the weekly windows, and when they next change.

A window is a tuple (days, from_min, to_min): a mask of the weekdays on which it starts, bit 0 Monday, and two local
times in minutes after midnight. An end before the start lies on the next day; 1440 is midnight at the day's end.
A window is the set of instants whose LOCAL time lies in it. So an hour that repeats counts twice, one that is skipped
not at all, and a window may begin or end at the clock change itself. Windows that touch or overlap are one. A V2L
window that would start on a skipped date does not exist, its part after midnight included; charging windows always do.
Charging, and a lead of elapsed time before it begins, takes V2L away: `effective` is what is left.

Nothing here steps through time. In local time the next start or end of a window follows from day numbers. Local time
and real time run side by side until the next clock change; there the windows are asked anew. A search that has passed
`steps` boundaries and found nothing (V2L windows that always lie within charging, say) ends with "never", so that it
cannot hold up the board. STEPS is enough for any plan in which something changes every week; a board, which asks again
and again as time goes on, makes do with fewer.

The last answers are remembered, each as one tuple that is replaced whole, so that two threads may ask.
"""

from firmware.core import dates

DAY_S = dates.DAY_S
# No clock change goes back by more than two offsets of 24:59:59, so further ahead local time is new.
SWING_S = 3 * DAY_S
# Every weekly window has started and ended within this: what holds for so long has no gap.
WEEK_S = 8 * DAY_S
# The most boundaries of 16 windows of either kind in a week, and some.
STEPS = 240


class Schedule:
    """What the owner planned, in UTC. Instants are seconds since 2020."""

    def __init__(self, zone, v2l, charge, lead_min, skip):
        """Take tuples of windows and a tuple of day numbers."""
        self.zone = zone
        self._v2l = _Weekly(zone, v2l, skip)
        self._charge = _Weekly(zone, charge, ())
        self._lead_s = lead_min * 60
        self.steps = STEPS
        self._known = (None, None)

    def in_v2l(self, t):
        """Say whether a V2L window holds, charging or not."""
        return self._v2l.holds(t)

    def in_charge(self, t):
        """Say whether a charging window holds or begins within the lead."""
        begin = t if self._charge.holds(t) else self._charge.edge(t)
        return begin is not None and begin - t <= self._lead_s

    def effective(self, t):
        """Say whether the plan is V2L."""
        return self.in_v2l(t) and not self.in_charge(t)

    def until(self, t):
        """Return the first instant after t at which in_v2l or in_charge changes, or None if they never do."""
        return _sooner(self._v2l.edge(t), self._charge_edge(t))

    def next_change(self, t):
        """Return (instant, source, why) of the first change of the plan after t, or None if it never changes."""
        at = self._edge(t)
        if at is None:
            return None
        by_window = self.in_v2l(at - 1) != self.in_v2l(at)
        return at, "v2l" if self.effective(at) else "grid", "schedule" if by_window else "charge_window"

    def stretch_end(self, t):
        """Return the end of the stretch of planned V2L in which t lies, else of the next; None if it has no end."""
        at = self._edge(t)
        return at if at is None or self.effective(t) else self._edge(at)

    def _edge(self, t):
        """Return the first instant after t at which the plan changes, or None."""
        known = self._known
        if known[0] != t:
            known = self._known = t, self._find_edge(t)
        return known[1]

    def _find_edge(self, t):
        now = self.effective(t)
        for _ in range(self.steps):
            if not self.in_v2l(t):
                t = self._v2l.edge(t)
            elif self.in_charge(t):
                t = self._charge.edge(t)  # at its end, and only there, charging is over
            else:
                t = self.until(t)
            if t is None or self.effective(t) != now:
                return t
        return None

    def _charge_edge(self, t):
        """Return the first instant after t at which in_charge changes, or None."""
        if not self.in_charge(t):
            begin = self._charge.edge(t)
            return None if begin is None else begin - self._lead_s
        for _ in range(self.steps):
            t = self._charge.edge(t)
            if t is None or not self.in_charge(t):
                return t
        return None


class _Weekly:
    """One set of windows and the dates on which none of them starts."""

    def __init__(self, zone, windows, skip):
        self._zone = zone
        self._skip = skip
        # (days, start, stop) in seconds; a stop on the next day lies beyond DAY_S.
        self._rows = tuple((days, start * 60, (stop if stop > start else stop + 1440) * 60)
                           for days, start, stop in windows if days)
        self._known = (0, 0, False)

    def holds(self, t):
        """Say whether a window holds at an instant."""
        return self._stretch(t)[2]

    def edge(self, t):
        """Return the first instant after t at which holds() changes, or None if it never does."""
        return self._stretch(t)[1]

    def _stretch(self, t):
        """Return (since, until, holds) around t. until is None for ever; since need not reach back to the change."""
        known = self._known
        if t < known[0] or (known[1] is not None and t >= known[1]):
            known = self._known = self._find(t)
        return known

    def _find(self, since):
        t, now = since, None
        while True:
            offset = self._zone.offset(t)
            clock_change = self._zone.next_change(t)
            holds, wall = self._wall_stretch(t + offset)
            if now is None:
                now = holds
            elif holds != now:
                return since, t, now
            if clock_change is None or (wall is not None and wall - offset < clock_change):
                return since, None if wall is None else wall - offset, now
            # The clock change comes first. It may bring the edge or jump over it, but nothing happens between the
            # local times t + offset and wall: clock changes far from both of them need no look.
            if clock_change - t <= SWING_S:
                t = clock_change
            elif wall is None:
                return since, None, now
            else:
                t = max(clock_change, wall - SWING_S)

    def _wall_stretch(self, wall):
        """Return whether windows hold at a local time, and the first one after it at which that changes, or None."""
        end = self._end(wall)
        if end == wall:
            return False, self._next_start(wall)
        limit = wall + WEEK_S
        while True:
            further = self._end(end)
            if further == end:
                return True, end
            end = further
            if end > limit:
                # No gap all week: only a skipped date can make one.
                ahead = [day for day in self._skip if day >= end // DAY_S]
                if not ahead:
                    return True, None
                end = max(end, min(ahead) * DAY_S)

    def _end(self, wall):
        """Return the last end of the windows that hold at a local time, or that time itself if none does."""
        last = wall
        today, second = wall // DAY_S, wall % DAY_S
        for days, start, stop in self._rows:
            if start <= second < stop and self._starts(days, today):
                last = max(last, today * DAY_S + stop)
            if second + DAY_S < stop and self._starts(days, today - 1):
                last = max(last, (today - 1) * DAY_S + stop)
        return last

    def _next_start(self, wall):
        """Return the first local time after this one at which a window starts, or None without windows."""
        first = None
        for days, start, _stop in self._rows:
            day = wall // DAY_S + (1 if start <= wall % DAY_S else 0)
            while not self._starts(days, day):
                day += 1
            first = _sooner(first, day * DAY_S + start)
        return first

    def _starts(self, days, day):
        return days >> dates.weekday(day) & 1 and day not in self._skip


def _sooner(one, other):
    """Return the sooner of two instants, where None is never."""
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)
