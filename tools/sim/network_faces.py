"""What the program finds as `network`, `socket`, `_thread`, `time` and `select` where the board has a network.

In the loop's thread time is the world's, in the other one it is real. Names and addresses lead to the simulator's own
ports or nowhere. Every call asks first whether the program still runs.
"""

from tools.sim import network_edge, network_station, real, verbs
from tools.sim.machine import Module

SLICE_MS = 5  # so soon a thread that waits sees that it is over
GRACE_MS = 50  # in which whoever is there answers
NO_SUCH_NAME = -202  # as lwIP has it
NTP_PORT = 123
FOR_EVER_MS = 1 << 30
# In place of umqtt.simple where no broker will ever be reached.
UNUSED = """
class MQTTException(Exception):
    pass


class MQTTClient:
    def __init__(self, *_arguments):
        self.sock = None

    def set_last_will(self, *_arguments):
        pass

    def set_callback(self, _function):
        pass
"""


def put(run, faces):
    """Add the network's modules to the faces of a program, and let the others know of its thread."""
    faces["network"] = network = Module()
    network.WLAN = network_station.make(run)
    network.STA_IF, network.AP_IF = network_station.STA_IF, network_station.AP_IF
    faces["_thread"] = thread = Module()
    thread.start_new_thread, thread.get_ident, thread.stack_size = run.start, real.get_ident, _stack_size
    faces["socket"] = _socket(run)
    faces["time"] = _time(run, faces["time"])
    faces["select"] = _select(run, faces["select"], faces["sys"].stdin)


def umqtt(library, space):
    """The module umqtt.simple, made in `space`."""
    source = UNUSED
    if library:
        with open(library + "/umqtt/simple.py") as file:
            source = file.read()
    # Compiled apart: Ctrl-C in an exec of text would have Python end by that signal, whoever catches it.
    exec(compile(source, "umqtt/simple.py", "exec"), space)
    made = Module()
    made.MQTTClient, made.MQTTException = space["MQTTClient"], space["MQTTException"]
    return made


def _stack_size(_bytes=0):
    return 0


def _time(run, virtual):
    t = Module()

    def ticks_ms():
        if run.is_loop():
            return virtual.ticks_ms()
        run.check()
        if run.thread.busy_ms() >= GRACE_MS:  # it may go on until its deadline, with somebody who never stops talking
            run.thread.wait(FOR_EVER_MS)
        return run.ticks_ms()

    def sleep_ms(ms):
        if run.is_loop():
            return virtual.sleep_ms(ms)
        thread = run.thread
        begun_ms = real.ticks_ms()
        thread.sleep()
        while thread.asked == thread.taken and real.since_ms(begun_ms) < ms:
            run.check()
            real.nap()
        run.check()
        thread.wake(run.network.is_in_real_time())

    t.ticks_ms, t.sleep_ms = ticks_ms, sleep_ms
    t.ticks_diff, t.ticks_add, t.time, t.gmtime = virtual.ticks_diff, virtual.ticks_add, virtual.time, virtual.gmtime
    t.sleep = lambda seconds: sleep_ms(int(seconds * 1000))
    return t


def _select(run, console, line):
    class Poll:
        """A poll of the console, or of sockets."""

        def __init__(self):
            self.sockets = None
            self.poll, self.ipoll = self._poll, None

        def register(self, stream, events):
            if stream is line:
                self.poll = self.ipoll = console.poll().ipoll
            else:
                self.sockets = self.sockets or real.select.poll()
                self.sockets.register(stream, events)

        def _poll(self, within_ms=-1):
            begun_ms, really_ms = run.ticks_ms(), real.ticks_ms()
            while True:
                run.check()
                left_ms = SLICE_MS if within_ms < 0 else within_ms - real.ticks_diff(run.ticks_ms(), begun_ms)
                if real.since_ms(really_ms) >= GRACE_MS:
                    run.thread.wait(left_ms)
                found = self.sockets.poll(max(0, min(SLICE_MS, left_ms)))
                if found or left_ms <= 0:
                    return found

    s = Module()
    s.poll, s.POLLIN, s.POLLOUT = Poll, real.select.POLLIN, real.select.POLLOUT
    return s


def _socket(run):
    s, network = Module(), run.network
    s.AF_INET, s.SOCK_STREAM, s.SOCK_DGRAM = real.socket.AF_INET, real.socket.SOCK_STREAM, real.socket.SOCK_DGRAM

    def port_for(host, port, kind):
        """The port of the simulator that stands for it, or None."""
        edge, mqtt = network.edge, network.mqtt
        if network.wifi and kind == s.SOCK_STREAM and mqtt and (host, port) == (mqtt["host"], mqtt["port"]):
            return edge.wall_port if network.broker == network_edge.SHUT else edge.port
        if network.wifi and kind == s.SOCK_DGRAM and host in network.servers and port == NTP_PORT:
            return edge.clock_port
        return None

    def getaddrinfo(host, port, family=0, kind=0, *_more):
        run.check()
        while network.names == network_edge.HELD and verbs.is_name(host):
            run.thread.wait(FOR_EVER_MS)
            real.nap()
            run.check()
        found = port_for(host, port, kind)
        if found is None:
            raise OSError(NO_SUCH_NAME)
        return real.socket.getaddrinfo(real.NEAR, found, family, kind)

    def make(family=s.AF_INET, kind=s.SOCK_STREAM, _proto=0):
        run.check()
        made = real.socket.socket(family, kind)
        run.sockets.append(made)
        return made

    s.getaddrinfo, s.socket = getaddrinfo, make
    return s
