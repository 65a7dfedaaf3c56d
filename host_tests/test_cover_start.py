"""From what was found to a running loop: how the parts are joined, what is taken up, and what is told of the start."""

import json
import struct
import time
import types
import zlib

import pytest

from firmware.core import dates, faults
from host_tests.test_cover_found import CONFIG, FILES, Chip, manifest
from tools.sim import run
from tools.sim.chip import Chip as BatteryClock

NOW_S = dates.seconds(2026, 11, 20, 10)
EPOCH_S = dates.seconds(1970, 1, 1)
FW = "1.0+abc"
RELAYS = ((16, 0),)
ALL_DAY = [{"days": "daily", "from": "00:00", "to": "24:00"}]


class Board(Chip):
    """A chip that starts once; what its hardware is asked for is in `log`, in order."""

    def __init__(self, config=CONFIG, files=(), memory=b"", chip=None, cause=1):
        text = config if isinstance(config, bytes) else json.dumps(config).encode()
        super().__init__({**FILES, "firmware/manifest.json": manifest(), "config.json": text,
                          "state.json": run.first_state(NOW_S), **dict(files)})
        self.log, self.kept, self.said, self.registered, self.ms = [], memory, [], [], 0
        self.system_s, self.cause, self.battery = NOW_S, cause, chip or BatteryClock(lambda: self.system_s)
        self.pins, self.stdin = {}, types.SimpleNamespace(buffer="the bytes that come in")
        self.modules.update(
            machine=self._machine(), sys=types.SimpleNamespace(stdin=self.stdin, stdout="what goes out"),
            select=types.SimpleNamespace(POLLIN=1, poll=lambda: types.SimpleNamespace(
                poll="ask", register=lambda *what: self.registered.append(what))),
            time=types.SimpleNamespace(gmtime=time.gmtime, ticks_ms=lambda: 812, sleep_ms=self._sleep,
                                       time=lambda: self.system_s - EPOCH_S))
        self.modules["firmware.build"] = types.SimpleNamespace(FW=FW)
        self.builtins["print"] = self._print

    def _sleep(self, ms):
        self.ms += ms
        self.system_s = NOW_S + self.ms // 1000

    def _print(self, text):
        self.log.append("say")
        self.said.append(json.loads(text))

    def _machine(self):
        board = self

        class Pin:
            OUT, IN, PULL_UP = 3, 1, 2

            def __init__(self, number, mode=None, _pull=None, value=None):
                self.number, self.level = number, value or 0
                board.pins[number] = self

            def __call__(self, level=None):
                self.level = self.level if level is None else level
                return self.level

        def watchdog(timeout):
            board.log.append(("watchdog", timeout))
            return "the watchdog"

        class RTC:
            def memory(self, data=None):
                board.kept = board.kept if data is None else data
                return board.kept

            def datetime(self, _when):
                board.log.append("system clock")

        def bus(sda, scl, freq):
            board.log.append(("bus", sda.number, scl.number, freq))
            return board.battery

        return types.SimpleNamespace(Pin=Pin, RTC=RTC, WDT=watchdog, SoftI2C=bus, reset_cause=lambda: board.cause,
                                     unique_id=lambda: b"\0\0\0\xa1\xb2\xc3", PWRON_RESET=1, WDT_RESET=3, HARD_RESET=2)

    def start(self, relays=RELAYS, **found):
        """The loop; `found` is laid over what the survey found."""
        made = self.found(relays)
        vars(made).update(found)
        loop = self.load("firmware.app.start").build(made)
        self.core, self.parts = loop.core, loop.parts
        return loop

    def notes(self):
        return [event for event in self.core.events if event[0] != "fault"]

    def memory(self):
        return self.load("firmware.device.rtcmem").Memory()


def remembered(planned=0, ended="", stamp_s=-1, entry_s=-1, **more):
    """RTC memory as a run before has left it."""
    times = stamp_s, 0, entry_s, more.get("latched", 0), -1
    body = struct.pack("<iiiiiBBBBB23s", *times, more.get("hold", 0), 0, 0, 0, planned, ended.encode())
    return b"G\1\xfe\0" + body + struct.pack("<I", zlib.crc32(body))


def state(**changes):
    """The record of a run before."""
    return json.dumps({**json.loads(run.first_state(NOW_S)), **changes}).encode()


# How the parts are joined.


