"""What is said of two records of the same installation."""

import copy

import pytest

from host_tests import commissioned
from tools.commission import compare
from tools.commission.compare import Changed


def since(**changes):
    """The comparison of a sound record with itself, after changes to the later one."""
    earlier = {**commissioned.sound(), "made_at": "2025-11-20T11:02:30Z"}
    return compare.compare(earlier, {**commissioned.sound(), **changes})


def with_drop(value, before=20):
    """The rows about the drop to grid when it went from one value to another."""
    once, now = commissioned.sound(), commissioned.sound()
    once["made_at"] = "2025-11-20T11:02:30Z"
    for made, drop in ((once, before), (now, value)):
        made["steps"][4]["runs"][0]["measured"][3]["value"] = drop
    found = compare.compare(once, now)
    return [row for row in found.times if row.what == "drop to grid"], found


def test_of_two_that_are_alike_every_transfer_time_is_told_and_nothing_else():
    found = since()
    assert [(row.what, row.earlier, row.now, row.change, row.by_half) for row in found.times] == [
        ("drop to V2L", "21 ms", "21 ms", "the same", False), ("gap to V2L", "234 ms", "234 ms", "the same", False),
        ("drop to grid", "20 ms", "20 ms", "the same", False), ("gap to grid", "236 ms", "236 ms", "the same", False)]
    assert not any(found._replace(times=[]))


@pytest.mark.parametrize("value, change, by_half", [
    (29, "+9 ms (+45%)", False), (30, "+10 ms (+50%)", True), (11, "-9 ms (-45%)", False), (10, "-10 ms (-50%)", True),
    (219, "+199 ms (+995%)", True), (220, "+200 ms", True), (20.5, "+0.5 ms (+2%)", False)])
def test_drift_is_told_with_both_values_and_whether_it_passes_half(value, change, by_half):
    (row,), _found = with_drop(value)
    assert (row.earlier, row.now, row.change, row.by_half) == ("20 ms", f"{value} ms", change, by_half)


def test_a_time_that_one_of_them_does_not_know_is_not_compared():
    assert with_drop(None)[0] == [] == with_drop(20, None)[0]
    (row,), _found = with_drop(20, 0)
    assert row.change == "+20 ms" and row.by_half


def test_another_reading_is_told_when_it_changed_and_never_judged():
    record = commissioned.sound()
    commissioned.step(record, "rcd-v2l")["runs"][0]["measured"][0]["value"] = 412
    (row,) = since(steps=record["steps"]).readings
    assert (row.step, row.what, row.change, row.by_half) == ("RCD and loop on V2L", "RCD trip time at 30 mA",
                                                             "+385.9 ms", False)


def test_only_the_runs_that_count_are_compared():
    record = commissioned.sound()
    runs = commissioned.step(record, "transfers")["runs"]
    runs.insert(0, copy.deepcopy(runs[0]))
    runs[0]["measured"][0]["value"] = 300
    assert all(row.change == "the same" for row in since(steps=record["steps"]).times)


def test_readings_of_the_same_name_are_compared_in_their_order():
    once, now = commissioned.sound(), commissioned.sound()
    for made, values in ((once, (1, 2)), (now, (1, 3))):
        made["steps"] = made["steps"][:1]
        made["steps"][0]["runs"][0]["measured"] = [
            {"what": "Ra", "value": value, "unit": "Ω", "limit": None, "ok": None} for value in values]
    found = compare.compare(once, now)
    assert [(row.earlier, row.now) for row in found.readings] == [("2 Ω", "3 Ω")]


def test_changed_hashes_and_settings_are_named_with_both_values():
    record = commissioned.sound()
    record["board"].update(fw="0.2.0+1234567", config_sha256="ff" * 32)
    record["configuration"]["limits"]["dwell_s"] = 90
    record["configuration"]["v2l"].append({"days": "sat", "from": "06:00", "to": "07:00"})
    record["wiring"]["fitted"] = ["km1"]
    del record["configuration"]["zone"]
    record["installation"]["owner"] = "B. Mercer"
    found = since(**record)
    assert found.software == [
        Changed("Firmware on the board", "0.1.0+4f2a9c1", "0.2.0+1234567"),
        Changed("Configuration, sha256", commissioned.sound()["board"]["config_sha256"], "ff" * 32)]
    assert found.settings == [
        Changed("v2l[1].days", "not there", "sat"), Changed("v2l[1].from", "not there", "06:00"),
        Changed("v2l[1].to", "not there", "07:00"), Changed("limits.dwell_s", "60", "90"),
        Changed("zone", "GMT0BST,M3.5.0/1,M10.5.0", "not there"),
        Changed("wiring: fitted", "km1, km2, bond, car, grid, enable", "km1"),
        Changed("installation: owner", "A. Mercer", "B. Mercer")]


def test_steps_that_ended_otherwise_are_named_by_their_titles():
    record = commissioned.incomplete()
    record["steps"] = record["steps"][1:]
    assert since(steps=record["steps"]).steps == [
        Changed("Dead-man stage", "pass", "skipped"), Changed("RCD and loop on V2L", "pass", "not run"),
        Changed("Inputs and polarity", "pass", "not there")]


def test_other_people_and_instruments_are_named():
    record = commissioned.sound()
    record["people"] = [*record["people"][:2], {"role": "designer", "name": "Q", "registration": None}]
    record["instruments"][0]["calibrated"] = "2027-01-01"
    assert since(**record).people == [
        Changed("designer", "Priya Nair, EN-20417", "Priya Nair, EN-20417; Q, not given"),
        Changed("Multifunction tester", "MFT-11873, 2026-03-02", "MFT-11873, 2027-01-01"),
        Changed("inspector and tester", "Łukasz Wiśniewski, EN-33190", "not there"),
        Changed("owner", "A. Mercer, not given", "not there")]


def test_what_makes_two_records_hard_to_compare_is_said_first():
    assert since(board={**commissioned.sound()["board"], "id": "gridrest-ffffff"}).warnings == [
        "The earlier record is of another board."]
    assert since(kind="simulated").warnings == ["The earlier record is real, this one is simulated."]
    assert since(made_at="2024-01-01T00:00:00Z").warnings == [
        "The record given as the earlier one was not made before this one."]
