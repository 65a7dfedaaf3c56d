"""The world's time at a pace: as fast as was asked for, never another story, and every order heard at once."""

import json
import random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from host_tests import recording
from host_tests.paced import Paced
from tools.live.pace import FULL, JUMP_MS, ORDERS, SLICE_S, SPEEDS, Pace
from tools.proofs import skipping
from tools.sim import run, scenario
from tools.sim.network import is_configured

LENGTH_MS = 110_000
ALONE = [name for name in recording.NAMES if not is_configured(recording.read(name).config)]
QUIET = '{"name": "quiet", "start": "2026-11-20T05:00:00Z", "for": "1:00:00"}'
WINDOW = ('{"name": "window", "start": "2026-11-20T05:00:00Z", "for": "1:00:00", '
          '"config": {"v2l": [{"days": "daily", "from": "05:10", "to": "05:40"}]}}')


def made(text, **more):
    found, problems = scenario.read(text, **more)
    assert not problems
    return found


def pause(played):
    played.pace.pause()


def step(played):
    played.pace.step()


def go(played):
    played.pace.go()


def jump(played):
    played.pace.jump()


def end(played):
    played.pace.end()


def at_speed(speed):
    return lambda played: played.pace.set_speed(speed)


def event(do, **keys):
    text = {"name": "one", "for": "1:00:00", "events": [{"at": "0:00:00", "do": do, **keys}]}
    return made(json.dumps(text)).events[0]


def unpaced(found):
    lines = []
    run.play(found, lines.append)
    return lines


@pytest.mark.parametrize("name", ALONE[::5])
def test_no_scenario_tells_another_story_at_a_pace(name):
    speed = random.Random(name).choice((360, 1440, FULL))
    assert "\n".join(Paced(recording.read(name), speed).play().lines) + "\n" == recording.record_of(name)


@settings(max_examples=5, phases=(Phase.explicit, Phase.generate))
@given(st.randoms(use_true_random=False), st.sampled_from(SPEEDS))
def test_whatever_happens_a_pace_changes_no_line(chance, speed):
    text, found = skipping.drawn(chance, LENGTH_MS)
    note(json.dumps(text))
    assert Paced(found, speed).play().lines == unpaced(found)


def hands(found, chance, speed):
    """All that a hand may do in a run, at moments of its choice: the events of a scenario, and the pace."""
    length_s = LENGTH_MS / 1000 / (speed or 1000)
    rows = [lambda played, event=event: played.pace.interfere(event) for event in found.events]
    rows += [chance.choice((pause, step, go, jump)) for _ in range(4)]
    script = [(chance.uniform(0, length_s), row) for row in rows]
    return [*script, *[(length_s * share / 4, go) for share in range(1, 40)]]


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(st.randoms(use_true_random=False), st.sampled_from((60, 360, 1440, FULL)))
def test_what_a_hand_did_can_be_written_down_as_a_scenario_and_tells_the_same_story(chance, speed):
    text, found = skipping.drawn(chance, LENGTH_MS)
    played = Paced(made(json.dumps({**text, "events": []})), speed, *hands(found, chance, speed)).play()
    rows = {id(event): row for event, row in zip(found.events, sorted(text["events"], key=lambda row: row["at"]))}
    done = [{**rows[id(event)], "at": skipping.at(event.at_ms)} for event in played.world.events]
    note(json.dumps({**text, "events": done}))
    assert unpaced(made(json.dumps({**text, "events": done}))) == played.lines


@pytest.mark.parametrize("speed", SPEEDS[:-1])
def test_time_goes_as_fast_as_was_asked_for(speed):
    played = Paced(made(QUIET, for_text="30s" if speed < 60 else "1h"), speed).play()
    length_s = played.world.ms / 1000
    assert played.clock.time_s == pytest.approx(length_s / speed, rel=0.01)
    half_s = played.clock.time_s / 2
    assert played.ms_at(half_s) == pytest.approx(half_s * speed * 1000, abs=SLICE_S * speed * 1000 + 1000)


@pytest.mark.parametrize("speed", SPEEDS[:-1])
def test_nobody_waits_for_longer_than_a_slice(speed):
    played = Paced(made(QUIET, for_text="30s" if speed < 60 else "1h"), speed, (0.1, pause),
                   (0.7, go)).play()
    asked = [at_s for at_s, _ms in played.seen]
    assert max(after - before for before, after in zip(asked, asked[1:])) <= SLICE_S + 1e-6


