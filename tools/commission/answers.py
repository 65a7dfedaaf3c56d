"""The file of a scripted person: what is typed for the record, what is answered, what is read, and what is skipped."""

import json

from tools.cable.ports import WrongUse

LONGEST = 262_144
EXAMPLE = "see examples/commission"


def _table(value):
    return isinstance(value, dict)


def _rows(value):
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _flags(value):
    return _table(value) and all(isinstance(one, bool) for one in value.values())


def _figures(value):
    return _table(value) and all(one is None or (isinstance(one, (int, float)) and not isinstance(one, bool))
                                 for one in value.values())


def _texts(value):
    return _table(value) and all(isinstance(one, str) and one.strip() for one in value.values())


# key, what it may be, and that in words
KEYS = {
    "installation": (_table, 'an object with what is known of the place, like {"address": "..."}'),
    "people": (_rows, 'a list of objects like {"role": "...", "name": "...", "registration": "..."}'),
    "instruments": (_rows, 'a list of objects like {"what": "...", "serial": "...", "calibrated": "..."}'),
    "answers": (_flags, "an object of true or false, by the question's name"),
    "readings": (_figures, "an object of numbers, or null for none, by the reading's name"),
    "skip": (_texts, "an object of reasons, by the step's name"),
    "simulated": (_table, 'an object with "config", "plant" and "start" of the simulated installation'),
}
SIMULATED = ("config", "plant", "start", "stage")


class Answers:
    def __init__(self, found):
        self.installation = found.get("installation", {})
        self.people, self.instruments = found.get("people", []), found.get("instruments", [])
        self.answers, self.readings = found.get("answers", {}), found.get("readings", {})
        self.skip = found.get("skip", {})
        self.simulated = found.get("simulated", {})


def read(path, steps):
    """The file's answers; `steps` are the names that can be skipped. Raises WrongUse with a sentence."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LONGEST + 1)
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or trouble
        raise WrongUse(f"{path} cannot be read ({reason}); name a file with answers, {EXAMPLE}") from None
    if len(raw) > LONGEST:
        raise WrongUse(f"{path} is longer than {LONGEST} bytes, which no file of answers is; {EXAMPLE}")
    try:
        found = json.loads(raw.decode("utf-8"))
    except ValueError as trouble:
        raise WrongUse(f"{path} is no JSON ({trouble}); {EXAMPLE}") from None
    for sentence in _wrong(found, steps):
        raise WrongUse(f"{path}: {sentence}")
    return Answers(found)


def _wrong(found, steps):
    if not isinstance(found, dict):
        yield f'this is no object; write one with {", ".join(KEYS)}'
        return
    for key, value in found.items():
        if key not in KEYS:
            yield f'"{key}" is not known; the keys are {", ".join(KEYS)}'
        elif not KEYS[key][0](value):
            yield f'"{key}" is not what it should be; write {KEYS[key][1]}'
    for name in found.get("skip", ()):
        if name not in steps:
            yield f'skip: there is no step "{name}"; the steps are {", ".join(steps)}'
    for name in found.get("simulated", ()):
        if name not in SIMULATED:
            yield f'simulated: "{name}" is not known; the keys are {", ".join(SIMULATED)}'
