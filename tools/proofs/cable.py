"""Updates of a board at a cable, ended at random: power, torn writes of the flash, the cable. Then the same once more.

The board is the stand-in: real MicroPython on a littlefs, reached through the real mpremote. Whatever an update was
ended by, the board must start with the old build or the new one, whole, with no relay ever on; and a further `flash`
must bring it to the new one.
"""

import concurrent.futures
import pathlib
import random
import tempfile

from tools import micropython, stand_in
from tools.cable import flashing, session
from tools.cable.ports import Trouble
from tools.proofs import cable_care, cable_stories
from tools.proofs.cable_house import builds, expect, expect_sound, files, flash, has, talk
from tools.stand_in import shared

SENTENCE = "A flash over the cable ended at random bytes and writes: old or new, whole, on grid; the next one mends it."
CUTS, QUICK = 200, 5
AT_ONCE = 4
PATIENCE = 0.2  # a good part of these boards does not come back by itself
BACK_S = (None, None, 0.2, 2.0)
FAILURES_MAX = 20
STORIES = {**cable_stories.STORIES, **cable_care.STORIES}


class House:
    """What all cuts have in common: both builds, and the flash of a board that runs the old one."""

    def __init__(self, folder):
        self.new, self.old = builds()
        with stand_in.Board(folder / "old") as board:
            flash(board, self.old)
            board.power_off()
            self.image = board.flash.read_bytes()
        with stand_in.Board(folder / "new", image=self.image) as board:  # to know how long an update is
            heard, written = board.supervisor.heard, board.chip.get(shared.CHANGES)
            flash(board, self.new)
            self.bytes = board.supervisor.heard - heard
            self.writes = board.chip.get(shared.CHANGES) - written


class Cut:
    """Where one update ends."""

    def __init__(self, kind, at, back_s=None):
        self.kind, self.at, self.back_s = kind, at, back_s

    @classmethod
    def drawn(cls, chance, house):
        back_s = chance.choice(BACK_S)
        kind = chance.choice(("power", "power", "write", "torn write", "cable"))
        return cls(kind, chance.randrange(1, house.writes if "write" in kind else house.bytes), back_s)

    def __str__(self):
        back = "" if self.back_s is None or self.kind == "cable" else f", back after {self.back_s} s"
        return f"{self.kind} at {self.at}{back}"

    def plan(self, board):
        if "write" in self.kind:
            board.cut(at_write=self.at, torn=self.kind == "torn write", back_s=self.back_s)
        elif self.kind == "cable":
            board.cut(after_bytes=self.at, unplug=True)
        else:
            board.cut(after_bytes=self.at, back_s=self.back_s)


def run(progress, quick, seed):
    figures = {"ok": False, "cuts": 0, "old": 0, "new": 0, "mended_by_itself": 0, "not_reached": 0, "stories": 0,
               "failures": []}
    try:
        micropython.find(bits=32)
    except micropython.Unavailable as sentence:
        figures["failures"].append(str(sentence))
        return figures
    with tempfile.TemporaryDirectory(prefix="gridrest-") as name:
        folder = pathlib.Path(name)
        house = House(folder / "house")
        figures["bytes_and_writes_of_an_update"] = f"{house.bytes}, {house.writes}"
        chance = random.Random(seed)
        jobs = [] if quick else [(name, tell, name) for name, tell in STORIES.items()]
        cuts = [Cut.drawn(chance, house) for _ in range(QUICK if quick else CUTS)]
        jobs += [(str(cut), _cut(house, cut), "cut") for cut in cuts]
        _play(jobs, folder, figures, progress)
    figures["ok"] = not figures["failures"]
    del figures["failures"][FAILURES_MAX:]
    return figures


def _play(jobs, folder, figures, progress):
    """Each of (name, what is done in a folder, "cut" or not), some at once; they wait most of the time."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        running = {}
        for number, (name, job, kind) in enumerate(jobs):
            place = folder / str(number)
            place.mkdir()
            running[pool.submit(job, place)] = name, kind
        for done, ended in enumerate(concurrent.futures.as_completed(running), 1):
            name, kind = running[ended]
            figures["cuts" if kind == "cut" else "stories"] += 1
            try:
                found = ended.result()
            except Exception as failure:
                figures["failures"].append(f"{name}: {type(failure).__name__}: {failure}")
            else:
                if kind == "cut":
                    figures[found] += 1
            progress.update(done, len(jobs))


def _cut(house, cut):
    return lambda folder: end_at(house, cut, folder)


def end_at(house, cut, folder):
    """Which build the board had after the cut, that the update went on by itself, or that it was over before the cut:
    no two updates are of the same length. Raises what is wrong.
    """
    with stand_in.Board(folder, image=house.image) as board:
        cut.plan(board)
        try:
            flash(board, house.new, PATIENCE)
            found = "not_reached" if board.awaits_cut() else "mended_by_itself"
        except Trouble as trouble:
            expect(not board.awaits_cut(), f"the update failed before it was ended: {trouble}", board)
            found = None
        if found == "not_reached":
            board.power_off()  # for else the cut would end the second update
        if cut.kind == "cable" and not found:
            board.power_off()  # for else its watchdog would restart it only after ten minutes
        board.plug()
        board.power_on()
        found = found or judge(house, board)
        flash(board, house.new)
        expect(has(board, house.new), "the second update is not whole", board)
        expect_sound(board)
        return found


def judge(house, board):
    """Which build the board runs after a cut, by its own word and by its flash. Raises what is wrong."""
    status = talk(board)[0].report()
    expect(status, "it does not report", board)
    expect(session.seen_at_rest(status), f"it is not at rest: {status['command']}, {status['inputs']}", board)
    expect(not {*flashing.MENDED_BY_FLASH, "state-lost"} & set(status["faults"]), str(status["faults"]), board)
    build = {house.old.fw: house.old, house.new.fw: house.new}[status["fw"]]
    expect(has(board, build), f"{build.fw} is not whole: {sorted(files(board))}", board)
    return "new" if build is house.new else "old"
