"""What a run says about its two tiers, and when it fails for the want of one: pytest itself, in a small project."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TWO_TIERS = "def test_plain(figure): figure('answer: 42')\ndef test_real(micropython): assert micropython.bits\n"


@pytest.fixture
def project(tmp_path):
    """run(tests, **environment) -> what pytest said in a project with those tests and this one's conftest.py."""
    (tmp_path / "host_tests").mkdir()
    shutil.copy(ROOT / "host_tests" / "conftest.py", tmp_path / "host_tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tools").symlink_to(ROOT / "tools")

    def run(tests, **environment):
        (tmp_path / "host_tests" / "test_sample.py").write_text(tests)
        plain = {name: value for name, value in os.environ.items() if name not in ("CI", "GRIDREST_STRICT")}
        return subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider"], cwd=tmp_path,
                              env={**plain, **environment}, capture_output=True, text=True)

    return run


def test_both_tiers_and_the_figures_are_told_under_the_run(project, micropython):
    ran = project(TWO_TIERS)
    assert ran.returncode == 0, ran.stdout
    assert "tiers: 1 tests on CPython, 1 on MicroPython\n" in ran.stdout
    assert "\nanswer: 42\n" in ran.stdout


def test_a_missing_tier_is_told_loudly_with_its_reason(project):
    ran = project(TWO_TIERS, GRIDREST_MICROPYTHON="/no/such/program")
    assert ran.returncode == 0, ran.stdout
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("tiers: ")]
    assert line.startswith("tiers: 1 tests on CPython, 0 on MicroPython; THE MICROPYTHON TIER DID NOT RUN: ")
    assert "'/no/such/program', which does not answer as MicroPython" in line


def test_a_missing_tier_is_a_failure_where_nothing_may_be_left_out(project):
    ran = project(TWO_TIERS, GRIDREST_MICROPYTHON="/no/such/program", CI="true")
    assert ran.returncode == 1, ran.stdout
    assert "tiers: 1 tests on CPython, 0 on MicroPython; THE MICROPYTHON TIER DID NOT RUN: " in ran.stdout


def test_so_is_a_tier_that_has_no_tests_at_all(project):
    ran = project("def test_plain(): pass\n", GRIDREST_STRICT="1")
    assert ran.returncode == 1
    assert "THE MICROPYTHON TIER DID NOT RUN: the run has no test for it" in ran.stdout


def test_a_file_that_cannot_be_collected_is_told_and_does_not_break_the_count(project):
    ran = project("import no_such_module\n")
    assert ran.returncode == 2, ran.stdout
    assert "INTERNALERROR" not in ran.stdout + ran.stderr
    assert "tiers: 0 tests on CPython, 0 on MicroPython" in ran.stdout