def test_a_board_has_its_name_its_build_and_a_loop_that_has_not_run_yet():
    board = Board({**CONFIG, "id": "garage"})
    loop = board.start()
    about = board.parts.about
    assert (about.id, about.fw, about.loop_last_ms, about.loop_worst_ms) == ("garage", FW, 0, 0)
    assert loop.turn_ms_max == 2500 and loop.pins.pilot is board.pins[16]
    board = Board()
    board.start()
    assert board.parts.about.id == "gridrest-a1b2c3"


def test_it_says_that_it_is_up_before_its_own_watchdog_begins_and_that_is_the_last_thing_before_it_runs():
    board = Board({**CONFIG, "limits": {"watchdog_ms": 7000}}, cause=3)
    board.start()
    assert board.log[-2:] == ["say", ("watchdog", 7000)] and board.parts.watchdog == "the watchdog"
    assert board.said == [{"boot": {"id": "gridrest-a1b2c3", "fw": FW, "cause": "watchdog"}}]
    assert board.parts.exchange is None


def test_the_console_reads_and_writes_the_cable_and_asks_without_waiting_whether_something_came():
    board = Board()
    board.start()
    console = board.parts.console
    assert (console.stdin, console.stdout, console.ask) == ("the bytes that come in", "what goes out", "ask")
    assert board.registered == [(board.stdin, 1)]
    assert console.desk.storage is board.parts.storage and console.ticks is board.modules["time"]


def test_lamp_and_alarm_are_on_the_pins_of_the_board_and_may_be_left_out():
    board = Board({**CONFIG, "led": "none", "alarm": {"pin": 23, "kind": "low"}})
    board.start()
    assert board.parts.lamp.output.pin is None and board.parts.alarm.output.pin is board.pins[23]
    assert (board.parts.lamp.output.on_level, board.parts.alarm.output.on_level) == (1, 0)
    board = Board({**CONFIG, "alarm": "none", "led": {"pin": 19, "kind": "low"}})
    board.start()
    assert board.parts.alarm.output.pin is None and board.parts.lamp.output.pin is board.pins[19]
    assert (board.parts.lamp.output.on_level, board.parts.alarm.output.on_level) == (0, 1)


def test_a_battery_clock_is_asked_on_its_own_two_lines_and_only_where_one_is_fitted():
    board = Board({**CONFIG, "rtc": "ds3231"})
    board.start()
    assert ("bus", 21, 22, 100_000) in board.log and board.parts.timekeeper.chip
    board = Board()
    board.start()
    assert board.parts.timekeeper.chip is None


@pytest.mark.parametrize("latched, stormy", (([], False), (["km2-stuck"], False), (["km2-stuck", "reset-storm"], True)))
def test_the_storage_knows_whether_the_last_run_ended_in_a_reset_storm(latched, stormy):
    board = Board(files={"state.json": state(latched=latched)})
    board.start()
    assert board.parts.storage.stormy == stormy


def test_a_network_is_put_together_with_these_parts_where_one_is_configured():
    board = Board()
    asked = []
    connecting = board.load("firmware.app.connect")
    connecting.connect = lambda *told: asked.append(told) or "a network"
    loop = board.start()
    assert loop.parts.exchange == "a network"
    assert asked[0][1:] == (board.core, board.parts.outbox, board.parts.timekeeper) and asked[0][0].id is None


# What is told of the start.


def test_a_start_with_nothing_wrong_tells_its_cause_and_nothing_else():
    board = Board(files={"state.json": state()})
    board.start()
    assert board.notes() == [("boot", "power", None)]
    assert board.parts.storage.journal.n == 1


@pytest.mark.parametrize("planned, ended, told", (
    (0, "", None), (1, "", "asked for"), (0, "ValueError", "ValueError"), (1, "prompt", "prompt")))
def test_it_tells_how_the_run_before_ended(planned, ended, told):
    board = Board(memory=remembered(planned=planned, ended=ended))
    board.start()
    assert board.notes() == [("boot", "power", told)]


@pytest.mark.parametrize("text, told", ((None, "missing"), (b"junk", "damaged"), (state(spent=7), "damaged")))
def test_it_tells_what_became_of_the_last_runs_record_and_starts_with_a_latch_for_want_of_one(text, told):
    board = Board(files={"state.json": text or b""})
    if text is None:
        del board.flash.kept["state.json"]
    board.start()
    assert ("boot", "state " + told, None) in board.notes()
    assert board.core.faults.latched == 1 << faults.STATE_LOST
    assert board.flash.kept.get("state.json.bad") == text and "state.json" not in board.flash.kept


