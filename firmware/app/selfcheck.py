"""Are the files on the board the ones that were put there, and does boot.py turn off the pins that are in use?"""

import os
from binascii import hexlify
from hashlib import sha256

from firmware.core import jsontext
from firmware.device import files

BUILD = "firmware"
MANIFEST = BUILD + "/manifest.json"
PIECE = 512


def wrong_file():
    """The first file that is not as the manifest says, or None."""
    manifest, problem = jsontext.read(files.read(MANIFEST, jsontext.LONGEST))
    if problem is not None or not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        return MANIFEST
    expected = manifest["files"]
    for path in sorted(expected):
        if _hash(path) != expected[path]:
            return path
    for path in _found(BUILD):
        if path not in expected and path != MANIFEST:
            return path  # a stray source file would be imported in place of the compiled one
    return None


def wrong_pin(relays, expected):
    """The first relay's pin that boot.py does not turn off, or None. Both lists hold (pin, off level)."""
    for row in expected:
        if row not in relays:
            return row[0]
    return None


def _hash(path):
    digest = sha256()
    try:
        with open(path, "rb") as file:
            piece = file.read(PIECE)
            while piece:
                digest.update(piece)
                piece = file.read(PIECE)
    except OSError:
        return None
    return hexlify(digest.digest()).decode()


def _found(folder):
    """Every file below a folder. What cannot be listed counts as a stray file."""
    try:
        entries = [(entry[0], entry[1]) for entry in os.ilistdir(folder)]
    except OSError:
        return [folder]
    paths = []
    for name, kind in entries:
        path = folder + "/" + name
        paths += _found(path) if kind == 0x4000 else [path]
    return paths
