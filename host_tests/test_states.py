"""Every state is looked at, and a core that has been broken on purpose is found out, by the shortest way."""

import pytest

from firmware.core import changeover, controller, gate, permits, record, supervision
from tools.proofs import states, states_weather
from tools.proofs.states_model import scaled
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


def with_permit(wanted, test):
    return tuple((name, test, test) if name == wanted else (name, enter, stay) for name, enter, stay in permits.ROWS)


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


@pytest.mark.parametrize("two_relays", [False, True], ids=["one relay", "two relays"])
def test_every_weather_is_looked_at_and_takes_away_what_it_says(two_relays):
    row = ("small", two_relays, ("enable", "charging"), 0, (), {"weather": states.EVERY_PERMIT})
    result = states.explored(row)
    assert result["closed"] and result["failures"] == []
    assert result["weather"] == list(states_weather.WEATHER)


@pytest.mark.parametrize("name, weather", [
    ("soc", "soc"), ("enable", "enable"), ("charging", "charge-point"), ("charging", "charging"),
    ("budget", "budget"), ("soc", "soc-near"), ("enable", "enabling")])
def test_a_permit_that_holds_whatever_its_weather_is_found(monkeypatch, name, weather):
    row = (*ONE[:2], ("enable", "charging"), *ONE[3:5], {"weather": (*WISHES, weather)})
    assert states.explored(row)["failures"] == []
    monkeypatch.setattr(permits, "ROWS", with_permit(name, _always))
    assert SENTENCES[STAYED if states_weather.WEATHER[weather][2] else ENTERED] in told(states.explored(row))


def _car_live(c):
    return c.car.raw == 1


def test_a_car_that_need_not_be_live_for_its_time_is_found(monkeypatch):
    row = (*ONE[:2], ("car",), *ONE[3:])
    assert states.explored(row)["failures"] == []
    rows = tuple((name, _car_live if name == "car" else enter, stay) for name, enter, stay in permits.ROWS)
    monkeypatch.setattr(permits, "ROWS", rows)
    assert SENTENCES[ENTERED] in told(states.explored(row))


def _entry_may(c):
    return permits.may_enter(c.request)


def _weigh(self, dt_ms):
    permits.weigh(self, self.request)
    self.confirm_ms = max(0, self.confirm_ms - dt_ms)


def _mark_not_failed(c):
    return c.mark != changeover.MARK_FAILED and c.button.contact.raw != 1


def _mark_tried(c):
    return c.mark != changeover.NO_MARK and c.button.contact.raw != 1


def _mark_alone(c):
    return c.mark == changeover.MARK_WRITTEN


def rows_with(phase, guard, other):
    """Such a row is the first of its phase, behind what is latched."""
    rows = [row for row in changeover.ROWS if (row[0], row[1].__name__) != (phase, guard)]
    old = next(row for row in changeover.ROWS if (row[0], row[1].__name__) == (phase, guard))
    latched = next(place for place, row in enumerate(rows) if row[:2] == (phase, changeover._latched))
    return (*rows[:latched + 1], (phase, other, *old[2:]), *rows[latched + 1:])


def _marked(self, written):
    self.mark = changeover.MARK_WRITTEN if written else changeover.MARK_FAILED


@pytest.mark.parametrize("phase, guard, other, weather", [
    (changeover.GRID, "_entry_confirmed", _entry_may, "remote"),
    (changeover.MARK, "_mark_written", _mark_not_failed, "unmarked"),
    (changeover.MARK, "_mark_written", _mark_tried, "mark-failed"),
    (changeover.MARK, "_mark_written", _mark_alone, "raw"),
], ids=["not confirmed", "not yet written", "not written", "a button that looks pressed"])
def test_an_entry_that_waits_for_too_little_is_found(monkeypatch, phase, guard, other, weather):
    row = (*ONE[:5], {"weather": ("fine", weather)})
    monkeypatch.setattr(changeover, "ROWS", rows_with(phase, guard, other))
    monkeypatch.setattr(controller.Controller, "marked", _marked)  # else the gate still knows of one that failed
    assert SENTENCES[ENTERED] in told(states.explored(row))


def test_an_entry_that_is_not_confirmed_anew_after_a_permit_was_lost_is_found(monkeypatch):
    monkeypatch.setattr(controller.Controller, "_weigh", _weigh)
    assert SENTENCES[ENTERED] in told(states.explored(ONE))


def test_a_permit_that_always_holds_is_found(monkeypatch):
    monkeypatch.setattr(permits, "ROWS", with_permit("hold", _always))
    failures = told(states.explored(ONE)).splitlines()
    assert failures[0] == "small: " + SENTENCES[STAYED]
    assert any(line.endswith("then  remote") for line in failures)


def test_a_latch_that_a_restart_clears_is_found(monkeypatch):
    monkeypatch.setattr(record, "_latch_again", lambda f, code: None)
    failures = told(states.explored((*ONE[:5], {"weather": ("fine", "storm")})))
    assert SENTENCES[FORGOTTEN] in failures and "then - restart" in failures
    assert len(states.unkept()) == 17


@pytest.mark.parametrize("quick, least, ok", [(False, 10**9, False), (True, 10**9, True), (False, 1, True)])
def test_too_few_transitions_a_second_fail_a_full_run(monkeypatch, quick, least, ok):
    monkeypatch.setattr(states, "FULL", (ONE,))
    monkeypatch.setattr(states, "QUICK", (ONE,))
    monkeypatch.setattr(states, "LEAST_PER_S", least)
    result = states.run(Silent(), quick, 1)
    assert result["ok"] is ok
    assert [line.partition(" on one core")[2] for line in result["failures"]] == (
        [] if ok else ["; at least 1,000,000,000 are wanted"])


class Silent:
    def update(self, *_told):
        pass


def test_a_latch_may_be_lost_before_it_is_written_and_not_afterwards():
    with scaled():
        search = states.search_of((*ONE[:5], {"weather": ("fine", "storm")}))
        search.explore()
        first, kept = search.model.first_key(), search.model.first_key(1)
        latched = next(key for key in search.keys if key[search.latched_at] and key != kept)
        assert {search.keys[number] for number in search.rebooted(latched)} == {first, kept}
        assert {search.keys[number] for number in search.rebooted(first)} == {first}


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
