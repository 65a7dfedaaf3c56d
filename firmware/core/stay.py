"""One stay on V2L: how long it may last, and what the day has already used.

Leaving does not depend on the wall clock. Entering arms a monotonic deadline, and a later correction of the clock can
only shorten it. A stay that ran into its deadline is `spent`: no entry until the schedule has said grid once. If the
schedule goes on saying V2L for longer than the clock may be wrong, clock and monotonic time contradict each other.
"""

from firmware.core.signals import FOREVER_MS

STAY_S_MAX = FOREVER_MS // 1000
NO_DAY, ANY_DAY = -1, -2


class Stay:
    FIELDS = ("left_ms", "by_window", "spent", "over_s", "used_s", "used_day")

    def __init__(self, setup):
        self.max_s = setup.limits.max_v2l_min * 60
        self.budget_s = setup.budget_s
        self.max_error_s = setup.limits.max_error_s
        self.left_ms = 0  # until the deadline, while V2L is commanded
        self.by_window = 0  # the deadline is the window's end, not the board's own limit
        self.spent = 0
        self.over_s = 0  # how long the schedule has said V2L since a deadline that was the window's end
        self.used_s = 0
        self.used_day = NO_DAY

    def enter(self, now_s, plan):
        window_s = plan.ends_s - now_s
        own_s = min(self.max_s, self.budget_left_s(now_s, plan))
        self.by_window = 1 if window_s <= own_s else 0
        self.left_ms = max(0, min(window_s, own_s, STAY_S_MAX)) * 1000
        self.over_s = 0

    def shorten(self, now_s, plan):
        """The clock was corrected or the plan worked out again: the end may come sooner, never later."""
        left_ms = max(0, min(plan.ends_s - now_s, STAY_S_MAX)) * 1000
        if left_ms < self.left_ms:
            self.left_ms = left_ms
            self.by_window = 1

    def run(self, dt_ms):
        """Time passes with V2L commanded."""
        self.left_ms = max(0, self.left_ms - dt_ms)
        if self.left_ms == 0:
            self.spent = 1

    def use(self, seconds, day):
        if self.budget_s >= 0:
            self.new_day(day)
            self.used_s = min(self.used_s + seconds, 86_400)

    def new_day(self, day):
        if day != self.used_day:
            if self.used_day != ANY_DAY:
                self.used_s = 0
            self.used_day = day

    def was_cut(self, seconds):
        """A reset ended a stay of so many seconds, or, if that is not known (-1), of a whole day's budget.

        Which day it fell on is not known either, so it counts against whatever day it turns out to be.
        """
        self.used_s = min(self.used_s + seconds, 86_400) if seconds >= 0 else 86_400
        self.used_day = ANY_DAY

    def in_budget(self):
        return self.budget_s < 0 or self.used_s < self.budget_s

    def budget_left_s(self, now_s, plan):
        if self.budget_s < 0:
            return STAY_S_MAX
        today_s = max(0, self.budget_s - self.used_s)
        midnight_s = plan.day_ends_s - now_s
        return today_s if today_s < midnight_s else midnight_s + self.budget_s

    def schedule_says(self, says_v2l, seconds):
        """Judged once a second with a trusted clock; True if the clock has been contradicted."""
        if not says_v2l:
            self.spent = 0
            self.over_s = 0
        elif self.spent and self.by_window:
            self.over_s += seconds
            if self.over_s > self.max_error_s:
                self.by_window = 0  # it is told once: whoever sets the clock after that is believed
                return True
        return False
