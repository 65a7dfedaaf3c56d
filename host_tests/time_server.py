"""A time server that answers as it is told to, on 127.0.0.1, in a thread of its own."""

import itertools
import select
import socket
import struct
import threading

from firmware.core import dates

EPOCH_S = 2_208_988_800 + 1_577_836_800  # of 2020 since 1900
NOW_S = dates.seconds(2026, 11, 20, 10)


class TimeServer:
    """with TimeServer(answer) as server: ... server.port

    `answer(request, number)` gives the datagrams to send back, the requests being counted from 0.
    """

    def __init__(self, answer, from_elsewhere=False):
        self.answer = answer
        self.sock, self.other = _bound(), _bound()
        self.port = self.sock.getsockname()[1]
        self.from_elsewhere = from_elsewhere
        self.trouble = []
        self._over, self._ended = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._ended.close()
        self._thread.join(10)
        for sock in (self.sock, self.other, self._over):
            sock.close()
        if self.trouble:
            raise self.trouble[0]

    def _serve(self):
        for number in itertools.count():
            if self._over in select.select([self.sock, self._over], [], [])[0]:
                return
            request, asker = self.sock.recvfrom(100)
            try:
                datagrams = self.answer(request, number)
            except Exception as trouble:
                self.trouble.append(trouble)
                datagrams = [b"there was trouble"]
            for datagram in datagrams:
                (self.other if self.from_elsewhere else self.sock).sendto(datagram, asker)


def _bound():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


def reply(request, now_s=NOW_S, first=0x24, stratum=2, distance=(0, 0)):
    """A good answer, but for what is said. `distance`: root delay and dispersion in 65536ths of a second."""
    stamp = struct.pack("!II", (now_s + EPOCH_S) % (1 << 32), 1 << 31)
    return (struct.pack("!BBbbII4s", first, stratum, 6, -20, *distance, b"GPS\0") + stamp
            + request[40:48] + stamp + stamp)
