"""What can go wrong in an installation, one thing at a time: a name, what it needs, and what is done to the world."""

from tools.proofs.limits import do

DIP_MS = 5000  # of a supply that comes back
PRESS_MS = 200
RESETS = ("watchdog", "panic", "brownout", "power", "soft")
CONTACTS = ("km1", "km2", "bond")
LABEL = {"km1": "KM1", "km2": "KM2", "bond": "bond", "pilot": "pilot", "guard": "guard"}
PART, SIGNAL, SUPPLY, PERSON, BOARD = "part", "signal", "supply", "person", "board"


class Cause:
    """`needs` is the relay or input without which there is no such thing; `hides`: it may belie what feeds the load."""

    def __init__(self, name, kind, act, needs=None, hides=False):
        self.name, self.kind, self.act, self.needs, self.hides = name, kind, act, needs, hides

    def is_seen_at_once(self):
        """By the board itself, without any input."""
        return self.kind == BOARD and not self.name.startswith("interference")

    def fits(self, setup):
        if self.needs is None:
            return True
        return setup.two_relays if self.needs == "guard" else bool(getattr(setup, self.needs))


def _verb(verb, **keys):
    return lambda run: do(run, verb, **keys)


def _break_wire(signal):
    return lambda run: run.world.wiring.broken.append(signal)


def _for_a_while(verb, on_a_ups=False):
    def act(run):
        _supply_board(run, on_a_ups)
        run.world.after(DIP_MS, lambda: do(run, verb, to="on"))
        do(run, verb, to="off")

    return act


def _lose_grid_on_a_ups(run):
    _supply_board(run, True)
    do(run, "grid", to="off")


def _supply_board(run, on_a_ups):
    if on_a_ups:
        run.world.scenario.board_supply = "ups"


def _hold_remotely(run):
    """What an order over the network comes to, once it has been accepted."""
    core = run.core()
    if core:
        core.set_remote_hold(True)
    elif "mended" not in run.measured:
        run.world.after(100, lambda: _hold_remotely(run))


def _parts():
    for part in ("km1", "km2", "pilot", "guard"):
        needs = "guard" if part == "guard" else None
        yield Cause(LABEL[part] + " welded", PART, _verb("weld", what=part), needs)
        yield Cause(LABEL[part] + " coil broken", PART, _verb("coil-open", what=part), needs)
    yield Cause("interlock failed", PART, _verb("interlock", to="failed"))
    yield Cause("control fuse blown", PART, _verb("fuse", to="failed"))


def _signals():
    for what in CONTACTS:
        for to, said in (("open", "stuck open"), ("closed", "stuck closed"), ("bounce", "chatters"),
                         ("broken", "wire broken")):
            act = _verb("feedback", what=what, to=to)
            yield Cause(f"{LABEL[what]} feedback {said}", SIGNAL, act, what, what != "bond")
    for what in ("car", "grid", "charging", "enable"):
        yield Cause(f"{what} input's wire broken", SIGNAL, _break_wire(what), what, what in ("car", "grid"))
    yield Cause("button's wire broken", SIGNAL, _break_wire("button"))


def _supplies():
    yield Cause("car lost", SUPPLY, _verb("car", to="off"))
    yield Cause("car supply trips for 5 s", SUPPLY, _for_a_while("car"))
    yield Cause("grid lost", SUPPLY, _verb("grid", to="off"))
    yield Cause("grid lost for 5 s", SUPPLY, _for_a_while("grid"))
    yield Cause("grid lost, board on a UPS", SUPPLY, _lose_grid_on_a_ups)
    yield Cause("grid lost for 5 s, board on a UPS", SUPPLY, _for_a_while("grid", True))
    yield Cause("board's supply lost", SUPPLY, _verb("power", to="off"))
    yield Cause("board's supply lost for 5 s", SUPPLY, _for_a_while("power"))


def _people():
    yield Cause("enable opened", PERSON, _verb("enable", to="off"), "enable")
    yield Cause("car charging", PERSON, _verb("charging", to="on"), "charging")
    yield Cause("button pressed", PERSON, _verb("press", ms=PRESS_MS))
    yield Cause("told to grid remotely", PERSON, _hold_remotely)


def _board():
    for ms in (300, 2000, 4900):
        yield Cause(f"loop stalled {ms} ms", BOARD, _verb("stall", ms=ms))
    yield Cause("firmware hangs", BOARD, _verb("hang"))
    for cause in RESETS:
        yield Cause(f"reset: {cause}", BOARD, _verb("reset", cause=cause))
    for what in ("km1", "km2"):
        for cause in ("watchdog", "brownout"):
            yield Cause(f"interference from {LABEL[what]}: {cause}", BOARD, _verb("emi", what=what, cause=cause))
    yield Cause("system clock an hour ahead", BOARD, _verb("clock", jump_s=3600))
    yield Cause("system clock an hour back", BOARD, _verb("clock", jump_s=-3600))
    yield Cause("battery clock lost", BOARD, _verb("rtc", to="lost"))
    yield Cause("flash full", BOARD, _verb("flash", to="full"))
    yield Cause("flash read-only", BOARD, _verb("flash", to="read-only"))


CAUSES = (*_parts(), *_signals(), *_supplies(), *_people(), *_board())


def fitting(setup):
    return [cause for cause in CAUSES if cause.fits(setup)]


def mend(run):
    """Put the world in order again, all but what the firmware itself has latched, and what a reset must end."""
    world, run.measured["mended"] = run.world, True
    for part in (world.plant.pilot, world.plant.guard, world.plant.km1, world.plant.km2):
        part.coil_open = 0
        part.free()
    world.plant.stuck.clear()
    world.wiring.broken.clear()
    world.wiring.enable, world.wiring.charging, world.wiring.pressed, world.emi = 1, 0, 0, None
    world.flash.mode = "ok"
    world.chip.mend()
    core = run.core()
    if core:
        core.set_remote_hold(False)
    world.command()
    world.plant.change(interlock=1, fuse=1, car_live=1, grid_live=1)
    world.show()
    world.unplugged = False
    world.regain_power()
