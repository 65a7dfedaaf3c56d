"""A scenario read and checked whole: the installation it is about, how long it runs, and what happens when.

The configuration of a scenario is laid over a base: objects key by key, null removes, anything else replaces. What
comes out is checked by the code that the board itself uses, and must be sound: how the firmware treats a broken one is
a matter of its files, not of the world.
"""

from firmware.core import boards, config, config_shapes, dates, jsontext
from firmware.core.config_shapes import FILLED, NEEDED, array, choice, number, parsed, table, text
from tools.sim import verbs

LONGEST = 65_536  # bytes
MOST_EVENTS = 1000
START_S = dates.seconds(2026, 11, 20)
LATEST_START_S = dates.seconds(2044, 1, 1)  # ten years on, the board's seconds are still small integers

# The installation that a scenario changes.
INSTALLATION = {
    "board": "generic-1-relay",
    "zone": "UTC0",
    "inputs": {"km1": "no", "km2": "mirror", "car": "low"},
    "rtc": "ds3231",
}


def start_s(text):
    """The instant at which a run may begin, in seconds since 2020; None: not one."""
    instant_s = dates.parse_iso(text)
    return instant_s if instant_s is not None and 0 <= instant_s < LATEST_START_S else None


def overlay(shape, value, at, report):
    """The object to be laid over the base; its contents are judged where they have come to lie."""
    return value if isinstance(value, dict) else report.wrong(at, value, shape)


def event(shape, value, at, report):
    """An Event, or None after reporting what is wrong with it."""
    if not isinstance(value, dict):
        return report.wrong(at, value, shape)
    do = value.get("do")
    rows = verbs.keys_of(do)
    if rows is None:
        # Which keys would be right is unknown then, but what a time is is not.
        config_shapes.table((table, "", (("at", NEEDED, verbs.AT),)), _only("at", value), at, report)
        return _refuse_verb(value, at + ".do", report)
    rows = (("at", NEEDED, verbs.AT), ("do", NEEDED, (choice, do))) + rows
    return Event(table((table, "", rows), value, at, report))


def _only(key, value):
    return {key: value[key]} if key in value else {}


def _refuse_verb(value, at, report):
    known = [row[0] for row in verbs.VERBS]
    words = "one of " + ", ".join(known)
    if "do" not in value:
        return report.add(at, "is missing; write " + words)
    if not isinstance(value["do"], str):
        return report.wrong(at, value["do"], (None, words))
    return report.unknown(at, value["do"], known, "write " + words)


class Event:
    """One thing that happens in the world. What the verb does not use is None."""

    def __init__(self, keys):
        self.at_ms = keys["at"]
        self.do = keys["do"]
        self.what = keys.get("what")
        self.to = keys.get("to")
        self.ms = keys.get("ms")
        self.cause = keys.get("cause")
        self.jump_s = keys.get("jump_s")
        self.payload = keys.get("payload")
        self.retain = keys.get("retain")
        self.lie_s = keys.get("lie_s")


_PART_MS = (number, 1, 10_000)
_RELAY = (("pull_ms", 8, _PART_MS), ("drop_ms", 5, _PART_MS))
_CONTACTOR = (("pull_ms", 30, _PART_MS), ("drop_ms", 20, _PART_MS), ("bounce_ms", 5, (number, 0, 1000)))
_RELAYS = (table, 'an object like {"pull_ms": 8, "drop_ms": 5}', _RELAY)
_CONTACTORS = (table, 'an object like {"pull_ms": 30, "drop_ms": 20, "bounce_ms": 5}', _CONTACTOR)
PARTS = ("pilot", "guard", "km1", "km2")
PLANT = (
    ("pilot", FILLED, _RELAYS),
    ("guard", FILLED, _RELAYS),
    ("km1", FILLED, _CONTACTORS),
    ("km2", FILLED, _CONTACTORS),
    ("board_supply", "grid", (choice, "grid", "ups")),
)
_EXAMPLE = 'like {"at": "0:40:00", "do": "weld", "what": "km2"}'
SCENARIO = (
    ("name", NEEDED, (text, "a name of at most 64 bytes", 64, None)),
    ("start", START_S, (parsed, 'an instant in UTC from 2020 to 2043, like "2026-11-20T05:00:00Z"', start_s)),
    ("for", NEEDED, verbs.FOR),
    ("config", FILLED, (overlay, 'an object like {"zone": "UTC0"}, which is laid over the installation')),
    ("plant", FILLED, (table, 'an object like {"board_supply": "ups"}', PLANT)),
    ("events", (), (array, f"a list of at most {MOST_EVENTS} events " + _EXAMPLE, 0, MOST_EVENTS,
                    (event, "an event " + _EXAMPLE))),
)


