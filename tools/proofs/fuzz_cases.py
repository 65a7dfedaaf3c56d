"""What a network may send to a board: commands, packets and answers of time servers; right, nearly right and damaged.

It runs on CPython and on MicroPython and gives both the same, so the chance in it is its own.
"""

import struct

UNIX_S = 1_577_836_800  # of 2020
AHEAD_S = 300
NTP_S = 3_786_825_600  # of 2020 since 1900
CONNACK, PINGRESP = b"\x20\x02\x00\x00", b"\xd0\x00"
TOPIC = b"gridrest/board/cmd"
OTHERS = (b"gridrest/board/status", b"gridrest/board/cmd/", b"gridrest/other/cmd", b"cmd", b"")  # never asked for

WORDS = ("grid", "auto", "soc", "charging", "Grid", "v2l", "", "grid ", "ack", "on", "gr\\u0069d")
KEYS = ("cmd", "expires", "value", "on", "Cmd", "", "cmd ", "note", "c\\u006dd")
VALUES = (
    "0", "1", "-1", "-0", "00", "01", "50", "100", "101", "50.0", "5e1", "1E2", "+5", "0x32", "9999999999",
    "10000000000", "1" * 40, "true", "false", "True", "null", "NaN", "Infinity", '"50"', '"true"', '""', "[]", "{}",
    "[50]", '{"value": 50}', '"grid"', "'grid'", "grid", "", " ", "5 0", "1_0", '"a" "b"', "\u0665\u0660", "\uff15",
)  # fmt: skip
BLANKS = ("", "", "", " ", "  ", "\t", "\r\n", "\n ", "\x0b", "\x0c", "\xa0", "\u2003", "\x00")
SOUND = 8  # of them, in JSON
PIECES = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"'", b"\\", b"\\u0067", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc2\xa0",
    b" ", b"\n", b"0", b"-", b"1e3", b".5", b"//", b"/**/", b'"cmd": "grid"', b'"cmd":"auto"', b', "on": true',
    b'"expires": 1795168860', b"{}", b"null",
)  # fmt: skip
DISTANCES = (0, 1, 3277, 65_535, 65_536, 15 << 16, 16 << 16, (16 << 16) + 1, 32 << 16, 1 << 31, (1 << 32) - 1)
LIES_S = (0, 0, 0, 1, -1, 59, 86_400, -86_400, 3_155_760_000, -157_852_800, 700_000_000)


class Chance:
    """Three small generators in one, so that nothing in it is too large for the small integers of a board."""

    def __init__(self, seed):
        self.a, self.b, self.c = seed % 30_268 + 1, seed // 30_268 % 30_306 + 1, seed * 7 % 30_322 + 1
        for _time in range(20):
            self.below(2)

    def below(self, count):
        """From 0 on; `count` up to some ten thousand."""
        self.a, self.b, self.c = self.a * 171 % 30_269, self.b * 172 % 30_307, self.c * 170 % 30_323
        return (self.a + self.b * 7 + self.c * 31) % count

    def of(self, things):
        return things[self.below(len(things))]

    def bytes(self, count):
        return bytes([self.below(256) for _byte in range(count)])


def damaged(chance, data, pieces):
    """The bytes with a few deleted, replaced, added or repeated."""
    data = bytearray(data)
    for _change in range(1 + chance.below(4)):
        at = chance.below(len(data) + 1)
        end = at + chance.of((0, 1, 1, 2, 8, 200))
        found = bytes(data[at:end])
        data = data[:at] + chance.of((b"", chance.bytes(1), chance.of(pieces), found + found)) + data[end:]
    return bytes(data)


# Commands.


def command(chance, now_s, last):
    """The text of a command, where the board takes it to be now_s since 2020, or -1. About one in three is one.

    `last` says of each command when the last that it accepted expires.
    """
    members = _members(chance, now_s, last)
    for _change in range(chance.of((0, 0, 0, 0, 0, 1, 1, 2))):
        _spoil(chance, members)
    data = _written(chance, members).encode()
    if chance.below(5) == 0:
        data = damaged(chance, data, PIECES)
    if chance.below(16) == 0:
        data = _long(chance, data)
    return data


def _members(chance, now_s, last):
    word = chance.of(WORDS[:4])
    members = [['"cmd"', '"' + word + '"']]
    if word == "soc":
        members.append(['"value"', str(chance.below(103))])
    elif word == "charging":
        members.append(['"on"', chance.of(("true", "false"))])
    if word != "grid" or chance.below(2):
        from_s = max(now_s, last.get(word, -1)) if chance.below(4) else now_s
        ahead_s = chance.of((1, 1, 1, 2, 5)) if chance.below(4) else chance.of((30, 300, 301, 0, -1, -60, 86_400, 299))
        members.append(['"expires"', str(UNIX_S + from_s + ahead_s)])
    while chance.below(3) == 0:
        members.insert(chance.below(len(members)), members.pop())
    return members


