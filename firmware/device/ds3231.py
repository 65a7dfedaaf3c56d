"""The battery clock, a DS3231 on the I2C bus: believed only when everything it says makes sense.

Time, control and status come in one transfer, in which the chip holds its time still. All is read twice, because noise
on the bus seldom tells the same lie twice. The chip notes by itself that its oscillator has stopped, and that note is
only cleared once a new time has been written and read back.
"""

from firmware.core import dates

STOPPED, SILENT, ODD = -1, -2, -3

ADDRESS = 0x68
TIME, CONTROL, STATUS = 0x00, 0x0E, 0x0F
STOPS_ON_BATTERY = 0x80  # control: the oscillator is off while only the battery feeds it
HAS_STOPPED = 0x80  # status
NOTHING = 0xFF  # what a bus reads on which nobody answers; no status looks like this

# Seconds, minutes, hours, weekday, day, month, year: what is true of each. The chip's bits for a twelve-hour clock and
# for the next century lie above the digits, so that they break these limits by themselves.
LIMITS = ((0, 59), (0, 59), (0, 23), (1, 7), (1, 31), (1, 12), (25, 99))
CENTURY = 2000
FIRST_S = dates.seconds(CENTURY + LIMITS[6][0], 1, 1)
LAST_S = dates.seconds(CENTURY + LIMITS[6][1] + 1, 1, 1) - 1


class DS3231:
    def __init__(self, i2c):
        self.i2c = i2c
        self.registers = bytearray(STATUS + 1)
        self.time = bytearray(len(LIMITS))
        self.one = bytearray(1)

    def read(self):
        """Seconds since 2020, or STOPPED, SILENT or ODD."""
        before_s = self._read_once()
        now_s = self._read_once()
        if before_s < 0 or now_s < 0:
            return min(before_s, now_s)
        return now_s if 0 <= now_s - before_s <= 1 else ODD

    def set(self, now_s):
        """Write the time, see that it stands, then clear the note of a stop; False if any of it did not work."""
        if not FIRST_S <= now_s <= LAST_S:
            return False
        self._encode(now_s)
        try:
            if not self._fetch():
                return False
            self._write(CONTROL, self.registers[CONTROL] & ~STOPS_ON_BATTERY)
            self.i2c.writeto_mem(ADDRESS, TIME, self.time)
            if not self._fetch() or not 0 <= self._decode() - now_s <= 1:
                return False
            self._write(STATUS, self.registers[STATUS] & ~HAS_STOPPED)
        except OSError:
            return False
        return 0 <= self._read_once() - now_s <= 1 and not self.registers[CONTROL] & STOPS_ON_BATTERY

    def _read_once(self):
        try:
            if not self._fetch():
                return SILENT
        except OSError:
            return SILENT
        return STOPPED if self.registers[STATUS] & HAS_STOPPED else self._decode()

    def _fetch(self):
        """Read all registers; False if nothing, or not everything, came."""
        self.registers[STATUS] = NOTHING
        self.i2c.readfrom_mem_into(ADDRESS, TIME, self.registers)
        return self.registers[STATUS] != NOTHING

    def _write(self, register, value):
        self.one[0] = value
        self.i2c.writeto_mem(ADDRESS, register, self.one)

    def _decode(self):
        values = [_number(self.registers[i]) for i in range(len(LIMITS))]
        for value, limits in zip(values, LIMITS):
            if not limits[0] <= value <= limits[1]:
                return ODD
        second, minute, hour, _weekday, day, month, year = values
        if day > dates.days_in_month(CENTURY + year, month):
            return ODD
        return dates.seconds(CENTURY + year, month, day, hour, minute, second)

    def _encode(self, now_s):
        day = now_s // dates.DAY_S
        year, month, of_month = dates.civil(day)
        clock = (now_s % 60, now_s // 60 % 60, now_s // 3600 % 24)
        for i, value in enumerate(clock + (dates.weekday(day) + 1, of_month, month, year - CENTURY)):
            self.time[i] = value // 10 << 4 | value % 10


def _number(byte):
    """What two decimal digits in one byte say; -1 if the lower one is none. A wrong upper one makes it too large."""
    return (byte >> 4) * 10 + (byte & 15) if byte & 15 < 10 else -1
