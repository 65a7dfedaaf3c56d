"""The simulated flash, and the firmware's files and journal on it: the same on both interpreters."""

from firmware.device import files, journal
from host_tests.flash import Booted, Cut, Power
from tools.sim.files import Flash

# what is tried on a flash that holds a, d/f and the empty folder e; what comes of it, or the number of the error
TRIED = (
    (lambda flash: flash.listdir("/"), ["a", "d", "e"]),
    (lambda flash: flash.listdir("d"), ["f"]),
    (lambda flash: flash.listdir("a"), 20),
    (lambda flash: flash.listdir("x"), 2),
    (lambda flash: list(flash.ilistdir("/")), [("a", 0x8000, 0, 3), ("d", 0x4000, 0, 0), ("e", 0x4000, 0, 0)]),
    (lambda flash: flash.stat("/a")[6], 3),
    (lambda flash: [flash.stat(path)[0] for path in ("a", "d", "/", "")], [0x8000, 0x4000, 0x4000, 0x4000]),
    (lambda flash: flash.stat("x"), 2),
    (lambda flash: flash.stat("a/x"), 20),
    (lambda flash: flash.statvfs("")[:4], (4096, 4096, 8, 0)),
    (lambda flash: flash.open("x"), 2),
    (lambda flash: flash.open("x", "r+"), 2),
    (lambda flash: flash.open("x/y", "w"), 2),
    (lambda flash: flash.open("a/y", "w"), 20),
    (lambda flash: flash.open("d"), 21),
    (lambda flash: flash.open("d", "w"), 21),
    (lambda flash: flash.mkdir("d"), 17),
    (lambda flash: flash.mkdir("a"), 17),
    (lambda flash: flash.mkdir("x/y"), 2),
    (lambda flash: flash.mkdir("x"), 28),
    (lambda flash: flash.remove("d"), 39),
    (lambda flash: flash.rmdir("d"), 39),
    (lambda flash: flash.remove("x"), 2),
    (lambda flash: flash.rmdir("e"), None),
    (lambda flash: flash.rename("x", "y"), 2),
    (lambda flash: flash.rename("a", "x/y"), 2),
    (lambda flash: flash.rename("a", "d"), 21),
    (lambda flash: flash.rename("e", "a"), 21),
    (lambda flash: flash.rename("e", "d"), 39),
    (lambda flash: flash.rename("d", "d/x"), 22),
    (lambda flash: flash.rename("d", "d"), None),
    (lambda flash: flash.rename("d", "e"), None),
    (lambda flash: flash.chdir("x"), 2),
    (lambda flash: flash.chdir("a"), 20),
    (lambda flash: (flash.chdir("d"), flash.getcwd(), flash.listdir()), (None, "/d", ["f"])),
    (lambda flash: (flash.chdir("d"), flash.open("f").read(), flash.open("../a").read()), (None, "in d", "abc")),
    (lambda flash: flash.open("a").write("x"), 9),
    (lambda flash: flash.open("a").seek(-1), 22),
)
MANY = "\u00e4\u20ac\U0001f600"
# mode, what is done with a file that holds "one\r\ntw\u00f6\nend", what comes of it, and the content afterwards
OPENED = (
    ("r", lambda f: f.read(), "one\r\ntw\u00f6\nend", None),
    ("r", lambda f: (f.read(4), f.read(4), f.tell(), f.read(9), f.read(9)),
     ("one\r", "\ntw\u00f6", 9, "\nend", ""), None),
    ("r", lambda f: (f.readline(), f.readline(), f.readline(), f.readline()),
     ("one\r\n", "tw\u00f6\n", "end", ""), None),
    ("r", lambda f: list(f), ["one\r\n", "tw\u00f6\n", "end"], None),
    ("rb", lambda f: list(f), [b"one\r\n", b"tw\xc3\xb6\n", b"end"], None),
    ("rb", lambda f: (f.seek(-3, 2), f.read(2), f.seek(-1, 1), f.read()), (10, b"en", 11, b"nd"), None),
    ("rb", lambda f: (f.seek(99), f.read(), f.read(1)), (99, b"", b""), None),
    ("w", lambda f: f.write(MANY), 9, MANY.encode()),
    ("wb", lambda f: None, None, b""),
    ("ab", lambda f: (f.seek(0), f.write(b"!")), (0, 1), b"one\r\ntw\xc3\xb6\nend!"),
    ("r+b", lambda f: (f.seek(2), f.write(b"EE"), f.read(2)), (2, 2, b"\ntw"[:2]), b"onEE\ntw\xc3\xb6\nend"),
    ("r+b", lambda f: (f.seek(15), f.write(b"!")), (15, 1), b"one\r\ntw\xc3\xb6\nend\0\0!"),
    ("w+", lambda f: (f.write("ab"), f.seek(1), f.read()), (2, 1, "b"), b"ab"),
)
# time and blocks that are erased: the work, on a flash with a file of 10 000 bytes in "big"
COSTS = (
    ("create", lambda flash: flash.open("new", "wb").close(), 80, 1),
    ("append into the last block", lambda flash: put(flash, "big", b"x", "ab"), 160, 2),
    ("append over two blocks", lambda flash: put(flash, "big", bytes(2289), "ab"), 240, 3),
    ("replace a byte at the start", lambda flash: put(flash, "big", b"x", "r+b"), 320, 4),
    ("write three blocks", lambda flash: put(flash, "big", bytes(12288), "wb"), 320, 4),
    ("empty it", lambda flash: put(flash, "big", b"", "wb"), 80, 1),
    ("read", lambda flash: flash.open("big", "rb").read(), 0, 0),
    ("rename", lambda flash: flash.rename("big", "old"), 120, 1),
    ("remove", lambda flash: flash.remove("big"), 80, 1),
    ("mkdir", lambda flash: flash.mkdir("new"), 80, 1),
)
RECORDS = (
    ((1, -1, 5, 1, "boot", "power", None),
     '{"n":1,"t":null,"up_s":5,"boot":1,"kind":"boot","code":"power","data":null}'),
    ((912, 217332000, 86400, 12, "fault", "km2-stuck", 28),
     '{"n":912,"t":"2026-11-20T10:00:00Z","up_s":86400,"boot":12,"kind":"fault","code":"km2-stuck","data":28}'),
    ((7, -1, 5, 1, "config", "\u00fc", "x" * 99),
     '{"n":7,"t":null,"up_s":5,"boot":1,"kind":"config","code":"\\u00fc","data":"' + "x" * 44 + '"}'),
    ((7, -1, 5, 1, "config", "c", 10 ** 20),
     '{"n":7,"t":null,"up_s":5,"boot":1,"kind":"config","code":"c","data":100000000000000000000}'),
    ((7, -1, 5, 1, "config", "c" * 60, 10 ** 20),
     '{"n":7,"t":null,"up_s":5,"boot":1,"kind":"config","code":"' + "c" * 48 + '","data":null}'),
)


