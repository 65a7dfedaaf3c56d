"""Each permit at its limits: what fails for an entry, and what ends a stay."""

import pytest

from firmware.core import clock, controller, faults, permits, signals
from host_tests.house import House, fitted

# name, and whether it has a stay test; the order decides which one is told as the reason
NAMES = (("fault", True), ("service", True), ("selfcheck", True), ("hold", True), ("enable", True), ("clock", True),
         ("schedule", True), ("charge_window", True), ("charging", True), ("car", True), ("soc", True),
         ("budget", True), ("rest", False), ("dwell", False), ("governor", False), ("startup", False))
EVERYTHING = ("km1", "km2", "bond", "car", "grid", "charging", "enable")
NOW_S = 200_000_000


def permitted(*inputs, **options):
    """A core with nothing against V2L: everything fitted has read what it should for long enough."""
    core = controller.Controller(fitted(*(inputs or EVERYTHING), **options), None)
    core.startup_ms = core.dwell_ms = 0
    core.clock.set(NOW_S, 1, clock.BY_HAND)
    core.plan.from_s, core.plan.until_s, core.plan.in_v2l = NOW_S - 10, NOW_S + 10, 1
    for name in ("km1", "car", "grid", "enable"):
        read(core, name, 1)
    for name in ("km2", "bond", "charging"):
        read(core, name, 0)
    return core


def read(core, name, raw, ms=60_000):
    """The input has read this for so long."""
    contact = getattr(core, name)
    if contact.fitted:
        contact.raw = raw
        contact.run_ms = min(ms, contact.run_ms_max)
        contact.held_ms = min(ms, contact.held_ms_max)


def failing(core):
    request = signals.Request()
    permits.weigh(core, request)
    entry = permits.failing(request.entry, permits.ENTRY_ALL)
    return " ".join(entry), " ".join(permits.failing(request.stay, permits.STAY_ALL))


def put(path, value):
    """A change by name, as `clock.trust`."""
    *parts, last = path.split(".")

    def change(core):
        for part in parts:
            core = getattr(core, part)
        setattr(core, last, value)

    return change


def reading(name, raw, ms=60_000):
    return lambda core: read(core, name, raw, ms)


def heard(soc, age_s=0):
    def change(core):
        core.reports.hear_soc(soc)
        core.reports.grow(age_s)

    return change


def said_charging(on, age_s=0):
    def change(core):
        core.reports.hear_charging(on)
        core.reports.grow(age_s)

    return change


def latched(fault):
    return lambda core: core.faults.latch(fault)


def lasting(fault):
    return lambda core: core.faults.last(fault, 1)


def retrying(ms):
    return put("faults.tallies", (*[faults.Tally() for _ in range(4)], retry_of(ms)))


def retry_of(ms):
    tally = faults.Tally()
    tally.retry_ms = ms
    return tally


ALL = {}
BARE = {"inputs": ("car",)}
SOC = {"inputs": ("car",), "soc_reserve": 40, "soc_max_age_s": 900}
FULL = {"inputs": ("car",), "soc_reserve": 98}
BUDGET = {"inputs": ("car",), "budget_s": 3600}
ASSUMED = {"inputs": ("km1",), "car_assumed": True}
SCHEDULE = "clock schedule charge_window"

