"""The battery clock's driver against a simulated chip: what it believes, what it refuses, and what a set leaves."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import dates
from firmware.device.ds3231 import FIRST_S, LAST_S, ODD, SILENT, STOPPED, DS3231
from tools.sim.chip import Chip

NOW_S = dates.seconds(2026, 11, 20, 10)
CONTROL, STATUS = 0x0E, 0x0F


def healthy(now_s=NOW_S):
    chip = Chip(lambda: now_s)
    return chip, DS3231(chip)


class Wire:
    """Between driver and chip: fails, cuts short or swallows what it is told to, and lists what was written."""

    def __init__(self, chip, fails_at=None, bytes_through=99, swallows=()):
        self.chip = chip
        self.fails_at = fails_at
        self.before = lambda call: None  # what else happens before each call
        self.bytes_through = bytes_through
        self.swallows = swallows
        self.calls = 0
        self.written = []

    def _call(self):
        self.before(self.calls)
        self.calls += 1
        if self.calls - 1 == self.fails_at:
            raise OSError(116)

    def readfrom_mem_into(self, address, register, buffer):
        self._call()
        through = min(self.bytes_through, len(buffer))
        buffer[:through] = self.chip.readfrom_mem(address, register, through)

    def writeto_mem(self, address, register, data):
        self._call()
        self.written.append((register, data.hex()))
        if register not in self.swallows:
            self.chip.writeto_mem(address, register, data)


@given(st.integers(FIRST_S, LAST_S))
def test_what_is_set_is_read_and_is_the_same_civil_time(now_s):
    chip, _ = healthy()
    chip.lose()
    wire = Wire(chip)
    clock = DS3231(wire)
    assert clock.set(now_s) is True
    assert clock.read() == now_s
    told = datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=now_s)
    shown = told.strftime("%S%M%H") + f"{told.isoweekday():02d}" + told.strftime("%d%m%y")
    assert chip.readfrom_mem(0x68, 0, 7).hex() == shown
    assert (0, shown) in wire.written


@pytest.mark.parametrize("register", range(7))
@pytest.mark.parametrize("now_s", [NOW_S, dates.seconds(2028, 2, 29, 23, 59, 58), dates.seconds(2031, 1, 30)])
def test_of_every_byte_only_real_dates_from_2025_to_2099_are_believed(register, now_s):
    chip, clock = healthy(now_s)
    for byte in range(256):
        chip.raw = {register: byte}
        assert clock.read() == real_time(chip.readfrom_mem(0x68, 0, 7).hex()), (register, byte)


def real_time(shown):
    """The seconds that seven registers, written out in hexadecimal, mean to somebody who knows calendars."""
    try:
        told = datetime.datetime.strptime(shown[:6] + shown[8:], "%S%M%H%d%m%y")
    except ValueError:
        return ODD
    year = 2000 + int(shown[12:])
    if shown[:2] > "59" or not 2025 <= year or not 1 <= int(shown[6:8], 16) <= 7:
        return ODD
    return int((told.replace(year=year) - datetime.datetime(2020, 1, 1)).total_seconds())


def test_the_twelve_hour_bit_and_the_next_century_are_odd():
    chip, clock = healthy()
    for register, byte in ((2, 0x40 | 0x10), (2, 0x60 | 0x10), (5, 0x80 | 0x11), (6, 0x24), (4, 0x31), (4, 0x00)):
        chip.raw = {register: byte}
        assert clock.read() == ODD, (register, byte)


@pytest.mark.parametrize("step_s, told", [(0, NOW_S), (1, NOW_S + 1), (2, ODD), (-1, ODD), (3600, ODD)])
def test_two_reads_may_lie_one_second_apart_and_no_more(step_s, told):
    times = iter([NOW_S, NOW_S + step_s])
    chip, clock = healthy()
    chip.now = lambda: next(times)
    assert clock.read() == told


@pytest.mark.parametrize("call", [0, 1])
def test_no_answer_to_either_read_is_silence(call):
    chip, _ = healthy()
    assert DS3231(Wire(chip, fails_at=call)).read() == SILENT
    assert DS3231(Wire(chip, fails_at=2)).read() == NOW_S


@pytest.mark.parametrize("through", range(16))
def test_a_transfer_cut_short_is_silence_however_long_it_was(through):
    chip, clock = healthy()
    wire = Wire(chip)
    clock = DS3231(wire)
    assert clock.read() == NOW_S
    wire.bytes_through = through
    assert clock.read() == SILENT
    assert clock.set(NOW_S) is False


def test_a_stop_is_told_even_where_the_time_is_odd_and_a_silent_chip_is_silent():
    chip, clock = healthy()
    chip.lose()
    assert clock.read() == STOPPED
    chip.raw = {0: 0xFF}
    assert clock.read() == STOPPED
    chip.silent = 1
    assert clock.read() == SILENT


@given(st.integers(-(1 << 30), 1 << 31).filter(lambda now_s: not FIRST_S <= now_s <= LAST_S))
def test_a_time_the_chip_could_not_tell_back_is_not_written(now_s):
    chip, _ = healthy()
    wire = Wire(chip)
    assert DS3231(wire).set(now_s) is False
    assert wire.calls == 0


def test_the_stop_is_forgotten_last_and_only_what_must_be_is_written():
    chip, _ = healthy()
    chip.lose()
    wire = Wire(chip)
    assert DS3231(wire).set(NOW_S) is True
    assert [register for register, _data in wire.written] == [CONTROL, 0x00, STATUS]


def test_a_set_starts_the_oscillator_for_the_battery_too_and_touches_nothing_else():
    chip, clock = healthy()
    chip.lose()
    chip.control = 0x9D
    chip.status = 0x0B
    assert clock.set(NOW_S) is True
    assert (chip.control, chip.status, chip.stopped) == (0x1D, 0x0B, 0)
    chip.status = 0
    assert clock.set(NOW_S) is True
    assert chip.status == 0


@pytest.mark.parametrize("call", range(8))
def test_a_set_that_breaks_off_anywhere_leaves_no_wrong_time_that_would_be_believed(call):
    chip, healthy_clock = healthy()
    chip.lose()
    wire = Wire(chip, fails_at=call)
    done = DS3231(wire).set(NOW_S)
    assert done == (wire.calls <= call)
    assert healthy_clock.read() in ((NOW_S,) if done else (NOW_S, STOPPED))


@pytest.mark.parametrize("register, byte", [(0, 0x07), (2, 0x50), (6, 0x99), (STATUS, 0x88), (CONTROL, 0x9C)])
def test_a_set_that_does_not_stand_is_told(register, byte):
    chip, clock = healthy()
    chip.lose()
    chip.raw = {register: byte}
    assert clock.set(NOW_S) is False
    if register < 7:
        assert chip.stopped


@pytest.mark.parametrize("register", [0x00, STATUS])
def test_a_write_that_got_lost_is_told(register):
    chip, _ = healthy()
    chip.lose()
    assert DS3231(Wire(chip, swallows=(register,))).set(NOW_S) is False
    assert chip.stopped


@pytest.mark.parametrize("passes_before", range(6))
def test_the_second_may_change_while_the_time_is_being_set(passes_before):
    calls = [0]
    chip = Chip(lambda: NOW_S + (calls[0] >= passes_before))
    chip.lose()
    wire = Wire(chip)
    wire.before = lambda call: calls.__setitem__(0, call)
    assert DS3231(wire).set(NOW_S) is True


def test_the_simulated_chip_runs_on_when_lost_and_when_set_wrong_until_it_is_mended():
    time = [NOW_S]
    chip = Chip(lambda: time[0])
    clock = DS3231(chip)
    chip.lose()
    time[0] += 61
    assert chip.readfrom_mem(0x68, 0, 7).hex() == "01010006010100"  # 2000-01-01 was a Saturday, here the sixth day
    assert clock.read() == STOPPED
    chip.mend()
    chip.offset_s = 90
    assert clock.read() == NOW_S + 61 + 90
    chip.silent = 1
    with pytest.raises(OSError):
        chip.readfrom_mem(0x68, 0, 1)
    chip.mend()
    assert clock.read() == NOW_S + 61
    with pytest.raises(OSError):
        chip.writeto_mem(0x57, 0, b"\0")
