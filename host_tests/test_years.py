"""Lives of years hold their judge's tests for some days; and the judge sees a firmware or a house that is wrong."""

import hashlib
import json
import random

import pytest

from firmware.core import clock
from tools.proofs import years, years_books, years_faults
from tools.proofs.years_life import Life
from tools.proofs.years_truth import CHIP_PPB, CRYSTAL_PPB, CRYSTAL_SEASON_PPB, Drift, Time
from tools.proofs.years_weather import DAY, HOUR, MINUTE

pytestmark = pytest.mark.campaign
QUIET_H = 100_000  # no mishap comes


def quiet_life(number=0, days=2, changed=dict):
    """A life in which nothing happens but what a test brings; the car stays."""
    life = Life(number, 1, days, QUIET_H, changed)
    life.weather._cars = lambda: iter(())
    life.weather._charging = life.weather._lock_out = lambda: iter(())
    return life


def broken(path, old, new):
    """The board's files with one text in them replaced, and a manifest that says so."""
    def change(files):
        text = files[path].decode()
        assert text.count(old) == 1, f"{path} has {text.count(old)} of {old!r}"
        manifest = json.loads(files["firmware/manifest.json"])
        changed = text.replace(old, new).encode()
        manifest["files"][path] = hashlib.sha256(changed).hexdigest()
        return {**files, path: changed, "firmware/manifest.json": json.dumps(manifest).encode()}

    return change


@pytest.mark.parametrize("number", range(years.LIVES))
def test_some_hard_days_of_each_life_are_in_order(number):
    told = Life(number, 4, 4, 5).live()
    assert told["wrong"] == [] and told["false_alarms"] == []
    assert told["transfers"] > 10 and told["mishaps"]["breakage"] and told["due_ms"]["fed"] > 12 * HOUR
    figures = years.of_one(told)
    assert figures["v2l_outside_the_plan_ms_at_most"] < 10_000 and sum(told["resets"].values())


def test_a_quiet_life_is_fed_from_v2l_whenever_it_is_due():
    told = quiet_life(days=4).live()
    assert told["wrong"] == [] and told["names"] == {} and told["transfers"] == 8
    assert set(told["due_ms"]) == {"fed", "clock's error, confirmation"}
    assert max(told["erases"]) <= 40 and told["dark_ms"].keys() == {"transfers"}


def press(life):
    life.weather._go(life.weather.person.presses())


def breakage(name):
    def begin(life):
        row = next(row for row in years_faults.ROWS if row[0] == name and life.two_relays in row[1])
        life.weather._go(life.weather.mishaps.breakage(row))

    return begin


def nothing(_life):
    pass


WRONG = (
    ("firmware/core/holds.py", "return self.local != NONE or self.remote != 0", "return self.remote != 0", press,
     "it enters V2L although: hold"),
    ("firmware/core/transfer.py", "self.count = min(self.count + 1, FOREVER_MS)", "self.count += 2", nothing,
     "transfers are counted"),
    ("firmware/core/transfer.py", "self.v2l_ms += dt_ms", "self.v2l_ms += dt_ms + dt_ms // 9", nothing,
     "s of V2L are counted"),
    ("firmware/device/ds3231.py", "return now_s if 0 <=", "return now_s + 40 if 0 <=", nothing, "the clock is 4"),
    ("firmware/device/ds3231.py", "return now_s if 0 <=", "return now_s + 400 if 0 <=", nothing, "outside the plan"),
    ("firmware/core/watch.py", "return c.km1.run_ms >= w.limits.uncommanded_ms or w.pilot_for_ms == w.for_ms_max",
     "return w.pilot_for_ms == w.for_ms_max", breakage("KM1 welded"), "KM1 welded, on grid: none of km1-not-open"),
    ("firmware/core/faults.py", "KM1_NOT_OPEN, BOND_STUCK, BOND_MISSING = range(7)",
     "BOND_STUCK, KM1_NOT_OPEN, BOND_MISSING = range(7)", breakage("KM1 welded"), "bond-stuck was told"),
    ("firmware/core/stay.py", "window_s = plan.ends_s - now_s", "window_s = plan.ends_s - 100 - now_s", nothing,
     "V2L was due for"),
    ("firmware/core/governor.py", "self.per_hour = limits.entries_per_hour", "self.per_hour = 0", nothing,
     "nothing stood against it"),
    ("firmware/app/storage.py", "        j.n += 1\n", "        j.n += 2\n", nothing, "journal record"),
)


class Judge:
    """Hears what the books find wrong; flash takes everything unless `lossy`."""

    def __init__(self, lossy=False):
        self.life, self.failures = self, []
        self.fail = self.failures.append
        self.may_lose_records = lambda: lossy
        self.causes = {"something"}
        self.now_s = 0

    def ms(self):
        return self.now_s * 1000


def told(books, rows):
    """(number, start, second, data) of each record."""
    for number, boot, up_s, data in rows:
        books.new_boot = boot > books.boot > 0
        books.judge.now_s = up_s
        books.record({"n": number, "boot": boot, "up_s": up_s, "code": "clock-ageing", "data": data})
    return len(books.judge.failures)


