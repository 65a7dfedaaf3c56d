"""The mutation runner, and a sample of what `proof mutants` does in full: small changes that a test must notice."""

import ast
import json
import random

import pytest

from tools.proofs import coverage_reach, mutants, mutants_pool, mutants_tests, mutants_worker, mutation
from tools.proofs.mutants_pool import Job

pytestmark = pytest.mark.campaign
SAMPLE, SEED = 1, 1
PERMITS, TESTS = "firmware/core/permits.py", ("test_permits.py::test_exactly_these_permits_fail",)
DESK = "firmware/app/desk.py"


class Silent:
    def update(self, *_how_far):
        pass


@pytest.fixture(scope="module")
def everything():
    return mutants.all_mutants()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("copies")


@pytest.fixture(scope="module")
def verdicts(everything, folder):
    """One run for everything here: what is known to be fatal or harmless, and the sample."""
    permits = mutants.text_of(PERMITS)
    known = [Job(PERMITS, "harmless", permits + "\n# nothing\n", TESTS), Job(PERMITS, "unchanged", None, TESTS),
             Job(PERMITS, "fatal", permits.replace("return c.dwell_ms == 0", "return True"), TESTS),
             Job(PERMITS, "no module at all", "this is not Python", ("test_permits.py",)),
             Job(PERMITS, "endless", "while True:\n    pass\n", TESTS, limit_s=1),
             Job("boot.py", "fatal to a board", "raise ValueError\n" + mutants.text_of("boot.py"), ("test_boot.py",)),
             Job(PERMITS, "nobody comes by", "while True:\n    pass\n", (), limit_s=1)]
    must, _need_not = mutants.parted(everything)
    jobs = known + random.Random(SEED).sample(must, SAMPLE)
    mutants_pool.judge(jobs, Silent(), folder, workers=1)
    return {job.name: job.verdict for job in known}, jobs[len(known):]


def test_a_fatal_mutant_is_noticed_and_one_that_is_harmless_or_that_no_test_reaches_is_not(verdicts):
    assert verdicts[0] == {"harmless": "survived", "unchanged": "survived", "fatal": "killed",
                           "no module at all": "killed", "endless": "hung", "fatal to a board": "killed",
                           "nobody comes by": "survived"}


def test_a_mutant_of_a_line_that_no_test_comes_by_is_a_survivor():
    """Its tests are none; what a table of other tests says of the file does not stand in for them."""

    class Reach:
        seconds = {"host_tests/test_permits.py::one": 0.1}

        def tests_of(self, _path, lines):
            return list(self.seconds) if 3 in lines else []

    jobs = [Job(PERMITS, "come by", "", ("test_permits.py",)), Job(PERMITS, "not come by", "", ("test_permits.py",))]
    jobs[0].lines, jobs[1].lines = range(3, 4), range(8, 9)
    mutants.aim(jobs, Reach())
    assert [job.tests for job in jobs] == [["test_permits.py::one"], []]
    assert mutants_worker.verdict(json.loads(jobs[1].order())) == "survived"


def test_a_sample_of_mutants_is_noticed(verdicts):
    assert len(verdicts[1]) == SAMPLE
    assert [job.key() for job in verdicts[1] if not job.noticed()] == []


def test_a_mutant_is_tried_on_the_tests_that_come_by_its_lines_and_on_no_others(everything, folder):
    reach = coverage_reach.measure(["test_cover_desk.py"], Silent(), folder, [DESK])
    assert reach.failed == [] and len(reach.seconds) > 20
    mine = [job for job in everything if job.path == DESK]
    mutants.aim(mine, reach)
    service = [job for job in mine if "set_service" in job.name]
    assert service and all(job.tests == ["test_cover_desk.py::" + name] for job in service for name in
                           ["test_service_is_asked_for_by_a_person_and_ended_by_one"])
    assert all(len(job.tests) == 5 for job in mine if "seconds(2025" in job.name)


def test_every_listed_mutant_exists_once_and_has_its_reason(everything):
    keys = [row[:2] for row in mutants.ALLOWED]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {job.key() for job in everything}
    assert all(len(row) == 3 and len(row[2]) > 30 for row in mutants.ALLOWED)


def test_every_module_of_the_application_is_mutated_and_its_tests_exist(everything):
    app = {path.relative_to(mutants.ROOT).as_posix() for path in (mutants.ROOT / "firmware/app").glob("*.py")}
    assert {job.path for job in everything} == {path for path, _tests in mutants.MODULES}
    assert {path for path, _tests in mutants.MODULES} >= {*app, "boot.py", "main.py"} - {"firmware/app/__init__.py"}
    assert all((mutants.ROOT / "host_tests" / test.split("::")[0]).exists() for test in mutants.entries())
    assert set(mutants_tests.ORDERED) <= {path for path, _tests in mutants.MODULES}


def judged(*verdicts):
    jobs = [Job("gate", str(i), "", ()) for i in range(len(verdicts))]
    for job, verdict in zip(jobs, verdicts):
        job.verdict = verdict
    return jobs


LISTED = (("gate", "1", "a reason"),)


