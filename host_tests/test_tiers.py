"""What a run says about its tiers, and when it fails for the want of one: pytest itself, in a small project."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = """
def test_plain(figure):
    figure('answer: 42')

def test_real(micropython):
    assert micropython.bits

def test_by_word_length(micropython_32):
    assert micropython_32.bits == 32

def test_found(mosquitto):
    assert mosquitto.version

def test_seen(chromium):
    assert chromium.command
"""
NONE = {"GRIDREST_MICROPYTHON": "/no/such/program", "GRIDREST_MOSQUITTO": "/no/such/program",
        "GRIDREST_CHROMIUM": "/no/such/program"}


@pytest.fixture
def project(tmp_path):
    """run(tests, **environment) -> what pytest said in a project with those tests and this one's conftest.py."""
    (tmp_path / "host_tests").mkdir()
    shutil.copy(ROOT / "host_tests" / "conftest.py", tmp_path / "host_tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tools").symlink_to(ROOT / "tools")

    def run(tests, *arguments, **environment):
        (tmp_path / "host_tests" / "test_sample.py").write_text(tests)
        ours = ("CI", "GRIDREST_STRICT", "GRIDREST_ALL")
        plain = {name: value for name, value in os.environ.items() if name not in ours}
        return subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=tmp_path,
                              env={**plain, **environment}, capture_output=True, text=True)

    return run


def tiers_line(ran):
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("tiers: ")]
    return line


@pytest.mark.parametrize("processes", [[], ["-n", "1"]])
def test_what_the_tiers_ran_on_and_the_figures_are_told_under_the_run(processes, project, mosquitto, micropython,
                                                                      micropython_32, chromium):
    interpreters = " and ".join(sorted({str(micropython), str(micropython_32)}))
    ran = project(TESTS, *processes)
    assert ran.returncode == 0, ran.stdout
    assert tiers_line(ran) == f"tiers: 1 tests on CPython, 2 on {interpreters}, 1 with {mosquitto}, 1 with {chromium}"
    assert "\nanswer: 42\n" in ran.stdout


def test_missing_tiers_are_told_loudly_with_their_reasons(project):
    ran = project(TESTS, **NONE)
    assert ran.returncode == 0, ran.stdout
    line = tiers_line(ran)
    assert line.startswith("tiers: 1 tests on CPython, 0 on MicroPython, 0 with Mosquitto, 0 with Chromium; ")
    assert "; THE MICROPYTHON TIER DID NOT RUN: GRIDREST_MICROPYTHON is '/no/such/program'" in line
    assert "; THE MOSQUITTO TIER DID NOT RUN: GRIDREST_MOSQUITTO is '/no/such/program'" in line
    assert "; THE CHROMIUM TIER DID NOT RUN: /no/such/program does not start" in line


def test_a_missing_tier_is_a_failure_where_nothing_may_be_left_out(project):
    ran = project(TESTS, CI="true", **NONE)
    assert ran.returncode == 1, ran.stdout
    assert "1 passed, 4 errors" in ran.stdout
    none = "tiers: 1 tests on CPython, 0 on MicroPython, 0 with Mosquitto, 0 with Chromium; "
    assert tiers_line(ran).startswith(none)


def test_so_is_a_tier_that_has_no_tests_at_all_but_not_in_a_run_of_chosen_ones(project, mosquitto, chromium):
    tests = "def test_plain(): pass\ndef test_found(mosquitto): pass\ndef test_seen(chromium): pass\n"
    ran = project(tests, GRIDREST_STRICT="1")
    assert ran.returncode == 1
    assert tiers_line(ran) == (f"tiers: 1 tests on CPython, 0 on MicroPython, 1 with {mosquitto}, 1 with {chromium}; "
                               "THE MICROPYTHON TIER DID NOT RUN: the run has no test for it")
    ran = project(tests, "-k", "plain", GRIDREST_STRICT="1")
    assert (ran.returncode, tiers_line(ran)) == (0, "tiers: 1 tests on CPython, 0 on MicroPython, 0 with Mosquitto, "
                                              "0 with Chromium")


CAMPAIGN = "import pytest\ndef test_plain(): pass\n@pytest.mark.campaign\ndef test_sample(): pass\n"


def test_a_run_of_everything_leaves_out_the_campaigns_and_says_so(project):
    ran = project(CAMPAIGN, "-n", "1")
    assert ran.returncode == 0 and "1 passed" in ran.stdout, ran.stdout
    assert tiers_line(ran).startswith("tiers: 1 tests on CPython") and ran.stdout.count("left out: the tests of") == 1


@pytest.mark.parametrize("chosen, asked, passed", [
    ([], {"CI": "true"}, 2), ([], {"GRIDREST_ALL": "1"}, 2), (["-m", "campaign"], {}, 1), (["host_tests"], {}, 2)])
def test_where_all_are_asked_for_or_some_are_chosen_no_campaign_is_left_out(chosen, asked, passed, project):
    ran = project(CAMPAIGN, *chosen, **asked)
    assert f"{passed} passed" in ran.stdout and "left out:" not in ran.stdout, ran.stdout


def test_tiers_can_be_chosen_by_their_names(project, mosquitto):
    """A fixture that stands on a tier's own makes its tests that tier's too."""
    ran = project(TESTS + "def test_running(broker): assert broker.port\n", "-m", "mosquitto")
    assert tiers_line(ran) == f"tiers: 0 tests on CPython, 0 on MicroPython, 2 with {mosquitto}, 0 with Chromium"


def test_a_file_that_cannot_be_collected_is_told_and_does_not_break_the_count(project):
    ran = project("import no_such_module\n")
    assert ran.returncode == 2, ran.stdout
    assert "INTERNALERROR" not in ran.stdout + ran.stderr
    assert "tiers: 0 tests on CPython, 0 on MicroPython, 0 with Mosquitto" in ran.stdout