# What is fitted, what is so, the permits that then fail for an entry, and those that fail for a stay.
CASES = (
    (ALL, None, "", ""),
    (BARE, None, "", ""),
    (ALL, latched(faults.KM2_STUCK), "fault", "fault"),
    (ALL, latched(faults.NET_DEAD), "", ""),
    (ALL, lasting(faults.KM1_NOT_CLOSED), "fault", "fault"),
    (ALL, lasting(faults.GRID_DEAD), "", ""),
    (ALL, lasting(faults.CLOCK_AGEING), "", ""),
    (ALL, retrying(1), "fault", "fault"),
    (ALL, retrying(0), "", ""),
    (ALL, put("faults.foreign", ("new-fault",)), "fault", "fault"),
    (ALL, put("service", 1), "service", "service"),
    (ALL, latched(faults.CONFIG_BAD), "fault selfcheck", "fault selfcheck"),
    (ALL, latched(faults.FIRMWARE_MISMATCH), "fault selfcheck", "fault selfcheck"),
    (ALL, put("unwell_ms", 1), "selfcheck", "selfcheck"),
    (ALL, put("holds.local", 1), "hold", "hold"),
    (ALL, put("holds.local", 2), "hold", "hold"),
    (ALL, put("holds.remote", 1), "hold", "hold"),
    (ALL, put("button.down", 1), "hold", "hold"),
    (ALL, reading("enable", 1, 49), "enable", ""),
    (ALL, reading("enable", 1, 50), "", ""),
    (ALL, reading("enable", 0, 49), "enable", ""),
    (ALL, reading("enable", 0, 50), "enable", "enable"),
    (ALL, reading("enable", -1), "enable", ""),
    (ALL, put("clock.trust", clock.UNSET), SCHEDULE, SCHEDULE),
    (ALL, put("clock.trust", clock.HOLDOVER), "", ""),
    (ALL, put("plan.in_v2l", 0), "schedule", "schedule"),
    (ALL, put("stay.spent", 1), "schedule", "schedule"),
    (ALL, put("plan.in_charge", 1), "charge_window", "charge_window"),
    (ALL, put("clock.now_s", NOW_S - 10), "", ""),
    (ALL, put("clock.now_s", NOW_S - 11), "schedule charge_window", "schedule charge_window"),
    (ALL, put("clock.now_s", NOW_S + 9), "", ""),
    (ALL, put("clock.now_s", NOW_S + 10), "schedule charge_window", "schedule charge_window"),
    (ALL, reading("charging", 0, 49), "charging", ""),
    (ALL, reading("charging", 0, 50), "", ""),
    (ALL, reading("charging", 1, 49), "charging", ""),
    (ALL, reading("charging", 1, 50), "charging", "charging"),
    (ALL, said_charging(1), "charging", "charging"),
    (ALL, said_charging(1, 900), "charging", "charging"),
    (ALL, said_charging(1, 901), "", ""),
    (BARE, said_charging(1), "charging", "charging"),
    (BARE, said_charging(0), "", ""),
    (ALL, reading("car", 1, 9_999), "car", ""),
    (ALL, reading("car", 1, 10_000), "", ""),
    (ALL, reading("car", 0, 199), "car", ""),
    (ALL, reading("car", 0, 200), "car", "car"),
    ({"inputs": ("km1",)}, None, "car", "car"),
    (ASSUMED, None, "", ""),
    ({"inputs": ("car",), "limits": {"car_s": 1}}, reading("car", 1, 999), "car", ""),
    ({"inputs": ("car",), "limits": {"car_s": 1}}, reading("car", 1, 1_000), "", ""),
    (SOC, None, "soc", "soc"),
    (SOC, heard(45), "", ""),
    (SOC, heard(44), "soc", ""),
    (SOC, heard(40), "soc", ""),
    (SOC, heard(39), "soc", "soc"),
    (SOC, heard(90, 900), "", ""),
    (SOC, heard(90, 901), "soc", "soc"),
    (FULL, heard(100), "", ""),
    (FULL, heard(99), "soc", ""),
    (FULL, heard(97), "soc", "soc"),
    ({"inputs": ("car",), "soc_reserve": 0}, heard(5), "", ""),
    ({"inputs": ("car",), "soc_reserve": 0}, heard(0), "soc", ""),
    ({"inputs": ("car",), "soc_reserve": 0}, heard(90, 901), "soc", "soc"),
    (BUDGET, put("stay.used_s", 3599), "", ""),
    (BUDGET, put("stay.used_s", 3600), "budget", "budget"),
    (ALL, put("stay.used_s", 86_400), "", ""),
    (ALL, reading("km1", 0), "rest", ""),
    (ALL, reading("km1", 1, 9), "rest", ""),
    (ALL, reading("km1", 1, 10), "", ""),
    (ALL, reading("km2", 1), "rest", ""),
    (ALL, reading("km2", 0, 9), "rest", ""),
    (ALL, reading("km2", 0, 10), "", ""),
    (ALL, reading("bond", 1), "rest", ""),
    (ALL, reading("bond", 0, 9), "rest", ""),
    (ALL, reading("bond", 0, 10), "", ""),
    (ALL, reading("grid", 0, 1), "rest", ""),
    (ALL, put("dwell_ms", 1), "dwell", ""),
    (ALL, put("governor.free", False), "governor", ""),
    (ALL, put("startup_ms", 1), "startup", ""),
)


@pytest.mark.parametrize("options, change, entry, stay", CASES)
def test_exactly_these_permits_fail(options, change, entry, stay):
    options = dict(options)
    core = permitted(*options.pop("inputs", ()), **options)
    if change:
        change(core)
    assert failing(core) == (entry, stay)


def test_every_permit_fails_in_some_case_for_entry_and_in_its_own_kind_for_stay():
    assert {name for case in CASES for name in case[2].split()} == {name for name, _stay in NAMES}
    assert {name for case in CASES for name in case[3].split()} == {name for name, stay in NAMES if stay}


