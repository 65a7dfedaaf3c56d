"""What the documents promise and no other test shows: pulses, feeds and writes at the right moments, and ways out."""

import ast
import builtins
import functools
import json
import pathlib
import types

import pytest

from firmware.app import desk, outbox
from firmware.core import faults
from host_tests.story import idle, near
from host_tests.test_net_thread import World
from tools import configuration
from tools.proofs import branches

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRMWARE = sorted((ROOT / "firmware").rglob("*.py"))
HEARTBEAT = 27  # its pin on the board of these tests
HALF_MS = 2_500  # of the watchdog's time
ALL_DAY = ((127, 0, 1440),)


@functools.cache
def tree(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imported(path):
    return {name for node in ast.walk(tree(path)) if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]}


def calls(path, name):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)
            and name in (getattr(node.func, "attr", None), getattr(node.func, "id", None))]


# From the text alone.


def test_the_gate_and_the_changeover_share_no_code():
    assert imported("firmware/core/gate.py") == set()
    assert "firmware.core.gate" not in imported("firmware/core/changeover.py") | {
        f"firmware.core.{name}" for name in imported("firmware/core/changeover.py")}


def test_the_watchdog_is_fed_at_one_place():
    fed = [path.name for path in FIRMWARE for node in calls(path, "feed") if "watchdog" in ast.unparse(node.func)]
    assert fed == ["loop.py"] and not calls("main.py", "feed")


def test_no_socket_listens():
    with_sockets = [path for path in FIRMWARE if "socket" in imported(path)]
    assert len(with_sockets) == 3
    assert [path.name for path in with_sockets for name in ("bind", "listen", "accept") if calls(path, name)] == []


def test_the_network_writes_no_file():
    for path in FIRMWARE:
        if path.parent.name == "net":
            assert not imported(path) & {"os.path", "firmware.device", "firmware.device.files", "files", "journal"}
            assert all(node.args[1].value == "rb" for node in calls(path, "open") if not hasattr(node.func, "attr"))
            assert not calls(path, "remove") and not calls(path, "rename")


def test_the_console_knows_no_command_that_gets_past_a_permit_or_acknowledges():
    """All that it can ask for, asked of a board with a latched fault."""
    assert [name for name in vars(desk.Desk) if name[0] != "_"] == [
        "status", "set_time", "set_service", "supervise"]
    house = near()
    house.core.faults.latch(faults.KM2_STUCK)
    house.run(seconds=2)
    clock = types.SimpleNamespace(set=lambda now_s, _up_s: house.core.clock.set(now_s, 1, "hand") or True)
    parts = types.SimpleNamespace(outbox=None, storage=types.SimpleNamespace(journal=None, up_s=0), timekeeper=clock,
                                  keepsake=None, inputs=house.inputs)
    asked = desk.Desk(house.core, parts)
    for ask in (lambda: asked.set_service(True), lambda: asked.set_service(False),
                lambda: asked.set_time(house.clock_s + 60),
                *[functools.partial(asked.supervise, wish) for wish in ("begin", "v2l", "hang", "grid", "end")]):
        ask()
        house.run(seconds=30)
        assert house.outputs == (0, 0) and house.core.faults.latched >> faults.KM2_STUCK & 1


# Every way out of main.py.


class Board:
    """What main.py finds, written down in the order in which it is used."""

    def __init__(self, end, crashes=0, interrupted=0):
        self.log, self.end, self.interrupted = [], end, interrupted
        self.names = {"__builtins__": {**vars(builtins), "__import__": self._import, "print": lambda *_text: None},
                      "relays_off": self._off, "RELAYS": (), "CRASHES": crashes}

    def start(self):
        exec((ROOT / "main.py").read_text(encoding="utf-8"), self.names)
        return self.log

    def _off(self):
        self.log.append("off")
        if self.interrupted:
            self.interrupted -= 1
            raise KeyboardInterrupt

    def _run(self):
        self.log.append("on")
        if self.end:
            raise self.end

    def _import(self, name, *_rest):
        if name == "firmware.app" and self.end is ImportError:
            raise ImportError
        return {"firmware.app": types.SimpleNamespace(bring_up=types.SimpleNamespace(
                    bring_up=lambda _relays: types.SimpleNamespace(run=self._run))),
                "firmware.device": types.SimpleNamespace(rtcmem=types.SimpleNamespace(
                    leave=lambda planned, ended: self.log.append((planned, ended)))),
                "machine": types.SimpleNamespace(WDT=lambda timeout: self.log.append(timeout),
                                                 reset=lambda: self.log.append("reset")),
                "time": types.SimpleNamespace(sleep=lambda s: self.log.append(f"{s} s"))}[name]


