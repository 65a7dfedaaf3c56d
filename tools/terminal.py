"""Colour and progress for people at a terminal; plain text for everything else."""

import os
import sys
import time

COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "bold": "1", "dim": "2"}
REDRAW_S = 0.1
SPARSE_S = 10


def colourful(stream):
    """Whether colour may be written to this stream: a terminal, and nobody has asked for none."""
    return is_live(stream) and not os.environ.get("NO_COLOR")


def is_live(stream):
    """Whether the stream is a terminal that can rewrite a line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text, colour, stream=None):
    """The text in one of COLOURS, or unchanged where colour is unwanted."""
    if not colourful(stream or sys.stdout):
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def span(seconds):
    """A length of time as a person says it: "4 s", "2 min 05 s", "1 h 10 min"."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole // 60 % 60:02d} min"


class Progress:
    """How far a long task has come, on stderr: one line rewritten on a terminal, a line now and then elsewhere.

    update(done, total, note) as often as is convenient; total may be None while it is not known. Use it in a `with`
    statement, or call close(), so that the half-written line does not stay behind.
    """

    def __init__(self, label, stream=None, clock=time.monotonic):
        self.label = label
        self.stream = stream or sys.stderr
        self.clock = clock
        self.started = clock()
        self.live = is_live(self.stream)
        self.drawn = self.started if not self.live else None
        self.width = 0

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.close()

    def elapsed_s(self):
        return self.clock() - self.started

    def update(self, done, total=None, note=""):
        """Say that `done` of `total` parts are finished; drawn only as often as a reader can follow."""
        now = self.clock()
        pause = REDRAW_S if self.live else SPARSE_S
        if self.drawn is not None and now - self.drawn < pause:
            return
        self.drawn = now
        self._write(self._line(done, total, note))

    def close(self, last=None):
        """Remove the rewritten line; `last` is a closing line that stays."""
        if self.live and self.width:
            self.stream.write("\r" + " " * self.width + "\r")
            self.width = 0
        if last:
            self.stream.write(last + "\n")
        self.stream.flush()

    def _line(self, done, total, note):
        elapsed = self.elapsed_s()
        parts = [f"{done}" if total is None else f"{100 * done // max(total, 1)} % ({done} of {total})"]
        parts.append(f"{span(elapsed)} so far")
        if total is not None and 0 < done < total:
            parts.append(f"about {span(elapsed * (total - done) / done)} left")
        if note:
            parts.append(note)
        return f"{self.label}: " + ", ".join(parts)

    def _write(self, line):
        if not self.live:
            self.stream.write(line + "\n")
        else:
            columns = _columns(self.stream)
            line = line[: columns - 1]
            self.stream.write("\r" + line + " " * (self.width - len(line)))
            self.width = len(line)
        self.stream.flush()


def _columns(stream):
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
