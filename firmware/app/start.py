"""From a configuration on flash to a running loop. Nothing here can fail for want of a file: it ends on grid instead.

What is missing, damaged or refused becomes a latched fault of a board that otherwise runs, so that somebody can ask it
what is wrong. The relays were turned off by boot.py before any of this.
"""

import select
import sys
import time

from firmware.build import FW
from firmware.app import console, desk, keepsake, loop, outbox, recall, selfcheck, storage, timekeeping
from firmware.core import boards, chips, config, controller, dates, faults, jsontext, record, setup, status
from firmware.device import ds3231, files, lamp, pins, rtcmem, soc

CONFIG = "config.json"
TAKEN_BACK = "taken-back"


class Assumed:
    """In place of a configuration that is refused: the board's own outputs, all off, and nothing else.

    How the inputs are wired is not known then, and a button that is read wrongly would leave a hold behind.
    """

    def __init__(self, profile):
        self.profile = profile
        self.pins = [(row[0], row[1], "high" if row[2] else "low") for row in profile[3] if row[0] in pins.OUTPUTS]
        self.setup = setup.Setup()
        self.schedule = None
        self.id = None
        self.rtc = "none"


class Parts:
    """The parts of a running board, by name."""


def build(relays):
    """The loop, ready to run. `relays` of (pin, off level): those that boot.py turns off."""
    memory = rtcmem.Memory()
    chosen, problem = _configuration()
    wired = pins.Pins(chosen.pins)
    core = controller.Controller(chosen.setup, chosen.schedule)
    about = status.About()
    about.id, about.fw = chosen.id or soc.identity(), FW
    about.loop_last_ms = about.loop_worst_ms = 0
    parts = Parts()
    parts.about = about
    parts.outbox = outbox.Outbox(core, about)
    parts.keepsake = keepsake.Keepsake(core, memory)
    parts.timekeeper = timekeeping.Timekeeper(core, _chip(chosen), parts.keepsake)
    saved, state_problem = recall.load()
    parts.storage = storage.Storage(core, parts.outbox, saved is not None and "reset-storm" in saved["latched"])
    parts.lamp = lamp.Lamp(wired.driven.get("led"), wired.on.get("led", 1))
    parts.alarm = lamp.Alarm(wired.driven.get("alarm"), wired.on.get("alarm", 1))
    made = desk.Desk(core, parts.outbox, parts.storage, parts.timekeeper)
    poller = select.poll()
    poller.register(sys.stdin, select.POLLIN)
    parts.console = console.Console(sys.stdin, sys.stdout, poller, made, time)
    _tell_of_the_start(core, parts.storage.journal, memory, state_problem)
    _take_up(core, parts.timekeeper, parts.keepsake, saved)
    _check(core, problem, relays, chosen)
    print(jsontext.write((("boot", (("id", about.id), ("fw", about.fw), ("cause", soc.cause()))),)))
    parts.watchdog = soc.watchdog(core.limits.watchdog_ms)
    return loop.Loop(core, wired, parts)


def _configuration():
    """(a checked configuration, None), or (an assumed one, the first problem of the real one)."""
    text = files.read(CONFIG, jsontext.LONGEST)
    if text is None:
        found, problems = None, [(CONFIG, "missing")]
    else:
        found, problems = config.check(text, boards.PROFILES)
    return (Assumed(boards.PROFILES[0]), problems[0]) if found is None else (found, None)


def _chip(chosen):
    if chosen.rtc != "ds3231":
        return None
    lines = dict([(signal, pin) for signal, pin, _kind in chosen.pins])
    return ds3231.DS3231(soc.bus(lines["sda"], lines["scl"]))


def _tell_of_the_start(core, journal, memory, state_problem):
    for code in journal.start():
        core.note("boot", code)
    if journal.n > 1:
        journal.n += storage.PENDING_MAX  # the last run may have told of more than it could still write
    core.note("boot", soc.cause(), memory.ended or ("asked for" if memory.planned else None))
    if state_problem is not None:
        core.note("boot", "state " + state_problem)
    if files.exists(TAKEN_BACK):
        core.note("update", "taken back", _plain(files.read(TAKEN_BACK, 64)))
        files.remove(TAKEN_BACK)


def _plain(raw):
    return "".join([chr(byte) for byte in raw or b"" if 32 <= byte < 127])


def _take_up(core, timekeeper, kept, saved):
    """The record of the last run, then the clock, which needs to know when it was last set."""
    now_s = timekeeper.before()
    away_s = -1
    if saved is not None and saved["saved"] is not None and now_s >= 0:
        away_s = max(-1, now_s - dates.parse_iso(saved["saved"]))
    record.start(core, saved, kept.memory.planned == 1, kept.memory.entry_s, away_s)
    kept.take_up()
    timekeeper.start()
    core.slow()


def _check(core, problem, relays, chosen):
    if problem is not None:
        core.latch(faults.CONFIG_BAD)
        core.note("config", "refused", problem[0])
    stray = selfcheck.wrong_file()
    pin = selfcheck.wrong_pin(relays, chips.relays_off(chosen.profile, chosen.pins))
    if stray is not None or pin is not None:
        core.latch(faults.FIRMWARE_MISMATCH)
        core.note("config", "mismatch", stray or "boot.py leaves pin %d" % pin)
