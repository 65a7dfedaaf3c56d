"""What can be wrong with an installation, planted in the simulated one: by name, with the step made to find it.

Some are there from the beginning; a contact that welds does so when KM2 first pulls, and the load has moved.
"""

import typing

FLIPPED = {"no": "nc", "nc": "no", "mirror": "no", "low": "high", "high": "low"}
LOADED = '"pilot": "on"', '"km2": "closed"'


class Defect(typing.NamedTuple):
    name: str
    sentence: str
    step: str  # that is made to find it
    plant: typing.Callable  # plant(world)
    signal: str | None = None  # it needs this fitted
    late: bool = False  # it comes when KM2 first pulls


def _is(**world):
    return lambda world_now: world_now.plant.change(**world)


def _weld(part):
    return lambda world: setattr(getattr(world.plant, part), "welded", 1)


def _slow(part, way, ms):
    return lambda world: setattr(getattr(world.plant, part), way, ms)


def _flip(signal):
    def plant(world):
        for pin, (name, kind) in list(world.wiring.rows.items()):
            if name == signal:
                world.wiring.rows[pin] = (name, FLIPPED[kind])

    return plant


def _swap(one, other):
    def plant(world):
        rows = world.wiring.rows
        pins = {name: pin for pin, (name, _kind) in rows.items()}
        rows[pins[one]], rows[pins[other]] = rows[pins[other]], rows[pins[one]]

    return plant


def _stuck(signal, at):
    return lambda world: world.plant.stuck.update({signal: at})


def _broken(signal):
    return lambda world: world.wiring.broken.append(signal)


def _open_coil(part):
    return lambda world: setattr(getattr(world.plant, part), "coil_open", 1)


DEFECTS = (
    Defect("weld-km1", "KM1's main contacts are welded closed", "coil-supply-grid", _weld("km1")),
    Defect("weld-km2", "KM2's main contacts weld when it first pulls", "first-transfer", _weld("km2"), late=True),
    Defect("weld-pilot", "the pilot relay's contact welds at NO when KM2 first pulls", "first-transfer",
           _weld("pilot"), late=True),
    Defect("weld-guard", "the guard relay's contact is welded closed", "guard-holds",
           lambda world: (setattr(world.plant.guard, "closed", 1), _weld("guard")(world)), "guard"),
    Defect("guard-bypassed", "KM2's coil is wired past the guard", "guard-holds", _is(bypassed=1), "guard"),
    Defect("guard-welds-on-v2l", "the guard relay's contact welds when KM2 first pulls", "first-transfer",
           _weld("guard"), "guard", True),
    Defect("interlock-failed", "the mechanical interlock does not hold", "interlock", _is(interlock=0)),
    Defect("no-electrical-interlock-km1", "KM1's coil is fed past KM2's NC auxiliary", "interlock",
           _is(barred=("km2",))),
    Defect("no-electrical-interlock-km2", "KM2's coil is fed past KM1's NC auxiliary", "interlock",
           _is(barred=("km1",))),
    Defect("polarity-km1", "KM1's feedback is wired to the other kind of contact", "inputs", _flip("km1"), "km1"),
    Defect("polarity-km2", "KM2's feedback is wired to the other kind of contact", "inputs", _flip("km2"), "km2"),
    Defect("polarity-bond", "the bond's feedback is wired to the other kind of contact", "inputs", _flip("bond"),
           "bond"),
    Defect("polarity-car", "the V2L detector says live when it is dead", "inputs", _flip("car"), "car"),
    Defect("polarity-grid", "the grid detector says live when it is dead", "inputs", _flip("grid"), "grid"),
    Defect("polarity-charging", "the charging signal is the wrong way round", "inputs", _flip("charging"),
           "charging"),
    Defect("polarity-enable", "the lock-out contact is the wrong way round", "inputs", _flip("enable"), "enable"),
    Defect("polarity-button", "the button is of the other kind", "inputs", _flip("button")),
    Defect("swapped-feedbacks", "the feedbacks of KM1 and KM2 are exchanged", "inputs", _swap("km1", "km2"), "km2"),
    Defect("stuck-feedback", "KM2's feedback shows open whatever KM2 does", "inputs", _stuck("km2", "open"), "km2"),
    Defect("broken-button", "the button's wire is broken, or the button is missing", "inputs", _broken("button")),
    Defect("open-coil", "KM2's coil is broken", "first-transfer", _open_coil("km2")),
    Defect("one-pole", "only the line is switched, the neutral is not", "poles", _is(two_pole=0)),
    Defect("coil-supply-elsewhere", "the coils are fed past the control fuse", "coil-supply-grid",
           _is(unfused=1)),
    Defect("km2-fed-elsewhere", "KM2's coil is fed from the V2L side, past the fuse", "coil-supply-v2l",
           _is(unfused=2)),
    Defect("bond-missing", "nothing joins neutral and earth on V2L", "bond", _is(bond="never")),
    Defect("bond-always", "neutral and earth are joined on grid, too", "bond", _is(bond="always")),
    Defect("slow-km1", "KM1 takes long to let go", "transfers", _slow("km1", "off_ms", 190)),
    Defect("slow-km2", "KM2 takes long to let go", "transfers", _slow("km2", "off_ms", 190)),
    Defect("slow-pull", "KM2 takes long to pull in", "transfers", _slow("km2", "on_ms", 300)),
    Defect("no-watchdog", "the watchdog never bites", "watchdog",
           lambda world: setattr(world.board, "has_watchdog", False)),
    Defect("slow-heartbeat-stage", "the dead-man stage holds as long as the watchdog", "heartbeat",
           lambda world: world.stage and setattr(world.stage, "hold_ms", 5000), "stage"),
    Defect("dead-heartbeat-stage", "the dead-man stage passes the supply without pulses", "heartbeat",
           lambda world: world.stage and setattr(world.stage, "welded", True), "stage"),
)
NAMES = tuple(defect.name for defect in DEFECTS)


def find(name):
    return next((defect for defect in DEFECTS if defect.name == name), None)


def has_place(defect, world):
    """Whether this simulated installation has what the defect is in."""
    fitted = [signal for signal, _kind in world.wiring.rows.values()] + ["guard"] * world.plant.two_relays
    return defect.signal in [None, *fitted, *["stage"] * (world.stage is not None)]


class Planted:
    """A defect on its way into a world: `hear` is called with every line of the story."""

    def __init__(self, defect):
        self.defect = defect
        self.waits = defect is not None and defect.late
        self.world = None

    def begin(self, world):
        self.world = world
        if self.defect and not self.waits:
            self.defect.plant(world)

    def hear(self, line):
        if self.waits and self.world and all(words in line for words in LOADED):
            self.waits = False
            self.defect.plant(self.world)
