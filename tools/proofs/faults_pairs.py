"""Two things that go wrong, the second a while after the first; and afterwards, of some, that all is well again.

The moments are a seeded sample. Where everything is fitted every ordered pair is tried, elsewhere some of them.
"""

from firmware.core import changeover, clock, dates, holds
from tools.proofs import branches, faults_case, faults_causes, faults_house, faults_judge
from tools.proofs.stage import Stage, each
from tools.sim.plant import BOTH

GAPS_MS = (1, 3, 10, 20, 50, 100, 300, 1000, 5000, 20_000, 60_000, 120_000)
ELSEWHERE = 0.3  # the share of pairs where less is fitted
PAIRS = 0.8  # of the time; the rest goes to what has no interlock
MENDED = 0.08  # and of those that are mended at their end
SECOND_MS = 30_000  # at least so long after the second
STEP_MS, STEPS = 30_000, 3120  # a person looks so often, and the day of the limit on entries is over by then
MOVED_MS = 1000  # what was mended has moved


class Pair:
    def __init__(self, state, at_ms, causes, gap_ms, mended):
        self.state, self.at_ms, self.causes, self.gap_ms, self.mended = state, at_ms, causes, gap_ms, mended

    def change(self, run):
        first, second = self.causes
        faults_case.begin(run, self.story, first, second)
        end_ms = max(run.world.scenario.for_ms, run.world.ms + self.gap_ms + SECOND_MS)
        run.world.scenario.for_ms = end_ms + self.mended * STEP_MS * STEPS
        run.world.after(self.gap_ms, lambda: second.act(run))
        if self.mended:
            run.world.after(end_ms - 1 - run.world.ms, lambda: _mend(run))
        first.act(run)
        run.measured["witness"].note()


def sample(house, chance, share):
    """Pairs of one installation at seeded moments, by story."""
    causes, found = house.causes(), {}
    for first in causes:
        for second in causes:
            if first is second or chance.random() >= share * (1 if house.fitting == faults_judge.WHOLE else ELSEWHERE):
                continue
            state = chance.choice(faults_house.STATES)
            at_ms = chance.choice(house.story(state).moments(state))
            pair = Pair(state, at_ms, (first, second), chance.choice(GAPS_MS), chance.random() < MENDED)
            pair.story = house.story(state)
            found.setdefault(pair.story, []).append(pair)
    return found


def judge(house):
    def judged(run, point):
        pair = point[2]
        answer = faults_case.measure(run, pair.story, False)
        if pair.mended:
            answer["both"] = _both_ms(run)
        else:
            faults_judge.add_knowledge(answer, house, pair.causes)
            faults_judge.add_barred(answer, house, pair.causes)
        faults_judge.add_both(answer, house, pair.causes)
        if pair.mended and "again" not in run.measured:
            answer["problems"].insert(0, "mended, it does not return to V2L: " + _why(run))
        return {"problems": answer["problems"], "both": answer["both"], "mended": pair.mended}

    return judged


def _both_ms(run):
    """For how long both sources fed the load until it was mended, and once that had been done."""
    mended_ms = run.measured["mended_ms"]
    rows = [(row["ms"], row["supply"]) for row in run.told("plant", False)]
    ends = [ms for ms, _supply in rows[1:]] + [run.world.ms]
    found = 0
    for (begin, supply), end in zip(rows, ends):
        for from_ms, to_ms in ((run.forked_ms, mended_ms), (mended_ms + MOVED_MS, run.world.ms)):
            found += max(0, min(end, to_ms) - max(begin, from_ms)) if supply == BOTH else 0
    return found


def _why(run):
    status = run.told("status", False)
    return str(status[-1]["status"]["blocked_by"] + status[-1]["status"]["faults"]) if status else "no status"


def _mend(run):
    run.measured["mended_ms"] = run.world.ms
    run.world.after(STEP_MS, lambda: _attend(run))
    faults_causes.mend(run)


def _attend(run):
    """What the status asks a person for: the clock, the button for so long, or patience."""
    core, world = run.core(), run.world
    if core and core.phase == changeover.V2L:
        run.measured["again"] = world.ms
        run.end_in(1)
        return
    world.after(STEP_MS, lambda: _attend(run))
    if not core:
        return
    core.set_remote_hold(False)
    if core.clock.trust == clock.UNSET or core.clock.barred:
        world.session.line.waiting += "time " + dates.iso(world.true_s()) + "\n"
    if core.service or core.faults.is_latched():
        _press(run, 6000)
    elif core.holds.local == holds.WINDOW:
        _press(run, 200)
    elif core.holds.local == holds.FIXED:
        _press(run, 2500)


def _press(run, ms):
    run.world.wiring.pressed = 1
    run.world.after(ms, lambda: setattr(run.world.wiring, "pressed", 0))


def unsound(progress, houses, chance, failures, share, states=faults_house.STATES):
    """Faults of parts and feedback where the interlock had failed before: (cases, what brought both together)."""
    count, met = 0, {}
    for own, house in each(progress, houses):
        causes = [cause for cause in house.causes() if cause.kind in (faults_causes.PART, faults_causes.SIGNAL)]
        for stretch, state in each(own, states):
            story = house.story(state)
            points = [faults_case.point(story, state, cause, at_ms) for at_ms in story.moments(state)
                      for cause in causes if chance.random() < share]
            count += len(points)
            for point, answer in zip(points, _play(stretch, house, story, points, faults_judge.judge(house))):
                failures += [f"{problem}; again: " + faults_judge.command(house, point[0], [point[4]], state)
                             for problem in answer["problems"]]
                if answer.get("both"):
                    name = f"{point[4].name}, {house.fitting}"
                    met[name] = max(met.get(name, 0), answer["both"])
    return count, met


def play(progress, house, chance, failures, share):
    """(pairs, how many of them were mended and came back) of one installation."""
    count = back = 0
    for stretch, (story, pairs) in each(progress, sample(house, chance, share).items()):
        points = sorted([(pair.at_ms, pair.change, pair) for pair in pairs], key=lambda point: point[0])
        for (at_ms, _change, pair), answer in zip(points, _play(stretch, house, story, points, judge(house))):
            failures += [f"{problem}; again: " + faults_judge.command(
                house, at_ms, pair.causes, pair.state, pair.gap_ms, pair.mended) for problem in answer["problems"]]
            count, back = count + 1, back + bool(answer.get("mended") and not answer["problems"])
    return count, back


def _play(progress, house, story, points, judged):
    return branches.play(story.scenario, points, judged, files=story.files, each=lambda done: progress.update(
        done, len(points), house.name + ", two at once")) if points else []


def figures(progress, chance, failures, share=1):
    """Everything of two faults. What is wrong is added to `failures`."""
    whole = share == 1
    houses = faults_house.houses() if whole else [faults_house.House(chance.random() < 0.5, faults_judge.WHOLE)]
    counts = [play(stretch, house, chance, failures, share)
              for stretch, house in each(Stage(progress, 0, PAIRS), houses)]
    open_houses = [faults_house.House(True, fitting, False) for fitting, _config in faults_house.FITTINGS]
    cases, met = unsound(Stage(progress, PAIRS, 1), open_houses if whole else open_houses[:1], chance, failures, share,
                         faults_house.STATES if whole else faults_house.STATES[4:9])
    return {"pairs": sum(count for count, _back in counts), "pairs_mended_and_back_on_v2l": sum(
        back for _count, back in counts), "cases_without_interlock": cases, "both_without_interlock_ms": met}
