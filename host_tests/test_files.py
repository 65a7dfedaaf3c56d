"""Small files on flash: whole or not at all, and trouble is never an exception."""

import pytest

from firmware.device import files
from host_tests.flash import Booted, Cut, Power
from tools.sim.files import Flash

OLD, NEW = b'{"old": 1}', b"new" * 2000


def cuts(contents, work):
    """The flash after a power cut in each of the operations that a piece of work takes, and after all of them."""
    was_cut = True
    cut_at = 0
    while was_cut:
        flash = Flash(Power(cut_at), contents)
        was_cut = False
        try:
            with Booted(flash):
                work()
        except Cut:
            was_cut = True
        flash.pass_ms.cut_at = -1
        yield flash
        cut_at += 1


def fill(flash):
    flash.mode = "full"


@pytest.mark.parametrize("old", [None, OLD])
def test_a_power_cut_anywhere_leaves_the_old_content_or_the_new_and_the_next_attempt_succeeds(old):
    contents = {} if old is None else {"state.json": old}
    seen = []
    for flash in cuts(contents, lambda: files.replace("state.json", NEW)):
        with Booted(flash):
            seen.append(files.read("state.json", 9999))
            assert files.replace("state.json", OLD) and files.read("state.json", 99) == OLD
            assert not files.exists("state.json.tmp")
    assert seen == [old] * 3 + [NEW]


def test_a_power_cut_while_setting_aside_leaves_the_file_under_one_of_the_two_names():
    seen = []
    for flash in cuts({"f": NEW, "f.bad": OLD}, lambda: files.set_aside("f")):
        with Booted(flash):
            seen.append((files.read("f", 9999), files.read("f.bad", 9999)))
    assert seen == [(NEW, OLD), (None, NEW)]


@pytest.mark.parametrize("mode", ["full", "read-only"])
def test_what_can_not_be_replaced_stays_and_leaves_nothing_behind(mode):
    flash = Flash(Power(), {"f": OLD})
    flash.mode = mode
    with Booted(flash):
        assert files.replace("f", NEW) is False and files.replace("g", NEW) is False
        assert flash.listdir() == ["f"] and files.read("f", 99) == OLD
        flash.mode = "ok"
        assert files.replace("f", NEW) is True


def test_a_full_flash_at_any_moment_of_a_replacement_leaves_old_or_new():
    done = []
    for full_at in range(3):
        flash = Flash(lambda ms: None, {"f": OLD})
        flash.pass_ms = lambda ms, flash=flash, full_at=full_at: flash.commits < full_at or fill(flash)
        with Booted(flash):
            done.append(files.replace("f", NEW))
            assert files.read("f", 9999) == (NEW if done[-1] else OLD)
            assert flash.listdir() == ["f"]
    assert done == [False, True, True]


def test_a_file_is_read_up_to_the_length_that_is_wanted():
    with Booted(Flash(Power(), {"f": b"1234", "d/x": b"", "empty": b""})):
        assert [files.read("f", most) for most in (0, 3, 4, 9)] == [None, None, b"1234", b"1234"]
        assert files.read("empty", 0) == b""
        assert files.read("d", 9) is None and files.read("x", 9) is None and files.read("x/y", 9) is None


def test_no_more_of_a_file_is_taken_into_memory_than_is_wanted():
    flash = Flash(Power(), {"f": bytes(1 << 20)})
    with Booted(flash):
        file = flash.open("f", "rb")
        files.open = lambda path, mode: file
        assert files.read("f", 99) is None and file.at == 100


def test_what_is_there_can_be_removed_once():
    with Booted(Flash(Power(), {"f": b"", "d/x": b""})):
        assert files.exists("f") and files.exists("d") and not files.exists("x")
        assert files.remove("f") and not files.remove("f") and not files.remove("d")


@pytest.mark.parametrize("what", [{"f": NEW}, {"f/x": NEW}])
@pytest.mark.parametrize("aside", [{}, {"f.bad": OLD}])
def test_whatever_has_the_name_is_set_aside_in_the_place_of_an_older_one(what, aside):
    flash = Flash(Power(), {**what, **aside})
    with Booted(flash):
        assert files.set_aside("f") is True
    assert flash.kept == {"": None, **{key.replace("f", "f.bad", 1): data for key, data in what.items()},
                          **({"f.bad": None} if "f/x" in what else {})}


def test_a_file_takes_the_name_of_an_empty_folder_set_aside_before_and_not_of_one_with_something_in_it():
    flash = Flash(Power(), {"f": NEW, "g": NEW, "g.bad/x": OLD})
    with Booted(flash):
        flash.mkdir("f.bad")
        assert files.set_aside("f") is True and files.set_aside("g") is False
        assert flash.listdir() == ["f.bad", "g", "g.bad"] and flash.listdir("g.bad") == ["x"]


def test_setting_aside_what_is_not_there_keeps_what_was_set_aside_before():
    with Booted(Flash(Power(), {"f.bad": OLD})):
        assert files.set_aside("f") is False and files.read("f.bad", 99) == OLD