FLICKERED = [(1 + count, 1, 10, ("seen", "over")[count % 2]) for count in range(64)]


@pytest.mark.parametrize("before, then, lossy, wrong", [
    ([(1, 1, 5, None)], (2, 1, 9, None), False, 0),
    ([(1, 1, 5, None)], (3, 1, 9, None), False, 1),
    ([(1, 1, 5, None)], (3, 1, 9, None), True, 0),
    ([(1, 1, 5, None)], (1, 1, 9, None), True, 1),
    ([(1, 1, 5, None)], (66, 2, 9, None), False, 0),
    ([(1, 1, 5, None)], (67, 2, 9, None), False, 1),
    ([(1, 1, 5, None)], (2, 3, 9, None), False, 1),
    (FLICKERED, (70, 1, 29, "seen"), False, 0),
    (FLICKERED[:-1], (70, 1, 29, "seen"), False, 1),
    ([*FLICKERED, (65, 1, 30, None)], (70, 1, 31, "seen"), False, 1),
    ([*FLICKERED, (65, 1, 30, "over")], (70, 1, 31, "seen"), False, 0),
    ([*FLICKERED, (70, 2, 1, None)], (72, 2, 2, None), False, 1),
])
def test_a_record_may_be_missing_only_where_flash_takes_nothing_or_something_has_flickered(before, then, lossy, wrong):
    books = years_books.Books(Judge(lossy))
    assert told(books, before) == 0
    assert told(books, [then]) == wrong


@pytest.mark.parametrize("every_s, causes, wrong", [(60, {}, 2), (60, {"flash"}, 0), (1200, {}, 0)])
def test_a_notice_that_comes_and_goes_though_nothing_is_wrong_is_found(every_s, causes, wrong):
    books = years_books.Books(Judge())
    books.judge.causes = causes
    assert told(books, [(1 + count, 1, count * every_s, "seen") for count in range(12)]) == wrong


@pytest.mark.parametrize("path, old, new, event, sentence", WRONG, ids=[row[4] for row in WRONG])
def test_a_firmware_that_is_wrong_is_found(path, old, new, event, sentence):
    life = quiet_life(changed=broken(path, old, new))
    life.after(10 * HOUR, lambda: event(life))
    wrong = life.live()["wrong"]
    assert wrong and sentence in " ".join(wrong), wrong[:4]


def weld_both(life):
    life.world.plant.change(interlock=0)
    life.world.plant.km2.closed = life.world.plant.km2.welded = 1
    life.world.show()


@pytest.mark.parametrize("deed, sentence", [
    (weld_both, "both contactors are closed"),
    (lambda life: life.do("grid", to="off"), "the firmware ended by itself|was without supply"),
    (lambda life: life.do("weld", what="km1"), "km1-not-open was told, and nothing of the kind is wrong"),
    (lambda life: life.do("car", to="off"), "V2L was due"),
    (lambda life: setattr(life.world.flash, "erased", 20_000), "blocks were erased in a day"),
])
def test_what_nobody_has_planted_is_found(deed, sentence):
    life = quiet_life()
    life.after(4 * HOUR, lambda: deed(life))
    life.after(20 * HOUR, lambda: life.do("grid", to="on"))
    wrong = " ".join(life.live()["wrong"])
    assert any(part in wrong for part in sentence.split("|")), wrong


def test_crystal_and_battery_clock_stay_within_what_the_firmware_allows_for():
    for seed in range(20):
        chance = random.Random(seed)
        drift = Drift(chance, CRYSTAL_PPB, CRYSTAL_SEASON_PPB, 3650)
        assert max(map(abs, drift.rates)) <= 50_000 and len(set(drift.rates)) > 5
        made = Time(chance, 0, 3650)
        assert max(map(abs, made.chip.rates)) <= 5_000 and CHIP_PPB
        ahead = [made.chip_s(day * DAY) - made.true_ms(day * DAY) // 1000 for day in range(0, 3650, 365)]
        assert abs(ahead[0]) <= 1 and max(map(abs, ahead)) < 5 * 3650 * 86_400 // 1_000_000


def test_a_board_ahead_of_its_battery_clock_counts_no_second_twice():
    k = clock.Clock(120)
    k.last_set_s = 0
    k.chip(1000)
    passed = 0
    for second in range(1, 600):
        for _turn in range(50):
            passed += k.advance(20)
        k.advance(1)  # its crystal is fast
        k.chip(1000 + second - 1)  # which has not come so far yet
    assert abs(passed - 599) <= 1 and abs(k.now_s - (1000 + 599)) <= 1


def test_the_campaign_tells_both_lives_and_where_to_begin_again():
    class Progress:
        notes = []

        def elapsed_s(self):
            return 1.0

        def update(self, done, total, note):
            self.notes.append((done, total, note))

    figures = years.campaign(Progress(), 1, 5, 24)
    assert figures["ok"], figures
    assert figures["days"] == 10 and set(years.NAMES) <= figures.keys() and Progress.notes
    assert MINUTE and figures["one_relay"]["false_alarms"] == 0
