"""What in the core other tests pass by: a starved board, clocks that disagree, and edges of what is refused."""

import json
import types

import pytest

from firmware.core import boards, clock, config, config_shapes, controller, dates, holds, jsontext, jsonwrite, permits
from firmware.core import quiet, record, setup
from firmware.core.gate import AGE_MS_MAX
from host_tests.story import Home, idle, near, on_v2l

NOW_S = dates.seconds(2026, 11, 20, 10)
SOUND = b'{"board": "generic-2-relay", "zone": "UTC0"}'


class Greedy(str):
    """A text that takes more memory to read than there is."""

    def encode(self, *_how):
        raise MemoryError


class Endless(tuple):
    """A table that takes more memory to go through than there is."""

    def __iter__(self):
        raise MemoryError


def test_a_text_that_does_not_fit_into_memory_is_refused_like_any_other():
    assert jsontext.read(Greedy("{}")) == (
        None, "line 1: the text takes more memory to read than there is; make it simpler")


def test_a_configuration_that_does_not_fit_into_memory_is_refused_like_any_other():
    assert config.check(SOUND, boards.PROFILES)[1] == []
    assert config.check(SOUND, Endless(boards.PROFILES)) == (
        None, [("config", "it takes more memory to check than there is; make it simpler")])


@pytest.mark.parametrize("value", (1.5, b"bytes", {"a": 1}))
def test_what_has_no_json_is_a_mistake_of_whoever_writes_it(value):
    with pytest.raises(TypeError):
        jsonwrite.write(value)


# The clock.


def running(trust_error_s=1):
    """A clock that a person set, at NOW_S."""
    made = clock.Clock(120)
    made.set(NOW_S, trust_error_s, clock.BY_HAND)
    return made


def test_answers_that_do_not_agree_with_one_another_begin_the_count_of_disagreements_anew():
    own = running()
    own.chip_age_s = 0
    for off_s, count in ((100, 1), (103, 2), (300, 1), (304, 2), (306, 3)):
        assert not own.network(NOW_S + off_s, 1) and own.disagreements == count
    assert own.barred == clock.NEEDS_PERSON and own.trust == clock.UNSET


@pytest.mark.parametrize("set_error_s, taken", ((119, True), (120, False)))
def test_a_battery_clock_that_was_set_too_badly_counts_for_nothing(set_error_s, taken):
    own = clock.Clock(120)
    own.last_set_s, own.last_set_error_s = NOW_S, set_error_s
    own.chip(NOW_S)
    assert (own.known_s() == NOW_S) == taken and (own.chip_age_s == 0) == taken


@pytest.mark.parametrize("off_s, contradicts", ((4, False), (5, True), (-4, False), (-5, True)))
def test_a_battery_clock_that_is_further_off_than_both_may_be_wrong_contradicts(off_s, contradicts):
    own = running()
    own.now_s += 1000
    own.last_set_error_s = 0
    own.chip(NOW_S + 1000 + off_s)
    assert (own.barred == clock.NEEDS_SET) == contradicts == (own.trust == clock.UNSET)


def test_a_battery_clock_that_knows_less_well_than_the_board_confirms_and_moves_nothing():
    own = running(trust_error_s=1)
    own.last_set_error_s = 50
    own.chip(NOW_S + 2)
    assert own.now_s == NOW_S and own.source == clock.BY_HAND and own.chip_age_s == 0


# The configuration, and the text it comes in.


def problems(**given):
    return config.check(json.dumps({"board": "generic-2-relay", "zone": "UTC0", **given}), boards.PROFILES)[1]


def test_what_is_seen_is_not_assumed_beside_it():
    assert [key for key, _message in problems(assume=["car"], inputs={"car": "low"})] == ["assume"]
    assert problems(assume=["car"]) == problems(inputs={"car": "low"}) == []


@pytest.mark.parametrize("watchdog_ms, ca, key", ((2999, "ca.der", 1), (3000, "ca.der", 0), (2000, None, 0)))
def test_an_encrypted_connection_needs_a_watchdog_that_waits_for_it(watchdog_ms, ca, key):
    mqtt = {"host": "a", **({"ca": ca} if ca else {})}
    found = problems(limits={"watchdog_ms": watchdog_ms}, mqtt=mqtt, wifi={"ssid": "a"})
    assert [row[0] for row in found] == ["limits.watchdog_ms"] * key


