"""What the JSON reader must answer, from Python's own json module cut down to what is accepted here."""

import json

from firmware.core.jsontext import LARGEST, LEVELS, LONGEST


class NotHere(Exception):
    """Legal JSON for the json module, refused here."""


def judge(data):
    """(True, value) where the json module and the rules here accept the bytes, else (False, None)."""
    try:
        value = json.loads(data.decode(), parse_float=_refuse, parse_constant=_refuse, parse_int=_whole_number,
                           object_pairs_hook=_without_duplicates)
        json.dumps(value, ensure_ascii=False).encode()  # halves of surrogate pairs cannot be encoded
    except (ValueError, NotHere, RecursionError):
        return False, None
    return (True, value) if len(data) <= LONGEST and _depth(value) <= LEVELS else (False, None)


def _refuse(_text):
    raise NotHere


def _whole_number(text):
    if abs(int(text)) > LARGEST:
        raise NotHere
    return int(text)


def _without_duplicates(pairs):
    if len(dict(pairs)) < len(pairs):
        raise NotHere
    return dict(pairs)


def _depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0
