"""Limits on entries, and the three storms that end on grid.

Contactor interference resets boards, often as a brownout that looks like a power-on: V2L, reset, grid, schedule, V2L,
and so on through the night. So every entry is counted before it is made and a mark left in flash; a start that finds
the mark counts it, whatever the reset cause says. Only restarts that were asked for do not count.
"""

from firmware.core import ages

HOUR_S, DAY_S = 3600, 86400
NEAR_S = 30  # a reset this soon after an entry was caused by it
LAST_FIVE = 0b11111
LAST_SIX = 0b111111  # one more is kept, for an entry that is taken back
STORM_BLOCKS = 10


def bits_in(mask):
    n = 0
    while mask:
        n += mask & 1
        mask >>= 1
    return n


class Governor:
    FIELDS = ("free", "ended_by_reset", "ended_near", "blocked", "blocks", "blocks_before", "blocks_s")

    def __init__(self, limits):
        self.per_hour = limits.entries_per_hour
        self.per_day = limits.entries_per_day
        self.entries = ages.Ages(limits.entries_per_day)
        self.resets = ages.Ages(4)
        self.free = True
        self.ended_by_reset = 0  # one bit for each of the last entries, the newest lowest
        self.ended_near = 0
        self.blocked = False
        self.blocks = 0  # how often only this stood between the board and an entry, in this half hour
        self.blocks_before = 0  # and in the one before
        self.blocks_s = 0

    def grow(self, seconds):
        self.entries.grow(seconds)
        self.resets.grow(seconds)
        if self.blocks or self.blocks_before:
            self.blocks_s += seconds
            if self.blocks_s >= HOUR_S // 2:
                self.blocks_before = self.blocks if self.blocks_s < HOUR_S else 0
                self.blocks = 0
                self.blocks_s = self.blocks_s - HOUR_S // 2 if self.blocks_before else 0
        if not self.free:
            self.weigh()

    def weigh(self):
        self.free = self.entries.count(HOUR_S) < self.per_hour and self.entries.count(DAY_S) < self.per_day

    def enter(self):
        """Count an entry before it is made. It is weighed afterwards, or it would bar itself."""
        self.entries.add()
        self.ended_by_reset = self.ended_by_reset << 1 & LAST_SIX
        self.ended_near = self.ended_near << 1 & LAST_SIX

    def take_back(self):
        """The entry that was counted last was not made: no output went on."""
        self.entries.take_back()
        self.ended_by_reset >>= 1
        self.ended_near >>= 1

    def started(self, mark, since_entry_s):
        """An unplanned start; `mark` if an entry stood open, `since_entry_s` its age or -1. True if it is a storm."""
        self.resets.add()
        if mark:
            self.ended_by_reset |= 1
        if 0 <= since_entry_s <= NEAR_S:
            self.ended_near |= 1
        ended, near = self.ended_by_reset & LAST_FIVE, self.ended_near & LAST_FIVE
        return self.resets.count(HOUR_S) >= 4 or bits_in(ended) >= 3 or bits_in(near) >= 2

    def stood_alone(self, alone):
        """Only the governor bars an entry now; True if that has just happened too often."""
        edge = alone and not self.blocked
        self.blocked = alone
        if edge:
            self.blocks += 1
        return edge and self.blocks + self.blocks_before >= STORM_BLOCKS

    def forgive(self):
        """Acknowledged: clear what led to a storm. The limits on entries stand as they are."""
        self.resets.clear()
        self.ended_by_reset = 0
        self.ended_near = 0
        self.blocks = 0
        self.blocks_before = 0
        self.blocks_s = 0