def _spoil(chance, members):
    action, row = chance.below(6), chance.of(members)
    if action == 0 and len(members) > 1:
        members.remove(row)
    elif action == 1:
        row[0] = chance.of(('"' + chance.of(KEYS) + '"', chance.of(KEYS), chance.of(VALUES)))
    elif action == 2:
        members.append(list(row))
    elif action == 3:
        members.append(['"' + chance.of(KEYS) + '"', chance.of(VALUES)])
    elif action == 4:
        row[1] = '"' + chance.of(WORDS) + '"'
    else:
        row[1] = chance.of(VALUES)


def _written(chance, members):
    blank = chance.of(BLANKS[:SOUND] if chance.below(8) else BLANKS)
    colon = blank + ":" + chance.of(BLANKS[:SOUND])
    text = ("," + chance.of(BLANKS[:SOUND])).join([key + colon + value for key, value in members])
    text = "{" + blank + text + chance.of(BLANKS[:SOUND]) + "}"
    around = chance.below(12)
    if around == 0:
        text = chance.of(BLANKS) + text + chance.of(BLANKS)
    elif around == 1:
        text = chance.of(("[%s]", "%s,", "%s%s", "x%s", '{"cmd": %s}', "%s]")).replace("%s", text)
    return text


def _long(chance, data):
    """About as long as one may be."""
    size = chance.of((199, 200, 201, 400, 900))
    return data[:1] + b" " * max(0, size - len(data)) + data[1:]


# Packets.


def length(size):
    """As MQTT writes the length of what follows."""
    data = b""
    while size > 127:
        data += bytes((size % 128 + 128,))
        size //= 128
    return data + bytes((size,))


def published(payload, flags=0, topic=TOPIC):
    body = bytes((0, len(topic))) + topic + (b"\x00\x07" if flags & 6 else b"") + payload
    return bytes((0x30 | flags,)) + length(len(body)) + body


def packets(chance, now_s, last):
    """A few, damaged or not, such as no broker should send."""
    data = b""
    for _packet in range(1 + chance.below(5)):
        kind = chance.below(8)
        if kind < 5:
            data += published(command(chance, now_s, last), chance.of((0, 0, 0, 1, 2, 3, 4, 8)),
                              TOPIC if chance.below(16) else chance.of(OTHERS))
        elif kind == 5:
            data += PINGRESP
        else:
            data += chance.of((b"\x40\x02\x00\x01", b"\x90\x03\x00\x01\x00", CONNACK, b"\xd0\x01x", b"\xe0\x00",
                               b"\x30" + length(chance.of((0, 1, 2, 1023, 1024, 70_000, 268_435_455)))))
    if chance.below(4):
        data = damaged(chance, data, (b"\x30", b"\x31", b"\x34", b"\xff\xff\xff\xff", b"\x80", b"\xd0\x00", b"\x00"))
    if chance.below(20) == 0:
        data = chance.bytes(chance.below(300))
    return data


# Answers of time servers.


def answer(chance, request, now_s):
    """A datagram to whoever asked, where it is now_s since 2020. About one in three tells the time."""
    stamp = struct.pack("!II", (now_s + chance.of(LIES_S) + NTP_S) & 0xFFFFFFFF, _fraction(chance))
    row = [0x24, 2, 6, 0xEC, chance.of(DISTANCES[:6]), chance.of(DISTANCES[:6]), b"GPS\0", stamp, request[40:48], stamp,
           stamp]
    if chance.below(2):
        _lie(chance, row)
    data = struct.pack("!BBBBII", *row[:6]) + b"".join(row[6:])
    size = chance.below(12)
    if size == 0:
        data = data[:chance.below(48)]
    elif size == 1:
        data += chance.bytes(1 + chance.below(30))
    elif size == 2:
        data = damaged(chance, data, (b"\x00", b"\xff", bytes(8)))
    return data


def _fraction(chance):
    return chance.of((0, 1, 0xFFFFFFFF, 1 << 31, (chance.below(65_536) << 16) + chance.below(65_536)))


def _lie(chance, row):
    place = chance.of((0, 0, 1, 4, 5, 8, 8, 8, 10))
    if place == 0:
        row[0] = chance.below(256)
    elif place == 1:
        row[1] = chance.of((0, 1, 15, 16, 17, 255))
    elif place in (4, 5):
        row[place] = chance.of(DISTANCES)
    elif place == 8:
        row[8] = chance.of((bytes(8), row[7], chance.bytes(8), row[8][:7] + bytes((row[8][7] ^ 1,))))
    else:
        row[10] = chance.of((bytes(8), b"\xff" * 8, bytes(7) + b"\x01", chance.bytes(8), b"\x00" * 4 + row[10][4:]))