@pytest.mark.parametrize("end, word", [(None, "returned"), (ValueError, "ValueError"), (MemoryError, "MemoryError"),
                                       (OSError, "OSError"), (ImportError, "ImportError")])
def test_every_way_out_of_main_turns_the_relays_off_first_and_restarts(end, word):
    log = Board(end).start()
    assert [what for what in log if what != "on"][0] == "off"
    assert log[-2:] == [(0, word), "reset"]


@pytest.mark.parametrize("end", [SystemExit, GeneratorExit])
def test_every_way_out_of_main_that_python_does_not_call_an_error_restarts_too(end):
    assert Board(end).start() == ["on", "off", "off", "reset"]


def test_every_way_out_of_main_by_ctrl_c_leads_to_the_prompt_with_ten_minutes_and_is_no_unasked_restart():
    assert Board(KeyboardInterrupt).start() == ["on", "off", "off", 600_000, (1, "prompt")]


def test_every_way_out_of_main_by_ctrl_c_turns_the_relays_off_though_a_second_one_comes_meanwhile():
    board = Board(KeyboardInterrupt, interrupted=1)
    with pytest.raises(KeyboardInterrupt):
        board.start()
    assert board.log == ["on", "off", "off"]


@pytest.mark.parametrize("crashes, rests", [(2, False), (3, True), (250, True)])
def test_a_board_that_ends_again_and_again_rests_for_half_a_minute_with_its_relays_off(crashes, rests):
    log = Board(ValueError, crashes).start()
    assert log.index("off") < log.index("reset")
    assert log[log.index((0, "ValueError")) + 1:] == ([600_000, "30 s"] if rests else []) + ["reset"]


# Through the whole firmware.


class Levels(dict):
    """Of the board's pins; notes when the heartbeat changes."""

    def __init__(self, world):
        self.world, self.pulses = world, []

    def __setitem__(self, pin, level):
        if pin == HEARTBEAT and pin in self and self[pin] != level:
            self.pulses.append(self.world.ms)
        super().__setitem__(pin, level)


def watched(events=(), length="00:00:40", from_ms=3_000):
    """A run, with the pulses, the feeds, the ends of turns (ms, how long, healthy) and the slow parts from then on."""
    run = branches.Run(branches.house(events=events, length=length), skip=False)
    world, seen = run.world, types.SimpleNamespace(feeds=[], turns=[], slow=[])
    world.board.levels = seen.levels = Levels(world)

    def watch():
        seen.levels.pulses.clear()
        kind = type(run.player.loop())
        judge, slow, feed = kind._is_healthy, kind._slow, world.board.feed

        def judged(loop, spent_ms):
            seen.turns.append((world.ms, spent_ms, judge(loop, spent_ms)))
            return seen.turns[-1][2]
        kind._is_healthy = judged
        kind._slow = lambda loop: seen.slow.append((world.ms, loop.core.is_transferring())) or slow(loop)
        world.board.feed = lambda ms: seen.feeds.append(ms) or feed(ms)

    world.after(from_ms, watch)
    run.play()
    return run, seen


@pytest.fixture(scope="module")
def ordinary():
    return watched()


def on_ms(run):
    return [row["ms"] for row in run.told("plant") if row["pilot"] == "on"][0]


def written_ms(run, seen):
    """The turn in which the entry's mark is written: (its begin, its end)."""
    long = [(ms - spent_ms, ms) for ms, spent_ms, _healthy in seen.turns if spent_ms > 200 and ms <= on_ms(run)]
    return long[-1]


def test_a_settled_turn_lasts_20_ms_one_of_a_transfer_1_and_the_slow_part_comes_once_a_second_and_not_then(ordinary):
    run, seen = ordinary
    settled = [after - before for before, after in zip(seen.levels.pulses, seen.levels.pulses[1:])
               if on_ms(run) + 2_000 < before]
    assert settled and set(settled) == {20}
    fast = [after - before for before, after in zip(seen.levels.pulses, seen.levels.pulses[1:])
            if on_ms(run) < before < on_ms(run) + 40]
    assert fast and set(fast) == {1}
    gaps = [after[0] - before[0] for before, after in zip(seen.slow, seen.slow[1:]) if before[0] > on_ms(run) + 2_000]
    assert {round(gap, -2) for gap in gaps} == {1_000} and not any(moving for _ms, moving in seen.slow)


