"""The record of a commissioning: three files, of which the JSON is the record and the others are made from it alone.

python -m tools.commission.record FILE.json [--earlier FILE.json] makes page and PDF again, byte for byte the same.
"""

import argparse
import hashlib
import json
import os
import pathlib
import sys

from tools.commission import html, pdf, shape
from tools.commission.shape import check

NAME = "commissioning"
LARGEST = 16 << 20  # bytes; a record has a few hundred thousand
WRONG_USE = 2

__all__ = ["Unreadable", "check", "load", "main", "make_again", "write"]


class Unreadable(Exception):
    """A file that is no record. The message has a sentence a line."""


def write(folder, record, earlier=None):
    """Leave the three files in that folder, which is made if need be; returns their paths: JSON, page, PDF.

    The JSON comes first, so that a record that cannot be printed is not lost: it raises ValueError then.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{NAME}.json"
    _put(path, text_of(record))
    for problem in (check(record), check(earlier) if earlier is not None else []):
        if problem:
            raise ValueError("\n".join(problem))
    return (path, *_print(path, record, earlier))


def make_again(path, earlier_path=None):
    """Page and PDF beside a JSON; returns their paths. Raises Unreadable."""
    path = pathlib.Path(path)
    if path.suffix != ".json":
        raise Unreadable(f"{_named(path)} does not end in .json; page and PDF are put beside it under its name")
    return _print(path, load(path), load(earlier_path) if earlier_path else None)


def load(path):
    """The record in a file. Raises Unreadable."""
    name = _named(path)
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as trouble:
        raise Unreadable(f"{name} cannot be read ({getattr(trouble, 'strerror', None) or trouble}); name the JSON of a "
                         "commissioning") from None
    if len(content) > LARGEST:
        raise Unreadable(f"{name} has more than {LARGEST >> 20} MB, which no record has")
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as trouble:
        raise Unreadable(f"{name} is not JSON ({trouble}); name the JSON of a commissioning") from None
    problems = check(value)
    if problems:
        raise Unreadable("\n".join(f"{name}: {problem}" for problem in problems))
    return value


def text_of(record):
    """A record as bytes, always the same for the same record. Half of a character is written by its number."""
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _named(path):
    name = str(path)
    return name if name.isprintable() else ascii(name)


def _object(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _value in pairs]
        raise ValueError(f"the key {shape.shown(next(key for key in keys if keys.count(key) > 1))} stands twice")
    return found


def _print(path, record, earlier):
    fingerprint = hashlib.sha256(text_of(record)).hexdigest()
    made = ((path.with_suffix(".html"), html.page(record, fingerprint, earlier).encode()),
            (path.with_suffix(".pdf"), pdf.document(record, fingerprint, earlier)))
    for place, content in made:
        _put(place, content)
    return tuple(place for place, _content in made)


def _put(path, content):
    """Whole or not at all."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    os.replace(beside, path)


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tools.commission.record", allow_abbrev=False,
                                     description="Page and PDF of a commissioning, made again from its JSON.")
    parser.add_argument("file", metavar="FILE.json")
    parser.add_argument("--earlier", metavar="FILE.json", help="the record to compare with")
    asked = parser.parse_args(arguments)
    try:
        for path in make_again(asked.file, asked.earlier):
            print(path)
    except Unreadable as problems:
        print(f"gridrest: {problems}", file=sys.stderr)
        return 1
    except OSError as trouble:
        print(f"gridrest: {trouble.filename} cannot be written ({trouble.strerror})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
