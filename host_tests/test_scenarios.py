"""One scenario for each requirement of the changeover: what must come of it, worked out by hand from the rules.

EXPECTED does not know the recorded traces, and the records do not know it: a run has to agree with both. Times are
those of the scenario, after its start. The board needs 1 s to start and another 65 s to be ready for V2L; every entry
takes 5 s of confirmation, up to 1 s until the slow part has seen it is due, and the time of one write to flash.
"""

import functools

import pytest

from firmware.core import dates
from host_tests import recording
from host_tests.claims import ENTRY_MS, Told, apart, blocked_by, enters, fed, leaves, lets_go, names, resets, says

FIXED = {"local": "fixed", "remote": "none", "until": None}
FREE = {"local": "none", "remote": "none", "until": None}
WINDOW = {"local": "window", "remote": "none", "until": "2026-11-20T05:40:00Z"}

# name: faults at the end, state, what feeds the load, transfers commanded, and what else must be so
EXPECTED = {
    # The schedule.
    "plain-day": ([], "grid", "grid", 2, enters("5:30:05"), leaves("23:20:00"), names()),
    "two-relays-day": ([], "grid", "grid", 2, enters("5:30:05"), leaves("23:20:00"), apart(200), names()),
    "window-over-midnight": ([], "grid", "grid", 2, enters("0:30:05"), leaves("1:30:00")),
    "clock-change-repeats-the-window": (
        [], "grid", "grid", 4, enters("0:15:05", "1:15:05"), leaves("0:45:00"), leaves("1:45:00")),
    "clock-change-shortens-the-window": ([], "grid", "grid", 2, enters("0:30:05"), leaves("1:30:00")),
    "clock-change-skips-the-window": ([], "grid", "grid", 0, enters(), says("1:00:00", why="schedule")),
    "skip-date": ([], "grid", "grid", 2, enters("1:20:05"), leaves("1:40:00")),
    "charge-window-and-its-lead": (
        [], "grid", "grid", 2, enters("0:10:05"), leaves("0:30:00"), says("0:35:00", why="charge_window"),
        says("0:20:00", next={"at": "2026-11-20T05:30:00Z", "source": "grid"})),
    # The network: here there is none to join, and with one the same must come of it (test_sim_network_recorded).
    "wifi-and-cloud-down": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00")),
    "wifi-comes-and-goes": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "broker-dies-and-falls-silent": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "name-server-hangs": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "time-server-lies": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "messages-that-are-refused": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "budget-used-up": (
        [], "grid", "grid", 2, enters("0:10:05"), leaves("0:20:05", ENTRY_MS), blocked_by("0:25:00", "budget")),
    "longest-stay": (
        [], "grid", "grid", 4, enters("0:10:05", "0:50:05"), leaves("0:20:05", ENTRY_MS), leaves("0:55:00")),
    # The car.
    "car-absent-and-coming-later": ([], "grid", "grid", 2, enters("0:20:15"), says("0:15:00", why="car"), names()),
    "car-not-fitted": ([], "grid", "grid", 0, enters(), says("0:20:00", why="car")),
    "car-leaves-on-v2l": (
        [], "grid", "grid", 2, enters("0:10:05"), leaves("0:20:00", 220), fed("grid", "0:20:01", "0:45:00"),
        says("0:30:00", why="car"), names()),
    "v2l-trips-once": (
        [], "grid", "grid", 4, enters("0:10:05", "0:22:05"), leaves("0:20:00", 220), names("v2l-collapsed")),
    "v2l-trips-three-times": (
        ["v2l-collapsed"], "fault", "grid", 6, enters("0:10:05", "0:17:05", "0:22:05"), names("v2l-collapsed")),
    "charge-too-low": ([], "grid", "grid", 0, enters(), says("0:20:00", why="soc")),
    "charging": (
        [], "grid", "grid", 4, enters("0:10:05", "0:30:05"), leaves("0:20:00"), says("0:25:00", why="charging")),
    "lock-out-opened-on-v2l": (
        [], "grid", "grid", 4, enters("0:10:05", "0:30:05"), leaves("0:20:00"), says("0:25:00", why="enable")),
    # By hand.
    "button-holds-for-the-window": (
        [], "grid", "grid", 4, enters("0:10:05", "0:50:05"), leaves("0:20:00", 70),
        says("0:25:00", why="hold", hold=WINDOW), says("0:45:00", hold=FREE)),
    "button-holds-until-released": (
        [], "grid", "grid", 4, enters("0:10:05", "0:54:07"), leaves("0:20:00", 70),
        says("0:30:00", why="hold", hold=FIXED), says("0:52:00", why="hold", hold=FIXED)),
    "button-pressed-twice-in-anxiety": (
        [], "grid", "grid", 4, enters("0:10:05", "0:30:05"), leaves("0:20:00", 70),
        says("0:25:00", why="hold", hold=WINDOW)),
    "button-pressed-before-the-window": (
        [], "grid", "grid", 2, enters("0:50:05"), says("0:15:00", why="hold", hold=WINDOW), says("0:45:00", hold=FREE)),
    "button-held-through-power-up": (
        [], "grid", "grid", 2, enters("0:20:10"), says("0:15:00", state="grid", why="hold"),
        says("0:20:30", hold=FREE)),
    "button-asks-for-service": (
        [], "grid", "grid", 2, enters("0:20:21"), says("0:15:00", state="service", why="service"),
        says("0:21:00", hold=FREE)),
    "hold-outlasts-a-power-cut": (
        [], "grid", "grid", 2, enters("0:10:05"), leaves("0:20:00", 70), says("0:30:00", why="hold", hold=WINDOW),
        says("0:44:00", hold=FREE)),
    "selector": (
        [], "grid", "grid", 4, enters("0:10:05", "0:30:05"), leaves("0:20:00", 70), says("0:25:00", why="hold")),
    "acknowledged-after-the-mend": (
        [], "grid", "grid", 4, enters("0:10:05", "0:50:05"), says("0:41:00", state="fault", faults=["km2-stuck"]),
        says("0:46:30", state="grid", faults=[], hold=FREE), fed("v2l", "0:11:00", "0:41:59")),
    "selector-acknowledges": (
        [], "grid", "grid", 4, enters("0:10:05", "0:15:21"), says("0:14:00", faults=["km1-not-open"]),
        says("0:15:10", state="startup", faults=[], hold=FREE)),
    "not-acknowledged-while-welded": (["km2-stuck"], "fault", "v2l", 2, says("0:44:00", hold=FREE)),
    "latch-outlasts-a-power-cut": (["km1-not-open"], "fault", "grid", 2, enters("0:10:05"), names("km1-not-open")),
    # Relays.
    "pilot-coil-open": (
        ["km1-not-open"], "fault", "grid", 2, fed("grid", "0:00:00", "0:45:00"), names("km1-not-open")),
    "pilot-lets-go-on-v2l": (
        [], "grid", "grid", 4, enters("0:10:05", "0:21:05"), fed("grid", "0:20:01", "0:21:05"),
        names("relay-dropped")),
    "pilot-welded-one-relay": (["km2-stuck"], "fault", "v2l", 2, leaves("0:40:00"), names("km2-stuck")),
    "pilot-welded-two-relays": (
        ["km1-not-closed"], "grid", "none", 2, leaves("0:40:00"), fed("none", "0:40:01", "0:45:00"),
        names("km1-not-closed")),
    "guard-welded": (
        ["guard-stuck"], "fault", "grid", 2, leaves("0:40:00"), fed("grid", "0:40:01", "0:45:00"),
        names("guard-stuck")),
    "guard-coil-open": (
        ["km2-not-closed"], "fault", "grid", 6, enters("0:10:05", "0:11:11", "0:12:17"), lets_go(1000),
        names("km2-not-closed")),
    # Contactors.
    "km1-welded": (
        ["km1-not-open"], "fault", "grid", 2, enters("0:10:05"), lets_go(320), fed("grid", "0:00:00", "0:45:00"),
        names("km1-not-open")),
    "km2-welded": (["km2-stuck"], "fault", "v2l", 2, leaves("0:40:00"), names("km2-stuck")),
    "km2-welded-two-relays": (["km2-stuck"], "fault", "v2l", 2, leaves("0:40:00"), names("km2-stuck")),
    "km1-welded-interlock-failed": (["both-closed"], "fault", "grid", 2, lets_go(120), names("both-closed")),
    "km1-welded-interlock-failed-two-relays": (
        ["km1-not-open"], "fault", "grid", 2, lets_go(320), fed("grid", "0:00:00", "0:45:00"), names("km1-not-open")),
    "km2-welded-interlock-failed": (
        ["both-closed", "km2-stuck"], "fault", "both", 2, leaves("0:40:00"), names("both-closed", "km2-stuck")),
    "both-welded-interlock-failed": (
        ["both-closed", "km2-stuck"], "fault", "both", 2, leaves("0:40:00"), names("both-closed", "km2-stuck")),
    "km1-coil-open-on-return": (
        [], "grid", "grid", 2, fed("none", "0:40:01", "0:44:59"), names("km1-not-closed"),
        says("0:43:00", state="grid", why="fault", faults=["km1-not-closed"])),
    "km2-drops-by-itself": (
        [], "grid", "grid", 4, enters("0:10:05", "0:21:05"), leaves("0:20:00", 140), names("km2-dropped")),
    "slow-contactor-within-its-limit": ([], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names()),
    "slow-contactor-over-its-limit": (
        ["km2-not-closed"], "fault", "grid", 6, enters("0:10:05", "0:11:10", "0:12:16"), lets_go(520),
        names("km2-not-closed")),
    "no-feedback-fitted": (
        [], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"),
        says("0:20:00", state="v2l", feedback="unknown", confirmed=False)),
    # Feedback that is not true.
    "km1-feedback-stuck-closed": (["both-closed"], "fault", "grid", 2, lets_go(120), names("both-closed")),
    "km1-feedback-stuck-closed-two-relays": (
        ["km1-not-open"], "fault", "grid", 2, lets_go(320), names("km1-not-open")),
    "km2-feedback-stuck-open": (
        ["km2-not-closed"], "fault", "grid", 6, enters("0:10:05", "0:11:10", "0:12:16"), lets_go(520),
        names("km2-not-closed")),
    "km2-feedback-closed-on-grid": (
        ["both-closed", "km2-uncommanded"], "fault", "grid", 0, enters(), names("both-closed", "km2-uncommanded")),
    "km2-feedback-closed-on-grid-km1-not-fitted": (
        ["km2-uncommanded"], "fault", "grid", 0, enters(), names("km2-uncommanded")),
    "km2-feedback-bounces": (["feedback-chatter"], "fault", "grid", 0, enters(), names("feedback-chatter")),
    "km1-feedback-wire-broken": (
        ["km1-not-closed"], "grid", "grid", 0, enters(), says("0:20:00", why="fault"), names("km1-not-closed")),
    "km2-mirror-wire-broken": (
        ["both-closed", "km2-stuck"], "fault", "grid", 2, leaves("0:40:00"), names("both-closed", "km2-stuck")),
    "bond-stuck": (["bond-stuck"], "fault", "grid", 0, enters(), names("bond-stuck")),
    "bond-missing": (["bond-missing"], "fault", "grid", 2, lets_go(265), names("bond-missing")),
    # Supplies.
    "coil-supply-lost-on-v2l": (
        [], "grid", "grid", 4, enters("0:10:05", "0:26:05"), leaves("0:20:00", 140),
        fed("none", "0:20:01", "0:24:59"), names("km2-dropped", "km1-not-closed")),
    "coil-supply-lost-on-grid": (
        [], "grid", "grid", 2, enters("0:21:05"), says("0:15:00", why="fault", faults=["km1-not-closed"]),
        names("km1-not-closed")),
    "grid-outage-board-dead": (
        [], "grid", "grid", 3, enters("0:10:05", "0:26:06"), fed("none", "0:20:01", "0:24:59"),
        fed("grid", "0:25:01", "0:26:06"), names()),
    "grid-outage-on-a-ups": (
        [], "grid", "grid", 4, enters("0:10:05", "0:25:05"), leaves("0:20:00", 140), names("grid-dead"),
        says("0:22:00", state="grid", why="rest", faults=["grid-dead"])),
    "grid-outage-on-a-ups-no-detector": (
        [], "grid", "grid", 4, enters("0:10:05", "0:26:05"), leaves("0:20:00", 140),
        names("km2-dropped", "km1-not-closed")),
    "grid-dead-at-the-start": (
        [], "grid", "grid", 2, enters("0:10:05"), says("0:04:00", state="startup", faults=["grid-dead"]),
        names("grid-dead")),
    "board-supply-lost-on-v2l": (
        [], "grid", "grid", 3, enters("0:10:05", "0:23:06"), leaves("0:20:00", 0), fed("grid", "0:20:01", "0:23:06")),
    # The clock.
    "clock-lost": (["clock-lost"], "grid", "grid", 0, enters(), says("0:20:00", why="clock", next=None, time=None)),
    "clock-never-set": (["clock-lost"], "grid", "grid", 0, enters(), says("0:20:00", why="clock", time=None)),
    "system-clock-jumps-with-battery-clock": (
        [], "grid", "grid", 4, enters("0:10:05", "0:21:05"), leaves("0:20:00", 1100), names("clock-lost")),
    "system-clock-jumps-without-battery-clock": (
        ["clock-lost"], "grid", "grid", 2, enters("0:10:05"), leaves("0:20:00", 1100), says("0:30:00", why="clock")),
    # Resets, hangs, stalls.
    "hang-on-grid": ([], "grid", "grid", 2, enters("0:10:05"), resets("watchdog"), names()),
    "hang-on-v2l": (
        [], "grid", "grid", 4, enters("0:10:05", "0:21:11"), leaves("0:20:00", 6000), resets("watchdog"), names()),
    "reset-on-v2l-watchdog": ([], "grid", "grid", 4, enters("0:10:05", "0:21:06"), leaves("0:20:00", 970), names()),
    "reset-on-v2l-panic": ([], "grid", "grid", 4, enters("0:10:05", "0:21:06"), leaves("0:20:00", 970), names()),
    "reset-on-v2l-brownout": ([], "grid", "grid", 4, enters("0:10:05", "0:21:06"), leaves("0:20:00", 970), names()),
    "reset-on-v2l-power": ([], "grid", "grid", 3, enters("0:10:05", "0:21:06"), leaves("0:20:00", 0), names()),
    "reset-on-v2l-soft": ([], "grid", "grid", 4, enters("0:10:05", "0:21:05"), leaves("0:20:00", 120), names()),
    "four-resets-in-an-hour": (
        ["reset-storm"], "fault", "grid", 0, enters(), resets("watchdog", "watchdog", "watchdog"),
        names("reset-storm")),
    "km1-drop-brings-brownout": (
        ["reset-storm"], "fault", "grid", 6, enters("0:10:05", "0:11:11", "0:12:18"), lets_go(1000),
        fed("grid", "0:12:22", "0:45:00"), names("reset-storm")),
    "km1-drop-brings-panic": (
        ["reset-storm"], "fault", "grid", 4, enters("0:10:05", "0:11:11"), lets_go(1000), names("reset-storm")),
    "km2-drop-brings-panic": (
        ["reset-storm"], "fault", "grid", 6, enters("0:10:05", "0:15:05", "0:20:05"), names("reset-storm")),
    "press-then-interference": (
        [], "grid", "grid", 2, enters("0:02:05"), says("0:10:00", why="hold"), fed("grid", "0:04:10", "0:30:00"),
        names()),
    "latch-then-interference": (["both-closed"], "fault", "grid", 2, enters("0:02:05"), names("both-closed")),
    "stall-on-v2l": ([], "grid", "grid", 2, enters("0:10:05"), fed("v2l", "0:11:00", "0:40:00"), resets(), names()),
    "stall-during-both-transfers": (
        [], "grid", "grid", 2, enters("0:10:05"), fed("none", "0:10:07", "0:10:09.500"), leaves("0:40:00"),
        fed("none", "0:40:00.100", "0:40:04"), apart(2000), resets(), names()),
    "stall-longer-than-the-watchdog": (
        [], "grid", "grid", 4, enters("0:10:05", "0:21:11"), leaves("0:20:00", 6000), resets("watchdog"), names()),
    # Limits on entries.
    "entries-of-the-hour-used-up": (
        [], "grid", "grid", 10, enters("0:10:05", "0:23:15", "0:36:15", "0:49:15", "1:10:10"),
        says("1:05:00", why="governor"), names()),
    "transfer-storm": (["transfer-storm"], "fault", "grid", 2, enters("0:10:05"), names("transfer-storm")),
    # Flash.
    "flash-full": (
        [], "grid", "grid", 2, enters("0:20:05", within_ms=70_000), says("0:15:00", faults=["flash-full"]),
        names("flash-full")),
    "flash-read-only-on-v2l": (
        ["flash-full"], "grid", "grid", 2, enters("0:10:05"), leaves("0:40:00"), names("flash-full")),
    # Ready-made boards.
    "olimex-board-day": ([], "grid", "grid", 2, enters("5:30:05"), leaves("23:20:00"), apart(200), names()),
    "active-low-board-without-a-clock": (["clock-lost"], "grid", "grid", 0, enters(), says("0:20:00", why="clock")),
}
INTERLOCK_FAILED = ("km1-welded-interlock-failed", "km2-welded-interlock-failed", "both-welded-interlock-failed")
KEYS = {
    "plant": ["kind", "t", "utc", "pilot", "guard", "km1", "km2", "supply"],
    "status": ["kind", "t", "utc", "status"],
    "event": ["kind", "t", "utc", "event"],
    "reset": ["kind", "t", "utc", "cause"],
    "summary": ["kind", "transfers", "faults", "state", "supply", "v2l_s"],
}
# Scenarios of which a short piece has much in it: what to play of each.
PIECES = (
    ("charge-too-low", "0:01:20"),
    ("grid-dead-at-the-start", "0:05:10"),
    ("km2-feedback-bounces", "0:05:20"),
    ("clock-lost", "0:06:10"),
    ("four-resets-in-an-hour", "0:06:10"),
    ("bond-missing", "0:10:10"),
)


