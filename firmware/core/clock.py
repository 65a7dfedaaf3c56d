"""UTC, and how far it may be trusted.

`unset`: no idea. `synced`: set by a checked network answer, by hand, or backed by a healthy DS3231. `holdover`: running
on from something that has not been confirmed lately. The error bound grows with the age of the last set, 50 millionths
for the board's crystal and 5 for the DS3231, always rounded up; past the permitted error trust falls to `unset`.

Whatever the core does with time it does with `now_s` of this record, advanced by the loop's own monotonic steps. New
readings only correct it. After a contradiction only an independent set (network or a person) is believed again.
"""

UNSET, HOLDOVER, SYNCED = range(3)
FREE, NEEDS_SET, NEEDS_PERSON = range(3)  # what it takes to be believed again after a contradiction
NAMES = ("unset", "holdover", "synced")
BY_NETWORK, BY_HAND, BY_CHIP, BY_STAMP = "ntp", "hand", "ds3231", "stamp"

CRYSTAL_S_PER_ERROR_S = 20_000
CHIP_S_PER_ERROR_S = 200_000
FRESH_S = 86_400  # a set older than this is no longer a confirmation
STEP_S_MAX = 2  # the system clock against the monotonic one
DISAGREE_S = 60  # network against a healthy DS3231
AGREE_S = 5  # answers within this of each other say the same
DISAGREEMENTS = 3
AGE_S_MAX = 1_000_000_000


class Clock:
    FIELDS = (
        "now_s", "ms", "trust", "source", "set_error_s", "age_s", "barred", "changed", "chip_age_s", "disagreements",
        "disagree_s", "last_set_s", "last_set_error_s",
    )  # fmt: skip

    def __init__(self, max_error_s):
        self.max_error_s = max_error_s
        self.now_s = 0
        self.ms = 0
        self.trust = UNSET
        self.source = None
        self.set_error_s = 0
        self.age_s = 0
        self.barred = FREE  # otherwise the chip's word and the stamp's count for nothing
        self.changed = 0  # something that must survive a reset
        self.chip_age_s = AGE_S_MAX  # since the DS3231 last gave a reading that was believed
        self.disagreements = 0
        self.disagree_s = 0
        self.last_set_s = -1  # the last independent set, which a DS3231 has kept ever since
        self.last_set_error_s = 0

    def advance(self, dt_ms):
        """Let time pass; returns the whole seconds that were completed."""
        self.ms += dt_ms
        if self.ms < 1000:
            return 0
        seconds = self.ms // 1000
        self.ms -= seconds * 1000
        self.now_s += seconds
        self.age_s = min(self.age_s + seconds, AGE_S_MAX)
        self.chip_age_s = min(self.chip_age_s + seconds, AGE_S_MAX)
        if self.trust == SYNCED and self.age_s > FRESH_S:
            self.trust = HOLDOVER
        if self.trust != UNSET and self.error_s() > self.max_error_s:
            self.trust = UNSET
        return seconds

    def error_s(self):
        return self.set_error_s + (self.age_s + CRYSTAL_S_PER_ERROR_S - 1) // CRYSTAL_S_PER_ERROR_S

    def known_s(self):
        """Seconds since 2020, or -1 where there is no trust."""
        return self.now_s if self.trust != UNSET else -1

    def is_ageing(self, was=0):
        """Once it is, it stays so until the error is less by more than a battery clock takes off at each reading."""
        return self.trust != UNSET and self.error_s() + was > self.max_error_s // 2

    def set(self, now_s, error_s, source, ms=0):
        """An independent set: a checked network answer, or a person."""
        self._take(now_s, error_s, source, SYNCED, ms)
        self.barred = FREE
        self.changed = 1
        self.disagreements = 0
        self.last_set_s = now_s
        self.last_set_error_s = error_s

    def chip_refused(self):
        """It has not taken the last set, or there is none: what it tells from now on is nobody's word."""
        self.last_set_s = -1
        self.last_set_error_s = 0

    def network(self, now_s, error_s):
        """A checked network answer; True if it is taken. A healthy DS3231 bars it; three that agree unsettle both."""
        off_s = now_s - self.now_s
        if self.barred == NEEDS_PERSON:
            return False
        if self.trust != UNSET and abs(off_s) <= STEP_S_MAX:
            self.set(self.now_s, error_s + abs(off_s) + 1, BY_NETWORK, self.ms)  # it confirms, and nothing moves
            return True
        if self.barred == NEEDS_SET or self.chip_age_s > FRESH_S or abs(off_s) <= DISAGREE_S:
            self.set(now_s, error_s, BY_NETWORK)
            return True
        if self.disagreements and abs(off_s - self.disagree_s) > AGREE_S:
            self.disagreements = 0
        self.disagreements += 1
        self.disagree_s = off_s
        if self.disagreements >= DISAGREEMENTS:
            self.contradict(NEEDS_PERSON)
        return False

    def chip(self, now_s):
        """A checked reading of the DS3231. Its error is that of its own last set, and what it drifted since."""
        age_s = now_s - self.last_set_s
        if self.barred or self.last_set_s < 0 or age_s < 0:
            return
        error_s = self.last_set_error_s + (age_s + CHIP_S_PER_ERROR_S - 1) // CHIP_S_PER_ERROR_S
        if error_s >= self.max_error_s:  # a second later it would be too much, until the next reading
            return
        if self.trust != UNSET and abs(now_s - self.now_s) > error_s + self.error_s() + STEP_S_MAX:
            self.contradict(NEEDS_SET)
            return
        self.chip_age_s = 0
        if self.trust != SYNCED or error_s <= self.error_s():
            # The chip tells whole seconds: what lies within the one it shows is already right, and the one before that
            # is nearly over. It is not gone back to, or the ages would count it twice.
            ms = 0
            if self.trust != UNSET and self.now_s - now_s == 1:
                now_s += 1
            elif self.trust != UNSET and self.now_s == now_s:
                ms = self.ms
            self._take(now_s, error_s, BY_CHIP, SYNCED, ms)

    def stamp(self, now_s, error_s):
        """What RTC memory says after a warm reset: good enough to go on with, until confirmed."""
        if not self.barred and self.trust == UNSET and error_s <= self.max_error_s:
            self._take(now_s, error_s, BY_STAMP, HOLDOVER)

    def system_moved(self, by_s):
        """The system clock moved against the monotonic one without a sync."""
        if abs(by_s) > STEP_S_MAX:
            self.trust = UNSET

    def contradict(self, needs):
        """Somebody is wrong and the board cannot tell who: no trust until NEEDS_SET or NEEDS_PERSON is met."""
        self.trust = UNSET
        self.barred = needs
        self.changed = 1

    def _take(self, now_s, error_s, source, trust, ms=0):
        self.now_s = now_s
        self.ms = ms
        self.set_error_s = error_s
        self.age_s = 0
        self.source = source
        self.trust = trust if error_s <= self.max_error_s else UNSET
