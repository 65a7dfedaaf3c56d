"""The board profiles in words: what is on which pin, what to know of a board, and why some are not driven."""

import json
import textwrap

from firmware.core import boards, chips
from tools.docs_config import MEANINGS

COLUMNS = 100
PINS = range(49)  # of any chip
DRIVEN = tuple(row for row in boards.PROFILES if row[2] is None)
OTHERS = tuple(row for row in boards.PROFILES if row[2] is not None)
# What each signal is. Those that the configuration has a key for are told in its own words.
SIGNALS = {
    "pilot": "the relay that chooses: NC feeds KM1, NO feeds KM2",
    "spare": "a relay that is not used, and kept off",
    "button": "push button, or GRID / AUTO selector",
    "sda": "data of the battery clock (DS3231)",
    "scl": "clock line of the battery clock (DS3231)",
    **{name: MEANINGS[name] for name in ("guard", "led", "alarm", "heartbeat")},
    **{name: MEANINGS["inputs." + name] for name in ("km1", "km2", "bond", "car", "grid", "charging", "enable")},
}
_GROUPS = (
    ("relays", ("pilot", "guard")),
    ("not used", ("spare",)),
    ("inputs", ("km1", "km2", "bond", "car", "grid", "charging", "enable", "button")),
    ("others", ("led", "alarm", "heartbeat", "sda", "scl")),
)


def count(profile):
    """How many relays it has for Gridrest, in words."""
    return "one relay" if chips.own_pin(profile, "guard")[0] is None else "two relays"


def free_pins(profile, use):
    """The pins that a board uses for nothing itself, and that the chip leaves alone for such a use."""
    own = [pin for _signal, pin, _level in profile[3]]
    return [pin for pin in PINS if pin not in own and not chips.findings(profile[1], pin, use)]


def overview():
    """Every board as lines: pins, cautions, those of several boards by number, and the boards that are refused."""
    said = [caution for row in DRIVEN for caution in row[4]]
    notes = [caution for caution in dict.fromkeys(said) if said.count(caution) > 1]
    lines = []
    for row in DRIVEN:
        lines += [*head(row), *_cautions([caution for caution in row[4] if caution not in notes])]
        numbers = [str(number) for number, note in enumerate(notes, 1) if note in row[4]]
        lines += ["  see       " + ", ".join(numbers), ""]
    for number, note in enumerate(notes, 1):
        lines += _wrapped(note, f"{number:>3}. ", 5)
    lines += ["", "Not driven:"]
    for name, chip, refused, _pins, _more in OTHERS:
        lines += _wrapped(f"{chip:<9}{refused}", f"  {name:<19}", 30)
    return [*lines, "", "tools/gridrest boards NAME tells of one of them in detail."]


def head(profile):
    """The name of a board, and what is on which pin."""
    name, chip, _refused, pins, _more = profile
    lines = [f"{name}  ({chip}, {count(profile)})"]
    for title, signals in _GROUPS:
        found = [row for signal in signals for row in pins if row[0] == signal]
        on = ", on when low" if 0 in [level for _signal, _number, level in found] else ""
        if found:
            named = [str(pin) if signal == "spare" else f"{signal} {pin}" for signal, pin, _level in found]
            lines += _wrapped(", ".join(named) + on, f"  {title:<10}", 12)
    return lines


def detail(profile):
    """One board that is driven: a line a pin, what must be known, and the pins that are left."""
    name, chip, _refused, pins, cautions = profile
    lines = [f"{name}  ({chip}, {count(profile)})", ""]
    for signal, pin, level in pins:
        on = "" if level is None else f"; on when {_level(level)}"
        lines.append(f"  pin {pin:<3} {signal:<10}{SIGNALS[signal]}{on}")
    lines += ["", "What its builder must know:", *_cautions(cautions), ""]
    left = ", ".join(map(str, free_pins(profile, chips.CONTACT)))
    return lines + _wrapped("The chip leaves these pins free, and its drawings tell whether the board does: " + left,
                            "", 2)


def as_object(profile):
    """The same for a program."""
    name, chip, refused, pins, cautions = profile
    return {
        "board": name, "chip": chip, "driven": refused is None, "refused": refused,
        "pins": [{"pin": pin, "signal": signal, "on": None if level is None else _level(level),
                  "is": SIGNALS[signal]} for signal, pin, level in pins],
        "cautions": list(cautions),
    }


def as_json(profiles):
    return json.dumps([as_object(profile) for profile in profiles], indent=1)


def _level(level):
    return "high" if level else "low"


def _cautions(cautions):
    return [line for caution in cautions for line in _wrapped(caution, "  - ", 4)]


def _wrapped(text, first, indent):
    return textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=" " * indent)