@pytest.mark.parametrize("planned, ended, stamp_s", [(1, "prompt", -1), (1, "update", -1), (0, "OSError", NOW_S)])
def test_the_stamp_is_not_left_where_somebody_has_the_board_for_nobody_knows_how_long(planned, ended, stamp_s):
    board = Board(memory=remembered(stamp_s=NOW_S, hold=2))
    board.load("firmware.device.rtcmem").leave(planned, ended)
    left = board.memory()
    assert (left.planned, left.ended, left.stamp_s, left.hold) == (planned, ended, stamp_s, 2)


def test_it_tells_of_a_journal_that_was_damaged_and_leaves_room_for_records_that_were_only_told():
    for n in (1, 7):
        line = b'{"n":%d,"t":null,"up_s":1,"boot":3,"kind":"boot","code":"power","data":null}' % n
        board = Board(files={"journal.0": line + b" %08x\n" % zlib.crc32(line)})
        board.start()
        assert (board.parts.storage.journal.n, board.parts.storage.journal.boot) == (n + 1 + 64, 4)
    board = Board(files={"journal.0": b"junk"})
    board.start()
    assert board.notes() == [("boot", "journal-foreign", None), ("boot", "power", None)]


@pytest.mark.parametrize("name, told", (
    (b"1.0+xyz", "1.0+xyz"), (b"\x1f \x7e\x7f\xff", " ~"), (b"x" * 64, "x" * 64), (b"x" * 65, "")))
def test_it_tells_of_a_build_that_was_taken_back_once_and_of_one_on_trial(name, told):
    board = Board(files={"taken-back": name})
    board.start()
    assert ("update", "taken back", told) in board.notes() and "taken-back" not in board.flash.kept
    board = Board(files={"trial": b"1"})
    board.start()
    assert ("update", "on trial", FW) in board.notes() and "trial" in board.flash.kept


def test_a_refused_configuration_and_broken_secrets_and_strange_files_are_told_and_latched():
    board = Board(b"junk")
    board.start()
    assert ("config", "refused", "line 1") in board.notes()
    assert board.core.faults.latched >> faults.CONFIG_BAD & 1
    board = Board(files={"secrets.json": b"junk"})
    board.start()
    assert ("config", "secrets", "secrets.json") in board.notes() and board.core.faults.latched == 0
    for relays, files, told in ((RELAYS, {"main.py": b""}, "main.py"), ((), {}, "boot.py leaves pin 16"),
                                ((), {"main.py": b""}, "main.py")):
        board = Board(files=files)
        board.start(relays)
        assert ("config", "mismatch", told) in board.notes()
        assert board.core.faults.latched == 1 << faults.FIRMWARE_MISMATCH


# What is taken up.


def entries(board):
    return board.core.governor.entries.ages[0]


@pytest.mark.parametrize("saved, away_s", (
    (NOW_S - 100, 100), (NOW_S, 0), (NOW_S + 50, 0), (0, 85_000), (None, 0)))
def test_the_time_the_board_was_away_counts_as_far_as_a_clock_can_tell(saved, away_s):
    when = saved if saved is None else dates.iso(saved)
    board = Board(files={"state.json": state(saved=when, entries=[5000])}, memory=remembered(stamp_s=NOW_S - 7))
    board.start()
    assert entries(board) == 5000 + away_s
    board = Board(files={"state.json": state(saved=when, entries=[5000])})
    board.start()
    assert entries(board) == 5000  # no clock, no time


def test_time_is_known_from_its_very_first_second_on():
    board = Board(files={"state.json": state(saved="2020-01-01T00:00:00Z", entries=[5000])},
                  memory=remembered(stamp_s=0))
    board.system_s = 0
    board.start()
    assert board.core.clock.known_s() == 0


@pytest.mark.parametrize("planned, resets", ((0, 1), (1, 0)))
def test_a_restart_that_was_asked_for_is_not_counted(planned, resets):
    board = Board(memory=remembered(planned=planned))
    board.start()
    assert board.core.resets == resets


def test_an_entry_that_a_reset_cut_off_is_counted_with_its_age():
    mark = dates.iso(NOW_S - 20)
    for entry_s, near in ((20, 1), (50, 0)):
        board = Board(files={"state.json": state(mark=mark, entries=[20])}, memory=remembered(entry_s=entry_s))
        board.start()
        assert board.core.governor.ended_by_reset == 1 and board.core.governor.ended_near == near


