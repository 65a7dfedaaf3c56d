"""The commissioning: what a sound installation passes, what is found in others, and what is left when it ends early."""

import json

import pytest

from host_tests.proving import Place
from tools.cable.line import Gone
from tools.commission import defects, keeping, plan, shape, steps_v2l, table

EARLY = ("board", "peace")
# What the tests play of all the defects; the proof part plays every one through the whole plan.
SAMPLE = (
    ("one-relay", "weld-km1"), ("one-relay", "polarity-km2"), ("one-relay", "swapped-feedbacks"),
    ("one-relay", "interlock-failed"), ("one-relay", "weld-km2"), ("one-relay", "bond-always"),
    ("two-relays", "guard-bypassed"), ("two-relays", "bond-missing"),
    ("two-relays", "dead-heartbeat-stage"), ("two-relays", "slow-heartbeat-stage"),
    ("one-relay", "no-electrical-interlock-km1"), ("two-relays", "no-electrical-interlock-km2"),
)


@pytest.mark.parametrize("name, relays", [("one-relay", 1), ("two-relays", 2)])
def test_a_sound_installation_passes_every_step_that_has_a_place_in_it(name, relays, tmp_path, monkeypatch):
    monkeypatch.setattr(steps_v2l, "TRANSFERS", 3)  # each of them takes the simulator long
    later = [{"days": "daily", "from": "16:00", "to": "19:00"}]  # once the sitting is over
    with Place(name, v2l=later) as place:
        assert place.sit(tmp_path, place.careful) == "pass"
        assert place.is_off() and place.world.plant.supply() == "grid"
        assert place.hands.owed == [] and place.hands.bond_lead
        status = place.board.status()
    record = place.record
    missing = [row["id"] for row in record["not_tested"]]
    assert [row["id"] for row in record["steps"]] == [step.id for step in plan.STEPS if step.id not in missing]
    assert set(place.results().values()) == {"pass"} and record["wiring"]["relays"] == relays
    assert missing == (["network-lost"] if relays == 2 else ["guard-holds", "network-lost", "heartbeat", "guard-alone",
                                                              "pilot-alone"])
    assert status["state"] != "service" and status["hold"]["local"] == "none" and status["faults"] == []
    assert status["proof"]["hang_ms"] is not None and None not in status["proof"]["timing"]
    record["installation"]["address"] = "1 Example Lane"
    assert shape.check(json.loads(json.dumps(record))) == []


@pytest.mark.parametrize("name, defect", SAMPLE)
def test_a_planted_defect_is_found_at_the_step_made_for_it_and_v2l_is_off_after_it(name, defect, tmp_path):
    wanted = defects.find(defect).step
    with Place(name, defect, only=(*plan.IDS[:plan.IDS.index("bond")], wanted)) as place:
        assert place.sit(tmp_path) == "fail"
        assert table.found(place.record)[0] == wanted
        assert place.is_off()


def test_every_defect_has_a_step_and_every_kind_that_the_guides_name_is_among_them():
    assert {defect.step for defect in defects.DEFECTS} <= set(plan.IDS)
    assert len(set(defects.NAMES)) == len(defects.NAMES) and len(set(plan.IDS)) == len(plan.IDS)
    assert {"weld-km1", "weld-km2", "weld-pilot", "weld-guard", "polarity-km1", "bond-missing", "bond-always",
            "swapped-feedbacks", "dead-heartbeat-stage", "guard-bypassed", "slow-km2",
            "interlock-failed"} <= set(defects.NAMES)


def at_the(number):
    def meddle(count, _deed):
        if count == number:
            raise KeyboardInterrupt

    return meddle


@pytest.mark.parametrize("name, step, deeds", [
    ("one-relay", "inputs", (1, 2, 3)), ("one-relay", "coil-supply-v2l", (1, 2, 3)), ("one-relay", "button", (1, 3)),
    ("two-relays", "guard-holds", (2,)),
])
def test_interrupted_anywhere_v2l_is_off_and_it_goes_on_and_passes(name, step, deeds, tmp_path):
    with Place(name, only=(*EARLY, step)) as place:
        for number in deeds:
            with pytest.raises(KeyboardInterrupt):
                place.sit(tmp_path, at_the(number + (1 if place.record["steps"] else 0)))
            assert place.is_off() and place.results().get(step) is None
            place.record = keeping.kept(str(tmp_path))
        place.sit(tmp_path)
        assert place.results()[step] == "pass"


def test_a_sitting_that_goes_on_does_not_repeat_what_has_passed(tmp_path):
    with Place("one-relay", only=(*EARLY, "coil-supply-grid", "interlock")) as place:
        with pytest.raises(KeyboardInterrupt):
            place.sit(tmp_path, at_the(4))
        done = place.results()
        assert done["coil-supply-grid"] == "pass" and "interlock" not in done
        place.sit(tmp_path)
        assert all(len(row["runs"]) == 1 for row in place.record["steps"] if row["id"] in done)
        assert place.results()["interlock"] == "pass"


