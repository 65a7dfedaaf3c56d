"""Runs on MicroPython, in a folder that holds one of the two programs: presses its button again and again at random
moments, in real time and with real connections, and prints how long it takes each time until the output is off.

What lies between two presses is not waited for: there the loop's time leaps whenever it sleeps, and only its time. Each
press is announced, for it may be that nothing comes after it:

    press MS  in so many milliseconds it will be pressed
    off US    so many microseconds after it was, the output went off
"""

import _thread
import random
import sys
import time

import board_network
import board_stub

BUTTON = 18  # on the boards used here; it is normally closed
TIME = time  # the interpreter's own
FIRST_MS, NEXT_MS = 1_500, 30  # until a press, and a little; by the first the network is at work
ANXIOUS_MS, SHORT_MS = 12_000, 200  # a second press lifts what the first one asked for, but not at once
HOUR_MS, IN_AN_HOUR = 3_600_000, 12  # entries that the firmware allows
PACE_MS, STRIDE_MS, GIANT_MS = 0, 100, 1_000  # of leaps: as the loop itself, in large steps, in the largest
TURNS_MAX = 5_000


class Clock:
    ahead_ms = 0  # of the real time
    leap_ms = None  # at least, or none
    loop = _thread.get_ident()
    begun_ms = TIME.ticks_ms()


class Button:
    at_us = 0
    armed = False  # to be pressed at that moment
    down = False
    off_us = None  # how long it took


class Pin(board_stub.Pin):
    def __init__(self, number, mode=-1, pull=-1, value=0):
        board_stub.Pin.__init__(self, number, mode, pull, value)
        self.number = number

    def __call__(self, level=None):
        if self.number == BUTTON:
            return 1 if Button.down or (Button.armed and TIME.ticks_diff(TIME.ticks_us(), Button.at_us) >= 0) else 0
        if level == 0 and self.number == board_stub.PILOT and self.level and Button.armed:
            Button.off_us = TIME.ticks_diff(TIME.ticks_us(), Button.at_us)
        return board_stub.Pin.__call__(self, level)


def ticks_ms():
    return TIME.ticks_add(TIME.ticks_ms(), Clock.ahead_ms)


def up_s():
    return TIME.ticks_diff(ticks_ms(), Clock.begun_ms) // 1000


def sleep_ms(ms):
    if _thread.get_ident() != Clock.loop:
        TIME.sleep_ms(ms)
    elif Clock.leap_ms is not None:
        Clock.ahead_ms += max(ms, Clock.leap_ms)
    else:
        TIME.sleep_ms(ms)


def install():
    board_stub.install()
    board_network.install()
    face = sys.modules["time"]
    face.ticks_ms, face.sleep_ms, face.ticks_add, face.ticks_diff = ticks_ms, sleep_ms, TIME.ticks_add, TIME.ticks_diff
    face.time = lambda: board_stub.START_S + up_s()
    face.localtime = lambda: (2026, 11, 20, 12, up_s() // 60 % 60, up_s() % 60, 4, 324)
    sys.modules["machine"].Pin = Pin


class Ours:
    def __init__(self, now_s):
        import ticks_board

        self.program = ticks_board.Firmware()
        self.turn = self.program.turn
        self.done = 0
        self.program.set_clock(now_s)
        self._leap(self.program.is_on_v2l)
        _thread.start_new_thread(board_network.Thread.function, ())

    def go_back(self):
        """To V2L, as somebody would who presses again."""
        self.done += 1
        self._pass(ANXIOUS_MS, STRIDE_MS)
        Button.down = True
        self._pass(SHORT_MS, PACE_MS)
        Button.down = False
        self._pass(HOUR_MS if self.done % IN_AN_HOUR == 0 else random.getrandbits(10), GIANT_MS)
        self._leap(self.program.is_on_v2l)
        self._pass(random.getrandbits(10), PACE_MS)

    def _pass(self, ms, leap_ms):
        end_ms = Clock.ahead_ms + ms
        self._leap(lambda: Clock.ahead_ms >= end_ms, leap_ms)

    def _leap(self, is_so, leap_ms=STRIDE_MS):
        Clock.leap_ms = leap_ms
        for _turn in range(TURNS_MAX):
            if is_so():
                break
            self.turn()
        else:
            raise RuntimeError("the firmware does not come to where it should be")
        Clock.leap_ms = None


class Theirs:
    def __init__(self, port):
        import bench_board

        self.turn = bench_board.Polling(port).turn

    def go_back(self):
        """It does so by itself."""
        self.turn()


def press(program, in_ms):
    Button.off_us = None
    Button.at_us = TIME.ticks_add(TIME.ticks_us(), 1000 * in_ms + random.getrandbits(10))
    Button.armed = True
    print("press", in_ms)
    while Button.off_us is None:
        program.turn()
    Button.armed = False
    print("off", Button.off_us)


def main(port, presses, seed, now_s):
    install()
    random.seed(seed)
    program = Ours(now_s) if port is None else Theirs(port)
    for number in range(presses):
        if number:
            program.go_back()
        press(program, (NEXT_MS if number else FIRST_MS) + random.getrandbits(5))
