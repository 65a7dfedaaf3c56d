"""The network thread on CPython, pass by pass, in a time of its own: what fails is tried again, and stays in it."""

import random
import sys
import types

import pytest

from host_tests.netface import Here
from host_tests.time_server import NOW_S, TimeServer, reply

TICKS = 1 << 30
HOUR_MS = 3_600_000


class Over(BaseException):
    """The time of a test is up."""


class Clock:
    """MicroPython's `time`, in which nothing passes but what is slept."""

    def __init__(self, start_ms=0):
        self.ms = self.until_ms = start_ms
        self.each = None  # called in every sleep

    def ticks_ms(self):
        return self.ms % TICKS

    def ticks_add(self, ticks, ms):
        return (ticks + ms) % TICKS

    def ticks_diff(self, later, earlier):
        return (later - earlier + TICKS // 2) % TICKS - TICKS // 2

    def sleep_ms(self, ms):
        self.ms += ms
        if self.each:
            self.each()
        if self.ms >= self.until_ms:
            raise Over


class Radio:
    def __init__(self):
        self.up, self.raises, self.trouble = True, None, None

    def tend(self, _now_ms):
        if self.raises:
            raise self.raises
        return self.up

    def rssi(self):
        return -50


class Broker:
    """A client whose broker does as it is told: `why` it refuses, what its connection ends with."""

    def __init__(self, world):
        self.world = world
        self.why = self.trouble = None
        self.opened, self.tended, self.is_open = [], 0, False
        self.reached = lambda: None

    def open(self, ca, within_ms, may_encrypt):
        assert within_ms == 5_000
        self.opened.append(self.world.clock.ms)
        self.reached()
        if ca and not may_encrypt():
            return "later"
        self.is_open = self.why is None
        return self.why

    def tend(self, _now_ms):
        assert self.is_open
        self.tended += 1
        if self.trouble:
            raise self.trouble

    def close(self):
        self.is_open = False


class Teller:
    def __init__(self):
        self.greeted, self.news = 0, 0

    def greet(self, client):
        assert client.is_open
        self.greeted += 1

    def tell(self, _client):
        self.news -= 1
        return self.news >= 0


class World:
    def __init__(self, start_ms=0, hosts=(), port=None, with_broker=True):
        self.here = Here()
        self.clock = self.here.modules["time"] = Clock(start_ms)
        self.here.modules["os"] = types.SimpleNamespace(urandom=random.Random(1).randbytes)
        self.started = []
        self.here.modules["_thread"] = types.SimpleNamespace(
            stack_size=lambda size: None, start_new_thread=lambda run, arguments: self.started.append(run))
        self._name_service(port)
        self.link = self.here.load("firmware.net.link").Link()
        self.link.gate = types.SimpleNamespace(pilot=0, guard=0)
        self.module = self.here.load("firmware.net.thread")
        self.radio, self.broker, self.teller = Radio(), Broker(self), Teller()
        client = self.broker if with_broker else None
        self.network = self.module.Network(self.link, self.radio, hosts, client, self.teller)
        self.letters = []
        self.runs = True  # the loop does
        self.clock.each = self.read

    def _name_service(self, port):
        plain = self.here.modules["socket"]

        def found(host, _port, *rest):
            if port is None:
                raise OSError(-2)
            return plain.getaddrinfo(host, port, *rest)
        self.here.modules["socket"] = types.SimpleNamespace(**{**vars(plain), "getaddrinfo": found})

    def read(self):
        """As the loop does."""
        self.online, self.is_open = self.link.online, self.broker.is_open
        if self.runs:
            self.link.up_s = self.clock.ms // 1000
        letter = self.link.take()
        while letter:
            self.letters.append((self.clock.ms, letter))
            letter = self.link.take()

    def go_on(self, for_ms):
        self.clock.until_ms = self.clock.ms + for_ms
        with pytest.raises(Over):
            self.network.run()
        return self

    def notes(self):
        return [letter[1:] for _ms, letter in self.letters if letter[0] == "note"]


def test_where_all_is_well_the_broker_is_greeted_once_and_tended_in_each_pass():
    world = World().go_on(10_000)
    assert len(world.broker.opened) == world.teller.greeted == 1 and world.broker.tended == 49
    assert world.link.rssi == -50 and world.link.beat > 49 and world.notes() == [("broker", "connected")]


@pytest.mark.parametrize("start_ms", [0, TICKS // 2 - 5_000, TICKS - 5_000])
def test_a_loop_that_has_stopped_is_let_go_of_without_a_word_until_it_runs_again(start_ms):
    world, changes = World(start_ms), []

    def each():
        passed_ms = world.clock.ms - start_ms
        world.runs = not 10_000 < passed_ms < 900_000
        world.read()
        assert world.online == world.is_open
        if [row[1] for row in changes[-1:]] != [world.online]:
            changes.append((passed_ms // 1000, world.online))
    world.clock.each = each
    world.go_on(910_000)
    assert changes in [[(0, True), (left_s, False), (900, True)] for left_s in (29, 30)]
    assert world.teller.greeted == 2 and world.notes() == [("broker", "connected")]


def test_a_loop_that_has_stopped_for_good_is_let_go_of_for_good():
    world = World()
    world.runs = False
    world.network.up_s, world.network.said_ms = 0, TICKS - 20_000
    for world.clock.ms in (0, TICKS // 4, TICKS // 2, TICKS - 30_000):
        world.go_on(1_000)
    assert not world.broker.opened


@pytest.mark.parametrize("start_ms", [0, 1, TICKS // 2 - 5_000, TICKS // 2, TICKS - 5_000])
def test_at_whatever_count_of_ticks_it_starts_everything_is_looked_after(start_ms):
    world = World(start_ms).go_on(10_000)
    assert world.broker.tended == 49 and world.notes() == [("broker", "connected")]


def test_a_connection_that_has_lasted_longer_than_ticks_can_tell_is_still_tended_and_its_end_noticed():
    world = World()
    world.broker.why = "password"
    world.go_on(1_000)
    world.broker.why = None
    world.go_on(10_000)
    world.clock.ms += TICKS // 2 + 60_000
    tended = world.broker.tended
    world.go_on(10_000)
    assert world.broker.tended > tended + 40
    world.broker.trouble, world.broker.why = OSError(104), "unreachable"
    world.go_on(900_000)
    assert not world.online and world.notes()[-2:] == [("broker", "connected"), ("broker", "unreachable")]


def test_a_broker_that_refuses_is_asked_less_and_less_often_and_never_at_even_times():
    world = World()
    world.broker.why = "password"
    world.go_on(4 * HOUR_MS)
    gaps = [later - sooner for sooner, later in zip(world.broker.opened, world.broker.opened[1:], strict=False)]
    for number, gap in enumerate(gaps):
        asked = min(2_000 << number, 300_000)
        assert asked // 2 <= gap <= asked + 200, (number, gap)
    assert len(set(gaps[8:])) > len(gaps[8:]) // 2
    assert world.notes() == [("broker", "password")] and not world.online


def test_what_took_long_to_fail_is_left_alone_all_the_same():
    world = World()
    world.broker.why = "no answer"
    plain = world.broker.open

    def slowly(ca, within_ms, may_encrypt):
        why = plain(ca, within_ms, may_encrypt)
        world.clock.ms += 14_000
        return why
    world.broker.open = slowly
    world.go_on(30_000)
    assert world.broker.opened[1] - world.broker.opened[0] >= 15_000


@pytest.mark.parametrize("trouble", [OSError(104), MemoryError(), IndexError(), TypeError(), AssertionError()])
def test_whatever_a_connection_ends_with_it_is_closed_told_and_made_anew(trouble):
    world = World().go_on(1_000)
    world.broker.trouble = trouble
    world.go_on(400)
    assert not world.broker.is_open and not world.online
    world.broker.trouble = None
    world.go_on(3_000)
    assert world.link.ended == "ended" and world.online and world.is_open and world.teller.greeted >= 2


def test_a_broker_that_comes_and_goes_is_left_alone_for_longer_and_fills_no_journal():
    world = World()
    world.broker.trouble = OSError(104)
    world.go_on(HOUR_MS)
    assert len(world.notes()) <= HOUR_MS // 300_000 + 1
    assert len(world.broker.opened) < 30


def test_after_it_has_come_and_gone_the_last_note_says_how_it_is():
    world = World()
    for _time in range(100):
        world.broker.trouble = OSError(104)
        world.go_on(1_000)
        world.broker.trouble = None
        world.go_on(2_000)
    world.go_on(900_000)
    assert world.notes()[-1] == ("broker", "connected") and world.is_open


def test_a_note_for_which_there_is_no_room_comes_later():
    world = World()
    while world.link.post(("note", "x", "y")):
        pass
    world.clock.each = None
    world.go_on(1_000)
    world.clock.each = world.read
    world.go_on(1_000)
    assert world.notes()[-1] == ("broker", "connected")


def test_without_a_radio_nobody_is_asked_and_a_connection_is_closed():
    world = World(hosts=("a",)).go_on(1_000)
    world.radio.up = False
    world.go_on(10_000)
    assert not world.online and not world.broker.is_open and world.link.rssi is None
    asked = len(world.broker.opened)
    world.go_on(10_000)
    assert len(world.broker.opened) == asked


def test_why_the_radio_could_not_join_is_noted_and_that_it_has_joined_after_all():
    world = World()
    world.radio.up, world.radio.trouble = False, "password"
    world.go_on(10_000)
    world.radio.up, world.radio.trouble = True, None
    world.go_on(HOUR_MS)
    assert world.notes() == [("wifi", "password"), ("broker", "connected"), ("wifi", "connected")]


def test_a_radio_that_hiccups_now_and_then_is_not_left_alone_for_longer_each_time():
    world = World()
    for _time in range(20):
        world.radio.raises = OSError(5)
        world.go_on(200)
        world.radio.raises = None
        world.go_on(10_000)
        assert world.online and world.link.rssi == -50


def test_certificates_are_looked_at_only_when_the_time_is_known_and_all_outputs_are_off():
    world = World()
    world.network.ca = "ca.pem"
    assert not world.go_on(1_000).broker.opened
    world.link.known_s = 10
    for pilot, guard in ((1, 0), (0, 1), (1, 1)):
        world.link.gate.pilot, world.link.gate.guard = pilot, guard
        assert not world.go_on(1_000).broker.opened
    world.network.at_any_time, world.link.known_s = True, -1
    assert not world.go_on(1_000).broker.opened
    world.network.at_any_time, world.link.known_s = False, 10
    world.link.gate.pilot = world.link.gate.guard = 0
    assert len(world.go_on(1_000).broker.opened) == 1


def test_on_v2l_they_are_looked_at_where_the_owner_accepts_that():
    world = World()
    world.network.ca, world.network.at_any_time, world.link.known_s = "ca.pem", True, 10
    world.link.gate.pilot = world.link.gate.guard = 1
    assert len(world.go_on(1_000).broker.opened) == 1


def test_an_output_that_goes_on_while_the_broker_is_reached_puts_the_handshake_off_and_is_no_failure():
    world = World()
    world.network.ca, world.link.known_s = "ca.pem", 10
    gate = world.link.gate
    world.broker.reached = lambda: setattr(gate, "pilot", 1)
    world.go_on(60_000)
    assert len(world.broker.opened) == 1 and not world.online and not world.broker.is_open
    world.broker.reached, gate.pilot = lambda: None, 0
    world.go_on(400)
    assert len(world.broker.opened) == 2 and world.online
    assert ("note", "broker", "later") not in [letter for _ms, letter in world.letters]


def test_it_gives_signs_of_life_while_it_tells_much():
    world = World()
    world.teller.news = 500
    assert world.go_on(600).link.beat >= 500


def test_the_time_is_asked_at_once_when_it_is_not_known_any_more():
    with TimeServer(lambda request, _number: [reply(request)]) as server:
        world = World(hosts=("127.0.0.1",), port=server.port, with_broker=False).go_on(10_000)
        world.link.known_s = NOW_S
        world.go_on(60_000)
        assert len([letter for _ms, letter in world.letters if letter[0] == "time"]) == 1
        world.link.known_s = -1
        world.go_on(60_000)
    assert len([letter for _ms, letter in world.letters if letter[0] == "time"]) == 2


def test_the_time_is_asked_again_after_hours_and_comes_as_a_letter():
    with TimeServer(lambda request, _number: [reply(request)]) as server:
        world = World(hosts=("127.0.0.1",), port=server.port, with_broker=False).go_on(10_000)
        assert [letter[:2] for _ms, letter in world.letters if letter[0] == "time"] == [("time", NOW_S)]
        world.go_on(7 * HOUR_MS)
    times = [ms for ms, letter in world.letters if letter[0] == "time"]
    assert len(times) in (2, 3) and times[1] - times[0] >= 3 * HOUR_MS
    assert world.notes() == [("time server", "answers")]


def test_that_a_time_server_answers_after_all_is_noted_at_once():
    silent = [True]
    with TimeServer(lambda request, _number: [b"?" if silent[0] else reply(request)]) as server:
        world = World(hosts=("127.0.0.1",), port=server.port, with_broker=False).go_on(4_000)
        silent[0] = False
        world.go_on(60_000)
    assert world.notes() == [("time server", "size"), ("time server", "answers")]


def test_time_servers_are_asked_in_turn_and_less_and_less_often():
    world = World(hosts=("a", "b"), with_broker=False)
    asked = []
    plain = world.here.modules["socket"].getaddrinfo

    def found(host, *rest):
        asked.append((world.clock.ms, host))
        return plain(host, *rest)
    world.here.modules["socket"].getaddrinfo = found
    world.go_on(HOUR_MS)
    assert [host for _ms, host in asked[:4]] == ["a", "b", "a", "b"] and 12 <= len(asked) <= 40
    assert world.notes() == [("time server", "unreachable")]



def test_an_exception_anywhere_ends_only_the_thread_and_is_told():
    for name in ("live", "post"):
        world = World()
        setattr(world.link, name, lambda *_: [][1])
        world.clock.until_ms = 10_000
        world.network.run()
        assert world.link.ended == "IndexError" and not world.link.online and not world.broker.is_open, name
    world = World()
    world.broker.close = lambda: [][1]
    world.broker.why = "password"
    world.clock.until_ms = 10_000
    world.network.run()
    assert world.link.ended == "IndexError"


def test_one_that_cannot_be_started_is_one_that_has_ended():
    world = World()
    world.network.start()
    assert world.link.ended is None and world.started == [world.network.run]
    world.here.modules["_thread"].start_new_thread = lambda *_: int("no room")
    world.network.start()
    assert world.link.ended == "ValueError"


def lines(world, number):
    """Let the thread run with an exception at that line of those it comes by; false if it never comes so far."""
    count = 0

    def each(frame, event, _argument):
        nonlocal count
        if not frame.f_code.co_filename.endswith("firmware/net/thread.py") or frame.f_code.co_name == "start":
            return None
        if event == "line":
            count += 1
            if count == number:
                raise IndexError
        return each

    world.clock.until_ms = world.clock.ms + 5_000
    before = sys.gettrace()
    sys.settrace(each)
    try:
        world.network.run()
    except Over:
        assert world.link.ended == "ended"
    finally:
        sys.settrace(before)
    return count >= number


@pytest.mark.parametrize("trouble", [None, MemoryError(), OSError(104)])
def test_an_exception_at_whatever_line_is_tried_again_or_told_and_goes_no_further(trouble):
    number, ended, tried = 3, 0, 0  # before, nothing has begun
    while True:
        world = World(hosts=("a",))
        world.broker.trouble = trouble
        if not lines(world, number) or number > 60:
            break
        ended += world.link.ended == "IndexError"
        tried += world.link.ended == "ended"
        number += 1 if trouble is None else 5
    assert number > 30 and ended and tried and not world.link.online
