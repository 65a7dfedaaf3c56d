"""A simulated DS3231 on the I2C bus: as its data sheet has it, and with everything that can go wrong with one."""

from firmware.core import dates

ADDRESS = 0x68
CONTROL, STATUS = 0x0E, 0x0F
REGISTERS = 0x13
AS_DELIVERED = 0x1C, 0x08  # control and status
HAS_STOPPED = 0x80
ALARMS = 0x03  # flags in the status: a 1 that is written leaves them as they are
NO_DEVICE = 19
BEGINNING_S = dates.seconds(2000, 1, 1)


class Chip:
    def __init__(self, now):
        """`now()` is the true time in seconds since 2020; the chip begins healthy and right."""
        self.now = now
        self.control, self.status = AS_DELIVERED
        self.mend()

    def mend(self):
        """Healthy and right again, whatever was wrong."""
        self.offset_s = 0
        self.stopped = 0  # the note of it: the chip itself runs on
        self.silent = 0
        self.raw = {}  # register -> the byte it reads, whatever it should

    def lose(self):
        """The oscillator stopped for want of a battery, and began anew."""
        self.offset_s = BEGINNING_S - self.now()
        self.stopped = 1

    # The bus, as machine.I2C has it.

    def readfrom_mem_into(self, address, register, buffer):
        self._answer(address)
        registers = self._registers()
        for i in range(len(buffer)):
            place = (register + i) % REGISTERS
            buffer[i] = self.raw.get(place, registers[place])

    def readfrom_mem(self, address, register, count):
        buffer = bytearray(count)
        self.readfrom_mem_into(address, register, buffer)
        return bytes(buffer)

    def writeto_mem(self, address, register, data):
        self._answer(address)
        registers = self._registers()
        time_before = bytes(registers[:7])
        for i in range(len(data)):
            registers[(register + i) % REGISTERS] = data[i]
        self.control = registers[CONTROL]
        self.status = registers[STATUS] & 0x08 | self.status & registers[STATUS] & ALARMS
        self.stopped = 1 if self.stopped and registers[STATUS] & HAS_STOPPED else 0
        if bytes(registers[:7]) != time_before:
            self._set(registers)

    def _answer(self, address):
        if self.silent or address != ADDRESS:
            raise OSError(NO_DEVICE)

    def _registers(self):
        now_s = self.now() + self.offset_s
        day = now_s // dates.DAY_S
        year, month, of_month = dates.civil(day)
        values = (now_s % 60, now_s // 60 % 60, now_s // 3600 % 24, dates.weekday(day) + 1, of_month, month, year % 100)
        registers = bytearray(REGISTERS)
        for i in range(len(values)):
            registers[i] = values[i] // 10 << 4 | values[i] % 10
        registers[CONTROL] = self.control
        registers[STATUS] = self.status | (HAS_STOPPED if self.stopped else 0)
        return registers

    def _set(self, registers):
        second, minute, hour, _weekday, day, month, year = [(byte >> 4) * 10 + (byte & 15) for byte in registers[:7]]
        self.offset_s = dates.seconds(2000 + year, month, day, hour, minute, second) - self.now()
