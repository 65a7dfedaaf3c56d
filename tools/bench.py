"""Measures the firmware, and beside it in the same run what a maker would otherwise write (alternative.py): turns of
the loop, the start, the heap, and how long a button takes when the broker says nothing.

Both are compiled and run on 32-bit MicroPython, on the same board of a few lines (board_stub.py), connected with the
same broker, in virtual time; only the button is pressed in real time. They take turns, round by round, so that whatever
else the computer does falls on both. Real time is the processor's, where MicroPython can ask for it.
"""

import concurrent.futures
import json
import statistics
import subprocess
import time

from firmware.core import dates
from tools import heap, micropython, mosquitto, press, staging, ticks
from tools.configuration import EXAMPLE
from tools.sim import run, scenario

HEAP_KIB = 160
HOUSE = {**ticks.HOUSE, "limits": {"dwell_s": 10}, "v2l": [{"days": "daily", "from": "05:30", "to": "23:20"}]}
PRESSED_HOUSE = {**ticks.HOUSE, "limits": {"dwell_s": 10, "entries_per_hour": 12, "entries_per_day": 24}}
DAY_S = dates.seconds(2026, 11, 20)
WINDOW_S = (5 * 60 + 30) * 60
TURNS_A_SECOND = 50
TURNS = ("steady", "slow", "transfer")
TIMEOUT_S = 300
FOR_EVER = float("inf")


class Effort:
    """How much is measured."""

    def __init__(self, quick):
        self.quick = quick
        self.rounds = 3 if quick else 5
        self.grid_s = 25 if quick else 120  # before the window
        self.turns = 2 * self.grid_s * TURNS_A_SECOND
        self.boards, self.presses = (1, 6) if quick else (13, 24)  # with a silent broker: so many, and each so often
        self.others = 1 if quick else 4  # of the alternative, once each: it does not come to a second press
        self.within_s = 1 if quick else 25
        self.days = (2, 1) if quick else (20, 10)  # simulated on CPython, on MicroPython
        self.steps = 2 * self.rounds + 10 + self.boards


class Failed(RuntimeError):
    """What the programs said when they did not run as they should."""


class Program:
    def __init__(self, name, files, port=None):
        self.name = name
        self.files = files
        self.port = port  # of the broker; ours has it in its configuration


def measure(progress, quick=False):
    """All figures, as they are for `--json`. Raises packaged.Unavailable, and RuntimeError where something breaks."""
    effort = Effort(quick)
    interpreter, broker = micropython.find(bits=32), mosquitto.find()
    with broker.running() as running:
        ours, theirs = firmware(HOUSE, running.port), alternative()
        figures = Bench(effort, interpreter, progress).all(
            Program("gridrest", ours), Program("polling loop", theirs, running.port))
    about = {"micropython": {"version": ".".join(map(str, interpreter.version)), "bits": interpreter.bits},
             "broker": str(broker), "heap_kib": HEAP_KIB, "rounds": effort.rounds, "turns": effort.turns}
    return {**about, **figures}


def firmware(house, port):
    """The files of a board in that house, with its broker here."""
    told = {**house, "wifi": {"ssid": "home"},
            "mqtt": {"host": "127.0.0.1", "port": port, "discovery": True, "commands": True}}
    return heap.with_library({**staging.stage(json.dumps(told), compiled=True), "state.json": run.first_state(0)})


def alternative():
    """The alternative's files, compiled as ours are."""
    return heap.with_library(staging.byte_code({"alternative.py": (heap.TOOLS / "alternative.py").read_bytes()}))


