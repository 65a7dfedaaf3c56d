"""Every file on flash, damaged in every way: the board rests on grid, says what it found, and is well once mended.

Played with the firmware as it is written and with the linked one; a sample of it on MicroPython with the compiled one.
"""

import multiprocessing
import random
import warnings

from tools.proofs import branches, files_damage, files_house, files_judge, files_real

SENTENCE = ("Whatever damages whatever file on flash, the board rests on grid, says what it found, loses nothing that "
            "was latched, and is well again with the right file.")
CASES_QUICK = 40
FAILURES_MAX = 20
SHORT = ("missing", "empty", "a folder in its place", "unreadable", "longer by one byte")
TOPS = ("main.py", "config.json", "secrets.json", files_house.STATE, "state.json.tmp", "state.json.bad", "journal.0",
        "journal.1", "config.old")
# What checks the rest, and tells of it: without its end it must not do the one and forget the other.
CHECKING = ("firmware/app/bring_up.py", "firmware/app/survey.py", "firmware/app/selfcheck.py", "firmware/app/start.py")
UPDATE = ("switch", "trial", "config.new", "firmware.new/main.py", "firmware.new/boot.py", "firmware.new/manifest.json",
          "firmware.new/app/bring_up.py", "firmware.new/app/loop.py", "firmware.new/build.py")


def cases(house, chance, thorough=1):
    """Every file of a house with every damage."""
    builds = sorted(path for path in house.build if path.startswith("firmware/"))
    for path in (*TOPS, *builds, *sorted(path for path in house.clean if path.startswith("firmware.old/"))[::9]):
        share = thorough * _share(house, path)
        others = _others(house, path) if share > 0.1 else ((), ())
        for what, there in files_damage.ways(house.clean[path], *others, chance, share):
            held = chance.randrange(3) == 0 and path != files_house.STATE
            yield files_house.Case(house, path, what, there, held=held)
            if path in TOPS and path not in (files_house.STATE, "secrets.json") and what in SHORT:
                yield files_house.Case(house, path, what, there, warm=True)
        if path == files_house.STATE:
            yield from _of_the_held(house, chance, 0.1 if house.linked else thorough)
    for path in [path for path in CHECKING if path in house.clean]:
        for what, there in files_damage.cuts_at_lines(house.clean[path]):
            yield files_house.Case(house, path, what, there)
    for path in UPDATE:
        data = {**house.update(), "trial": b"1"}[path]
        share = thorough * (1 if len(data) <= files_damage.SMALL and not house.linked else 0.2)
        for what, there in files_damage.ways(data, (), (), chance, share):
            yield files_house.Case(house, path, what, there)


def _share(house, path):
    """The small ones at every byte; but of small modules, each of which has its hash, a quarter, and of what the two
    builds have in common a tenth the second time.
    """
    if path in TOPS:
        return 0.1 if house.linked else 1
    return 0.25 if len(house.clean[path]) <= files_damage.SMALL else 0.5 if house.linked else 0.1


def _of_the_held(house, chance, thorough):
    path = files_house.STATE
    for what, there in files_damage.ways(house.held[path], *_others(house, path), chance, thorough):
        yield files_house.Case(house, path, what, there, held=True)


def _others(house, path):
    """(contents of other files, older versions) to stand in the place of a file."""
    names = [name for name in ("config.json", "firmware/manifest.json", "journal.0", "main.py") if name != path]
    others = [(name, house.clean[name]) for name in names if house.clean[name] != house.clean[path]]
    of_another = house.other.get(path, house.clean[path])
    older = [("that of another board", of_another)] if of_another != house.clean[path] else []
    if path == files_house.STATE:
        older.append(("an older format", house.clean[path].replace(b'"v": 1', b'"v": 0')))
        older.append(("a format to come", house.clean[path].replace(b'"v": 1', b'"v": 2')))
    if path == "config.json":
        older.append(("of a key that is gone", house.clean[path].replace(b'"zone"', b'"timezone"')))
    return others, older


def run(progress, quick, seed):
    chance = random.Random(seed)
    every = [case for linked in (False, True) for case in cases(files_house.House(linked), chance)]
    chosen = chance.sample(every, CASES_QUICK) if quick else every
    return campaign(progress, chosen, files_real.QUICK if quick else files_real.WHOLE, chance)


def campaign(progress, chosen, real, chance):
    _Pool.cases, failures, ends = chosen, [], {}
    with multiprocessing.get_context("fork").Pool(branches.JOBS) as pool:
        for number, answer in enumerate(pool.imap(_judged, range(len(chosen)), 4)):
            case = chosen[number]
            failures += [f"{case.name()}: {problem}" for problem in answer["problems"]]
            ends[answer["end"]] = ends.get(answer["end"], 0) + 1
            progress.update(number + 1, len(chosen), f"{len(failures)} failures")
    figures = {"ok": True, "files": len({case.path for case in chosen}), "cases": len(chosen),
               "cases_as_written": sum(not case.house.linked for case in chosen),
               "cases_latched_and_held": sum(case.held for case in chosen), "found_before_the_mend": ends}
    if real:
        figures.update(files_real.figures(progress, chance, real, failures))
    figures.update(ok=not failures, failures=failures[:FAILURES_MAX], failures_in_all=len(failures))
    return figures


class _Pool:
    """What the copies of this process find."""

    cases = ()


def _judged(number):
    warnings.simplefilter("ignore")  # of compiling what is damaged
    try:
        return files_judge.judge(_Pool.cases[number])
    except Exception as failure:  # of the simulator, or of the judge
        return {"problems": [f"it cannot be played: {failure!r}"], "end": "failed"}
