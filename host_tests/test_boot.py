"""boot.py alone: every relay off first, in whatever surroundings, then the watchdog and the count of crashes."""

import subprocess
import sys

import pytest

from host_tests.booting import COLD, OFF, SOFT, SOURCE, Board, baked

COUNTED = bytes((71, 1, 254, 0))


def test_every_relay_is_written_off_before_anything_else_is_touched():
    board = Board()
    board.start()
    assert board.log[:4] == [*OFF, ("watchdog", 30_000)]
    assert [row for row in board.log if row[0] in ("pin", "again")] == OFF


def test_a_pin_that_refuses_does_not_keep_the_others_from_being_written():
    board = Board(broken=("Pin17", "again16"))
    names = board.start()
    assert board.log[:3] == OFF
    names["relays_off"]()
    assert board.log[-2:] == [("again", 16, 0), ("again", 5, 1)]


def test_the_relays_can_be_written_off_once_more_in_the_same_order():
    board = Board()
    board.start()["relays_off"]()
    assert board.log[-3:] == [("again", 17, 0), ("again", 16, 0), ("again", 5, 1)]


def test_as_it_stands_in_the_project_it_guesses_no_pin():
    board = Board({"boot.py": SOURCE.encode()})
    names = board.start()
    names["relays_off"]()
    assert (names["RELAYS"], names["PINS"], names["CRASHES"]) == ((), [], 1)
    assert board.log[0] == ("watchdog", 30_000)
    assert not [row for row in board.log if row[0] in ("pin", "again")]


SURROUNDINGS = {
    "no build": {},
    "no main.py": {"main.py": b""},
    "junk for a configuration": {"config.json": b"\x00{{{" * 999},
    "a file where the build should be": {"firmware": b"junk"},
    "files where markers and folders should be": {"firmware.new": b"", "firmware.old": b"", "switch": b""},
    "folders where files should be": {"switch/a": b"", "trial/a": b"", "taken-back/a": b"", "firmware/a": b""},
    "a trial of junk": {"trial": b"\xff\x00", "firmware/a": b""},
}


@pytest.mark.parametrize("files", SURROUNDINGS.values(), ids=SURROUNDINGS)
@pytest.mark.parametrize("mode", ["ok", "full", "read-only"])
def test_it_does_its_first_job_in_every_broken_surrounding(files, mode):
    board = Board(files)
    board.flash.mode = mode
    for start in range(1, 7):
        names = board.start()
        assert board.log[:4] == [*OFF, ("watchdog", 30_000)]
        assert names["CRASHES"] == start
        assert board.watchdog_ms == 30_000


@pytest.mark.parametrize("broken", ["Pin17", "RTC", "WDT", "reset_cause", "files", "os"])
def test_nothing_that_raises_can_stop_it_or_keep_it_from_the_rest(broken):
    board = Board({"switch": b"", "trial": b"3", "firmware.old/a": b""}, broken=(broken,))
    names = board.start()
    assert board.log[:4] == [*OFF, ("watchdog", 30_000)]
    assert names["CRASHES"] == (0 if broken == "RTC" else 1)
    assert board.watchdog_ms == (None if broken == "WDT" else 30_000)


def test_without_a_machine_there_is_nothing_to_write_and_still_no_failure():
    names = Board(broken=("machine",)).start()
    names["relays_off"]()
    assert names["CRASHES"] == 0


@pytest.mark.parametrize("call", ["Pin17", "Pin16", "Pin5"])
def test_ctrl_c_while_the_relays_are_written_keeps_none_on(call):
    board = Board(interrupt=call)
    with pytest.raises(KeyboardInterrupt):
        board.start()
    assert [row for row in board.log if row[0] == "pin"][-3:] == OFF
    assert board.log[-1] == ("watchdog", 600_000)


