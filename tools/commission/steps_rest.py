"""The steps at rest: the board itself, what happens on grid without coil supply, every input, the interlock by hand."""

from firmware.core import dates
from tools.commission.trial import SETTLE_S, named, standing

PEACE_S = 5
APART_S = 120  # the board's clock from the host's
OTHER = {"no": "nc", "nc": "no", "mirror": "no", "low": "high", "high": "low"}
# What reads closed where: with the coils fed, without, and with KM2 held in by hand.
POSITIONS = {"km1": (1, 0, 0), "km2": (0, 0, 1), "bond": (0, 0, 1)}
SUPPLIES = (
    ("car", "Switch the V2L supply off at the car.", "Switch the V2L supply on again."),
    ("grid", "Switch the grid off upstream of KM1; the cable keeps the board alive.", "Switch the grid on again."),
    ("charging", "Have the car not charge, so that V2L is available.", None),
    ("enable", "Turn the lock-out so that V2L is not allowed.", "Turn the lock-out back, so that V2L is allowed."),
)


def board(trial):
    """Who it is, and whether its clock can be trusted."""
    status, limits = trial.status(), trial.limits
    trial.measure("build of the firmware", status["fw"])
    trust = status["clock"]["trust"]
    trial.measure("trust of the clock", trust, None, "not unset", trust != "unset",
                  "the board does not know the time: set it with tools/gridrest time")
    error_s = status["clock"]["error_s"]
    trial.measure("error of the clock", error_s, "s", f"at most {limits.max_error_s} s",
                  error_s is not None and error_s <= limits.max_error_s)
    apart_s = differs_s(status, trial.board.link)
    trial.measure("board's clock against this computer's", apart_s, "s", f"within {APART_S} s",
                  apart_s is not None and abs(apart_s) <= APART_S)
    trial.measure("longest turn of the loop", status["loop"]["worst_ms"], "ms", None, None)


def differs_s(status, link):
    """The board's time less the host's; None: the board knows none."""
    return None if status["time"] is None else dates.parse_iso(status["time"]) - link.date_s()


def coil_supply_grid(trial):
    """On grid, without coil supply, both contactors let go; with it the load is back on grid."""
    trial.service()
    trial.yes("load-on-grid", "Is the load on grid now?", True)
    trial.do("Take out the control fuse, so that the coils have no supply.", "coil-supply", "off")
    trial.board.wait(SETTLE_S)
    _seen(trial)
    trial.yes("load-lit", "Does anything feed the load now?", False,
              "a contactor stays in without coil supply: it is welded or blocked, or its coil is fed from elsewhere")
    trial.do("Put the control fuse back.", "coil-supply", "on")
    trial.board.wait(SETTLE_S)
    trial.yes("load-on-grid", "Is the load on grid again?", True, "the load does not come back to grid with its supply")


def _seen(trial):
    inputs = trial.status()["inputs"]
    for name in trial.facts.fitted("km1", "km2"):
        trial.measure(f"{name.upper()} feedback without coil supply", inputs[name], None,
                      "told here, judged under inputs", None)


def inputs(trial):
    """Every input in both positions: which of them moves, and which way."""
    trial.service()
    _contactors(trial)
    for signal, away, back in SUPPLIES:
        if signal in trial.facts.kinds:
            _supply(trial, signal, away, back)
    if trial.finding is None:
        _button(trial)


def _contactors(trial):
    fitted = trial.facts.fitted(*POSITIONS)
    if not fitted:
        return
    trial.tell("Isolate both sources of the load and prove the poles dead: a contactor is going to be moved by hand.")
    seen = [_reads(trial, fitted)]
    trial.do("Take out the control fuse, and see that KM1 has let go.", "coil-supply", "off")
    seen.append(_reads(trial, fitted))
    trial.do("Hold KM2 in by hand, by the means that its maker provides.", "hold-in", "km2")
    seen.append(_reads(trial, fitted))
    trial.do("Let go of KM2.", "hold-in")
    trial.do("Put the control fuse back.", "coil-supply", "on")
    trial.board.wait(SETTLE_S)
    for place, name in enumerate(fitted):
        _judge(trial, name, tuple(row[place] for row in seen))


def _reads(trial, names):
    trial.board.wait(SETTLE_S)
    shown = trial.status()["inputs"]
    return [1 if shown[name] == "closed" else 0 for name in names]


