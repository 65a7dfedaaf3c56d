"""Damaged files: a sample of `proof files`, what it has led to mending, and that it can fail."""

import random

import pytest

from firmware.app import recall
from host_tests.test_resets import changed
from tools.proofs import files, files_damage, files_house, files_judge, files_real
from tools.sim.files import Flash

pytestmark = pytest.mark.campaign
HOUSES = {linked: files_house.House(linked) for linked in (False, True)}
HOUSE = HOUSES[False]
STATE, GATE, NEW_LOOP = files_house.STATE, "firmware/core/gate.py", "firmware.new/app/loop.py"


def problems(house, path, what, there, **how):
    return files_judge.judge(files_house.Case(house, path, what, there, **how))["problems"]


@pytest.mark.parametrize("linked", [False, True])
def test_whatever_is_damaged_the_board_rests_on_grid_says_so_and_is_well_once_it_is_mended(linked):
    chance = random.Random(11)
    every = list(files.cases(HOUSES[linked], chance, 0.1))
    chosen = [case for case in chance.sample(every, 9) if not case.is_update]
    assert [(case.name(), files_judge.judge(case)["problems"]) for case in chosen] == [(case.name(), [])
                                                                                       for case in chosen]


def test_a_damaged_build_on_its_way_is_taken_back_or_told():
    assert problems(HOUSE, "firmware.new/app/bring_up.py", "empty", b"") == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_start_without_its_end_does_not_forget_to_tell_what_is_wrong(linked):
    path = "firmware/app/start.py"
    cuts = list(files_damage.cuts_at_lines(HOUSES[linked].clean[path]))[-12:]
    assert [(what, found) for what, there in cuts for found in problems(HOUSES[linked], path, what, there)] == []


def test_a_program_is_cut_after_every_line_after_which_it_may_end():
    source = HOUSE.clean["firmware/app/start.py"]
    lines = source.splitlines(keepends=True)
    slowly = [b"".join(lines[:count]) for count in range(1, len(lines))]
    assert [there for _what, there in files_damage.cuts_at_lines(source)] == [text for text in slowly if compiles(text)]


def compiles(text):
    try:
        compile(text, "text", "exec")
    except SyntaxError:
        return False
    return True


def test_a_damaged_program_that_calls_itself_without_end_is_counted_and_no_failure_of_the_simulator():
    path = "firmware.new/boot.py"
    there = HOUSE.update()[path].replace(b"def attempt(job,", b"def attempt(Job,")
    answer = files_judge.judge(files_house.Case(HOUSE, path, "a flipped bit", there))
    assert answer == {"problems": [], "end": files_judge.ENDLESS}


def test_a_file_that_is_damaged_on_v2l_leaves_no_relay_on_after_the_next_reset():
    assert problems(HOUSE, "main.py", "missing", None, warm=True) == []


@pytest.mark.parametrize("files_of", [HOUSE.clean, HOUSE.held], ids=["clean", "held"])
def test_no_bit_of_a_boards_own_record_can_change_unseen(files_of, monkeypatch):
    data = files_of[STATE]
    assert recall_of(data, monkeypatch)[1] is None
    for at in range(len(data)):
        flipped = data[:at] + bytes((data[at] ^ 1 << at % 8,)) + data[at + 1 :]
        # Without the name of the sum there is none to be wrong, and the record is as it was.
        assert recall_of(flipped, monkeypatch)[1] == "damaged" or recall.SUM not in flipped, flipped


def recall_of(data, monkeypatch):
    monkeypatch.setattr(recall.files, "read", lambda _path, _most: data)
    monkeypatch.setattr(recall.files, "set_aside", lambda _path: True)
    return recall.load()


def test_a_record_without_a_sum_as_the_flashing_tool_writes_it_is_taken_up():
    first = HOUSE.clean[STATE].rpartition(b', "sum"')[0] + b"}"
    assert files_judge.judge(files_house.Case(HOUSE, STATE, "as it was", first))["end"] == "v2l"


