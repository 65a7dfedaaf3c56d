"""The page of real boards: what is old, away or not known is said, and never shown as live."""

import contextlib
import json
import types

import pytest

from host_tests.on_the_page import opened
from tools.live import server
from tools.live.boards import Boards
from tools.live.hub import Hub
from tools.live.telling import Telling

NOW_S = 1_795_186_800  # 2026-11-20T15:00:00Z
STATUS = {
    "v": 1, "id": "gridrest-a", "fw": "0.1.0+4f2a9c1", "seq": 17, "uptime_s": 912, "time": "2026-11-20T15:00:00Z",
    "clock": {"trust": "synced", "source": "ds3231", "error_s": 1}, "state": "v2l", "command": "v2l", "feedback": "v2l",
    "confirmed": True, "why": None, "blocked_by": [], "hold": {"local": "none", "remote": "none", "until": None},
    "next": {"at": "2026-11-20T23:20:00Z", "source": "grid"},
    "inputs": {"km1": "open", "km2": "closed", "bond": "unfitted", "car": "on", "grid": "unfitted",
               "charging": "unfitted", "enable": "unfitted"},
    "faults": [], "last_transfer": {"to": "v2l", "drop_ms": 21, "gap_ms": 34, "ms": 55}, "soc": 71,
    "counters": {"transfers": 204, "v2l_s": 1_203_911, "resets": 3}, "loop": {"last_ms": 3, "worst_ms": 21},
    "net": {"rssi": -61, "refused": 0},
}  # fmt: skip
FAULT = {**STATUS, "id": "gridrest-b", "state": "fault", "command": "grid", "feedback": "grid", "why": "fault",
         "blocked_by": ["fault"], "faults": ["guard-stuck", "of-another-build"],
         "inputs": {**STATUS["inputs"], "km1": "closed", "km2": "open"}}


class Watched:
    """Boards whose messages the test says, by clocks that it moves."""

    def __init__(self):
        self.time = types.SimpleNamespace(passed_s=0)
        self.boards = Boards("gridrest", "127.0.0.1:1883", clock=lambda: self.time.passed_s,
                             wall=lambda: NOW_S + self.time.passed_s)
        self.url = self.telling = self.room = None

    def hear(self, name, word, value, retained=False):
        payload = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.boards.hear(f"gridrest/{name}/{word}", payload, retained)

    def online(self, status):
        self.hear(status["id"], "availability", b"online")
        self.hear(status["id"], "status", status)

    def look(self):
        """Its ages are told once a second: let that be now."""
        for listen in self.boards.listeners:
            listen(None, "broker")


@pytest.fixture
def watched():
    found = Watched()
    hub = Hub("watch")
    with contextlib.ExitStack() as stack:
        found.telling = stack.enter_context(contextlib.ExitStack())
        found.telling.enter_context(Telling(found.boards, hub))
        found.room = lambda name: hub.room(name)
        found.url = stack.enter_context(server.running(hub, lambda _order: (False, "no"), 0)).url
        found.boards.reached()
        yield found


@pytest.fixture
def expect():
    from playwright.sync_api import expect

    expect.set_options(timeout=10_000)
    return expect