def test_memory_that_is_sound_is_taken_up_and_then_kept_as_that_of_this_run():
    board = Board(memory=remembered(stamp_s=NOW_S - 5, latched=1 << faults.KM2_STUCK, planned=1, ended="prompt",
                                    entry_s=7, hold=2))
    board.start()
    assert board.core.faults.latched == 1 << faults.KM2_STUCK and board.core.holds.local == 2
    kept = board.memory()
    assert (kept.sound, kept.planned, kept.ended, kept.entry_s) == (True, 0, "", -1)
    assert kept.latched == 1 << faults.KM2_STUCK and kept.hold == 2 and kept.stamp_s == NOW_S


def test_memory_that_is_not_sound_is_taken_for_nothing():
    board = Board(memory=remembered(latched=1 << faults.KM2_STUCK, hold=2)[:-1] + b"\0")
    board.start()
    assert board.core.faults.latched == 0 and board.core.holds.local == 0 and board.memory().sound


def test_the_plan_of_today_is_known_when_the_loop_begins():
    board = Board({**CONFIG, "v2l": ALL_DAY}, memory=remembered(stamp_s=NOW_S - 7))
    board.start()
    assert board.core.plan.holds_at(NOW_S) and board.core.plan.in_v2l


# A run that has hung on purpose.

FEEDBACK = {**CONFIG, "inputs": {"km1": "no", "km2": "no"}}


WATCHDOG = 3


def proven(config, levels, ended="watchdog proof 5004", cause=WATCHDOG, noted=(), **more):
    """The proof that the start keeps; `levels` of the contactors' pins. What must have been noted is `noted`."""
    board = Board(config, memory=remembered(1, ended, NOW_S), cause=cause, **more)
    read = board.load("firmware.device.pins").Pins.read

    def shown(pins, inputs):
        read(pins, inputs)
        inputs.km1, inputs.km2 = levels

    board.load("firmware.device.pins").Pins.read = shown
    board.start()
    own = board.core.proof
    assert set(noted) <= {event[1:] for event in board.core.events}
    return own.at_s, own.hang_ms, own.rest_ms


def test_a_hang_that_the_watchdog_has_ended_is_kept_with_when_and_how_fast_the_feedback_said_grid():
    at_s, hang_ms, rest_ms = proven(FEEDBACK, (1, 0))
    assert abs(at_s - NOW_S) < 5 and (hang_ms, rest_ms) == (5004, 812)


ONLY_KM1 = {**CONFIG, "inputs": {"km1": "no"}}
ONLY_KM2 = {**CONFIG, "inputs": {"km2": "no"}}


def test_what_is_not_fitted_is_not_asked():
    assert proven(ONLY_KM1, (1, 1))[1:] == (5004, 812)


@pytest.mark.parametrize("config, levels", [
    (FEEDBACK, (0, 0)), (FEEDBACK, (1, 1)), (CONFIG, (1, 0)), (ONLY_KM1, (0, 0)), (ONLY_KM2, (1, 0))])
def test_without_feedback_that_says_grid_nobody_knows_when_it_did(config, levels):
    assert proven(config, levels)[1:] == (5004, -1)


@pytest.mark.parametrize("cause", [1, 2, 4, 5, 9])
def test_a_reset_during_a_hang_that_was_not_the_watchdogs_proves_nothing(cause):
    assert proven(FEEDBACK, (1, 0), cause=cause) == (-1, -1, -1)


def proven_before():
    """The record of a board whose watchdog ended a hang once."""
    record = json.loads(run.first_state(NOW_S))
    proof = {"at": dates.iso(NOW_S - 86_400), "hang_ms": 5004, "rest_ms": 800, "timing": [12, 40, 12, 40]}
    return {"state.json": json.dumps({**record, "proof": proof}).encode()}


def test_a_hang_that_had_to_end_itself_is_told_and_takes_back_what_was_proven_before():
    assert proven(FEEDBACK, (1, 0), "", files=proven_before())[1:] == (5004, 800)
    told = [("restart", "WatchdogDidNotEndIt"), ("the watchdog did not end the hang", None)]
    assert proven(FEEDBACK, (1, 0), "WatchdogDidNotEndIt", 2, told, files=proven_before()) == (-1, -1, -1)


@pytest.mark.parametrize("ended", ["", "update 1.0", "MemoryError"])
def test_a_run_that_has_ended_otherwise_proves_nothing(ended):
    assert proven(FEEDBACK, (1, 0), ended) == (-1, -1, -1)
