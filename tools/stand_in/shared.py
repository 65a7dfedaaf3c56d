"""What the chip keeps outside the interpreter: one page of memory, mapped by both sides, and where what lies in it.

The pins, the watchdog and the clocks go on while the interpreter is ended and started anew; so they are here. Read by
CPython and by MicroPython. Multi-byte values are little-endian; times are in ms of ticks_ms, that is of CLOCK_MONOTONIC
modulo TICKS.
"""

TICKS = 1 << 30
SIZE = 8192

INTERRUPT = 0  # 1 while Ctrl-C interrupts what runs; else it is a byte like any other
SIGNALLING = 1  # 1 while the supervisor is at it
RAW = 2  # the prompt is the raw one
CAUSE = 3  # of the last reset
COIL = 4  # 1 while the contactors are commanded to V2L
TORN = 5  # the last write before a cut is half done
DOG_MS = 8  # 4 bytes: the watchdog's time-out, 0 while it has not been armed
FED = 12  # 4 bytes: when it was fed
WRITES_LEFT = 16  # 4 bytes: changes of the flash until the power goes; 0 for ever
MOVED = 20  # 4 bytes: when COIL changed
CLOCK_US = 24  # 8 bytes, signed: what the system clock adds to this machine's
BATTERY_S = 32  # 8 bytes, signed: the same of the battery clock
BATTERY_CONTROL = 40
BATTERY_STATUS = 41
MEMORY_SIZE = 44  # 4 bytes: of the RTC memory
CHANGES = 48  # 4 bytes: of the flash, ever
OWNER = 52  # 4 bytes: the supervisor's process
PENDING, EXCEPTION = 56, 64  # 8 bytes: addresses in the interpreter, see on_board/page.py
MODES, LEVELS, OUTSIDE = 128, 192, 256  # a byte for each pin: how it is driven, and what is connected to it shows
PINS = 49
MEMORY = 512
MEMORY_MAX = 2048

IN, OUT = 1, 3  # modes of a pin
PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5

# How the interpreter ends.
ENDED_RESET, ENDED_SOFT, ENDED_CUT = 10, 11, 12

BLOCK_BYTES = 4096
