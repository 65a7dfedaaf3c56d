"""The board that stands in for one on a cable, at its prompts and resets: as a chip has them, so it must."""

import hashlib
import os
import time

import pytest

from host_tests.on_the_cable import (
    END, FRIENDLY, INTERRUPT, PASTE, PROMPT, RAW, RAW_PROMPT, WINDOW, Cable, has_said, held, mpremote,
)  # fmt: skip
from tools import stand_in

pytestmark = pytest.mark.usefixtures("micropython_32")
SAYS = {"boot.py": b"print('first')", "main.py": b"print('second')"}


@pytest.fixture
def at_prompt(tmp_path):
    """A board on which nothing was ever put, and a cable at its raw prompt."""
    with held(stand_in.Board(tmp_path)) as board, Cable(board) as cable:
        has_said(board, PROMPT)
        cable.enter()
        yield board, cable


@pytest.fixture
def talking(tmp_path):
    """A board whose files say that they run, and a cable at its friendly prompt."""
    with held(stand_in.Board(tmp_path, SAYS)) as board, Cable(board) as cable:
        has_said(board, PROMPT)
        yield board, cable


def test_mpremote_runs_code_copies_a_file_and_reads_its_hash(at_prompt, tmp_path):
    board, cable = at_prompt
    cable.close()
    data = os.urandom(3000)
    (tmp_path / "a").write_bytes(data)
    assert mpremote(board, "resume", "exec", "print(1)").stdout == "1\n"
    copied = mpremote(board, "resume", "fs", "cp", str(tmp_path / "a"), ":b")
    assert copied.returncode == 0, copied.stderr
    assert hashlib.sha256(data).hexdigest() in mpremote(board, "resume", "fs", "sha256sum", ":b").stdout
    assert board.files()["b"] == data
    failed = mpremote(board, "resume", "exec", "1/0")
    assert failed.returncode == 1 and failed.stdout.splitlines()[-2:] == [
        '  File "<stdin>", line 1, in <module>', "ZeroDivisionError: divide by zero"]


def test_mpremote_resets_softly_to_boot_py_without_main_py_and_hard_to_both(talking):
    board, cable = talking
    cable.close()
    assert board.said.count(b"first\r\nsecond\r\n") == 1
    assert mpremote(board, "soft-reset").returncode == 0
    assert board.said.count(b"first") == 2 and board.said.count(b"second") == 1
    assert mpremote(board, "resume", "exec", "import machine; print(machine.reset_cause())").stdout == "5\n"
    assert mpremote(board, "reset").returncode == 0
    assert board.wait_until(lambda: board.said.count(b"first\r\nsecond\r\n") == 2)
    assert mpremote(board, "resume", "exec", "import machine; print(machine.reset_cause())").stdout == "2\n"
    assert board.starts == ["power", "soft", "soft", "restart"]


def test_the_friendly_prompt_echoes_prints_values_and_resets_softly_to_both(talking):
    board, cable = talking
    cable.write(b"\r1 +\b+ 2\r")
    assert b"\r\n>>> 1 +\b\x1b[K+ 2\r\n" in cable.until(b"3\r\n>>> ")
    cable.write(b"for i in range(2):\r  print(i)\r\r")
    assert cable.until(b">>> ").endswith(b"0\r\n1\r\n>>> ")
    cable.write(END)
    cable.until(b"MPY: soft reboot\r\nfirst\r\nsecond\r\n")
    cable.until(b'Type "help()" for more information.\r\n>>> ')
    assert board.starts == ["power", "soft"]


def test_raw_paste_opens_a_window_for_every_128_bytes(at_prompt):
    board, cable = at_prompt
    cable.write(PASTE)
    assert cable.read(5) == WINDOW
    cable.write(b"#" * 127)
    cable.write(b"\n")
    assert cable.read(1) == b"\x01"
    cable.write(b"print(5)" + END)
    assert cable.read(1) == END
    assert cable.answer() == ("5\n", "")
    cable.write(PASTE + b"while True" + INTERRUPT)
    assert cable.until(b">") == WINDOW + END + END + b"KeyboardInterrupt: \r\n" + END + b">"
    cable.write(b"\x05B\x01")
    assert cable.until(b">") == b"R\x00>"


def test_the_raw_prompt_tells_of_errors_and_goes_back_to_the_friendly_one(at_prompt):
    board, cable = at_prompt
    cable.write(b"print('lost'" + INTERRUPT)  # a byte like any other to this prompt, which clears the line
    cable.begin("def f():\n  raise OSError(2)\nf()")
    assert cable.answer() == ("", 'Traceback (most recent call last):\n  File "<stdin>", line 3, in <module>\n'
                                  '  File "<stdin>", line 2, in f\nOSError: [Errno 2] ENOENT\n')
    cable.begin("print(")
    assert "SyntaxError" in cable.answer()[1]
    cable.write(FRIENDLY)
    cable.until(b">>> ")
    cable.write(RAW_PROMPT)
    cable.until(RAW)
    cable.begin("import sys\nsys.exit()")
    cable.until(b"MPY: soft reboot\r\n" + RAW)


@pytest.mark.parametrize("waits", ["pass", "time.sleep_ms(1)", "time.sleep(99)", "sys.stdin.read(1)",
                                   "os.stat('boot.py')", "[i for i in range(99)]"])
