"""What has changed since an earlier record: how long the contactors take, what runs on the board, how steps ended, and
who tested with what.

It judges one thing only, as the board does: whether a transfer's drop or gap has moved by half of what it was.
"""

import collections
import typing

from firmware.core import proof
from tools.commission import account
from tools.commission.account import given_text, value_text
from tools.commission.shape import instant

TRANSFER = ("drop ", "gap ")  # how the readings begin that are a transfer's, in milliseconds
ABSENT = "not there"


class Moved(typing.NamedTuple):
    """A reading of a step that both records have."""

    step: str
    what: str
    earlier: str
    now: str
    change: str
    by_half: bool


class Changed(typing.NamedTuple):
    what: str
    earlier: str
    now: str


class Comparison(typing.NamedTuple):
    warnings: list  # what makes the two hard to compare
    times: list  # of Moved, every drop and gap that both know
    readings: list  # of Moved, other numbers that are not the same
    software: list  # of Changed: firmware, configuration and what else the board runs on
    settings: list  # of Changed: single keys of the configuration, the wiring, the installation
    steps: list  # of Changed: how they ended
    people: list  # of Changed: people and instruments


def compare(earlier, record):
    times, readings = _moved(earlier, record)
    return Comparison(_warnings(earlier, record), times, readings, _software(earlier, record),
                      _settings(earlier, record), _steps(earlier, record), _people(earlier, record))


def _warnings(earlier, record):
    found = []
    if earlier["board"]["id"] != record["board"]["id"]:
        found.append("The earlier record is of another board.")
    if earlier["kind"] != record["kind"]:
        found.append(f"The earlier record is {earlier['kind']}, this one is {record['kind']}.")
    if instant(earlier["made_at"]) >= instant(record["made_at"]):
        found.append("The record given as the earlier one was not made before this one.")
    return found


def _moved(earlier, record):
    """(times, other readings)"""
    once = {place: value for place, _title, value in _numbers(earlier)}
    times, readings = [], []
    for place, title, value in _numbers(record):
        if place not in once:
            continue
        what, unit, before = place[1], place[2], once[place]
        is_time = unit == "ms" and what.lower().startswith(TRANSFER) and before >= 0
        if is_time or value != before:
            (times if is_time else readings).append(
                Moved(title, what, value_text(before, unit), value_text(value, unit), _change(value, before, unit),
                      is_time and proof.moved(value, before)))
    return times, readings


def _numbers(record):
    """((step, what, unit, which of those alike), title, value) of each number that the runs that count have measured.

    Of what, only what stands before a comma: behind it stands how it was made up, as "median of 9".
    """
    alike = collections.Counter()
    for each in account.done(record):
        for reading in (account.last(each.step) or {"measured": ()})["measured"]:
            value, place = reading["value"], (each.step["id"], reading["what"].partition(",")[0], reading["unit"])
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                yield (*place, alike[place]), each.step["title"], value
                alike[place] += 1


def _change(value, before, unit):
    by = value - before
    if not by:
        return "the same"
    text = value_text(f"{by:+d}" if isinstance(by, int) else f"{by:+.6g}", unit)
    return f"{text} ({by / before:+.0%})" if before > 0 and abs(by) < 10 * before else text


def _software(earlier, record):
    names = {"fw": "Firmware on the board", "config_sha256": "Configuration, sha256", "micropython": "MicroPython",
             "chip": "Chip", "profile": "Board profile", "id": "Board"}
    found = [_changed(name, earlier["board"][key], record["board"][key]) for key, name in names.items()]
    found.append(_changed("This repository's firmware", earlier["host"]["gridrest_fw"],
                          record["host"]["gridrest_fw"]))
    return _told(found)


def _settings(earlier, record):
    found = []
    for part, name in (("configuration", ""), ("wiring", "wiring: "), ("installation", "installation: ")):
        found += _between(dict(flat(earlier[part] or {})), dict(flat(record[part] or {})), name)
    return found


def _steps(earlier, record):
    def ended(of):
        return {each.step["id"]: (each.step["title"], each.result) for each in account.done(of)}
    once, now = ended(earlier), ended(record)
    titles = {key: title for key, (title, _result) in {**once, **now}.items()}
    return [Changed(each.what, each.earlier, each.now) for each in
            _between({key: row[1] for key, row in once.items()}, {key: row[1] for key, row in now.items()}, "", titles)]


def _people(earlier, record):
    def told(of):
        found = {}
        for entry, head in [*((person, "role") for person in of["people"]),
                            *((one, "what") for one in of["instruments"])]:
            key = given_text(entry.get(head))
            text = ", ".join(given_text(value) for place, value in flat(entry) if place != head)
            found[key] = f"{found[key]}; {text}" if key in found else text
        return found
    return _between(told(earlier), told(record), "")


def _between(once, now, before, names=None):
    """Changed for each key whose text is not the same, in the order of this record."""
    keys = [*now, *(key for key in once if key not in now)]
    return _told(_changed(before + (names or {}).get(key, key), once.get(key, ABSENT), now.get(key, ABSENT))
                 for key in keys)


def _told(found):
    return [each for each in found if each]


def _changed(what, once, now):
    return Changed(what, value_text(once), value_text(now)) if once != now else None


def flat(value, at=""):
    """(place, value) of everything in a tree, in its order; a list of plain values is one of them."""
    if isinstance(value, list) and value and not any(isinstance(inner, (dict, list)) for inner in value):
        yield at, ", ".join(value_text(inner) for inner in value)
    elif isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flat(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from flat(inner, f"{at}[{index}]")
    elif at:
        yield at, "none" if value in ([], {}) else value
