"""The mutation runner, and a sample of what `proof mutants` does in full: small changes that a test must notice."""

import ast
import random

import pytest

from tools.proofs import mutants, mutation
from tools.proofs.mutants import Job

SAMPLE, SEED = 20, 1


class Silent:
    def update(self, *_how_far):
        pass


@pytest.fixture(scope="module")
def everything():
    return mutants.all_mutants()


@pytest.fixture(scope="module")
def verdicts(everything, tmp_path_factory):
    """One run for everything here: what is known to be fatal or harmless, and the sample."""
    permits = mutants.text_of("permits")
    known = [Job("permits", "harmless", permits + "\n# nothing\n"), Job("permits", "unchanged", None),
             Job("permits", "fatal", permits.replace("return c.dwell_ms == 0", "return True")),
             Job("permits", "no module at all", "this is not Python"),
             Job("permits", "endless", "while True:\n    pass\n", limit_s=1)]
    must, _need_not = mutants.parted(everything)
    jobs = known + random.Random(SEED).sample(must, SAMPLE)
    mutants.judge(jobs, Silent(), str(tmp_path_factory.mktemp("compiled")))
    return {job.name: job.verdict for job in known}, jobs[len(known):]


def test_a_fatal_mutant_is_noticed_and_a_harmless_one_is_not(verdicts):
    assert verdicts[0] == {"harmless": "survived", "unchanged": "survived", "fatal": "killed",
                           "no module at all": "killed", "endless": "hung"}


def test_a_sample_of_mutants_is_noticed(verdicts):
    assert len(verdicts[1]) == SAMPLE
    assert [job.key() for job in verdicts[1] if not job.noticed()] == []


def test_every_listed_mutant_exists_once_and_has_its_reason(everything):
    keys = [row[:2] for row in mutants.ALLOWED]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {job.key() for job in everything}
    assert all(len(row) == 3 and len(row[2]) > 30 for row in mutants.ALLOWED)


def test_every_module_has_mutants_and_tests_that_exist(everything):
    assert {job.module for job in everything} == {module for module, _tests in mutants.MODULES}
    assert all((mutants.ROOT / "host_tests" / name).exists() for _module, tests in mutants.MODULES for name in tests)


def judged(*verdicts):
    jobs = [Job("gate", str(i), "") for i in range(len(verdicts))]
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


def test_mutants_compile_and_no_two_are_the_same(everything):
    assert len({job.key() for job in everything}) == len(everything) > 500
    assert len({(job.module, ast.dump(ast.parse(job.source))) for job in everything if job.module == "gate"}
               | {("gate", ast.dump(ast.parse(mutants.text_of("gate"))))}
               ) == sum(job.module == "gate" for job in everything) + 1
    for job in everything[::7]:
        compile(job.source, job.name, "exec")
