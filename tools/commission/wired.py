"""A real board at the end of a cable, in real time."""

import hashlib
import time

from tools import wall
from tools.cable import flashing
from tools.cable.line import Gone, Line
from tools.cable.ports import Trouble
from tools.cable.session import Session
from tools.cable.update import LONG_S
from tools.commission.board import Board
from tools.commission.facts import Facts

SHORT_S = 1


class WiredLink:
    kind = "real"
    often_s = 1

    def __init__(self, port):
        self.port = port
        self.line = Line(port)
        self.told = self.line.told

    def now_s(self):
        return time.monotonic()

    def date_s(self):
        return wall.now_s()

    def wait(self, seconds):
        """What comes meanwhile is passed over."""
        end = time.monotonic() + seconds
        if self.line is None:
            time.sleep(seconds)
            return
        try:
            for _found in self.line.objects(seconds):
                pass
        except Gone:
            self.drop()
            raise
        time.sleep(max(0, end - time.monotonic()))

    def ask(self, words, keys, limit_s):
        if self.line is None:
            raise Gone(f"{self.port} is gone: plug the board in again")
        try:
            answer = self.line.ask(words, keys, limit_s)
        except Gone:
            self.drop()
            raise
        if answer is None and self.line.at_prompt():
            raise Trouble(f"the board on {self.port} is at MicroPython's prompt, where no firmware runs")
        return answer

    def reopen(self):
        if self.line is None:
            self.line = Line(self.port)

    def drop(self):
        line, self.line = self.line, None
        if line:
            line.__exit__()

    def interrupt(self):
        """Ctrl-C, which leaves the firmware by its own way out: relays off first."""
        return self.line is not None and self.line.interrupted(SHORT_S)

    def close(self):
        self.drop()


class Wired:
    """The board on a port, found out about while it rests; that costs it one restart, and leaves it in service."""

    hands = None

    def __init__(self, port, say):
        session = Session(port, say)
        status = session.status()
        if status["command"] != "grid":
            raise Trouble("the board commands V2L: bring it to grid with its button or with tools/gridrest service on")
        try:
            session.rest(status, bench=True)  # what the feedback says is what is to be proven
            session.stop()
            text = session.prompt.call("text('config.json')")
            self.there = session.prompt.call("installed()", LONG_S)
            self.chip = session.prompt.call("chip()")
            if text is None:
                raise Trouble("the board has no configuration: tools/gridrest flash brings one")
            self.text = bytes.fromhex(text)
            self.facts = Facts(self.text.decode("utf-8", "replace"))
        except BaseException:
            _give_back(session, status)
            raise
        flashing.come_back(session, status["fw"], "config", bench=True)
        self.link = WiredLink(port)
        self.board = Board(self.link)
        self.board.serve()

    def identity(self, status):
        return {"id": status["id"], "fw": status["fw"], "config_sha256": hashlib.sha256(self.text).hexdigest(),
                "micropython": ".".join(map(str, self.chip["version"])), "chip": self.chip["machine"],
                "profile": self.there["profile"]}

    def close(self):
        self.link.close()


def _give_back(session, status):
    """As it was found; a board that an earlier sitting has left in service has to be put there again."""
    in_service, restarts = status["state"] == "service", session.stopped
    if in_service and not restarts:
        return
    session.let_go("config")
    if in_service and session.report():
        session.serve(bench=True)