def test_of_the_small_files_that_stand_alone_every_byte_is_changed():
    cases = list(files.cases(HOUSE, random.Random(1)))
    for path in ("config.json", "secrets.json", STATE, "journal.0", "config.new"):
        flips = {case.what.split()[4] for case in cases if case.path == path and case.what.startswith("bit")
                 and not (case.held and path == STATE)}
        assert len(flips) == len({**HOUSE.clean, **HOUSE.update()}[path]), path


@pytest.mark.parametrize("there, ends", [(None, ("config-bad",)), (b"{", ("config-bad",)),
                                         (HOUSE.clean["config.json"], ("v2l", "grid"))])
def test_on_micropython_a_configuration_that_is_refused_ends_refused(there, ends):
    assert files_real._expected("config.json", there, {}) == ends


def test_every_way_of_damaging_a_file_is_gone_through():
    ways = dict(files_damage.ways(b'{"a": 1}', [("other", b"x")], [("older", b"y")], random.Random(1)))
    assert {"missing", "empty", "a folder in its place", "a full folder in its place", "unreadable", "older",
            "the content of other", "huge with junk"} <= set(ways)
    assert sum(what.startswith("bit") for what in ways) == 8 and sum(what.startswith("cut") for what in ways) == 1


def test_a_file_can_be_unreadable_from_some_byte_on_until_it_is_written_anew():
    flash = Flash(lambda _ms: None, {"a": b"x" * 64})
    files_damage.put(flash, "a", files_damage.Unreadable(10))
    with flash.open("a", "rb") as file:
        assert len(file.read(10)) == 10
        with pytest.raises(OSError):
            file.read(1)
    with flash.open("a", "wb") as file:
        file.write(b"new")
    with flash.open("a", "rb") as file:
        assert file.read() == b"new"


# That it can fail: firmware that does not look, or does not tell.


@pytest.mark.parametrize("path, old, new, damage, found", [
    ("firmware/app/selfcheck.py", b"        if _hash(path) != expected[path]:\n            return path\n",
     b"        pass\n", (GATE, "longer by one byte", HOUSE.clean[GATE] + b"\n"), "a relay was on"),
    ("firmware/core/record.py", b"        c.latch(faults.STATE_LOST)\n", b"", (STATE, "missing", None),
     "it is not told"),
    ("firmware/app/recall.py", b"(at < 0 or text[at + len(SUM) :] == b'%08x\"}' % crc32(text[:at]))", b"True",
     (STATE, "a digit", HOUSE.clean[STATE].replace(b'"used_s": 0', b'"used_s": 1')), "a relay was on"),
    ("firmware/app/survey.py", b"    if checked is None:\n        found.problem = problems[0][0]\n",
     b"    if checked is None:\n        found.problem = None\n", ("config.json", "empty", b""), "it is not told"),
    ("main.py", b"    import machine\n\n    machine.reset()\n\n\nrun()", b"    while 1:\n        import time\n\n"
     b"        time.sleep(9)\n        DOG.feed()\n\n\nrun()", ("firmware/app/start.py", "empty", b""),
     "it does not try again"),
    ("firmware/app/selfcheck.py", b"        if _hash(path) != expected[path]:\n            return path\n",
     b"        pass\n", (NEW_LOOP, "longer by one byte", HOUSE.update()[NEW_LOOP] + b"\n"), "a relay was on"),
    ("firmware/app/survey.py", b"    if checked is None:\n        found.problem = problems[0][0]\n",
     b"    if checked is None:\n        found.problem = None\n", ("config.new", "empty", b""), "it is not told"),
])
def test_the_proof_finds_a_board_that(path, old, new, damage, found):
    house = files_house.House()
    house.build = changed(house, path, old, new)
    house.clean = {**house.clean, **{name: data for name, data in house.build.items()}}
    assert any(found in problem for problem in problems(house, *damage)), problems(house, *damage)