def test_the_heartbeat_and_the_feed_come_once_in_each_healthy_turn_and_in_no_other(ordinary):
    run, seen = ordinary
    begin_ms, end_ms = written_ms(run, seen)
    assert all(healthy for _ms, _spent_ms, healthy in seen.turns)
    gaps = [after - before for before, after in zip(seen.levels.pulses, seen.levels.pulses[1:])]
    assert max(gaps) <= 500 and seen.levels.pulses[0] < on_ms(run)
    for stall_ms in (HALF_MS - 500, HALF_MS + 10):
        stalled, seen = watched([(f"00:00:{(begin_ms + 100) / 1000:06.3f}", "stall", {"ms": stall_ms})])
        ill = [spent_ms for _ms, spent_ms, healthy in seen.turns if not healthy]
        assert len(ill) == (stall_ms > HALF_MS) and all(spent_ms > HALF_MS for spent_ms in ill)
        healthy_ms = [ms for ms, _spent_ms, healthy in seen.turns if healthy]
        assert seen.levels.pulses == seen.feeds == healthy_ms and stalled.told("reset") == []


def test_the_heartbeat_does_not_begin_before_the_loop_runs_and_ends_with_it():
    run = branches.Run(branches.house(events=[("00:00:30", "hang", {})], length="00:00:45"), skip=False)
    run.world.board.levels = levels = Levels(run.world)
    run.play()
    [reset] = run.told("reset")
    before = [ms for ms in levels.pulses if ms < reset["ms"]]
    assert before[-1] <= 30_020 and before[0] > 900 and [ms for ms in levels.pulses if ms > reset["ms"] + 950]


def test_the_longest_turn_is_in_the_status(ordinary):
    run, seen = ordinary
    begin_ms, _end_ms = written_ms(run, seen)
    events = [(f"00:00:{(begin_ms + 100) / 1000:06.3f}", "stall", {"ms": 1_500})]
    run = branches.Run(branches.house(events=events, length="00:00:40")).play()
    assert 1_500 <= run.told("status")[-1]["status"]["loop"]["worst_ms"] <= 2_100


@pytest.mark.parametrize("held_ms, enters", [(150, True), (3_000, False)])
def test_a_press_while_an_entry_is_written_is_not_seen_if_it_ends_there_and_bars_the_entry_if_not(
        ordinary, held_ms, enters):
    begin_ms, end_ms = written_ms(*ordinary)
    assert 200 < end_ms - begin_ms < 500
    event = (f"00:00:{(begin_ms + 60) / 1000:06.3f}", "press", {"ms": held_ms})
    run = branches.Run(branches.house(events=[event], length="00:00:30")).play()
    assert any(row["pilot"] == "on" for row in run.told("plant")) == enters
    assert run.told("status")[-1]["status"]["hold"]["local"] == ("none" if enters else "fixed")


HARDSHIPS = {
    "a day of entries": [("00:01:00", "car", {"to": "off"}), ("00:03:00", "car", {"to": "on"})],
    "a weld": [("00:01:00", "weld", {"what": "km2"}), ("00:02:00", "car", {"to": "off"})],
    "presses": [("00:01:00", "press", {"ms": 200}), ("00:02:00", "press", {"ms": 2_500}),
                ("00:03:00", "press", {"ms": 2_500})],
    "resets": [("00:01:00", "reset", {"cause": "panic"}), ("00:02:00", "reset", {"cause": "power"})],
    "a flickering car": [(f"00:0{minute}:{second:02d}", "car", {"to": to}) for minute in (1, 2)
                         for second, to in ((0, "off"), (2, "on"), (20, "off"), (22, "on"), (40, "off"), (42, "on"))],
    "a dead grid": [("00:01:00", "grid", {"to": "off"}), ("00:02:00", "grid", {"to": "on"})],
}


@pytest.mark.parametrize("two_relays", [False, True])
@pytest.mark.parametrize("events", HARDSHIPS.values(), ids=HARDSHIPS)
def test_flash_is_written_with_all_outputs_off(events, two_relays):
    run = branches.Run(branches.house(two_relays, events, "00:05:00"))
    world, change, seen = run.world, run.world.flash._change, []

    def watched_change(*sizes):
        seen.append((world.board.is_on("pilot"), world.board.is_on("guard")))
        change(*sizes)
        seen.append((world.board.is_on("pilot"), world.board.is_on("guard")))
    world.flash._change = watched_change
    run.play()
    assert world.transfers >= 2 and len(seen) > 10 and set(seen) == {(0, 0)}


def test_what_latches_is_in_flash_within_two_seconds():
    run = branches.Run(branches.house(events=[("00:00:10", "weld", {"what": "km1"})], length="00:00:40"))
    times = {}

    def look():
        core = run.core()
        if core and core.faults.latched:
            times.setdefault("latched", run.world.ms)
        if b"km1-not-open" in (run.world.flash.kept.get("state.json") or b""):
            times.setdefault("kept", run.world.ms)
    run.world.after(10_000, lambda: run.each_ms(look))
    run.play()
    assert 0 < times["kept"] - times["latched"] <= 2_000


