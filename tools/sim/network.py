"""The network around the simulated board, and how its real time and the virtual time of the loop get along.

The firmware's thread lives in real time, among real sockets. The loop, for which a day passes in seconds, waits for it
at the end of a turn: once in each second in which it has handed something over until the thread has gone round with
it, and after the start until the connections are there. All these waits end, and none lets virtual time pass, so that
the loop cannot see them: whatever the network does, the installation does the same.
"""

import struct

from firmware.core import jsontext
from tools.sim import network_faces, real
from tools.sim.board import UNIQUE_ID
from tools.sim.network_edge import HELD, OPEN, SHUT, Edge, publish
from tools.sim.network_thread import Run

ROUND_MS = 2_000  # in which the thread goes round, unless it waits for somebody who does not answer
VAIN_MS = 50  # the same where it is known that somebody will not answer
LOST_MS = 5_000  # in which even on a busy computer it notices that time has passed
MOMENT_MS = 3_000  # for the first connections
ECHO_MS = 500  # from the broker's having a message to the board's having it
SECOND_MS = 1_000
SINCE_1900_S = 3_786_825_600  # until 2020
FRACTION = 4_294_967  # of the time protocol, in a millisecond
SECRETS = "secrets.json"


def is_configured(config):
    """Whether the firmware brings a network up at all."""
    return bool(config.wifi and (config.ntp or config.mqtt))


