"""What the time is at the start: by the battery clock where there is one, or by the stamp of the last run."""

import time

from firmware.device import ds3231, soc

RESET_S_MAX = 90  # a warm reset lasts no longer than this after the last stamp
EDGE_MS = 10  # how finely the battery clock's second is looked for


def before(timekeeper):
    """What the time probably is before the record of the last run is known, or -1; to tell the record's age."""
    if timekeeper.chip:
        timekeeper.chip_s = _chips_next_second(timekeeper.chip)
    timekeeper.begun_ms = time.ticks_ms()
    return timekeeper.chip_s if timekeeper.chip_s >= 0 else _stamped(timekeeper.memory)


def begin(timekeeper):
    """Begin with whatever can be believed, right after before()."""
    now_s = _stamped(timekeeper.memory)
    if now_s >= 0:
        timekeeper.core.clock.stamp(now_s, timekeeper.memory.error_s + RESET_S_MAX)
    if timekeeper.chip:
        timekeeper.heed_chip(timekeeper.chip_s)
        if timekeeper.core.clock.known_s() >= 0:
            soc.set_system(timekeeper.core.clock.now_s)  # which TLS holds against the dates of certificates
    timekeeper.system_ahead_s = soc.system_s()
    timekeeper.keepsake.save()


def _chips_next_second(chip):
    """Wait for the battery clock's second to change, for at most 1.1 s. One that stands still is not believed."""
    first_s = now_s = chip.read()
    for _look in range(1100 // EDGE_MS):
        if now_s != first_s or first_s < 0:
            return now_s
        time.sleep_ms(EDGE_MS)
        now_s = chip.read()
    return ds3231.STOPPED


def _stamped(memory):
    """The system clock's time where the stamp of the last run bears it out, else -1."""
    stamp_s, now_s = memory.stamp_s, soc.system_s()
    return now_s if stamp_s >= 0 and stamp_s <= now_s <= stamp_s + RESET_S_MAX else -1
