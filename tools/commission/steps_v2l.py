"""The steps on V2L: the first transfer, what holds without coil supply, and how fast it moves."""

import statistics

from tools.commission.trial import (
    FUSE_BACK, FUSE_OUT, ISOLATE, RESTORE, SETTLE_S, let_go, named, on_v2l, standing, why_not
)

TRANSFERS = 10
SPREAD_MS = 20
STAY_S = 2


def first_transfer(trial):
    """To V2L and back, with somebody watching."""
    trial.tell("The load is going to be fed from the car, and from the grid again. Watch the contactors and the lamp.")
    status = trial.to_v2l(stay_s=120)
    trial.board.wait(SETTLE_S)
    trial.measure("feedback on V2L", status["feedback"], None, "v2l", on_v2l(status))
    trial.yes("load-on-v2l", "Is the load fed from V2L now, and from it alone?", True, "the load is not on V2L")
    trial.yes("bonded-at-the-board", "On V2L, measured at the essential board: is there the full voltage between line "
              "and earth, and next to none between neutral and earth?", True, "there is no neutral-earth bond on V2L")
    if "bond" in trial.facts.kinds:
        trial.measure("feedback bond on V2L", status["inputs"]["bond"], None, "closed",
                      status["inputs"]["bond"] == "closed")
    status = trial.to_grid()
    trial.measure("feedback after the return", status["feedback"], None, "grid")
    trial.yes("load-on-grid", "Is the load on grid again, and on nothing else?", True, "the load is not on grid again")


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
    trial.do(FUSE_OUT, "coil-supply", "off")
    trial.board.wait(SETTLE_S)
    trial.yes("load-lit", "Does anything feed the load now?", False,
              "KM2 stays in without coil supply: it is welded or blocked, or its coil is fed from elsewhere")
    if trial.sees_km2():
        status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
        trial.measure("commanded without coil supply", status["command"], None, "grid", left)
    else:
        trial.board.serve()  # the board has not seen it, and would go on
    trial.do(FUSE_BACK, "coil-supply", "on")
    trial.board.wait(SETTLE_S)
    trial.yes("load-on-grid", "Is the load on grid again?", True, "the load does not come back to grid with its supply")
    trial.clear()


def guard_holds(trial):
    """The guard alone keeps KM2 out: without it, V2L does not come."""
    trial.window(trial.facts.enter_s() + 30)
    trial.do("Take off the wire of the guard relay's coil, at the board's extra-low voltage.", "relay", "guard",
             "unplugged")
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
    _fit_switch(trial, "pilot", "across COM and NO of the pilot relay")
    _ends(trial, "pilot", "KM2 does not drop by the guard alone")
    _remove_switch(trial, "pilot")


def pilot_alone(trial):
    """The pilot alone ends V2L: with the guard's contact bridged, KM2 drops."""
    _fit_switch(trial, "guard", "across the guard relay's contact")
    _ends(trial, "guard", "KM2 does not drop by the pilot alone")
    if trial.sees_km2():
        status = trial.status()
        trial.measure("the board on the bridged guard", named(status), None, "guard-stuck",
                      "guard-stuck" in status["faults"])
    _remove_switch(trial, "guard")


def _fit_switch(trial, relay, where):
    """Dead, for the contact is at mains; it is closed and opened later without touching any terminal."""
    trial.service()
    trial.do(ISOLATE, "isolate", "poles", "control")
    trial.do(f"Connect a switch rated for mains {where}, open, and close the enclosure.", "switch", relay, "fitted")
    trial.do(RESTORE, "restore")
    trial.board.wait(SETTLE_S)


def _remove_switch(trial, relay):
    trial.do("Open the switch.", "switch", relay, "open")
    trial.service()
    trial.do(ISOLATE, "isolate", "poles", "control")
    trial.do("Take the switch and its wires off.", "switch", relay, "removed")
    trial.do(RESTORE, "restore")
    trial.clear()


def _ends(trial, relay, finding):
    trial.to_v2l(stay_s=120)
    trial.do("Close the switch.", "switch", relay, "closed")
    trial.board.say("grid")
    trial.board.wait(SETTLE_S)
    if trial.sees_km2():
        status, gone = trial.board.until(let_go, 5)
        trial.measure("feedback km2 after V2L ended", status["inputs"]["km2"], None, "open", gone, finding)
    trial.yes("km2-in", "Is KM2 still pulled in?", False, finding)
