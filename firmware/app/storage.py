"""Writes to flash what must survive, with all outputs off and nothing moving, and no more often than it must.

A write stalls the chip for a large part of a second, so nothing is written on V2L. What must not be lost (latched
faults, holds, the mark of an entry and its end) is in RTC memory by then, and is written as soon as nothing moves;
counts and the journal wait for up to a minute, so that nothing that flickers can wear the flash. Holds that flicker
wait likewise, once they have been written in haste too often; a latch never does. Where flash refuses, the board goes
on and says so.
"""

from binascii import crc32

from firmware.core import faults, jsonwrite, permits, saved
from firmware.device import files, journal

STATE = "state.json"
TRIAL = "trial"  # boot.py counts the starts of a new build in it, until this removes it
HEALTHY_S = 60  # a start that lasts so long was a good one
PATIENCE_S = 60  # how long counts and the journal may wait, and how long after a failure it is tried again
NEVER_S = 1 << 24
PENDING_MAX = 64
HASTE_MAX = 20  # writes that do not wait for the minute, and
HASTE_S = 600  # in which one more of them is earned
REFILL_S = 30  # in which one more that may flicker is told, so that it cannot push the past out of the journal


class Storage:
    def __init__(self, core, outbox, stormy):
        self.core = core
        self.outbox = outbox
        self.stormy = stormy  # the last run ended in a reset storm: a crash loop is not to wear the flash
        self.journal = journal.Journal()
        self.pending = []  # told, and not yet in flash
        self.allowed = PENDING_MAX
        self.up_s = 0
        self.oldest_s = 0
        self.state_retry_s = 0
        self.journal_retry_s = 0
        self.written_s = -PATIENCE_S
        self.written = None  # what must not be lost, as it stands in flash
        self.latched = None  # what of it latches
        self.known = None  # what was latched and held as the start began
        self.haste = HASTE_MAX
        self.healthy = False

    def collect(self, up_s):
        """Turn what the core has noted into journal records. What does not fit leaves a gap in the numbers."""
        self.allowed = min(self.allowed + up_s // REFILL_S - self.up_s // REFILL_S, PENDING_MAX)
        self.haste = min(self.haste + up_s // HASTE_S - self.up_s // HASTE_S, HASTE_MAX)
        self.up_s = up_s
        core = self.core
        if self.known is None:
            self.known = self._vital()
        for kind, code, data in core.events:
            self._record(kind, code, data)
        core.events.clear()
        self.journal.n += core.events_dropped
        core.events_dropped = 0

    def _record(self, kind, code, data):
        j = self.journal
        line = journal.line(j.n, self.core.clock.known_s(), self.up_s, j.boot, kind, code, data)
        j.n += 1
        flickers = data in ("seen", "over")
        if len(self.pending) == PENDING_MAX or (flickers and not self.allowed):
            return
        self.allowed -= 1 if flickers else 0
        if not self.pending:
            self.oldest_s = self.up_s
        self.pending.append(line)
        self.outbox.tell(line[: line.rfind(b" ")].decode())

    def mark(self):
        """Write the coming entry before it is made. True if it is in flash."""
        return self._write_state()

    def settle(self):
        """At most one write. Called now and then while all outputs are off and nothing moves."""
        if self.due_s() > 0:
            return
        if self.core.dirty and self._state_due_s() <= self.up_s:
            self._write_state()
        elif self.pending and self._journal_due_s() <= self.up_s:
            self._write_journal()
        else:
            self.healthy = True
            files.remove(TRIAL)

    def due_s(self):
        """Seconds until settle() has something to do."""
        due_s = self.up_s + NEVER_S if self.healthy else max(HEALTHY_S, self.state_retry_s, self.journal_retry_s)
        if self.pending:
            due_s = min(due_s, self._journal_due_s())
        if self.core.dirty:
            due_s = min(due_s, self._state_due_s())
        return max(0, due_s - self.up_s)

    def _state_due_s(self):
        """When the state is to be written, by the time since the start."""
        calm_s = self.written_s + PATIENCE_S
        if self.stormy and self.up_s < HEALTHY_S and self.core.faults.latched >> faults.RESET_STORM & 1:
            calm_s = HEALTHY_S
            hasty = self._vital() != self.known and self._must_keep() != self.written
        else:
            hasty = self._must_keep() != self.written
        due_s = self.up_s if hasty and (self.haste or self._vital()[:2] != self.latched) else calm_s
        return max(due_s, self.state_retry_s)

    def _journal_due_s(self):
        """Before an entry there is no time to lose it in: all that came before it is written while it is confirmed."""
        hasty = self.haste and permits.may_enter(self.core.request)
        due_s = self.up_s if hasty else self.oldest_s + PATIENCE_S
        return max(due_s, self.journal_retry_s)

    def _vital(self):
        core = self.core
        return core.faults.latched, core.faults.foreign, core.holds.local, core.holds.remote

    def _must_keep(self):
        """What no power cut may lose."""
        core = self.core
        proven = (core.proof.at_s, core.proof.hang_ms, core.proof.timing)
        rest = (core.holds.until_s, core.entry_open, core.stay.spent, core.clock.last_set_s, core.clock.barred)
        return self._vital() + rest + proven

    def _write_state(self):
        text = jsonwrite.write(saved.pairs(self.core))[:-1]
        written = files.replace(STATE, f'{text}, "sum": "{crc32(text.encode()):08x}"}}'.encode())
        if written:
            self.core.dirty = 0
            self._hurried(self.written_s)
            self.written_s = self.up_s
            self.written = self._must_keep()
            self.latched = self._vital()[:2]
        self.state_retry_s = self._took(written)
        return written

    def _write_journal(self):
        written = self.journal.append(self.pending)
        if written:
            self._hurried(self.oldest_s)
            self.pending.clear()
        self.journal_retry_s = self._took(written and not self.state_retry_s)

    def _hurried(self, since_s):
        """Something was written; if it has not waited for its minute, that was haste."""
        if self.up_s - since_s < PATIENCE_S:
            self.haste = max(0, self.haste - 1)

    def _took(self, written):
        """Until when it is not tried again."""
        self.core.show(faults.FLASH_FULL, 0 if written else 1)
        return 0 if written else self.up_s + PATIENCE_S
