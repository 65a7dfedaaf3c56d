"""The simulated flash against the real littlefs, and what a power cut or a reset leaves of it."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tests.flash import Cut, Power
from host_tests.tables.files import outcome, put
from tools.sim.files import Flash

SIDE_BY_SIDE = """
import vfs
from host_tests.flash import Power
from host_tests.tables.files import outcome, put
from tools.sim.files import Flash

class Chip:
    def __init__(self):
        self.data = bytearray(64 * 4096)
    def readblocks(self, block, buffer, offset=0):
        start = block * 4096 + offset
        buffer[:] = self.data[start : start + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        start = block * 4096 + offset
        self.data[start : start + len(buffer)] = buffer
    def ioctl(self, request, argument):
        return {4: 64, 5: 4096}.get(request, 0)

chip = Chip()
vfs.VfsLfs2.mkfs(chip)
both = (vfs.VfsLfs2(chip), Flash(Power()))
PATHS = ("a", "b", "d", "e", "d/a", "d/e", "d/e/b", "a/b", "e/a")
def get(fs, path):
    with fs.open(path, "rb") as file:
        return file.read()
def ways(first, second, size):
    yield lambda fs: put(fs, first, bytes(size))
    yield lambda fs: put(fs, first, b"x" * (size // 8), "ab")
    yield lambda fs: put(fs, first, b"yy", "r+b")
    yield lambda fs: get(fs, first)
    yield lambda fs: fs.mkdir(first)
    yield lambda fs: fs.remove(first)
    yield lambda fs: fs.rmdir(first)
    if not (second + "/").startswith(first + "/"):
        yield lambda fs: fs.rename(first, second)
    yield lambda fs: fs.stat(first)[0]
    yield lambda fs: sorted([row[:3] for row in fs.ilistdir(first)])
seed, said = 1, set()
def choose(count):
    global seed
    seed = (seed * 16807) % 2147483647
    return seed // 1000 % count
for _step in range(3000):
    first, second = PATHS[choose(len(PATHS))], PATHS[choose(len(PATHS))]
    able = list(ways(first, second, choose(9000)))
    number = choose(len(able))
    real, ours = [outcome(able[number], fs) for fs in both]
    assert real == ours, (number, first, second, real, ours)
    if isinstance(ours, int):
        said.add(ours)
print(sorted(said & {2, 17, 20, 21, 39}))
"""
IMPORTING = """
import os, sys, vfs
from host_tests.flash import Power
from tools.sim.files import Flash
flash = Flash(Power(), {"found/__init__.py": b"", "found/inner.py": b"WORD = 'r\\u00fchrt'\\n" + b"# more\\n" * 2000})
vfs.mount(flash, "/board")
os.chdir("/board")
sys.path[:] = ["/board"]
from found import inner
with open("new.txt", "w") as file:
    print(inner.WORD.encode(), inner.__file__, file=file)
with open("/board/new.txt") as file:
    print(file.read(), os.listdir(), os.getcwd())
"""


def test_the_simulated_flash_answers_as_the_real_littlefs_does(micropython):
    ran = micropython.run(SIDE_BY_SIDE, heapsize="4m")
    assert ran.stdout == "[2, 17, 20, 21, 39]\n", ran.stdout + ran.stderr


def test_micropython_imports_from_a_mounted_flash_and_writes_to_it(micropython):
    ran = micropython.run(IMPORTING)
    said = "b'r\\xc3\\xbchrt' /board/found/inner.py\n ['found', 'new.txt'] /board\n"
    assert ran.stdout == said, ran.stdout + ran.stderr


def test_folders_are_there_because_something_is_in_them():
    flash = Flash(Power(), {"a/b/c": b"1"})
    assert flash.stat("a/b")[0] == 0x4000 and flash.listdir("a") == ["b"] and flash.free() == 512 - 3 * 2 - 1


def test_renaming_a_folder_takes_everything_in_it_and_nothing_beside_it_along():
    flash = Flash(Power(), {"a/b/c": b"1", "a/d": b"2", "ab": b"3"})
    flash.mkdir("new")
    flash.rename("a", "new")
    assert flash.listdir("new") == ["b", "d"] and flash.open("new/b/c").read() == "1"
    assert flash.listdir() == ["ab", "new"]
    assert outcome(flash.stat, "a") == 2


# a change of a flash that holds f and g/h, and what there may be of it after a power cut
CHANGES = (
    ("replace", lambda flash: put(flash, "f", b"new")),
    ("append", lambda flash: put(flash, "f", b"new", "ab")),
    ("truncate", lambda flash: put(flash, "f", b"")),
    ("rename", lambda flash: flash.rename("f", "k")),
    ("rename over", lambda flash: flash.rename("f", "g/h")),
    ("rename a folder", lambda flash: flash.rename("g", "k")),
    ("remove", lambda flash: flash.remove("f")),
    ("mkdir", lambda flash: flash.mkdir("k")),
)


@pytest.mark.parametrize("name, change", CHANGES, ids=[name for name, _change in CHANGES])
def test_a_cut_leaves_all_as_it_was_and_the_same_change_is_whole_without_it(name, change):
    flash = Flash(Power(0), {"f": b"old", "g/h": b"other"})
    before = dict(flash.kept)
    with pytest.raises(Cut):
        change(flash)
    assert flash.kept == before and (flash.commits, flash.erased) == (0, 0)
    flash.mount()
    change(flash)
    assert flash.kept != before and flash.commits == 1


def test_a_new_file_appears_empty_and_gets_its_content_when_it_is_closed():
    flash = Flash(Power())
    file = flash.open("f", "w")
    file.write("new")
    assert flash.open("f").read() == ""
    file.flush()
    file.write("er")
    assert flash.open("f").read() == "new"
    file.close()
    assert flash.open("f").read() == "newer" and flash.commits == 3
    file.close()
    assert flash.commits == 3


def test_a_file_that_is_never_closed_stays_as_it_was():
    flash = Flash(Power(), {"f": b"old"})
    file = flash.open("f", "w")
    file.write("new")
    del file
    gc.collect()
    assert flash.open("f").read() == "old"


def test_a_closed_file_can_not_be_used():
    flash = Flash(Power(), {"f": b"old"})
    file = flash.open("f")
    file.close()
    for use in (file.read, file.readline, file.tell, file.flush, lambda: file.write("x"), lambda: file.seek(0)):
        with pytest.raises(ValueError):
            use()


def test_what_was_open_at_a_reset_can_write_nothing_any_more():
    flash = Flash(Power(), {"f": b"old"})
    file = flash.open("f", "r+")
    file.write("new")
    flash.dead = True
    tried = (lambda: flash.open("f"), lambda: flash.stat("f"), lambda: flash.remove("f"), lambda: flash.mkdir("d"),
             lambda: flash.rename("f", "g"), flash.listdir, file.read, file.flush, lambda: file.write("x"))
    assert [outcome(work) for work in tried] == [5] * len(tried)
    flash.mount()
    assert [outcome(work) for work in (file.read, file.flush, lambda: file.write("x"))] == [5] * 3
    file.close()
    assert flash.open("f").read() == "old" and flash.commits == 0


def test_a_cut_ends_the_old_program_whatever_its_clean_up_tries():
    flash = Flash(Power(1), {"f": b"old", "g": b"old"})
    with pytest.raises(Cut):
        with flash.open("g", "w") as other:
            other.write("new")
            flash.mkdir("d")
            put(flash, "f", b"new")
    assert flash.kept == {"": None, "f": b"old", "g": b"old", "d": None}
    assert outcome(flash.remove, "f") == 5


def test_a_full_flash_takes_nothing_that_needs_a_block_and_lets_go_of_what_it_has():
    flash = Flash(Power(), {"f": b"old", "g": b"old"})
    flash.mode = "full"
    tried = (lambda: put(flash, "f", b"new"), lambda: put(flash, "f", b"x", "ab"), lambda: flash.mkdir("d"))
    assert [outcome(work) for work in tried] == [28] * 3
    assert flash.kept == {"": None, "f": b"old", "g": b"old"} and flash.commits == 0
    flash.rename("g", "h")
    flash.remove("h")
    put(flash, "f", b"")
    assert flash.kept == {"": None, "f": b""}


def test_what_could_not_be_saved_is_not_saved_later_by_closing_the_file():
    flash = Flash(Power(), {"f": b"old"})
    file = flash.open("f", "w")
    file.write("new")
    flash.mode = "full"
    assert outcome(file.flush) == 28
    flash.mode = "ok"
    file.close()
    assert flash.open("f").read() == "old"


def test_blocks_are_counted_whole_and_an_old_content_needs_its_own_until_it_is_replaced():
    flash = Flash(Power(), {}, 8 * 4096)
    put(flash, "a", bytes(4097))
    assert flash.free() == 4 and flash.statvfs("")[2:5] == (8, 4, 4)
    assert outcome(put, flash, "b", bytes(4 * 4096 + 1)) == 28 and flash.kept["b"] == b""
    put(flash, "b", bytes(3 * 4096))
    assert outcome(put, flash, "b", bytes(2 * 4096)) == 28
    flash.remove("a")
    put(flash, "b", bytes(2 * 4096))
    assert flash.free() == 4


def test_a_read_only_flash_changes_nothing_and_is_read_as_ever():
    flash = Flash(Power(), {"f": b"old", "d/g": b""})
    flash.mkdir("e")
    before = dict(flash.kept)
    flash.mode = "read-only"
    tried = (lambda: put(flash, "f", b"new"), lambda: put(flash, "n", b""), lambda: flash.remove("f"),
             lambda: flash.rename("f", "g"), lambda: flash.mkdir("n"), lambda: flash.rmdir("e"))
    assert [outcome(work) for work in tried] == [30] * 6
    assert flash.kept == before and flash.pass_ms.calls == 1 and flash.open("f").read() == "old"


CONTENT = st.binary(max_size=20)
STEPS = st.lists(st.one_of(st.tuples(st.just("write"), CONTENT), st.tuples(st.just("seek"), st.integers(0, 30)),
                           st.tuples(st.just("read"), st.integers(-1, 30)), st.tuples(st.just("flush"), st.none())))


@given(CONTENT, st.sampled_from(("rb", "wb", "ab", "r+b", "w+b", "a+b")), STEPS)
def test_an_open_file_does_what_a_file_of_the_host_does(tmp_path_factory, content, mode, steps):
    path = tmp_path_factory.getbasetemp() / "file"
    path.write_bytes(content)
    flash = Flash(Power(), {"file": content})
    with open(path, mode, buffering=0) as real, flash.open("file", mode) as ours:
        ours.seek(real.tell())  # where an append begins to read differs
        for what, value in steps:
            if what == "read" and not real.readable() or what == "write" and not real.writable():
                continue
            args = () if what == "flush" else (value,)
            assert getattr(real, what)(*args) == getattr(ours, what)(*args)
            assert real.tell() == ours.tell()
    assert flash.open("file", "rb").read() == path.read_bytes()
