"""Shows a page until somebody has had enough: says where it is, opens a browser where there is one, and ends cleanly.

Ctrl-C, a request to end and a terminal that is closed are all the same to it.
"""

import contextlib
import signal
import sys
import threading
import time

from tools.live import browser, door, server
from tools.live.bench import Bench, about
from tools.live.hub import Hub
from tools.live.pace import Pace

ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
LOOK_S = 0.5
AGAIN_S = 1
BROKEN, WRONG_USE = 1, 2


def bench(home, speed, port, browse):
    """The page of a bench, until it is ended; an exit code."""
    hub = Hub("bench", about())
    played = Bench(hub, home, Pace(speed))
    return page(hub, played.order, port, browse, tick=played.watch, life=played)


def page(hub, order, port, browse, **more):
    """Serve `hub` as server.running does, until it is ended; an exit code.

    `life` is a context in which it is served, entered once it is.
    """
    life = more.pop("life", contextlib.nullcontext())
    with _ends() as over:
        try:
            with server.running(hub, order, port, **more) as served:
                _say_where(served, port)
                with life:
                    if browse:
                        browser.open_page(served.url)
                    return _wait(served, over)
        except door.NoPort as sentence:
            say(f"{sentence}.")
            return WRONG_USE


def _wait(served, over):
    while not over.wait(LOOK_S):
        if not served.is_alive():
            say("the server of the page has failed\n" + "".join(served.failed))
            return BROKEN
    say("the page is closed")
    return 0


def say(sentence):
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(f"gridrest: {sentence}", file=sys.stderr, flush=True)


def _say_where(served, port):
    if served.port != port and port:
        say(f"port {port} is in use, so the page has the next one")
    say("the page is here; Ctrl-C ends it:")
    print(served.url, flush=True)


@contextlib.contextmanager
def _ends():
    """An event for everything that may end it. Whoever is impatient then may break off; but some interrupt twice."""
    over, before, first_s = threading.Event(), {}, []

    def end(_number, _frame):
        first_s.append(time.monotonic())
        over.set()
        if first_s[-1] - first_s[0] > AGAIN_S:
            raise KeyboardInterrupt

    for number in ENDS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as for whoever is not to notice that a terminal closes
            before[number] = signal.signal(number, end)
    try:
        yield over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
