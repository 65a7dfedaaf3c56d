"""Small files, whole or not at all: a power cut at any moment leaves the old content or the new.

littlefs makes a rename real at once or not at all, so new content is written beside the old and takes its name last.
Trouble (missing, full, read-only, a folder in the way) is a value here and never an exception.
"""

import os

ASIDE = ".bad"
PIECE = 512


def read(path, most):
    """The bytes of a file, or None if it is missing, unreadable or longer than `most` bytes."""
    data = b""
    try:
        with open(path, "rb") as file:
            piece = file.read(min(PIECE, most + 1))  # all at once would take that much memory in one stretch
            while piece:
                data += piece
                piece = file.read(min(PIECE, most + 1 - len(data)))
    except OSError:
        return None
    return data if len(data) <= most else None


def exists(path):
    """Whether there is a file or folder of that name."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def replace(path, data):
    """Put `data` in the place of what a file held before; False if the old content stays."""
    beside = path + ".tmp"
    if _written(beside, data) and _renamed(beside, path):
        return True
    remove(beside)
    return False


def remove(path):
    """Remove a file; False if it is still there, or never was."""
    try:
        os.remove(path)
    except OSError:
        return False
    return True


def set_aside(path):
    """Keep a file for a person to look at: its name gets .bad, in the place of an older one. False if it stays."""
    aside = path + ASIDE
    # A file cannot take the name of a folder, nor a folder that of a file.
    return _renamed(path, aside) or (exists(path) and remove(aside) and _renamed(path, aside))


def _written(path, data):
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError:
        return False
    return True


def _renamed(path, to):
    try:
        os.rename(path, to)
    except OSError:
        return False
    return True