def test_ctrl_c_reaches_whatever_runs(at_prompt, waits):
    board, cable = at_prompt
    cable.begin(f"import os, sys, time\nprint('on')\nwhile True: {waits}")
    cable.until(b"on\r\n")
    cable.write(INTERRUPT)
    assert "KeyboardInterrupt" in cable.answer()[1]
    assert cable.run("print(6)") == "6"


def test_a_program_can_swallow_ctrl_c_or_turn_it_off(at_prompt):
    board, cable = at_prompt
    cable.begin("for n in range(2):\n try:\n  print('on')\n  while True: pass\n except KeyboardInterrupt: pass")
    for _ in range(2):
        cable.until(b"on\r\n")
        cable.write(INTERRUPT)
    assert cable.answer() == ("", "")
    cable.begin("import micropython, sys\nmicropython.kbd_intr(-1)\nprint('on')\nprint(sys.stdin.read(1) == '\\x03')")
    cable.until(b"on\r\n")
    cable.write(INTERRUPT)
    assert cable.answer() == ("True\n", "")


def test_the_watchdog_ends_a_busy_loop_and_leaves_the_pins_as_they_were(tmp_path):
    boot = b"import machine\nprint('cause', machine.reset_cause())\n"
    with held(stand_in.Board(tmp_path, {"boot.py": boot})) as board, Cable(board) as cable:
        has_said(board, b"cause 1\r\n")
        cable.enter()
        cable.begin("import machine\nmachine.Pin(16, machine.Pin.OUT, value=1)\ndog = machine.WDT(timeout=500)\n"
                    "for i in range(50):\n dog.feed()\n machine.idle()\nprint('fed')\nwhile True: pass")
        fed = cable.until(b"fed\r\n") and time.monotonic()
        cable.until(b"cause 3\r\n")
        assert time.monotonic() - fed > 0.4
        assert board.starts == ["power", "watchdog"]
        assert board.is_on("pilot") and not board.is_on("guard")


def test_a_soft_reset_does_not_stop_the_watchdog_which_can_be_set_anew(at_prompt):
    board, cable = at_prompt
    assert board.watchdog_left_s() is None
    cable.run("import machine\nmachine.WDT(timeout=60000)")
    cable.write(END)
    cable.until(b"soft reboot\r\n" + RAW)
    assert 0 < board.watchdog_left_s() <= 60
    cable.run("import machine\nmachine.WDT(timeout=600000)")
    assert 500 < board.watchdog_left_s() <= 600
    cable.begin("machine.reset()")
    assert board.wait_until(lambda: board.starts == ["power", "soft", "restart"])
    assert board.watchdog_left_s() is None


def test_rtc_memory_and_clock_outlive_resets_but_not_the_power(tmp_path):
    boot = b"import machine, time\nrtc = machine.RTC()\nprint('kept', rtc.memory(), time.gmtime()[:3])\n"
    with held(stand_in.Board(tmp_path, {"boot.py": boot}, ds3231=True)) as board, Cable(board) as cable:
        has_said(board, b"kept b'' (2000, 1, 1)\r\n")
        cable.enter()
        cable.run("rtc.memory(b'abc')\nrtc.datetime((2026, 11, 20, 0, 10, 0, 0, 0))")
        assert cable.run("print(time.time() - 848484000 < 60, rtc.datetime()[:5])") == "True (2026, 11, 20, 4, 10)"
        cable.run("i2c = machine.SoftI2C(sda=machine.Pin(21), scl=machine.Pin(22))\n"
                  "i2c.writeto_mem(0x68, 0, bytes((0x58, 0x59, 0x23, 5, 0x31, 0x12, 0x26)))")
        cable.begin("machine.reset()")
        cable.until(b"kept b'abc' (2026, 11, 20)\r\n")
        board.power_off()
        board.power_on()
        cable.until(b"kept b'' (2000, 1, 1)\r\n")
        cable.enter()
        assert cable.run("print(machine.SoftI2C().readfrom_mem(0x68, 4, 3).hex())") in ("311226", "010127")
        assert board.starts == ["power", "restart", "power"]


def test_contactors_follow_the_relays_and_take_their_time(at_prompt):
    board, cable = at_prompt
    told = cable.run("""
import machine, time
P = machine.Pin
pilot, guard = P(16, P.OUT, value=0), P(17, P.OUT, value=0)
km1, km2 = P(32, P.IN), P(33, P.IN)
print(km1(), km2())
for on in (1, 0):
    pilot(on)
    time.sleep_ms(40)
    print(km1(), km2())
    began = time.ticks_ms()
    guard(on)
    seen = {}
    while len(seen) < 2:
        for name, pin in (("km1", km1), ("km2", km2)):
            if pin() == (on if name == "km2" else 1 - on) and name not in seen:
                seen[name] = time.ticks_diff(time.ticks_ms(), began)
    print(seen["km1"] >= (20 if on else 0), seen["km2"] >= (30 if on else 0), seen["km1"] <= seen["km2"] or not on)
""")
    assert told.split("\n") == ["1 0", "1 0", "True True True", "1 0", "True True True"]
    assert [on for _ms, on in board.changes("pilot")] == [False, True, False]
    assert board.was_on("guard") and not board.is_on("guard")
