"""The chip around the interpreter, as the supervisor sees it: the page of memory that resets leave alone."""

import mmap
import os
import struct
import time

from tools.stand_in import shared

LONG_AGO_MS = 1000
EPOCH_S = 946_684_800  # 2000
BATTERY_CONTROL, BATTERY_STATUS = 0x1C, 0x08  # as delivered


def ticks_ms():
    """As the interpreter counts them."""
    return time.monotonic_ns() // 1_000_000 % shared.TICKS


class Chip:
    def __init__(self, path):
        path.write_bytes(bytes(shared.SIZE))
        self.file = open(path, "r+b")
        self.page = mmap.mmap(self.file.fileno(), shared.SIZE)
        self.page[shared.BATTERY_CONTROL] = BATTERY_CONTROL
        self.page[shared.BATTERY_STATUS] = BATTERY_STATUS
        self.put(shared.OWNER, os.getpid())
        self.lose_power()

    def close(self):
        self.page.close()
        self.file.close()

    def get(self, at):
        return struct.unpack_from("<I", self.page, at)[0]

    def get_long(self, at):
        return struct.unpack_from("<q", self.page, at)[0]

    def put(self, at, value):
        struct.pack_into("<I", self.page, at, value)

    def lose_power(self):
        """Pins float, and all that is kept is gone. The battery clock has its battery."""
        for first, size in ((shared.MODES, shared.PINS), (shared.LEVELS, shared.PINS), (shared.MEMORY_SIZE, 4),
                            (shared.MEMORY, shared.MEMORY_MAX)):
            self.page[first : first + size] = bytes(size)
        self.page[shared.COIL] = 0
        self.put(shared.MOVED, (ticks_ms() - LONG_AGO_MS) % shared.TICKS)
        self.put(shared.WRITES_LEFT, 0)
        self.forget()

    def forget(self):
        """What every reset of the chip ends, but a soft one does not."""
        self.page[shared.RAW] = 0
        self.put(shared.DOG_MS, 0)
        self.silence()

    def silence(self):
        """No interpreter runs."""
        self.page[shared.INTERRUPT] = self.page[shared.SIGNALLING] = 0

    def begin(self, cause):
        self.page[shared.CAUSE] = cause
        if cause == shared.PWRON_RESET:
            struct.pack_into("<q", self.page, shared.CLOCK_US, EPOCH_S * 1_000_000 - time.time_ns() // 1000)

    def driven(self):
        """Pins that are driven."""
        return [pin for pin in range(shared.PINS) if self.page[shared.MODES + pin] == shared.OUT]

    def level(self, pin):
        """0 or 1; None while it is not driven."""
        return self.page[shared.LEVELS + pin] if self.page[shared.MODES + pin] == shared.OUT else None

    def show(self, pin, level):
        """What is connected to an input shows this."""
        self.page[shared.OUTSIDE + pin] = level

    def dog_left_s(self):
        """Seconds until the watchdog runs out; None while it is not armed."""
        limit_ms = self.get(shared.DOG_MS)
        if not limit_ms:
            return None
        since_ms = (ticks_ms() - self.get(shared.FED)) % shared.TICKS
        if since_ms >= shared.TICKS // 2:  # fed just now
            since_ms = 0
        return (limit_ms - since_ms) / 1000
