"""What was latched, held or set outlasts a power cut at a bad moment, and what nobody did comes of no stall."""

import json

import pytest

from firmware.core import dates
from tools import staging
from tools.cable import update
from tools.proofs import branches
from tools.sim import machine
from tools.sim import run as sim

WINDOW = [{"days": "daily", "from": "05:30", "to": "05:45"}]


def house(events, length="00:08:00", start="2026-11-20T05:28:00Z", **config):
    return branches.house(events=events, length=length, start=start, v2l=WINDOW, **config)


def ends(run):
    """(faults, local hold, state) of the last status."""
    status = run.told("status")[-1]["status"]
    return [name for name in status["faults"] if name != "clock-lost"], status["hold"]["local"], status["state"]


def say(run, at_ms, text):
    def typed():
        run.world.session.line.waiting += text + "\n"

    run.world.after(at_ms, typed)


def cut(at):
    return [(f"00:{at}:00", "power", {"to": "off"}), (f"00:{at}:10", "power", {"to": "on"})]


@pytest.mark.parametrize("two_relays", [False, True])
def test_what_latches_on_the_way_into_service_outlasts_a_power_cut(two_relays):
    events = [("00:04:00", "weld", {"what": "km2"}), ("00:08:00", "free", {"what": "km2"}), *cut("09")]
    run = branches.Run(branches.house(two_relays, events, "00:12:00", "2026-11-20T05:28:00Z", v2l=WINDOW))
    say(run, 5 * 60_000, "service on")
    run.play()
    faults, _hold, state = ends(run)
    again = [row for row in run.told("plant") if row["ms"] > 600_000 and row["pilot"] == "on"]
    assert state == "fault" and faults and not again


@pytest.mark.parametrize("refuses", [False, True])
def test_a_battery_clock_that_did_not_take_the_time_is_not_believed_after_a_power_cut(refuses):
    """It holds another time, of somebody else, and nothing in it says so."""
    told = house(cut("02"), "00:06:00", "2026-11-20T04:00:00Z")
    files = {**staging.stage(told.config_text), "state.json": update.first_state().encode()}
    run = branches.Run(told, files)
    chip = run.world.chip
    chip.offset_s = 5400

    def spoil():
        chip.silent = 1 if refuses else 0
        run.world.session.line.waiting += f"time {dates.iso(run.world.true_s())}\n"

    run.world.after(60_000, spoil)
    run.world.after(100_000, lambda: setattr(chip, "silent", 0))
    status = run.play().told("status")[-1]["status"]
    assert status["clock"]["trust"] == ("unset" if refuses else "synced") and status["command"] == "grid"


HELD = ("00:01:00", "press", {"ms": 2_500})


@pytest.mark.parametrize("name, events, hold", [
    ("a short press", [("00:04:00", "press", {"ms": 500})], "fixed"),
    ("one in which the board is busy", [("00:04:00", "press", {"ms": 500}), ("00:04:00.300", "stall", {"ms": 1_800})],
     "fixed"),
    ("one of three seconds", [("00:04:00", "press", {"ms": 3_000})], "none"),
    ("one of three seconds, the board busy in its midst",
     [("00:04:00", "press", {"ms": 3_000}), ("00:04:00.900", "stall", {"ms": 400})], "none"),
    ("a stuck button", [("00:04:00", "press", {"ms": 60_000})], "fixed")], ids=lambda value: str(value)[:40])
def test_a_fixed_hold_is_lifted_by_a_hand_that_holds_for_two_seconds_and_lets_go(name, events, hold):
    run = branches.Run(house([HELD, *events])).play()
    assert ends(run)[1] == hold, name


CLOSES, OPENS = [("feedback", {"what": "km2", "to": to}) for to in ("closed", "true")]


def test_after_a_reset_storm_a_new_hold_and_a_new_latch_are_written_at_once():
    told = house([("00:00:12", "press", {"ms": 2_500}), ("00:00:20", *CLOSES), ("00:00:25", *OPENS),
                  ("00:00:40", "power", {"to": "off"}), ("00:00:50", "power", {"to": "on"})], "00:03:00")
    state = json.loads(sim.first_state(told.start_s))
    state["latched"], state["first"] = ["reset-storm"], "reset-storm"
    run = branches.Run(told, {**staging.stage(told.config_text), "state.json": json.dumps(state).encode()}).play()
    faults, hold, _state = ends(run)
    assert hold == "window" and {"reset-storm", "both-closed", "km2-uncommanded"} <= set(faults)


def test_a_journal_that_cannot_be_written_does_not_hold_up_the_state():
    events = [("00:02:10", *CLOSES), ("00:02:20", *OPENS), *cut("03")]
    run = branches.Run(house(events, "00:05:00", "2026-11-20T05:00:00Z"))
    opened = run.world.flash.open

    def refusing(path, mode="r"):
        if path.startswith("journal") and mode in ("ab", "wb"):
            raise OSError(28)
        return opened(path, mode)

    run.world.flash.open = refusing
    faults, _hold, _state = ends(run.play())
    assert {"both-closed", "km2-uncommanded"} <= set(faults)


@pytest.mark.parametrize("gap_ms", [0, 2_500, 6_000])
def test_a_start_may_take_long_without_costing_the_clock(gap_ms, monkeypatch):
    """Imports, the radio's driver and what is thrown away come after the look at the clocks."""
    run = branches.Run(house([], "00:03:00", "2026-11-20T05:00:00Z"))
    said = machine.Line.print

    def slow(line, *words):
        said(line, *words)
        if "boot" in str(words):
            run.world.pass_ms(gap_ms)

    monkeypatch.setattr(machine.Line, "print", slow)
    run.play()
    status = run.told("status")[-1]["status"]
    assert status["clock"]["trust"] == "synced" and not [
        row for row in run.told("event") if row["event"]["code"] in ("system clock moved", "battery clock")]
    behind_s = dates.parse_iso(run.told("status")[-1]["utc"]) - dates.parse_iso(status["time"])
    assert 0 <= behind_s <= 1