def test_at_full_speed_nothing_is_waited_for():
    assert Paced(made(WINDOW), FULL).play().clock.time_s == 0


def test_while_paused_the_world_stands_still():
    played = Paced(made(QUIET), 60, (2, pause), (9, go)).play()
    assert played.ms_at(3) == played.ms_at(8.9) == pytest.approx(120_000, abs=4000)
    assert played.clock.time_s == pytest.approx(60 + 7, abs=0.1)


def test_a_step_is_one_second_of_the_world():
    played = Paced(made(QUIET, for_text="60s"), 10, (1, pause), (2, step), (3, step), (4, go)).play()
    stood = played.ms_at(1.9)
    assert [played.ms_at(2.9), played.ms_at(3.9)] == [stood + 1000, stood + 2000]


def test_a_jump_goes_to_the_next_transfer_and_stands_still_there():
    states, relays = [], []

    def look(world):
        if not relays or relays[-1] != world.shown[:2]:
            relays.append(world.shown[:2])
            played.pace.has_happened()

    def note_state(played):
        states.append((played.pace.state(), played.world.ms))

    played = Paced(made(WINDOW), 1, (0.2, jump), (5, note_state), (6, note_state), (7, at_speed(FULL)), (8, go))
    played.pace.look = look
    played.play()
    (state, ms), again = states
    assert (state, ms) == again and state == "paused"
    assert 605_000 < ms < 606_000  # ten minutes, and what an entry takes
    assert played.lines == unpaced(made(WINDOW))


def test_a_jump_that_finds_nothing_ends():
    played = Paced(made(QUIET, for_text="30d"), 1, (0.1, jump), (5, end))
    played.play()
    assert played.pace.state() == "paused"
    assert played.world.ms == pytest.approx(JUMP_MS, abs=601_000)


def test_a_change_of_speed_neither_loses_nor_invents_time():
    played = Paced(made(QUIET), 1440, (0.5, at_speed(1)), (10.5, at_speed(360)))
    played.play()
    assert played.ms_at(0.5) == pytest.approx(720_000, abs=73_000)
    assert played.ms_at(10.5) - played.ms_at(0.6) == pytest.approx(9_900, abs=200)


def test_time_that_the_simulator_could_not_keep_up_with_is_given_up_and_said():
    told = []

    def lose(played):
        played.clock.time_s += 20

    def note_state(played):
        told.append(played.pace.is_behind())

    played = Paced(made(QUIET, for_text="60s"), 1, (2, lose), (23, note_state), (30, note_state)).play()
    assert told == [True, False]
    assert played.clock.time_s == pytest.approx(60 + 20, abs=0.2)


@pytest.mark.parametrize("speed", SPEEDS[:-1])
def test_an_order_that_comes_while_idle_time_is_skipped_is_seen_by_the_board_as_any_other(speed):
    press = event("press", ms=200)
    found = made(QUIET, for_text="60s" if speed < 60 else "1h")
    played = Paced(found, speed, (30.1 / speed, lambda played: played.pace.interfere(press))).play()
    assert any('"code":"window"' in line for line in played.lines)
    text = {**json.loads(QUIET), "events": [{"at": skipping.at(press.at_ms), "do": "press", "ms": 200}]}
    assert played.lines == unpaced(made(json.dumps(text), for_text="60s" if speed < 60 else "1h"))


def test_what_is_asked_for_while_time_stands_still_happens_at_once():
    weld, welded = event("weld", what="km1"), []
    Paced(made(QUIET, for_text="60s"), 1, (1, pause), (2, lambda played: played.pace.interfere(weld)),
          (3, lambda played: welded.append(played.world.plant.km1.welded)), (4, end)).play()
    assert welded == [1]


def test_only_so_many_orders_may_wait():
    pace = Pace(1)
    assert [pace.interfere(None) for _ in range(ORDERS + 1)] == [True] * ORDERS + [False]


def test_an_end_that_is_asked_for_comes_before_any_more_time():
    played = Paced(made(QUIET), 60, (1, end)).play()
    assert played.world.ms <= 60_000 + 3000
