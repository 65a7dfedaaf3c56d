"""The story of a run, told from recorded lines."""

import copy
import json

import pytest

from firmware.core import dates, faults, permits, sentences, zone
from tools.sim.trace import Trace
from tools.timeline import HEADING, Timeline
from tools.timeline_words import FAULTS, INDENT, PERMITS, WIDTH

START_S = dates.seconds(2026, 11, 20, 5)
STATUS = {
    "clock": {"trust": "synced", "source": "ds3231", "error_s": 1}, "state": "grid", "why": "schedule", "faults": [],
    "inputs": {"km1": "closed", "km2": "open", "bond": "unfitted", "car": "on", "grid": "unfitted",
               "charging": "unfitted", "enable": "unfitted"},
}
GRID, DARK, V2L = (0, None, 1, 0, "grid"), (1, None, 0, 0, "none"), (1, None, 0, 1, "v2l")
BEGIN = "Friday 20 November 2026"


class Run:
    """Records the lines of a run and has them told."""

    def __init__(self, zone_text="UTC0", start_s=START_S):
        self.told = []
        self.timeline = Timeline(zone.parse(zone_text)[0], self.told.append)
        self.trace = Trace(start_s, lambda line: self.timeline.feed(json.loads(line)))
        self.status = copy.deepcopy(STATUS)

    def plant(self, now_ms, pilot, guard, km1, km2, supply):
        self.trace.plant(now_ms, pilot, guard, km1, km2, supply)
        return self

    def says(self, now_ms, clock=None, inputs=None, **changed):
        self.status = {**self.status, **changed, "clock": {**self.status["clock"], **(clock or {})},
                       "inputs": {**self.status["inputs"], **(inputs or {})}}
        self.trace.status(now_ms, json.dumps(self.status))
        return self

    def notes(self, now_ms, kind, code, data=None):
        self.trace.event(now_ms, json.dumps({"n": 1, "kind": kind, "code": code, "data": data}))
        return self

    def ends(self, transfers=0, standing=(), state="grid", supply="grid", v2l_ms=0):
        self.trace.summary(transfers, list(standing), state, supply, v2l_ms)
        return self

    def since(self, first):
        """What was told from the entry that begins so, the closing summary left out."""
        lines = self.told[:self.told.index("In the end") - 1] if "In the end" in self.told else self.told
        return lines[next(n for n, line in enumerate(lines) if line.startswith(first)):]


def on_grid(**more):
    return Run(**more).plant(0, *GRID).says(1000)


def to_v2l(run, at_ms):
    run.plant(at_ms, 1, None, 1, 0, "grid").plant(at_ms + 26, *DARK)
    return run.plant(at_ms + 63, *V2L)


def test_a_quiet_day_is_a_few_calm_lines():
    run = to_v2l(on_grid(), 1_805_000).says(1_805_100, state="v2l", why=None)
    run.notes(1_805_100, "transfer", "v2l", "all entry permits held")
    run.plant(2_700_000, 0, None, 0, 1, "v2l").plant(2_700_025, 0, None, 0, 0, "none").plant(2_700_061, *GRID)
    run.says(2_700_100, state="grid", why="schedule").ends(2, v2l_ms=894_962)
    assert run.told == [
        "",
        BEGIN,
        "05:00:00  really     KM1 is closed, KM2 is open, and the load is fed from grid",
        "05:00:01  clock      trusted, from the battery clock, wrong by 1 s at most",
        "05:00:01  grid       commanded until: it is within a V2L window whose time is not used up",
        "05:30:05  to V2L     KM1 open after 26 ms, KM2 closed after 63 ms; load without supply for 37 ms",
        "05:45:00  to grid    KM2 open after 25 ms, KM1 closed after 61 ms; load without supply for 36 ms",
        "05:45:00  grid       commanded until: it is within a V2L window whose time is not used up",
        "",
        "In the end",
        "  load fed from V2L for  14 min 55 s",
        "  transfers commanded    2",
        "  faults standing        none",
        "  the board is           commanding grid",
        "  the load is fed from   grid",
    ]


def test_two_relays_make_one_transfer_of_both_switchings():
    run = Run().plant(0, 0, 0, 1, 0, "grid")
    run.plant(60_000, 1, 0, 1, 0, "grid").plant(60_028, 1, 0, 0, 0, "none")
    run.plant(60_230, 1, 1, 0, 0, "none").plant(60_268, 1, 1, 0, 1, "v2l")
    run.plant(90_000, 1, 0, 0, 1, "v2l").plant(90_025, 1, 0, 0, 0, "none")
    run.plant(90_225, 0, 0, 0, 0, "none").plant(90_260, 0, 0, 1, 0, "grid")
    assert run.since("05:01") == [
        "05:01:00  to V2L     KM1 open after 28 ms, KM2 closed after 268 ms; load without supply for 240 ms",
        "05:01:30  to grid    KM2 open after 25 ms, KM1 closed after 260 ms; load without supply for 235 ms",
    ]


