"""What the board's connections meet on this machine: a door before the broker, and a time server, in one real thread.

The door is what a scenario acts upon: open it lets everything through to the broker and back, held it lets in and
nothing through, shut it drops whom it has. So the broker itself, which may be somebody else's, needs no stopping. A
question for the time is kept until the simulated world stands still and answers it.
"""

import select
import socket
import struct

from tools.sim import real

OPEN, HELD, SHUT = "on", "silent", "off"
SLICE_MS = 5
PIECE = 4096
PATIENCE_MS = 5_000
WAITING_MAX = 8
TCP, NODELAY = 6, 1
CONNACK = 0x20
NAME = b"gridrest"  # of the client that publishes


class Pair:
    """The board's connection and the one to the broker behind it."""

    def __init__(self, board, broker):
        self.socks = (board, broker)
        self.held = [b"", b""]  # what came from each and is still to go to the other
        self.said = 0  # how often the broker has said something
        for sock in self.socks:
            sock.setsockopt(TCP, NODELAY, 1)
            sock.setblocking(False)

    def register(self, poller):
        for i in (0, 1):
            wanted = (0 if self.held[i] else select.POLLIN) | (select.POLLOUT if self.held[1 - i] else 0)
            poller.register(self.socks[i], wanted)

    def move(self):
        """Let what has come go on, a piece at a time. OSError once one side has hung up."""
        for i in (0, 1):
            if not self.held[i]:
                more = real.tried(self.socks[i].recv, PIECE)
                if more == b"":
                    raise OSError
                self.held[i] = more or b""
                self.said += 1 if more and i else 0
            if self.held[i]:
                self.held[i] = self.held[i][real.tried(self.socks[1 - i].send, self.held[i]) or 0:]

    def close(self):
        for sock in self.socks:
            sock.close()


class Edge:
    def __init__(self, broker):
        """`broker` is (host, port), or None."""
        self.broker = broker
        self.wanted = self.mode = OPEN
        self.pairs = ()
        self.gone = None  # the last of which one side hung up, or that led nowhere
        self.asked = 0  # questions for the time
        self.question = None  # the last: (what was sent, by whom)
        self.over = self.ended = False
        self.trouble = None
        self.door, self.port = real.bound(socket.SOCK_STREAM)
        self.wall, self.wall_port = real.bound(socket.SOCK_STREAM)  # nobody listens behind it
        self.clock, self.clock_port = real.bound(socket.SOCK_DGRAM)
        self.door.listen(WAITING_MAX)
        for sock in (self.door, self.clock):
            sock.setblocking(False)
        real.start(self._run)

    def set(self, mode):
        """From the moment this returns it is so."""
        self.wanted = mode
        self._wait(lambda: self.mode == mode)

    def is_connected(self):
        """The board has a connection on which the broker has answered, and would again."""
        return self.mode == OPEN and self.said() > 0

    def said(self):
        """How often the broker has said something to those who are connected."""
        return sum([pair.said for pair in self.pairs])

    def close(self):
        self.over = True
        self._wait(lambda: self.ended)

    def _wait(self, is_so):
        if not real.wait(lambda: is_so() or self.trouble, PATIENCE_MS) or self.trouble:
            raise self.trouble or RuntimeError("the edge of the simulated network does not answer")

    # The thread.

    def _run(self):
        try:
            while not self.over:
                self._turn()
        except Exception as trouble:
            self.trouble = trouble
        finally:
            self._drop()
            for sock in (self.door, self.wall, self.clock):
                sock.close()
            self.ended = True

    def _turn(self):
        if self.mode != self.wanted:
            if self.wanted == SHUT:
                self._drop()
            self.mode = self.wanted
        poller = select.poll()
        for sock in (self.clock, self.door):
            poller.register(sock, select.POLLIN)
        if self.mode == OPEN:
            for pair in self.pairs:
                pair.register(poller)
        poller.poll(SLICE_MS)
        found = real.tried(self.clock.recvfrom, PIECE)
        if found:
            self.question = found
            self.asked += 1
        self._accept()
        if self.mode == OPEN:
            # The other thread may be looking at the pairs, so that none is taken out of where they are.
            self.pairs = tuple([pair for pair in self.pairs if self._moves(pair)])

    def _accept(self):
        found = real.tried(self.door.accept)
        if not found:
            return
        try:
            if self.mode == SHUT or not self.broker:
                raise OSError
            self.pairs += (Pair(found[0], real.reach(self.broker)),)
        except OSError:
            found[0].close()
            self.gone = found[0]

    def _moves(self, pair):
        try:
            pair.move()
        except OSError:
            pair.close()
            self.gone = pair
            return False
        return True

    def _drop(self):
        for pair in self.pairs:
            pair.close()
        self.pairs = ()


def publish(place, shown, message):
    """Publish at a broker, and return once it has it. What cannot be delivered is lost.

    `shown` is (user or nothing, password, None or the certificates to trust and the broker's name), and `message`
    (topic, payload, is it to be kept).
    """
    user, password, seal = shown
    topic, payload, retain = message
    hello = b"\0\4MQTT\4" + (b"\xc2" if user else b"\2") + b"\0\x3c" + _text(NAME)  # nothing is kept of it
    if user:
        hello += _text(user) + _text(password)
    try:
        _say(place, seal, (_packet(b"\x10", hello),
                           _packet(b"\x33" if retain else b"\x32", _text(topic) + b"\0\1" + payload)))
    except (OSError, ValueError):  # ValueError: certificates
        pass


def _say(place, seal, packets):
    """Each once the one before has been answered."""
    sock = stream = real.reach(place, real.streams)
    try:
        if seal:
            stream = real.secured(sock, *seal)
        for packet in packets:
            stream.write(packet)
            answer = stream.read(4)
            if len(answer) < 4 or (answer[0] == CONNACK and answer[3]):
                raise OSError
    finally:
        stream.close()
        sock.close()


def _text(data):
    return struct.pack("!H", len(data)) + data


def _packet(first, body):
    size = len(body)
    return first + bytes((size,) if size < 128 else (size & 127 | 128, size >> 7)) + body
