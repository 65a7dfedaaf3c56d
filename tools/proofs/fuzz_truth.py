"""What commands, packets and answers of time servers mean, found slowly and without the firmware: the judge of fuzz.py.

Commands are read with Python's json module, cut down to what is a command here; packets as the MQTT standard writes
them; times with fractions.
"""

import datetime
import fractions
import json

TOPIC = b"gridrest/board/cmd"
AHEAD_S = 300
LONGEST = 200
EPOCH = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
UNIX_S = int(EPOCH.timestamp())
SINCE_1900 = datetime.datetime(1900, 1, 1, tzinfo=datetime.timezone.utc)
MEMBERS = {"grid": set(), "auto": set(), "soc": {"value"}, "charging": {"on"}}
PACKET_MOST = 1024  # with its length, without its first byte
YEARS = range(2025, 2053)
WITHIN_MS = 5_000
VAGUE_S = 16
ROUNDING_S = fractions.Fraction(1, 100)


class NotHere(Exception):
    """JSON, but no command."""


# Commands.


class Commands:
    """What one board has been told."""

    def __init__(self):
        self.last = {}  # of each command, when the last that was accepted expires

    def judge(self, payload, is_retained, now_s, up_s):
        """The letter that this should become, as a tuple, or None. `now_s` is -1 where the board has no clock."""
        found = None if is_retained or len(payload) > LONGEST else _object(payload)
        letter = found and _letter(found)
        if not letter:
            return None
        word, expires = letter[0], found.get("expires")
        if word == "grid" and (expires is None or (now_s < 0 and expires >= UNIX_S)):
            return letter
        if expires is None or now_s < 0 or not self._is_news(word, expires, UNIX_S + now_s):
            return None
        if word != "grid" and word not in self.last and expires - AHEAD_S <= UNIX_S + now_s - up_s:
            return None  # somebody may have said it before the start
        self.last[word] = expires
        return letter

    def _is_news(self, word, expires, now):
        if not now < expires <= now + AHEAD_S:
            return False
        last = self.last.get(word, 0)
        return expires > last or last > now + AHEAD_S  # such a last one was accepted by a clock that was wrong


def _object(payload):
    """The object as a dict, or None."""
    try:
        text = payload.decode("ascii")
        found = json.loads(text, parse_float=_refuse, parse_constant=_refuse, parse_int=_digits,
                           object_pairs_hook=_each_once)
    except (ValueError, NotHere, RecursionError):
        return None
    return found if isinstance(found, dict) and "\\" not in text else None


def _letter(found):
    word = found.get("cmd")
    if not isinstance(word, str) or word not in MEMBERS:
        return None
    if set(found) - {"cmd", "expires"} != MEMBERS[word] or type(found.get("expires", 0)) is not int:
        return None
    if word == "soc":
        return (word, found["value"]) if type(found["value"]) is int and found["value"] <= 100 else None
    if word == "charging":
        return (word, int(found["on"])) if isinstance(found["on"], bool) else None
    return (word,)


def _refuse(_text):
    raise NotHere


def _digits(text):
    if not text.isdigit() or len(text) > 10:
        raise NotHere
    return int(text)


def _each_once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise NotHere
    return dict(pairs)


# Packets.


def messages(stream):
    """([(topic, payload, is_retained)] in what a broker sent, from CONNACK on; whether all of it was as it should be).

    Nothing is said of what comes after the first packet that was not.
    """
    found = []
    if stream[:4] != b"\x20\x02\x00\x00":
        return found, False
    at = 4
    while at < len(stream):
        first = stream[at]
        body, end = _body(stream, at + 1)
        if body is None:
            return found, False
        if first >> 4 == 3:
            told = _told(first, body)
            if told is None:
                return found, False
            found.append((*told, first & 1 == 1))
            if first & 6 == 4:
                return found, False  # this quality of service was never asked for
        elif not _is_answer(first, body):
            return found, False
        at = end
    return found, True


def _body(stream, at):
    """(what follows the length that begins here, where it ends), or (None, None)."""
    size = 0
    for count in range(1, 5):
        byte = stream[at + count - 1 : at + count]
        if not byte:
            break
        size |= (byte[0] & 127) << 7 * (count - 1)
        if byte[0] < 128:
            end = at + count + size
            whole = end <= len(stream) and count + size <= PACKET_MOST
            return (stream[at + count : end], end) if whole else (None, None)
    return None, None


def _told(first, body):
    """(topic, payload) of a PUBLISH; None if there is something wrong with it."""
    ends = 2 + int.from_bytes(body[:2], "big")  # the topic
    begins = ends + (2 if first & 6 else 0)
    return (body[2:ends], body[begins:]) if len(body) >= begins and first & 6 != 6 else None


def _is_answer(first, body):
    """To something that was said. Where it was not, umqtt.simple goes on within it, and might take it for a packet."""
    if any(byte >> 4 in (3, 13) for byte in body):
        return False
    return (first, len(body)) in ((0x40, 2), (0xD0, 0)) or (first == 0x90 and len(body) == 3 and body[2] != 0x80)


# Times.


def time_is_wrong(answer, request, took_ms, told):
    """What is wrong with what was made of an answer: (seconds since 2020, error), or None; None if nothing is."""
    should = _acceptable(answer, request, took_ms)
    if told is None:
        return "a good time was refused" if should else None
    if not should:
        return "a bad time was believed"
    took_s = fractions.Fraction(took_ms, 1000)
    distance_s = _distance_s(answer)
    sent_s = _sent_s(answer)
    earliest, latest = sent_s - distance_s + ROUNDING_S, sent_s + took_s + distance_s - ROUNDING_S
    now_s, error_s = told
    if now_s - error_s > earliest or now_s + error_s < latest:
        return f"the time was made {now_s} within {error_s} s, and lies from {float(earliest)} to {float(latest)}"
    return None


def _acceptable(answer, request, took_ms):
    if took_ms > WITHIN_MS or len(answer) != 48 or answer[24:32] != request[40:48] or answer[40:48] == bytes(8):
        return False
    leap, version, mode = answer[0] >> 6, answer[0] >> 3 & 7, answer[0] & 7
    if leap == 3 or version not in (3, 4) or mode != 4 or not 1 <= answer[1] <= 15 or _distance_s(answer) > VAGUE_S:
        return False
    return _sent_s(answer) is not None


def _distance_s(answer):
    delay, dispersion = (int.from_bytes(answer[at : at + 4], "big") for at in (4, 8))
    return fractions.Fraction(delay // 2 + dispersion, 1 << 16)


def _sent_s(answer):
    """Seconds since 2020 at which it says that it was sent, in whichever era falls into YEARS; None if none does."""
    seconds, fraction = (int.from_bytes(answer[at : at + 4], "big") for at in (40, 44))
    for era in (0, 1):
        moment = SINCE_1900 + datetime.timedelta(seconds=seconds + (era << 32))
        if moment.year in YEARS:
            return int((moment - EPOCH).total_seconds()) + fractions.Fraction(fraction, 1 << 32)
    return None
