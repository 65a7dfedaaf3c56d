"""Everything around the program in fuzz_worker.py, and its time, which passes while the program waits: the broker's
half of every connection, and a look over the firmware's shoulder. It prints what was said, for fuzz.py to judge.
"""

import binascii

from tools.proofs import fuzz_cases as cases
from tools.proofs import fuzz_faces as faces
from tools.proofs import fuzz_house as houses

WRONG_MAX = 3  # told of one life
DELAYS_MS = (0, 0, 0, 1, 5, 40)
LETTERS = 8  # for which there is room


class Found:
    """What a board finds in its configuration."""

    wifi = {"ssid": "home", "password": ""}
    mqtt = {"host": "broker", "port": 1883, "user": None, "password": "", "ca": None, "base": "gridrest/board",
            "discovery": True, "prefix": "homeassistant", "commands": True, "tls_on_v2l": False}

    def __init__(self, hosts):
        self.ntp = {"hosts": hosts} if hosts else None


def hexed(data):
    return str(binascii.hexlify(data), "ascii") or "-"


class World:
    """Everything around the program, and its time, which passes while the program waits."""

    def __init__(self, seed, number):
        self.chance = cases.Chance(seed * 1000 + number)
        self.ms = self.chance.of((0, 1, faces.TICKS // 2 - 40_000, faces.TICKS - 40_000, 123_456))
        self.figures = {"heard": 0, "refused": 0, "connections": 0, "asked": 0, "times": 0, "largest": 0}
        self.contained = set()  # what parts of the network failed with
        self.wrongs = self.count = 0
        self.kind = "start"
        self.line = None  # the connection with the broker, as long as something of it is to be told
        self.pending = None  # what the broker is to say once the board is there
        self.spoilt = {}  # what it is to answer otherwise, by the kind of packet
        self.question = self.made_of_it = None
        self.house = houses.House(houses.HOUSES[number % len(houses.HOUSES)], self.wrong)

    def connect(self):
        """As start.py does it; then look over its shoulder."""
        from firmware.app import connect

        house = self.house
        found = Found(["one", "other"] if house.kept_away and house.name != "no clock" else None)
        house.exchange = connect.connect(found, house.core, house.outbox, house.timekeeper)
        if house.exchange is None:
            raise ValueError(house.core.events)
        network, link = house.exchange.network, house.exchange.network.link
        self.network, self.link = network, link
        self.hear, self.fail, self.post = network.reporter.hear, network._failed, link.post
        network.client.set_callback(self._hear)
        network._failed, link.post = self._failed, self._post

    def wrong(self, sentence):
        self.wrongs += 1
        if self.wrongs <= WRONG_MAX:
            print("wrong %s (%s, %s, case %d)" % (sentence, self.house.name, self.kind, self.count))

    def true_s(self):
        return houses.NOW_S + self.house.up_s

    def pass_ms(self, ms):
        while ms > 0:
            step_ms = min(ms, self.house.longest_ms())
            self.ms += step_ms
            self.house.pass_ms(step_ms)
            ms -= step_ms

    # What the board says, and hears.

    def talks(self, line):
        self.hush()
        self.line = line
        self.figures["connections"] += 1

    def hush(self):
        """What the last connection had brought can be told."""
        if self.line:
            print("k", hexed(self.line.read_so_far))
        self.line = None

    def hears(self, line, first, body):
        """A whole packet of the board's."""
        reply = answer(first, body)
        if reply is None:
            self.wrong("the board said " + hexed(bytes((first,)) + body[:40]))
        else:
            line.send(self.spoilt.pop(first >> 4, reply), self.chance.of(DELAYS_MS))

    def asked(self, question):
        """A time server has answered. What was made of the one before is known by now."""
        self.tell_of_time()
        self.figures["asked"] += 1
        self.question = question

    def tell_of_time(self):
        if self.question:
            answer, request, took_ms = self.question
            print("t", hexed(answer), hexed(request), took_ms, *(self.made_of_it or ("-", "-")))
            self.figures["times"] += 1 if self.made_of_it else 0
        self.question = self.made_of_it = None

    # Over the shoulder of the firmware.

    def _hear(self, topic, payload):
        link = self.link
        before, refused, is_retained = link.posted, link.refused, self.network.client.is_retained()
        room = LETTERS - (before - link.taken)
        self.hear(topic, payload)
        letter = link.letters[before % LETTERS] if link.posted != before else None
        if link.refused - refused != (1 if letter is None else 0):
            self.wrong("what was refused is not counted, or what was not")
        self.figures["heard"] += 1
        self.figures["refused"] += link.refused - refused
        print("m", int(is_retained), link.known_s, link.up_s, room, hexed(topic), hexed(payload), *(letter or ("-",)))

    def _failed(self, part, why):
        if part is not self.network.clock:
            self.contained.add(why)
        self.fail(part, why)

    def _post(self, letter):
        if letter[0] == "time":
            self.made_of_it = letter[1:3]
        done = self.post(letter)
        if done:
            self.house.posted(letter)
        return done


def answer(first, body):
    """What a broker answers to a packet, b"" for nothing; None if there is no such packet."""
    kind = first >> 4
    if kind == 1 and body[:7] == b"\0\4MQTT\4":
        return cases.CONNACK
    if kind == 3 and len(body) > 1 and 2 + body[0] * 256 + body[1] <= len(body):
        at = 2 + body[0] * 256 + body[1]
        return b"\x40\x02" + body[at : at + 2] if first & 6 else b""
    if first == 0x82 and len(body) > 3 and len(body) == 5 + body[2] * 256 + body[3]:
        return b"\x90\x03" + body[:2] + b"\x00"
    if first == 0xC0 and not body:
        return cases.PINGRESP
    return b"" if first == 0x40 and len(body) == 2 else None
