"""Whether the tests would notice: small changes to what decides, each of which must make a test fail."""

import random
import tempfile

from tools.proofs import coverage_reach, mutation
from tools.proofs.mutants_allowed import ALLOWED
from tools.proofs.mutants_pool import ROOT, Job, judge
from tools.proofs.mutants_tests import MODULES, ORDERED

SENTENCE = ("Every small change to boot.py, main.py, the application, the state machine, the gate, the permits and the "
            "figures they use makes a test fail, but for the few listed with the reason why they change nothing.")
QUICK_MODULES, QUICK = 4, 12
PATIENCE = 5  # times as long as the slowest of its tests takes without a mutant: slower than that is a hang
LEAST_S = 3


def all_mutants(modules=MODULES):
    """Every mutant of every module, as jobs."""
    made = []
    for path, tests in modules:
        for mutant in mutation.mutants(text_of(path), path in ORDERED):
            job = Job(path, mutant.name, mutant.source, tests)
            job.lines = mutant.lines
            made.append(job)
    return made


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def parted(mutants, allowed=ALLOWED):
    """Those that a test must notice, and those that are listed as beyond noticing."""
    listed = {row[:2] for row in allowed}
    return [job for job in mutants if job.key() not in listed], [job for job in mutants if job.key() in listed]


def run(progress, quick, seed):
    """Return the figures; "ok" is false if an unlisted mutant survived, or the list of allowed ones is out of date."""
    with tempfile.TemporaryDirectory() as folder:
        if quick:
            return _quick(progress, random.Random(seed), folder)
        mutants = all_mutants()
        reach = coverage_reach.measure(entries(), progress, folder, [path for path, _tests in MODULES])
        if reach.failed:
            return {"ok": False, "tests_that_fail_without_a_mutant": reach.failed}
        aim(mutants, reach)
        return figures(mutants, judge(mutants, progress, folder))


def _quick(progress, chosen, folder):
    """A few mutants of a few modules, in one process; which tests come by them is not asked first."""
    modules = chosen.sample(MODULES, QUICK_MODULES)
    mutants = all_mutants(modules)
    allowed = [row for row in ALLOWED if row[0] in dict(modules)]
    must, _need_not = parted(mutants, allowed)
    return figures(mutants, judge(chosen.sample(must, QUICK), progress, folder, workers=1), allowed)


def entries(modules=MODULES):
    """Every file of tests, or test in one, that any of the modules is held against, once."""
    return list(dict.fromkeys(test for _path, tests in modules for test in tests))


def aim(mutants, reach):
    """Give each mutant in a function only the tests that come by; the other ones have all, in the order of the table.

    Where no test comes by there is none that could notice. None gets much more time for a test than the slowest of its
    tests takes.
    """
    for job in mutants:
        if job.lines is None:
            mine = [test for test in reach.seconds if _is_among(test, job.tests)]
        else:
            mine = [test for test in reach.tests_of(job.path, job.lines) if _is_among(test, job.tests)]
            job.tests = [test.partition("/")[2] for test in mine]
        job.limit_s = max(LEAST_S, PATIENCE * max([reach.seconds[test] for test in mine], default=0))


def _is_among(test, entries):
    return test.split("[")[0].partition("/")[2] in entries or test.split("::")[0].partition("/")[2] in entries


def figures(mutants, judged, allowed=ALLOWED):
    """What came of it, in the order in which a reader wants to know."""
    listed = {row[:2] for row in allowed}
    survivors = {job.key() for job in judged if job.verdict == "survived"}
    result = {
        "mutants": len(mutants),
        "judged": len(judged),
        "noticed": sum(job.noticed() for job in judged),
        "allowed": len(survivors & listed),
        "survivors": told(survivors - listed),
        "allowed_but_gone": told(listed - {job.key() for job in mutants}),
        "allowed_but_noticed": told({job.key() for job in judged if job.noticed()} & listed),
        "not_run": [job.path + ": " + job.verdict for job in judged
                    if not job.noticed() and job.verdict != "survived"],
    }
    return {"ok": not any(isinstance(value, list) and value for value in result.values()), **result}


def told(keys):
    return ["%s %s" % key for key in sorted(keys)]
