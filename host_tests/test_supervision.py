"""The supervised window: V2L outside the schedule for a person who stands at the board and holds a cable."""

import pytest

from firmware.core import dates, permits, quiet, status, supervision
from host_tests.house import House
from host_tests.story import events, idle, idle_until, latched, missing

NOON = {"start": "2026-11-20T12:00:00Z"}
BOTH_BOARDS = pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])


class Proving(House):
    """A house with a cable to it, on which the wish is said again every second unless it is `silent`."""

    wish, silent, said_ms = None, False, 0

    def tick(self, dt_ms=None):
        window = self.core.supervision
        if self.wish is not None and not self.silent and self.ms - self.said_ms >= 1000:
            self.said_ms = self.ms
            window.wish = self.wish if window.left_ms else 0
            self.inputs.cable_ms = 0
        before_ms = self.ms
        super().tick(dt_ms)
        self.inputs.cable_ms = min(self.inputs.cable_ms + self.ms - before_ms, 1 << 29)

    def run(self, seconds=0, ms=0):
        return idle(self, seconds, ms=ms) if seconds else super().run(ms=ms)

    def until(self, condition, seconds=3600):
        return idle_until(self, condition, seconds) * 1000

    def ask(self):
        self.wish = 0
        self.core.supervision.asked_ms = supervision.ASKED_MS
        self.inputs.cable_ms = 0
        return self

    def wants(self, v2l):
        self.wish = 1 if v2l else 0
        return self


def at_rest(two_relays=False, **options):
    house = Proving(two_relays, **{**NOON, **options})
    house.until(lambda house: house.state == "grid")
    return house.run(seconds=70)  # the dwell is over


def opened(*args, **options):
    house = at_rest(*args, **options).ask().run(seconds=5)
    house.press()
    assert house.core.supervision.left_ms
    return house


def on_v2l(*args, **options):
    return opened(*args, **options).wants(1).to_v2l()


@BOTH_BOARDS
def test_a_person_with_a_cable_and_a_finger_on_the_button_has_v2l_at_noon(two_relays):
    house = on_v2l(two_relays)
    assert house.plant.supply() == "v2l" and house.why is None
    house.wants(0)
    assert House.until(house, lambda house: not house.core.watch.enabled(), 2) <= 1100
    house.run(seconds=2)
    assert house.plant.supply() == "grid" and house.core.supervision.left_ms


def test_asking_alone_opens_nothing_and_a_press_later_than_a_minute_is_only_a_hold():
    house = at_rest().ask().run(seconds=61)
    house.wants(1).press()
    house.run(seconds=90)
    assert not house.core.supervision.left_ms and house.core.transfer.count == 0
    assert house.core.holds.local


def test_a_press_without_a_question_is_only_a_hold():
    house = at_rest().wants(1)
    house.press()
    assert house.run(seconds=90).core.transfer.count == 0 and house.core.holds.local


def test_the_press_that_opens_is_no_hold_and_acknowledges_nothing():
    house = at_rest().ask().run(seconds=5)
    house.press(6000)
    assert house.core.supervision.left_ms and not house.core.holds.local


def ends(house, why, seconds=2):
    """Grid within that time, though V2L goes on being wanted, and the journal says why."""
    house.until(lambda house: not house.core.watch.enabled(), seconds)
    house.run(seconds=3)
    assert house.plant.supply() == "grid" and not house.core.supervision.left_ms
    assert ("supervised", "ended: " + why) in events(house, "hold")
    house.run(seconds=120)
    assert house.plant.supply() == "grid"


def test_the_next_press_ends_it_at_once():
    house = on_v2l()
    house.world["button"] = 1
    assert House.until(house, lambda house: not house.core.gate.pilot, 1) <= 60
    ends(house, "button")
    assert house.core.holds.local


@BOTH_BOARDS
def test_a_silent_cable_ends_it_within_three_seconds(two_relays):
    house = on_v2l(two_relays)
    house.silent = True
    assert House.until(house, lambda house: not house.core.watch.enabled(), 5) <= 3100
    ends(house, "the cable is silent")


