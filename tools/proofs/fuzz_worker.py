"""A life of a board whose network talks nonsense, on CPython or MicroPython: the shipped network, put together as a
board does it, with its desk in the loop and the core (fuzz_house.py). Prints what fuzz.py is to judge, a line each:

    m RETAINED NOW_S ROOM PAYLOAD LETTER  a message was heard, in hexadecimal, and this came of it
    k BYTES                               all that a connection had brought when it was over
    t ANSWER REQUEST TOOK_MS NOW_S ERROR  what a time server had said, and what was made of it
    wrong SENTENCE                        something that must not be
    done CASES                            more than before
    end {...}                             figures
"""

import gc
import json
import sys

from tools.proofs import fuzz_cases as cases
from tools.proofs import fuzz_faces as faces
from tools.proofs.fuzz_world import World

SHARE = 50  # cases between two words of how far it has come
PASSES_MAX = 400  # of the thread, for one case
SOON_MS = 600
GOOD = ((1, cases.CONNACK), (8, b"\x90\x03\x00\x01\x00"), (3, b"\x40\x02\x00\x02"))  # answers, by the kind of packet


class Over(BaseException):
    """The end of a life."""


def held():
    """How much memory is in use, in the interpreter's own units."""
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else sys.getallocatedblocks()


class Life(World):
    """Case by case, each as soon as the one before has come to its end."""

    def __init__(self, seed, number, total):
        World.__init__(self, seed, number)
        self.total = total
        self.passes = 0
        self.memory = []
        self.is_over = lambda: True

    def sleep(self, ms):
        """The thread's, after each time round."""
        self.pass_ms(ms)
        for part in (self.network.radio, self.network.clock, self.network.broker):
            part.pause.forget()  # or a night would pass between two connections
        pause = self.network.broker.pause
        pause.left_ms = min(pause.left_ms, SOON_MS)
        if self.pending is not None and self.link.online:
            self.line.send(self.pending)
            self.pending = None
        self.passes += 1
        if self.passes > PASSES_MAX:
            self.wrong("it does not come to an end")
        if self.passes > PASSES_MAX or self.is_over():
            self._finish()
            if self.count == self.total:
                raise Over
            self._begin()

    def _begin(self):
        self.passes = 0
        roll = self.chance.below(20)
        if self.count in (self.total // 2, self.total - 1):
            self._measure()
        elif roll < 3 and self.network.hosts:
            self._ask()
        elif roll < 13:
            self._order()
        else:
            self._talk()

    def _measure(self):
        """Between two connections."""
        self.kind = "measure"
        self.is_over = self._is_hung_up

    def _is_hung_up(self):
        if self.line and self.line.open:
            self.line.ends_ms = self.ms
        return not (self.line and self.line.open)

    def _ask(self):
        self.kind = "answer"
        before, self.network.clock.pause.left_ms = self.figures["asked"], 0
        self.is_over = lambda: self.figures["asked"] != before or self.passes > 60

    def _order(self):
        """A message in a packet that is as it should be."""
        self.kind = "command"
        payload = cases.command(self.chance, self.link.known_s, self._last())
        self.pending = cases.published(payload, self.chance.of((0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 3, 8, 9)))
        self.is_over = self._is_read

    def _last(self):
        """When the last accepted command of each kind expires, or one that a run before may have accepted."""
        before_s = self.link.known_s - self.link.up_s + cases.AHEAD_S if self.link.known_s >= 0 else -1
        accepted = self.network.reporter.accepted
        return dict([(word, accepted.get(word, before_s if word != "grid" else -1)) for word in cases.WORDS[:4]])

    def _talk(self):
        """Packets that are not: in the midst of a connection, or in place of an answer."""
        self.kind = "packets"
        chance = self.chance
        data = cases.packets(chance, self.link.known_s, self._last())
        place = chance.below(6)
        if place < len(GOOD):
            kind, good = GOOD[place]
            self.spoilt = {kind: b"" if chance.below(2) else cases.damaged(chance, good, cases.PIECES)}
            self.spoilt[kind] += data
        else:
            self.pending = data
        if self.line and (place < len(GOOD) or place == 5):
            self.line.ends_ms = self.ms + (0 if place < len(GOOD) else chance.of((1, 300, 3_000)))
        self.is_over = self._is_read

    def _is_read(self):
        return self.pending is None and not self.spoilt and (not self.line.open or not self.line.coming)

    def _finish(self):
        self.house.judge()
        if self.link.ended:
            self.wrong("the thread has ended with " + self.link.ended)
        if self.kind == "measure":
            self.hush()
            self.memory.append(held())
        self.pending, self.spoilt = None, {}
        self.count += 1
        if self.count % SHARE == 0:
            print("done", SHARE)


def main(seed, number, total):
    faces.install()
    life = faces.Now.world = Life(seed, number, total)
    life.connect()
    try:
        faces.Now.run()
        life.wrong("the thread has ended with %s" % life.link.ended)
    except Over:
        pass
    life.hush()
    life.tell_of_time()
    life.kind = "rest"
    life.figures.update({"grown": life.memory[-1] - life.memory[0], "contained": sorted(life.contained),
                         "transfers": life.house.core.transfer.count})
    life.house.rest()
    print("end", json.dumps(life.figures))
