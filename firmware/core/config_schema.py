"""What config.json may hold: rows of (key, default, shape), in the order in which problems are told.

The shapes, and the walk along the rows, are in config_shapes.
"""

from firmware.core import dates
from firmware.core.config_shapes import FILLED, NEEDED, PIN, PLAIN
from firmware.core.config_shapes import array, choice, flag, input_signal, number, output_signal, parsed, table, text
from firmware.core.config_shapes import window, zone
from firmware.core.limits import LIMITS

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_bits(text):
    """"mon-fri", "sat,sun", "fri-mon" or "daily" as bits, Monday the lowest; None: not a list of days."""
    bits = 127 if text == "daily" else 0
    for part in () if bits else text.split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or first == last or (dash and last not in _DAYS):
            return None
        day = _DAYS.index(first)
        bits |= 1 << day
        while dash and _DAYS[day] != last:
            day = (day + 1) % 7
            bits |= 1 << day
    return bits


def end_minute(text):
    """"HH:MM" as minutes of the day, "24:00" included; None: not a time."""
    if len(text) != 5 or text[2] != ":" or not all(digit in "0123456789" for digit in text[:2] + text[3:]):
        return None
    minute = int(text[:2]) * 60 + int(text[3:])
    return minute if text[3] < "6" and minute <= 1440 else None


def start_minute(text):
    """The same, without "24:00"."""
    minute = end_minute(text)
    return None if minute == 1440 else minute


_BOOL = (flag, "true or false")
_CONTACT = (input_signal, "no", "nc", "mirror")
_DETECTOR = (input_signal, "high", "low")
_DRIVEN = (
    output_signal,
    'a pin like 25, an object like {"pin": 25, "kind": "low"} where low means on, or "none"',
    (("pin", None, PIN), ("kind", None, (choice, "high", "low"))),
)
_OWN = (None, None)
_HOST = (text, "a host name or an address", 128, PLAIN + ":")
_TOPIC = (text, "at most 64 letters, digits and - _ . /", 64, PLAIN + "/")
_EXAMPLE = 'like {"days": "mon-fri", "from": "05:30", "to": "23:20"}'

WINDOW = (
    ("days", NEEDED, (parsed, 'days like "mon-fri", "sat,sun" or "daily"', day_bits)),
    ("from", NEEDED, (parsed, 'a time from "00:00" to "23:59"', start_minute)),
    ("to", NEEDED, (parsed, 'a time from "00:00" to "24:00"', end_minute)),
)
_WINDOWS = (array, "a list of at most 16 windows " + _EXAMPLE, 0, 16, (window, "a window " + _EXAMPLE, WINDOW))
_DATE = (parsed, 'a date like "2026-12-25"', dates.parse_date)
INPUTS = (
    ("km1", None, _CONTACT),
    ("km2", None, _CONTACT),
    ("bond", None, _CONTACT),
    ("car", None, _DETECTOR),
    ("grid", None, _DETECTOR),
    ("charging", None, _DETECTOR),
    ("enable", None, (input_signal, "no", "nc")),
)
BUTTON = (
    ("pin", None, PIN),
    ("kind", "nc", (choice, "nc", "no")),
    ("as", "momentary", (choice, "momentary", "selector")),
)
SOC = (
    ("reserve", NEEDED, (number, 0, 95)),
    ("max_age_min", 15, (number, 1, 60)),
)
WIFI = (("ssid", NEEDED, (text, "the name of the network, at most 32 bytes", 32, None)),)
NTP = (("hosts", NEEDED, (array, "a list of one to four time servers", 1, 4, _HOST)),)
MQTT = (
    ("host", NEEDED, _HOST),
    ("port", None, (number, 1, 65535)),
    ("user", None, (text, "a user name, at most 64 bytes", 64, None)),
    ("ca", None, (text, 'the name of a certificate file on the board, like "ca.der"', 32, PLAIN)),
    ("base", None, _TOPIC),
    ("discovery", False, _BOOL),
    ("prefix", "homeassistant", _TOPIC),
    ("commands", False, _BOOL),
    ("tls_on_v2l", False, _BOOL),
)
CONFIG = (
    ("board", NEEDED, (text, "the name of a known board", 40, PLAIN)),
    ("zone", NEEDED, (zone, 'a POSIX zone like "GMT0BST,M3.5.0/1,M10.5.0"')),
    ("id", None, (text, "at most 32 letters, digits and - _ .", 32, PLAIN)),
    ("v2l", (), _WINDOWS),
    ("charge", (), _WINDOWS),
    ("charge_lead_min", 10, (number, 0, 720)),
    ("skip", (), (array, 'a list of at most 64 dates like "2026-12-25"', 0, 64, _DATE)),
    ("inputs", FILLED, (table, 'an object like {"km1": "mirror", "car": "low"}', INPUTS)),
    ("assume", (), (array, 'a list: ["car"], or an empty one', 0, 1, (choice, "car"))),
    ("button", FILLED, (table, 'an object like {"kind": "nc", "as": "momentary"}', BUTTON)),
    ("guard", _OWN, _DRIVEN),
    ("led", _OWN, _DRIVEN),
    ("alarm", _OWN, _DRIVEN),
    ("heartbeat", _OWN, _DRIVEN),
    ("rtc", "none", (choice, "ds3231", "none")),
    ("soc", None, (table, 'an object like {"reserve": 40}', SOC)),
    ("budget_min", None, (number, 1, 1440)),
    ("limits", FILLED, (table, 'an object like {"dwell_s": 60}',
                        tuple((name, default, (number, low, high)) for name, default, low, high in LIMITS))),
    ("wifi", None, (table, 'an object like {"ssid": "home"}', WIFI)),
    ("ntp", None, (table, 'an object like {"hosts": ["192.0.2.20"]}', NTP)),
    ("mqtt", None, (table, 'an object like {"host": "192.0.2.10"}', MQTT)),
)


def walk(value, report):
    """The whole configuration held against CONFIG: a dict with every key of the rows, or None if it is no object."""
    return table((table, 'an object like {"board": "generic-1-relay", "zone": "UTC0"}', CONFIG), value, "", report)