def test_a_lost_cable_ends_v2l_within_seconds_and_it_goes_on_when_the_cable_is_back(tmp_path):
    with Place("one-relay", only=(*EARLY, "coil-supply-v2l")) as place:
        def pull(_number, deed):
            if deed == ("coil-supply", "off"):
                assert place.world.commanded
                place.link.pulled = True
                return True

        with pytest.raises(Gone):
            place.sit(tmp_path, pull)
        place.link.wait(4)
        assert not place.world.commanded and place.world.plant.supply() == "grid"
        assert place.is_off()
        place.sit(tmp_path)
        assert place.results()["coil-supply-v2l"] == "pass"


def test_a_button_that_nobody_presses_opens_nothing(tmp_path):
    with Place("one-relay", only=EARLY) as place:
        assert place.sit(tmp_path, lambda _number, deed: deed[:1] == ("press",)) == "fail"
        assert "not seen the button within a minute" in place.finding("peace")
        assert place.world.transfers == 0


def test_a_board_that_refuses_says_why_in_the_finding(tmp_path):
    with Place("one-relay", only=(*EARLY, "first-transfer"), inputs={"car": None}) as place:
        assert place.sit(tmp_path) == "fail"
        assert "the board waits for car" in place.finding("first-transfer")
        assert place.world.transfers == 0 and place.is_off()


@pytest.mark.parametrize("name, step, config", [
    ("one-relay", "network-lost", {"wifi": {"ssid": "home"}}),
    ("one-relay", "coil-supply-v2l", {"inputs": {"km1": None, "km2": None}}),
    ("two-relays", "guard-holds", {"inputs": {"km1": None, "km2": None, "bond": None}}),
    ("one-relay", "first-transfer", {"inputs": {"km1": "no", "km2": "nc", "car": None}, "assume": ["car"],
                                     "rtc": "none"}),
])
def test_other_installations_pass_too(name, step, config, tmp_path):
    inputs = {**table.example(name).simulated["config"]["inputs"], **config.get("inputs", {})}
    with Place(name, only=(*EARLY, step), **{**config, "inputs": inputs}) as place:
        place.sit(tmp_path)
        assert place.results()[step] == "pass"


def test_the_schedule_brings_no_v2l_in_between(tmp_path):
    always = [{"days": "daily", "from": "00:00", "to": "24:00"}]
    with Place("two-relays", only=(*EARLY, "coil-supply-grid", "rcd-grid"), v2l=always, charge=[]) as place:
        place.sit(tmp_path)
        assert place.results()["rcd-grid"] == "pass" and place.world.transfers == 0


def test_a_failed_step_is_kept_beside_the_run_that_passed_later(tmp_path):
    with Place("one-relay", "interlock-failed", only=(*EARLY, "interlock")) as place:
        assert place.sit(tmp_path) == "fail"
        place.world.plant.interlock = 1
        place.sit(tmp_path)
    runs = next(row["runs"] for row in place.record["steps"] if row["id"] == "interlock")
    assert [run["result"] for run in runs] == ["fail", "pass"] and place.record["verdict"] == "incomplete"


def test_what_was_skipped_is_told_with_its_reason_and_is_no_pass(tmp_path):
    with Place("one-relay", only=EARLY) as place:
        assert place.sit(tmp_path) == "incomplete"
    assert {"id": "bond", "title": "Neutral-earth bond", "reason": "not in this test"} in place.record["not_tested"]


def test_idle_time_that_is_skipped_in_a_window_changes_no_line_of_the_story(tmp_path):
    stories = []
    for skip in (True, False):
        with Place("two-relays", only=(*EARLY, "first-transfer")) as place:
            stories.append([])
            place.link.player.skip = skip
            place.link.player.trace.emit = stories[-1].append
            place.sit(tmp_path / str(skip))
            assert place.results()["first-transfer"] == "pass"
    assert stories[0] == stories[1] and any('"supervised"' in line for line in stories[0])


def test_a_watchdog_that_never_bites_is_told_as_that_and_v2l_has_ended_by_then_without_a_hand(tmp_path):
    with Place("one-relay", "no-watchdog", only=(*EARLY, "watchdog")) as place:
        heard = []
        place.link.player.trace.emit = heard.append
        assert place.sit(tmp_path, lambda _number, deed: deed[:1] == ("power",)) == "fail"
        assert place.finding("watchdog").startswith("the watchdog did not end it")
        assert place.is_off() and place.board.status()["proof"] is None
    events = [line["event"] for line in map(json.loads, heard) if line["kind"] == "event"]
    assert ("restart", "WatchdogDidNotEndIt") in [(event["code"], event["data"]) for event in events]
