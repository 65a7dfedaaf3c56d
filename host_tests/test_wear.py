"""How much a day costs the flash. An erase is counted as in the simulated flash: the worst case, block by block."""

import json

from host_tests.test_cover_storage import LATE, Board
from tools.sim import run, scenario

BLOCKS = (2 << 20) // 4096
CYCLES = 100_000  # what makers promise of one block
STATE, JOURNAL, ENTRY = 4, 3, 11  # erases; an entry costs both, and the state on its return
HOURS = 1  # of a hostile day
PROMPT = 20  # writes that do not wait for the next minute, and one more every ten; no person asks for so many


def at_most(hours):
    return hours * 60 * (STATE + JOURNAL) + (PROMPT + hours * 6) * STATE + 12 * ENTRY


WORST = at_most(24)


def erased(events, hours=24, **config):
    plan = {"v2l": [{"days": "daily", "from": "00:00", "to": "24:00"}], **config}
    text = json.dumps({"name": "a day", "for": f"{hours}:00:00", "config": plan, "events": events})
    told, problems = scenario.read(text)
    assert not problems
    return run.play(told, lambda line: None).flash.erased


def every(seconds, *does):
    """The events in turn, for HOURS."""
    at = range(30, HOURS * 3600 - seconds, seconds)
    return [{"at": moment(s), **does[i % len(does)]} for i, s in enumerate(at)]


def moment(s):
    return f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}"


def loose(first_s, second_s, ms, each_s=12):
    """A loose wire: the button seems pressed for so long at these two moments of each twelve seconds."""
    return [{"at": moment(s + at_s), "do": "press", "ms": ms} for s in range(30, HOURS * 3600 - 30, each_s)
            for at_s in (first_s, second_s)]


def years(erases):
    return BLOCKS * CYCLES // erases // 365


def test_an_ordinary_day_costs_next_to_nothing(figure):
    spent = erased([], v2l=[{"days": "daily", "from": "05:30", "to": "23:20"}])
    figure(f"flash: {spent} erases on a day with two transfers, which 2 MB bear for {years(spent)} years")
    assert 0 < spent <= 40


def test_the_worst_day_is_bounded_whatever_flickers(figure):
    flapping = [{"do": "car", "to": "off"}, {"do": "car", "to": "on"}]
    dropping = [{"do": "coil-open", "what": "km1"}, {"do": "coil-mend", "what": "km1"}]
    resetting = [{"do": "reset", "cause": "panic"}]
    hostile = (every(90, *flapping), every(90, *dropping), every(100, *resetting),
               every(90, *flapping, *dropping, *resetting))
    spent = max([erased(events, HOURS) for events in hostile]) * 24 // HOURS
    figure(f"flash: {spent} erases on the worst of {len(hostile)} hostile days; at most {WORST} on any, which 2 MB "
           f"bear for {years(WORST)} years of such days")
    assert spent <= WORST


def test_a_loose_wire_at_the_button_wears_the_flash_no_more_than_anything_else(figure):
    spent = max([erased(loose(*wire), HOURS) for wire in ((0, 11, 120), (0, 6, 2500), (0, 5, 4000))])
    figure(f"flash: {spent} erases in {HOURS} h with a loose wire at the button, of {at_most(HOURS)} at most")
    assert spent <= at_most(HOURS)


def test_commands_that_alternate_as_fast_as_they_are_taken_do_not_either(figure):
    board = Board()
    for up_s in range(HOURS * 3600):  # letters are opened once a second
        board.core.set_remote_hold(up_s % 2)
        board.settle(LATE + up_s)
    spent = board.flash.erased
    figure(f"flash: {spent} erases in {HOURS} h with grid and auto in turn from afar, of {at_most(HOURS)} at most")
    assert spent <= at_most(HOURS)


def test_of_a_hold_that_comes_and_goes_it_is_the_hold_that_a_power_cut_leaves():
    board = Board().kept()
    for up_s in range(LATE, LATE + 50):
        board.core.set_remote_hold(up_s % 2)
        board.settle(up_s)
        if up_s % 2:
            assert json.loads(board.flash.kept["state.json"])["hold"]["remote"] == 1
