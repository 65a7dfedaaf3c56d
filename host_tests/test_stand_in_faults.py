"""What goes wrong with the board that stands in for one, and the firmware on it."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from host_tests.on_the_cable import END, INTERRUPT, PATIENCE_S, PROMPT, RAW, ROOT, Cable, has_said, held, mpremote
from tools import staging, stand_in
from tools.stand_in.shared import BLOCK_BYTES

pytestmark = pytest.mark.usefixtures("micropython_32")


@pytest.fixture
def board(tmp_path):
    """One on which nothing was ever put."""
    with held(stand_in.Board(tmp_path / "board")) as made:
        has_said(made, PROMPT)
        yield made


@pytest.fixture
def at_prompt(board):
    """The same, and a cable at its raw prompt."""
    with Cable(board) as cable:
        cable.enter()
        yield board, cable


def test_the_firmware_runs_answers_and_rests_on_grid(tmp_path):
    text = (ROOT / "config.example.json").read_text()
    files = staging.stage(text, compiled=True, linked=False)
    with held(stand_in.Board(tmp_path, files, wiring=stand_in.wiring(text))) as board, Cable(board) as cable:
        has_said(board, b'{"boot": ')
        status = cable.ask("status")
        while b'"km1": "closed", "km2": "open"' not in status:  # it believes a contact once it has rested
            status = cable.ask("status")
        assert b'"command": "grid", "feedback": "grid"' in status
        cable.enter()
        assert b"gridrest: stopped, relays off" in board.said
        cable.write(END)
        cable.until(b"soft reboot\r\n" + RAW)
        assert cable.run("import gc\nprint(DOG is not None, gc.mem_free() > 100000)") == "True True"
        cable.begin("machine.reset()")
        cable.until(b'"cause": "restart"}}\r\n')
        assert b'"command": "grid"' in cable.ask("status")
        assert not board.was_on("pilot") and not board.was_on("guard")


def test_a_radio_that_finds_nobody_costs_the_firmware_nothing(tmp_path):
    text = """{"board": "generic-1-relay", "zone": "UTC0", "wifi": {"ssid": "x"}, "ntp": {"hosts": ["192.0.2.1"]},
               "rtc": "ds3231"}"""
    files = staging.stage(text, compiled=True, linked=False)
    made = stand_in.Board(tmp_path, files, wiring=stand_in.wiring(text), ds3231=True)
    with held(made) as board, Cable(board) as cable:
        has_said(board, b'{"boot": ')
        assert b'"state": ' in cable.ask("status")
        cable.ask("time 2026-11-20T10:00:00Z")
        assert b'"time": "2026-11-20T10:00:0' in cable.ask("status")
        cable.enter()
        assert cable.run("import machine\nprint(machine.SoftI2C().readfrom_mem(0x68, 4, 3).hex())") == "201126"


def test_a_power_cut_within_a_write_leaves_the_old_file_or_the_new_one(board):
    old, new = b"o" * 9000, b"n" * 9000
    seen = set()
    for cut_at in (1, 2, 4, 8, 200):
        board.power_off()
        board.put({"a": old})
        board.power_on()
        assert board.wait_until(lambda: board.said.endswith(b">>> "))
        with Cable(board) as cable:
            cable.enter()
            board.cut(at_write=cut_at)
            cable.begin("with open('a', 'wb') as f:\n for i in range(100): f.write(b'n' * 90)\nprint('done')")
            assert board.wait_until(lambda: not board.has_power() or board.said.endswith(b"done\r\n\4\4>"))
        seen.add(board.files()["a"])
    assert seen == {old, new}


def test_a_torn_write_is_half_done_and_the_power_comes_back_by_itself(at_prompt):
    board, cable = at_prompt
    changes = board.flash_changes
    flash = board.flash.read_bytes()
    board.cut(at_write=1, torn=True, back_s=0.05)
    cable.begin("open('b', 'wb').close()")
    assert board.wait_until(lambda: board.starts == ["power", "power"])
    after = board.flash.read_bytes()
    different = [at for at in range(len(flash)) if flash[at] != after[at]]
    assert different and board.flash_changes >= changes + 1
    assert different[-1] - different[0] < BLOCK_BYTES // 2


def test_the_power_goes_after_a_number_of_bytes(at_prompt):
    board, cable = at_prompt
    heard = board.heard
    board.cut(after_bytes=100)
    cable.write(b"#" * 99)
    assert board.wait_until(lambda: board.heard == heard + 99) and board.has_power()
    cable.write(b"##")
    assert board.wait_until(lambda: not board.has_power())
    assert board.starts == ["power"]
    board.power_on()
    assert board.wait_until(lambda: board.starts == ["power", "power"] and board.said.endswith(PROMPT))


def test_a_pulled_cable_ends_the_port_and_not_the_board(at_prompt):
    board, cable = at_prompt
    cable.begin("import time\nfor i in range(9999):\n time.sleep_ms(5)\n print('beat')")
    cable.until(b"beat")
    board.cut(after_bytes=3, unplug=True)
    cable.write(b"12345")
    assert board.wait_until(lambda: not os.path.lexists(board.port))
    with pytest.raises(OSError):
        while True:
            cable.read(1000)
    beats = board.said.count(b"beat")
    assert board.wait_until(lambda: board.said.count(b"beat") > beats + 2)
    board.plug()
    with Cable(board) as again:
        again.until(b"beat")
        again.write(INTERRUPT)
        again.until(END + b">")
    assert board.starts == ["power"]


def test_a_slow_port_takes_its_time_both_ways(at_prompt):
    board, cable = at_prompt
    board.is_slow(2000)
    began_s = time.monotonic()
    assert cable.run("print('x' * 400)#" + "y" * 100) == "x" * 400
    assert time.monotonic() - began_s > 0.2
    board.is_slow(None)
    assert cable.run("print(1)") == "1"


def test_noise_comes_between_lines_and_loses_nothing(at_prompt):
    board, cable = at_prompt
    board.is_noisy(b"#junk\r\n", every=2)
    cable.begin("for i in range(5): print(i)")
    assert cable.answer()[0] == "0\n1\n#junk\n2\n3\n#junk\n4\n"
    board.is_noisy(b"", every=0)
    board.say(b"more")
    assert cable.read(4) == b"more"
    assert cable.run("print(2)") == "2"


def test_what_nobody_reads_in_time_is_lost(at_prompt):
    board, cable = at_prompt
    cable.begin("import machine, select, sys\nbutton = machine.Pin(18, machine.Pin.IN)\nprint('on')\n"
                "while not button(): pass\nprint(sys.stdin.read(260).count('#'))\n"
                "more = select.poll()\nmore.register(sys.stdin, select.POLLIN)\nprint(more.poll(100))")
    heard = board.heard
    cable.write(b"#" * 501)
    assert board.wait_until(lambda: board.heard == heard + 501)
    board.set("button", True)
    assert cable.answer() == ("on\n260\n[]\n", "")


def test_a_full_flash_says_so(tmp_path):
    with held(stand_in.Board(tmp_path, blocks=4)) as board:
        (tmp_path / "large").write_bytes(bytes(12000))
        copied = mpremote(board, "resume", "fs", "cp", str(tmp_path / "large"), ":large")
        assert copied.returncode == 1 and "space" in copied.stderr + copied.stdout


def test_another_chip_and_an_old_micropython(tmp_path):
    made = stand_in.Board(tmp_path, machine="Generic ESP32S3 module with ESP32S3", version=(1, 23, 0))
    with held(made) as board, Cable(board) as cable:
        has_said(board, PROMPT)
        cable.enter()
        told = cable.run("import os, sys\nprint(sys.implementation._machine, sys.implementation[1], sys.platform,"
                         " os.uname().release)")
        assert told == "Generic ESP32S3 module with ESP32S3 (1, 23, 0, '') esp32 1.23.0"


def test_a_flash_that_is_no_file_system_says_so_for_ever(tmp_path):
    with held(stand_in.Board(tmp_path, image=b"\x5a" * 65536)) as board, Cable(board) as cable:
        has_said(board, b"cannot be mounted")
        cable.write(INTERRUPT)
        cable.until(PROMPT)


def test_files_are_put_only_while_the_power_is_off(board):
    with pytest.raises(ValueError, match="has power"):
        board.put({"a": b""})
    board.power_off()
    board.put({"a/b/c": b"1", "d": b"2"})
    board.put({"d": b"3"}, gone=["a/b/c"])
    assert (board.files()["d"], "a/b/c" in board.files()) == (b"3", False)
    board.power_on()
    assert board.wait_until(lambda: board.starts == ["power", "power"] and board.said.endswith(PROMPT))
    with Cable(board) as cable:
        cable.enter()
        assert cable.run("import os\nprint(os.listdir('a'), open('d').read())") == "['b'] 3"


def test_two_boards_know_nothing_of_each_other(board, tmp_path):
    with held(stand_in.Board(tmp_path / "other", {"main.py": b"print('the other')"})) as other, Cable(other) as cable:
        has_said(other, b"the other\r\n")
        board.power_off()
        cable.enter()
        assert cable.run("print(4)") == "4"
        assert b"the other" not in board.said and (board.starts, other.starts) == (["power"], ["power"])


def test_what_ends_the_interpreter_itself_is_told(tmp_path):
    with stand_in.Board(tmp_path) as board, Cable(board) as cable:
        has_said(board, PROMPT)
        cable.enter()
        cable.begin("import ffi\nffi.open('libc.so.6').func('v', 'abort', '')()")
        assert board.wait_until(lambda: board.starts == ["power", "panic"])
        assert board.supervisor.troubles == [f"the interpreter ended with {-signal.SIGABRT}"]


def test_no_process_outlives_whoever_holds_the_board(tmp_path):
    code = ("import sys, time\nfrom tools import stand_in\nwith stand_in.Board(sys.argv[1]) as board:\n"
            " board.wait_until(lambda: b'>>> ' in board.said)\n"
            " print(board.supervisor.program.process.pid, flush=True)\n time.sleep(99)")
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        process = os.pidfd_open(int(holder.stdout.readline()))
        holder.kill()
    assert select.select([process], [], [], PATIENCE_S)[0], "the interpreter lives on"
    os.close(process)