def test_a_live_board_says_what_its_feedback_says_and_no_more(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")
        expect(page.locator("#headline-lead")).to_have_text("By its feedback, the essential board is on")
        expect(page.locator("#link-text")).to_contain_text("Live: last heard")
        expect(page.locator("[data-say='km2-is']")).to_have_text("says closed")
        expect(page.locator("[data-say='grid']")).to_have_text("no detector")
        expect(page.locator("[data-part='grid-in']")).to_have_attribute("data-live", "unknown")
        expect(page.locator("[data-say='bond-sees']")).to_have_text("no feedback")
        assert page.locator("#bench").is_hidden() and page.locator("#time").is_hidden()
        assert page.locator("#boards").is_hidden()


def test_a_supply_that_nobody_watches_is_not_drawn_as_live(browser, watched, expect):
    watched.online({**FAULT, "faults": [], "state": "grid", "why": "schedule", "blocked_by": ["schedule"]})
    with opened(browser, watched.url) as page:
        expect(page.locator("#headline")).to_have_attribute("data-tone", "grid")
        for name in ("grid-in", "load", "board"):
            expect(page.locator(f"[data-part='{name}']")).to_have_attribute("data-live", "perhaps")
        expect(page.locator("[data-say='board']")).to_have_text("on grid")
        expect(page.locator(".flow[data-on]")).to_have_count(0)


def test_a_board_that_goes_offline_is_past_at_once_with_its_age(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")
        watched.time.passed_s = 372
        watched.hear("gridrest-a", "availability", b"offline")
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE: last heard 6 min")
        expect(page.locator("#headline")).to_have_attribute("data-tone", "unknown")
        expect(page.locator("#headline-lead")).to_have_text("As last heard, the essential board was on")
        expect(page.locator("#headline-source")).to_have_text("V2L")
        expect(page.locator("#headline-why")).to_contain_text("offline")
        expect(page.locator("#headline-next")).to_contain_text("Last heard")
        expect(page.locator("#diagram")).to_have_attribute("data-old", "true")
        expect(page.locator("[data-say='board']")).to_have_text("was fed from V2L")
        expect(page.locator("[data-say='km2-is']")).to_have_text("said closed")
        expect(page.locator("#why-name")).to_contain_text("as last heard")
        expect(page.locator("#counters")).to_contain_text("As last heard")
        expect(page.locator("#band-words")).to_contain_text("not known")


def test_a_board_that_falls_silent_is_past_though_nobody_says_so(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        expect(page.locator("#link-text")).to_contain_text("Live")
        watched.time.passed_s = 200
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE: last heard 3 min 2")
        expect(page.locator("#headline-why")).to_contain_text("said nothing for more than 150 s")


def test_a_broker_that_is_gone_is_said_and_comes_back(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        expect(page.locator("#link-text")).to_contain_text("Live")
        watched.time.passed_s = 40
        watched.boards.gone("connection refused")
        expect(page.locator("#headline-why")).to_contain_text("The broker 127.0.0.1:1883 is not there")
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE: last heard 4")
        expect(page.locator(".flow[data-on]")).to_have_count(0)
        watched.boards.reached()
        watched.online({**STATUS, "seq": 18})
        expect(page.locator("#link-text")).to_contain_text("Live")


def test_a_server_that_falls_silent_is_no_proof_of_life(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        expect(page.locator("#link-text")).to_contain_text("Live")
        watched.telling.close()
        page.evaluate("Date.now = ((now) => () => now() + 3_600_000)(Date.now)")  # as if it had slept for an hour
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE: last heard 1 h")
        expect(page.locator("#headline-why")).to_have_text("Nothing comes from the server any more.")
        expect(page.locator("#diagram")).to_have_attribute("data-old", "true")


def test_a_page_that_can_not_draw_what_it_was_told_says_so(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url, may_complain=True) as page:
        expect(page.locator("#link-text")).to_contain_text("Live")
        watched.room("gridrest-a").put("status", at=None, status={"state": "v2l"}, sentence="Nonsense.")
        expect(page.locator("#failed")).to_be_visible()
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE")
        watched.online({**STATUS, "seq": 18})
        expect(page.locator("#failed")).to_be_hidden()
        expect(page.locator("#link-text")).to_contain_text("Live")


def test_several_boards_are_listed_and_one_is_chosen(browser, watched, expect):
    watched.online(STATUS)
    with opened(browser, watched.url) as page:
        watched.online(FAULT)
        other = page.get_by_role("button", name="gridrest-b, fault, guard-stuck")
        other.click()
        expect(page.locator("#headline")).to_have_attribute("data-tone", "fault")
        expect(page.locator("#faults")).to_contain_text("The guard relay has welded")
        expect(page.locator("#faults")).to_contain_text("Another build latched this")
        expect(other).to_have_attribute("aria-current", "true")
        page.get_by_role("button", name="gridrest-a").click()
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")
        expect(page.locator("#faults")).to_be_hidden()


def test_before_any_board_has_spoken_the_page_says_what_it_waits_for(browser, watched, expect):
    with opened(browser, watched.url) as page:
        expect(page.locator("#link-text")).to_have_text("NOT LIVE: nothing heard yet")
        expect(page.locator("#headline-source")).to_have_text("unknown")
        assert page.locator("#headline-why").inner_text()
        watched.online(STATUS)
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")


def test_what_boards_say_is_shown_as_text_alone(browser, watched, expect):
    watched.online(STATUS)
    watched.hear("gridrest-a", "event", {"n": 1, "t": None, "up_s": 3, "boot": 1, "code": "<b>bold</b>", "data": None,
                                         "kind": "<img src=x onerror=alert(1)>"})
    with opened(browser, watched.url) as page:
        expect(page.locator("#journal-list")).to_contain_text("<b>bold</b>")
        assert page.locator("#journal-list img, #journal-list li b b").count() == 0


def test_axe_finds_nothing_where_nothing_is_live(browser, watched, expect):
    from axe_playwright_python.sync_playwright import Axe

    watched.online(STATUS)
    watched.online(FAULT)
    watched.hear("gridrest-a", "availability", b"offline")
    with opened(browser, watched.url, size=(360, 740), colours="dark") as page:
        expect(page.locator("#link-text")).to_contain_text("NOT LIVE")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
