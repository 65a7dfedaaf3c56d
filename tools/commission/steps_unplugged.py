"""The step in which each input is without its wire: it reads as documented, and keeps V2L away where that is so."""

from tools.commission.trial import SETTLE_S, named, on_v2l, standing

FEEDBACKS, SUPPLIES = ("km1", "km2", "bond"), ("car", "grid", "charging", "enable")
# What an input without its wire reads as. Every input is pulled up, so that its contact seems open, its level high.
BROKEN = {"no": "open", "nc": "closed", "mirror": "closed", "low": "off", "high": "on"}
SAFE = {"car": "off", "grid": "off", "charging": "on", "enable": "open"}  # what keeps V2L away
PERMITS = {"grid": "rest"}  # by which one that is not called as the input is
PERMISSION = "told: a broken wire reads as permission, and keeps nothing away"
STUCK_S = 17  # a button that is down for so long is a hold, and nothing else comes of letting it go


def unplugged(trial):
    """Each input in turn."""
    for signal in trial.facts.fitted(*FEEDBACKS):
        _feedback(trial, signal)
    for signal in trial.facts.fitted(*SUPPLIES):
        _supply(trial, signal)
    _button(trial)


def _take_off(trial, signal):
    trial.do(f"Take the wire of the input {signal} off its terminal, at the board's extra-low voltage.", "unplug",
             signal)


def _put_back(trial, signal):
    trial.do(f"Put the wire of {signal} back.", "plug", signal)
    trial.board.wait(SETTLE_S)


def _feedback(trial, signal):
    status = _without(trial, signal)
    if not standing(status):
        status = _try_v2l(trial, "rest")
    trial.measure(f"V2L with {signal} unplugged", named(status) if standing(status) else status["state"], None,
                  "V2L refused, or ended by a fault", not on_v2l(status),
                  f"V2L is held although the feedback {signal} is unplugged")
    trial.service()
    _put_back(trial, signal)
    trial.clear()


def _without(trial, signal):
    """In a window; the status in which its wire is off."""
    trial.window(trial.facts.enter_s() + 60)
    _take_off(trial, signal)
    trial.board.wait(SETTLE_S)
    kind, status = trial.facts.kinds[signal], trial.status()
    shown, right = status["inputs"][signal], BROKEN[kind]
    trial.measure(f"input {signal} unplugged", shown, None, f"{right}, of kind {kind}", shown == right)
    return status


def _try_v2l(trial, permit):
    """V2L wanted for as long as it takes to come, and a little longer; the status that comes of it."""
    trial.window(trial.facts.enter_s() + 30)
    trial.board.say("v2l")
    status, _ended = trial.board.until(lambda status: standing(status) or on_v2l(status)
                                       or status["blocked_by"] == [permit], trial.facts.enter_s())
    if on_v2l(status):  # its limits are running
        trial.board.wait(SETTLE_S)
        status = trial.status()
    return status


def _supply(trial, signal):
    _without(trial, signal)
    if BROKEN[trial.facts.kinds[signal]] == SAFE[signal]:
        permit = PERMITS.get(signal, signal)
        status = _try_v2l(trial, permit)
        trial.measure(f"V2L with {signal} unplugged", ", ".join(status["blocked_by"]) or status["state"], None,
                      f"refused for {permit}", permit in status["blocked_by"] and status["command"] == "grid",
                      f"V2L is not refused although the wire of {signal} is off")
        trial.board.say("grid")
    else:
        trial.measure(f"V2L with {signal} unplugged", "not tried", None, PERMISSION, None)
    _put_back(trial, signal)


def _button(trial):
    """In service, where a button that goes down makes no more than a hold."""
    trial.service()
    _take_off(trial, "button")
    trial.board.wait(STUCK_S)
    status = trial.status()
    shown = "pressed" if "hold" in status["blocked_by"] else "not pressed"
    kind = trial.facts.kinds["button"]
    right = "pressed" if kind == "nc" else "not pressed"
    trial.measure("button unplugged", shown, None, f"{right}, of kind {kind}" if kind == "nc" else PERMISSION,
                  shown == right)
    _put_back(trial, "button")
    trial.clear()
