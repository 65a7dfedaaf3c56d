"""A broker that does what it is told and never what it should, on 127.0.0.1, in threads of its own.

    with HostileBroker(script) as broker: ... broker.port

`script(peer)` is called for each connection, with peer.number counting them from 0. When it returns the connection
is closed. What goes wrong in it that is not the other side's doing is raised at the end of the block.
"""

import contextlib
import itertools
import select
import socket
import threading

CONNACK, PINGRESP = b"\x20\x02\x00\x00", b"\xd0\x00"
CONNECT, PUBLISH_ONCE, SUBSCRIBE, PINGREQ = 0x10, 0x32, 0x82, 0xC0


class Gone(Exception):
    """The other side has hung up, or the block is over."""


class HostileBroker:
    def __init__(self, script, deaf=False):
        self.script = script
        self.over, self._over = socket.socketpair()  # readable once the block has ended
        self.trouble = []
        self._threads = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        if deaf:
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # also of those who connect

    def __enter__(self):
        self._begin(self._serve)
        return self

    def __exit__(self, *_failure):
        self._over.close()
        for thread in self._threads:
            thread.join(10)
        self._server.close()
        self.over.close()
        if self.trouble:
            raise self.trouble[0]

    def _begin(self, function, *arguments):
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self):
        for number in itertools.count():
            if self.over in select.select([self._server, self.over], [], [])[0]:
                return
            self._begin(self._talk, Peer(self._server.accept()[0], number, self.over))

    def _talk(self, peer):
        with peer.sock, contextlib.suppress(Gone, ConnectionError):
            try:
                self.script(peer)
            except (Gone, ConnectionError):
                raise
            except Exception as trouble:
                self.trouble.append(trouble)


class Peer:
    """One who has connected."""

    def __init__(self, sock, number, over):
        self.sock = sock
        self.number = number
        self._over = over
        self._left = None  # bytes it may still send
        self._then = None

    def cut(self, after, then):
        """Send so many more bytes and no more: then do what `then` says, such as Peer.stall or Peer.close."""
        self._left, self._then = after, then

    def packet(self):
        """The first byte of the next packet, and what follows its length."""
        opcode, size = self._read(1)[0], 0
        for shift in range(0, 28, 7):
            byte = self._read(1)[0]
            size |= (byte & 127) << shift
            if byte < 128:
                break
        return opcode, self._read(size)

    def send(self, data):
        data = data if self._left is None else data[:self._left + 1]
        for byte in data if self._left is not None else ():
            if self._left == 0:
                self._then(self)
            self._left -= 1
            self.sock.sendall(bytes((byte,)))
        if self._left is None:
            self._wait(writing=True)
            self.sock.sendall(data)

    def dribble(self, data, gap_s):
        """A byte, a pause, a byte ..."""
        for byte in data:
            self._wait(gap_s=gap_s)
            self.sock.sendall(bytes((byte,)))

    def stall(self):
        """Say nothing more, and keep the connection."""
        while self._read(1):
            pass

    def wait(self):
        """Not even listen."""
        self._wait()

    def close(self):
        raise Gone

    def readable(self, other):
        """Which of the two have something to say."""
        found = select.select([self._over, self.sock, other], [], [])[0]
        if found == [self._over]:
            raise Gone
        return [sock for sock in found if sock is not self._over]

    def _read(self, size):
        data = b""
        while len(data) < size:
            self._wait(reading=True)
            more = self.sock.recv(size - len(data))
            if not more:
                raise Gone
            data += more
        return data

    def _wait(self, reading=False, writing=False, gap_s=None):
        found = select.select([self._over] + [self.sock] * reading, [self.sock] * writing, [], gap_s)
        if found[0] == [self._over]:  # and nothing is left to be read
            raise Gone


def fair(messages=(), after=None, pings=True):
    """A script that does as it should: it accepts, answers, acknowledges, and sends those (topic, payload) when one
    subscribes.

    `after(peer)` is called before anything else.
    """
    def script(peer):
        if after:
            after(peer)
        while True:
            opcode, body = peer.packet()
            if opcode == CONNECT:
                peer.send(CONNACK)
            elif opcode == SUBSCRIBE:
                peer.send(b"\x90\x03" + body[:2] + b"\x00")
                for topic, payload in messages:
                    peer.send(published(topic, payload))
            elif opcode == PUBLISH_ONCE:
                topic_bytes = int.from_bytes(body[:2], "big")
                peer.send(b"\x40\x02" + body[2 + topic_bytes:4 + topic_bytes])
            elif opcode == PINGREQ and pings:
                peer.send(PINGRESP)
    return script


def between(port, damage):
    """A script that stands between the client and another broker. `damage(data, sent, peer)` gives what goes on to the
    client of what came from the broker, when so many bytes have gone before.
    """
    def script(peer):
        sent = 0
        with socket.create_connection(("127.0.0.1", port)) as broker:
            while True:
                for sock in peer.readable(broker):
                    data = sock.recv(4096)
                    if not data:
                        return
                    if sock is broker:
                        peer.sock.sendall(damage(data, sent, peer))
                        sent += len(data)
                    else:
                        broker.sendall(data)
    return script


def published(topic, payload, flags=0):
    body = len(topic).to_bytes(2, "big") + topic + payload
    return bytes((0x30 | flags,)) + length(len(body)) + body


def length(size):
    """As MQTT writes the length of what follows."""
    data = b""
    while True:
        size, low = divmod(size, 128)
        data += bytes((low | 128 if size else low,))
        if not size:
            return data
