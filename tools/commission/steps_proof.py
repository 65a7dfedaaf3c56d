"""The steps in which something is taken away: feedbacks, the button's rest, car, network, clock, processor, pulses."""

from firmware.app import desk
from firmware.core import dates
from tools.commission.board import Refused
from tools.commission.trial import SETTLE_S, NotHere, let_go, named, on_v2l, standing

BROKEN = {"no": "open", "nc": "closed", "mirror": "closed"}  # what a wire that is off reads as
AT_ONCE_S = 3
NETWORK_S = 30
START_S = 40
BACK_S = 12  # a start, once the hang is over
REST_MS = 10_000
LATE_MS = 1000
STAGE_S = 6
OFF_S = 5


def feedback_unplugged(trial):
    """Each feedback taken off in turn: it reads as documented, and V2L is not held with it."""
    for signal in trial.facts.fitted("km1", "km2", "bond"):
        _unplugged(trial, signal)


def _unplugged(trial, signal):
    kind = trial.facts.kinds[signal]
    trial.window(trial.facts.enter_s() + 60)
    trial.do(f"Take the wire of the feedback {signal} off its terminal.", "unplug", signal)
    trial.board.wait(SETTLE_S)
    status = trial.status()
    shown, right = status["inputs"][signal], BROKEN[kind]
    trial.measure(f"feedback {signal} unplugged", shown, None, f"{right}, as a {kind} contact", shown == right)
    if not standing(status):
        status = _try_v2l(trial)
    trial.measure(f"V2L with {signal} unplugged", named(status) if standing(status) else status["state"], None,
                  "V2L refused, or ended by a fault", not on_v2l(status),
                  f"V2L is held although the feedback {signal} is unplugged")
    trial.service()
    trial.do(f"Put the wire of {signal} back.", "plug", signal)
    trial.board.wait(SETTLE_S)
    trial.clear()


def _try_v2l(trial):
    """V2L wanted for as long as it takes to come, and a little longer; the status that comes of it."""
    trial.window(trial.facts.enter_s() + 30)
    trial.board.say("v2l")
    limit_s = trial.facts.enter_s()
    status, _ended = trial.board.until(lambda status: standing(status) or on_v2l(status)
                                       or status["blocked_by"] == ["rest"], limit_s)
    if on_v2l(status):  # its limits are running
        trial.board.wait(SETTLE_S)
        status = trial.status()
    return status


def button(trial):
    """Pressed on grid it holds; on V2L it ends V2L and the window at once; in service, held long, it ends service."""
    _press_on_grid(trial)
    trial.to_v2l(stay_s=60)
    begun_s = trial.board.link.now_s()
    trial.press()
    trial.board.wish = None  # the press has ended the window
    status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
    took_s = round(trial.board.link.now_s() - begun_s, 1)
    trial.measure("from the press on V2L to grid, as this computer saw it", took_s, "s", f"at most {AT_ONCE_S} s",
                  left and took_s <= AT_ONCE_S, "the button does not end V2L")
    trial.board.wait(SETTLE_S)
    trial.yes("load-on-grid", "Is the load on grid?", True)
    trial.measure("window after the press", "open" if trial.board.is_open() else "closed", None, "closed",
                  not trial.board.is_open())
    trial.lift_hold(trial.status())
    if not trial.facts.setup.selector:
        _press_in_service(trial)


def _press_on_grid(trial):
    if trial.facts.setup.selector:
        return
    trial.window(trial.facts.enter_s())
    trial.press()
    trial.board.wish = None  # the press has ended the window
    status, held = trial.board.until(lambda status: status["hold"]["local"] != "none", 5)
    trial.measure("hold after a press on grid", status["hold"]["local"], None, "window", held)
    trial.measure("V2L refused by the hold", ", ".join(status["blocked_by"]), None, "hold among it",
                  "hold" in status["blocked_by"])
    trial.lift_hold(status)


def _press_in_service(trial):
    trial.service()
    trial.do("Hold the button down for six seconds, then let go.", "press", 6000)
    status, over = trial.board.until(lambda status: status["state"] != "service", 10)
    trial.measure("state after a long press in service", status["state"], None, "not service", over)
    trial.board.serving = not over


def car_lost(trial):
    """The V2L supply goes: the load is back on grid."""
    trial.to_v2l(stay_s=60)
    begun_s = trial.board.link.now_s()
    trial.do("Switch the V2L supply off at the car.", "supply", "car", "off")
    status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
    took_s = round(trial.board.link.now_s() - begun_s, 1)
    trial.measure("from the loss of V2L to grid, as this computer saw it", took_s, "s", f"at most {AT_ONCE_S} s",
                  left and took_s <= AT_ONCE_S)
    trial.board.wait(SETTLE_S)
    trial.yes("load-on-grid", "Is the load on grid?", True)
    trial.do("Switch the V2L supply on again.", "supply", "car", "on")
    trial.clear()


def network_lost(trial):
    """Neither V2L nor grid takes notice of the network."""
    trial.to_v2l(stay_s=2 * NETWORK_S)
    trial.do("Switch the router off.", "network", "off")
    trial.board.wait(NETWORK_S)
    status = trial.status()
    trial.measure("signal of the network", status["net"]["rssi"], "dBm", "told, not judged", None)
    trial.measure(f"state {NETWORK_S} s without network", status["state"], None, "v2l", on_v2l(status))
    trial.to_grid()
    trial.do("Switch the router on again.", "network", "on")


