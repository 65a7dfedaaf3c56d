"""What may not be, whatever goes wrong: said of each case, with the command that plays it again."""

from firmware.core import faults
from tools.proofs import faults_case
from tools.proofs.faults_house import FITTINGS, TICK_MS

SLACK_MS = TICK_MS + 6  # one sample more, and a contact that still bounces
# The first name: at most so long from when an input shows it until the deciding output is off.
LIMITS_MS = {
    "both-closed": 300,  # 60, but a KM2 that does not let go is seen before KM1 has pulled
    "km2-stuck": 300, "km2-uncommanded": 100, "guard-stuck": 300, "km1-not-open": 300, "bond-stuck": 100,
    "bond-missing": 200, "relay-dropped": 100, "km2-dropped": 100, "km2-not-closed": 500, "v2l-collapsed": 200,
    "grid-dead": 500,
}
LATCHING = [name for name in LIMITS_MS if faults.CODES.index(name) < faults.RELAY_DROPPED]
CHATTER_MS = 1000  # more than twenty changes of a contact that changes every 7 ms, seen once in 20
RESET_MS = 5000 + 950  # the watchdog, and the start of the chip
SUPPLIES_MS = 200  # the car's detector
INPUT_MS = 60  # every other input: three samples
WHOLE = FITTINGS[0][0]
# With a failed interlock and two relays, what alone brings both contactors together; and where no contact tells.
MEETING = ("KM2 welded",)
MEETING_UNSEEN = ("KM2 welded", "KM1 welded")


def judge(house):
    def judged(run, point):
        _at_ms, _change, story, _state, cause = point
        answer = faults_case.measure(run, story, cause.is_seen_at_once())
        add_problems(answer, house, (cause,))
        # What latches takes off every output at once; else the pilot follows in its order.
        off_ms = answer["seen_all_off" if answer["names"] and answer["names"][0] in LATCHING else "seen_off"]
        if off_ms and off_ms > limit_ms(cause, answer["names"]):
            answer["problems"].append(f"V2L was left {off_ms} ms after it could be seen")
        return answer

    return judged


def limit_ms(cause, names):
    if "chatters" in cause.name:
        return CHATTER_MS
    if cause.is_seen_at_once() or "interference" in cause.name:
        return RESET_MS
    unnamed_ms = SUPPLIES_MS if cause.name.startswith("car ") else INPUT_MS
    return (LIMITS_MS.get(names[0], unnamed_ms) if names else unnamed_ms) + SLACK_MS


def add_problems(answer, house, causes):
    """What is never allowed, with one thing wrong or with two."""
    failed = not house.sound or any(cause.name == "interlock failed" for cause in causes)
    meeting = MEETING if house.setup.km1 else MEETING_UNSEEN
    meets = failed and (not house.two_relays or len(causes) + (not house.sound) > 2
                        or any(cause.name in meeting for cause in causes))
    if answer["both"] and not meets:
        answer["problems"].append(f"the load was fed from both for {answer['both']} ms")
    if not answer["knows"] and _can_know(house, causes):
        answer["problems"].append("it does not know that the load is fed from " + answer["end"][1])


def _can_know(house, causes):
    """The inputs that would tell are fitted, and nothing makes them tell untruth."""
    blind = not house.setup.km1 or not house.setup.car and any(cause.name.startswith("car ") for cause in causes)
    return not blind and not any(cause.hides for cause in causes)


def command(house, at_ms, causes, state, gap_ms=0):
    """What plays one case again."""
    words = "".join(f' "{cause.name}"' for cause in causes)
    return f'.venv/bin/python -m tools.proofs.faults "{house.name}" "{state}" {at_ms}{words} {gap_ms or ""}'.rstrip()
