"""Boards whose files, flash or battery clock are not as they should be: grid, the finding told, mended in the end."""

import pytest

from firmware.core import dates
from tools import staging
from tools.proofs import branches, cuts

MEND_MS, AGAIN_MS, ACK_MS, TIME_MS, END = 90_000, 92_000, 105_000, 120_000, "00:04:00"
GOOD = staging.stage(branches.house().config_text)
OTHER = staging.stage(branches.house(True).config_text)
BOOT = GOOD["boot.py"]
CONFIG_BAD, STATE_LOST, MISMATCH = "config-bad", "state-lost", "firmware-mismatch"


def baked(relays):
    return BOOT.replace(b"\nRELAYS = ((16, 0),)\n", b"\nRELAYS = " + relays + b"\n")


# what, the files that are put in the place of the good ones (None: missing, Ellipsis: a folder), fault, record
DAMAGE = [
    ("no config", {"config.json": None}, CONFIG_BAD, ("config", "refused", "config.json")),
    ("an empty config", {"config.json": b""}, CONFIG_BAD, ("config", "refused", "line 1")),
    ("junk for a config", {"config.json": b"\xff\x00{junk"}, CONFIG_BAD, ("config", "refused", "line 1")),
    ("a torn config", {"config.json": GOOD["config.json"][:70]}, CONFIG_BAD, ("config", "refused", "line 1")),
    ("an endless config", {"config.json": b" " * 9000}, CONFIG_BAD, ("config", "refused", "config.json")),
    ("a folder for a config", {"config.json": ...}, CONFIG_BAD, ("config", "refused", "config.json")),
    ("another board's config", {"config.json": OTHER["config.json"]}, CONFIG_BAD, ("config", "refused", "board")),
    ("no state", {"state.json": None}, STATE_LOST, ("boot", "state missing", None)),
    ("an empty state", {"state.json": b""}, STATE_LOST, ("boot", "state damaged", None)),
    ("a torn state", {"state.json": b'{"v": 1, "saved": "2026-11'}, STATE_LOST, ("boot", "state damaged", None)),
    ("another's state", {"state.json": b'{"v": 2}'}, STATE_LOST, ("boot", "state damaged", None)),
    ("a folder for a state", {"state.json": ...}, STATE_LOST, ("boot", "state unreadable", None)),
    ("a state of 1 MB", {"state.json": b"{" * (1 << 20)}, STATE_LOST, ("boot", "state unreadable", None)),
    ("no manifest", {staging.MANIFEST: None}, MISMATCH, ("config", "mismatch", staging.MANIFEST)),
    ("junk for a manifest", {staging.MANIFEST: b"junk"}, MISMATCH, ("config", "mismatch", staging.MANIFEST)),
    ("another's manifest", {staging.MANIFEST: OTHER[staging.MANIFEST]}, MISMATCH, ("config", "mismatch", "boot.py")),
    ("a stray module", {"firmware/core/gate.mpy": b"M\x06"}, MISMATCH,
     ("config", "mismatch", "firmware/core/gate.mpy")),
    ("a module with one byte more", {"firmware/core/gate.py": GOOD["firmware/core/gate.py"] + b"\n"}, MISMATCH,
     ("config", "mismatch", "firmware/core/gate.py")),
    ("a boot.py that knows no relays", {"boot.py": baked(b"()")}, MISMATCH, ("config", "mismatch", "boot.py")),
    ("a boot.py of other pins", {"boot.py": baked(b"((17, 0),)")}, MISMATCH, ("config", "mismatch", "boot.py")),
    ("no boot.py", {"boot.py": None}, MISMATCH, ("config", "mismatch", "boot.py")),
]
# Nothing of these starts, so nothing can be told: the relays are off, and the board tries again and again.
DEAF = [
    ("no main.py", {"main.py": None}),
    ("no firmware", {path: None for path in GOOD if path.startswith("firmware/")}),
    ("a module that does not compile", {"firmware/app/start.py": b"def run(:"}),
    ("a module that raises at once", {"firmware/core/gate.py": b"raise ValueError"}),
    ("a module that raises later",
     {"firmware/app/desk.py": b"class Desk:\n    def __init__(self, *parts):\n        1 / 0\n"}),
]


def names(case):
    return case[0] if isinstance(case, tuple) else None


def spoil(run, damage):
    kept = run.world.flash.kept
    for path, data in damage.items():
        if data is None:
            kept.pop(path, None)
        else:
            kept[path] = None if data is ... else data


def mend(run, damage):
    """A person puts the files right over USB; a state that is lost is not invented anew."""
    kept = run.world.flash.kept
    for path in damage:
        if path in GOOD:
            kept[path] = GOOD[path]
        elif path != "state.json":
            kept.pop(path, None)


def say(run, text):
    run.world.session.line.waiting = text


def board(damage, *later):
    """A run of a damaged board, mended by and by; `later` of (ms, what a person does)."""
    events = [("00:01:31", "power", {"to": "off"}), ("00:01:34", "power", {"to": "on"})]
    run = branches.Run(branches.house(events=events, length=END))
    spoil(run, damage)
    run.world.after(MEND_MS, lambda: mend(run, damage))
    for at_ms, act in later:
        run.world.after(at_ms, lambda act=act: act(run))
    return run.play()


def held_5_s(run):
    run.world.wiring.pressed = 1
    run.world.after(6000, lambda: setattr(run.world.wiring, "pressed", 0))


def tell_time(run):
    say(run, "time 2026-11-20T05:31:42Z\n")


def statuses(run, begin_ms=0, end_ms=1 << 40):
    return [row["status"] for row in run.told("status") if begin_ms <= row["ms"] < end_ms]


def records(run):
    return [(row["event"]["kind"], row["event"]["code"], row["event"]["data"]) for row in run.told("event")]


