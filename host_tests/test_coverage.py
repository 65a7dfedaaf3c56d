"""The measure of what the tests reach: that it sees what is missed, and that nothing is listed without need."""

import pytest

from tools.proofs import coverage, coverage_allowed, coverage_reach, coverage_tests

pytestmark = pytest.mark.campaign
SERVICE = "test_cover_desk.py::test_service_is_asked_for_by_a_person_and_ended_by_one"
MAIN, DESK = ("main.py", "main.py"), ("desk", "firmware/app/desk.py")
STAY = ("stay", "firmware/core/stay.py")


class Silent:
    def update(self, *_how_far):
        pass


@pytest.fixture(scope="module")
def reach(tmp_path_factory):
    """What the tests of main.py reach of it, and one test of the desk of that."""
    return coverage_reach.measure(["test_cover_main.py", SERVICE], Silent(), tmp_path_factory.mktemp("reach"),
                                  ["main.py", "firmware/app/*"])


def test_a_file_that_its_tests_reach_wholly_passes(reach):
    result = coverage.figures(reach, [MAIN], ())
    assert result["ok"] and result["missed"] == [] and result["tests"] > 10
    assert result["main.py"].startswith("54 of 54 lines")


def test_a_file_that_no_test_comes_by_is_missed_line_by_line(reach):
    result = coverage.figures(reach, [MAIN, STAY], ())
    assert not result["ok"] and result["stay"].startswith("0 of ")
    assert any("firmware/core/stay.py: def " in row for row in result["missed"])


def test_lines_that_are_not_run_and_branches_that_are_not_taken_are_missed(reach):
    _counted, missed = coverage.measured(reach.data, DESK[1])
    assert (DESK[1], "took = self.timekeeper.set(now_s, self.storage.up_s)") in missed
    assert (DESK[1], "self.core.set_service(gestures.BY_PERSON if on else gestures.NO_SERVICE)") not in missed


def test_what_is_missed_may_be_listed_and_must_be_missed_for_that(reach):
    listed = [(*row, "a reason") for row in coverage.measured(reach.data, STAY[1])[1]]
    assert coverage.figures(reach, [STAY], listed)["ok"]
    result = coverage.figures(reach, [MAIN], listed[:1])
    assert not result["ok"] and len(result["listed_but_reached_or_gone"]) == 1


def test_a_test_that_fails_fails_the_measure(reach):
    reach.failed.append("test_of_something.py: killed")
    try:
        assert not coverage.figures(reach, [MAIN], ())["ok"]
    finally:
        reach.failed.clear()


def test_every_exception_has_its_reason_and_every_test_its_file():
    assert all(len(row) == 3 and len(row[2]) > 30 for row in coverage_allowed.ALLOWED)
    named = [*coverage_tests.TESTS, *(test for _paths, tests in coverage_tests.QUICK for test in tests)]
    assert all((coverage.ROOT / "host_tests" / name.split("::")[0]).exists() for name in named)
