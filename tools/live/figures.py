"""What the page's server costs: a day a minute with two pages open, and memory through simulated weeks at full speed.

    python -m tools.live.figures [--quick]

The whole of it is measured: firmware, installation, network with a real broker where there is one, server, pages.
"""

import contextlib
import gc
import json
import os
import pathlib
import sys
import threading
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tools import configuration
from tools.live import server, visit
from tools.live.bench import Bench, Home, about
from tools.live.hub import Hub
from tools.live.pace import FULL, Pace
from tools.sim import scenario

PAGES = 2
WEEKS = 4
DAY_S = 86_400
STATM = pathlib.Path("/proc/self/statm")


def main(arguments):
    quick = "--quick" in arguments
    seconds = 10 if quick else 60
    with _open(1440) as (bench, pages):
        _until(lambda: bench.playing.state == "playing" and bench.playing.pace.now_ms > 0)
        print(_keeping_up(bench, pages, seconds))
    with _open(FULL) as (bench, _pages):
        for days in (1, 2, 7) if quick else (1, 2, 7, 7 * WEEKS):
            _until(lambda days=days: bench.playing.pace.now_ms >= days * DAY_S * 1000)
            print(f"after {days:2d} simulated days at full speed: {_memory()}")
    return 0


@contextlib.contextmanager
def _open(speed):
    """A bench with its server, and pages that read what they get: (bench, pages)."""
    base = visit.fitted(configuration.load(str(configuration.EXAMPLE), 0).config.raw)
    chosen, _problems = scenario.read('{"name": "figures"}', base, for_text=visit.EVER)
    hub = Hub("bench", about())
    bench = Bench(hub, Home(chosen, "example"), Pace(speed))
    with server.running(hub, bench.order, 0, tick=bench.watch) as served, contextlib.ExitStack() as stack:
        pages = [_Page(served.url) for _number in range(PAGES)]
        for page in pages:
            stack.callback(page.close)
        stack.enter_context(bench)
        yield bench, pages


class _Page:
    def __init__(self, url):
        self.socket = connect(url.replace("http", "ws") + "socket", max_size=None)
        self.count = self.size = self.behind = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with contextlib.suppress(ConnectionClosed):
            for frame in self.socket:
                self.count += 1
                self.size += len(frame)
                told = json.loads(frame)
                self.behind += told["kind"] == "time" and told["behind"]

    def close(self):
        self.socket.close()


def _keeping_up(bench, pages, seconds):
    spent_s, begun_s, from_ms = time.process_time(), time.monotonic(), bench.playing.pace.now_ms
    time.sleep(seconds)
    real_s, spent_s = time.monotonic() - begun_s, time.process_time() - spent_s
    simulated_s = (bench.playing.pace.now_ms - from_ms) / 1000
    said = sum(page.size for page in pages) / len(pages) / real_s / 1000
    behind = sum(page.behind for page in pages)
    return (f"a day a minute: {simulated_s / 3600:.1f} h in {real_s:.1f} s, {simulated_s / real_s / 1440:.1%} of what "
            f"was asked for, said {behind} times that it fell behind; {spent_s / real_s:.0%} of one of "
            f"{os.cpu_count()} processors, {PAGES} pages included, {said:.1f} KB/s to each")


def _memory():
    gc.collect()
    held = f"{len(gc.get_objects())} objects"
    if not STATM.exists():
        return held
    return f"{int(STATM.read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 1e6:.1f} MB, {held}"


def _until(is_so):
    while not is_so():
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