def test_an_entry_that_fails_is_told_before_the_return_and_the_fault():
    run = on_grid().plant(60_000, 1, None, 1, 0, "grid").plant(60_028, *DARK)
    run.notes(60_530, "fault", "km2-not-closed", "latched").says(60_530, state="fault", faults=["km2-not-closed"])
    run.plant(60_531, 0, None, 0, 0, "none").plant(60_567, *GRID)
    assert [line for line in run.since("05:01") if not line.startswith(" ")] == [
        "05:01:00  to V2L     KM1 open after 28 ms, KM2 did not close",
        "05:01:00  no supply  the load has no supply: KM1 and KM2 are open",
        "05:01:00  fault      km2-not-closed: Told to go to V2L, and KM2 feedback still said open at its",
        "05:01:00  remedy     Isolate both supplies, and have the control supply and fuse, KM2's coil, the",
        "05:01:00  latched    km2-not-closed stands until a person acknowledges it at the board",
        "05:01:00  grid       commanded until a person acknowledges the fault at the board",
        "05:01:00  to grid    KM2 was open already, KM1 closed after 36 ms",
        "05:01:00  supply     the load is fed from grid, after 539 ms without",
    ]


def test_a_return_that_never_ends_is_told_with_what_came_of_it():
    run = to_v2l(on_grid(), 60_000).says(61_000, state="v2l", why=None)
    run.plant(90_000, 0, None, 0, 1, "v2l").says(90_300, state="to_grid").notes(90_300, "fault", "km2-stuck", "latched")
    assert run.told[-1].startswith("05:01:00"), "until more is known"
    run.says(101_000, state="fault", faults=["km2-stuck"]).ends(2, ["km2-stuck"], "fault", "v2l", 1_794_950)
    assert run.since("05:01:30")[0] == "05:01:30  to grid    KM2 did not open, KM1 did not close"
    assert "  faults standing        km2-stuck" in run.told
    assert run.told[-2:] == [
        "  the board is           in a latched fault, and commands grid", "  the load is fed from   V2L"]
    assert sum("stands until a person" in line for line in run.told) == 1


def test_a_failed_grid_is_told_once_and_so_is_its_return():
    run = on_grid().plant(60_000, 0, None, 1, 0, "none").plant(60_020, 0, None, 0, 0, "none")
    run.plant(186_000, 0, None, 1, 0, "grid")
    assert run.since("05:01") == [
        "05:01:00  no supply  the load has no supply: KM1 is closed, and the grid is dead",
        "05:01:00  really     KM1 opened, and no relay had switched",
        "05:03:06  really     KM1 closed, and no relay had switched",
        "05:03:06  supply     the load is fed from grid, after 2 min 06 s without",
    ]


def test_a_collapse_of_v2l_names_it():
    run = to_v2l(on_grid(), 60_000).plant(90_000, 1, None, 0, 1, "none")
    assert run.since("05:01:30") == [
        "05:01:30  no supply  the load has no supply: KM2 is closed, and the V2L supply is dead"]


def test_what_must_never_be_is_told_loudly():
    run = on_grid().plant(60_000, 1, None, 1, 0, "grid").plant(60_040, 1, None, 1, 1, "both").ends(1, supply="both")
    assert run.since("05:01") == [
        "05:01:00  to V2L     KM1 did not open, KM2 closed after 40 ms",
        "05:01:00  BOTH       both supplies are connected: KM1 and KM2 are closed together"]
    assert run.told[-1] == "  the load is fed from   BOTH at once"


def test_feedback_that_contradicts_its_contactor_is_told_beside_the_truth():
    run = on_grid().says(60_000, inputs={"km2": "closed"}).says(61_000, inputs={"km2": "unknown"})
    run.says(62_000, inputs={"km2": "closed"}).says(90_000, inputs={"km2": "open"}).says(91_000, why="car")
    assert run.since("05:01") == [
        "05:01:00  feedback   KM2 feedback says closed, and really KM2 is open",
        "05:01:30  feedback   KM2 feedback says open, and so it is",
        "05:01:31  grid       commanded until: the V2L supply is live: for 10 s to enter, not dead for 200 ms",
        INDENT + "to stay",
    ]


