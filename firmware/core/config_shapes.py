"""How a value of a configuration is held against a shape, and how it is said what is wrong.

A shape is a tuple: the function here that checks it, then what that function needs. It is called with the shape, the
value, its place in the file and the report, and answers the value to use, or None after reporting what is wrong.
right() says what a shape wants, for refusals and for the documents alike.
"""

from firmware.core.jsontext import write
from firmware.core.zone import parse as parse_zone

PROBLEMS = 64  # more are not listed, so that a file of junk does not fill a board's memory

NEEDED = "required"  # as a default: the key must be there
FILLED = "filled in"  # as a default: as if an empty object stood there

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."


class Report:
    """The problems found so far. `advise` has nearest(name, known); a board goes without."""

    def __init__(self, advise=None):
        self.problems = []
        self.advise = advise

    def add(self, at, message):
        if len(self.problems) < PROBLEMS:
            self.problems.append((at, message))
        elif len(self.problems) == PROBLEMS:
            self.problems.append(("config", "there are more problems; mend these first, then check again"))

    def wrong(self, at, value, shape):
        self.add(at, f"{shown(value)} cannot stand here; write {right(shape)}")

    def unknown(self, at, name, known, remedy):
        """Refuse a name that is none of the known ones. The remedy given is for a board, which has no better one."""
        if self.advise is not None and len(self.problems) < PROBLEMS:
            meant = self.advise.nearest(name, known)
            remedy = f"the known ones are {', '.join(known)}" if meant is None else f'did you mean "{meant}"?'
        self.add(at, f"{shown(name)} is not known here; {remedy}")


def shown(value):
    """A value as a message shows it: short, and without anything that could disturb a terminal."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str) and len(value) > 40:
        return write(value[:40] + "...")
    return write(value)


def right(shape):
    """What a shape wants."""
    if shape[0] is number:
        return f"a whole number from {shape[1]} to {shape[2]}"
    if shape[0] is choice:
        words = [f'"{word}"' for word in shape[1:]]
        return ", ".join(words[:-1]) + (" or " if words[1:] else "") + words[-1]
    if shape[0] is input_signal:
        own = right((choice,) + shape[1:])
        return f'{own} on the board\'s own pin, or an object like {{"pin": 25, "kind": "{shape[1]}"}}'
    return shape[1]


def place(at, key):
    """The place of a key inside the object at `at`; an odd key is quoted and cut."""
    if not 0 < len(key) <= 40 or not all(letter in PLAIN for letter in key):
        key = shown(key)
    return at + "." + key if at else key


# --- How a value is held against a shape.


def number(shape, value, at, report):
    _check, low, high = shape
    # True is a number on CPython and none on MicroPython.
    if isinstance(value, int) and value is not True and value is not False and low <= value <= high:
        return value
    return report.wrong(at, value, shape)


def flag(shape, value, at, report):
    return value if value is True or value is False else report.wrong(at, value, shape)


def choice(shape, value, at, report):
    return value if isinstance(value, str) and value in shape[1:] else report.wrong(at, value, shape)


def text(shape, value, at, report):
    _check, _right, longest, allowed = shape
    if isinstance(value, str) and 0 < len(value.encode()) <= longest:
        if all(letter in allowed if allowed else ord(letter) >= 32 for letter in value):
            return value
    return report.wrong(at, value, shape)


def parsed(shape, value, at, report):
    result = shape[2](value) if isinstance(value, str) else None
    return report.wrong(at, value, shape) if result is None else result


def zone(shape, value, at, report):
    if not isinstance(value, str):
        return report.wrong(at, value, shape)
    zone, problem = parse_zone(value)
    if problem is not None:
        report.add(at, f"{shown(value)}: {problem}")
    return zone


def array(shape, value, at, report):
    _check, wanted, least, most, item = shape
    if not isinstance(value, list):
        return report.wrong(at, value, shape)
    if not least <= len(value) <= most:
        return report.add(at, f"{len(value)} entries cannot stand here; write {wanted}")
    return [item[0](item, value[i], f"{at}[{i}]", report) for i in range(len(value))]


def table(shape, value, at, report):
    """An object. Every key of the rows is in the result; what is off, missing or wrong is None."""
    if not isinstance(value, dict):
        return report.wrong(at or "config", value, shape)
    rows = shape[2]
    known = [row[0] for row in rows]
    for key in sorted(value):
        if key == "password":
            report.add(place(at, key), "a password must not stand here; put it into secrets.json")
        elif key not in known:
            report.unknown(place(at, key), key, known, "leave it out")
    result = {}
    for key, default, inner in rows:
        if key in value or default == FILLED:
            result[key] = inner[0](inner, value.get(key, {}), place(at, key), report)
        elif default == NEEDED:
            result[key] = report.add(place(at, key), f"is missing; write {right(inner)}")
        else:
            result[key] = default
    return result


def window(shape, value, at, report):
    """A weekly window as (day bits, from minute, to minute)."""
    made = table(shape, value, at, report)
    if made is None or made["days"] is None or made["from"] is None or made["to"] is None:
        return None
    if made["from"] == made["to"]:
        remedy = 'write the time at which it ends; a whole day is "00:00" to "24:00"'
        return report.add(at + ".to", f"{shown(value['to'])} is also where the window begins; {remedy}")
    return made["days"], made["from"], made["to"]


PIN = (number, 0, 48)  # 48 is the last of any chip; which pins this chip has is asked later


def input_signal(shape, value, at, report):
    """(pin, or None for the board's own; kind)."""
    if isinstance(value, dict):
        rows = (("pin", None, PIN), ("kind", NEEDED, (choice,) + shape[1:]))
        made = table((table, right(shape), rows), value, at, report)
        return made["pin"], made["kind"]
    return (None, value) if isinstance(value, str) and value in shape[1:] else report.wrong(at, value, shape)


def output_signal(shape, value, at, report):
    """(pin, or None for the board's own; level, or None for the board's own); None: not fitted."""
    if value == "none":
        return None
    if isinstance(value, dict):
        made = table(shape, value, at, report)
        return made["pin"], made["kind"]
    if isinstance(value, str):
        return report.wrong(at, value, shape)
    pin = number(PIN, value, at, report)
    return None if pin is None else (pin, "high")
