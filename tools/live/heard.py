"""What comes from a broker, judged before anything else sees it: its size, its text, its shape.

Whoever may publish there may be anybody, so each function takes any bytes and gives (value, None) or (None, why not).
What passes holds no number that a page or a division could choke on, and every instant in it is one.
"""

import functools
import json
import pathlib

import fastjsonschema

from firmware.core import dates, status
from firmware.net.reporter import PLAN_MOST

SCHEMA = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "status.schema.json"
LONGEST = 8192  # bytes: several times what a board ever says
LONGEST_EVENT = 512
SHOWN = 160  # characters of what is wrong
DIGITS = 10  # of the largest number that a board writes
_COUNT = {"type": "integer", "minimum": 0}
_WORDS = {"type": "string", "maxLength": 200}
PLAN = {
    "type": "array", "maxItems": PLAN_MOST,
    "items": {"type": "object", "required": ["at", "source"], "additionalProperties": False,
              "properties": {"at": {"type": "string"}, "source": {"enum": ["grid", "v2l"]}}},
}
EVENT = {
    "type": "object", "required": ["n", "t", "up_s", "boot", "kind", "code", "data"], "additionalProperties": False,
    "properties": {"n": _COUNT, "t": {"type": ["string", "null"]}, "up_s": _COUNT, "boot": _COUNT, "kind": _WORDS,
                   "code": _WORDS, "data": {"type": ["string", "integer", "boolean", "null"]}},
}  # fmt: skip


def read_status(payload):
    value, problem = _parsed(payload)
    if problem:
        return None, problem
    version = value.get("v") if isinstance(value, dict) else None
    if isinstance(version, int) and version != status.VERSION:
        return None, (f"it is of version {version}, and this build reads version {status.VERSION}: use the tools that "
                      "came with the board's firmware")
    return _judged(value, "status", lambda: (value["time"], value["hold"]["until"], (value["next"] or {}).get("at")))


def read_plan(payload):
    value, problem = _parsed(payload)
    return (None, problem) if problem else _judged(value, "plan", lambda: [change["at"] for change in value])


def read_event(payload):
    value, problem = _parsed(payload, LONGEST_EVENT)
    return (None, problem) if problem else _judged(value, "event", lambda: [value["t"]])


def read_availability(payload):
    if payload in (b"online", b"offline"):
        return payload.decode(), None
    return None, "it is neither online nor offline"


def _parsed(payload, longest=LONGEST):
    if len(payload) > longest:
        return None, f"it has {len(payload)} bytes, more than {longest}"
    try:
        return json.loads(payload.decode(), parse_int=_whole, parse_float=_whole), None
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as trouble:
        return None, f"it is not JSON as a board writes it: {trouble}"[:SHOWN]


def _whole(text):
    """All the numbers there are. Any longer, and a page would show infinity."""
    if len(text) > DIGITS or not text.lstrip("-").isdigit():
        raise ValueError(f"{text[:20]} is no whole number of at most {DIGITS} digits")
    return int(text)


def _judged(value, name, instants):
    """`instants` gives all texts in it that are to be an instant, or None."""
    try:
        _check(name)(value)
    except fastjsonschema.JsonSchemaValueException as trouble:
        return None, f"it is not to the schema: {trouble.message.replace('data', name, 1)}"[:SHOWN]
    for text in instants():
        if text is not None and dates.parse_iso(text) is None:
            return None, f"it is not to the schema: {text!r} is no instant"[:SHOWN]
    return value, None


@functools.cache
def _check(name):
    return fastjsonschema.compile({"status": lambda: json.loads(SCHEMA.read_text()), "plan": lambda: PLAN,
                                   "event": lambda: EVENT}[name]())
