"""A connection on which every wait ends, whatever the other side does or leaves undone.

The socket itself never waits and never times out: on MicroPython a time-out underneath ends TLS for good, and one in
the middle of a packet loses what had come of it. All waiting is done by poll, up to a deadline that is set for a whole
operation, so that a peer who sends one byte a second cannot stretch it. Nor can it make the board take in more than
LONGEST bytes of one packet: what is longer in a message is read past, and comes as nothing, which is no command. A
broker gives a message that it keeps anew on every connection, so that to end the connection would be to end them all.
"""

import select
import socket
import time

LONGEST = 1024
PASSED = 262_144  # bytes at most that are read past, as far as there is time
PIECE = 128
PUBLISH = 3
CLOSED, SILENT, TOO_LONG = 104, 110, 90  # errno of ECONNRESET, ETIMEDOUT, EMSGSIZE


def reach(host, port, kind, within_ms):
    """A connected socket that does not wait. How long the name takes to look up is for the system to say. OSError."""
    place = socket.getaddrinfo(host, port, 0, kind)[0]
    sock = socket.socket(place[0], kind)
    try:
        sock.settimeout(within_ms // 1000 + 1)
        sock.connect(place[-1])
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def ready(sock, event, within_ms):
    """Wait for select.POLLIN or POLLOUT; false if nothing happened."""
    poller = select.poll()
    poller.register(sock, event)
    return poller.poll(within_ms)


class Wire:
    """What umqtt.simple takes for its socket. Whatever cannot be done in time, or at all, is an OSError."""

    def __init__(self, raw):
        self.raw = raw
        self.sock = raw  # the stream to use: TLS, once it has been put over the socket
        self.waits = True
        self.until_ms = 0
        self.room = LONGEST  # of what may still come in this packet
        self.last = 0
        self.opcode = 0  # of the packet being read, with the flags that umqtt.simple keeps to itself
        self.heard = False  # something has come; whoever looks puts it back

    def allow(self, within_ms):
        """Begin an operation that is to be over by then."""
        self.until_ms = time.ticks_add(time.ticks_ms(), within_ms)

    def setblocking(self, waits):
        """umqtt.simple says so before it looks for a packet, and again right after the first byte of every one."""
        self.waits = waits
        self.opcode = self.last
        self.room = LONGEST

    def read(self, size):
        """Exactly so many bytes. None if one is wanted, and it has not come, and is not to be waited for."""
        if max(self.room, PIECE) < size <= PASSED and self.opcode >> 4 == PUBLISH:
            while size:
                size -= len(self._fetch(min(size, PIECE)))
            return b""
        if not 0 <= size <= self.room:
            raise OSError(TOO_LONG)
        self.room -= size
        return self._fetch(size)

    def _fetch(self, size):
        data = b""
        while len(data) < size:
            left_ms = self._left_ms()  # also where bytes come without an end
            more = self.sock.read(size - len(data))
            if more:
                data += more
                self.last = more[0]
                self.heard = True
            elif more is not None:
                raise OSError(CLOSED)
            elif self.waits:
                ready(self.sock, select.POLLIN, left_ms)
            else:
                return None
        return data

    def write(self, data, size=None):
        """All of it, or the first so many bytes."""
        data = memoryview(data)[:size]
        while len(data):
            done = self.sock.write(data)
            if done:
                data = data[done:]
            else:
                ready(self.sock, select.POLLOUT, self._left_ms())

    def close(self):
        """Also the socket under TLS, which a handshake that failed leaves open."""
        for sock in (self.sock, self.raw):
            try:
                sock.close()
            except OSError:
                pass

    def _left_ms(self):
        left_ms = time.ticks_diff(self.until_ms, time.ticks_ms())
        if left_ms <= 0:
            raise OSError(SILENT)
        return left_ms
