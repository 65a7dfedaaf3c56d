"""The board's serial line: a pseudo-terminal under a name that stays, as fast or as slow as it is told to be."""

import errno
import os
import pathlib
import select
import time
import tty

AT_ONCE = 4096  # bytes
ON_THE_WAY = 128  # bytes that a slow port takes before the board has to wait
STALL_S = 0.2  # for so long the board waits for somebody who has opened the port and does not read; then it is all lost
BURST_S = 0.01


class Pace:
    """How many bytes may pass by now, at so many a second; None: all."""

    def __init__(self):
        self.bytes_per_s = None
        self.credit = 0.0
        self.last_s = 0.0

    def set(self, bytes_per_s):
        self.bytes_per_s, self.credit, self.last_s = bytes_per_s, 0.0, time.monotonic()

    def allowed(self):
        if self.bytes_per_s is None:
            return AT_ONCE
        now_s = time.monotonic()
        most = max(1.0, self.bytes_per_s * BURST_S)
        self.credit = min(self.credit + (now_s - self.last_s) * self.bytes_per_s, most)
        self.last_s = now_s
        return int(self.credit)


class Line:
    """`place` is the path at which the port is found while it is plugged in."""

    def __init__(self, place):
        self.place = pathlib.Path(place)
        self.master = None
        self.coming, self.going = Pace(), Pace()
        self.waiting = bytearray()  # what the board has said and the port has not taken
        self.moved_s = 0.0  # when some of it was taken last

    def plug(self):
        if self.master is not None:
            return
        self.master, slave = os.openpty()
        tty.setraw(slave)
        fresh = self.place.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(self.place)
        os.close(slave)  # so that the master sees whether anybody else has it open
        os.set_blocking(self.master, False)

    def unplug(self):
        if self.master is None:
            return
        self.place.unlink(missing_ok=True)
        os.close(self.master)
        self.master = None
        self.waiting.clear()

    def set_pace(self, bytes_per_s):
        self.coming.set(bytes_per_s)
        self.going.set(bytes_per_s)

    def is_paced(self):
        return self.going.bytes_per_s is not None

    def is_open(self):
        """Whether somebody has it open."""
        if self.master is None:
            return False
        poll = select.poll()
        poll.register(self.master, 0)
        return not poll.poll(0)

    def is_full(self):
        """Whether the board has to wait before it can say more."""
        held = len(self.waiting) >= (ON_THE_WAY if self.is_paced() else AT_ONCE)
        return held and time.monotonic() - self.moved_s < STALL_S

    def read(self):
        """What has come from the host by now."""
        data = b""
        allowed = self.coming.allowed()
        if self.master is not None and allowed:
            data = _unless_not_now(os.read, self.master, allowed) or b""
        self.coming.credit -= len(data)
        return data

    def write(self, data):
        """Say it. What nobody listens to is lost, as on a wire."""
        if not self.waiting:
            self.moved_s = time.monotonic()
        if len(self.waiting) < AT_ONCE:
            self.waiting += data
        self.push()

    def push(self):
        if not self.is_open():
            self.waiting.clear()
        while self.waiting:
            allowed = self.going.allowed()
            count = _unless_not_now(os.write, self.master, bytes(self.waiting[:allowed])) if allowed else 0
            if not count:
                return
            self.moved_s = time.monotonic()
            self.going.credit -= count
            del self.waiting[:count]


def _unless_not_now(act, *arguments):
    """What it answers; None where there is nothing to read, no room to write, or nobody there."""
    try:
        return act(*arguments)
    except OSError as trouble:
        if trouble.errno not in (errno.EAGAIN, errno.EIO):
            raise
    return None
