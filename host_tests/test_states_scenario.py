"""A shortest way becomes a scenario: the whole firmware, broken the same way, shows in it what the search has found."""

import hashlib
import json
import pathlib
import tempfile

import pytest

from firmware.core import changeover, gate, permits, record
from tools import staging
from tools.proofs import states, states_path, states_scenario
from tools.proofs.states_model import scaled
from tools.proofs.states_rules import FORGOTTEN, STALE, STAYED
from tools.proofs.states_search import OVERLAP, SHIFT

pytestmark = pytest.mark.campaign
CONTACTS = ("km1", "km2")
WISHES = ("fine", "remote")
ONE = ("one", False, CONTACTS, 0, (), {"weather": WISHES})
HOLD = '("hold", _no_hold, _no_hold)'
LEAVE = '    (V2L, _must_leave, BREAK_V2L, "stay permit lost"),\n'
GATE = '        """Grant what may be granted, in `pilot` and `guard`."""\n'
GRANTS = "        self.pilot, self.guard = request.pilot, request.guard\n        return\n"
LATCH = "        _latch_again(c.faults, code)\n"


def firmware_with(*edits, config):
    """The board's files with some of the source replaced, and a manifest to match."""
    files = dict(staging.stage(config))
    manifest = json.loads(files[staging.MANIFEST])
    for name, old, new in edits:
        path = f"firmware/core/{name}.py"
        assert files[path].count(old.encode()) == 1
        files[path] = files[path].replace(old.encode(), new.encode())
        manifest["files"][path] = hashlib.sha256(files[path]).hexdigest()
    return {**files, staging.MANIFEST: json.dumps(manifest).encode()}


def broken(*edits):
    return lambda config: firmware_with(*edits, config=config)


def way_to(row, end):
    """The Way to what the search notes as `end`, with what breaks in it and the row named."""
    with scaled():
        search = states.search_of(row)
        search.explore(most=60_000)
        noted = next(key for key in search.wrong if (key[0] if isinstance(key, tuple) else key) == end)
        return states_scenario.Way(search, search.wrong[noted][0], row[0], end,
                                   states_scenario.last_step(search, search.wrong[noted]))


def way_of(row, is_it):
    """The Way to the first state that is so."""
    with scaled():
        search = states.search_of(row)
        search.explore(most=200_000)
        place = next(place for place, state in enumerate(search.order) if is_it(
            states_path.outcome(search, search.keys[state >> SHIFT]), states_path.plant_of(search, state)))
        return states_scenario.Way(search, place, row[0])


def grant(self, request, inputs, dt_ms):
    self.pilot = request.pilot
    self.guard = request.guard


def always(c):
    return True


def check(way, firmware):
    """The scenario shows it with this firmware, and does not with the sound one."""
    carried = states_scenario.Carried(way, firmware)
    assert carried.is_there(), carried.stopped
    assert carried.shown(firmware) == carried.shown_ms > 0
    assert carried.shown() is None
    return carried


def events(carried):
    return [(event["do"], event.get("what", event.get("to"))) for event in json.loads(carried.text)["events"]]


def test_a_permit_that_is_ignored_shows_in_the_file_that_is_named_with_the_command_that_plays_it(monkeypatch, tmp_path):
    rows = tuple((name, always, always) if name == "hold" else (name, enter, stay)
                 for name, enter, stay in permits.ROWS)
    monkeypatch.setattr(permits, "ROWS", rows)
    way, firmware = way_to(ONE, STAYED), broken(("permits", HOLD, '("hold", lambda c: True, lambda c: True)'))
    carried = check(way, firmware)
    assert [do for do, _what in events(carried)] == ["press"]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    line, = states_scenario.told(way, firmware)
    *words, place = line.split()
    assert words[-4:] == ["tools/gridrest", "sim", "--headless", "--scenario"]
    assert pathlib.Path(place).read_text(encoding="utf-8") == carried.text + "\n"


def test_a_gate_that_grants_all_shows_as_soon_as_a_row_of_the_changeover_is_missing(monkeypatch):
    monkeypatch.setattr(gate.Gate, "decide", grant)
    monkeypatch.setattr(changeover, "ROWS", tuple(
        row for row in changeover.ROWS if (row[0], row[1].__name__) != (changeover.V2L, "_must_leave")))
    check(way_to(ONE, STAYED), broken(("gate", GATE, GRANTS), ("changeover", LEAVE, "")))


def test_where_it_takes_an_old_sample_it_is_said_how_far_the_firmware_came_and_what_no_hand_can_do(monkeypatch):
    monkeypatch.setattr(gate.Gate, "decide", grant)
    way = way_to((*ONE[:5], {"weather": ("fine", "stale")}), STALE)
    line, = states_scenario.told(way)
    assert "no scenario: the firmware was led up to step 2; then it takes a sample that is old" in line


def test_a_fault_that_a_restart_forgets_shows_in_the_scenario(monkeypatch):
    monkeypatch.setattr(record, "_latch_again", lambda f, code: None)
    row = ("one", False, CONTACTS, 1, (), {"weather": ("fine",), "breaks": (("lies", "km2"),)})
    carried = check(way_to(row, FORGOTTEN), broken(("record", LATCH, "        pass\n")))
    assert events(carried) == [("feedback", "km2"), ("power", "off"), ("power", "on")]


def test_both_closed_with_the_interlock_failed_and_km2_welded_shows_and_without_the_one_it_does_not():
    row = ("two", True, CONTACTS, 1, states.WELDED_OPEN, {"weather": WISHES, "breaks": (("weld", "km2"),)})
    carried = states_scenario.Carried(way_to(row, OVERLAP))
    assert carried.is_there(), carried.stopped
    assert ("interlock", "failed") in events(carried) and ("weld", "km2") in events(carried)
    told = json.loads(carried.text)
    told["events"] = [event for event in told["events"] if event["do"] != "interlock"]
    carried.text = json.dumps(told)
    assert carried.shown() is None


@pytest.mark.parametrize("row, is_it, phases", [
    (("welded on leaving", True, CONTACTS, 1, (), {"weather": WISHES, "breaks": (("weld", "km2"),)}),
     lambda outcome, plant: outcome[3] and plant[3] and plant[0] == (0, 0, 0, 1), [0, 1, 2, 3, 4, 6, 7, 8]),
    (("the car goes", False, (*CONTACTS, "car"), 0, (), {"weather": ("fine",)}),
     lambda outcome, plant: outcome[0] == changeover.V2L and plant[0][3], [0, 1, 2, 3, 4, 5]),
    (("service", False, CONTACTS, 0, (), {"weather": ("fine", "service")}),
     lambda outcome, plant: outcome[0] == changeover.SERVICE, [0, 9]),
], ids=["km2 welds on leaving", "the car goes", "service"])
def test_a_way_where_nothing_is_wrong_is_followed_phase_by_phase(row, is_it, phases):
    way = way_of(row, is_it)
    carried = states_scenario.Carried(way)
    assert carried.is_there(), carried.stopped
    modelled = [step.goal[0] for step in way.steps]
    assert [phase for phase, before in zip(modelled, [None, *modelled]) if phase != before] == phases
    assert carried.phases[:len(phases)] == phases
    judged = carried.judged()
    assert judged.found == [] and judged.run.lines == carried.lines