def test_a_quarter_of_an_hour_ends_it():
    house = on_v2l()
    house.run(seconds=house.core.supervision.left_ms // 1000 - 2)
    left_ms = house.core.supervision.left_ms
    assert abs(House.until(house, lambda house: not house.core.gate.pilot, 5) - left_ms) <= 40
    ends(house, "time is up")


def test_service_ends_it():
    house = on_v2l()
    house.core.set_service(1)
    ends(house, "service")


def test_a_fault_that_latches_ends_it_and_a_new_window_has_to_be_opened():
    house = on_v2l()
    house.plant.km2.welded = 1
    house.wants(0).run(seconds=3)
    assert latched(house) == ["km2-stuck"] and not house.core.supervision.left_ms
    assert house.state == "fault" and not house.core.gate.pilot


def test_a_reset_ends_it():
    house = on_v2l()
    house.boot(None)
    assert house.wants(1).run(seconds=200).plant.supply() == "grid"


@pytest.mark.parametrize("name", [row[0] for row in permits.ROWS if row[0] not in ("schedule", "charge_window")])
def test_every_other_permit_is_asked_for(name):
    house = opened(inputs=("km1", "km2", "car", "enable", "charging"), soc_reserve=-1)
    break_it = {
        "fault": lambda: house.core.latch(0), "service": lambda: house.core.set_service(1),
        "selfcheck": lambda: setattr(house.core, "unwell_ms", 10**8),
        "hold": lambda: house.core.set_remote_hold(1), "enable": lambda: house.world_changes(enable=0),
        "clock": lambda: house.core.clock.contradict(1), "charging": lambda: house.world_changes(charging=1),
        "car": lambda: house.world_changes(car=0), "soc": lambda: setattr(house.core.setup, "soc_reserve", 50),
        "budget": lambda: setattr(house.core.stay, "budget_s", 0),
        "rest": lambda: house.lies.update(km1=0), "dwell": lambda: setattr(house.core, "dwell_ms", 10**8),
        "governor": lambda: setattr(house.core.governor, "free", False) or setattr(house.core.governor, "per_hour", 0),
        "startup": lambda: setattr(house.core, "startup_ms", 10**8)}
    break_it[name]()
    house.wants(1).run(seconds=90)
    assert house.core.transfer.count == 0 and name in missing(house)


def test_while_v2l_is_not_wanted_the_schedule_does_not_bring_it():
    house = opened(start="2026-11-20T05:27:00Z")
    house.wants(0).run(seconds=300)
    assert house.core.transfer.count == 0 and "schedule" in missing(house)
    house.wish = None  # and once the window is over, it does
    house.run(seconds=10).to_v2l()


def test_v2l_from_a_window_ends_with_it_though_the_schedule_would_allow_it():
    house = on_v2l(start="2026-11-20T05:20:00Z")
    house.core.clock.set(dates.parse_iso("2026-11-20T05:33:00Z"), 1, "hand")
    house.core.slow()
    house.silent = True
    house.until(lambda house: not house.core.gate.pilot, 5)
    assert house.run(seconds=2).plant.supply() == "grid"
    house.to_v2l()  # of the schedule's own accord, after the dwell


def test_a_charging_window_stands_in_nobodys_way():
    house = on_v2l(charge=((127, 11 * 60, 13 * 60),))
    assert house.plant.supply() == "v2l"


def test_entries_in_a_window_do_not_count_for_the_schedule_and_have_a_limit_of_their_own():
    house = opened(limits={"dwell_s": 1, "confirm_s": 0})
    for _time in range(supervision.ENTRIES_MAX):
        house.wants(1).until(lambda house: house.state == "v2l", 60)
        house.wants(0).until(lambda house: house.state == "grid", 60)
    assert house.core.governor.entries.count(86_400) == 0 and house.core.governor.free
    house.wants(1).run(seconds=60)
    assert house.core.transfer.count == 2 * supervision.ENTRIES_MAX and "governor" in missing(house)


def test_an_entry_that_ends_in_a_fault_goes_on_counting():
    house = on_v2l()
    house.plant.km2.welded = 1
    house.wants(0).run(seconds=3)
    assert house.core.governor.entries.count(86_400) == 1


def test_a_window_uses_up_neither_the_stay_nor_the_clocks_trust():
    house = on_v2l(limits={"max_v2l_min": 1})
    house.run(seconds=300)
    assert house.state == "v2l" and not house.core.stay.spent and house.core.clock.trust


def test_a_window_uses_up_the_budget_of_the_day():
    house = on_v2l(budget_s=60)
    used_s = house.core.stay.used_s
    assert house.run(seconds=20).core.stay.used_s == used_s + 20 and house.state == "v2l"
    house.run(seconds=60)
    assert house.core.stay.used_s == 60 and house.state == "grid" and "budget" in missing(house)


def test_the_journal_has_the_window_and_every_transfer_in_it_as_supervised():
    house = on_v2l().wants(0).run(seconds=3)
    assert events(house, "transfer") == [("v2l", "supervised"), ("grid", "supervised")]
    house.silent = True
    house.run(seconds=5)
    assert events(house, "hold") == [("supervised", "began"), ("supervised", "ended: the cable is silent")]


def said(house):
    return dict(status.pairs(house.core, status.About()))["supervised"]


def test_the_status_says_what_is_waited_for_and_how_long_it_lasts():
    house = at_rest()
    assert said(house) is None
    house.ask().run(seconds=5)
    assert said(house) == (("open", False), ("entries", 0), ("left_s", 55))
    house.press()
    assert said(house)[0] == ("open", True) and 897 <= dict(said(house))["left_s"] < 900
    house.wants(1).to_v2l()
    assert dict(said(house))["entries"] == 1


# A selector has no presses: it is turned to GRID and back.


def turned(house, to_grid, seconds=1):
    house.world["button"] = 1 if to_grid else 0
    return House.run(house, seconds=seconds)


def with_selector():
    return at_rest(selector=True).ask().run(seconds=5)


def test_a_selector_that_is_turned_to_grid_and_back_opens_the_window_and_is_no_hold():
    house = turned(with_selector(), True)
    assert not house.core.supervision.left_ms
    turned(house, False)
    assert house.core.supervision.left_ms and not house.core.supervision.asked_ms
    assert house.wants(1).to_v2l().plant.supply() == "v2l"


def test_a_selector_turned_before_anybody_asked_opens_nothing():
    house = turned(turned(at_rest(selector=True), True), False, seconds=15)
    assert not house.ask().run(seconds=50).core.supervision.left_ms


def test_a_selector_on_grid_ends_the_window_for_good():
    house = turned(turned(with_selector(), True), False).wants(1).to_v2l()
    turned(house, True)
    assert house.plant.supply() == "grid" and ("supervised", "ended: button") in events(house, "hold")
    assert turned(house, False, seconds=90).plant.supply() == "grid"


def test_the_schedule_does_not_come_first_while_the_press_is_waited_for():
    house = at_rest(start="2026-11-20T05:28:35Z").ask()
    assert house.run(seconds=50).core.transfer.count == 0 and "schedule" in missing(house)


def test_the_last_entry_that_the_hour_allows_can_be_made_in_a_window():
    house = opened(limits={"dwell_s": 10, "entries_per_hour": 1})
    house.wants(1).to_v2l()
    assert house.plant.supply() == "v2l"


def test_a_cable_that_falls_silent_before_the_press_takes_the_question_back_and_that_is_no_story():
    house = at_rest().ask().run(seconds=5)
    house.wish = None
    house.run(seconds=5)
    assert said(house) is None and not [code for code, _data in events(house, "hold") if code == "supervised"]
    house.press()
    assert not house.core.supervision.left_ms and house.core.holds.local


def test_what_the_status_says_of_a_window_changes_by_the_second_and_so_far_nothing_is_skipped():
    house = at_rest().run(seconds=30)
    assert quiet.quiet_ms(house.core) > 10_000
    house.ask()
    house.core.supervision.asked_ms = 30_500
    assert 0 < quiet.quiet_ms(house.core) < 500
    house.core.supervision.asked_ms, house.core.supervision.left_ms = 0, 200_250
    permits.weigh(house.core, house.core.request)
    assert 0 < quiet.quiet_ms(house.core) < 250
