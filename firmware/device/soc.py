"""The rest of the chip: watchdog, cause of the reset, identity, the I2C bus and the system clock."""

import time

import machine

from firmware.core import dates

LONG_MS = 600_000  # while a person works at the prompt
_EPOCH_S = dates.seconds(time.gmtime(0)[0], 1, 1)  # where the chip's clock begins: 2000 on an ESP32

_CAUSES = (
    ("PWRON_RESET", "power"),  # a brownout reads the same
    ("WDT_RESET", "watchdog"),
    ("HARD_RESET", "restart"),  # machine.reset(); a panic reads the same
    ("SOFT_RESET", "soft"),
    ("DEEPSLEEP_RESET", "sleep"),
)


def watchdog(timeout_ms):
    """Arm it, or arm it anew with another time-out; it cannot be stopped."""
    return machine.WDT(timeout=timeout_ms)


def cause():
    """What the chip says began this run. Nothing is decided by it: some causes cannot be told apart."""
    number = machine.reset_cause()
    for name, word in _CAUSES:
        if number == getattr(machine, name, -1):
            return word
    return "unknown"


def identity():
    return "gridrest-" + "".join(["%02x" % byte for byte in machine.unique_id()[-3:]])


def bus(sda, scl):
    return machine.SoftI2C(sda=machine.Pin(sda), scl=machine.Pin(scl), freq=100_000)


def system_s():
    """What the system clock says, in seconds since 2020."""
    return time.time() + _EPOCH_S


def set_system(now_s):
    year, month, day = dates.civil(now_s // dates.DAY_S)
    second = now_s % dates.DAY_S
    machine.RTC().datetime((year, month, day, 0, second // 3600, second // 60 % 60, second % 60, 0))
