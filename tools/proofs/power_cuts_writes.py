"""Every kind of write that the firmware makes, and what a board must find after a power cut within it.

Runs on MicroPython, in the folder of a file system under test; see power_cuts_worker.py.
"""

import os

from firmware.app import outbox, recall, storage
from firmware.core import boards, config, controller, jsontext, record, status
from firmware.device import files, journal
from tools.proofs.power_cuts_house import put, read, tree

OLD, NEW = "old", "new"  # what a judge finds; anything else is a sentence about what is wrong
STATE, ASIDE, TRIAL = storage.STATE, storage.STATE + files.ASIDE, storage.TRIAL
DAMAGED = b'{"v":1,"saved":' + b"x" * 600
RECENT = 40  # records of which every number is looked at
KEPT = 500  # records, of a long journal


class Write:
    """What is there before, the write itself, and what a start after a cut must find; `repeats` follow each other."""

    repeats = 1

    def __init__(self, house, options):
        self.house = house
        for name, value in options.items():
            setattr(self, name, value)


def flushed(path, mode, pieces):
    """A write as the firmware must not make one: in place, and made real piece by piece."""
    with open(path, mode) as file:
        for piece in pieces:
            file.write(piece)
            file.flush()


class State(Write):
    """The record of the run, as it is replaced before each entry."""

    first = False
    beside = None  # what an earlier cut left there
    unsafe = False

    def prepare(self):
        found, _none = config.check('{"board": "%s", "zone": "UTC0"}' % boards.PROFILES[0][0], boards.PROFILES)
        self.core = controller.Controller(found.setup, found.schedule)
        self.store = storage.Storage(self.core, outbox.Outbox(self.core, status.About()), False)
        if not self.first:
            self.store.mark()
        if self.beside:
            put(STATE + ".tmp", self.beside)

    def act(self, turn):
        self.core.resets = turn + 1
        if self.unsafe:
            text = jsontext.write(record.pairs(self.core)).encode()
            flushed(STATE, "wb", [text[: len(text) // 2], text[len(text) // 2 :]])
        else:
            self.store.mark()

    def judge(self, turn):
        saved, problem = recall.load()
        if saved is None and not (self.first and turn == 0 and problem == "missing"):
            return "the state is " + problem
        resets = saved["counters"]["resets"] if saved else turn
        if resets not in (turn, turn + 1):
            return "the state is of turn %d" % resets
        if not files.replace(STATE, DAMAGED) or read(STATE) != DAMAGED:
            return "the state cannot be replaced again"
        return OLD if resets == turn else NEW


def line(n):
    return journal.line(n, 190_000_000 + n * 61, n * 60, 1 + n // 9, "transfer", "to-v2l", [n % 7, "schedule", n * 3])


def numbers(path):
    """Those of all whole records in a file."""
    lines = (read(path) or b"").split(b"\n")
    return [int(text[5 : text.find(b",")]) for text in lines if text.find(b"} ") > 0]


class Records(Write):
    """Records are appended: all of them are there or none, and no number is given twice."""

    before = 20  # records, and more until the segment has `size` bytes
    size = 0
    count = 3
    unsafe = False

    def prepare(self):
        self.told = 0
        self.book = journal.Journal()
        self.book.start()
        while self.told < self.before:
            self._append(min(64, self.before - self.told))
        while self.book.size < self.size:
            self._append(1)

    def _append(self, count):
        self.book.append([line(self.told + i + 1) for i in range(count)])
        self.told += count

    def act(self, _turn):
        if self.unsafe:
            flushed("journal.0", "ab", [line(self.told + i + 1) for i in range(self.count)])
            self.told += self.count
        else:
            self._append(self.count)

    def judge(self, _turn):
        book = journal.Journal()
        codes = book.start()
        if codes:
            return "the journal says " + codes[0]
        last = book.n - 1
        if last not in (self.told, self.told - self.count):
            return "the journal ends at %d, which is neither before nor after %d" % (last, self.told)
        if not book.append([line(last + 1)]):
            return "the journal cannot be written again"
        return self._missed(last + 1) or (NEW if last == self.told else OLD)

    def _missed(self, last):
        book = journal.Journal()
        if book.start() or book.n != last + 1:
            return "the journal cannot be read again"
        count = min(last, KEPT if self.told > KEPT else RECENT)
        found = [int(text[5 : text.find(",")]) for text in book.last(count) if text]
        return None if found == list(range(last - count + 1, last + 1)) else "records are missing, or there twice"


class TornRecords(Write):
    """A start finds the newer segment torn, sets it aside and goes on."""

    def prepare(self):
        put("journal.0", b"".join([line(1 + i) for i in range(30)]))
        put("journal.1", b"".join([line(31 + i) for i in range(30)]) + b'{"n":61,"t":"torn')

    def act(self, _turn):
        book = journal.Journal()
        book.start()
        book.append([line(book.n)])

    def judge(self, turn):
        was_there = 60 in numbers("journal.1")
        self.act(turn)
        found = [n for path in ("journal.0", "journal.1", "journal.1" + files.ASIDE) for n in numbers(path)]
        if len(found) != len(set(found)) or not set(range(1, 61)) <= set(found):
            return "records are missing, or there twice"
        return "the journal is torn again" if journal.Journal().start() else OLD if was_there else NEW


class Trial(Write):
    """The count of starts goes, once the build was found healthy."""

    def prepare(self):
        put(TRIAL, b"1")
        self.house.builds[2].put("firmware.old")

    def act(self, _turn):
        files.remove(TRIAL)

    def judge(self, _turn):
        count = read(TRIAL)
        if not self.house.builds[0].runs() or count not in (None, b"2"):
            return "another build runs, or the count is odd"
        return OLD if count else NEW


class SetAside(Write):
    """A start finds a damaged file and keeps it for a person to look at."""

    older = None

    def prepare(self):
        put(STATE, DAMAGED)
        if self.older:
            put(ASIDE, self.older)

    def act(self, _turn):
        recall.load()

    def judge(self, _turn):
        there, aside = read(STATE), read(ASIDE)
        if (there, aside) not in ((DAMAGED, self.older), (None, DAMAGED)):
            return "the damaged file is neither there nor aside"
        if recall.load()[1] != ("damaged" if there else "missing") or read(ASIDE) != DAMAGED:
            return "the damaged file is not set aside in the end"
        return OLD if there else NEW


class Update(Write):
    """A start of boot.py that has work to do; after any cut the next one gets to its end. Builds by their number."""

    running = 0
    beside = ()  # (folder, build)
    marker = None  # (file, what is in it)
    gone = False  # the running build is found as firmware.old alone
    ends = ()  # (folder, build or None)
    trials = ()  # how often the build may have been tried

    def prepare(self):
        self.house.builds[self.running].put_to_run()
        for folder, number in self.beside:
            self.house.builds[number].put(folder)
        if self.marker:
            put(*self.marker)
        if self.gone:
            os.rename("firmware", "firmware.old")
            put("boot.py", self.house.builds[1].boot)

    def act(self, _turn):
        self.house.start()

    def judge(self, _turn):
        builds = self.house.builds
        if not builds[self.ends[0][1]].runs():
            return "the wrong build runs"
        for folder, number in self.ends:
            if tree(folder) if number is None else not builds[number].is_in(folder):
                return folder + " is not what it should be"
        if files.exists("switch") or (read(TRIAL) or b"-") not in (self.trials or (b"-",)):
            return "the update is not at its end"
        return NEW


A, B, C = 0, 1, 2
TRIED = (b"1", b"2", b"3")
BUILD, FRESH, KEPT_BUILD, BAD = "firmware", "firmware.new", "firmware.old", "firmware.bad"
SWITCHED = ((BUILD, B), (KEPT_BUILD, A), (FRESH, None))
TAKEN_BACK = {"running": B, "beside": ((KEPT_BUILD, A), (BAD, C)), "marker": (TRIAL, b"3"),
              "ends": ((BUILD, A), (BAD, B), (KEPT_BUILD, None))}
WRITES = (
    ("state.json, the first", State, {"first": True}),
    ("state.json, over an old one", State, {}),
    ("state.json, after an earlier cut", State, {"beside": DAMAGED}),
    ("state.json, for years", State, {"repeats": 4000}),
    ("state.json, set aside", SetAside, {}),
    ("state.json, set aside over another", SetAside, {"older": b"older" * 90}),
    ("journal, the first records", Records, {"before": 0}),
    ("journal, append", Records, {}),
    ("journal, append over a border of 4 KB", Records, {"size": 2 * 4096 - 150}),
    ("journal, append of 64", Records, {"count": storage.PENDING_MAX}),
    ("journal, the second segment begun", Records, {"size": journal.FULL_BYTES}),
    ("journal, rotation over old records", Records, {"before": 1500, "size": journal.FULL_BYTES}),
    ("journal, through both segments", Records, {"repeats": 500}),
    ("journal, a torn segment set aside", TornRecords, {}),
    ("trial, removed", Trial, {}),
    ("boot.py, a new build", Update, {"beside": ((FRESH, B),), "marker": ("switch", b""), "ends": SWITCHED,
                                      "trials": TRIED}),
    ("boot.py, a new build, with an older one kept", Update, {
        "beside": ((FRESH, B), (KEPT_BUILD, C)), "marker": ("switch", b""), "ends": SWITCHED, "trials": TRIED}),
    ("boot.py, a start on trial counted", Update, {"beside": ((KEPT_BUILD, C),), "marker": (TRIAL, b"1"),
                                                   "ends": ((BUILD, A), (KEPT_BUILD, C)), "trials": TRIED[1:]}),
    ("boot.py, a build taken back", Update, TAKEN_BACK),
    ("boot.py, the old build brought back", Update, {"gone": True, "ends": ((BUILD, A), (KEPT_BUILD, None))}),
)
UNSAFE = (
    ("state.json, written unsafely", State, {"unsafe": True}),
    ("journal, written unsafely", Records, {"unsafe": True}),
)
