"""Reads what the last run has left in flash. Whether it makes sense is for the one to judge who takes it up."""

from firmware.app.storage import STATE
from firmware.core import jsontext
from firmware.device import files

STATE_BYTES = 4096  # far more than a record ever takes


def load():
    """(the record of the last run, or None; what was wrong with the file, or None)."""
    text = files.read(STATE, STATE_BYTES)
    if text is None:
        if not files.exists(STATE):
            return None, "missing"
        files.set_aside(STATE)
        return None, "unreadable"
    value, problem = jsontext.read(text)
    if problem is None and value is not None:
        return value, None
    files.set_aside(STATE)
    return None, "damaged"