def commanded_before(run, ms):
    return [row for row in run.told("plant") if row["ms"] < ms and "on" in (row["pilot"], row["guard"])]


@pytest.mark.parametrize("what, damage, fault, record", DAMAGE, ids=[case[0] for case in DAMAGE])
def test_damaged_files_mean_grid_a_fault_that_says_so_and_v2l_once_they_are_mended(what, damage, fault, record):
    later = [(ACK_MS, held_5_s), (TIME_MS, tell_time)] if fault == STATE_LOST else []
    run = board(damage, *later)
    assert commanded_before(run, MEND_MS) == []
    before = statuses(run, 0, MEND_MS)[-1]
    assert (before["state"], before["why"], before["command"]) == ("fault", "fault", "grid")
    assert fault in before["faults"]
    assert record in records(run)
    after = statuses(run)[-1]
    assert (after["state"], after["faults"], after["hold"]["local"]) == ("v2l", [], "none"), records(run)


@pytest.mark.parametrize("damage", [damage for what, damage, fault, _record in DAMAGE if fault == STATE_LOST],
                         ids=[case[0] for case in DAMAGE if case[2] == STATE_LOST])
def test_a_lost_state_is_not_forgotten_by_a_restart_and_its_file_is_kept_aside(damage):
    run = board(damage)
    assert statuses(run)[-1]["faults"][0] == STATE_LOST and run.world.plant.supply() == "grid"
    kept = run.world.flash.kept
    if damage["state.json"] is not None:
        assert kept["state.json.bad"] == (None if damage["state.json"] is ... else damage["state.json"])
    assert b"state-lost" in kept["state.json"]


@pytest.mark.parametrize("what, damage", DEAF, ids=[case[0] for case in DEAF])
def test_a_board_that_cannot_start_keeps_every_relay_off_and_starts_once_it_is_mended(what, damage):
    run = board(damage)
    assert commanded_before(run, MEND_MS) == [] and statuses(run, 0, MEND_MS) == []
    assert [row for row in run.told("reset") if row["ms"] < MEND_MS], "it tries again"
    assert statuses(run)[-1]["state"] == "v2l"


@pytest.mark.parametrize("segments", [
    {"journal.0": b"junk" * 50}, {"journal.0": b"\0" * 70_000, "journal.1": b"\xff" * 10}, {"journal.0": ...},
    {"journal.0": b'{"n":7,"t":null,"up_s":1,"boot":3,"kind":"boot","code":"power","data":null} 00000000\n'},
])
def test_a_damaged_journal_is_set_aside_and_told_and_keeps_v2l_from_nobody(segments):
    run = board(segments)
    assert ("boot", "journal-foreign", None) in records(run) or ("boot", "journal-torn", None) in records(run)
    assert statuses(run, 0, MEND_MS)[-1]["state"] == "v2l"
    assert "journal.0.bad" in run.world.flash.kept


@pytest.mark.parametrize("files, record", [
    ({"trial": b"0"}, ("update", "on trial", "sim")),
    ({"taken-back": b"1.0+abc"}, ("update", "taken back", "1.0+abc")),
    ({"taken-back": b"\xff\n"}, ("update", "taken back", "")),
])
def test_the_journal_names_the_build_that_is_on_trial_or_was_taken_back(files, record):
    run = board(files)
    assert [found for found in records(run) if found[0] == "update"] == [record]
    assert not files.keys() & run.world.flash.kept.keys()


@pytest.mark.parametrize("mode", ["full", "read-only"])
def test_a_flash_that_takes_nothing_means_grid_until_it_does_again(mode):
    events = [("00:00:00", "flash", {"to": mode}), ("00:01:30", "flash", {"to": "ok"})]
    run = branches.Run(branches.house(events=events, length=END)).play()
    before = statuses(run, 0, MEND_MS)[-1]
    assert (before["state"], before["faults"], before["why"]) == ("grid", ["flash-full"], "selfcheck")
    assert statuses(run)[-1]["state"] == "v2l" and statuses(run)[-1]["faults"] == []
    assert commanded_before(run, MEND_MS) == []


CLOCKS = [("silent", {"silent": 1}), ("odd", {"raw": {0: 0x7F}}), ("stopped", {"stopped": 1}),
          ("showing nonsense", {"raw": {5: 0x31, 6: 0xAA}}),
          ("standing still", {"now": lambda: dates.seconds(2026, 11, 20, 5, 30, 30)})]


@pytest.mark.parametrize("what, state", CLOCKS, ids=[case[0] for case in CLOCKS])
def test_a_battery_clock_that_cannot_be_believed_means_grid_until_somebody_sets_the_time(what, state):
    run = branches.Run(branches.house(length=END))
    for name, value in state.items():
        setattr(run.world.chip, name, value)
    run.world.after(TIME_MS, lambda: tell_time(run))
    run.play()
    before = statuses(run, 0, TIME_MS)[-1]
    assert (before["state"], before["why"], before["faults"]) == ("grid", "clock", ["clock-lost"])
    assert before["clock"] == {"trust": "unset", "source": None, "error_s": None} and before["next"] is None
    assert commanded_before(run, TIME_MS) == []
    assert statuses(run)[-1]["state"] == "v2l" and statuses(run)[-1]["faults"] == []
    answer = "".join(run.world.session.line.said).splitlines()[-1]
    assert what in ("stopped", "standing still") or "battery clock does not answer" in answer


def test_the_power_may_go_in_any_write_of_a_day_and_the_state_is_the_old_or_the_new_one():
    chosen = cuts.day()
    every = cuts.points(cuts.changes(chosen))
    assert len(every) > 60
    answers = branches.play(chosen, every[::3], cuts.judge)
    assert [answer for answer in answers if answer["problems"]] == []
