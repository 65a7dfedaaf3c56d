"""The steps that are for instruments and eyes: timed holds for the RCD and loop tests, and the handing over."""

from tools.commission.trial import named, standing

RCD_MS, LOOP_OHM = 300, 1667
LOOK_S = 5


def rcd_grid(trial):
    """A hold on grid, for the RCD and loop tests."""
    trial.service()
    trial.tell("The board rests on grid while you measure. Reset the RCD afterwards.")
    _hold(trial)
    _readings(trial, "grid")


def rcd_v2l(trial):
    """A hold on V2L, for the same."""
    trial.to_v2l(stay_s=trial.person.hold_s + 30)
    trial.tell("V2L is held while you measure; it ends by itself, and at any press of the button.")
    _hold(trial)
    _readings(trial, "v2l")
    trial.to_grid()


def _hold(trial):
    trial.board.wait(trial.person.hold_s, trial.person.count_down)


def _readings(trial, where):
    named_so = "V2L" if where == "v2l" else "grid"
    trial.reading(f"rcd-{where}-ms", f"RCD on {named_so}, time to trip at its rated residual current", "ms",
                  f"at most {RCD_MS} ms", lambda value: 0 < value <= RCD_MS)
    trial.reading(f"loop-{where}-ohm", f"earth fault loop on {named_so}", "ohm",
                  f"at most {LOOP_OHM} ohm, for 30 mA and 50 V", lambda value: 0 < value <= LOOP_OHM)


def handover(trial):
    """What a person sees who comes later. What the board is left like is looked at in a window: the schedule waits."""
    trial.yes("labels", "Does a label at both points of isolation say that there are two sources?", True)
    trial.yes("isolation", "Can both sources be isolated and locked off by hand, without this board?", True)
    trial.yes("instructions", "Has the owner been shown the button, the lamp and how to isolate?", True)
    trial.window(LOOK_S)
    status = trial.status()
    trial.measure("state left behind", status["state"], None, "grid", status["state"] == "grid")
    trial.measure("faults left behind", named(status), None, "nothing", not standing(status))
    trial.measure("hold left behind", status["hold"]["local"], None, "none", status["hold"]["local"] == "none")
