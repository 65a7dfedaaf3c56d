"""The steps on V2L: the first transfer, what holds without coil supply, poles, bond, and how fast it moves."""

import statistics

from tools.commission.trial import SETTLE_S, let_go, named, on_v2l, standing, why_not

TRANSFERS = 10
SPREAD_MS = 20
STAY_S = 2


def first_transfer(trial):
    """To V2L and back, with somebody watching."""
    trial.tell("The load is going to be fed from the car, and from the grid again. Watch the contactors and the load.")
    status = trial.to_v2l()
    trial.board.wait(SETTLE_S)
    trial.heed(trial.status())
    trial.measure("feedback on V2L", status["feedback"], None, "v2l", on_v2l(status))
    trial.yes("load-on-v2l", "Is the load fed from V2L now, and from it alone?", True, "the load is not on V2L")
    status = trial.to_grid()
    trial.measure("feedback after the return", status["feedback"], None, "grid")
    trial.yes("load-on-grid", "Is the load on grid again, and on nothing else?", True, "the load is not on grid again")


def poles(trial):
    """Both poles of a source move together."""
    trial.yes("both-poles", "On grid: do both poles of KM1 conduct, and are both poles of KM2 open?", True,
              "line and neutral of the V2L side are not both open on grid")
    trial.to_v2l(stay_s=120)
    trial.yes("both-poles", "On V2L: do both poles of KM2 conduct, and are both poles of KM1 open?", True,
              "line and neutral of the grid side are not both open on V2L")
    trial.to_grid()


def bond(trial):
    """Neutral and earth of the V2L side are joined on V2L, and only there."""
    made = trial.yes("bond-made", "On grid: does the V2L bonding contact join neutral and earth? Measure at the "
                     "contact, with its conductor taken off the earth bar.", False,
                     "the neutral-earth bond is there on grid, too")
    if made:
        return
    trial.clear()  # what the board itself may have found
    status = trial.to_v2l(stay_s=120)
    trial.yes("bond-made", "On V2L: does it join them now?", True, "there is no neutral-earth bond on V2L")
    if "bond" in trial.facts.kinds:
        trial.measure("feedback bond on V2L", status["inputs"]["bond"], None, "closed",
                      status["inputs"]["bond"] == "closed")
    trial.to_grid()


def transfers(trial):
    """Ten times there and back: drop, gap and their spread, which the board keeps to compare with."""
    there, back = [], []
    for number in range(TRANSFERS):
        trial.person.progress(f"transfer {number + 1} of {TRANSFERS}")
        there.append(_last(trial.to_v2l(stay_s=60), "v2l", trial))
        trial.board.wait(STAY_S)
        back.append(_last(trial.to_grid(), "grid", trial))
    medians = [*_judge(trial, "to V2L", there), *_judge(trial, "to grid", back)]
    if trial.finding is None:
        trial.board.tell("supervise timing " + " ".join(str(-1 if one is None else one) for one in medians))


def _last(status, to, trial):
    """(drop, gap) of the transfer that has just been."""
    found = status["last_transfer"]
    if not found or found["to"] != to:
        status, _seen = trial.board.until(
            lambda status: status["last_transfer"] and status["last_transfer"]["to"] == to, 5)
        found = status["last_transfer"]
    return (found["drop_ms"], found["gap_ms"]) if found and found["to"] == to else (None, None)


