"""Every single fault in every state, at every tick of a transfer and at some moments of each rest; then pairs of them.

    python -m tools.proofs.faults HOUSE STATE MS CAUSE [CAUSE GAP_MS]    one case again, every line of it
    python -m tools.proofs.faults --write                                the single faults, and docs/faults.json anew
"""

import random
import sys

from tools.proofs import branches, faults_case, faults_house, faults_judge, faults_pairs, faults_rows, faults_told
from tools.terminal import Progress

SENTENCE = ("Every single fault, in every state and at every tick of a transfer: how long until the outputs are off, "
            "which fault is named, what the load sees; and pairs of faults end on grid or with the reason told.")
STALE = "docs/faults.json is stale; run: .venv/bin/python -m tools.proofs.faults --write"
QUICK_STATES, QUICK_CAUSES, QUICK_PAIRS = 2, 5, 0.008


def run(progress, quick, seed):
    chance, failures = random.Random(seed), []
    if quick:
        figures = sampled(progress, chance, failures)
    else:
        figures, text = singles(progress, failures)
        if text != faults_rows.text(*faults_rows.read()):
            failures.append(STALE)
    figures.update(faults_pairs.figures(progress, chance, failures, QUICK_PAIRS if quick else 1))
    return {"ok": not failures, **figures, "failures": failures[:20]}


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
        rows, faults_told.groups(looks))


def sampled(progress, chance, failures):
    """Some rows again, against those of the file."""
    kept, count = faults_rows.read()[0], 0
    failures += faults_told.unlisted(kept)
    house = chance.choice(faults_house.houses())
    for number, state in enumerate(chance.sample(faults_house.STATES[:-2], QUICK_STATES)):
        progress.update(number, QUICK_STATES, f"{house.name}: {state}")
        for cause, answers in play(house, state, chance.sample(house.causes(), QUICK_CAUSES), failures).items():
            count += len(answers)
            row = faults_rows.row(answers)
            if kept.get((house.name, cause.name, state)) != row:
                failures.append(f"{STALE} ({house.name}; {cause.name}; {state}: {row})")
    return {"cases": count, "rows": QUICK_STATES * QUICK_CAUSES}


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
    gap_ms = int(words[-1]) if len(causes) > 1 else 1
    pair = faults_pairs.Pair(state, int(at_ms), (*causes, causes[0])[:2], gap_ms, False)
    pair.story = story
    point = faults_case.point(story, state, causes[0], int(at_ms)) if len(causes) == 1 else (int(at_ms), pair.change)

    def show(run, point):
        answer = faults_judge.judge(house)(run, point) if len(causes) == 1 else faults_case.measure(run, story, False)
        print(*run.lines, answer, sep="\n", flush=True)
        return {}

    branches.play(story.scenario, [point], show, files=story.files)


def main(arguments):
    if arguments != ["--write"]:
        return again(*arguments)
    failures = []
    with Progress("faults") as progress:
        figures, text = singles(progress, failures)
    faults_rows.FILE.write_text(text, encoding="utf-8")
    print(*[f"{name}: {value}" for name, value in figures.items()], *failures, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
