"""Whether the tests come by every line, and take every way out of it, of what decides and drives on the board."""

import json
import os
import pathlib
import random
import tempfile

import coverage

from tools.proofs import coverage_reach
from tools.proofs.coverage_allowed import ALLOWED
from tools.proofs.coverage_tests import QUICK, TESTS
from tools.proofs.mutants_pool import ROOT

SENTENCE = ("The tests on CPython reach every line and every branch of boot.py, main.py, the application and the core, "
            "but for the few listed with the reason why none can.")
PACKAGES = (
    ("boot.py", "boot.py"),
    ("main.py", "main.py"),
    ("firmware/app", "firmware/app/*"),
    ("firmware/core", "firmware/core/*"),
)


def run(progress, quick, seed):
    """Return the figures; "ok" is false below 100 %, and if a listed exception is reached after all or gone."""
    packages, tests, allowed = PACKAGES, TESTS, ALLOWED
    if quick:
        paths, tests = random.Random(seed).choice(QUICK)
        packages = [(path, path) for path in paths]
        allowed = [row for row in ALLOWED if row[0] in paths]
    with tempfile.TemporaryDirectory() as folder:
        reach = coverage_reach.measure(tests, progress, folder, [pattern for _title, pattern in packages])
    return figures(reach, packages, allowed)


def figures(reach, packages, allowed):
    """What came of it: for each package the figures, then what is missed and not listed."""
    result, missed = {"ok": True, "tests": len(reach.seconds), "listed": len(allowed)}, set()
    for title, pattern in packages:
        counted, found = measured(reach.data, pattern)
        result[title] = "%(lines)d of %(of_lines)d lines, %(branches)d of %(of_branches)d branches" % counted
        missed |= found
    listed = {row[:2] for row in allowed}
    result["missed"] = ["%s: %s" % row for row in sorted(missed - listed)]
    result["listed_but_reached_or_gone"] = ["%s: %s" % row for row in sorted(listed - missed)]
    result["tests_that_fail"] = reach.failed
    result["ok"] = not any(isinstance(value, list) and value for value in result.values())
    return result


def measured(data, pattern):
    """The counts of all files that fit, and what is missed in them: (path, the line, or the line and where it goes)."""
    report = _report(data, _paths(pattern))
    counted, missed = dict.fromkeys(("lines", "of_lines", "branches", "of_branches"), 0), set()
    for path, told in report.items():
        summary = told["summary"]
        counted["lines"] += summary["covered_lines"]
        counted["of_lines"] += summary["num_statements"]
        counted["branches"] += summary["covered_branches"]
        counted["of_branches"] += summary["num_branches"]
        missed |= _missed(path, told)
    return counted, missed


def _paths(pattern):
    return sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern) if path.suffix == ".py")


def _report(data, paths):
    """coverage.py's own report on these files, of which each is in it, reached or not. It looks for them from here."""
    here = os.getcwd()
    os.chdir(ROOT)
    made = coverage.Coverage(data_file=None, branch=True, config_file=False, messages=False)
    made.set_option("run:relative_files", True)
    made.get_data().update(data)
    made.get_data().touch_files(paths)
    try:
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder, "report.json")
            made.json_report(morfs=paths, outfile=str(place))
            return json.loads(place.read_text())["files"]
    finally:
        os.chdir(here)


def _missed(path, told):
    lines = pathlib.Path(ROOT, path).read_text(encoding="utf-8").splitlines()
    found = {(path, lines[line - 1].strip()) for line in told["missing_lines"]}
    for begin, end in told["missing_branches"]:
        if begin not in told["missing_lines"]:
            goes_to = lines[end - 1].strip() if end > 0 else "its end"
            found.add((path, lines[begin - 1].strip() + " -> " + goes_to))
    return found
