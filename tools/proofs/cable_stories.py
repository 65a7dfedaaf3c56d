"""Boards as they are found at a cable, and what flash must make of each. A story raises what is not as it must be."""

import signal

from tools import staging, stand_in
from tools.cable import flashing, update
from tools.cable.ports import Trouble
from tools.proofs.cable_house import (
    COMMAND_S,
    TEXT,
    Wanted,
    begun,
    builds,
    expect,
    expect_sound,
    files,
    flash,
    gridrest,
    has,
    running,
    staged,
    talk,
)

FOREIGN = b"print('blinking')\n"
HANGS = b"""
import machine, micropython, time
machine.WDT(timeout=1500)
time.sleep(0.5)
micropython.kbd_intr(-1)
while True:
    pass
"""
CRASHES = {"firmware/app/loop.py": b"raise ValueError('not today')"}
NOISE = b'W (123) wifi: {"half\r\n'
MOSTLY = ("firmware/net/thread.mpy", "firmware/build.mpy")
SLOW_BYTES_S = 11_500  # 115200 baud


def refusal(board, build, **given):
    """The sentence with which flash ends."""
    try:
        flash(board, build, **given)
    except Trouble as sentence:
        return str(sentence)
    return "it was not refused"


def blank(folder):
    """From a chip with MicroPython alone, by the command itself."""
    (folder / "config.json").write_text(TEXT)
    build = update.Build(TEXT)
    with stand_in.Board(folder / "board") as board:
        ran = gridrest(folder, "flash", board.port)
        expect(ran.returncode == 0, ran.stdout + ran.stderr, board)
        for words in (f"build     {build.fw} for generic-2-relay", " 4 of 18  firmware.new/app/loop.mpy",
                      "begins with nothing latched", "each by its sha256", "tools/gridrest time set",
                      f"runs {build.fw}, commands grid; feedback says KM1 closed, KM2 open\n"):
            expect(words in ran.stdout, f"not said: {words}; but: {ran.stdout}")
        expect(has(board, build), "the build is not whole", board)
        expect(not {"switch", "config.new"} & set(files(board)), "the update is not at its end")
        expect(board.starts == ["power", "soft", "restart"], "it started otherwise", board)
        expect_sound(board)
    return ran.stdout


def goes_on(folder):
    """Power goes in the middle; the old build is there, and the next flash sends the rest."""
    new, old = builds()
    with stand_in.Board(folder, {**running(old), **staged(new, MOSTLY)}) as board:
        board.cut(after_bytes=40_000)
        expect("again" in refusal(board, new), "it did not end with a sentence", board)
        board.power_on()
        expect(has(board, old), "the old build is not whole", board)
        told = flash(board, new)
        expect("files are there already" in told.text("resume") and told.text("found") == old.fw, str(told.rows))
        expect(has(board, new) and files(board)["config.old"] == old.text, "the new build is not whole", board)
        expect(files(board)["trial"] == b"1", "it is not on trial", board)
        expect_sound(board)


def same(folder):
    """The build that is there is not sent again; a new configuration alone is, and the old one is kept."""
    new, _old = builds()
    with stand_in.Board(folder, running(new)) as board:
        told = flash(board, new)
        expect("sent" not in told.tags() and "same" in told.tags(), str(told.rows))
        other = update.Build(TEXT.replace('"dwell_s": 60', '"dwell_s": 61'))
        told = flash(board, other)
        expect(told.tags().count("sent") == 1 and other.fw == new.fw, str(told.rows))
        expect(has(board, other) and files(board)["config.old"] == new.text, "the configuration is not there", board)
        expect("trial" not in files(board), "a configuration is no build on trial")
        expect_sound(board)


def hangs(folder):
    """A program that does not heed Ctrl-C is ended by its watchdog, kept, and the build takes its place."""
    new, old = builds()
    with stand_in.Board(folder, {**running(old), **staged(new), "main.py": HANGS}) as board:
        told = flash(board, new)
        expect("watchdog" in board.starts, str(told.rows), board)
        expect(told.text("kept") == "main.py as main.py.foreign", str(told.rows))
        expect(files(board)["main.py.foreign"] == HANGS and has(board, new), "it is not kept", board)
        expect_sound(board)


