"""A sample of `proof faults`: its rows are those of the file; it notices firmware, plant and words that are wrong."""

import functools
import hashlib
import json
import random

import pytest

from firmware.core import sentences
from tools import docs_faults, staging
from tools.proofs import branches, faults, faults_causes, faults_house, faults_judge, faults_pairs, faults_rows
from tools.proofs import faults_known, faults_sources, faults_told

pytestmark = pytest.mark.campaign
WHOLE = faults_judge.WHOLE


@pytest.fixture(scope="module")
def two():
    return faults_house.House(True, WHOLE)


@pytest.fixture(scope="module")
def kept():
    return faults_rows.read()[0]


@functools.cache
def unlocked(fitting):
    """Two relays, and no interlock."""
    return faults_house.House(True, fitting, sound=False)


def cause(name):
    return next(one for one in faults_causes.CAUSES if one.name == name)


def played(house, state, name, files=None):
    """(the row, what is wrong) of one cause in one state."""
    failures = []
    [answers] = faults.play(house, state, [cause(name)], failures, files).values()
    return faults_rows.row(answers), failures


def with_change(story, path, old, new):
    """The board's files as a build of a changed source would have them."""
    files = dict(story.files)
    assert files[path].count(old) == 1
    manifest = json.loads(files[staging.MANIFEST])
    files[path] = files[path].replace(old, new)
    manifest["files"][path] = hashlib.sha256(files[path]).hexdigest()
    files[staging.MANIFEST] = json.dumps(manifest).encode()
    return files


@pytest.mark.parametrize("state, name", [
    ("v2l", "KM2 welded"),
    ("to_v2l, making", "KM1 feedback stuck closed"),
    ("to_grid, making", "guard welded"),
    ("grid, marking", "reset: brownout"),
])
def test_the_rows_of_the_file_are_what_the_firmware_does(two, kept, state, name):
    row, failures = played(two, state, name)
    assert failures == []
    assert row == kept[two.name, name, state]


def test_the_file_has_a_row_for_every_cause_in_every_state_of_every_installation(kept):
    expected = {(house.name, one.name, state) for house in faults_house.houses() for one in house.causes()
                for state in faults_house.STATES}
    assert set(kept) == expected


def test_a_file_that_was_read_is_written_the_same():
    kept = faults_rows.text(*faults_rows.read(), faults_rows.sources())
    assert kept == faults_rows.FILE.read_text(encoding="utf-8")


def test_the_file_is_made_of_the_programs_as_they_are():
    assert faults.stale() == []


def test_programs_that_do_something_else_make_the_file_stale_and_other_words_do_not(tmp_path):
    before = 'LIMIT_MS = 300\n\n\ndef late(ms):\n    """Too late."""\n    return ms > LIMIT_MS\n'
    words = 'LIMIT_MS = 300  # as it has been\n\ndef late(ms):\n    """Not in time."""\n    return (ms > LIMIT_MS)\n'
    assert faults_sources.essence(words) == faults_sources.essence(before)
    assert faults_sources.essence(before.replace("300", "301")) != faults_sources.essence(before)
    assert faults_sources.digest() == faults_sources.digest() != faults_sources.digest(tmp_path)
    old = tmp_path / "faults.json"
    old.write_text(faults_rows.text({}, [], "0123"), encoding="utf-8")
    assert faults.stale(old) == [faults.STALE]


def test_each_commit_has_a_quick_sample_of_its_own_unless_a_seed_is_given():
    assert faults.sample_seed(1, "0000000a" + 32 * "f") == 10 and faults.sample_seed(1, "0000000b" + 32 * "f") == 11
    assert faults.sample_seed(7, "0000000a" + 32 * "f") == 7 and faults.sample_seed(1, "unknown") == 1