class Network:
    def __init__(self, world, outside):
        """`outside` is ((host, port) of a broker or None, folder of umqtt or None); None: there is nothing to join.

        A third value, in place of ROUND_MS, is for a broker that will let the thread wait in vain. The world's time
        then counts for the thread also while the two are connected.
        """
        config = world.scenario.config
        self.world = world
        self.library = outside and outside[1]
        self.doubtful = bool(outside) and len(outside) > 2
        self.patience_ms = outside[2] if self.doubtful else ROUND_MS
        self.edge = Edge(outside[0]) if outside else None
        self.mqtt = config.mqtt
        self.topic = self.mqtt and _base(config) + "/cmd"
        self.servers = tuple(config.ntp["hosts"]) if config.ntp else ()
        self.wifi = outside is not None
        self.broker = OPEN if outside and outside[0] else SHUT
        self.names = OPEN  # or HELD: whoever looks up a name hears nothing
        self.clock = (OPEN, 0)  # how the time server answers, and by how much it lies
        self.answered = 0  # of the edge's questions
        self.run = None
        self.each_thread = nothing  # called in each thread of a program before what it is to do

    def attach(self, session, faces):
        """Put the network's modules among the faces of a program that starts."""
        self.run = Run(session, self)
        self.beginning = True
        self.second = None  # the last that the thread was given time for
        self.expected = None  # what the broker had said before somebody published a command
        self.lost = None  # the thread has hung since that many rounds, whatever is done
        self.seen_ms = 0
        self.answered = self.answered_before = self.edge.asked if self.edge else 0
        self.pairs_before = self.edge.pairs if self.edge else ()
        network_faces.put(self.run, faces)

    def detach(self):
        """The program is over, and so is its thread."""
        run, self.run = self.run, None
        if run:
            run.finish()

    def close(self):
        try:
            self.detach()
        finally:
            if self.edge:
                self.edge.close()

    # At the end of a turn of the loop.

    def attend(self, second):
        """`second` is the one in which the loop last handed over what it had to tell."""
        thread, passed_ms = self.run.thread, self.world.ms - self.seen_ms
        self.seen_ms = self.world.ms
        if not thread:
            return
        self._pass(thread, passed_ms)
        self._answer()
        if self.beginning:
            self.beginning = False
            self._wait(self._is_settled, min(MOMENT_MS, self.patience_ms), True)
        if self.expected is not None:
            said, self.expected, self.second = self.expected, None, None
            self._wait(lambda: self.edge.said() != said, ECHO_MS)
        if second != self.second and not thread.in_vain:
            thread.asked += 1
            thread.in_vain = not self._wait(thread.is_idle, VAIN_MS if self._is_held() else self.patience_ms)
        self.second = second

    def _pass(self, thread, ms):
        """Virtual time has passed. A thread that waits in vain gets it, and as much real time as it needs to notice."""
        thread.passed_ms += ms
        rounds = thread.rounds

        def is_over():
            return thread.rounds != rounds or thread.counted_ms == thread.passed_ms

        if thread.is_idle():
            thread.in_vain = False
        if self.hangs() and thread.passed_ms - thread.counted_ms >= SECOND_MS:
            if not self._wait(is_over, LOST_MS):
                self.lost = rounds  # it waits for something else, or for ever
            thread.in_vain = not thread.is_idle()

    def _wait(self, is_so, within_ms, urging=False):
        """False if it did not come to pass."""
        thread, begun_ms = self.run.thread, real.ticks_ms()
        while not thread.over and not is_so():
            if real.since_ms(begun_ms) >= within_ms:
                return False
            self._answer()
            if urging and thread.is_idle():
                thread.asked += 1
            real.nap()
        return True

    def hangs(self):
        """The thread waits for somebody who does not answer. While it does the loop is not to go far."""
        thread = self.run.thread
        return thread and thread.in_vain and thread.rounds != self.lost

    def is_online(self):
        return self.edge is not None and self.edge.is_connected()

    def is_in_real_time(self):
        """Somebody answers the thread in no other."""
        return self.is_online() and not self.doubtful

    def _is_settled(self):
        """There is nothing that the board could still reach and has not."""
        if not self.wifi or self._is_held():
            return True
        asks = self.servers and self.clock[0] == OPEN and self.answered == self.answered_before
        refused = self.edge.gone is not None and self.edge.gone not in self.pairs_before
        connects = self.mqtt and self.broker == OPEN and not self.is_online() and not refused
        return not asks and not connects and self.run.thread.is_idle()

    def _is_held(self):
        """Somebody says nothing, so it is in vain to wait until the thread has heard him."""
        return HELD in (self.broker, self.clock[0], self.names)

    def _answer(self):
        """A question for the time is answered by the world while it stands still."""
        if not self.edge or self.edge.asked == self.answered:
            return
        self.answered = self.edge.asked
        request, asker = self.edge.question
        how, lie_s = self.clock
        if how != HELD:
            self.edge.clock.sendto(b"?" if how == "junk" else self._time(request, how, lie_s), asker)

    def _time(self, request, how, lie_s):
        now_s = self.world.true_s() + lie_s + SINCE_1900_S
        stamp = struct.pack("!II", now_s & 0xFFFFFFFF, self.world.ms % 1000 * FRACTION) if how != "zero" else bytes(8)
        origin = request[40:48] if how != "origin" else request[:8]
        first = b"\x24" if how != "mode" else b"\x23"
        return first + b"\x02\x06\xec" + bytes(8) + b"GPS\0" + stamp + origin + stamp + stamp

    # What a scenario makes happen.

    def set_wifi(self, is_on):
        self.wifi = is_on and self.edge is not None
        self._changed()

    def set_broker(self, to):
        self.broker = to if self.edge and self.edge.broker else SHUT
        self._changed()

    def _changed(self):
        if self.edge:
            self.edge.set(self.broker if self.wifi else SHUT)
        if self.run and self.run.thread:
            self.second = None
            self.run.thread.in_vain = False

    def set_names(self, to):
        self.names = to
        self._changed()

    def set_clock(self, how, lie_s):
        self.clock = (how, lie_s)

    def message(self, payload, retain):
        """Somebody publishes a command, by the same right as the board. Where no broker hears it, nobody does."""
        if self.broker != OPEN:
            return
        said, online = self.edge.said(), self.run and self.is_online()
        publish(self.edge.broker, self._shown(), (self.topic.encode(), payload.encode(), retain))
        if online and self.mqtt["commands"]:
            self.expected = said

    def _shown(self):
        """What the board shows the broker, and wants to be shown: (user, password, (certificates, name) or None)."""
        mqtt, kept = self.mqtt, self.world.flash.kept
        seal = (bytes(kept.get(mqtt["ca"]) or b""), mqtt["host"]) if mqtt["ca"] else None
        return (mqtt["user"] or "").encode(), _password(bytes(kept.get(SECRETS) or b"")).encode(), seal


def nothing():
    pass


def _password(text):
    """The broker's, of a secrets.json."""
    told = jsontext.read(text)[0]
    for key in ("mqtt", "password"):
        told = told.get(key) if isinstance(told, dict) else None
    return told if isinstance(told, str) else ""


def _base(config):
    """Of the topics."""
    name = config.id or "gridrest-" + "".join(["%02x" % byte for byte in UNIQUE_ID[-3:]])
    return config.mqtt["base"] or "gridrest/" + name