def foreign(folder):
    """Another program, and a boot.py of its own: both are kept, and the relays are turned off before anything else."""
    new, _old = builds()
    with stand_in.Board(folder, {**staged(new), "boot.py": FOREIGN, "main.py": FOREIGN * 2}) as board:
        told = flash(board, new)
        expect("found no build of ours" in f"found {told.text('found')}", str(told.rows))
        there = files(board)
        expect(there["boot.py.foreign"] == FOREIGN and there["main.py.foreign"] == FOREIGN * 2, "they are not kept")
        expect(has(board, new) and "state.json" in there, "the build is not whole", board)
        expect_sound(board)


def wrong_chips(folder):
    """A chip that cannot run the build is refused with the remedy, and nothing is changed."""
    new, _old = builds()
    for number, (chip, words) in enumerate((
            ({"machine": "Generic ESP32S3 module with ESP32S3"}, "and this is an esp32s3"),
            ({"version": (1, 23, 0)}, "MicroPython 1.23.0 is too old; put 1.26 or newer on it"))):
        with stand_in.Board(folder / str(number), {"boot.py": b"# none\n"}, **chip) as board:
            sentence = refusal(board, new)
            expect(words in sentence, sentence)
            expect(files(board) == {"boot.py": b"# none\n"}, "something was changed", board)
            expect(board.wait_until(lambda board=board: board.starts[-1] == "restart", 5), "it was left there", board)
            expect_sound(board)


def full(folder):
    """A flash without room is found before anything is sent; what was taken back makes room where that is enough."""
    new, old = builds()
    with stand_in.Board(folder / "1", {**running(old), "video": b"x" * 100_000}, blocks=100) as board:
        sentence = refusal(board, new)
        expect("the board's flash has" in sentence and "remove what is not Gridrest's" in sentence, sentence)
        status = talk(board)[0].report()
        expect(status and status["fw"] == old.fw and has(board, old), "the old build does not run", board)
        expect_sound(board)
    bad = {update.BAD + path[len("firmware"):]: data for path, data in old.files.items()}
    with stand_in.Board(folder / "2", {**running(old), **bad}, blocks=150) as board:
        told = flash(board, new)
        expect("room" in told.tags() and has(board, new), str(told.rows), board)


def unseen(folder):
    """A board whose feedback does not show grid is left as it was, unless nothing is wired to it yet."""
    new, old = builds()
    wiring = {**stand_in.board.WIRING, "km2": (33, "no")}
    with stand_in.Board(folder, {**running(old), **staged(new)}, wiring=wiring) as board:
        sentence = refusal(board, new)
        expect("not seen at rest: feedback says KM1 closed, KM2 closed" in sentence, sentence)
        expect(board.starts == ["power"], "it was stopped", board)
        expect(talk(board)[0].status()["state"] != "service", "it was left in service")
        told = flash(board, new, bench=True)
        expect(has(board, new) and "well" in told.tags(), str(told.rows), board)


def noisy(folder):
    """Junk between the lines of the console is passed over; at the prompt a step that it spoils is done again."""
    new, old = builds()
    with stand_in.Board(folder, {**running(old), **staged(new, MOSTLY)}) as board:
        board.is_noisy(NOISE, every=1)
        status = talk(board)[0].look()[1]
        expect(status and status["fw"] == old.fw, "it was not heard", board)
        board.is_noisy(NOISE, every=23)
        told = flash(board, new, patience=0.3)
        board.is_noisy(b"", every=0)
        expect(has(board, new), str(told.rows), board)
        expect_sound(board)


def slow(folder):
    """At the pace of a real port the limits are wide enough, for the largest file too."""
    new, old = builds()
    with stand_in.Board(folder, running(old)) as board:
        board.is_slow(SLOW_BYTES_S)
        told = flash(board, new, patience=1)
        expect("again" not in told.tags() and has(board, new), str(told.rows), board)
        expect_sound(board)


