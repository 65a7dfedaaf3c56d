"""What the program finds as `machine`, `time`, `select` and `sys`: thin faces of the simulated world.

Every touch asks first whether the session still lives. The faces are made anew for each start, so that a program which
a reset has ended holds nothing but dead things.
"""

from firmware.core import dates
from tools.sim.board import EPOCH_S, IN, OUT, UNIQUE_ID

TICKS = 1 << 30  # the period of ticks_ms on the chip
INPUT_ONLY = 34  # this pin of an ESP32, and all above, can not be driven


class Module:
    """A bag of names that can be imported from."""


def machine(world, session):
    m = Module()
    m.PWRON_RESET, m.HARD_RESET, m.WDT_RESET, m.DEEPSLEEP_RESET, m.SOFT_RESET = 1, 2, 3, 4, 5
    m.Pin = _pin(world, session)
    m.RTC = _rtc(world, session)
    m.WDT = _wdt(world, session)
    m.SoftI2C = m.I2C = _i2c(world, session)
    m.unique_id = lambda: UNIQUE_ID

    def reset_cause():
        session.check()
        return world.board.reset_cause

    def reset():
        session.check()
        world.reset("restart")

    m.reset_cause, m.reset = reset_cause, reset
    return m


def _pin(world, session):
    board = world.board
    is_esp32 = world.scenario.config.profile[1] == "esp32"

    class Pin:
        IN, OUT, PULL_DOWN, PULL_UP = IN, OUT, 1, 2

        def __init__(self, number, mode=-1, pull=-1, value=None):
            session.check()
            if is_esp32 and number >= INPUT_ONLY and mode == OUT:
                raise ValueError("pin can only be input")
            self.number = number
            if value is not None:
                board.levels[number] = value
            if mode != -1:
                board.modes[number] = mode
            board.levels.setdefault(number, 0)
            if number in board.relays:
                world.written()

        def __call__(self, level=None):
            session.check()
            if level is None:
                if board.modes.get(self.number) == OUT:
                    return board.levels[self.number]
                return world.wiring.level(self.number)
            if board.levels[self.number] != level:
                board.levels[self.number] = level
                if self.number in board.relays:
                    world.written()
                elif self.number == board.heartbeat:
                    world.beat()

        value = __call__

    return Pin


def _rtc(world, session):
    board = world.board

    class RTC:
        def memory(self, data=None):
            session.check()
            if data is None:
                return board.memory
            board.memory = bytes(data)

        def datetime(self, when):
            session.check()
            year, month, day, _weekday, hour, minute, second, _us = when
            board.set_system_s(dates.seconds(year, month, day, hour, minute, second) - EPOCH_S, world.ms)

    return RTC


def _wdt(world, session):
    class WDT:
        def __init__(self, id=0, timeout=5000):
            session.check()
            world.board.arm(timeout, world.ms)

        def feed(self):
            session.check()
            world.board.feed(world.ms)

    return WDT


def _i2c(world, session):
    chip = world.chip

    class I2C:
        def __init__(self, *_lines, **_options):
            session.check()

        def readfrom_mem_into(self, address, register, buffer):
            session.check()
            chip.readfrom_mem_into(address, register, buffer)

        def writeto_mem(self, address, register, data):
            session.check()
            chip.writeto_mem(address, register, data)

    return I2C


def time(world, session, sleep_ms):
    """`sleep_ms(ms)` is the runner's: it may let more than that pass where nothing would happen."""
    t = Module()

    def ticks_ms():
        session.check()
        return (world.ms - world.ticks_from_ms) % TICKS

    def ticks_diff(later, earlier):
        return (later - earlier + TICKS // 2) % TICKS - TICKS // 2

    def ticks_add(ticks, ms):
        return (ticks + ms) % TICKS

    def now():
        session.check()
        return world.board.system_ms(world.ms) // 1000

    def gmtime(epoch_s):
        year, month, day = dates.civil((epoch_s + EPOCH_S) // dates.DAY_S)
        second = epoch_s % dates.DAY_S
        return (year, month, day, second // 3600, second // 60 % 60, second % 60, 0, 0)

    t.ticks_ms, t.ticks_diff, t.ticks_add = ticks_ms, ticks_diff, ticks_add
    t.time, t.gmtime, t.sleep_ms = now, gmtime, sleep_ms
    t.sleep = lambda seconds: sleep_ms(int(seconds * 1000))
    return t


class Line:
    """The board's end of the console: what comes in, and what it has said."""

    def __init__(self, session):
        self.session = session
        self.waiting = ""
        self.said = []

    def read(self, count):
        self.session.check()
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken

    def write(self, text):
        self.session.check()
        self.said.append(text)
        return len(text)

    def print(self, *values):
        self.write(" ".join([str(value) for value in values]) + "\n")


def console(line, modules):
    """The modules `sys` and `select` around one line."""
    s, select = Module(), Module()
    s.modules = modules
    s.stdin = s.stdout = line

    class Poll:
        def __init__(self):
            self.answer = ((line, 1),)

        def register(self, _stream, _events):
            pass

        def ipoll(self, _timeout_ms):
            return self.answer if line.waiting else ()

        poll = ipoll

    select.POLLIN, select.poll = 1, Poll
    return s, select