@pytest.mark.parametrize("verdicts, ok, where", (
    (("killed", "survived"), True, None),
    (("hung", "survived"), True, None),
    (("survived", "survived"), False, "survivors"),
    (("killed", "killed"), False, "allowed_but_noticed"),
    (("killed",), False, "allowed_but_gone"),
    (("not run: it has died", "survived"), False, "not_run"),
))
def test_the_proof_fails_for_a_survivor_and_for_a_list_that_is_out_of_date(verdicts, ok, where):
    jobs = judged(*verdicts)
    result = mutants.figures(jobs, jobs, LISTED)
    assert result["ok"] == ok
    assert [name for name, value in result.items() if isinstance(value, list) and value] == ([where] if where else [])


# A module's text, and what its mutants must be.
KINDS = (
    ("A = 5", ("A = 6", "A = 4")),
    ("A = 0", ("A = 1",)),
    ("A, B = 1, 2", ()),
    ("def f(x):\n    return x < 1", ("x <= 1", "x >= 1", "x < 2", "x < 0", "pass")),
    ("def f(x):\n    return x", ("not (x)", "pass")),
    ("def f(x):\n    if x:\n        x += y", ("not (x)", "x -= y", "pass")),
    ("def f(x):\n    g(not x)", ("g((x))", "pass")),
    ("def f(x):\n    g(x)\n    return None", ("pass",)),
    ("A = B and C", ("((B) or (C))", "((B))", "((C))")),
    ("A = B + C", ("((B) - (C))",)),
    ("A = B if C else D", ("(B)", "(D)")),
    ("A = min(B, C)", ("max(B, C)",)),
    ("A = c.km1.raw", ("c.km2.raw",)),
    ("A = 1 <= B <= C", ("1 < B <= C", "1 > B <= C", "1 <= B < C", "1 <= B > C", "2 <= B <= C", "0 <= B <= C")),
    ("f(A)", ("pass",)),
    ("def f(x):\n    raise x", ("pass",)),
    ("def f(x):\n    if x.y:\n        return None", ("not (x.y)",)),
    ("try:\n    pass\nexcept Exception:\n    pass", ("except OSError: pass",)),
    ("try:\n    pass\nexcept BaseException:\n    pass", ("except Exception: pass",)),
    ("A = ((0, 1), (0, 0))", ("(1, 1)", "(0, 0)", "(1, 0)", "(0, 1)")),
    ('A = ((X, f, X, ""), (X, g, Y, ""))', ("*()", "*()", '(X, g, Y, ""), (X, f, X, "")', '(X, f, Y, "")',
                                          '(X, g, X, "")')),
    ('A = ((X, f, X, ""), (Y, g, X, ""), (X, f, Y, ""))',
     ("*()", "*()", "*()", '(X, f, Y, "")', '(Y, g, Y, "")', '(X, f, X, "")')),
    ('A = (("a", f, g), ("b", h, None))', ("*()", "*()", '("b", h, None), ("a", f, g)', '("a", g, g)', '("a", f, f)',
                                        '("a", f, None)', '("b", h, h)')),
)


@pytest.mark.parametrize("text, news", KINDS, ids=[row[0] for row in KINDS])
def test_each_kind_of_change_is_made(text, news):
    """Each expected piece of text stands in a mutant of its own, and there are no others."""
    made = [mutant.name.partition(" -> ")[2] for mutant in mutation.mutants(text + "\n")]
    assert len(made) == len(news)
    for new in news:
        found = next(name for name in made if name.partition(" (")[0].endswith(new) or new in name)
        made.remove(found)


@pytest.mark.parametrize("text, exchanged", (
    ("f()\ng()\n", ["g() f()"]),
    ("if A:\n    x = f()\n    y = 1\n    g()\n", []),
    ("def f():\n    g()\n    h()\n    return i()\n", ["h() g()"]),
))
def test_where_order_matters_neighbours_that_act_are_exchanged(text, exchanged):
    plain = {mutant.name for mutant in mutation.mutants(text)}
    names = [mutant.name for mutant in mutation.mutants(text, ordered=True)]
    assert [name.partition(" -> ")[2] for name in names if name not in plain] == exchanged


@pytest.mark.parametrize("text, new, lines", (
    ("A = 5\n", "A = 6", None),
    ("def f(x):\n    a = (x <\n         1)\n", "x >= 1", range(2, 4)),
    ("def f(x):\n    if (x <\n        1):\n        g()\n", "x >= 1", range(2, 4)),
    ("def f(x):\n    try:\n        pass\n    except Exception:\n        pass\n", "OSError", range(4, 5)),
))
def test_a_mutant_knows_the_lines_of_the_statement_it_changes(text, new, lines):
    assert [mutant.lines for mutant in mutation.mutants(text) if new in mutant.name] == [lines]


def test_mutants_compile_and_no_two_are_the_same(everything):
    assert len({job.key() for job in everything}) == len(everything) > 2000
    gate = [job for job in everything if job.path == "firmware/core/gate.py"]
    texts = [job.source for job in gate] + [mutants.text_of("firmware/core/gate.py")]
    assert len({ast.dump(ast.parse(text)) for text in texts}) == len(texts)
    for job in everything[::9]:
        compile(job.source, job.name, "exec")
