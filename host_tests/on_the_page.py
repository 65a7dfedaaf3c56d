"""The live page in a real browser, for tests: served from here, and watched for whatever it should not do."""

import contextlib
import json

from tools import advice
from tools.live import server
from tools.live.bench import Bench, Home, about
from tools.live.hub import Hub
from tools.live.pace import Pace
from tools.sim import scenario

SPEED = 60
# Twenty seconds before a V2L window, with all that can be fitted but a network, and impatient limits.
HOUSE = {
    "name": "house", "start": "2026-11-20T05:29:40Z", "for": "720:00:00",
    "config": {"board": "generic-2-relay", "v2l": [{"days": "daily", "from": "05:30", "to": "23:20"}],
               "inputs": {"bond": "no", "grid": "low", "charging": "low", "enable": "nc"},
               "limits": {"dwell_s": 10, "startup_s": 6, "confirm_s": 0, "car_s": 1}},
}
QUIET = {**HOUSE, "name": "quiet", "config": {**HOUSE["config"], "v2l": []}}
ONE_RELAY = {**HOUSE, "name": "one relay", "config": {key: HOUSE["config"][key] for key in ("v2l", "limits")}}


class House:
    """A bench and where its page is."""

    def __init__(self, url, bench):
        self.url = url
        self.bench = bench

    def anew(self, told=HOUSE, speed=SPEED):
        """Another run; a page that is opened from now on sees nothing of the one before."""
        self.order({"pace": speed})
        self.order({"play": json.dumps(told)})

    def order(self, message):
        done, text = self.bench.order(message)
        assert done, text


def read(told):
    found, problems = scenario.read(json.dumps(told).encode(), None, advise=advice)
    assert not problems, problems
    return found


@contextlib.contextmanager
def house(port=0):
    hub = Hub("bench", about())
    bench = Bench(hub, Home(read(HOUSE), "house.json"), Pace(SPEED))
    with server.running(hub, bench.order, port, tick=bench.watch) as served, bench:
        yield House(served.url, bench)


class Sheet:
    """A page of a browser, and what it has said and asked for. A new one takes a second, so it is used again."""

    def __init__(self, browser):
        self.page = browser.new_page()
        self.said, self.asked = [], []
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(error.stack or str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url.replace("ws://", "http://", 1)))

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def turn(self, size, colours):
        """Empty, for whoever is next."""
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        return self.page


SHEETS = []  # the one that can be used again


@contextlib.contextmanager
def opened(browser, url, size=(1280, 800), colours="light", may_complain=False):
    """A page; afterwards, that it has not complained and has asked nobody but its server for anything."""
    sheet = SHEETS.pop() if SHEETS else Sheet(browser)
    try:
        page = sheet.turn(size, colours)
        page.goto(url)
        page.locator("#headline[data-tone]").wait_for()
        yield page
        assert may_complain or not sheet.said, sheet.said
        assert sheet.asked and all(address.startswith(url) for address in sheet.asked), sheet.asked
        page.evaluate("localStorage.clear()")
        SHEETS.append(sheet)
    except BaseException:
        print("the page said:", sheet.said)
        sheet.page.close()
        raise


def open_all(page):
    """Unfold whatever can be."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
