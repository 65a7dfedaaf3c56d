"""Faults: what there is to go wrong, and which of it stands.

The codes stand gravest first, which is also the order in which they are judged within one tick and listed. One that is
counted latches when it has happened LIMIT times within its time; a notice never does, every other one at once. What was
seen and what to do about it, in words, stands beside each code in `sentences`; the board itself needs only the codes.

`latched` stands until a person acknowledges it at the board, through every reset. `lasting` is a condition while it
lasts. A counted fault keeps V2L away for its retry time after it has ended.
"""

from firmware.core import ages

HOUR_S, DAY_S = 3600, 86400
RETRY_MS = 60_000

BOTH_CLOSED, KM2_STUCK, KM2_UNCOMMANDED, GUARD_STUCK, KM1_NOT_OPEN, BOND_STUCK, BOND_MISSING = range(7)
PILOT_READBACK, FEEDBACK_CHATTER, RELAY_DROPPED, KM2_DROPPED, KM2_NOT_CLOSED, V2L_COLLAPSED = range(7, 13)
KM1_NOT_CLOSED, RESET_STORM, TRANSFER_STORM, STATE_LOST, CONFIG_BAD, FIRMWARE_MISMATCH = range(13, 19)
GRID_DEAD, CLOCK_DISAGREES, CLOCK_LOST, CLOCK_AGEING, FLASH_FULL, NET_DEAD, PROOF_OLD, TIMING_DRIFT = range(19, 27)

CODES = (
    "both-closed", "km2-stuck", "km2-uncommanded", "guard-stuck", "km1-not-open", "bond-stuck", "bond-missing",
    "pilot-readback", "feedback-chatter", "relay-dropped", "km2-dropped", "km2-not-closed", "v2l-collapsed",
    "km1-not-closed", "reset-storm", "transfer-storm", "state-lost", "config-bad", "firmware-mismatch",
    "grid-dead", "clock-disagrees", "clock-lost", "clock-ageing", "flash-full", "net-dead", "proof-old",
    "timing-drift",
)  # fmt: skip
COUNTED = (RELAY_DROPPED, KM2_DROPPED, KM2_NOT_CLOSED, V2L_COLLAPSED, KM1_NOT_CLOSED)
WITHIN_S = (HOUR_S, HOUR_S, ages.NEVER_S, DAY_S, DAY_S)  # of each of them; for the third, success alone forgives them
LIMIT = 3
ALARMS = 1 << KM1_NOT_CLOSED  # the load may have no supply
UNTIL_MENDED = (1 << CONFIG_BAD) | (1 << FIRMWARE_MISMATCH)  # no acknowledgement helps: mend the file
NOTICES = 0b11111111 << GRID_DEAD  # told, but no reason to leave V2L


def codes(bits):
    return [CODES[i] for i in range(len(CODES)) if bits >> i & 1]


class Tally:
    """How often a counted fault has happened lately, and how long it still keeps V2L away."""

    FIELDS = ("retry_ms",)

    def __init__(self):
        self.retry_ms = 0
        self.before = ages.Ages(LIMIT - 1)


class Faults:
    FIELDS = ("latched", "first", "lasting", "foreign")

    def __init__(self):
        self.latched = 0
        self.first = None  # code of the first that latched: what it drags behind it does not rename it
        self.lasting = 0
        self.foreign = ()  # latched codes of another build's state file: unknown here, and kept
        self.tallies = (Tally(), Tally(), Tally(), Tally(), Tally())

    def standing(self):
        """Bits of everything to be listed: latched, lasting, or inside its retry time."""
        bits = self.latched | self.lasting
        for i in range(len(COUNTED)):
            if self.tallies[i].retry_ms:
                bits |= 1 << COUNTED[i]
        return bits

    def stand(self):
        """True if anything stands that keeps V2L away."""
        return bool(self.foreign) or self.standing() & ~NOTICES != 0

    def is_latched(self):
        return self.latched != 0 or bool(self.foreign)

    def latch(self, fault):
        """Latch; True if it was not latched before."""
        if self.latched >> fault & 1:
            return False
        if self.first is None:
            self.first = CODES[fault]
        self.latched |= 1 << fault
        return True

    def latched_codes(self):
        """Gravest first; codes of another build last."""
        return codes(self.latched) + list(self.foreign)

    def name_by(self, first):
        """Give the name to the code `first` if it is latched, else to the gravest that is."""
        latched = self.latched_codes()
        if first not in latched:
            first = latched[0] if latched else None
        self.first = first

    def last(self, fault, seen):
        """Set or end a lasting condition; True if that changed it."""
        if self.lasting >> fault & 1 == seen:
            return False
        self.lasting ^= 1 << fault
        return True

    def happen(self, fault):
        """Count one occurrence of a counted fault; True if it was the one too many."""
        which = COUNTED.index(fault)
        tally = self.tallies[which]
        tally.retry_ms = RETRY_MS
        too_many = tally.before.count(WITHIN_S[which]) + 1 >= LIMIT
        tally.before.add()
        return too_many and self.latch(fault)

    def forgive(self, fault):
        self.tallies[COUNTED.index(fault)].before.clear()

    def excuse(self, fault):
        """It had an innocent cause: neither counted nor waited for."""
        self.last(fault, 0)
        self.tallies[COUNTED.index(fault)].retry_ms = 0

    def wait(self, dt_ms):
        """Let retry times run down; they start when the condition has ended."""
        for i in range(len(COUNTED)):
            tally = self.tallies[i]
            if self.lasting >> COUNTED[i] & 1:
                tally.retry_ms = RETRY_MS
            elif tally.retry_ms:
                tally.retry_ms = max(0, tally.retry_ms - dt_ms)

    def grow(self, seconds):
        for tally in self.tallies:
            tally.before.grow(seconds)

    def acknowledge(self):
        """A person has seen it: clear what may be cleared, and the counts that led there."""
        self.latched &= UNTIL_MENDED
        self.foreign = ()
        self.name_by(None)
        for tally in self.tallies:
            tally.retry_ms = 0
            tally.before.clear()
