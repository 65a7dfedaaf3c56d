"""Reads what the last run has left in flash. Whether it makes sense is for the one to judge who takes it up.

A board's own record ends with a check sum over all before it. The first one, which the flashing tool writes, has none.
"""

from binascii import crc32

from firmware.app.storage import STATE
from firmware.core import jsontext
from firmware.device import files

STATE_BYTES = 4096  # far more than a record ever takes
SUM = b', "sum": "'


def load():
    """(the record of the last run, or None; what was wrong with the file, or None)."""
    text = files.read(STATE, STATE_BYTES)
    if text is None:
        if not files.exists(STATE):
            return None, "missing"
        files.set_aside(STATE)
        return None, "unreadable"
    value, problem = jsontext.read(text)
    at = text.rfind(SUM)
    if problem is None and value is not None and (at < 0 or text[at + len(SUM) :] == b'%08x"}' % crc32(text[:at])):
        return value, None
    files.set_aside(STATE)
    return None, "damaged"