def _judge(trial, way, rows):
    """The medians of drop and gap."""
    limits = trial.limits
    dead_ms = limits.dead_time_ms if trial.facts.two_relays else 0
    # Half of what the board allows, so that a contactor that grows a little slower is no fault at once.
    most = (("drop", limits.release_ms // 2), ("gap", dead_ms + limits.pull_ms // 2))
    medians = []
    for place, (what, most_ms) in enumerate(most):
        known = [row[place] for row in rows if row[place] is not None]
        if not known:
            trial.measure(f"{what} {way}", None, "ms", "not known without both feedbacks", None)
            medians.append(None)
            continue
        medians.append(round(statistics.median(known)))
        trial.measure(f"{what} {way}, median of {len(known)}", medians[-1], "ms", f"at most {most_ms} ms",
                      medians[-1] <= most_ms, f"the {what} {way} takes {medians[-1]} ms, and {most_ms} ms is the "
                      "limit: a contactor is slow")
        spread = max(known) - min(known)
        trial.measure(f"spread of the {what} {way}", spread, "ms", f"at most {SPREAD_MS} ms", spread <= SPREAD_MS)
    return medians


def coil_supply_v2l(trial):
    """On V2L, without coil supply, KM2 lets go, and the load is back on grid with the supply."""
    trial.to_v2l(stay_s=60)
    trial.do("Take out the control fuse, so that the coils have no supply.", "coil-supply", "off")
    trial.board.wait(SETTLE_S)
    trial.yes("load-lit", "Does anything feed the load now?", False,
              "KM2 stays in without coil supply: it is welded or blocked, or its coil is fed from elsewhere")
    if trial.sees_km2():
        status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
        trial.measure("commanded without coil supply", status["command"], None, "grid", left)
    else:
        trial.board.serve()  # the board has not seen it, and would go on
    trial.do("Put the control fuse back.", "coil-supply", "on")
    trial.board.wait(SETTLE_S)
    trial.yes("load-on-grid", "Is the load on grid again?", True, "the load does not come back to grid with its supply")
    trial.clear()


def guard_holds(trial):
    """The guard alone keeps KM2 out: without it, V2L does not come."""
    trial.window(trial.facts.enter_s() + 30)
    trial.do("Take off the wire of the guard relay's coil.", "relay", "guard", "unplugged")
    trial.board.say("v2l")
    status, ended = trial.board.until(lambda status: on_v2l(status) or standing(status), trial.facts.enter_s())
    if not ended:
        trial.stop("V2L was not even tried without the guard: " + why_not(status))
    finding = "KM2 pulls in without the guard: its contact is welded, or wired past"
    if trial.sees_km2():
        tried = "km2-not-closed" in status["faults"]
        trial.measure("V2L without the guard", named(status) if standing(status) else status["state"], None,
                      "km2-not-closed, and no V2L", tried, finding if pulled(status) else
                      f"V2L was not even tried without the guard: {named(status)}")
    trial.yes("load-on-v2l", "Was the load fed from V2L at any time?", False, finding)
    trial.service()
    trial.do("Put the wire of the guard relay's coil back.", "relay", "guard", "plugged")
    trial.clear()


def pulled(status):
    return on_v2l(status) or "guard-stuck" in status["faults"] or "both-closed" in status["faults"]


def guard_alone(trial):
    """The guard alone ends V2L: with the pilot's contact bridged, KM2 drops."""
    trial.to_v2l(stay_s=60)
    trial.do("Bridge the pilot relay's contact from COM to NO.", "relay", "pilot", "bridged")
    _ends(trial, "KM2 does not drop by the guard alone")
    trial.do("Take the bridge away.", "relay", "pilot", "freed")
    trial.clear()


def pilot_alone(trial):
    """The pilot alone ends V2L: with the guard's contact bridged, KM2 drops."""
    trial.to_v2l(stay_s=60)
    trial.do("Bridge the guard relay's contact.", "relay", "guard", "bridged")
    _ends(trial, "KM2 does not drop by the pilot alone")
    status = trial.status()
    if trial.sees_km2():
        trial.measure("the board on the bridged guard", named(status), None, "guard-stuck",
                      "guard-stuck" in status["faults"])
    trial.do("Take the bridge away.", "relay", "guard", "freed")
    trial.clear()


def _ends(trial, finding):
    trial.board.say("grid")
    trial.board.wait(SETTLE_S)
    if trial.sees_km2():
        status, gone = trial.board.until(let_go, 5)
        trial.measure("feedback km2 after V2L ended", status["inputs"]["km2"], None, "open", gone, finding)
    trial.yes("km2-in", "Is KM2 still pulled in?", False, finding)
