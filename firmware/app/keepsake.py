"""What a warm reset must not lose, kept in RTC memory the moment it changes. Flash can be written only later.

On V2L nothing is written to flash, and right after it the contactors are still moving: a contactor's own interference
resets boards just then. So latches and holds go here in the very turn in which they change.
"""


class Keepsake:
    def __init__(self, core, memory):
        self.core = core
        self.memory = memory

    def watch(self):
        """Called in every turn, once the pins are written."""
        m, holds = self.memory, self.core.holds
        if (
            m.latched != self.core.faults.latched
            or m.hold != holds.local
            or m.until_s != holds.until_s
            or m.remote != holds.remote
            or m.spent != self.core.stay.spent
            or m.barred != self.core.clock.barred
        ):
            self.save()

    def save(self):
        m, core = self.memory, self.core
        known_s = core.clock.known_s()
        m.stamp_s = known_s
        m.error_s = core.clock.error_s() if known_s >= 0 else 0
        m.entry_s = core.governor.entries.ages[0] if core.entry_open else -1
        m.latched = core.faults.latched
        m.hold = core.holds.local
        m.until_s = core.holds.until_s
        m.remote = 1 if core.holds.remote else 0
        m.spent = core.stay.spent
        m.barred = core.clock.barred
        m.save()