def test_the_first_and_the_last_turns_of_every_state_are_tried(two):
    for state in faults_house.ENDING:
        begin, end = two.story(state).spans[state]
        turn_ms, slack_ms = (1, 1) if state in faults_house.MOVING else (20, 6)
        moments = two.story(state).moments(state)
        assert moments[0] == begin + 1 and moments[-3:] == [end - slack_ms - turn_ms * back for back in (2, 1, 0)]


def test_nothing_is_written_where_something_is_wrong(tmp_path, capsys):
    place = tmp_path / "faults.json"
    assert faults.write({"cases": 1}, "the rows", ["it crashed"], place) == 1 and not place.exists()
    assert "it crashed" in capsys.readouterr().out
    assert faults.write({"cases": 1}, "the rows", [], place) == 0 and place.read_text(encoding="utf-8") == "the rows"


def test_every_cause_that_was_found_stands_in_its_sentence(kept):
    assert faults_told.unlisted(kept) == []


def test_the_documents_tables_are_those_of_the_file(kept):
    assert docs_faults.page() == (faults_rows.FILE.parent / "faults.md").read_text(encoding="utf-8")


def test_in_a_fault_and_in_service_nothing_is_ever_on(kept):
    rows = [row for (_house, _cause, state), row in kept.items() if state == "fault"]
    assert {row[0] for row in rows} == {0}


@pytest.mark.parametrize("state, name, path, old, new, found", [
    ("grid, waiting", "KM1 welded", "firmware/core/watch.py", b"c.km1.raw != 1 or w.pilot_for_ms < w.limits.release_ms",
     b"c.km1.raw != 1 or w.pilot_for_ms < 2 * w.limits.release_ms", "after it could be seen"),
    ("v2l", "KM2 coil broken", "firmware/core/watch.py", b"c.faults.last(faults.KM2_DROPPED, 1)", b"pass",
     "after it could be seen"),
    ("v2l", "car lost", "firmware/core/watch.py", b"DEAD_MS = 200", b"DEAD_MS = 400", "after it could be seen"),
    ("to_grid, breaking", "KM1 coil broken", "firmware/core/watch.py", b"(faults.KM1_NOT_CLOSED, _km1_not_closed),",
     b"", "it does not know that the load is fed from none"),
    ("v2l", "KM1 welded", "firmware/core/watch.py", b"    w = c.watch\n    if w.pilot or", b"    if c.gone or",
     "it crashed"),
])
def test_it_notices_firmware_that_is_slow_silent_or_broken(two, state, name, path, old, new, found):
    _row, failures = played(two, state, name, with_change(two.story(state), path, old, new))
    assert any(found in one for one in failures), failures


@pytest.mark.parametrize("name, old, new", [
    ("enable opened", b"not c.enable.is_for(0, INPUT_MS)", b"True"),
    ("car charging", b"not c.charging.is_for(1, INPUT_MS) and not c.reports.says_charging()", b"True"),
    ("button pressed", b'("hold", _no_hold, _no_hold)', b'("hold", _no_hold, bool)'),
    ("told to grid remotely", b'("hold", _no_hold, _no_hold)', b'("hold", _no_hold, bool)'),
    ("car lost", b'("car", _car, _car_still)', b'("car", _car, bool)'),
])
def test_it_notices_firmware_that_does_not_leave_v2l_at_all(two, name, old, new):
    _row, failures = played(two, "v2l", name, with_change(two.story("v2l"), "firmware/core/permits.py", old, new))
    assert failures[0].startswith("V2L was not left, or came back, although something bars it")


def test_of_two_it_notices_a_bar_that_is_not_heeded_to_the_end(two):
    files = with_change(two.story("v2l"), "firmware/core/permits.py", b"not c.enable.is_for(0, INPUT_MS)", b"True")
    names = "enable opened", "battery clock lost"
    said = ["V2L is commanded, although something bars it: enable opened"]
    assert paired(two, "v2l", 30_000, names, 300, files=files, end_ms=25_000)["problems"] == said
    assert paired(two, "v2l", 30_000, names, 300, end_ms=25_000)["problems"] == []