def clock_lost(trial):
    """A board that does not know the time refuses V2L, and has it again when it does."""
    trial.service()
    trial.do("Take the board's supply away, and the USB cable with it." + (
        " See that it finds no network when it starts." if trial.facts.config.ntp else ""), "power", "off")
    if trial.facts.config.rtc != "none":
        trial.do("Take the battery clock off the board for a moment, and its battery out, and put it back.",
                 "battery-clock", "out")
    trial.board.link.wait(OFF_S)
    trial.do("Put the supply and the cable back.", "power", "on")
    _back(trial, START_S)
    status, _settled = trial.board.until(lambda status: status["state"] == "grid", START_S)
    trial.measure("trust of the clock", status["clock"]["trust"], None, "unset", status["clock"]["trust"] == "unset")
    trial.window(30)
    trial.board.say("v2l")
    status, seen = trial.board.until(lambda status: status["blocked_by"] == ["clock"] or on_v2l(status),
                                     trial.facts.enter_s())
    trial.measure("V2L without a clock", ", ".join(status["blocked_by"]), None, "refused for the clock",
                  "clock" in status["blocked_by"] and status["command"] == "grid")
    trial.service()
    try:
        trial.board.tell("time " + dates.iso(trial.board.link.date_s()))
    except Refused as refusal:
        trial.stop(f"the clock cannot be set: {refusal}")
    status, known = trial.board.until(lambda status: status["clock"]["trust"] == "synced", 10)
    trial.measure("trust after setting it", status["clock"]["trust"], None, "synced", known)


def _back(trial, limit_s):
    """The first status after a start, or None."""
    return trial.board.back(limit_s)


def watchdog(trial):
    """The firmware hangs with V2L commanded: the watchdog restarts the board, and the relays are off."""
    limits = trial.limits
    before = trial.to_v2l(stay_s=60).get("proof")
    begun_s = trial.board.link.now_s()
    trial.board.hang()
    own_end_s = desk.PATIENCE * limits.watchdog_ms / 1000
    status = _back(trial, own_end_s + BACK_S)
    if status is None:
        trial.fail("the board hangs, and neither its watchdog nor the hang's own end restarts it")
        _rescue(trial)
        return
    took_s = round(trial.board.link.now_s() - begun_s, 1)
    trial.measure("until the board answered again", took_s, "s")
    proof = status.get("proof")
    if not proof:
        status, _told = trial.board.until(lambda status: status.get("proof"), START_S)
        proof = status.get("proof")
    if not proof or proof["hang_ms"] is None or proof == before:
        trial.stop("the watchdog did not end it: V2L stayed on until the hang's own end" if took_s >= own_end_s
                   else "the board has restarted, and keeps no proof that its watchdog did that")
    most_ms = limits.watchdog_ms + LATE_MS
    trial.measure("hung until the reset", proof["hang_ms"], "ms", f"at most {most_ms} ms",
                  proof["hang_ms"] is not None and proof["hang_ms"] <= most_ms)
    if proof["rest_ms"] is not None:
        trial.measure("from the start to feedback that says grid", proof["rest_ms"], "ms", f"at most {REST_MS} ms",
                      proof["rest_ms"] <= REST_MS)
    shown = trial.status()["feedback"]
    trial.measure("feedback after the restart", shown, None, "grid", shown in ("grid", "unknown"))
    trial.yes("load-on-grid", "Is the load on grid?", True)


def _rescue(trial):
    """V2L is still commanded by a board that hears nothing."""
    if not trial.board.link.interrupt():
        trial.do("Take the board's supply away, and the USB cable with it: V2L is still on.", "power", "off")
        trial.board.link.wait(OFF_S)
        trial.do("Put the supply and the cable back.", "power", "on")
    _back(trial, START_S)


def heartbeat(trial):
    """Without pulses the dead-man stage lets the relays go."""
    if not trial.person.yes("stage-fitted", "Is a dead-man stage fitted that the board's pulses feed?"):
        raise NotHere("no dead-man stage is fitted")
    trial.to_v2l(stay_s=60)
    begun_s = trial.board.link.now_s()
    trial.do("Take the wire with the heartbeat pulses off the dead-man stage.", "unplug", "heartbeat")
    finding = "the dead-man stage does not let the relays go without pulses"
    if trial.sees_km2():
        _status, gone = trial.board.until(let_go, 2 * STAGE_S)
        took_s = round(trial.board.link.now_s() - begun_s, 1)
        trial.measure("from the last pulse until KM2 let go, as this computer saw it", took_s, "s",
                      f"at most {STAGE_S} s", gone and took_s <= STAGE_S, finding)
        trial.board.wait(SETTLE_S)
    else:
        trial.board.wait(STAGE_S)
    trial.yes("load-on-v2l", "Is the load still on V2L?", False, finding)
    trial.service()
    trial.do("Put the wire with the pulses back.", "plug", "heartbeat")
    trial.board.wait(SETTLE_S)
    trial.clear()