def test_feedback_that_only_lags_is_not():
    run = to_v2l(on_grid(), 60_000).says(60_100, state="v2l", why=None)
    run.says(61_000, inputs={"km1": "open", "km2": "closed"}).says(70_000)
    assert len(run.since("05:01")) == 1


def test_a_fault_is_explained_once_and_told_each_time():
    run = on_grid().says(60_000, faults=["km2-dropped"]).says(61_000, faults=[]).says(62_000, faults=["km2-dropped"])
    lines = run.since("05:01")
    assert [line[10:19].strip() for line in lines if not line.startswith(" ")] == ["fault", "remedy", "over", "fault"]
    assert lines[-2:] == ["05:01:01  over       km2-dropped no longer stands",
                          "05:01:02  fault      km2-dropped, again"]


@pytest.mark.parametrize("code", faults.CODES + ("another-builds",))
def test_every_fault_is_told_in_its_sentences_within_the_width(code):
    run = on_grid().says(60_000, faults=[code])
    lines = run.since("05:01")
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[0].split()[1] == sentences.severity(code)
    words = " ".join(line[len(INDENT):] for line in lines)
    unknown = ("another build latched this, and this one does not know it.",)
    assert words == f"{code}: " + " ".join(FAULTS.get(code, unknown))


@pytest.mark.parametrize("name", [row[0] for row in permits.ROWS])
def test_every_reason_is_told_in_its_sentence_and_only_when_it_changes(name):
    run = Run().says(0, why=None).says(60_000, why=name).says(61_000, why=name).says(62_000, state="v2l", why=None)
    lines = run.since("05:01")
    assert " ".join(line[len(INDENT):] for line in lines) == "commanded until: " + PERMITS[name]


def test_what_a_person_does_and_what_the_board_goes_through_is_told():
    run = on_grid()
    run.trace.reset(60_000, "watchdog")
    run.notes(60_900, "boot", "watchdog").notes(60_900, "boot", "journal-torn")
    run.notes(61_000, "hold", "window").notes(62_000, "hold", "none").notes(63_000, "ack", "accepted")
    run.notes(64_000, "ack", "refused", "the feedback does not show rest").notes(65_000, "clock", "contradicted")
    run.notes(66_000, "fault", "km2-dropped", "counted").notes(66_000, "fault", "fault", "fault")
    run.says(67_000, state="service", why="service")
    assert run.since("05:01") == [
        "05:01:00  reset      the watchdog restarted the board",
        "05:01:00  boot       the board starts; the reason it sees: the watchdog",
        "05:01:00  boot       journal-torn",
        "05:01:01  hold       somebody at the board asks for grid until the V2L window ends",
        "05:01:02  hold       lifted at the board",
        "05:01:03  ack        somebody at the board has acknowledged what was latched",
        "05:01:04  ack        refused: the feedback does not show rest",
        "05:01:05  clock      contradicted",
        "05:01:07  grid       commanded while the board is in service",
    ]


def test_inputs_and_the_clock_are_told_when_they_change():
    run = on_grid().says(60_000, inputs={"car": "off"}).says(61_000, inputs={"car": "unknown"})
    run.says(62_000, clock={"trust": "unset", "source": None, "error_s": None})
    run.says(63_000, clock={"trust": "holdover", "source": "stamp", "error_s": 92})
    assert run.since("05:01") == [
        "05:01:00  input      the V2L detector says off",
        "05:01:02  clock      the board no longer knows the time",
        "05:01:03  clock      unconfirmed for a while, from what the board noted before it restarted, wrong",
        INDENT + "by 92 s at most",
    ]


def test_the_date_stands_above_each_local_day_and_the_clock_follows_the_zone():
    run = Run("CET-1CEST,M3.5.0,M10.5.0/3", dates.seconds(2026, 10, 24, 21, 59, 59))
    run.notes(0, "boot", "a").notes(1000, "boot", "b").notes(3 * 3_600_000 - 1, "boot", "c")
    run.notes(3 * 3_600_000 + 1000, "boot", "d")
    assert run.told == ["", "Saturday 24 October 2026", "23:59:59  boot       a",
                        "", "Sunday 25 October 2026", "00:00:00  boot       b",
                        "02:59:58  boot       c", "02:00:00  boot       d"]


def test_the_end_is_told_of_a_board_that_is_not_running_too():
    run = Run().ends(state=None, supply="none")
    assert run.told[-2:] == ["  the board is           not running", "  the load is fed from   nothing"]


def test_the_heading_says_whose_word_is_whose():
    run = Run()
    run.timeline.begin("a name", "UTC0")
    assert run.told[0] == "a name" and " ".join(run.told[1:]) == HEADING % "UTC0"
    assert all(len(line) <= WIDTH for line in run.told)
