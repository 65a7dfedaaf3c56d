"""The pictures in docs/pictures, of the page and of a commissioning record: python -m tools.screenshots [FOLDER].

What they show is played each time by the real firmware in the simulator and drawn by a real Chromium, so that no
picture shows what the page does not.
"""

import contextlib
import json
import pathlib
import sys
import tempfile
import time
import typing

from tools import advice, chromium
from tools.commission import record, table
from tools.live import server
from tools.live.bench import Bench, Home, about
from tools.live.hub import Hub, instant
from tools.live.pace import Pace
from tools.packaged import Unavailable
from tools.sim import scenario

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "pictures"
HOUSE = {
    "name": "bench", "start": "2026-11-19T22:10:00Z", "for": "240:00:00",
    "config": {"board": "generic-2-relay", "rtc": "ds3231", "inputs": {"bond": "no", "grid": "low"},
               "v2l": [{"days": "mon-fri", "from": "05:30", "to": "23:20"}],
               "charge": [{"days": "daily", "from": "23:30", "to": "05:30"}]},
}
# The car is away for a while, so that the day has something to tell; then its contactor welds.
EVENTS = [{"at": "9:02:00", "do": "car", "to": "off"}, {"at": "12:20:00", "do": "car", "to": "on"},
          {"at": "20:00:00", "do": "weld", "what": "km2"}]
RECORD = "commissioning", "two-relays", (940, 1130)  # name, installation, size
STEPS = 3  # single seconds, in which the board tells how a transfer has ended
LOOK_S = 0.005
PATIENCE_S = 60
STILL_MS = 500  # until contacts have come to rest on the page


class Picture(typing.NamedTuple):
    """One of the page when the load is fed from `supply`, or goes on to be, at a transfer not before `utc`."""

    name: str
    supply: str
    utc: str
    size: tuple
    colours: str


PICTURES = (
    Picture("page-v2l", "v2l", "2026-11-20T10:30:00Z", (1280, 800), "light"),
    Picture("page-phone", "v2l", "2026-11-20T10:30:00Z", (360, 740), "dark"),
    Picture("page-fault", "v2l", "2026-11-20T23:20:00Z", (1280, 800), "dark"),
)


class Played:
    """A bench whose time goes from transfer to transfer, as somebody at its page might let it."""

    def __init__(self, bench):
        self.bench = bench
        self.last = bench.room.last

    def until(self, picture):
        while self.last["plant"]["supply"] != picture.supply or self.last["time"]["now"] < instant(picture.utc):
            self._order("jump")
        for _second in range(STEPS):
            self._order("step")

    def wait(self, is_so):
        end_s = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > end_s or (self.last["trouble"] or {}).get("text"):
                raise SystemExit(f"the simulator does not go on: {self.last['trouble']}")
            time.sleep(LOOK_S)

    def _order(self, pace):
        """Give it, and wait until time stands still again and has told so."""
        before = self.last["time"]
        self.bench.order({"pace": pace})
        self.wait(lambda: self.last["time"] is not before and self.last["time"]["state"] == "paused"
                  and self.last["time"]["now"] > before["now"])


@contextlib.contextmanager
def played():
    """(Played, address of its page)."""
    told, problems = scenario.read(json.dumps({**HOUSE, "events": EVENTS}).encode(), None, advise=advice)
    if problems:
        raise SystemExit(f"the scenario of the pictures is refused: {problems}")
    hub = Hub("bench", about())
    bench = Bench(hub, Home(told, "config.json"), Pace(1))
    with server.running(hub, bench.order, 0, tick=bench.watch) as served, bench:
        found = Played(bench)
        found.wait(lambda: found.last["status"] and found.last["time"])
        yield found, served.url


def draw(browser, picture, url, folder):
    width, height = picture.size
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=picture.colours,
                             reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(url)
        page.locator("#headline[data-tone]").wait_for()
        page.wait_for_timeout(STILL_MS)
        path = folder / f"{picture.name}.png"
        page.screenshot(path=path)
    return path


def draw_record(browser, folder):
    """The beginning of the page that a commissioning leaves."""
    name, installation, (width, height) = RECORD
    path = folder / f"{name}.png"
    with tempfile.TemporaryDirectory(prefix="gridrest-") as place:
        made, _left_on_v2l = table.commissioned(table.example(installation))
        _json, page_path, _pdf = record.write(place, made)
        with browser.new_context(viewport={"width": width, "height": height}, color_scheme="light") as context:
            page = context.new_page()
            page.goto(pathlib.Path(page_path).resolve().as_uri())
            page.screenshot(path=path)
    return path


def told(path):
    print(f"{path}: {path.stat().st_size // 1024} KB")


def main(arguments):
    folder = pathlib.Path(arguments[0]) if arguments else FOLDER
    try:
        found = chromium.find()
    except Unavailable as sentence:
        print(f"{sentence}", file=sys.stderr)
        return 1
    from playwright import sync_api

    folder.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as playwright, played() as (bench, url):
        browser = playwright.chromium.launch(executable_path=found.command, args=list(chromium.FLAGS))
        for picture in PICTURES:
            bench.until(picture)
            told(draw(browser, picture, url, folder))
        told(draw_record(browser, folder))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
