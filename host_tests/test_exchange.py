"""The loop's side of the network: what a letter may do, and what becomes of a thread that is silent or has ended."""

import types

import pytest

from firmware.app import outbox
from firmware.core import boards, clock, config, controller, status
from firmware.net import link
from host_tests.netface import Here
from host_tests.test_net_thread import Clock
from tools import advice

NOW_S = 215_000_000
TEXT = '{"board": "generic-2-relay", "zone": "GMT0", "v2l": [{"days": "daily", "from": "05:00", "to": "20:00"}]}'


class Thread:
    """A network of which only what the loop's side sees is there."""

    def __init__(self):
        self.link = link.Link()
        self.starts = 0

    def start(self):
        self.starts += 1
        self.link.ended = None


class Side:
    def __init__(self):
        checked, _problems = config.check(TEXT, boards.PROFILES, advice)
        self.core = controller.Controller(checked.setup, checked.schedule)
        self.outbox = outbox.Outbox(self.core, status.About())
        self.heard = []
        timekeeper = types.SimpleNamespace(hear=lambda *told: self.heard.append(told))
        here = Here()
        self.clock = here.modules["time"] = Clock()
        self.thread, self.up_s = Thread(), 0
        self.made = here.load("firmware.net.exchange").Exchange(self.core, self.outbox, timekeeper, self.thread)
        self.link = self.thread.link

    def pass_s(self, seconds, alive=True):
        for _second in range(seconds):
            self.up_s += 1
            self.clock.ms += 1000
            if alive:
                self.link.live()
            self.made.second(self.up_s)

    def noted(self):
        found = list(self.core.events)
        self.core.events.clear()
        return found


@pytest.fixture
def side():
    return Side()


def test_each_letter_does_what_it_says_and_nothing_else(side):
    side.core.clock.set(NOW_S, 1, clock.BY_HAND)
    for letter in (("grid",), ("soc", 81), ("charging", 1), ("note", "broker", "connected")):
        assert side.link.post(letter)
    side.pass_s(1)
    assert side.core.holds.remote == 1 and side.core.holds.local == 0
    assert side.core.reports.soc_known() == 81 and side.core.reports.says_charging()
    assert ("network", "broker", "connected") in side.noted()
    side.link.post(("auto",))
    side.pass_s(1)
    assert side.core.holds.remote == 0


def test_auto_lifts_nothing_but_what_came_from_afar(side):
    side.core.holds.local = 2
    side.link.post(("auto",))
    side.pass_s(1)
    assert side.core.holds.local == 2


def test_the_time_has_grown_uncertain_by_as_long_as_it_may_have_lain_there(side):
    side.pass_s(1)
    side.link.post(("time", NOW_S, 2))
    side.clock.ms += 9_000
    side.pass_s(1)
    assert side.heard == [(NOW_S, 2 + 11, 2)]
    side.link.post(("time", NOW_S, 2))
    side.pass_s(1)
    assert side.heard[1] == (NOW_S, 4, 3)


def test_all_letters_that_can_lie_there_are_opened_at_once(side):
    posted = sum(side.link.post(("soc", number)) for number in range(20))
    side.pass_s(1)
    assert posted == link.LETTERS and side.link.taken == posted and side.core.reports.soc_known() == posted - 1


def test_a_thread_without_a_sign_of_life_for_a_minute_is_a_notice_until_it_gives_one(side):
    side.pass_s(10)
    side.noted()
    side.pass_s(59, alive=False)
    assert side.noted() == []
    side.pass_s(1, alive=False)
    assert side.noted() == [("fault", "net-dead", "seen")] and status.fault_codes(side.core.faults) == ["net-dead"]
    side.pass_s(600, alive=False)
    assert side.noted() == [] and side.thread.starts == 0
    side.pass_s(1)
    assert side.noted() == [("fault", "net-dead", "over")] and status.fault_codes(side.core.faults) == []


def test_one_that_has_ended_is_started_again_at_most_three_times_in_any_hour(side):
    starts = []
    for second in range(4 * 3600):
        side.link.ended = "MemoryError"
        before = side.thread.starts
        side.pass_s(1)
        starts += [second] * (side.thread.starts - before)
    assert starts[0] == 0
    assert max(sum(first <= other < first + 3600 for other in starts) for first in starts) == 3
    assert side.noted()[0] == ("network", "started again", "MemoryError")


def test_the_status_is_renewed_every_minute_and_handed_over_as_it_is(side):
    side.outbox.look()
    seen = []
    for _second in range(600):
        side.pass_s(1)
        if not seen or seen[-1] is not side.link.outbox.status:
            seen.append(side.link.outbox.status)
    assert len(seen) == 11


def test_what_the_thread_says_of_itself_is_in_the_status(side):
    side.link.rssi, side.link.refused = -61, 3
    side.pass_s(1)
    assert '"net": {"rssi": -61, "refused": 3}' in side.outbox.now()
    assert side.link.known_s == -1
    side.core.clock.set(NOW_S, 1, clock.BY_HAND)
    side.pass_s(1)
    assert side.link.known_s == NOW_S and side.link.gate is side.core.gate