def test_a_password_is_sent_to_the_file_where_passwords_are():
    found = problems(wifi={"ssid": "a", "password": "b"})
    assert found == [("wifi.password", "a password must not stand here; put it into secrets.json")]


def test_of_a_file_of_junk_only_so_many_problems_are_told():
    report = config_shapes.Report()
    for number in range(100):
        report.add("key", str(number))
    assert len(report.problems) == config_shapes.PROBLEMS + 1 == 65
    assert report.problems[-1] == ("config", "there are more problems; mend these first, then check again")


@pytest.mark.parametrize("text, message", (
    ("01", "a number that begins with 0; leave the 0 out"), ("-00", "a number that begins with 0; leave the 0 out"),
    (r'"\ud800\u0041"', "half of a surrogate pair; write both halves, or the character itself"),
    (r'"\ud800A"', "half of a surrogate pair; write both halves, or the character itself")))
def test_what_is_no_json_is_refused_with_the_remedy(text, message):
    assert jsontext.read(text)[1].endswith(message)
    assert jsontext.read(r'"\ud83d\ude00"') == ("\U0001f600", None)


# The controller.


def test_a_gate_that_refuses_keeps_the_selfcheck_from_holding_for_a_minute():
    house = on_v2l()
    house.inputs.age_ms = AGE_MS_MAX + 1
    house.core.step(20, house.inputs)
    assert house.core.unwell_ms == controller.UNWELL_MS and house.outputs == (0, 0)
    house.run(ms=100)
    assert house.core.unwell_ms and "selfcheck" in permits.failing(house.core.request.entry, permits.ENTRY_ALL)


def test_memory_that_never_heard_of_the_holds_lets_those_of_the_record_stand():
    kept = types.SimpleNamespace(latched=0, hold=255, until_s=7, remote=1, spent=0, barred=0)
    core = controller.Controller(setup.Setup(), None)
    core.holds.local = holds.FIXED
    record.take_up_younger(core, kept)
    assert (core.holds.local, core.holds.remote, core.holds.until_s) == (holds.FIXED, 0, -1)
    kept.hold = holds.WINDOW
    record.take_up_younger(core, kept)
    assert (core.holds.local, core.holds.remote, core.holds.until_s) == (holds.WINDOW, 1, 7)


# What the simulator asks.


def at_rest(**options):
    """A house on grid, long after its start, with nothing to do for a while."""
    return idle(Home(start="2026-11-20T10:00:00Z", **options), 100)


def test_nothing_happens_for_long_on_a_board_without_a_plan():
    house = at_rest()
    house.core.schedule = None
    assert quiet.quiet_ms(house.core) > 60_000


def test_a_clock_that_runs_on_from_something_old_is_asked_for_its_next_loss_of_trust_alone():
    house = at_rest()
    own = house.core.clock
    own.trust, own.max_error_s = clock.HOLDOVER, 10
    own.set_error_s, own.age_s = 1, 179_990
    assert quiet._clock_left_s(own) == 10
    own.trust, own.age_s = clock.SYNCED, 86_395
    assert quiet._clock_left_s(own) == 5


def test_a_stay_that_was_cut_by_its_windows_end_is_judged_each_second():
    house = near()
    core = house.core
    core.stay.spent, core.stay.by_window = 1, 1
    core.stay.over_s = core.limits.max_error_s - 3
    house.run(ms=1200)
    assert core.plan.says_v2l() and quiet.quiet_ms(core) <= 3000


# The chip's clock shows whole seconds, the board's goes on between them.


@pytest.mark.parametrize("off_s, then_s, then_ms", [(0, 0, 700), (-1, 0, 0), (-2, -2, 0), (1, 1, 0)])
def test_a_second_that_was_counted_is_not_gone_back_to_and_one_that_runs_goes_on(off_s, then_s, then_ms):
    own = clock.Clock(120)
    own.set(NOW_S, 1, "hand")
    own.set_error_s, own.ms = 9, 700
    own.chip(NOW_S + off_s)
    if off_s < 0:
        own.last_set_s = NOW_S - 100
        own.chip(NOW_S + off_s)
    assert (own.now_s - NOW_S, own.ms, own.source) == (then_s, then_ms, "ds3231")