class Scenario:
    """A scenario in which nothing was refused. Made by read()."""

    def __init__(self, tree, config_text, checked):
        self.name = tree["name"]
        self.start_s = tree["start"]
        self.for_ms = tree["for"]
        self.config_text = config_text
        self.config = checked
        self.timing = {part: tree["plant"][part] for part in PARTS}
        self.board_supply = tree["plant"]["board_supply"]
        events = tree["events"]
        order = sorted([(events[i].at_ms, i) for i in range(len(events))])  # the sort of MicroPython is not stable
        self.events = [events[i] for _at_ms, i in order]
        self.set_clock = False  # the run begins as after somebody has set the clock by hand


def read(text, base=None, start=None, for_text=None, advise=None):
    """(Scenario, []), or (None, problems): every problem at once, as (key, "what is wrong; what would be right").

    `base` is the configuration, as an object, that takes the place of INSTALLATION. `start` (seconds since 2020) and
    `for_text` (as for verbs.span_ms) go before what the text says. `advise` is as for config.check.
    """
    raw, wrong = jsontext.read(text, LONGEST)
    if wrong is not None:
        line, _colon, message = wrong.partition(": ")
        return None, [(line, message)]
    report = config_shapes.Report(advise)
    tree = _walk(raw, start, for_text, report)
    if tree is None:
        return None, report.problems
    over = tree["config"]
    config_text = jsontext.write(_pairs(laid_over(INSTALLATION if base is None else base, over or {})))
    checked, problems = config.check(config_text, boards.PROFILES, advise)
    for key, message in problems:
        inside = key != "config" and not key.startswith("line ")
        report.add("config." + key if inside else "config", message)
    _against_one_another(tree, checked, report)
    return (None, report.problems) if report.problems else (Scenario(tree, config_text, checked), [])


def _walk(raw, start, for_text, report):
    """The whole text held against SCENARIO: a dict with every key of the rows, or None if it is no object."""
    rows = [row if row[0] != "for" or for_text is None else ("for", None, verbs.FOR) for row in SCENARIO]
    if not isinstance(raw, dict):
        return report.wrong("scenario", raw, (None, 'an object like {"name": "a-quiet-hour", "for": "1:00:00"}'))
    if "board" in raw and "config" not in raw:
        report.add("scenario", "this is a configuration; give it with --config, or as \"config\" inside a scenario")
        return None
    tree = table((table, "", rows), raw, "", report)
    if start is not None:
        tree["start"] = start
    if for_text is not None:
        tree["for"] = parsed(verbs.SPAN, for_text, "for", report)
    return tree


def laid_over(base, over):
    """`over` on top of `base`, both left as they are."""
    result = dict(base)
    for key in over:
        if over[key] is None:
            result.pop(key, None)
        elif isinstance(over[key], dict):
            below = result.get(key)
            result[key] = laid_over(below if isinstance(below, dict) else {}, over[key])
        else:
            result[key] = over[key]
    return result


def _pairs(value):
    """What was read, as jsontext.write takes it, with the keys in the order of the alphabet."""
    if isinstance(value, dict):
        return tuple([(key, _pairs(value[key])) for key in sorted(value)])
    return [_pairs(item) for item in value] if isinstance(value, list) else value


def _against_one_another(tree, checked, report):
    """Events that never come, and those that this installation has no use for."""
    for_ms, events = tree["for"], tree["events"] or ()
    for i in range(len(events)):
        happening = events[i]
        if happening is None:
            continue
        if for_ms is not None and happening.at_ms is not None and happening.at_ms > for_ms:
            report.add(f"events[{i}].at", 'the run is over by then, so it never happens; write an earlier time, or a '
                                          'longer "for"')
        found = verbs.hindrance(happening, checked) if checked else None
        if found:
            report.add(f"events[{i}].{found[0]}", found[1])