# An input whose wire is off, by its kind: what the status says of it, and where the board is after the window's begin.
BROKEN = {
    "km1": {"mirror": ("closed", "fault"), "nc": ("closed", "fault"), "no": ("open", "grid")},
    "km2": {"mirror": ("closed", "fault"), "nc": ("closed", "fault"), "no": ("open", "grid")},
    "bond": {"mirror": ("closed", "fault"), "nc": ("closed", "fault"), "no": ("open", "fault")},
    "car": {"low": ("off", "grid"), "high": ("on", "v2l")},
    "grid": {"low": ("off", "startup"), "high": ("on", "v2l")},
    "charging": {"high": ("on", "grid"), "low": ("off", "v2l")},
    "enable": {"no": ("open", "grid"), "nc": ("closed", "v2l")},
}


@pytest.mark.parametrize("signal", BROKEN)
def test_with_the_kinds_named_first_a_broken_wire_reads_as_the_safe_value_and_with_others_as_the_documents_say(signal):
    for kind, expected in BROKEN[signal].items():
        inputs = {"km1": "no", "km2": "mirror", "car": "low", signal: kind}
        run = branches.Run(branches.house(inputs=inputs, length="00:00:30"))
        run.world.wiring.broken.append(signal)
        status = run.play().told("status")[-1]["status"]
        assert (status["inputs"][signal], status["state"]) == expected, kind


@pytest.mark.parametrize("bridged, inputs, latched", [
    ([], ("closed", "closed"), ["both-closed", "km2-stuck"]), (["km2"], ("closed", "open"), [])])
def test_on_a_bench_without_wires_the_example_latches_two_faults_and_two_bridges_spare_them(bridged, inputs, latched):
    example = json.loads(configuration.EXAMPLE.read_text(encoding="utf-8"))
    run = branches.Run(branches.house(**example, length="00:00:30"))
    run.world.wiring.broken += [signal for signal in ("km1", "km2", "car") if signal not in bridged]
    status = run.play().told("status")[-1]["status"]
    assert (status["inputs"]["km1"], status["inputs"]["km2"]) == inputs and status["faults"] == latched


@pytest.mark.parametrize("bridged, latched", [((), ["bond-stuck"]), (("bond",), [])])
def test_on_a_bench_a_normally_closed_bond_needs_its_bridge_too(bridged, latched):
    example = json.loads(configuration.EXAMPLE.read_text(encoding="utf-8"))
    example["inputs"]["bond"] = "nc"
    run = branches.Run(branches.house(**example, length="00:00:30"))
    run.world.wiring.broken += [signal for signal in ("km1", "car", "bond") if signal not in bridged]
    assert run.play().told("status")[-1]["status"]["faults"] == latched


def test_on_a_bench_a_grid_detector_of_kind_low_keeps_the_board_starting():
    example = json.loads(configuration.EXAMPLE.read_text(encoding="utf-8"))
    example["inputs"]["grid"] = "low"
    run = branches.Run(branches.house(**example, length="00:00:30"))
    run.world.wiring.broken += ["km1", "car", "grid"]
    assert run.play().told("status")[-1]["status"]["state"] == "startup"


# The network.


def test_the_last_40_events_are_kept():
    kept = outbox.Outbox(None, None)
    for number in range(100):
        kept.tell(str(number))
    assert kept.oldest() == 60 and kept.event(60) == "60" and kept.event(99) == "99"
    assert kept.event(59) is None and kept.event(100) is None


def test_the_network_makes_five_rounds_a_second_and_leaves_a_second_at_least_after_a_failure():
    world = World()
    world.go_on(10_000)
    assert 48 <= world.broker.tended <= 50
    refused = World()
    refused.broker.why = "refused"
    refused.go_on(200_000)
    gaps = [after - before for before, after in zip(refused.broker.opened, refused.broker.opened[1:])]
    assert gaps[0] >= 1_000 and gaps == sorted(gaps)


def test_taking_and_giving_back_from_afar_ends_in_a_storm_that_only_a_person_clears():
    house = near(v2l=ALL_DAY, limits={"entries_per_hour": 1})
    house.until(lambda house: house.state == "v2l", 60)
    for _time in range(12):
        for remote in (1, 0):
            house.core.set_remote_hold(remote)
            idle(house, 20)
    assert house.core.faults.latched >> faults.TRANSFER_STORM & 1 and house.state == "fault"
