"""What becomes of a time that somebody tells: the core's clock, the battery clock, the system clock."""

import time
import types

import pytest

from firmware.core import clock, dates
from firmware.device.ds3231 import DS3231
from host_tests.netface import Here
from tools.sim.chip import Chip

NOW_S = dates.seconds(2026, 11, 20, 10)


class Writes:
    """Between driver and chip: counts the times that are written."""

    def __init__(self, chip):
        self.chip, self.times = chip, 0
        self.readfrom_mem_into = chip.readfrom_mem_into

    def writeto_mem(self, address, register, data):
        self.times += register == 0
        self.chip.writeto_mem(address, register, data)


class Board:
    def __init__(self):
        here, self.system = Here(), []
        here.modules["machine"] = types.SimpleNamespace(
            RTC=lambda: types.SimpleNamespace(datetime=self.system.append))
        here.modules["time"] = types.SimpleNamespace(gmtime=time.gmtime, time=lambda: 0)
        self.bus = Writes(Chip(lambda: NOW_S))
        self.notes = []
        self.core = types.SimpleNamespace(clock=clock.Clock(120), note=lambda *told: self.notes.append(told[1]))
        keepsake = types.SimpleNamespace(memory=None, save=lambda: None)
        made = here.load("firmware.app.timekeeping").Timekeeper(self.core, DS3231(self.bus), keepsake)
        self.set, self.hear = made.set, made.hear


@pytest.fixture
def board():
    made = Board()
    assert made.set(NOW_S, 1) and made.bus.times == 1
    return made


def test_a_person_sets_all_three_clocks(board):
    assert board.core.clock.now_s == NOW_S and board.core.clock.source == clock.BY_HAND
    assert board.notes == ["set by hand"] and board.system == [(2026, 11, 20, 0, 10, 0, 0, 0)]


@pytest.mark.parametrize("off_s, written", ((-2, 0), (0, 0), (2, 0), (3, 1), (50, 1)))
def test_a_network_sets_the_battery_clock_only_where_that_shows_another_second(off_s, written, board):
    board.hear(NOW_S + off_s, 3, 2)
    assert board.bus.times == 1 + written and board.notes[1:] == ["set by network"]
    assert board.core.clock.now_s == (NOW_S + off_s if written else NOW_S)
    board.hear(NOW_S, 3, 3)
    assert board.notes[2:] == []
