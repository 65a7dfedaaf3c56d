"""A host's end of a board's serial line, for tests: the raw prompt and the console, with every wait bounded."""

import contextlib
import os
import pathlib
import subprocess
import sys

import serial

PATIENCE_S = 15
ROOT = pathlib.Path(__file__).resolve().parent.parent
PROMPT = b">>> "
RAW = b"raw REPL; CTRL-B to exit\r\n>"
INTERRUPT, RAW_PROMPT, FRIENDLY, END, PASTE = b"\x03", b"\x01", b"\x02", b"\x04", b"\x05A\x01"
WINDOW = b"R\x01\x80\x00\x01"
WINDOW_BYTES = 128
ANSWERS = b'{"status"', b'{"ok"', b'{"error"'


@contextlib.contextmanager
def held(board):
    """The board, with power and plugged in; it must have done nothing that no board does."""
    with board:
        yield board
        assert board.supervisor.troubles == []


def has_said(board, text):
    """Wait until it has, to whomever."""
    assert board.wait_until(lambda: text in board.said), board.said[-300:]


class Cable(serial.Serial):
    """Use it as a context manager."""

    def __init__(self, board):
        super().__init__(board.port, timeout=PATIENCE_S)

    def until(self, end):
        """All up to and with `end`."""
        heard = self.read_until(end)
        assert heard.endswith(end), heard[-300:]
        return heard

    def enter(self):
        """Interrupt what runs, to the raw prompt."""
        self.write(b"\r" + INTERRUPT + b"\r" + RAW_PROMPT)
        return self.until(RAW)

    def begin(self, code):
        """Let the raw prompt run it, and do not wait."""
        self.write(PASTE)
        assert self.read(len(WINDOW)) == WINDOW
        text = code.encode()
        for at in range(0, len(text), WINDOW_BYTES):
            piece = text[at : at + WINDOW_BYTES]
            self.write(piece)
            if len(piece) == WINDOW_BYTES:
                assert self.read(1) == b"\x01"
        self.write(END)
        assert self.read(1) == END

    def answer(self):
        """(output, error) of what the raw prompt runs."""
        output, error = self.until(END)[:-1], self.until(END)[:-1]
        self.until(b">")
        return output.decode().replace("\r\n", "\n"), error.decode().replace("\r\n", "\n")

    def run(self, code):
        """What it prints; it must not fail."""
        self.begin(code)
        output, error = self.answer()
        assert not error, error
        return output.strip()

    def ask(self, line):
        """The firmware's answer to one line."""
        self.write(line.encode() + b"\n")
        heard = b""
        while not heard.startswith(ANSWERS):
            heard = self.until(b"\n")
        return heard


def mpremote(board, *words):
    """The CompletedProcess of the real mpremote at this board."""
    return subprocess.run([sys.executable, "-m", "mpremote", "connect", board.port, *words], capture_output=True,
                          timeout=PATIENCE_S * 2, text=True, stdin=subprocess.DEVNULL, cwd=ROOT,
                          env={**os.environ, "NO_COLOR": "1"})