def test_the_table_has_the_permits_in_their_order():
    assert [(row[0], row[2] is not None) for row in permits.ROWS] == list(NAMES)
    assert all(callable(row[1]) and (row[2] is None or callable(row[2])) for row in permits.ROWS)


def test_the_masks_have_one_bit_for_each_permit():
    assert permits.ENTRY_ALL == 0b1111_1111_1111_1111
    assert permits.STAY_ALL == 0b1111_1111_1111
    assert permits.failing(permits.ENTRY_ALL ^ permits.GOVERNOR, permits.ENTRY_ALL) == ["governor"]


@pytest.mark.parametrize("bit", range(16))
def test_a_missing_bit_is_told_by_its_name_and_only_where_it_is_asked_for(bit):
    name, stays = NAMES[bit]
    assert permits.failing(permits.ENTRY_ALL ^ 1 << bit, permits.ENTRY_ALL) == [name]
    assert permits.failing(permits.ENTRY_ALL ^ 1 << bit, permits.STAY_ALL) == ([name] if stays else [])
    assert permits.failing(0, 1 << bit) == [name]


@pytest.mark.parametrize("fitted_inputs", [
    tuple(name for i, name in enumerate(("km1", "km2", "bond", "grid")) if mask >> i & 1) for mask in range(16)])
def test_rest_asks_only_what_is_fitted(fitted_inputs):
    for name in ("km1", "km2", "bond", "grid"):
        core = permitted("car", *fitted_inputs)
        assert failing(core) == ("", "")
        read(core, name, 0 if name in ("km1", "grid") else 1)
        assert failing(core) == ("rest" if name in fitted_inputs else "", "")


def test_what_fails_is_told_in_the_order_of_the_table():
    core = permitted()
    for change in (put("startup_ms", 1), put("service", 1), latched(faults.CONFIG_BAD), reading("car", 0)):
        change(core)
    assert failing(core) == ("fault service selfcheck car startup", "fault service selfcheck car")


def test_the_governor_that_stands_alone_is_noticed():
    """Ten times within the hour, and only while everything else would let the board go."""
    core = permitted("car")
    core.phase = 1
    for turn in range(10):
        core.governor.free = bool(turn & 1)
        core._weigh(20)
        assert core.governor.blocks == (turn + 2) // 2
    core.dwell_ms = 1
    core.governor.free = False
    core._weigh(20)
    assert core.governor.blocks == 5


# The same limits through the whole board, tick by tick.

QUICK = {"confirm_s": 0, "startup_s": 6, "dwell_s": 10}


def test_the_car_counts_after_ten_seconds_and_is_missed_after_a_fifth_of_one():
    house = House(start="2026-11-20T05:30:00Z", limits=QUICK)
    house.world_changes(car=0).run(seconds=20)
    assert house.state == "grid" and house.why == "car"
    house.world_changes(car=1)
    assert 10_000 <= house.until(lambda home: home.state == "to_v2l") <= 10_060
    house.until(lambda home: home.state == "v2l")
    house.world_changes(car=0).run(ms=180)
    assert house.state == "v2l"
    house.world_changes(car=1).run(ms=200)
    assert house.state == "v2l"
    house.world_changes(car=0)
    assert house.until(lambda home: home.state == "to_grid") == 200


@pytest.mark.parametrize("name, bad, ms", (("enable", 0, 60), ("charging", 1, 60)))
def test_a_lock_out_and_a_charging_car_end_a_stay_after_three_samples(name, bad, ms):
    house = House(inputs=EVERYTHING, start="2026-11-20T05:30:00Z", limits=QUICK).to_v2l()
    house.world_changes(**{name: bad})
    assert house.until(lambda home: home.state == "to_grid") == ms
    assert house.core.events[-1] == ("transfer", "grid", name)


def test_the_last_entry_the_governor_allows_is_made():
    """Fewer than so many entries before it: the one that makes up the number is still an entry, not a try."""
    for most in (1, 2, 4):
        house = House(start="2026-11-20T05:30:00Z", limits={**QUICK, "car_s": 1, "entries_per_hour": most})
        for _ in range(most):
            house.until(lambda home: home.state == "v2l", seconds=60)
            house.core.set_remote_hold(1)
            house.run(seconds=2)
            house.core.set_remote_hold(0)
        house.run(seconds=30)
        assert house.state == "grid" and house.why == "governor"
        assert house.core.transfer.count == 2 * most
