"""The commands at a port of their own, on which somebody answers like a board's console."""

import os
import threading
import tty

import pytest

from host_tests.on_the_cable import PATIENCE_S
from tools import main
from tools.cable.line import END


@pytest.fixture
def empty_board():
    """The port of a board whose journal has nothing in it."""
    master, slave = os.openpty()
    tty.setraw(slave)

    def answer():
        heard = b""
        while b"log " not in heard or not heard.endswith(END):
            heard += os.read(master, 100)
        os.write(master, b'{"done": 0}\r\n')

    console = threading.Thread(target=answer, daemon=True)
    console.start()
    yield os.ttyname(slave)
    console.join(PATIENCE_S)
    os.close(slave)
    os.close(master)


def test_an_empty_journal_says_so_and_prints_nothing(empty_board, capsys):
    assert main.main(["log", empty_board]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "the journal is empty" in said.err


@pytest.mark.parametrize("words", [
    ("status", "{}"), ("status", "--port", "{}"), ("log", "{}", "--last", "3"), ("log", "--port", "{}"),
    ("service", "on", "--port", "{}"), ("time", "set", "--port", "{}"), ("config", "pull", "--port", "{}")])
def test_every_command_can_be_told_the_port(words, tmp_path, capsys):
    port = str(tmp_path / "none")
    assert main.main([word.format(port) for word in words]) == 1
    assert f"there is no {port}: plug the board in, or name another port" in capsys.readouterr().err
