"""The power goes in the middle of each change to the flash, through a day with transfers, holds and a latched fault."""

from firmware.core import jsontext, record
from tools.proofs import branches

STATE = "state.json"
AWAY_MS, SEEN_MS = 3000, 20_000
DAY = (
    ("06:00:00", "press", {"ms": 200}),
    ("06:10:00", "press", {"ms": 200}),
    ("08:00:00", "press", {"ms": 3000}),
    ("08:30:00", "press", {"ms": 3000}),
    ("10:00:00", "feedback", {"what": "km2", "to": "closed"}),
    ("10:00:30", "feedback", {"what": "km2", "to": "true"}),
    ("10:30:00", "press", {"ms": 6000}),
    ("12:00:00", "reset", {"cause": "watchdog"}),
    ("14:00:00", "clock", {"jump_s": 100}),
    ("16:00:00", "car", {"to": "off"}),
    ("16:01:00", "car", {"to": "on"}),
)
WINDOWS = [{"days": "daily", "from": "05:30", "to": "09:00"}, {"days": "daily", "from": "11:00", "to": "17:00"}]


class Change:
    """One change to the flash, and the state file before and after it."""

    def __init__(self, at_ms, ms, before):
        self.at_ms, self.ms, self.before, self.after = at_ms, ms, before, before


def day(two_relays=False):
    return branches.house(two_relays, DAY, "24:00:00", "2026-11-20T00:00:00Z", v2l=WINDOWS)


def changes(chosen):
    """Every change to the flash that this scenario makes."""
    run = branches.Run(chosen)
    flash, found = run.world.flash, []
    passing = flash.pass_ms

    def pass_ms(ms):
        if found:
            found[-1].after = flash.kept.get(STATE)
        found.append(Change(run.world.ms, ms, flash.kept.get(STATE)))
        passing(ms)

    flash.pass_ms = pass_ms
    run.play()
    found[-1].after = flash.kept.get(STATE)
    return found


def points(found):
    """A cut in the middle of each."""
    return [(change.at_ms + change.ms // 2, _cut, change) for change in found]


def _cut(run):
    world = run.world
    world.scenario.board_supply = "ups"
    run.end_in(AWAY_MS + SEEN_MS)
    world.unplugged = True
    world.after(AWAY_MS, lambda: _mend(run))
    world.lose_power()


def _mend(run):
    run.measured["state"] = bytes(run.world.flash.kept[STATE]).decode()
    run.world.unplugged = False
    run.world.regain_power()


def judge(run, point):
    change, text, core = point[2], run.measured["state"], run.core()
    saved, unreadable = jsontext.read(text.encode())
    answer = {"at": point[0], "problems": []}
    if text.encode() not in (bytes(change.before), bytes(change.after)):
        answer["problems"].append(f"the state is neither old nor new: {text:.200}")
    if unreadable or not record.is_sound(saved):
        answer["problems"].append(f"the state cannot be taken up: {text:.200}")
        return answer
    latched = core.faults.latched_codes()
    if not set(saved["latched"]) <= set(latched) or latched and not saved["latched"] and not run.world.plant.stuck:
        answer["problems"].append(f"latched {latched}, not {saved['latched']}")
    hold = record.pairs(core)[4][1][0][1]
    if hold != saved["hold"]["local"]:
        answer["problems"].append(f"hold {hold}, not {saved['hold']['local']}")
    wrong = [row["event"] for row in run.told("event") if row["event"]["code"].startswith(("journal", "state"))]
    if wrong or run.world.plant.supply() == "none":
        answer["problems"].append(f"{wrong}, the load on {run.world.plant.supply()}")
    return answer


def figures(progress, quick, failures):
    """Cuts at every change of a day, with one relay and with two; what is wrong is added to `failures`."""
    total = 0
    for two_relays in (False, True):
        chosen = day(two_relays)
        every = points(changes(chosen))[:: 5 if quick else 1]
        answers = branches.play(chosen, every, judge, each=lambda done: progress.update(done, None, "power cuts"))
        failures += [f"power cut at {answer.get('at')} ms: {problem}" for answer in answers
                     for problem in answer["problems"]]
        total += len(every)
    return {"power_cuts_in_a_write": total}
