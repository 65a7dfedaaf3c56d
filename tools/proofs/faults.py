"""Every single fault in every state, each 20 ms of a transfer and at some moments of each rest; then pairs of them.

    python -m tools.proofs.faults HOUSE STATE MS CAUSE [CAUSE GAP_MS [mended]]    one case again, every line of it
    python -m tools.proofs.faults --write                            the single faults, and docs/faults.json anew
"""

import random
import sys

from tools.proofs import branches, faults_case, faults_house, faults_judge, faults_pairs, faults_rows, faults_sources
from tools.proofs import faults_told, report
from tools.proofs.stage import Stage
from tools.terminal import Progress

SENTENCE = ("Every single fault, in every state, each 20 ms of a transfer and at its end: how long until the outputs "
            "are off, which fault is named, what the load sees; pairs of faults end on grid or with the reason told.")
STALE = "docs/faults.json is stale; run: .venv/bin/python -m tools.proofs.faults --write"
QUICK_STATES, QUICK_CAUSES, QUICK_PAIRS = 2, 5, 0.008
SINGLES = 0.45  # of the time
NO_SEED = 1  # what `proof` passes where nobody gave one


def run(progress, quick, seed):
    seed = sample_seed(seed, report.commit()["commit"]) if quick else seed
    chance, failures = random.Random(seed), []
    if quick:
        figures = {"sample": seed, **sampled(Stage(progress, 0, SINGLES), chance, failures)}
    else:
        figures, text = singles(Stage(progress, 0, SINGLES), failures)
        if text != faults_rows.FILE.read_text(encoding="utf-8"):
            failures.append(STALE)
    pairs = Stage(progress, SINGLES, 1)
    figures.update(faults_pairs.figures(pairs, chance, failures, QUICK_PAIRS if quick else 1))
    return {"ok": not failures, **figures, "failures": failures[:20]}


def sample_seed(seed, commit):
    """Each commit has a quick sample of its own, so that in time all rows come up; a seed given by hand decides."""
    return seed if seed != NO_SEED or commit == "unknown" else int(commit[:8], 16)


def singles(progress, failures):
    """All of them: the figures, and what docs/faults.json should be."""
    rows, looks, count, houses = {}, {}, 0, faults_house.houses()
    for number, house in enumerate(houses):
        for state in faults_house.STATES:
            progress.update(number * len(faults_house.STATES) + faults_house.STATES.index(state),
                            len(houses) * len(faults_house.STATES), f"{house.name}: {state}")
            for cause, answers in play(house, state, house.causes(), failures).items():
                count += len(answers)
                rows[house.name, cause.name, state] = faults_rows.row(answers)
                looks[house.name, cause.name, state] = [faults_told.look(answer) for answer in answers]
    failures += faults_told.unlisted(rows)
    return {"cases": count, "rows": len(rows), **faults_told.worst(rows)}, faults_rows.text(
        rows, faults_told.groups(looks), faults_sources.digest())


def sampled(progress, chance, failures):
    """Some rows again, against those of the file."""
    kept, count = faults_rows.read()[0], 0
    failures += faults_told.unlisted(kept) + stale()
    house = chance.choice(faults_house.houses())
    for number, state in enumerate(chance.sample(faults_house.STATES[:-2], QUICK_STATES)):
        progress.update(number, QUICK_STATES, f"{house.name}: {state}")
        for cause, answers in play(house, state, chance.sample(house.causes(), QUICK_CAUSES), failures).items():
            count += len(answers)
            row = faults_rows.row(answers)
            if kept.get((house.name, cause.name, state)) != row:
                failures.append(f"{STALE} ({house.name}; {cause.name}; {state}: {row})")
    return {"cases": count, "rows": QUICK_STATES * QUICK_CAUSES}


def stale(path=faults_rows.FILE):
    """That the programs have changed since the file was made is known without playing it."""
    return [STALE] if faults_rows.sources(path) != faults_sources.digest() else []


def play(house, state, causes, failures, files=None):
    """{cause: answers} of a state, one for each moment; what must not be is added to `failures`."""
    story, found = house.story(state), {cause: [] for cause in causes}
    points = [faults_case.point(story, state, cause, at_ms) for at_ms in story.moments(state) for cause in causes]
    answers = branches.play(story.scenario, points, faults_judge.judge(house), files=files or story.files)
    for point, answer in zip(points, answers):
        failures += [f"{problem}; again: " + faults_judge.command(house, point[0], [point[4]], state)
                     for problem in answer["problems"]]
        if "end" in answer:
            found[point[4]].append(answer)
    return found


def again(house_name, state, at_ms, *words):
    """Print every line of one case, and what was measured."""
    house = next(one for sound in (True, False) for one in faults_house.houses(sound) if one.name == house_name)
    causes = [cause for word in words for cause in house.causes() if cause.name == word]
    story = house.story(state)
    if len(causes) == 1:
        judge, point = faults_judge.judge(house), faults_case.point(story, state, causes[0], int(at_ms))
    else:
        pair = faults_pairs.Pair(state, int(at_ms), causes, int(words[2]), words[3:] == ("mended",))
        pair.story = story
        judge, point = faults_pairs.judge(house), (int(at_ms), pair.change, pair)

    def show(run, point):
        print(*run.lines, judge(run, point), sep="\n", flush=True)
        return {}

    branches.play(story.scenario, [point], show, files=story.files)


def main(arguments):
    if arguments != ["--write"]:
        again(*arguments)
        return 0
    failures = []
    with Progress("faults") as progress:
        figures, text = singles(progress, failures)
    return write(figures, text, failures)


def write(figures, text, failures, place=faults_rows.FILE):
    """The file, unless something was found wrong: the exit code."""
    print(*[f"{name}: {value}" for name, value in figures.items()], *failures, sep="\n")
    if failures:
        print(f"not written: {len(failures)} things are not as they must be", file=sys.stderr)
        return 1
    place.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
