"""boot.py's smaller promises: a restart exactly where boot.py itself has changed, and an order fit for power cuts."""

import itertools

import pytest

from host_tests.booting import OFF, Board, Cut, baked
from host_tests.test_boot_update import A, B, MOVED, build

RESTART = ("reset",)
OTHER_BOOT = build("A", MOVED)


def board(files=None, **folders):
    made = {**(files or {})}
    for folder, content in folders.items():
        made.update({folder.replace("_", ".") + path: data for path, data in content.items()})
    return Board(made)


def restarts(made):
    made.start()
    return made.log.count(RESTART)


@pytest.mark.parametrize("new, times", ((B, 0), (build("B", MOVED), 1)), ids=("the same", "another"))
def test_a_switch_restarts_the_board_only_for_another_boot_py(new, times):
    assert restarts(board({"switch": b""}, firmware=A, firmware_new=new)) == times


@pytest.mark.parametrize("old, times", ((A, 0), (OTHER_BOOT, 1)), ids=("the same", "another"))
def test_a_build_that_is_taken_back_restarts_the_board_only_for_another_boot_py(old, times):
    assert restarts(board({"trial": b"3", "main.py": B["/main.py"]}, firmware=B, firmware_old=old)) == times


def test_a_trial_that_ends_with_nothing_to_go_back_to_restarts_nothing():
    made = board({"trial": b"3", "main.py": B["/main.py"]}, firmware=B)
    assert restarts(made) == 0 and "trial" not in made.flash.kept
    made = board({"switch": b""}, firmware=A)  # only a configuration, or nothing at all, was to be switched
    assert restarts(made) == 0 and made.text("trial") == "1"


def test_an_old_build_that_is_brought_back_brings_its_boot_py_and_the_board_restarts_with_it():
    made = board(firmware_old=OTHER_BOOT)
    assert restarts(made) == 1
    assert made.text("boot.py") == baked(MOVED, "# A\n") and made.tree("firmware") == OTHER_BOOT
    made = board(firmware_old=A)
    assert restarts(made) == 0 and made.tree("firmware") == A


def test_a_new_build_is_never_without_its_trial_wherever_the_power_goes():
    for at in itertools.count(1):
        made = board({"switch": b"", "config.new": b"of B"}, firmware=A, firmware_new=B)
        made.cut_at = at
        try:
            made.start()
            return
        except Cut:
            assert "switch" in made.flash.kept or "trial" in made.flash.kept
        made.cut_at = None
        made.start()
        assert made.tree("firmware") == B and made.text("trial") == "1"


@pytest.mark.parametrize("length", (39, 40, 41))
def test_the_name_of_a_build_that_was_taken_back_is_told_in_at_most_forty_bytes(length):
    named = {**B, "/manifest.json": b'{"files":{},"fw":"' + b"x" * length + b'"}'}
    made = board({"trial": b"3"}, firmware=named, firmware_old=A)
    made.start()
    assert made.text("taken-back") == "x" * min(length, 40)


def test_the_watchdog_guards_the_count_of_crashes_too():
    made = Board(interrupt="RTC")
    with pytest.raises(KeyboardInterrupt):
        made.start()
    assert made.log == [*OFF, ("watchdog", 30_000), ("watchdog", 600_000)]
