"""What boot.py does of an update: power may go, a call may fail and Ctrl-C may come at every step of every path."""

import itertools
import pathlib
import types

import pytest

from host_tests.booting import COLD, SOFT, Board, Cut, baked
from host_tests.test_boot import MACHINE

MOVED = ((19, 0),)  # the relays of a build for another board


def build(name, relays=None):
    """The files of a build, below its folder."""
    boot = baked() if relays is None else baked(relays, f"# {name}\n")
    return {"/boot.py": boot.encode(), "/main.py": name.encode(), "/core/gate.py": name.encode() * 3,
            "/app/loop.mpy": name.encode() * 5, "/manifest.json": f'{{"files":{{}},"fw":"1.0+{name}"}}'.encode()}


A, B, C = build("A"), build("B"), build("C")
CONFIGS = {"config.json": b"of A", "config.old": b"of C", "config.new": b"of B"}
NEW_BOOT = build("B", MOVED)


def board(markers=None, **folders):
    files = {**(markers or {})}
    for folder, content in folders.items():
        files.update({folder.replace("_", ".") + path: data for path, data in content.items()})
    return Board(files)


def asked(old=None, new=B):
    return board({"switch": b"", **CONFIGS}, firmware=A, firmware_new=new, **({"firmware_old": old} if old else {}))


def on_trial(tries=b"3", bad=C, running=B):
    made = board({"trial": tries, "config.json": b"of B", "config.old": b"of A"}, firmware=running, firmware_old=A,
                 **({"firmware_bad": bad} if bad else {}))
    for name in ("boot.py", "main.py"):
        made.flash.kept[name] = running["/" + name]
    return made


def runs(made, files):
    """Whether the board runs this build, whole, with the boot.py and main.py that belong to it."""
    return (made.tree("firmware") == files and made.flash.kept["boot.py"] == files["/boot.py"]
            and made.flash.kept["main.py"] == files["/main.py"])


def configurations(made):
    return {path: data for path, data in made.flash.kept.items() if path.startswith("config.")}


def switched(made, new=B):
    assert runs(made, new)
    assert made.tree("firmware.old") == A
    assert not made.tree("firmware.new") and "switch" not in made.flash.kept
    assert configurations(made) == {"config.json": b"of B", "config.old": b"of A"}


def taken_back(made, bad=B):
    assert runs(made, A)
    assert made.tree("firmware.bad") == bad and not made.tree("firmware.old")
    assert made.text("taken-back") == "1.0+B" and "trial" not in made.flash.kept
    assert configurations(made) == {"config.json": b"of A"}


def brought_back(made):
    assert runs(made, A)
    assert not made.tree("firmware.old")


# How the board is found, and how it must be in the end.
PATHS = {
    "a new build": (asked, switched),
    "a new build, one before the last still there": (lambda: asked(C), switched),
    "a new build with other relays": (lambda: asked(C, NEW_BOOT), lambda made: switched(made, NEW_BOOT)),
    "a build that was never healthy": (on_trial, taken_back),
    "one with other relays": (lambda: on_trial(b"4", None, NEW_BOOT), lambda made: taken_back(made, NEW_BOOT)),
    "no build, but the old one": (lambda: board(firmware_old=A), brought_back),
}
EVERY_PATH = pytest.mark.parametrize("make, check", PATHS.values(), ids=PATHS)


@EVERY_PATH
def test_it_gets_there_in_one_start(make, check):
    made = make()
    made.start()
    check(made)
    assert not [path for path in made.flash.kept if path.endswith(".tmp")]


def cut(made, at):
    """Whether a start was cut at that change to the flash; the power is then back."""
    made.cut_at = at
    try:
        made.start()
        return False
    except Cut:
        return True
    finally:
        made.cut_at = None


@EVERY_PATH
def test_power_may_go_at_every_step(make, check):
    for at in itertools.count(1):
        made = make()
        was_cut = cut(made, at)
        made.start()
        check(made)
        if not was_cut:
            break
    assert at > 1


@EVERY_PATH
def test_power_may_go_again_while_that_is_mended(make, check):
    for at in itertools.count(1):
        for again in itertools.count(1):
            made = make()
            was_cut = cut(made, at)
            was_cut_again = cut(made, again)
            made.start()
            check(made)
            if not was_cut_again:
                break
        if not was_cut:
            break


@EVERY_PATH
@pytest.mark.parametrize("failure", [OSError, MemoryError])
def test_a_call_may_fail_at_every_step_and_a_whole_build_runs_all_the_same(make, check, failure):
    for at in itertools.count(1):
        made = make()
        made.fail_at, made.failure = at, failure
        made.start()
        assert made.tree("firmware") in (A, B, NEW_BOOT) or not made.tree("firmware") and made.tree("firmware.old") == A
        assert made.flash.kept["boot.py"] in (A["/boot.py"], NEW_BOOT["/boot.py"])
        failed, made.fail_at = made.calls >= at, None
        for _ in range(4):
            made.start()
        assert runs(made, A) or runs(made, B) or runs(made, NEW_BOOT)
        if not failed:
            break


@EVERY_PATH
def test_ctrl_c_may_come_at_every_step(make, check):
    for at in itertools.count(1):
        made = make()
        made.fail_at, made.failure = at, KeyboardInterrupt
        try:
            made.start()
            break
        except KeyboardInterrupt:
            assert made.log[-1] == ("watchdog", 600_000)
        made.fail_at = None
        made.start()
        check(made)
    assert at > 2


