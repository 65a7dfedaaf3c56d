"""From what was found on flash to a running loop. Nothing here can fail for want of a file: it ends on grid instead.

What is missing, damaged or refused becomes a latched fault of a board that otherwise runs, so that somebody can ask it
what is wrong. The relays were turned off by boot.py before any of this.
"""

import select
import sys
import time

from firmware.build import FW
from firmware.app import connect, console, desk, first_time, keepsake, loop, outbox, storage, timekeeping
from firmware.core import controller, dates, faults, jsonwrite, proof, record, signals, status
from firmware.device import ds3231, files, lamp, origin, pins, rtcmem, soc

TAKEN_BACK = "taken-back"


class Parts:
    """The parts of a running board, by name."""


def build(found):
    """The loop, ready to run."""
    memory = rtcmem.Memory()
    wired = pins.Pins(found.pins)
    core = controller.Controller(found.setup, found.schedule)
    about = status.About()
    about.id, about.fw = found.id or origin.identity(), FW
    about.loop_last_ms = about.loop_worst_ms = 0
    parts = Parts()
    parts.about = about
    parts.outbox = outbox.Outbox(core, about)
    parts.keepsake = keepsake.Keepsake(core, memory)
    parts.timekeeper = timekeeping.Timekeeper(core, _chip(found), parts.keepsake)
    saved, state_problem = _sound(found)
    parts.storage = storage.Storage(core, parts.outbox, saved is not None and "reset-storm" in saved["latched"])
    parts.lamp = lamp.Lamp(wired.driven.get("led"), wired.on.get("led", 1))
    parts.alarm = lamp.Alarm(wired.driven.get("alarm"), wired.on.get("alarm", 1))
    parts.inputs = signals.Inputs()
    made = desk.Desk(core, parts)
    poller = select.poll()
    poller.register(sys.stdin, select.POLLIN)
    parts.console = console.Console(sys.stdin, sys.stdout, poller, made, time)
    _tell_of_the_start(core, parts.storage.journal, memory, state_problem)
    ended = memory.ended
    _take_up(core, parts.timekeeper, parts.keepsake, saved)
    _note_proof(core, ended, wired, parts.inputs)
    _check(core, found)
    parts.exchange = connect.connect(found, core, parts.outbox, parts.timekeeper)
    print(jsonwrite.write((("boot", (("id", about.id), ("fw", about.fw), ("cause", origin.cause()))),)))
    parts.watchdog = soc.watchdog(core.limits.watchdog_ms)
    return loop.Loop(core, wired, parts)


def _check(core, found):
    """Stands before what the start cannot do without, so that a file that has lost its end does not lose this alone."""
    if found.problem is not None:
        core.latch(faults.CONFIG_BAD)
        core.note("config", "refused", found.problem)
    if found.secrets_problem is not None:
        core.note("config", "secrets", found.secrets_problem)
    if found.stray is not None or found.wrong_pin is not None:
        core.latch(faults.FIRMWARE_MISMATCH)
        core.note("config", "mismatch", found.stray or "boot.py leaves pin %d" % found.wrong_pin)


def _sound(found):
    """(the record of the last run, or None; what was wrong with its file, or None)."""
    if found.saved is None or record.is_sound(found.saved):
        return found.saved, found.state_problem
    files.set_aside(storage.STATE)
    return None, "damaged"


def _chip(found):
    if found.rtc != "ds3231":
        return None
    lines = dict([(signal, pin) for signal, pin, _kind in found.pins])
    return ds3231.DS3231(origin.bus(lines["sda"], lines["scl"]))


def _tell_of_the_start(core, journal, memory, state_problem):
    for code in journal.start():
        core.note("boot", code)
    if journal.n > 1:
        journal.n += storage.PENDING_MAX  # the last run may have told of more than it could still write
    core.note("boot", origin.cause(), memory.ended or ("asked for" if memory.planned else None))
    if state_problem is not None:
        core.note("boot", "state " + state_problem)
    if files.exists(storage.TRIAL):
        core.note("update", "on trial", FW)
    if files.exists(TAKEN_BACK):
        core.note("update", "taken back", _plain(files.read(TAKEN_BACK, 64)))
        files.remove(TAKEN_BACK)


def _plain(raw):
    return "".join([chr(byte) for byte in raw or b"" if 32 <= byte < 127])


def _take_up(core, timekeeper, kept, saved):
    """The record of the last run, then the clock, which needs to know when it was last set."""
    now_s = first_time.before(timekeeper)
    away_s = -1
    if saved is not None and saved["saved"] is not None and now_s >= 0:
        away_s = max(-1, now_s - dates.parse_iso(saved["saved"]))
    record.start(core, saved, kept.memory.planned == 1, kept.memory.entry_s, away_s)
    _take_up_memory(core, kept.memory)
    first_time.begin(timekeeper)
    core.slow()


def _take_up_memory(core, memory):
    """What was known before the reset, beside the file, which may be older."""
    if memory.sound:
        record.take_up_younger(core, memory)
    memory.planned, memory.ended, memory.entry_s = 0, "", -1


def _note_proof(core, ended, wired, inputs):
    """The last run hung on purpose: the watchdog has been proven if it began this one, and void if it let that go on.

    Anything else that reset the board meanwhile says nothing about it.
    """
    if ended == desk.UNENDED:
        core.note("boot", "the watchdog did not end the hang")
        core.proof.at_s = core.proof.hang_ms = core.proof.rest_ms = proof.UNKNOWN
    if not ended.startswith(desk.HUNG) or origin.cause() != "watchdog":
        return
    wired.read(inputs)
    seen = core.setup.km1 and inputs.km1 and not (core.setup.km2 and inputs.km2)
    core.proof.at_s = core.clock.known_s()
    core.proof.hang_ms = int(ended[len(desk.HUNG) :])
    core.proof.rest_ms = time.ticks_ms() if seen else proof.UNKNOWN