@pytest.mark.parametrize("state, name, path, old, new", [
    ("v2l", "bond feedback stuck open", "firmware/core/watch.py", b"(faults.BOND_MISSING, _bond_missing),", b""),
    ("v2l", "KM2 welded", "firmware/core/changeover.py",
     b'    (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not let go in time"),\n', b""),
])
def test_a_row_that_is_no_longer_true_is_noticed(two, kept, state, name, path, old, new):
    row, _failures = played(two, state, name, with_change(two.story(state), path, old, new))
    assert row != kept[two.name, name, state]


def test_it_notices_when_both_sources_feed_the_load():
    house = faults_house.House(True, WHOLE, sound=False)
    house.story("v2l")
    house.sound = True  # which is what the judge is told
    _row, failures = played(house, "v2l", "KM2 welded")
    assert failures[0].startswith("the load was fed from both")
    assert '-m tools.proofs.faults "two relays, everything fitted, no interlock" "v2l" ' in failures[0]


def test_it_notices_a_cause_that_a_sentence_leaves_out():
    row = [0, 0, 0, 0, 0, ["km2-stuck"], ["fault/v2l"], ["fault"], 0]
    assert faults_told.unlisted({("a house", "the moon", "v2l"): row}) == [
        "the sentence of km2-stuck does not list this cause: the moon"]
    words = [(code, seen.replace("jammed", "bent"), do) for code, seen, do in sentences.FAULTS]
    assert faults_told.unlisted({}, words) == ["the sentence of km2-not-closed lacks 'it is jammed'",
                                               "the sentence of km1-not-closed lacks 'it is jammed'"]


# Pairs.


def paired(house, state, at_ms, names, gap_ms, mended=False, files=None, end_ms=None):
    pair = faults_pairs.Pair(state, at_ms, [cause(name) for name in names], gap_ms, mended)
    pair.story = house.story(state)

    def change(run):
        pair.change(run)
        if end_ms:
            run.end_in(end_ms)

    [answer] = branches.play(pair.story.scenario, [(at_ms, change, pair)], faults_pairs.judge(house),
                             files=files or pair.story.files)
    return answer


def test_a_seeded_sample_of_pairs_breaks_nothing(two):
    failures = []
    assert faults_pairs.play(NoProgress(), two, random.Random(4), failures, 0.0015)[0] > 2
    assert failures == []


@pytest.mark.parametrize("state, names", [
    ("v2l", ("KM2 welded", "pilot coil broken")),
    ("to_v2l, making", ("firmware hangs", "button's wire broken")),
    ("fault", ("grid lost", "system clock an hour back")),
])
def test_after_everything_is_mended_and_acknowledged_the_board_returns_to_v2l(two, state, names):
    answer = paired(two, state, two.story(state).moments(state)[1], names, 300, mended=True)
    assert answer["mended"] and answer["problems"] == []


def test_a_board_that_cannot_be_acknowledged_is_noticed(two):
    files = with_change(two.story("v2l"), "firmware/core/gestures.py", b"    c.faults.acknowledge()\n", b"")
    answer = paired(two, "v2l", 30_000, ("KM2 welded", "pilot coil broken"), 300, True, files)
    assert answer["problems"][0].startswith("mended, it does not return to V2L: ['fault'")


def test_what_is_mended_is_mended_after_the_second_as_well(two):
    names = "KM1 feedback chatters", "enable input's wire broken"
    assert paired(two, "grid, waiting", 7006, names, 60_000, mended=True)["problems"] == []
    again = faults_judge.command(two, 7006, [cause(name) for name in names], "grid, waiting", 60_000, True)
    assert again.endswith('7006 "KM1 feedback chatters" "enable input\'s wire broken" 60000 mended')


def test_a_person_who_sets_a_contradicted_clock_has_v2l_back_although_it_takes_a_day(two):
    names = "system clock an hour back", "guard welded"
    assert paired(two, "to_grid, making", 80_278, names, 1, mended=True)["problems"] == []