def test_a_new_build_has_three_starts_to_be_found_healthy():
    made = asked()
    for tries in ("1", "2", "3"):
        made.start()
        assert made.text("trial") == tries
        assert runs(made, B) and made.text("taken-back") is None
    made.start()
    taken_back(made)
    made.start()
    assert runs(made, A) and made.text("trial") is None


def test_a_build_with_other_relays_starts_anew_with_its_own_boot_and_loses_no_try():
    made = asked(None, NEW_BOOT)
    made.start()
    assert [row for row in made.log if row[0] in ("pin", "reset")] == [
        ("pin", 17, 0), ("pin", 16, 0), ("pin", 5, 1), ("reset",), ("pin", 19, 0)]
    assert made.text("trial") == "1"


def test_without_other_relays_nothing_is_restarted_and_boot_is_not_written():
    made = asked()
    made.start()
    assert ("reset",) not in made.log
    assert ("open", "boot.py.tmp", "wb") not in made.log and ("open", "main.py.tmp", "wb") in made.log


def test_a_build_found_healthy_is_left_alone():
    made = asked()
    made.start()
    del made.flash.kept["trial"]
    for _ in range(6):
        made.start()
        assert made.changes == 0
    assert runs(made, B)


def test_a_soft_reset_is_no_try():
    made = on_trial(b"2")
    for cause, tries in ((SOFT, "2"), (COLD, "3"), (SOFT, "3")):
        made.start(cause)
        assert made.text("trial") == tries
        assert runs(made, B)


@pytest.mark.parametrize("text", [b"", b"junk", b"\xff"])
def test_a_count_that_cannot_be_read_begins_anew(text):
    made = on_trial(text)
    made.start()
    assert made.text("trial") == "1"


def test_with_no_build_to_go_back_to_the_trial_just_ends():
    made = board({"trial": b"3"}, firmware=B)
    made.start()
    assert made.tree("firmware") == B
    assert made.text("trial") is None and made.text("taken-back") is None


def test_a_first_build_brings_the_first_configuration():
    made = board({"switch": b"", "config.new": b"of B"}, firmware_new=B)
    made.start()
    assert runs(made, B) and made.text("trial") == "1"
    assert configurations(made) == {"config.json": b"of B"}


def test_a_build_without_a_configuration_of_its_own_leaves_the_one_there_is():
    made = board({"switch": b"", "config.json": b"of A"}, firmware=A, firmware_new=B)
    made.start()
    assert runs(made, B)
    assert configurations(made) == {"config.json": b"of A"}


def test_a_full_flash_does_not_keep_a_bad_build_running():
    made = on_trial()
    made.flash.mode = "full"
    for _ in range(2):
        made.start()
        assert made.tree("firmware") == A and made.text("main.py") == "B"
    made.flash.mode = "ok"
    made.start()
    assert runs(made, A) and made.text("trial") is None


def test_a_build_without_a_manifest_is_taken_back_all_the_same():
    made = on_trial()
    del made.flash.kept["firmware/manifest.json"]
    made.start()
    assert runs(made, A)
    assert made.text("taken-back") == ""


def test_an_empty_boot_or_main_of_a_build_never_replaces_a_good_one():
    made = asked(None, {**B, "/boot.py": b"", "/main.py": b""})
    before = made.flash.kept["boot.py"]
    made.start()
    assert (made.flash.kept["boot.py"], made.text("main.py")) == (before, "A")


def test_removing_a_build_feeds_the_watchdog_at_every_file():
    made = asked(C)
    made.start()
    assert made.log.count(("feed",)) == len(C) + 3  # and the three folders


def write(folder, files):
    for path, data in files.items():
        (folder / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (folder / path.lstrip("/")).write_bytes(data)


def read(folder):
    return {"/" + path.relative_to(folder).as_posix(): path.read_bytes()
            for path in pathlib.Path(folder).rglob("*") if path.is_file()}


def test_it_does_the_same_on_micropython(micropython, tmp_path):
    for name, files in (("firmware", A), ("firmware.new", NEW_BOOT), ("firmware.old", C), ("firmware.bad", C),
                        ("", {"machine.py": MACHINE.encode(), "boot.py": A["/boot.py"], "switch": b""})):
        write(tmp_path / name, files)
    place = types.SimpleNamespace(new=tmp_path / "firmware", old=tmp_path / "firmware.old")
    for trial in ("0", "1", "2", "3"):
        ran = micropython.run(tmp_path / "boot.py", cwd=tmp_path)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ("reset" in ran.stdout) == (trial == "0")
        assert read(place.new) == NEW_BOOT and read(place.old) == A
        assert (tmp_path / "boot.py").read_bytes() == NEW_BOOT["/boot.py"]
        assert (tmp_path / "trial").exists()
    ran = micropython.run(tmp_path / "boot.py", cwd=tmp_path)
    assert "reset" in ran.stdout, ran.stderr
    assert read(place.new) == A and not place.old.exists() and read(tmp_path / "firmware.bad") == NEW_BOOT
    assert (tmp_path / "boot.py").read_bytes() == A["/boot.py"]
    assert (tmp_path / "taken-back").read_text() == "1.0+B" and not (tmp_path / "trial").exists()