def _judge(trial, name, seen):
    """Hold what a feedback has shown against what each contact did."""
    right, what = POSITIONS[name], f"feedback {name}"
    told = ", ".join("closed" if one else "open" for one in seen)
    limit = ", ".join("closed" if one else "open" for one in right)
    if name == "bond" and len(set(seen)) == 1:
        trial.measure(what, told, None, "judged under bond: it has not moved", None)
        return
    twin = next((other for other, row in POSITIONS.items() if row == seen != right), None)
    if seen == tuple(1 - one for one in right):
        kind = trial.facts.kinds[name]
        why = f'it reads the wrong way round: write "{OTHER[kind]}" for "{kind}", or wire the other contact'
    elif twin:
        why = f"it shows what {twin.upper()} does: the wires of {name} and {twin} are exchanged"
    else:
        why = "it does not follow its contactor: see to the wire, the contact and the pin"
    trial.measure(what, told, None, limit, seen == right, f"{what} showed {told}, and {limit} would be right; {why}")


def _supply(trial, signal, away, back):
    good, bad = ("closed", "open") if signal == "enable" else ("on", "off")
    if signal == "charging":
        rows = ((away, "off", "off"), ("Have the car charge, or bridge the charge point's contact.", "on", "on"),
                (away, "off", "off"))
    else:
        rows = ((away, bad, "off"), (back, good, "on"))
    seen = []
    for text, _right, to in rows:
        trial.do(text, "supply", signal, to)
        trial.board.wait(SETTLE_S)
        seen.append(trial.status()["inputs"][signal])
    right = [row[1] for row in rows]
    told, limit = ", ".join(seen), ", ".join(right)
    kind = trial.facts.kinds[signal]
    why = "it does not follow: see to the wire and the detector"
    if len(set(seen)) > 1 and seen != right:
        why = f'it reads the wrong way round: write "{OTHER.get(kind, kind)}" for "{kind}", or wire it otherwise'
    trial.measure(f"input {signal}", told, None, limit, seen == right,
                  f"input {signal} showed {told}, and {limit} would be right; {why}")


def _button(trial):
    status = trial.status()
    held = status["hold"]["local"] != "none" or "hold" in status["blocked_by"]
    trial.measure("button at rest", "pressed" if held else "not pressed", None, "not pressed", not held,
                  "the button reads as pressed though nobody presses it: its wire is broken, or it is of the other "
                  "kind")
    if held:
        return
    if trial.facts.setup.selector:
        trial.do("Turn the selector to GRID.", "turn", "grid")
    else:
        trial.press()
    _status, seen = trial.board.until(lambda status: status["hold"]["local"] != "none", 5)
    trial.measure("button pressed", "seen" if seen else "not seen", None, "seen", seen,
                  "the board does not see the button: see to its wire and its kind")
    if trial.facts.setup.selector:
        trial.do("Turn it back to AUTO.", "turn", "auto")
    elif seen:
        trial.lift_hold(trial.status())


def interlock(trial):
    """By hand and dead: neither contactor goes in while the other is."""
    trial.service()
    trial.tell("Isolate both sources of the load and prove the poles dead: both contactors are going to be moved by "
               "hand.")
    trial.do("Take out the control fuse.", "coil-supply", "off")
    for first, second in (("km1", "km2"), ("km2", "km1")):
        one, other = first.upper(), second.upper()
        trial.do(f"Hold {one} in by hand, and try to push {other} in.", "hold-in", first, second)
        trial.board.wait(SETTLE_S)
        finding = f"the mechanical interlock does not hold: {other} goes in while {one} is held"
        trial.yes(second + "-in", f"Does {other} go in while {one} is held?", False, finding)
        shown = trial.status()["inputs"]
        if len(trial.facts.fitted("km1", "km2")) == 2:
            both = shown["km1"] == shown["km2"] == "closed"
            trial.measure(f"feedback with {one} held and {other} pushed", f"km1 {shown['km1']}, km2 {shown['km2']}",
                          None, "never both closed", not both, finding)
        trial.do("Let go of both.", "hold-in")
    trial.yes("electrical-interlock", "With KM2 held in by hand, is KM1's coil without supply when the fuse is in, "
              "and the other way round?", True, "the electrical interlock does not hold")
    trial.do("Put the control fuse back.", "coil-supply", "on")
    trial.board.wait(SETTLE_S)


def at_peace(trial):
    """Nothing stands, and the feedback says grid: the condition for all that follows."""
    status = trial.status()
    if standing(status):
        trial.heed(status)
        trial.tell("What has latched before is acknowledged at the board, if nothing brings it back.")
        trial.clear()
    trial.window(PEACE_S)
    trial.board.wait(PEACE_S)
    status = trial.status()
    trial.measure("faults that stand", named(status), None, "nothing", not standing(status),
                  f"{named(status)} stands: mend it before going on")
