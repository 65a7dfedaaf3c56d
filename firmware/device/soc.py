"""The rest of the chip: its watchdog and its clock."""

import time

import machine

from firmware.core import dates

_EPOCH_S = dates.seconds(time.gmtime(0)[0], 1, 1)  # where the chip's clock begins: 2000 on an ESP32


def watchdog(timeout_ms):
    """Arm it, or arm it anew with another time-out; it cannot be stopped."""
    return machine.WDT(timeout=timeout_ms)


def system_s():
    """What the system clock says, in seconds since 2020."""
    return time.time() + _EPOCH_S


def set_system(now_s):
    year, month, day = dates.civil(now_s // dates.DAY_S)
    second = now_s % dates.DAY_S
    machine.RTC().datetime((year, month, day, 0, second // 3600, second // 60 % 60, second % 60, 0))
