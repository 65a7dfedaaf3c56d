"""How a board is left: told to go on, also where the port is another's for a moment; and no process stays behind."""

import os
import signal
import subprocess
import sys

import pytest
from mpremote.transport_serial import SerialTransport

from tools import stand_in
from tools.cable import prompt
from tools.proofs import cable_house

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


def test_ctrl_c_while_a_step_starts_leaves_no_process_behind(monkeypatch):
    started = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *arguments, **given):
            super().__init__(*arguments, **given)
            started.append(self.pid)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            prompt._ran(SLEEPER, 30)
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_a_step_without_an_end_is_ended_and_has_failed():
    ran = prompt._ran(SLEEPER, 0.2)
    assert ran.returncode == 1 and ran.stderr == "there was no end of it in 0 s"


def test_what_is_given_reaches_a_step_and_what_it_says_comes_back():
    script = "import sys; print(sys.stdin.read()); print('so', file=sys.stderr); sys.exit(3)"
    ran = prompt._ran((sys.executable, "-c", script), 30, "words")
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "words\n", "so\n")


@pytest.fixture
def stopped(tmp_path, micropython_32):
    """(a board at its prompt, the session that has brought it there, what is told in that)."""
    _new, old = cable_house.builds()
    with stand_in.Board(tmp_path, cable_house.running(old)) as board:
        opened, told = cable_house.talk(board)
        opened.stop()
        yield board, opened, told


@pytest.mark.campaign
def test_a_board_is_told_to_go_on_once_more_where_the_port_was_anothers(stopped):
    board, opened, told = stopped
    other = [SerialTransport(board.port)]

    def say(tag, text):
        told(tag, text)
        while tag == "again" and other:
            other.pop().close()

    opened.say = say
    opened.restart("update")
    assert "failed to access" in told.text("again") and not opened.stopped, told.rows
    assert board.wait_until(lambda: board.starts[-1] == "restart"), board.starts


@pytest.mark.campaign
def test_a_board_that_could_not_be_told_to_go_on_is_told_of(stopped):
    board, opened, told = stopped
    board.unplug()
    opened.let_go("update")
    assert "power it anew" in told.text("left"), told.rows
    board.plug()
    opened.let_go("update")
    assert told.tags().count("left") == 1 and not opened.stopped, told.rows
    cable_house.expect_sound(board)
