"""A sample of `proof faults`: its rows are those of the file; it notices firmware, plant and words that are wrong."""

import functools
import hashlib
import json
import random

import pytest

from firmware.core import sentences
from tools import docs_faults, staging
from tools.proofs import branches, faults, faults_causes, faults_house, faults_judge, faults_pairs, faults_rows
from tools.proofs import faults_told

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
    assert faults_rows.text(*faults_rows.read()) == faults_rows.FILE.read_text(encoding="utf-8")


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


def paired(house, state, at_ms, names, gap_ms, mended=False, files=None):
    pair = faults_pairs.Pair(state, at_ms, [cause(name) for name in names], gap_ms, mended)
    pair.story = house.story(state)
    [answer] = branches.play(pair.story.scenario, [(at_ms, pair.change, pair)], faults_pairs.judge(house),
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