def taken_back(folder):
    """A new build that cannot start is taken back with its configuration, and flash says so; the next one mends it."""
    new, old = builds()
    broken = update.Build(TEXT)
    broken.files = {**new.files, **staging.byte_code(CRASHES)}
    broken.hashes = {path: update.sha(data) for path, data in broken.files.items()}
    with stand_in.Board(folder, {**running(old), **staged(broken)}) as board:
        sentence = refusal(board, broken, patience=1)
        for words in (f"the board runs {old.fw} and not {new.fw}", "took the old one back"):
            expect(words in sentence, sentence)
        expect(has(board, old), "the old build is not whole", board)
        told = flash(board, new)
        expect(has(board, new), str(told.rows), board)
        expect_sound(board)


def crash_loop(folder):
    """A board that starts and fails again and again is caught between two starts."""
    new, old = builds()
    damaged = {**running(old), **staging.byte_code(CRASHES)}
    with stand_in.Board(folder, {**damaged, **staged(new)}) as board:
        expect(board.wait_until(lambda: board.starts.count("restart") >= 2, 20), "it does not fail", board)
        told = flash(board, new)
        expect(has(board, new), str(told.rows), board)
        expect_sound(board)


def on_trial(folder):
    """Another build on trial is proven first, so that there is always a good one to go back to."""
    new, old = builds()
    kept = {update.OLD + path[len("firmware"):]: data for path, data in new.files.items()}
    with stand_in.Board(folder, {**running(old), **kept, **staged(new), "trial": b"2"}) as board:
        told = flash(board, new, patience=1)
        there = files(board)
        expect(f"{old.fw} is on trial there" in told.text("wait"), str(told.rows))
        expect(has(board, new) and there["trial"] == b"1", str(told.rows), board)
        expect(there["firmware.old/build.mpy"] == old.files["firmware/build.mpy"], "the proven build is not kept")
        expect_sound(board)


def unplugged(folder):
    """The cable is pulled and put back within seconds: the update goes on by itself."""
    new, old = builds()
    with stand_in.Board(folder, {**running(old), **staged(new, MOSTLY)}) as board:
        board.cut(after_bytes=40_000, unplug=True)
        opened, told = talk(board)

        def say(tag, text):
            told(tag, text)
            if tag == "again":
                board.plug()

        opened.say = say
        flashing.flash(opened, new, Wanted())
        expect("again" in told.tags() and has(board, new), str(told.rows), board)
        expect_sound(board)


def interrupted(folder):
    """Ctrl-C in the middle: the board goes back to its work with the old build, and what was sent is kept."""
    new, old = builds()
    (folder / "config.json").write_text(TEXT)
    with stand_in.Board(folder / "board", running(old)) as board:
        process = begun(folder, "flash", board.port)
        while process.stdout.readline()[:4] not in ("sent", ""):
            pass
        process.send_signal(signal.SIGINT)
        _said, complaint = process.communicate(timeout=COMMAND_S)
        expect(process.returncode == 130 and complaint.endswith("gridrest: interrupted\n"), complaint, board)
        status = talk(board)[0].report()
        expect(status and status["fw"] == old.fw and has(board, old), "the old build does not run", board)
        expect(status["counters"]["resets"] == 1, f"restarts counted: {status['counters']}")
        expect("files are there already" in flash(board, new).text("resume") and has(board, new), "it is not kept")
        expect_sound(board)


def two_boards(folder):
    """Of two boards the one that is named is flashed, and the other is not touched."""
    new, old = builds()
    with stand_in.Board(folder / "a", {**running(old), **staged(new)}) as first:
        with stand_in.Board(folder / "b", running(old)) as second:
            flash(second, old)
            expect(first.starts == ["power"] and has(first, old), "the other was touched", first)


STORIES = {story.__name__: story for story in (
    blank, goes_on, same, hangs, foreign, wrong_chips, full, unseen, noisy, slow, taken_back, crash_loop, on_trial,
    unplugged, interrupted, two_boards)}
