"""The status lamp and the alarm: what somebody standing before the board is told without any tool.

The lamp shows one code at a time, the gravest. A pattern is a row of units of an eighth of a second, # for lit, and is
begun anew when the code changes, so that flashes can be counted. Short flashes alone mean grid and nothing wrong with
the wiring; a long flash and short ones after it are a fault, and the short ones say where to look.
"""

from firmware.core import faults
from firmware.core.changeover import FAULT, STARTUP

UNIT_MS = 125
BEEP_MS = 1000
FOREIGN = 1 << len(faults.CODES)  # stands for the latched codes of another build


def _bits(*which):
    return sum([1 << fault for fault in which])


CONTACTORS = _bits(
    faults.BOTH_CLOSED, faults.KM2_STUCK, faults.KM2_UNCOMMANDED, faults.GUARD_STUCK, faults.KM1_NOT_OPEN,
    faults.PILOT_READBACK, faults.FEEDBACK_CHATTER, faults.KM2_NOT_CLOSED, faults.KM1_NOT_CLOSED,
)  # fmt: skip
BOND = _bits(faults.BOND_STUCK, faults.BOND_MISSING)
SUPPLY = _bits(faults.RELAY_DROPPED, faults.KM2_DROPPED, faults.V2L_COLLAPSED)
STORMS = _bits(faults.RESET_STORM, faults.TRANSFER_STORM)
RECORDS = _bits(faults.STATE_LOST, faults.CONFIG_BAD, faults.FIRMWARE_MISMATCH) | FOREIGN
CLOCK = _bits(faults.CLOCK_LOST, faults.CLOCK_DISAGREES)
NOTICES = faults.NOTICES & ~CLOCK


def _latched(core):
    return core.faults.latched | (FOREIGN if core.faults.foreign else 0)


# Pattern, and when it fits: which faults, or a question. The first row that fits is shown; the last always does. Their
# names stand in sentences.
_ROWS = (
    ("#.", lambda core: core.sign_ms > 0 and core.phase in (STARTUP, FAULT)),
    ("########.#.#....", lambda core: core.is_in_service()),
    ("####.#.#.#.", lambda core: core.faults.lasting & faults.ALARMS),
    ("########..#............", CONTACTORS),
    ("########..#..#............", BOND),
    ("########..#..#..#............", SUPPLY),
    ("########..#..#..#..#............", STORMS),
    ("########..#..#..#..#..#............", RECORDS),
    ("####....", lambda core: core.phase == STARTUP),
    ("##############..", lambda core: core.is_on_v2l()),
    ("#..#............................", lambda core: core.holds.any() or core.button.down),
    ("#..#..#.........................", CLOCK),
    ("#..#..#..#......................", NOTICES),
    ("#...............................", lambda core: True),
)
PATTERNS = tuple([row[0] for row in _ROWS])


def which(core):
    """The row of PATTERNS that fits."""
    for i in range(len(_ROWS)):
        fits = _ROWS[i][1]
        if fits(core) if callable(fits) else (_latched(core) | core.faults.standing()) & fits:
            return i


class _Output:
    """A pin, or None where nothing is fitted; written only when it changes."""

    def __init__(self, pin, on_level):
        self.pin = pin
        self.on_level = on_level
        self.lit = True
        self.show(False)

    def show(self, lit):
        if lit != self.lit:
            self.lit = lit
            if self.pin:
                self.pin(self.on_level if lit else 1 - self.on_level)


class Lamp:
    def __init__(self, pin, on_level):
        self.output = _Output(pin, on_level)
        self.code = len(PATTERNS) - 1
        self.shown = -1
        self.at_ms = 0

    def look(self, core):
        """Choose the code; once a second is enough."""
        self.code = which(core)

    def tick(self, dt_ms):
        pattern = PATTERNS[self.code]
        self.at_ms = (self.at_ms + dt_ms) % (len(pattern) * UNIT_MS) if self.code == self.shown else 0
        self.shown = self.code
        self.output.show(pattern[self.at_ms // UNIT_MS] == "#")


class Alarm:
    """Sounds while a fault is latched, and in beeps while the load may have no supply; a press mutes what stands."""

    def __init__(self, pin, on_level):
        self.output = _Output(pin, on_level)
        self.muted = 0  # bits of the faults that somebody has heard
        self.was_down = 0
        self.at_ms = 0

    def tick(self, core, dt_ms):
        lasting = core.faults.lasting & faults.ALARMS
        bits = _latched(core) | lasting
        if self.muted:
            self.muted &= bits | core.faults.standing()  # one that flickers within its retry time is not new
        sounding = bits & ~self.muted
        down = core.button.down
        if sounding and down and not self.was_down:
            self.muted = bits
            sounding = 0
        self.was_down = down
        self.at_ms = (self.at_ms + dt_ms) % (2 * BEEP_MS) if sounding else 0
        self.output.show(sounding != 0 and (not lasting or self.at_ms < BEEP_MS))
