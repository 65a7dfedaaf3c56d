"""What the schedule says now and until when, worked out ahead so that a tick only has to compare numbers.

Finding the next change takes a while on the board and is done in the slow part, at most once a second. In between the
plan holds exactly from `from_s` to `until_s`; outside that span it says grid, so a moved clock or a late slow part can
end V2L at once but never begin it.
"""

from firmware.core import dates

NEVER_S = 1_073_000_000  # late in 2053, and still a small integer on the board
LOOK_BACK_S = dates.DAY_S  # a clock that is set back, but not to before the last change, does not unsettle the plan


def iso(t_s):
    """An instant as text; None where there is none."""
    return None if t_s < 0 or t_s >= NEVER_S else dates.iso(t_s)


class Plan:
    FIELDS = ("from_s", "until_s", "in_v2l", "in_charge", "ends_s", "next_s", "next_is_v2l", "day", "day_ends_s")

    def __init__(self):
        self.from_s = 0
        self.until_s = 0
        self.in_v2l = 0
        self.in_charge = 0
        self.ends_s = 0  # end of the V2L stretch that now lies in, or of the next one
        self.next_s = NEVER_S  # the next transfer the schedule will make, and to what
        self.next_is_v2l = 0
        self.day = -1  # the local date
        self.day_ends_s = 0

    def holds_at(self, now_s):
        return self.from_s <= now_s < self.until_s

    def is_stale(self, now_s):
        return not self.holds_at(now_s) or now_s >= self.day_ends_s

    def says_v2l(self):
        return self.in_v2l and not self.in_charge

    def refresh(self, schedule, now_s):
        self.from_s = now_s - LOOK_BACK_S
        until_s = schedule.until(self.from_s)
        while until_s is not None and until_s <= now_s:
            self.from_s = until_s
            until_s = schedule.until(until_s)
        self.in_v2l = int(schedule.in_v2l(now_s))
        self.in_charge = int(schedule.in_charge(now_s))
        self.until_s = NEVER_S if until_s is None else min(until_s, NEVER_S)
        ends_s = schedule.stretch_end(now_s)
        self.ends_s = NEVER_S if ends_s is None else min(ends_s, NEVER_S)
        change = schedule.next_change(now_s)
        self.next_s = NEVER_S if change is None else change[0]
        self.next_is_v2l = 1 if change is not None and change[1] == "v2l" else 0
        offset_s = schedule.zone.offset(now_s)
        self.day = (now_s + offset_s) // dates.DAY_S
        # A clock change before midnight moves it; the earlier of both answers is looked at again when it comes.
        ends_s = (self.day + 1) * dates.DAY_S - offset_s
        ends_s = min(ends_s, ends_s + offset_s - schedule.zone.offset(ends_s))
        self.day_ends_s = max(ends_s, now_s + 1)