def test_of_two_that_are_mended_both_sources_at_once_are_noticed_all_the_same():
    house = faults_house.House(True, WHOLE, sound=False)
    house.story("v2l")
    house.sound = True  # which is what the judge is told
    answer = paired(house, "v2l", 30_000, ("KM2 welded", "flash full"), 300, mended=True)
    assert answer["both"] > 100_000 and answer["problems"][0].startswith("the load was fed from both")


@pytest.mark.parametrize("two_relays, fitting, name, excused", [
    (False, WHOLE, "button pressed", False), (False, WHOLE, "KM1 welded", True), (False, WHOLE, "KM2 welded", True),
    (True, WHOLE, "KM1 welded", False), (True, WHOLE, "KM2 welded", True), (True, "no contacts", "KM1 welded", True),
])
def test_a_failed_interlock_excuses_both_sources_only_beside_a_weld(two_relays, fitting, name, excused):
    answer = {"both": 5, "problems": []}
    house = faults_house.House(two_relays, fitting)
    faults_judge.add_both(answer, house, [cause("interlock failed"), cause(name)])
    assert (answer["problems"] == []) is excused


def test_a_notice_of_something_else_does_not_say_why_the_load_is_dark(two):
    state, names = "to_grid, breaking", ("flash read-only", "KM1 coil broken")
    files = with_change(two.story(state), "firmware/core/watch.py", b"(faults.KM1_NOT_CLOSED, _km1_not_closed),", b"")
    at_ms = two.story(state).moments(state)[0]
    assert paired(two, state, at_ms, names, 1, files=files)["problems"] == [
        "it does not know that the load is fed from none"]
    assert paired(two, state, at_ms, names, 1)["problems"] == []


def test_a_grid_lost_behind_a_welded_km1_is_told_by_its_detector_and_without_one_by_nothing(two):
    names = "grid lost, board on a UPS", "KM1 welded"
    assert paired(two, "grid, waiting", 7006, names, 10)["problems"] == []
    causes = [cause(name) for name in names]
    for fitting, able in ((WHOLE, True), ("contacts only", False)):
        assert faults_known.can_know(faults_house.House(True, fitting), causes) is able
    status = {"command": "grid", "blocked_by": ["schedule"], "inputs": {"grid": "on"}}
    answer = {"status": status, "end": ["grid", "none"], "faults": []}
    assert not faults_known.knows(answer, causes)


def test_a_hang_after_a_soft_reset_ends_with_every_relay_off_and_a_watchdog_that_will_bite(two):
    names = "reset: soft", "firmware hangs"
    for gap_ms in (20, 300):
        assert paired(two, "to_v2l, making", 22_600, names, gap_ms)["problems"] == []
    pair = faults_pairs.Pair("to_v2l, making", 22_600, [cause(name) for name in names], 300, False)
    pair.story = two.story(pair.state)

    def change(run):
        run.world.board.has_watchdog = False
        pair.change(run)

    [answer] = branches.play(pair.story.scenario, [(22_600, change, pair)], faults_pairs.judge(two),
                             files=pair.story.files)
    assert answer["problems"] == ["nothing runs, and not every relay is off with a watchdog that will bite"]


def test_without_interlock_two_relays_bring_both_together_only_with_km2_welded():
    failures = []
    cases, met = faults_pairs.unsound(NoProgress(), [unlocked("contacts only")], random.Random(2), failures, 0.15,
                                      ("v2l",))
    assert cases > 5 and failures == [] and set(met) <= {"KM2 welded, contacts only"}


def test_without_interlock_and_contacts_a_welded_km1_is_enough_and_with_contacts_it_is_not():
    for fitting, meets in (("no contacts", True), ("contacts only", False)):
        [answers] = faults.play(unlocked(fitting), "grid, confirming", [cause("KM1 welded")], failures := []).values()
        assert any(answer["both"] for answer in answers) is meets and failures == []


class NoProgress:
    def update(self, *_figures):
        pass
