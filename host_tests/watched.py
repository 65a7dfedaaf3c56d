"""Boards as a broker tells of them, for the tests of `watch`: recorded statuses, clocks set by hand, streams."""

import io
import json
import re
import threading
import time

from host_tests import recording
from tools.live import text
from tools.live.boards import Boards
from tools.live.hub import Hub

UNIX_S = 1_795_150_800  # 2026-11-20T05:00:00Z
WITHIN_S = 10
PLAN = [{"at": "2026-11-20T05:30:00Z", "source": "v2l"}, {"at": "2026-11-20T23:20:00Z", "source": "grid"}]
OURS = re.compile(r"\x1b\[(H|K|J|2J|0m|1m|31m|33m)")  # what a screen is drawn with


def statuses(name):
    """Every status of a recorded scenario."""
    lines = [json.loads(line) for line in recording.record_of(name).splitlines()]
    return [line["status"] for line in lines if line["kind"] == "status"]


def events(name):
    lines = [json.loads(line) for line in recording.record_of(name).splitlines()]
    return [line["event"] for line in lines if line["kind"] == "event"]


class Clock:
    """Seconds that somebody sets."""

    def __init__(self, now_s=0.0):
        self.now_s = now_s

    def __call__(self):
        return self.now_s


class Watched:
    """Boards with clocks of our own, and a broker that is there."""

    def __init__(self):
        self.clock, self.wall = Clock(1000.0), Clock(float(UNIX_S))
        self.boards = Boards("gridrest", "192.0.2.1:1883", self.clock, self.wall)
        self.boards.reached()

    def say(self, word, value, name="one", retained=False):
        payload = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else (
            json.dumps(value).encode())
        self.boards.hear(f"gridrest/{name}/{word}", payload, retained)

    def status(self, retained=False, name="one", **changes):
        """That of a board on grid, which says it is there."""
        self.say("availability", "online", name, retained)
        self.say("status", {**SOUND, **changes}, name, retained)

    def pass_s(self, seconds):
        self.clock.now_s += seconds
        self.wall.now_s += seconds

    def board(self, name="one"):
        return self.boards.boards[name]

    def standing(self, name="one"):
        return self.boards.standing(self.board(name))


class Speaking(Hub):
    """A hub whose list of boards is looked at."""

    def __init__(self):
        super().__init__("watch")
        self.told = []

    def tell_boards(self, boards):
        self.told = boards


class Stream(io.StringIO):
    """A terminal or a pipe, and what was written to it."""

    encoding = "utf-8"

    def __init__(self, terminal=False):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal

    def fileno(self):
        raise OSError("none")

    def taken(self):
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def until(boards, holds):
    """Wait for something that the broker's thread is to bring about."""
    end_s = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end_s, (boards.broker, [*boards.boards])
        boards.news.wait(0.05)
        boards.news.clear()


class Showing:
    """A thread that shows boards on a stream until the block ends."""

    def __init__(self, boards, stream):
        self.boards = boards
        self.over = threading.Event()
        self._thread = threading.Thread(target=text.show, args=(boards, None, stream, self.over), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self.over.set()
        self.boards.news.set()
        self._thread.join(WITHIN_S)


SOUND = statuses("plain-day")[2]
