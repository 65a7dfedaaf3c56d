"""What RTC memory carries over a warm reset: a time stamp, the entry's age, latches and holds, how the last run ended.

The memory keeps its content through a watchdog, a panic and a restart, loses it with the power, and a write to it can
be torn: so it counts only with the right check sum. Its first four bytes are boot.py's own crash count.
"""

import struct
from binascii import crc32

import machine

_OWN = 4
# Stamp, its error, seconds since the entry, latched faults, the local hold's end, which one it is, the remote hold, a
# stay that ran into its deadline, a clock that is barred, restart asked for, how the last run ended.
_FORMAT = "<iiiiiBBBBB23s"
_SIZE = struct.calcsize(_FORMAT)
NOT_KEPT = 255  # for a hold, in a record that is begun anew before anybody knew the last run's: a start that failed


class Memory:
    def __init__(self):
        self.rtc = machine.RTC()
        self.boots = b""
        self.clear()
        self.sound = self._load(self.rtc.memory())

    def clear(self):
        self.stamp_s = -1
        self.error_s = 0
        self.entry_s = -1  # since the last entry into V2L, -1: none is open
        self.latched = 0
        self.until_s = -1
        self.hold = NOT_KEPT
        self.remote = 0
        self.spent = 0
        self.barred = 0
        self.planned = 0
        self.ended = ""

    def _load(self, raw):
        self.boots = raw[:_OWN]
        if len(raw) != _OWN + _SIZE + 4:
            return False
        body = raw[_OWN : _OWN + _SIZE]
        if struct.unpack("<I", raw[_OWN + _SIZE :])[0] != crc32(body):
            return False
        values = struct.unpack(_FORMAT, body)
        self.stamp_s, self.error_s, self.entry_s, self.latched, self.until_s = values[:5]
        self.hold, self.remote, self.spent, self.barred, self.planned = values[5:10]
        self.ended = values[10].split(b"\0")[0].decode()
        return True

    def save(self):
        times = self.stamp_s, self.error_s, self.entry_s, self.latched, self.until_s
        flags = self.hold, self.remote, self.spent, self.barred, self.planned
        body = struct.pack(_FORMAT, *times, *flags, self.ended.encode()[:23])
        boots = self.boots if len(self.boots) == _OWN else b"\0\0\0\0"
        self.rtc.memory(boots + body + struct.pack("<I", crc32(body)))

    def crashes(self):
        """How many starts in a row boot.py has counted that nobody found healthy."""
        b = self.boots
        return b[1] if len(b) == _OWN and b[0] == 71 and b[1] + b[2] == 255 else 0

    def forget_crashes(self):
        self.boots = b"G\0\xff\0"
        self.save()


def leave(planned, ended):
    """Note for the next start how this one ends."""
    memory = Memory()
    memory.planned = planned
    if planned:
        memory.stamp_s = -1  # somebody has the board now, and nobody knows for how long
    memory.ended = ended
    memory.save()
