"""Every state is looked at, and a core that has been broken on purpose is found out, by the shortest way."""

import pytest

from firmware.core import changeover, gate, permits, record, supervision
from tools.proofs import states, states_weather
from tools.proofs.states_plant import KM1, KM2, Plants
from tools.proofs.states_rules import SENTENCES, CLOSED_EARLY, ENTERED, FORGOTTEN, STAYED

pytestmark = pytest.mark.campaign
WISHES = ("fine", "remote")
ONE = ("small", False, (), 0, (), {"weather": WISHES})
TWO = ("small", True, ("km1", "km2"), 0, states.WELDED_OPEN, {"weather": WISHES})
WINDOW = ("small", False, (), 0, (), {"weather": (*WISHES, *states_weather.WINDOW)})


def with_gate(row, which, weather=WISHES):
    return (*row[:5], {"gate": which, "weather": weather})


WINDOW_GATE = with_gate(ONE, "alone", (*WISHES, *states_weather.WINDOW_FOR_THE_GATE))
WINDOW_CORE = with_gate(ONE, "open", (*WISHES, *states_weather.WINDOW_FOR_THE_CORE))


def rows_without(phase, guard):
    return tuple(row for row in changeover.ROWS if (row[0], row[1].__name__) != (phase, guard))


def told(result):
    return "\n".join(result["failures"])


@pytest.mark.parametrize("row", [TWO, with_gate(ONE, "open"), with_gate(ONE, "alone"), WINDOW, WINDOW_GATE,
                                 WINDOW_CORE])
def test_the_shipped_core_breaks_no_rule_and_nothing_new_is_left(row):
    result = states.explored(row)
    assert result["closed"] and result["failures"] == []
    assert result["transitions"] > result["states"] > 400
    if "gate" not in row[5]:
        assert 0 < result["samples_to_grid"] < 40 and 0 < result["samples_to_v2l"] < 60
        assert result["from_states_to_grid"] >= result["from_states_to_v2l"] > 0


def test_a_row_that_is_missing_is_found_behind_an_open_gate(monkeypatch):
    monkeypatch.setattr(changeover, "ROWS", rows_without(changeover.V2L, "_must_leave"))
    failures = told(states.explored(with_gate(ONE, "open")))
    assert SENTENCES[STAYED] in failures
    assert "v2l (5), on: pilot" in failures and "- then  remote" in failures


def test_a_row_that_is_missing_keeps_the_board_from_grid_behind_the_shipped_gate(monkeypatch):
    monkeypatch.setattr(changeover, "ROWS", rows_without(changeover.V2L, "_must_leave"))
    failures = told(states.explored(ONE))
    assert "grid may be kept away for ever" in failures
    assert SENTENCES[STAYED] not in failures


def test_rows_in_the_wrong_order_are_found(monkeypatch):
    rows = list(changeover.ROWS)
    places = [i for i, row in enumerate(rows) if row[0] == changeover.BREAK_GRID and row[1].__name__ != "_latched"]
    rows[places[0]], rows[places[1]] = rows[places[1]], rows[places[0]]
    monkeypatch.setattr(changeover, "ROWS", tuple(rows))
    assert SENTENCES[STAYED] in told(states.explored(with_gate(TWO, "open")))


def _grants(self, request):
    return True


@pytest.mark.parametrize("row, method, sentence", [(TWO, "_guard_may", CLOSED_EARLY), (ONE, "_pilot_may", ENTERED)])
def test_a_gate_that_grants_what_it_may_not_is_found_whatever_is_asked_of_it(monkeypatch, row, method, sentence):
    monkeypatch.setattr(gate.Gate, method, _grants)
    found = states.explored(with_gate(row, "alone", ("fine", "governor")), most=500_000)
    assert SENTENCES[sentence] in told(found)


def _everything(self):
    return permits.STAY_ALL if self.left_ms and self.wish else 0


def _as_told(self, waived, cable_ms, dt_ms):
    return waived


@pytest.mark.parametrize("weather", ["supervised-held", "silent", "endless"])
def test_a_core_that_waives_everything_and_for_ever_does_not_get_past_the_gate(monkeypatch, weather):
    row = with_gate(ONE, "alone", ("fine", weather))
    monkeypatch.setattr(supervision.Supervision, "waives", _everything)
    monkeypatch.setattr(supervision, "SILENT_MS", 1 << 29)
    assert states.explored(row)["failures"] == []
    monkeypatch.setattr(gate.Gate, "_waived", _as_told)
    failures = told(states.explored(row))
    assert SENTENCES[ENTERED] in failures or SENTENCES[STAYED] in failures


def _never(self):
    return False


@pytest.mark.parametrize("weather", ["unwished", "over"])
def test_a_window_that_lets_the_schedule_in_or_outlives_itself_is_found(monkeypatch, weather):
    monkeypatch.setattr(supervision.Supervision, "keeps_away", _never)
    failures = told(states.explored((*ONE[:5], {"weather": ("fine", weather)})))
    assert SENTENCES[ENTERED] in failures or SENTENCES[STAYED] in failures


def _always(c):
    return True


def test_a_permit_that_always_holds_is_found(monkeypatch):
    rows = tuple((name, _always, _always) if name == "hold" else (name, enter, stay)
                 for name, enter, stay in permits.ROWS)
    monkeypatch.setattr(permits, "ROWS", rows)
    failures = told(states.explored(ONE)).splitlines()
    assert failures[0] == "small: " + SENTENCES[STAYED]
    assert any(line.endswith("then  remote") for line in failures)


def test_a_latch_that_a_restart_clears_is_found(monkeypatch):
    monkeypatch.setattr(record, "_latch_again", lambda f, code: None)
    failures = told(states.explored((*ONE[:5], {"weather": ("fine", "storm")})))
    assert SENTENCES[FORGOTTEN] in failures and "then - restart" in failures
    assert len(states.unkept()) == 17


def test_a_welded_km2_closes_both_where_the_interlock_has_failed_and_is_told():
    result = states.explored((*TWO[:3], 1, states.WELDED_OPEN, {"weather": WISHES, "breaks": (("weld", "km2"),)}))
    assert [line.split(":")[0] for line in result["both_closed_with"]] == ["interlock and weld km2"]
    assert result["failures"] == []


def test_the_interlock_keeps_both_contactors_apart_whatever_is_commanded():
    for broken in ((), (("interlock", ""),)):
        plants = Plants(True, (), at_first=broken, race=True)
        for number in range(3000):
            if number == len(plants.states):
                break
            for commands in ((0, 0), (1, 0), (0, 1), (1, 1)):
                plants.moves(number, *commands)
        both = any(contacts[KM1] and contacts[KM2] for contacts, *_rest in plants.states)
        assert (both or any(plants.overlaps.values())) == bool(broken)
        assert number == len(plants.states)
