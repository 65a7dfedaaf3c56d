"""What can be made to happen in a scenario, as data: each verb with its keys, and how times are written.

The shapes are those of the configuration, so that a scenario is refused in the same words.
"""

from firmware.core.config_shapes import NEEDED, choice, flag, number, parsed, text
from firmware.core.jsontext import LARGEST

TEN_YEARS_MS = 3650 * 86_400_000
UNITS = (("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("y", 365 * 86_400))
CAUSES = ("watchdog", "panic", "brownout", "power", "soft")
LONGEST_PAYLOAD = 4000


def _digits(text):
    """The value of one to nine plain digits, -1 for anything else."""
    if not 0 < len(text) < 10 or not all(digit in "0123456789" for digit in text):
        return -1
    return int(text)


def clock_ms(text):
    """Milliseconds of "H+:MM:SS" or "H+:MM:SS.mmm", ten years at most; None: not a time."""
    whole, point, thousandths = text.partition(".")
    parts = whole.split(":")
    if len(parts) != 3 or len(parts[1]) != 2 or len(parts[2]) != 2 or (point and len(thousandths) != 3):
        return None
    hours, minutes, seconds = [_digits(part) for part in parts]
    ms = _digits(thousandths) if point else 0
    if hours < 0 or not 0 <= minutes < 60 or not 0 <= seconds < 60 or ms < 0:
        return None
    total_ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
    return total_ms if total_ms <= TEN_YEARS_MS else None


def length_ms(text):
    """The same as a length, which is never nothing; None: not a length."""
    return clock_ms(text) or None


def span_ms(text):
    """A length, or a whole number with a unit, like "24h", "90m", "30s", "2d" or "1y"; None: neither."""
    for unit, seconds in UNITS:
        if text.endswith(unit):
            count = _digits(text[:-1])
            return count * seconds * 1000 if 0 < count * seconds * 1000 <= TEN_YEARS_MS else None
    return length_ms(text)


def _one_of(key, *words):
    return ((key, NEEDED, (choice,) + words),)


AT = (parsed, 'a time since the start, H+:MM:SS or H+:MM:SS.mmm, like "0:30:00"', clock_ms)
FOR = (parsed, 'how long it runs, H+:MM:SS or H+:MM:SS.mmm, like "24:00:00"', length_ms)
SPAN = (parsed, 'how long it runs, like "24h", "90m", "30s", "2d", "1y" or "0:30:00", at most ten years', span_ms)

_PAYLOAD = (text, f"the text of a message, of 1 to {LONGEST_PAYLOAD} bytes", LONGEST_PAYLOAD, None)
_MS = (("ms", NEEDED, (number, 1, 3_600_000)),)
_ON_OFF = _one_of("to", "on", "off")
_OK_FAILED = _one_of("to", "ok", "failed")
_PART = _one_of("what", "km1", "km2", "pilot", "guard")

# verb, the rows of its keys
VERBS = (
    ("press", _MS),
    ("selector", _one_of("to", "grid", "auto")),
    ("car", _ON_OFF),
    ("grid", _ON_OFF),
    ("charging", _ON_OFF),
    ("enable", _ON_OFF),
    ("weld", _PART),
    ("free", _PART),
    ("coil-open", _PART),
    ("coil-mend", _PART),
    ("interlock", _OK_FAILED),
    ("fuse", _OK_FAILED),
    ("feedback", _one_of("what", "km1", "km2", "bond") + _one_of("to", "open", "closed", "bounce", "broken", "true")),
    ("stall", _MS),
    ("flash", _one_of("to", "ok", "full", "read-only")),
    ("power", _ON_OFF),
    ("reset", _one_of("cause", *CAUSES)),
    ("emi", _one_of("what", "km1", "km2", "none") + (("cause", None, (choice,) + CAUSES),)),
    ("hang", ()),
    ("clock", (("jump_s", NEEDED, (number, -LARGEST, LARGEST)),)),
    ("rtc", _one_of("to", "lost", "ok")),
    ("wifi", _ON_OFF),
    ("broker", _one_of("to", "on", "off", "silent")),
    ("name-server", _one_of("to", "on", "silent")),
    ("message", (("payload", NEEDED, _PAYLOAD), ("retain", None, (flag, "true or false")))),
    ("time-server", (("lie_s", None, (number, -LARGEST, LARGEST)),
                     ("to", None, (choice, "on", "silent", "junk", "zero", "mode", "origin")))),
)
# What these verbs need beside Wi-Fi.
NETWORK = {"wifi": (), "broker": ("mqtt",), "name-server": (), "message": ("mqtt",), "time-server": ("ntp",)}


def keys_of(verb):
    """The rows of a verb's keys, or None if there is no such verb."""
    for name, rows in VERBS:
        if name == verb:
            return rows
    return None


def hindrance(event, config):
    """(key, why this installation has no use for the event; what would be right), or None."""
    setup, do, what = config.setup, event.do, event.what
    if do == "press" and setup.selector:
        return "do", 'the button of this configuration is a selector; write "selector" with "to"'
    if do == "selector" and not setup.selector:
        return "do", ('the button of this configuration is momentary; write "press" with "ms", or put '
                      '"button": {"as": "selector"} into the configuration')
    if do in ("charging", "enable") and not getattr(setup, do):
        return "do", f"{do} is not fitted in this configuration, so nobody would see it; add it to the inputs"
    if do in NETWORK and not (config.wifi and all([getattr(config, name) for name in NETWORK[do]])):
        return "do", ("this configuration has no network for it; add "
                      + " and ".join([f'"{name}"' for name in ("wifi",) + NETWORK[do]]))
    if do == "name-server" and not any([is_name(host) for host in _hosts(config)]):
        return "do", ('this configuration looks up no name; give a host in "mqtt" or "ntp" a name, like "broker.home", '
                      "in place of its address")
    if do == "rtc" and config.rtc != "ds3231":
        return "do", 'this configuration has no battery clock; add "rtc": "ds3231"'
    if do == "feedback" and what is not None and not getattr(setup, what):
        return "what", f"{what} is not fitted in this configuration, so it reads nothing; add it to the inputs"
    if what == "guard" and not setup.two_relays:
        return "what", 'this configuration has no guard relay; write another, or use the board "generic-2-relay"'
    return _emi_trouble(what, event.cause) if do == "emi" else None


def is_name(host):
    """It must be looked up: it is no address."""
    return ":" not in host and not host.replace(".", "").isdigit()


def _hosts(config):
    return ([config.mqtt["host"]] if config.mqtt else []) + (list(config.ntp["hosts"]) if config.ntp else [])


def _emi_trouble(what, cause):
    if what == "none" and cause is not None:
        return "cause", '"none" ends the interference and has no cause; leave it out'
    if what in ("km1", "km2") and cause is None:
        return "cause", "is missing; write the cause of the resets that it brings"
    return None
