"""Random installations and days, a plant between command and feedback: what must never be, what must always come."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from firmware.core import dates
from host_tests.story import QUICK, commands_v2l, idle, idle_until, latched, reboot, says
from host_tests.witness import Observed

WINDOWS = ((127, 330, 345), (127, 346, 359))  # 05:30-05:45 and 05:46-05:59
CONTACT_MS = st.integers(5, 60)
PARTS = ("km1", "km2", "pilot", "guard")

installations = st.fixed_dictionaries({
    "two_relays": st.booleans(),
    "fitted": st.sets(st.sampled_from(["km1", "km2", "bond", "grid", "charging", "enable"])),
    "dead_time_ms": st.sampled_from([0, 10, 200, 700]),
    "selector": st.booleans(),
    "times": st.tuples(*[CONTACT_MS] * 4),
    "bounce_ms": st.integers(0, 9),
})
both_ways = st.sampled_from([0, 1])
ordinary = st.one_of(
    st.tuples(st.sampled_from(["car", "charging", "enable", "button", "remote", "service"]), both_ways),
    st.tuples(st.just("press"), st.sampled_from([30, 200, 2500, 6000])),
    st.tuples(st.just("clock"), st.sampled_from([-4000, -60, -2, 3, 61, 900, 86_400])),
    st.tuples(st.just("system"), st.sampled_from([-3, 2, 10])),
    st.tuples(st.just("stall"), st.sampled_from([70, 600, 2000, 4000])),
)
outages = st.tuples(st.just("grid"), both_ways)
breaks = st.one_of(
    st.tuples(st.just("weld"), st.sampled_from(PARTS)),
    st.tuples(st.just("free"), st.sampled_from(PARTS)),
    st.tuples(st.just("coil"), st.tuples(st.sampled_from(PARTS), both_ways)),
    st.tuples(st.just("stuck"), st.tuples(st.sampled_from(["km1", "km2", "bond"]),
                                          st.sampled_from(["open", "closed", "bounce", None]))),
    st.tuples(st.sampled_from(["interlock", "fuse", "flash", "pin"]), both_ways),
    st.tuples(st.just("reset"), st.sampled_from(["asked for", "power", "watchdog"])),
)
honest_breaks = st.one_of(
    st.tuples(st.just("coil"), st.tuples(st.sampled_from(["km1", "km2", "guard"]), both_ways)),
    st.tuples(st.just("fuse"), both_ways),
)


def examples(number):
    """A day is short enough to be read as it is; making it shorter would take minutes."""
    return settings(max_examples=number, phases=(Phase.explicit, Phase.generate))


def days(*kinds, size=14):
    """A list of (how long until it happens, what happens)."""
    wait = st.one_of(st.integers(1, 400), st.integers(400, 20_000))
    return st.lists(st.tuples(wait, st.one_of(*kinds)), min_size=3, max_size=size)


def built(installation):
    two_relays = installation["two_relays"]
    limits = {**QUICK, "dead_time_ms": installation["dead_time_ms"], "entries_per_hour": 12, "entries_per_day": 24}
    fitted = tuple(installation["fitted"]) + ("car",)
    house = Observed(two_relays, fitted, "2026-11-20T05:29:50Z", v2l=WINDOWS, limits=limits,
                     selector=installation["selector"])
    km1, km2 = house.plant.km1, house.plant.km2
    km1.on_ms, km1.off_ms, km2.on_ms, km2.off_ms = installation["times"]
    km1.bounce_ms = km2.bounce_ms = installation["bounce_ms"]
    house.write()
    return house


def spend(house, ms):
    """Time passes: finely at first and while anything moves, then coarsely."""
    end_ms = house.overall_ms + ms
    fine_ms = house.overall_ms + 700
    while house.overall_ms < end_ms:
        if house.overall_ms < fine_ms or house.core.is_transferring() or house.core.wants_mark():
            house.tick()
        else:
            house.tick(min(250, end_ms - house.overall_ms))


def happen(house, kind, how):
    plant, core = house.plant, house.core
    if kind in ("car", "grid", "charging", "enable", "button"):
        house.world_changes(**{kind: how})
    elif kind == "press":
        house.world["button"] = 1
        spend(house, how)
        house.world["button"] = 0
    elif kind == "remote":
        core.set_remote_hold(how)
    elif kind == "service":
        core.set_service(how)
    elif kind == "clock":
        core.clock.set(core.clock.now_s + how, 1, "hand")
        core.slow()
    elif kind == "system":
        core.clock.system_moved(how)
    elif kind == "stall":
        house.tick(how)
    elif kind in ("weld", "free"):
        part = getattr(plant, how)
        part.free() if kind == "free" else setattr(part, "welded", 1)
    elif kind == "coil":
        getattr(plant, how[0]).coil_open = how[1]
    elif kind == "stuck":
        plant.stuck[how[0]] = how[1]
    elif kind == "pin":
        house.lies["pilot_on"] = 1
        if how:
            del house.lies["pilot_on"]
    elif kind == "flash":
        house.flash_works = bool(how)
    elif kind == "reset":
        if house.flash_works and not core.dirty:
            reboot(house, planned=how == "asked for", since_entry_s=5 if how == "watchdog" else -1)
    else:
        plant.change(**{kind: how})


def live(house, day):
    for wait_ms, (kind, how) in day:
        spend(house, wait_ms)
        happen(house, kind, how)
    spend(house, 1000)


def mend(house):
    """Everything that is broken is repaired, both supplies are there, nobody touches anything."""
    plant = house.plant
    for part in (plant.pilot, plant.guard, plant.km1, plant.km2):
        part.coil_open = 0
        part.free()
    plant.stuck.clear()
    house.lies.clear()
    house.flash_works = True
    plant.change(interlock=1, fuse=1)
    house.world_changes(grid=1, car=1, charging=0, enable=1, button=0)
    house.core.set_service(0)


@given(installations, days(ordinary, outages, breaks))
@examples(30)
def test_whatever_breaks_v2l_is_commanded_only_with_every_permit_and_latches_stand(installation, day):
    live(built(installation), day)


@given(installations, days(ordinary, outages, honest_breaks), st.integers(0, 3))
@examples(20)
def test_two_relays_with_honest_feedback_never_close_both_even_without_an_interlock(installation, day, when):
    installation = {**installation, "two_relays": True, "fitted": installation["fitted"] | {"km1", "km2"}}
    house = built(installation)
    day.insert(min(when, len(day)), (100, ("interlock", 0)))
    live(house, [event for event in day if event[1][0] != "press" or event[1][1] != 6000])
    assert not house.overlap_ms


@given(installations, days(ordinary))
@examples(20)
def test_healthy_contactors_are_never_accused(installation, day):
    house = built(installation)
    cars = [event for event in day if event[1] == ("car", 1)]
    live(house, [event for event in day if event not in cars])
    innocent = {"clock-lost", "clock-ageing", "v2l-collapsed", "transfer-storm"}
    assert set(house.faults) <= innocent, house.faults


INPUTS = ("km1", "km2", "bond", "car", "grid", "charging", "enable", "button", "pilot_on", "guard_on")
WRONG = st.lists(st.tuples(st.sampled_from(INPUTS), st.booleans(), st.integers(0, 900)), min_size=3, max_size=8)


@given(installations, WRONG)
@examples(10)
def test_a_single_wrong_sample_of_any_input_accuses_nobody(installation, wrong):
    # Some of them while a transfer is under way.
    house = built(installation)
    for name, during_a_transfer, wait_ms in wrong:
        if during_a_transfer:
            house.core.set_remote_hold(1 if commands_v2l(house) else 0)
            for _ in range(1000):
                house.tick()
                if house.core.is_transferring():
                    break
        spend(house, wait_ms)
        house.lies[name] = 1 - getattr(house.inputs, name)
        house.tick()
        house.lies.clear()
        spend(house, 700)
    assert house.faults == []


@given(installations, days(ordinary, outages, breaks))
@examples(20)
def test_from_every_state_grid_feeds_the_load_once_the_hardware_is_able_to(installation, day):
    house = built(installation)
    live(house, day)
    mend(house)
    house.core.set_remote_hold(1)
    spend(house, 2500 + installation["dead_time_ms"])
    assert house.plant.supply() == "grid", (house.state, house.faults)
    assert not commands_v2l(house)


def acknowledge(house):
    if house.setup.selector:
        for button in (0, 1, 0, 1, 0):
            house.world["button"] = button
            house.run(ms=300)
    else:
        house.press(6000)


@given(installations, days(ordinary, outages, breaks, size=10))
@examples(10)
def test_from_every_state_v2l_comes_again_once_all_is_mended_and_acknowledged(installation, day):
    house = built(installation)
    live(house, day)
    mend(house)
    idle(house, 12)
    if latched(house):
        acknowledge(house)
    house.core.set_remote_hold(0)
    idle(house, 12)
    kind = house.core.holds.local
    if kind:
        house.press(2500 if kind == 2 else 200)
    assert not latched(house) and not house.core.holds.any(), (house.faults, says(house)["hold"])
    # The schedule says grid for an hour; then the window opens, with every retry time over and no entry lately.
    house.core.clock.set(dates.parse_iso("2026-11-24T04:28:00Z"), 1, "hand")
    house.core.slow()
    idle(house, 3720, 5000)
    took_s = idle_until(house, lambda house: house.state == "v2l", 60)
    assert took_s <= 40
    assert house.plant.supply() == "v2l"


STALLS = st.lists(st.tuples(st.one_of(st.integers(1, 40_000), st.integers(900_000, 925_000)),
                            st.sampled_from([70, 600, 2000, 4000])), max_size=8)


@given(installations, STALLS)
@examples(8)
def test_a_healthy_house_reaches_v2l_in_time_and_holds_it_to_the_windows_end(installation, stalls):
    house = built(installation)
    stalls = sorted(stalls)
    reached_ms = ended_ms = None
    while house.overall_ms < 930_000:
        if stalls and house.overall_ms >= stalls[0][0]:
            house.tick(stalls.pop(0)[1])
        elif house.core.is_transferring() or house.core.wants_mark():
            house.tick()
        else:
            house.tick(20 if house.overall_ms < 20_000 or 905_000 < house.overall_ms < 915_000 else 500)
        if reached_ms is None and commands_v2l(house):
            reached_ms = house.overall_ms
        if reached_ms and ended_ms is None and not commands_v2l(house):
            ended_ms = house.overall_ms
    # The window opens 10 s after the start; dwell 10 s, confirmation 1 s, and stalls at the worst moments.
    assert reached_ms <= 12_000 + 8 * 4000
    assert 909_900 <= ended_ms <= 910_200 + 4000
    assert house.core.transfer.count == 2 and house.faults == []
    assert house.plant.supply() == "grid"
