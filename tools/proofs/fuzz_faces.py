"""The board's modules for the network and for time, in a world of one thread where nothing passes but what is waited
for: a broker and a time server that answer as they are told, on CPython and on MicroPython alike.

While the program waits, the world's loop runs. `socket`, `select`, `time`, `network`, `_thread` and `os` are here.
"""

import binascii
import struct
import sys

from tools.proofs import fuzz_cases as cases

STREAM, DATAGRAM = 1, 2
TICKS = 1 << 30
AT_A_TIME_MS = 200
BROKEN = 104
NOW_AND_THEN = 7


class Face:
    """A module."""


class Now:
    world = None
    run = None  # what the program has begun a thread with


def install():
    """Stand where the program looks for its modules, in this process and for good."""
    faces = {"time": _time(), "select": _select(), "socket": _socket(), "network": _network(), "_thread": _thread(),
             "os": _os()}
    faces["usocket"] = faces["socket"]
    if sys.implementation.name != "micropython":
        faces.update({"ustruct": struct, "ubinascii": binascii})
    sys.modules.update(faces)


def _time():
    time = Face()
    time.ticks_ms = lambda: Now.world.ms % TICKS
    time.ticks_add = lambda ticks, ms: (ticks + ms) % TICKS
    time.ticks_diff = lambda later, sooner: (later - sooner + TICKS // 2) % TICKS - TICKS // 2
    time.sleep_ms = lambda ms: Now.world.sleep(ms)
    return time


def _os():
    os = Face()
    os.urandom = lambda count: Now.world.chance.bytes(count)
    return os


def _thread():
    thread = Face()
    thread.stack_size = lambda _size: 0
    thread.start_new_thread = lambda run, _arguments: setattr(Now, "run", run)
    return thread


def _network():
    class WLAN:
        def __init__(self, _interface):
            pass

        def active(self, _on):
            pass

        def connect(self, _name, _password):
            pass

        def isconnected(self):
            return True

        def status(self, _what=None):
            return -61

    network = Face()
    network.WLAN, network.STA_IF = WLAN, 0
    return network


def _select():
    class Poll:
        def register(self, sock, event):
            self.sock, self.event = sock, event

        def poll(self, within_ms):
            return [self.sock] if self.sock.wait(self.event, within_ms) else []

    select = Face()
    select.poll, select.POLLIN, select.POLLOUT = Poll, 1, 4
    return select


def _socket():
    socket = Face()
    socket.SOCK_STREAM, socket.SOCK_DGRAM = STREAM, DATAGRAM

    def getaddrinfo(host, port, _family=0, kind=0):
        if Now.world.chance.below(100) == 0:
            raise OSError(-2)
        return [(2, kind, 0, "", (host, port))]

    socket.getaddrinfo = getaddrinfo
    socket.socket = lambda _family, kind: Talk(Now.world) if kind == STREAM else Question(Now.world)
    return socket


class Sock:
    """What comes in comes in pieces, each at its time."""

    def __init__(self, world):
        self.world = world
        self.coming = []  # [(ms, bytes)], the next to come first
        self.ends_ms = None  # when the other side hangs up
        self.open = True

    def settimeout(self, _seconds):
        pass

    def setblocking(self, _waits):
        pass

    def setsockopt(self, _level, _option, _value):
        pass

    def connect(self, _address):
        if self.world.chance.below(50) == 0:
            raise OSError(113)

    def send(self, data, after_ms=0):
        """From the other side."""
        if data:
            self.coming.append((max([self.world.ms + after_ms] + [row[0] for row in self.coming]), data))

    def wait(self, event, within_ms):
        """Until there is something to read; there is always room to write, but not always soon."""
        world = self.world
        at_ms = self.coming[0][0] if self.coming else self.ends_ms
        if event == 4:
            at_ms = world.ms + world.chance.of((0, 1, 20, 400, 6_000))
        left_ms = within_ms if at_ms is None else min(within_ms, max(0, at_ms - world.ms))
        world.pass_ms(left_ms)
        return at_ms is not None and at_ms <= world.ms

    def close(self):
        self.open = False


class Question(Sock):
    """To a time server, which answers once."""

    def write(self, data):
        world = self.world
        self.sent_ms = world.ms
        self.request = data
        self.answer = cases.answer(world.chance, data, world.true_s())
        if world.chance.below(20):
            self.send(self.answer, world.chance.of((0, 3, 40, 900, 2_500, 4_999, 5_000, 5_001)))
        return len(data)

    def recv(self, size):
        self.world.asked((self.answer, self.request, self.world.ms - self.sent_ms))
        return self.coming.pop(0)[1][:size]


class Talk(Sock):
    """With the broker. What the board says must be MQTT; the answers to it are the world's to give."""

    def __init__(self, world):
        Sock.__init__(self, world)
        self.read_so_far = bytearray()
        self.said = b""
        world.talks(self)

    def read(self, size):
        world = self.world
        world.figures["largest"] = max(world.figures["largest"], size)
        if world.chance.below(900) == 0:
            raise OSError(BROKEN)
        if not self.coming or self.coming[0][0] > world.ms:
            return b"" if self.ends_ms is not None and not self.coming and self.ends_ms <= world.ms else None
        at_ms, data = self.coming.pop(0)
        count = size if world.chance.below(NOW_AND_THEN) else max(1, world.chance.below(size))
        if data[count:]:
            self.coming.insert(0, (at_ms, data[count:]))
        self.read_so_far.extend(data[:count])
        return data[:count]

    def write(self, data):
        world = self.world
        if world.chance.below(2_000) == 0:
            raise OSError(BROKEN)
        if world.chance.below(40) == 0:
            return None
        data = bytes(data)
        if world.chance.below(NOW_AND_THEN) == 0:
            data = data[:1 + world.chance.below(len(data))]
        self.said += data
        while self.said:
            size, begins = packet_size(self.said)
            if size is None or len(self.said) < size:
                break
            packet, self.said = self.said[:size], self.said[size:]
            world.hears(self, packet[0], packet[begins:])
        return len(data)


def packet_size(data):
    """(how long the packet here is, where what follows its length begins); None where that cannot be told yet."""
    size = 0
    for place in range(1, min(5, len(data))):
        size |= (data[place] & 127) << 7 * (place - 1)
        if data[place] < 128:
            return place + 1 + size, place + 1
    return None, None
