"""The steps of a commissioning one by one: what they ask for, in which order, and what each cannot overlook."""

import json

import pytest

from host_tests.proving import Place
from tools.commission import person, plan, steps_proof, table
from tools.commission.facts import Facts

EARLY = ("board", "peace")


def skips(*deeds):
    """Somebody who does not do that."""
    return lambda _number, deed: deed in deeds


def asked(place, step):
    return [(row["question"], row["answer"]) for row in
            next(row["runs"][-1]["asked"] for row in place.record["steps"] if row["id"] == step)]


def test_what_can_be_proven_dead_or_on_grid_stands_before_v2l_and_the_rcd_on_v2l_right_after_its_first_coming():
    first = plan.IDS.index("first-transfer")
    assert {"dead", "interlock", "poles", "bond", "rcd-grid"} <= set(plan.IDS[:first])
    assert plan.IDS[first + 1] == "rcd-v2l"


@pytest.mark.parametrize("name, past", [("one-relay", False), ("two-relays", True)])
def test_each_electrical_interlock_is_measured_with_the_other_contactor_in_and_out(name, past, tmp_path):
    with Place(name, only=("interlock",)) as place:
        place.sit(tmp_path, place.careful)
        told = [(question[:3], "to KM1's coil" in question, answer) for question, answer in asked(place, "interlock")
                if "continuity" in question]
        assert told == [("KM1", False, "no"), ("KM1", False, "yes"), ("KM2", True, "no"), ("KM2", True, "yes")]
        assert any("past the guard's contact" in question for question, _answer in asked(place, "interlock")) == past


def test_a_failed_mechanical_interlock_does_not_answer_for_the_electrical_one(tmp_path):
    with Place("one-relay", "interlock-failed", only=("interlock",)) as place:
        place.sit(tmp_path)
        assert [answer for question, answer in asked(place, "interlock") if "continuity" in question] == [
            "no", "yes", "no", "yes"]


def test_a_bond_whose_conductor_is_not_put_back_fails_at_once_and_v2l_is_not_tried(tmp_path):
    with Place("one-relay", only=("bond", "peace", "first-transfer")) as place:
        assert place.sit(tmp_path, skips(("bond-conductor", "on"))) == "fail"
        assert "not on the earth bar" in place.finding("bond") and place.world.transfers == 0


def test_a_bond_that_is_missing_at_the_board_is_found_on_v2l(tmp_path):
    def loosened(place):
        def meddle(_number, deed):
            place.hands.bond_lead = place.hands.bond_lead and deed[:1] != ("press",)

        return meddle

    with Place("one-relay", only=("bond", "peace", "first-transfer")) as place:
        assert place.sit(tmp_path, loosened(place)) == "fail"
        assert place.results()["bond"] == "pass" and "no neutral-earth bond" in place.finding("first-transfer")


def test_a_bond_fixed_on_a_transformer_is_measured_through_km2(tmp_path):
    deeds = []
    with Place("one-relay", only=("bond",)) as place:
        place.told.answers["bond-contact"] = False
        place.sit(tmp_path, lambda _number, deed: deeds.append(deed))
        assert place.results()["bond"] == "pass" and ("bond-conductor", "off") not in deeds
        assert any("essential board" in question for question, _answer in asked(place, "bond"))


def test_a_step_that_is_left_in_its_middle_leaves_nothing_taken_off(tmp_path):
    def turns(_number, deed):
        if deed == ("hold-in", "km2"):
            raise person.Turned(person.SKIP, "no time")

    with Place("one-relay", only=("bond",)) as place:
        place.sit(tmp_path, turns)
        assert place.results()["bond"] == "skipped" and place.hands.owed == []
        assert place.hands.bond_lead and place.world.plant.fuse


@pytest.mark.parametrize("watchdog_ms, most_s", [(2000, 2), (3500, 3.5), (5000, 4), (30000, 4)])
def test_a_dead_man_stage_has_less_than_the_watchdogs_time_and_never_more_than_four_seconds(watchdog_ms, most_s):
    known = Facts(json.dumps({"board": "generic-2-relay", "zone": "UTC0", "limits": {"watchdog_ms": watchdog_ms}}))
    assert steps_proof.stage_s(known.limits) == most_s


