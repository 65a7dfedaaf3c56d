"""Battery clock, lamp, alarm and console on both interpreters; and that a turn without news allocates nothing."""

import gc
import select
import sys

from firmware.app.console import Console
from firmware.core import dates, faults, sentences
from firmware.device import ds3231, lamp
from host_tests.tables.core import ALL, near, on_v2l
from tools.sim.chip import Chip

try:
    from micropython import heap_lock, heap_unlock
except ImportError:

    def heap_lock():
        pass

    heap_unlock = heap_lock

NOW_S = dates.seconds(2026, 11, 20, 10)
TICKS = 2000
# register, the byte it reads, what comes of it
READINGS = (
    (None, 0, NOW_S),
    (0x02, 0x50, ds3231.ODD),
    (0x04, 0x32, ds3231.ODD),
    (0x0F, 0x88, ds3231.STOPPED),
    (0x0F, 0xFF, ds3231.SILENT),
)
TYPED = "status\rlog 2\n\nlog none\nservice on\ntime 2026-11-20T10:00:00Z\n\u00e9 \"?\nfollow\n" + "x" * 130 + "\n"


class Text:
    """An end of the console: what is read comes from `text`, what is written goes there."""

    def __init__(self, text=""):
        self.text = text

    def read(self, count):
        piece, self.text = self.text[:count], self.text[count:]
        return piece

    def write(self, text):
        self.text += text
        return len(text)


class Poller:
    def __init__(self, stream):
        self.stream = stream

    def ipoll(self, _ms):
        return (True,) if self.stream.text else ()


class Outbox:
    def __init__(self):
        self.status = None
        self.count = 0

    def event(self, number):
        return '{"n": %d}' % number


class Desk:
    """Its own journal, of two records."""

    def __init__(self):
        self.journal = self
        self.outbox = Outbox()
        self.asked = []

    def status(self):
        return '{"state": "grid"}'

    def last(self, count):
        for number in range(min(count, 2)):
            yield '{"n": %d}' % number

    def set_time(self, now_s):
        self.asked.append(now_s)

    def set_service(self, on):
        self.asked.append(on)
        return "not now"


def _readings():
    chip = Chip(lambda: NOW_S)
    clock = ds3231.DS3231(chip)
    for register, byte, wanted in READINGS:
        chip.raw = {} if register is None else {register: byte}
        assert clock.read() == wanted, (register, byte, clock.read())
    chip.mend()
    chip.lose()
    told = [clock.read(), clock.set(NOW_S), clock.read()]
    chip.silent = 1
    told += [clock.read(), clock.set(NOW_S)]
    assert told == [ds3231.STOPPED, True, NOW_S, ds3231.SILENT, False], told
    return told


def _codes():
    house = near(True, ALL)
    shown = [sentences.LAMP[lamp.which(house.core)][0]]
    for fault in (faults.FLASH_FULL, faults.V2L_COLLAPSED, faults.KM1_NOT_CLOSED):
        house.core.faults.last(fault, 1)
        shown.append(sentences.LAMP[lamp.which(house.core)][0])
    assert shown == ["grid", "notice", "fault 3", "no supply"], shown
    return shown


def _talk():
    stdin, stdout, desk = Text(TYPED), Text(), Desk()
    console = Console(stdin, stdout, Poller(stdin), desk, Ticks())
    for _ in range(100):
        console.turn(False)
    assert stdin.text == "" and desk.asked == [True, NOW_S]
    stdin.text = "follow\n"
    for _ in range(10):
        console.turn(False)
    desk.outbox.status, desk.outbox.count = '{"state": "hold"}', 2
    for _ in range(10):
        console.turn(False)
    assert stdout.text.endswith('{"status": {"state": "hold"}}\n{"event": {"n": 0}}\n{"event": {"n": 1}}\n')
    return stdout.text


class Ticks:
    ms = 0

    def ticks_ms(self):
        return self.ms

    def ticks_diff(self, later, earlier):
        return later - earlier


def _turns(lights, alarm, console, core, times):
    for _ in times:
        lights.tick(20)
        alarm.tick(core, 20)
        console.turn(False)


def _pin(_level):
    pass


def _poller():
    """The real thing, where it can be asked without allocating. Its stdin, at its end, would always be ready."""
    poller = select.poll() if hasattr(select, "poll") else None
    if not hasattr(poller, "ipoll"):
        return Poller(Text()), Text()
    poller.register(sys.stdin, 0)
    return poller, sys.stdin


def _measure(house, following, muted):
    core, desk = house.core, Desk()
    lights, alarm = lamp.Lamp(_pin, 1), lamp.Alarm(_pin, 1)
    stdin = Text("follow\n" if following else "")
    console = Console(stdin, Text(), Poller(stdin), desk, Ticks())
    for _ in range(50):
        console.turn(False)
    poller, console.stdin = _poller()
    console.ask = poller.ipoll
    lights.look(core)
    core.button.down = 1 if muted else 0
    _turns(lights, alarm, console, core, range(2))
    gc.collect()
    times = range(TICKS)
    before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
    heap_lock()
    try:
        _turns(lights, alarm, console, core, times)
    finally:
        heap_unlock()
    after = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
    assert after == before, after - before
    return following, muted, sentences.LAMP[lights.code][0], alarm.muted != 0, after - before


def run():
    faulty = near(True, ALL)
    faulty.core.latch(faults.BOND_STUCK)
    no_supply = near(True, ALL)
    no_supply.core.faults.last(faults.KM1_NOT_CLOSED, 1)
    measured = [
        _measure(near(True, ALL), False, False),
        _measure(on_v2l(True, ALL), True, False),
        _measure(faulty, False, False),
        _measure(faulty, False, True),
        _measure(no_supply, True, True),
    ]
    assert [row[2] for row in measured] == ["grid", "v2l", "fault 2", "fault 2", "no supply"], measured
    return _readings(), _codes(), _talk(), measured
