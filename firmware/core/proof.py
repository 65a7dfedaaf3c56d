"""What was proven when the installation was commissioned: the watchdog, and how fast its contactors were.

No permit asks for it. A proof that has grown old and contactors that have changed are told as notices.
"""

DAY_S = 86400
FINE_MS = 4  # no smaller change counts, for the loop sees none
ODD = 2  # transfers of one direction in a row; one alone may have been measured late
UNKNOWN = -1


class Proof:
    FIELDS = ("at_s", "hang_ms", "rest_ms", "timing", "odd_to_v2l", "odd_to_grid")

    def __init__(self, limits):
        self.old_s = limits.proof_days * DAY_S
        self.at_s = UNKNOWN  # when the watchdog was last proven
        self.hang_ms = UNKNOWN  # how long the loop had stood still when the reset came
        self.rest_ms = UNKNOWN  # how long after its start the board first saw the feedback, which said grid
        self.timing = tuple([UNKNOWN] * 4)  # drop and gap to V2L, drop and gap to grid
        self.odd_to_v2l = 0
        self.odd_to_grid = 0

    def left_s(self, now_s):
        """Before the watchdog's proof is old; of one whose moment is not known, nothing."""
        return max(0, self.at_s + self.old_s - now_s) if self.hang_ms >= 0 and self.at_s >= 0 else 0

    def is_old(self, now_s):
        return 1 if self.hang_ms >= 0 and now_s >= 0 and self.left_s(now_s) == 0 else 0

    def compare(self, transfer):
        """Hold the last transfer against the commissioned ones."""
        drop_ms, gap_ms = transfer.last_drop_ms, transfer.last_ms - transfer.last_drop_ms
        if drop_ms < 0 or transfer.last_ms < 0:
            return
        if transfer.last_to:
            self.odd_to_v2l = self._odd(self.odd_to_v2l, drop_ms, gap_ms, 0)
        else:
            self.odd_to_grid = self._odd(self.odd_to_grid, drop_ms, gap_ms, 2)

    def _odd(self, before, drop_ms, gap_ms, at):
        odd = moved(drop_ms, self.timing[at]) or moved(gap_ms, self.timing[at + 1])
        return min(before + 1, ODD) if odd else 0

    def has_drifted(self):
        return 1 if max(self.odd_to_v2l, self.odd_to_grid) == ODD else 0


def moved(value, once):
    """Whether a time has moved by half of what it once was; nothing has, where that is not known."""
    return once >= 0 and abs(value - once) >= max(FINE_MS, once // 2)