def put(flash, path, data, mode="wb"):
    with flash.open(path, mode) as file:
        return file.write(data)


def outcome(work, *args):
    try:
        return work(*args)
    except OSError as error:
        return error.args[0]


def filled():
    flash = Flash(Power(), {"a": b"abc", "d/f": b"in d"}, 8 * 4096)
    flash.mkdir("e")
    flash.mode = "full"
    return flash


def try_the_flash():
    for work, expected in TRIED:
        assert outcome(work, filled()) == expected, (expected, outcome(work, filled()))
    for mode, work, expected, after in OPENED:
        flash = Flash(Power(), {"f": b"one\r\ntw\xc3\xb6\nend"})
        with flash.open("f", mode) as file:
            got = work(file)
        assert got == expected, (mode, got)
        assert after is None or flash.kept["f"] == after, (mode, flash.kept)
    for name, work, ms, erased in COSTS:
        flash = Flash(Power(), {"big": bytes(10000)})
        work(flash)
        assert (flash.pass_ms.ms, flash.erased) == (ms, erased), (name, flash.pass_ms.ms, flash.erased)


def numbered(first, count):
    return [journal.line(n, 217332000 + n, n, 1, "fault", "km2-stuck", None) for n in range(first, first + count)]


def use_the_files():
    said = []
    power = Power()
    flash = Flash(power, {"config.json": b"{}", "folder/x": b""})
    with Booted(flash):
        said.append((files.read("config.json", 2), files.read("config.json", 1), files.read("folder", 9)))
        said.append((files.replace("state.json", b"1"), files.replace("state.json", b"22"), files.replace("x/y", b"")))
        said.append((files.exists("state.json"), files.exists("folder"), files.exists("state.json.tmp")))
        said.append((files.set_aside("state.json"), files.set_aside("state.json"), files.set_aside("folder")))
        said.append((files.remove("config.json"), files.remove("config.json"), files.read("state.json.bad", 9)))
    said.append((sorted(flash.kept), power.ms, flash.commits, flash.erased))
    return said


def keep_a_journal():
    """With segments of 100 records, to spare the small heap of MicroPython."""
    kept, journal.FULL_BYTES = journal.FULL_BYTES, 100 * journal.LINE_BYTES
    try:
        return records_over_three_boots(Power()), cut_everywhere()
    finally:
        journal.FULL_BYTES = kept


def told(texts):
    return [text for text in texts if text]


def records_over_three_boots(power):
    said = []
    flash = Flash(power)
    for _boot in range(3):
        with Booted(flash):
            j = journal.Journal()
            said.append((j.start(), j.n, j.boot))
            for _batch in range(8):
                assert j.append(numbered(j.n, 10))
            texts = told(j.last(110))
            said.append((len(texts), texts[0], texts[-1], told(j.last(2)), told(j.last(0))))
    said.append((sorted([(path, len(data or b"")) for path, data in flash.kept.items()]), power.ms, flash.erased))
    return said


def cut_everywhere():
    """What is left of an append that rotates, cut at each of its flash operations."""
    said = []
    for cut_at in range(3):
        flash = Flash(Power(), {"journal.0": b"".join(numbered(1, 130))})
        flash.pass_ms.cut_at = cut_at
        try:
            with Booted(flash):
                j = journal.Journal()
                j.start()
                j.append(numbered(j.n, 2))
        except Cut:
            pass
        with Booted(flash):
            j = journal.Journal()
            said.append((j.start(), j.n, j.boot, flash.listdir()))
    return said


def run():
    try_the_flash()
    for values, text in RECORDS:
        line = journal.line(*values)
        assert line[:-10] == text.encode() and line[-10:-9] == b" " and line[-1:] == b"\n", line
    return use_the_files(), keep_a_journal()