@functools.cache
def told_of(name):
    return Told(recording.played(name))


@pytest.mark.parametrize("name", recording.NAMES)
def test_what_must_come_of_it_does(name):
    faults, state, supply, transfers, *claims = EXPECTED[name]
    told = told_of(name)
    for claim in claims:
        claim(told)
    summary = {key: told.summary[key] for key in ("faults", "state", "supply", "transfers")}
    assert summary == {"faults": faults, "state": state, "supply": supply, "transfers": transfers}


@pytest.mark.parametrize("name", recording.NAMES)
def test_every_line_is_as_recorded(name):
    assert not recording.difference(name, recording.played(name)), "see python -m host_tests.recording " + name


def test_every_scenario_is_expected_and_recorded_under_its_own_name():
    assert set(EXPECTED) == set(recording.NAMES) and len(EXPECTED) >= 36
    assert {path.stem for path in recording.FOLDER.glob("*.trace")} == set(recording.NAMES)
    assert [recording.read(name).name for name in recording.NAMES] == recording.NAMES


@pytest.mark.parametrize("name", recording.NAMES)
def test_the_lines_keep_their_form_and_their_order(name):
    told, start_s = told_of(name), recording.read(name).start_s
    for line in told.lines:
        assert [key for key in line if key != "ms"] == KEYS[line["kind"]]
    assert [line["kind"] for line in told.lines].index("summary") == len(told.lines) - 1
    times = [line["ms"] for line in told.lines[:-1]]
    assert times == sorted(times) and times[-1] <= recording.read(name).for_ms
    assert all(line["utc"] == dates.iso(start_s + line["ms"] // 1000) for line in told.lines[:-1])


@pytest.mark.parametrize("name", recording.NAMES)
def test_both_supplies_are_never_connected_while_the_interlock_is_sound(name):
    seen = "both" in [line["supply"] for line in told_of(name).plant]
    assert seen == (name in INTERLOCK_FAILED)


@pytest.mark.parametrize("name", recording.NAMES)
def test_the_time_on_v2l_is_that_of_the_lines(name):
    told = told_of(name)
    ends = [line["ms"] for line in told.plant[1:]] + [recording.read(name).for_ms]
    v2l_ms = sum(end - line["ms"] for line, end in zip(told.plant, ends) if line["supply"] == "v2l")
    assert round(told.summary["v2l_s"] * 1000) == v2l_ms


@pytest.mark.parametrize("name", recording.NAMES)
def test_no_relay_goes_on_from_a_state_that_has_none_on(name):
    state, was = None, None
    for line in told_of(name).lines:
        if line["kind"] == "status":
            state = line["status"]["state"]
        elif line["kind"] == "reset":
            state = None
        elif line["kind"] == "plant":
            goes_on = [relay for relay in ("pilot", "guard") if was and line[relay] == "on" != was[relay]]
            assert not goes_on or state == "grid", (line, state)
            was = line


@pytest.mark.parametrize("name, span", PIECES)
def test_skipping_idle_time_changes_no_line(name, span):
    assert not recording.skipping_matters(name, span)


def test_a_board_whose_relays_are_on_when_low_makes_its_transfers_once_somebody_has_set_its_clock():
    made = recording.read("active-low-board-without-a-clock")
    made.set_clock = True
    told = Told(recording.lines_of(made))
    for claim in (enters("0:10:05"), leaves("0:40:00", 1000), apart(200), says("0:20:00", confirmed=True)):
        claim(told)
    assert told.summary["transfers"] == 2 and told.summary["supply"] == "grid"
