"""Idle time that is skipped changes no line, and the same scenario gives the same lines again."""

import json

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from tools.proofs import branches, skipping

pytestmark = pytest.mark.campaign
LENGTH_MS = 110_000


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@given(st.randoms(use_true_random=False))
def test_whatever_happens_around_a_window_skipping_changes_no_line(chance):
    text, found = skipping.drawn(chance, LENGTH_MS)
    note(json.dumps(text))
    assert skipping.difference(found) is None


@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))
@given(st.randoms(use_true_random=False))
def test_the_same_scenario_gives_the_same_lines_again(chance):
    text, found = skipping.drawn(chance, LENGTH_MS)
    first = skipping.lines(found, True)
    assert skipping.lines(branches.scenario.read(json.dumps(text))[0], True) == first
    assert first[-1].startswith('{"kind": "summary"')


def quiet_minutes(*events, length="00:01:30", **config):
    return branches.house(events=events, length=length, **config)


def test_a_flash_that_fails_is_told_in_the_same_second_either_way():
    for at in ("00:00:02", "00:00:17"):  # nothing but the journal waits; and in the middle of an entry
        found = quiet_minutes((at, "flash", {"to": "full"}), length="00:00:45", start="2026-11-20T05:29:40Z")
        assert skipping.difference(found) is None
    idle = quiet_minutes(("00:00:02", "flash", {"to": "full"}), length="00:00:45", start="2026-11-20T05:00:00Z")
    assert skipping.difference(idle) is None


def test_a_hold_that_ends_with_its_window_is_told_in_the_same_second_either_way():
    window = [{"days": "daily", "from": "05:30", "to": "05:31"}]
    assert skipping.difference(quiet_minutes(("00:00:30", "press", {"ms": 200}), v2l=window)) is None


def test_a_dead_car_that_comes_back_is_told_in_the_same_second_either_way():
    events = ("00:00:40.003", "car", {"to": "off"}), ("00:00:50.017", "car", {"to": "on"})
    assert skipping.difference(quiet_minutes(*events, length="00:01:55")) is None


def test_a_restless_console_is_the_same_either_way():
    def said(skips):
        run = branches.Run(quiet_minutes(), skip=skips)
        for at_ms in (30_007, 40_013):
            run.world.after(at_ms, lambda: setattr(run.world.session.line, "waiting", "status\nlog 5\n"))
        run.play()
        return run.lines, "".join(run.world.session.line.said)

    assert said(True) == said(False) and '{"done": ' in said(True)[1]
