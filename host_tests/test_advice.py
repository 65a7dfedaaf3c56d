"""The advice: every sentence where it is due, and silence where it is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import boards, config, config_schema, dates
from tools import advice, week
from tools.configuration import EXAMPLE


def window(days, begin, end):
    return {"days": days, "from": begin, "to": end}


def checked(**changes):
    """The example with some keys replaced; None takes one away."""
    value = {**json.loads(EXAMPLE.read_text()), **changes}
    value = {key: given_value for key, given_value in value.items() if given_value is not None}
    made, problems = config.check(json.dumps(value), boards.PROFILES, advice)
    assert problems == []
    return made


def said(**changes):
    return advice.lint(checked(**changes))


def keys(**changes):
    return [key for key, _sentence in said(**changes)]


def test_nothing_is_said_of_the_example():
    assert said() == []


@pytest.mark.parametrize("board, kind, told", (("lctech-x2", "nc", True), ("lctech-x2", "no", False),
                                              ("olimex-esp32-evb", "nc", False)))
def test_a_button_that_would_keep_the_board_from_starting_is_told(board, kind, told):
    inputs = {"km1": {"pin": 26, "kind": "mirror"}, "km2": {"pin": 27, "kind": "mirror"},
              "car": {"pin": 13, "kind": "low"}}
    found = said(board=board, rtc=None, inputs=inputs, button={"kind": kind})
    assert [sentence for key, sentence in found if "does not start" in sentence] == [
        'pin 0 has to be high while the chip starts, and "nc" holds it low, so that the board does not start; write '
        '"no", or give the button another pin'] * told


def test_no_window_at_all_is_told():
    assert said(v2l=None) == [("v2l", "there is no V2L window, so the board stays on grid for good; give one")]


# --- The plan.


def test_a_window_that_runs_into_the_lead_before_charging_is_told_with_what_it_loses():
    assert said(v2l=[window("mon", "22:00", "23:25")]) == [
        ("v2l[0]", "charging and its lead of 10 min take away mon 23:20 to 23:25; end it sooner, or begin it later")]
    assert said(v2l=[window("mon", "22:00", "23:20")]) == []


def test_only_three_lost_stretches_are_named():
    [(key, sentence)] = said(v2l=[window("mon-fri", "22:00", "23:30")])
    assert key == "v2l[0]" and sentence.count("23:20 to 23:30") == 3 and " and 2 more" in sentence


def test_a_window_that_ends_inside_the_night_of_charging_loses_its_end():
    [(key, sentence)] = said(v2l=[window("sun", "22:00", "02:00")])
    assert key == "v2l[0]" and "sun 23:20 to mon 02:00" in sentence


def test_a_window_wholly_inside_charging_never_happens():
    assert ("v2l[1]", "all of it lies within charging or its lead, so it never happens; move one") in said(
        v2l=[window("mon", "12:00", "13:00"), window("daily", "23:40", "05:00")])


def test_windows_that_overlap_are_told_and_windows_that_touch_are_not():
    assert said(v2l=[window("mon", "06:00", "12:00"), window("mon", "11:59", "13:00")]) == [
        ("v2l[1]", "it overlaps v2l[0]; the two count as one window")]
    assert said(v2l=[window("mon", "06:00", "12:00"), window("mon", "12:00", "13:00")]) == []
    assert keys(v2l=[window("sun", "22:00", "02:00"), window("mon", "01:00", "03:00")], charge=None) == ["v2l[1]"]


def test_a_stretch_no_longer_than_the_dwell_is_told():
    assert keys(v2l=[window("mon", "12:00", "12:01")]) == ["v2l"]
    assert said(v2l=[window("mon", "12:00", "12:02")]) == []
    assert keys(v2l=[window("mon", "12:00", "12:01")], limits={"dwell_s": 10}) == ["v2l"]
    assert keys(v2l=[window("mon", "12:00", "12:10")], limits={"dwell_s": 600}) == ["v2l"]
    assert keys(v2l=[window("mon", "12:00", "12:10")], limits={"startup_s": 600}) == ["v2l"]
    assert keys(v2l=[window("mon", "12:00", "12:10")], limits={"confirm_s": 600}) == ["v2l"]


def test_what_charging_leaves_of_a_window_is_what_counts():
    assert keys(v2l=[window("mon", "23:19", "23:40")]) == ["v2l[0]", "v2l"]


def test_a_pause_shorter_than_the_dwell_is_told():
    two = [window("mon", "12:00", "13:00"), window("mon", "13:10", "14:00")]
    assert keys(v2l=two, limits={"dwell_s": 601}) == ["limits.dwell_s"]
    assert said(v2l=two, limits={"dwell_s": 600}) == []


def test_more_than_a_day_without_grid_is_told():
    assert said(v2l=[window("mon", "00:00", "24:00")], charge=None, limits=None) == []
    longer = said(v2l=[window("mon", "00:00", "24:00"), window("tue", "00:00", "00:01")], charge=None, limits=None)
    assert [key for key, _sentence in longer] == ["v2l", "limits.max_v2l_min"]
    assert "mon 00:00 to tue 00:01: no return to grid within 24 h" in longer[0][1]
    always = said(v2l=[window("daily", "00:00", "24:00")], charge=None, limits={"max_v2l_min": 10080})
    assert always == [("v2l", "V2L all week: no return to grid within 24 h; leave a pause in each day")]


def test_a_stretch_longer_than_its_limit_is_told():
    assert keys(v2l=[window("mon", "06:00", "08:01")], limits={"max_v2l_min": 120}) == ["limits.max_v2l_min"]
    assert keys(v2l=[window("mon", "06:00", "08:00")], limits={"max_v2l_min": 120}) == []


def many(count, days="mon", every_min=30):
    """Windows of ten minutes that follow one another."""
    return [window(days, f"{at // 60:02d}:{at % 60:02d}", f"{at // 60:02d}:{at % 60 + 10:02d}")
            for at in range(360, 360 + every_min * count, every_min)]


def test_more_entries_than_the_governor_allows_are_told():
    assert keys(v2l=many(4, every_min=15)) == []
    assert keys(v2l=many(5, every_min=15)) == []  # the fifth begins just an hour after the first
    assert keys(v2l=many(4, every_min=15), limits={"entries_per_hour": 3}) == ["limits.entries_per_hour"]
    assert keys(v2l=many(12)) == []
    assert keys(v2l=many(13)) == ["limits.entries_per_day"]


def test_an_hour_and_a_day_do_not_count_both_their_ends():
    one = {"entries_per_hour": 1, "entries_per_day": 1}
    assert keys(v2l=[window("daily", "12:00", "12:10")], limits=one) == []
    assert keys(v2l=[window("mon", "12:00", "12:10"), window("tue", "11:59", "12:10")], limits=one) == [
        "limits.entries_per_day"]
    one["entries_per_day"] = 2
    assert keys(v2l=[window("mon", "12:00", "12:10"), window("mon", "13:00", "13:10")], limits=one) == []
    assert keys(v2l=[window("mon", "12:00", "12:10"), window("mon", "12:59", "13:10")], limits=one) == [
        "limits.entries_per_hour"]


def test_contacts_that_would_last_less_than_ten_years_are_told():
    assert week.Week(checked(v2l=many(8, "daily"))).entries == 56
    assert keys(v2l=many(8, "daily")) == []
    [(key, sentence)] = said(v2l=many(9, "daily"))
    assert key == "v2l" and "63 entries a week" in sentence and "in about 9 years" in sentence


def test_the_life_of_the_contacts_follows_from_the_week():
    def years(v2l):
        return week.Week(checked(v2l=v2l, charge=None)).life_years()

    assert years([window("mon", "06:00", "07:00")]) == 574  # 30 000 weeks
    assert years([window("daily", "06:00", "07:00")]) == 82
    assert years(None) is None
    assert years([window("daily", "00:00", "24:00")]) is None


# --- Clock changes.

SKIPPED = "on 2026-03-29 local time steps from 01:00 to 02:00, where this window begins or ends; then it "
REPEATED = "on 2026-10-25 local time steps from 02:00 to 01:00, where this window begins or ends; then it "


@pytest.mark.parametrize("begin, end, skipped, repeated", [
    ("01:15", "01:45", "does not run", "runs 2026-10-25T00:15:00Z to 2026-10-25T00:45:00Z and "
     "2026-10-25T01:15:00Z to 2026-10-25T01:45:00Z"),
    ("00:30", "01:30", "runs 2026-03-29T00:30:00Z to 2026-03-29T01:00:00Z",
     "runs 2026-10-24T23:30:00Z to 2026-10-25T00:30:00Z and 2026-10-25T01:00:00Z to 2026-10-25T01:30:00Z"),
    ("01:30", "03:00", "runs 2026-03-29T01:00:00Z to 2026-03-29T02:00:00Z",
     "runs 2026-10-25T00:30:00Z to 2026-10-25T01:00:00Z and 2026-10-25T01:30:00Z to 2026-10-25T03:00:00Z"),
    ("01:00", "02:00", "does not run", "runs 2026-10-25T00:00:00Z to 2026-10-25T02:00:00Z"),
    ("01:00", "05:00", "runs 2026-03-29T01:00:00Z to 2026-03-29T04:00:00Z", None),
    ("00:00", "01:00", None, None),
    ("02:00", "03:00", None, None),
    ("00:30", "02:00", None, None),
    ("22:00", "01:10", "runs 2026-03-28T22:00:00Z to 2026-03-29T01:00:00Z",
     "runs 2026-10-24T21:00:00Z to 2026-10-25T00:10:00Z and 2026-10-25T01:00:00Z to 2026-10-25T01:10:00Z"),
])
def test_a_window_cut_by_a_clock_change_is_told_with_when_it_runs(begin, end, skipped, repeated):
    expected = [("v2l[0]", SKIPPED + skipped)] if skipped else []
    expected += [("v2l[0]", REPEATED + repeated)] if repeated else []
    assert said(v2l=[window("daily", begin, end)], charge=None) == expected


def test_a_window_that_is_never_on_the_day_of_a_change_is_not_told():
    assert said(v2l=[window("mon-sat", "01:15", "01:45")], charge=None) == []
    assert keys(v2l=[window("sat", "22:00", "01:30")], charge=None) == ["v2l[0]", "v2l[0]"]


def test_charging_windows_are_looked_at_too():
    assert keys(charge=[window("daily", "01:30", "04:00")]) == ["charge[0]", "charge[0]"]


def test_a_change_of_half_an_hour_is_told_in_its_own_length():
    assert said(v2l=[window("sun", "01:40", "01:50")], charge=None, zone="<+1030>-10:30<+11>-11,M10.1.0,M4.1.0") == [
        ("v2l[0]", "on 2026-04-05 local time steps from 02:00 to 01:30, where this window begins or ends; then it runs "
         "2026-04-04T14:40:00Z to 2026-04-04T14:50:00Z and 2026-04-04T15:10:00Z to 2026-04-04T15:20:00Z")]


def test_a_zone_without_clock_changes_has_none_to_tell():
    assert said(v2l=[window("daily", "01:15", "01:45")], charge=None, zone="UTC0") == []


def test_clock_changes_are_sought_after_the_given_instant():
    plan = checked(v2l=[window("daily", "01:15", "01:45")], charge=None)
    told = [sentence[:13] for _key, sentence in advice.lint(plan, dates.seconds(2029, 6, 1))]
    assert told == ["on 2029-10-28", "on 2030-03-31"]


# --- What is fitted.


@pytest.mark.parametrize("signal, safe, unsafe", [
    ("km1", ["no", "nc", "mirror"], []), ("km2", ["nc", "mirror"], ["no"]), ("bond", ["nc", "mirror"], ["no"]),
    ("car", ["low"], ["high"]), ("grid", ["low"], ["high"]), ("charging", ["high"], ["low"]),
    ("enable", ["no"], ["nc"]),
])
def test_a_polarity_with_which_a_broken_wire_permits_is_told(signal, safe, unsafe):
    fitted = {"km1": "mirror", "km2": "mirror", "car": "low"}
    for kind in safe:
        assert said(inputs={**fitted, signal: kind}) == []
    for kind in unsafe:
        [(key, sentence)] = said(inputs={**fitted, signal: kind})
        assert key == "inputs." + signal and f'"{kind}"' in sentence and "broken wire" in sentence


@pytest.mark.parametrize("kind", ["momentary", "selector"])
def test_a_button_that_does_nothing_when_its_wire_breaks_is_told(kind):
    assert keys(button={"kind": "no", "as": kind}) == ["button.kind"]
    assert said(button={"kind": "nc", "as": kind}) == []


def test_what_is_not_fitted_is_told():
    assert keys(inputs=None) == ["inputs.km1", "inputs.km2", "inputs.car"]
    assert keys(inputs={"km1": "no", "km2": "nc"}) == ["inputs.car"]
    assert keys(inputs={"km1": "no", "km2": "nc"}, assume=["car"]) == ["assume"]


def test_pins_with_a_catch_are_told_where_they_were_chosen():
    inputs = {"km1": "mirror", "km2": "mirror", "car": "low"}
    assert keys(inputs={**inputs, "bond": {"pin": 36, "kind": "nc"}}) == ["inputs.bond", "inputs.bond"]
    assert keys(inputs={**inputs, "car": {"pin": 35, "kind": "low"}}) == []
    assert keys(inputs={**inputs, "car": {"pin": 34, "kind": "low"}}) == []
    assert keys(led=2, button={"pin": 0}) == ["led", "button"]
    assert "pin 2 is read by the chip while it starts" in said(led=2)[0][1]


def test_keys_without_effect_are_told():
    assert keys(board="generic-1-relay") == ["limits.dead_time_ms"]
    assert keys(board="generic-1-relay", limits=None) == []
    wifi = {"ssid": "home"}
    assert keys(wifi=wifi, mqtt={"host": "a", "tls_on_v2l": True}) == ["mqtt.tls_on_v2l"]
    assert keys(wifi=wifi, mqtt={"host": "a", "tls_on_v2l": True, "ca": "ca.der"}) == []
    assert keys(soc={"reserve": 40}) == keys(soc={"reserve": 0}) == ["soc"]
    assert keys(soc={"reserve": 40}, wifi=wifi, mqtt={"host": "a"}) == ["soc"]
    assert keys(soc={"reserve": 40}, wifi=wifi, mqtt={"host": "a", "commands": True}) == []
    hosts = {"hosts": ["192.0.2.20"]}
    assert keys(ntp=hosts, mqtt={"host": "a"}) == ["ntp", "mqtt"]
    assert keys(ntp=hosts, mqtt={"host": "a"}, wifi=wifi) == []


def test_a_board_that_forgets_the_time_is_told():
    wifi, ntp = {"ssid": "home"}, {"hosts": ["192.0.2.20"]}
    assert keys(rtc=None) == keys(rtc="none") == keys(rtc="none", wifi=wifi) == ["rtc"]
    assert keys(rtc="none", ntp=ntp) == ["rtc", "ntp"] and keys(rtc="none", ntp=ntp, wifi=wifi) == []


def test_a_watchdog_that_waits_longer_than_it_must_is_told():
    assert keys(limits={"watchdog_ms": 6000}) == [] and keys(limits={"watchdog_ms": 6001}) == ["limits.watchdog_ms"]
    assert "stays there for 30 s and a second more" in said(limits={"watchdog_ms": 30_000})[0][1]


# --- The nearest name.

KNOWN = [row[0] for row in config_schema.CONFIG]


@pytest.mark.parametrize("name, meant", [
    ("zon", "zone"), ("ZONE", "zone"), ("timezone", "zone"), ("v21", "v2l"), ("chareg", "charge"), ("mqt", "mqtt"),
    ("charge_led_min", "charge_lead_min"), ("lead_min", "charge_lead_min"), ("buton", "button"), ("imputs", "inputs"),
    ("zoen", "zone"), ("ozne", "zone"), ("enzo", None), ("zonexx", "zone"), ("heart_beat", "heartbeat"),
    ("limit", "limits"), ("board_name", "board"), ("xyzzy", None), ("", None), ("q", None), ("grid", None),
    ("something else entirely", None),
])
def test_the_nearest_name_is_the_one_that_was_meant(name, meant):
    assert advice.nearest(name, KNOWN) == meant


@given(st.sampled_from(KNOWN).filter(lambda name: len(name) > 3), st.data())
def test_one_wrong_letter_is_always_recognised(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    change = data.draw(st.sampled_from(["", "q", name[at] + "q", name[at] * 2]))
    assert advice.nearest(name[:at] + change + name[at + 1:], KNOWN) == name


@given(st.text(max_size=100), st.lists(st.text(max_size=20)))
def test_any_name_gets_a_known_one_or_none(name, known):
    assert advice.nearest(name, known) in [None, *known]
