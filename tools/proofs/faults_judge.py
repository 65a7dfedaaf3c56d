"""What may not be, whatever goes wrong: said of each case, with the command that plays it again."""

from firmware.core import faults
from tools.proofs import faults_case, faults_known
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
# What bars V2L as long as it lasts, and it lasts; what does so for a while. A broken wire counts as it does with the
# kinds that are played.
BARS = ("enable opened", "car charging", "told to grid remotely", "car lost", "enable input's wire broken",
        "charging input's wire broken", "car input's wire broken", "button's wire broken")
FOR_GOOD = tuple(name for name in BARS if name != "told to grid remotely")
BARS_AT_FIRST = ("button pressed", "car supply trips for 5 s")
OF_THE_CAR = ("car lost", "car supply trips for 5 s", "car input's wire broken")
# With a failed interlock and two relays, what alone brings both contactors together; and with one, or where no
# contact tells.
MEETING = ("KM2 welded",)
MEETING_UNSEEN = ("KM2 welded", "KM1 welded")


def judge(house):
    def judged(run, point):
        _at_ms, _change, story, _state, cause = point
        answer = faults_case.measure(run, story, cause.is_seen_at_once())
        add_both(answer, house, (cause,))
        add_knowledge(answer, house, (cause,))
        # What latches takes off every output at once; else the pilot follows in its order.
        off_ms = answer["seen_all_off" if answer["names"] and answer["names"][0] in LATCHING else "seen_off"]
        if off_ms and off_ms > limit_ms(cause, answer["names"]):
            answer["problems"].append(f"V2L was left {off_ms} ms after it could be seen")
        if stays(answer, house, cause):
            answer["problems"].append("V2L was not left, or came back, although something bars it")
        return answer

    return judged


def stays(answer, house, cause):
    """True if V2L is commanded once the time is over in which it had to be left; what it would do anyway counts."""
    if cause.name in OF_THE_CAR and not house.setup.car:
        return False
    limit = limit_ms(cause, answer["names"])
    at_limit = [on for ms, on in answer["on"] if ms <= limit][-1]
    later = any(on for ms, on in answer["on"] if ms > limit)
    return cause.name in BARS + BARS_AT_FIRST and at_limit or cause.name in BARS and later


def add_barred(answer, house, causes):
    """At the end of two, V2L is commanded although something bars it for good.

    An order from afar is left out, for a reset in its millisecond may lose it; and a supply that comes back, which may
    be the one that was lost.
    """
    names = [cause.name for cause in causes]
    barred = [name for name in names if name in FOR_GOOD and not (name in OF_THE_CAR and not house.setup.car)
              and not (name == "car lost" and "car supply trips for 5 s" in names)]
    if barred and answer["on_at_end"]:
        answer["problems"].append("V2L is commanded, although something bars it: " + barred[0])


def limit_ms(cause, names):
    if "chatters" in cause.name:
        return CHATTER_MS
    if cause.is_seen_at_once() or "interference" in cause.name:
        return RESET_MS
    unnamed_ms = SUPPLIES_MS if cause.name in OF_THE_CAR else INPUT_MS
    return (LIMITS_MS.get(names[0], unnamed_ms) if names else unnamed_ms) + SLACK_MS


def add_both(answer, house, causes):
    """Never both sources, with one thing wrong or with two."""
    failed = not house.sound or any(cause.name == "interlock failed" for cause in causes)
    meeting = MEETING if house.setup.km1 and house.two_relays else MEETING_UNSEEN
    if answer["both"] and not (failed and any(cause.name in meeting for cause in causes)):
        answer["problems"].append(f"the load was fed from both for {answer['both']} ms")


def add_knowledge(answer, house, causes):
    """Whether it says what the load is fed from."""
    answer["knows"] = faults_known.knows(answer, causes)
    if not answer["knows"] and faults_known.can_know(house, causes):
        answer["problems"].append("it does not know that the load is fed from " + answer["end"][1])


def command(house, at_ms, causes, state, gap_ms=0, mended=False):
    """What plays one case again."""
    words = "".join(f' "{cause.name}"' for cause in causes) + (f" {gap_ms}" if gap_ms else "")
    return f'.venv/bin/python -m tools.proofs.faults "{house.name}" "{state}" {at_ms}{words}' + " mended" * mended
