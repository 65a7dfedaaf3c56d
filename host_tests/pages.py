"""Benches with their server, and what a page hears of them, for tests: connections instead of a browser."""

import contextlib
import json
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from host_tests.paced import Clock
from tools import advice
from tools.live import server
from tools.live.bench import Bench, Home, about
from tools.live.hub import LENGTHS, SINGLE, Hub
from tools.live.pace import FULL, Pace
from tools.sim import scenario

WITHIN_S = 10
# An hour with a V2L window from ten minutes after the start, and all that can be fitted but a network.
HOUSE = {
    "name": "house", "start": "2026-11-20T05:20:00Z", "for": "1:00:00",
    "config": {"board": "generic-2-relay", "v2l": [{"days": "daily", "from": "05:30", "to": "06:00"}],
               "inputs": {"bond": "no", "grid": "low", "charging": "low", "enable": "nc"}},
}


def read(told):
    found, problems = scenario.read(json.dumps(told), advise=advice)
    assert not problems, problems
    return found


def bench(hub, told=HOUSE, speed=FULL, clock=None):
    """One that is not begun yet; `told` is the text of its scenario as an object, or the Scenario."""
    made = read(told) if isinstance(told, dict) else told
    return Bench(hub, Home(made, "house.json"), Pace(speed, clock=clock))


@contextlib.contextmanager
def served(told=HOUSE, speed=FULL, **options):
    """(bench, url) of a bench that is served, and begins with the block."""
    hub = Hub("bench", about())
    made = bench(hub, told, speed)
    with server.running(hub, made.order, 0, tick=made.watch, **options) as running, made:
        yield made, running.url


class Page:
    """What a page hears, and knows by it. With `url` of a server; use it in a `with` statement."""

    def __init__(self, url, **options):
        self.connecting = connect(url.replace("http", "ws", 1) + "socket", max_size=None, **options)
        self.heard = []
        self.known = {}
        self.orders = 0

    def __enter__(self):
        self.socket = self.connecting.__enter__()
        return self

    def __exit__(self, *failure):
        return self.connecting.__exit__(*failure)

    def hear(self):
        """The next message; TimeoutError if there is none for long."""
        message = json.loads(self.socket.recv(WITHIN_S))
        self.heard.append(message)
        self._take(message)
        return message

    def _take(self, message):
        kind = message["kind"]
        if kind == "snapshot":
            self.known = {key: value for key, value in message.items() if key != "kind"}
        elif kind in SINGLE:
            self.known[kind] = message
        elif kind != "said":
            for name in LENGTHS:
                if kind == name.removesuffix("s"):
                    self.known[name] = [*self.known[name], message]

    def until(self, fits):
        """The first message that fits, from now on."""
        until_s = time.monotonic() + WITHIN_S
        while time.monotonic() < until_s:
            message = self.hear()
            if fits(message):
                return message
        raise TimeoutError([message["kind"] for message in self.heard[-50:]])

    def until_known(self, kind):
        """The last message of a kind, in a snapshot or by itself; waits until there is one."""
        while not self.known.get(kind):
            self.hear()
        return self.known[kind]

    def until_kind(self, kind):
        return self.until(lambda message: message["kind"] == kind)

    def order(self, **message):
        """The server's answer."""
        self.orders += 1
        self.socket.send(json.dumps({**message, "order": self.orders}))
        return self.until(lambda told: told["kind"] == "said" and told["order"] == self.orders)

    def ended(self):
        """(code, reason) of a socket that the server closes."""
        try:
            while True:
                self.hear()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, None)


def still():
    """A clock that nobody moves."""
    return Clock()