@pytest.mark.parametrize("call", ["reset_cause", "WDT", "RTC", "files"])
def test_ctrl_c_later_gives_the_prompt_with_a_long_watchdog(call):
    board = Board({"switch": b""}, interrupt=call)
    with pytest.raises(KeyboardInterrupt):
        board.start()
    assert board.log[:3] == OFF
    assert board.log[-1] == ("watchdog", 600_000) and board.watchdog_ms == 600_000


@pytest.mark.parametrize("cause, timeout", [(COLD, 30_000), (2, 30_000), (3, 30_000), (0, 30_000), (SOFT, 600_000)])
def test_the_watchdog_is_long_after_a_soft_reset_alone(cause, timeout):
    board = Board()
    board.start(cause)
    assert [row for row in board.log if row[0] == "watchdog"] == [("watchdog", timeout)]


# What RTC memory held, after which kind of reset; the count, and what it holds then.
MEMORY = (
    (b"", COLD, 1, COUNTED),
    (b"G\x00\xff\x00", 2, 1, COUNTED),
    (b"G\x00\xff\x00rest", 3, 1, COUNTED + b"rest"),
    (b"G\x03\xfc\x00rest", COLD, 4, b"G\x04\xfb\x00rest"),
    (b"G\xf9\x06\x00", 3, 250, b"G\xfa\x05\x00"),
    (b"G\xfa\x05\x00r", 3, 250, b"G\xfa\x05\x00r"),
    (b"G\x03\xfd\x00rest", 3, 1, COUNTED),
    (b"G\x03\xfc\x01rest", 3, 1, COUNTED),
    (b"H\x03\xfc\x00rest", 3, 1, COUNTED),
    (b"G\x03\xfc", 3, 1, COUNTED),
    (b"\x00" * 40, 3, 1, COUNTED),
    (b"G\x03\xfc\x00rest", SOFT, 3, b"G\x03\xfc\x00rest"),
    (b"junk", SOFT, 0, b"junk"),
    (b"", SOFT, 0, b""),
)


@pytest.mark.parametrize("before, cause, crashes, after", MEMORY)
def test_crashes_are_counted_in_four_bytes_and_the_rest_is_left_alone(before, cause, crashes, after):
    board = Board()
    board.memory = before
    assert board.start(cause)["CRASHES"] == crashes
    assert board.memory == after


MACHINE = """
SOFT_RESET = 5


class Pin:
    OUT = 3

    def __init__(self, number, mode, value):
        if number == 99:
            raise ValueError("no such pin")
        print(number, mode, value)

    def __call__(self, value):
        pass


class WDT:
    def __init__(self, timeout):
        print("watchdog", timeout)

    def feed(self):
        pass


class RTC:
    def memory(self, data=None):
        if data is None:
            return b"G\\x02\\xfd\\x00rest"
        print(data == b"G\\x03\\xfc\\x00rest")


def reset_cause():
    return 1


def reset():
    print("reset")
    raise SystemExit
"""
STEADY = """

import gc, micropython
gc.collect()
micropython.heap_lock()
relays_off()
micropython.heap_unlock()
print(CRASHES, len(PINS))
"""


def test_it_does_the_same_on_micropython_and_writes_the_relays_without_allocating(micropython, tmp_path):
    (tmp_path / "machine.py").write_text(MACHINE)
    (tmp_path / "boot.py").write_text(baked(((17, 0), (99, 0), (16, 1)), STEADY))
    ran = micropython.run(tmp_path / "boot.py", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "17 3 0\n16 3 1\nwatchdog 30000\nTrue\n3 2\n"), ran.stderr


@pytest.mark.parametrize("machine", ["raise ImportError('no')", "raise RuntimeError('no')", "Pin = None"])
def test_nothing_about_machine_can_stop_it(tmp_path, machine):
    (tmp_path / "machine.py").write_text(machine)
    (tmp_path / "boot.py").write_text(baked())
    ran = subprocess.run([sys.executable, "boot.py"], capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
