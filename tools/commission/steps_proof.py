"""The steps in which something is taken away: the button's rest, car, network, clock, processor, pulses."""

from firmware.app import desk
from firmware.core import dates
from tools.commission.board import Refused
from tools.commission.trial import SETTLE_S, START_S, NotHere, let_go, on_v2l, power_off, power_on

AT_ONCE_S = 3
NETWORK_S = 30
BACK_S = 12  # a start, once the hang is over
REST_MS = 10_000
LATE_MS = 1000
STAGE_S = 4  # about 3 s, and what the reading adds


def button(trial):
    """Pressed on grid it holds; on V2L it ends V2L and the window at once; in service, held long, it ends service."""
    _press_on_grid(trial)
    trial.to_v2l(stay_s=60)
    trial.press()
    begun_s = trial.board.link.now_s()  # nobody knows when exactly the person did it
    trial.board.wish = None  # the press has ended the window
    status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
    took_s = round(trial.board.link.now_s() - begun_s, 1)
    trial.measure("from Enter, after the press on V2L, to grid", took_s, "s", f"at most {AT_ONCE_S} s",
                  left and took_s <= AT_ONCE_S, "the button does not end V2L")
    trial.board.wait(SETTLE_S)
    trial.measure("window after the press", "open" if trial.board.is_open() else "closed", None, "closed",
                  not trial.board.is_open())
    trial.service()
    trial.yes("load-on-grid", "Is the load on grid?", True)
    if not trial.facts.setup.selector:
        _press_in_service(trial)
    trial.lift_hold(trial.status())


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
    """Outside of service the hold of the press before goes on, and keeps the schedule away."""
    trial.service()
    trial.board.left_service = False
    trial.do("Hold the button down for six seconds, then let go.", "press", 6000)
    status, over = trial.board.until(lambda status: trial.board.left_service or status["state"] != "service", 10)
    trial.measure("state after a long press in service", "service" if not over else "not service", None, "not service",
                  over)
    trial.board.serving = status["state"] == "service"
    trial.service()


def car_lost(trial):
    """The V2L supply goes: the load is back on grid."""
    trial.to_v2l(stay_s=60)
    trial.do("Switch the V2L supply off at the car.", "supply", "car", "off")
    begun_s = trial.board.link.now_s()
    status, left = trial.board.until(lambda status: status["command"] == "grid", 5)
    took_s = round(trial.board.link.now_s() - begun_s, 1)
    trial.measure("from Enter, after the loss of V2L, to grid", took_s, "s", f"at most {AT_ONCE_S} s",
                  left and took_s <= AT_ONCE_S)
    trial.board.wait(SETTLE_S)
    trial.service()
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
    power_off(trial, "Take the board's supply away, and the USB cable with it." + (
        " See that it finds no network when it starts." if trial.facts.config.ntp else ""))
    if trial.facts.config.rtc != "none":
        trial.do("Take the battery clock off the board for a moment, and its battery out, and put it back.",
                 "battery-clock", "out")
    power_on(trial)
    status = trial.status()
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


def watchdog(trial):
    """The firmware hangs with V2L commanded: the watchdog restarts the board, and the relays are off."""
    limits = trial.limits
    before = trial.to_v2l(stay_s=60).get("proof")
    begun_s = trial.board.link.now_s()
    trial.board.hang()
    own_end_s = desk.PATIENCE * limits.watchdog_ms / 1000
    status = trial.board.back(own_end_s + BACK_S)
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
    trial.service()
    shown = trial.status()["feedback"]
    trial.measure("feedback after the restart", shown, None, "grid", shown in ("grid", "unknown"))
    trial.yes("load-on-grid", "Is the load on grid?", True)


def _rescue(trial):
    """V2L is still commanded by a board that hears nothing."""
    if not trial.board.link.interrupt():
        power_off(trial, "Take the board's supply away, and the USB cable with it: V2L is still on.")
        power_on(trial)


def stage_s(limits):
    """How long a dead-man stage may take: less than the watchdog, which would end a hang by itself."""
    return min(STAGE_S, limits.watchdog_ms / 1000)


def heartbeat(trial):
    """Without pulses the dead-man stage lets the relays go, before the watchdog would."""
    if not trial.person.yes("stage-fitted", "Is a dead-man stage fitted that the board's pulses feed?"):
        raise NotHere("no dead-man stage is fitted")
    most_s = stage_s(trial.limits)
    trial.to_v2l(stay_s=60)
    trial.do("Take the wire with the heartbeat pulses off the dead-man stage, at the board's extra-low voltage, and "
             "press Enter in the same moment: the time counts from there.", "unplug", "heartbeat")
    finding = "the dead-man stage does not let the relays go without pulses"
    if trial.sees_km2():
        took_s = _until_let_go(trial, 2 * STAGE_S)
        gone = took_s is not None
        trial.measure("from the last pulse until KM2 let go, as this computer saw it, at most 1 s late", took_s, "s",
                      f"at most {most_s:g} s, and less than the watchdog's time", gone and took_s <= most_s,
                      "the dead-man stage is too slow" if gone else finding)
        trial.board.wait(SETTLE_S)
    else:
        trial.board.wait(most_s)
    trial.yes("load-on-v2l", "Is the load still on V2L?", False, finding)
    trial.service()
    trial.do("Put the wire with the pulses back.", "plug", "heartbeat")
    trial.board.wait(SETTLE_S)
    trial.clear()


def _until_let_go(trial, limit_s):
    """How long it took, looking as often as the board answers; None: it did not come to that."""
    link = trial.board.link
    begun_s = link.now_s()
    while link.now_s() < begun_s + limit_s:
        asked_s = link.now_s()  # the board answers with what it sees then
        if let_go(trial.status()):
            return round(asked_s - begun_s, 1)
    return None
