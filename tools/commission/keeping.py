"""What is kept between two sittings: the record so far, in a file beside it, so that a commissioning can go on."""

import json
import os

from tools.cable.ports import WrongUse

NAME = "commissioning.state.json"
VERSION = 2


def path_of(folder):
    return os.path.join(folder, NAME)


def keep(folder, record):
    """Whole or not at all."""
    os.makedirs(folder, exist_ok=True)
    part = path_of(folder) + ".part"
    with open(part, "w", encoding="utf-8") as file:
        json.dump({"state": VERSION, "record": record}, file, indent=1)
    os.replace(part, path_of(folder))


def kept(folder):
    """The record of an interrupted commissioning, or None. Raises WrongUse where the file is none of ours."""
    path = path_of(folder)
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        record = found["record"] if found["state"] == VERSION else None
        if not isinstance(record["steps"], list) or not isinstance(record["board"], dict):
            record = None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise WrongUse(f"{path} cannot be gone on with ({trouble}): give --afresh to begin anew") from None
    if record is None:
        raise WrongUse(f"{path} is of another version: give --afresh to begin anew")
    return record


def forget(folder):
    try:
        os.remove(path_of(folder))
    except FileNotFoundError:
        pass
