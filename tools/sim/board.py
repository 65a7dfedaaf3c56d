"""The simulated ESP32 board: its pins, its memories and its watchdog, and what each kind of reset does to them.

What a reset leaves alone matters most: a watchdog, a panic, a restart and a brownout leave the pins as they were, so a
relay stays on until boot.py writes its pin. Only a loss of power lets it go.
"""

from firmware.core import dates

EPOCH_S = dates.seconds(2000, 1, 1)  # where the chip's clock begins
NEVER_MS = 1 << 62
IN, OUT = 1, 3

# cause -> (pins kept, RTC memory and system clock kept, what reset_cause() says, ms until boot.py runs)
RESETS = {
    "power": (False, False, 1, 900),
    "brownout": (True, False, 1, 950),
    "watchdog": (True, True, 3, 950),
    "panic": (True, True, 2, 950),
    "restart": (True, True, 2, 950),
    "soft": (True, True, 5, 100),
}
UNIQUE_ID = b"\x24\x0a\xc4\xa1\xb2\xc3"


class Board:
    def __init__(self, rows, start_s):
        """`rows` of (signal, pin, kind): how the board is wired."""
        self.start_s = start_s
        self.relays = {}  # pin -> (signal, level that switches it on)
        self.heartbeat = None  # its pin
        for signal, pin, kind in rows:
            if signal == "heartbeat":
                self.heartbeat = pin
            if signal in ("pilot", "guard"):
                self.relays[pin] = (signal, 1 if kind == "high" else 0)
        self.powered = True
        self.running = False  # a program runs, or would if it did not hang
        self.modes = {}
        self.levels = {}
        self.memory = b""
        self.clock_ahead_ms = 0  # of the time since the simulation began, from the chip's epoch
        self.reset_cause = 1
        self.bites_ms = NEVER_MS
        self.wdt_ms = 0
        self.has_watchdog = True

    def lose_power(self):
        self.powered = False
        self.running = False
        self._forget_pins()
        self.bites_ms = NEVER_MS

    def reset(self, cause, now_ms):
        """Answers how long it takes until boot.py runs."""
        pins_kept, memory_kept, number, boot_ms = RESETS[cause]
        if not pins_kept:
            self._forget_pins()
        if not memory_kept:
            self.memory = b""
            self.clock_ahead_ms = -now_ms - boot_ms
        if cause != "soft":
            self.bites_ms = NEVER_MS
            self.wdt_ms = 0
        elif self.bites_ms == NEVER_MS and self.wdt_ms:
            self.feed(now_ms)  # idle time is being skipped, in which it would have been fed
        self.reset_cause = number
        self.running = False
        return boot_ms

    def _forget_pins(self):
        self.modes.clear()
        self.levels.clear()

    def is_on(self, signal):
        """Whether the relay's coil has current. A pin that nobody drives is pulled to off."""
        for pin, (name, on) in self.relays.items():
            if name == signal and self.powered and self.modes.get(pin) == OUT:
                return 1 if self.levels[pin] == on else 0
        return 0

    def arm(self, timeout_ms, now_ms):
        self.wdt_ms = timeout_ms
        self.feed(now_ms)

    def feed(self, now_ms):
        self.bites_ms = now_ms + self.wdt_ms if self.has_watchdog else NEVER_MS

    # The system clock.

    def system_ms(self, now_ms):
        """Milliseconds since the chip's epoch."""
        return now_ms + self.clock_ahead_ms

    def set_system_s(self, epoch_s, now_ms):
        self.clock_ahead_ms = epoch_s * 1000 - now_ms