class Bench:
    def __init__(self, effort, interpreter, progress):
        self.effort = effort
        self.interpreter = interpreter
        self.progress = progress
        self.done = 0

    def all(self, ours, theirs):
        rounds = {ours: [], theirs: []}
        for number in range(self.effort.rounds):
            for program in rounds:
                self.step(f"{program.name}, round {number + 1} of {self.effort.rounds}")
                rows = self.board(program, self.call("timed", program), HEAP_KIB + 4 * self.effort.turns // 1024)
                rounds[program].append(times(rows))
        figures = {program: middle(found) for program, found in rounds.items()}
        for program in rounds:
            self.step(f"{program.name}, allocation")
            for kind, spent in allocated(self.board(program, self.call("counted", program))).items():
                if kind in figures[program]:
                    figures[program][kind]["bytes"] = spent
        figures[ours]["silent_broker"], figures[theirs]["silent_broker"] = self.silence(), self.silence_of_alternative()
        figures[ours]["heap"], figures[theirs]["heap"] = self.heap(), self.heap_of_alternative(theirs)
        for program in rounds:
            figures[program]["heap"]["smallest"] = self.smallest(program)
        figures[ours]["simulated"] = self.simulated()
        return {**figures[ours], "alternatives": {"polling-loop": figures[theirs]}}

    def step(self, note):
        self.progress.update(self.done, self.effort.steps, note)
        self.done += 1

    def call(self, function, program):
        begun_s = WINDOW_S - self.effort.grid_s
        return f"{function}({program.port}, {DAY_S + begun_s}, {begun_s}, {self.effort.turns})"

    def board(self, program, call, heap_kib=400, module="bench_board"):
        """What a call into the board's scripts prints, as rows of words and whole numbers. Its flash is fresh."""
        with heap.laid_out({**program.files, **heap.scripts()}) as folder:
            ran = self.ran(program.name, heap.calling(folder, module, call), (), f"{heap_kib}k")
        rows = [line.split() for line in ran.stdout.splitlines() if line[:1] != "{"]
        for row in rows:
            if row[0] == "mqtt:":
                raise Failed(f"{program.name} had trouble with its broker, {' '.join(row)}")
        return [[int(word) if word.isdigit() else word for word in row] for row in rows]

    def silence(self):
        """How long a press takes beside a broker that accepts and then says nothing."""
        found = []
        for board in range(self.effort.boards):
            self.step(f"a silent broker, board {board + 1} of {self.effort.boards}")
            with press.SilentBroker() as broker:
                found += self.presses(firmware(PRESSED_HOUSE, broker.port), None, self.effort.presses, board)
        return silent(found, self.effort.within_s)

    def silence_of_alternative(self):
        self.step("a silent broker, polling loop")

        def once(seed):
            with press.SilentBroker() as broker:
                return self.presses(alternative(), broker.port, 1, seed)

        with concurrent.futures.ThreadPoolExecutor(self.effort.others) as pool:
            return silent(sum(pool.map(once, range(self.effort.others)), []), self.effort.within_s)

    def presses(self, files, port, count, seed):
        call = f"main({port}, {count}, {seed}, {DAY_S})"
        return press.presses(self.interpreter, files, call, HEAP_KIB, self.effort.within_s)

    def heap(self):
        """The firmware's heap, and what each module adds, compiled by itself, that stays once the board has started."""
        self.step("heap")
        total = heap.running(self.interpreter)
        self.step("heap by module")
        return {"total": total, "modules": heap.by_module(self.interpreter)}

    def heap_of_alternative(self, program):
        self.step("heap of the polling loop")
        rows = dict(self.board(program, f"held({program.port}, 300)"))
        return {"total": rows.pop("running"), "modules": rows}

    def smallest(self, program):
        """The smallest heap in which a program comes to the end of its first turn; ours with all that it can have."""
        self.step(f"{program.name}, smallest heap")
        if program.port is None:
            return heap.smallest(self.interpreter)
        return heap.smallest(self.interpreter, program.files, f"begun({program.port})", "bench_board")

    def simulated(self):
        """Days of the example configuration that the simulator plays in a second, its own start included."""
        found = {}
        for name, days, play in zip(("cpython", "micropython"), self.effort.days, (on_cpython, self.on_micropython)):
            self.step(f"days on {name}")
            text = json.dumps({"name": "example", "for": f"{24 * days}:00:00",
                               "config": json.loads(EXAMPLE.read_text(encoding="utf-8"))})
            begun = time.monotonic()
            play(text)
            found[name + "_days_per_s"] = round(days / (time.monotonic() - begun), 1)
        return found

    def on_micropython(self, text):
        files = staging.stage(scenario.read(text)[0].config_text, compiled=True, quiet=True)
        with heap.laid_out(files) as board, heap.laid_out({"example.json": text.encode()}) as told:
            self.ran("the simulator", "import sys\nfrom tools.sim import play\nplay.main(sys.argv[1:])",
                     [told + "/example.json", board], "24m")

    def ran(self, name, code, arguments, heapsize):
        try:
            ran = self.interpreter.run(code, arguments, heapsize, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"{name} had not come to its end after {TIMEOUT_S} s") from None
        if ran.returncode or ran.stderr:
            raise Failed(f"{name} did not run on {self.interpreter}: {(ran.stdout + ran.stderr)[-400:]}")
        return ran


def on_cpython(text):
    run.play(scenario.read(text)[0], lambda _line: None)


def times(rows):
    """The figures of one round, from its start and every turn."""
    single = {row[0]: row[1] for row in rows if row[0] in ("import", "first")}
    spent = {kind: sorted(row[1] for row in rows if row[0] == kind) for kind in (*TURNS, "network")}
    seconds = sum(len(spent[kind]) for kind in TURNS) / TURNS_A_SECOND
    found = {"tick": {"median_us": quantile(spent["steady"], 500), "p999_us": quantile(spent["steady"], 999),
                      "worst_us": spent["steady"][-1]},
             "slow": {"median_us": quantile(spent["slow"], 500), "worst_us": spent["slow"][-1]},
             "second": {"us": int(sum(map(sum, spent.values())) / seconds)},
             "start": {"import_us": single["import"], "first_turn_us": single["first"]}}
    if spent["network"]:
        found["network"] = {"median_us": quantile(spent["network"], 500), "worst_us": spent["network"][-1]}
    return found


def silent(presses, within_s):
    """What many presses come to; None where nothing came of one. Those that the computer disturbed say nothing of the
    program, so they count only where there is no other.
    """
    sound = [us for us, is_disturbed in presses if not is_disturbed]
    waits = sorted(FOR_EVER if us is None else us for us in sound or [us for us, _is_disturbed in presses])
    found = {key: None if wait == FOR_EVER else wait for key, wait in
             (("p50_us", quantile(waits, 500)), ("p99_us", quantile(waits, 990)), ("p100_us", waits[-1]))}
    return {"presses": len(presses), "disturbed": len(presses) - len(sound), "within_s": within_s, **found}


def quantile(ordered, per_mille):
    """The smallest that so many thousandths of all do not exceed."""
    return ordered[-(-len(ordered) * per_mille // 1000) - 1]


def middle(rounds):
    """The same figures, each the median over all rounds."""
    return {name: {key: statistics.median_low(figures[name][key] for figures in rounds) for key in rounds[0][name]}
            for name in rounds[0]}


def allocated(rows):
    """The bytes of the worst steady turn, and of the others on average."""
    steady, slow, network = ([row[2:] for row in rows if row[1] == kind] for kind in ("steady", "slow", "network"))
    return {"tick": max(worst for _turns, _spent, worst in steady), "slow": mean(slow), "network": mean(network)}


def mean(rows):
    """None where there are none."""
    count = sum(row[0] for row in rows)
    return sum(row[1] for row in rows) // count if count else None