def test_a_stage_that_is_in_time_for_one_watchdog_is_too_slow_for_a_shorter_one(tmp_path):
    limits = {"dwell_s": 10, "confirm_s": 1, "startup_s": 6, "car_s": 1, "watchdog_ms": 2500}
    with Place("two-relays", only=(*EARLY, "heartbeat"), limits=limits) as place:
        assert place.sit(tmp_path) == "fail"
        assert place.finding("heartbeat") == "the dead-man stage is too slow"


UNPLUGGED = (*EARLY, "unplugged")
SAFE = {"car": "low", "grid": "low", "charging": "high", "enable": "no"}


def fitted(**kinds):
    """Of two relays, without feedback, which takes its time."""
    gone = {"km1": None, "km2": None, "bond": None}
    return {**table.example("two-relays").simulated["config"]["inputs"], **gone, **kinds}


def test_inputs_without_their_wires_refuse_v2l_each_by_its_own_name(tmp_path):
    with Place("two-relays", only=UNPLUGGED, inputs=fitted(**SAFE)) as place:
        place.sit(tmp_path, place.careful)
        told = place.measured("unplugged")
    assert place.results()["unplugged"] == "pass"
    for signal, permit in (("car", "car"), ("grid", "rest"), ("charging", "charging"), ("enable", "enable")):
        assert told[f"V2L with {signal} unplugged"] == (permit, True)
    assert [told[f"input {signal} unplugged"][0] for signal in SAFE] == ["off", "off", "on", "open"]
    assert told["button unplugged"] == ("pressed", True)


def test_a_kind_that_reads_a_broken_wire_as_permission_is_told_and_v2l_is_not_tried_with_it(tmp_path):
    kinds = {"car": "high", "grid": "high", "charging": "low", "enable": "nc"}
    with Place("two-relays", only=UNPLUGGED, inputs=fitted(**kinds), button={"kind": "no", "as": "momentary"}) as place:
        place.sit(tmp_path)
        told = place.measured("unplugged")
        assert place.world.transfers == 0
    assert place.results()["unplugged"] == "pass"
    assert [told[f"V2L with {signal} unplugged"] for signal in kinds] == [("not tried", None)] * 4
    assert [told[f"input {signal} unplugged"][0] for signal in kinds] == ["on", "on", "off", "closed"]
    assert told["button unplugged"] == ("not pressed", True)


@pytest.mark.parametrize("signal", ["car", "enable", "button"])
def test_an_input_that_does_not_notice_its_wire_fails(signal, tmp_path):
    with Place("two-relays", only=UNPLUGGED, inputs=fitted(**SAFE)) as place:
        place.sit(tmp_path, skips(("unplug", signal), ("plug", signal)))
        assert place.results()["unplugged"] == "fail" and signal in place.finding("unplugged") and place.is_off()


def test_a_selector_whose_wire_is_off_reads_grid(tmp_path):
    with Place("two-relays", only=UNPLUGGED, inputs=fitted(**SAFE), button={"kind": "nc", "as": "selector"}) as place:
        place.sit(tmp_path)
        assert place.measured("unplugged")["button unplugged"] == ("pressed", True)
        assert place.results()["unplugged"] == "pass"


def test_relays_that_stay_on_without_their_supply_are_found(tmp_path):
    with Place("one-relay", only=(*EARLY, "unpowered")) as place:
        place.sit(tmp_path, skips(("relay", "both", "unplugged"), ("relay", "both", "plugged")))
        assert place.finding("unpowered") == "V2L does not end without the relays' supply" and place.is_off()


def test_the_supply_is_cut_while_neither_contactor_is_in_and_the_load_is_on_grid(tmp_path):
    stories = []
    with Place("two-relays", only=(*EARLY, "cut-in-transfer")) as place:
        emit = place.link.player.trace.emit
        place.link.player.trace.emit = lambda line: (emit(line), stories.append(line))
        place.sit(tmp_path)
        assert place.results()["cut-in-transfer"] == "pass"
    assert not any('"km2": "closed"' in line for line in stories)
    assert any('"supply": "none"' in line for line in stories)


def test_a_board_that_nobody_cut_is_told_so(tmp_path):
    with Place("one-relay", only=(*EARLY, "cut-in-transfer")) as place:
        place.sit(tmp_path, skips(("power", "off when KM1 lets go")))
        assert place.finding("cut-in-transfer") == "the board has not lost its supply" and place.is_off()
