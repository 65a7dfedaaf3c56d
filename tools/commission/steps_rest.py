"""The steps at rest: the board itself, what is measured dead, what happens on grid without coil supply, every input."""

from firmware.core import dates
from tools.commission.trial import FUSE_BACK, FUSE_OUT, SETTLE_S, named, standing

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


def dead(trial):
    """What is measured before anything is switched: protective conductors, polarity, fuses."""
    trial.service()
    trial.do("Isolate both sources, the control circuit and the board's supply from the mains, lock them off, and "
             "prove dead; the cable keeps the board alive.", "isolate", "poles", "control")
    trial.yes("protective-conductors", "Is every protective conductor continuous, to both sources, the essential board "
              "and each metal part, and does none go through a contact?", True, "a protective conductor is not "
                                                                                "continuous")
    trial.reading("protective-conductor-ohm", "the highest resistance of a protective conductor", "ohm",
                  "as the design has it, which the tester judges", lambda value: value >= 0)
    trial.yes("polarity", "Is the polarity right at every terminal: both sources, KM1, KM2, the control circuit, the "
              "load?", True, "the polarity is not right everywhere")
    trial.yes("fuses", "Have all fuses and protective devices the ratings of the design, that of the control circuit "
              "and that of the board's supply among them?", True, "a fuse or protective device is not what the design "
                                                                  "has")
    trial.do("Restore both sources, the control circuit and the board's supply.", "restore")
    trial.board.wait(SETTLE_S)


def coil_supply_grid(trial):
    """On grid, without coil supply, both contactors let go; with it the load is back on grid."""
    trial.service()
    trial.yes("load-on-grid", "Is the load on grid now?", True)
    trial.do(FUSE_OUT, "coil-supply", "off")
    trial.board.wait(SETTLE_S)
    _seen(trial)
    trial.yes("load-lit", "Does anything feed the load now?", False,
              "a contactor stays in without coil supply: it is welded or blocked, or its coil is fed from elsewhere")
    trial.do(FUSE_BACK, "coil-supply", "on")
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
    trial.do("A contactor is going to be moved by hand. Isolate the load side and the V2L supply, and part the grid "
             "from KM1's poles downstream of the control fuse: the coils must stay fed. Where a wire has to come "
             "off for that, make it dead first. Prove the poles dead. KM1 must be in now.", "isolate", "poles")
    seen = [_reads(trial, fitted)]
    trial.do(FUSE_OUT + " See that KM1 has let go.", "coil-supply", "off")
    seen.append(_reads(trial, fitted))
    trial.do("Hold KM2 in by hand, by the means that its maker provides.", "hold-in", "km2")
    seen.append(_reads(trial, fitted))
    trial.do("Let go of KM2.", "hold-in")
    trial.do(FUSE_BACK, "coil-supply", "on")
    trial.do("Restore the load side and both sources.", "restore")
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


def at_peace(trial):
    """Nothing stands, and the feedback says grid: the condition for all that follows."""
    status = trial.status()
    if standing(status):
        trial.tell("What has latched before is acknowledged at the board, if nothing brings it back.")
        trial.clear()
    trial.do("From here on V2L is tried. Until the RCD has passed on it, let one double-insulated test lamp be all of "
             "the load, and nobody use the circuits.")
    trial.window(PEACE_S)
    trial.board.wait(PEACE_S)
    status = trial.status()
    trial.measure("faults that stand", named(status), None, "nothing", not standing(status),
                  f"{named(status)} stands: mend it before going on")
