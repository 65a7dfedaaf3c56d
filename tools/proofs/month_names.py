"""Runs on MicroPython: the names that the firmware brings, which the interpreter keeps once and for ever.

On a board they are the firmware's alone. In the simulator, which has many of them too, they are put in beforehand, so
that it can be said what they take, and that they lie together, out of the way of what comes and goes.
"""

import gc
import json
import os
import sys

import micropython

PACKED_BYTES = 1024  # collect so often: whatever is loaded from then on lies close together, and leaves one free block
NETWORK = "firmware/net"  # which this month's board does not load


class Machine:
    Pin = None


def tell(folder):
    """Load the firmware that is in the folder, alone; the interpreter's account of its names before it and after."""
    os.chdir(folder)
    sys.path[:] = [""]
    sys.modules["machine"] = Machine
    micropython.qstr_info()
    for name in list(_modules("firmware")):
        __import__(name)
    for path in ("boot.py", "main.py"):
        with open(path) as file:
            compile(file.read(), path, "exec")
    micropython.qstr_info(1)


def _modules(folder):
    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] == 0x4000 and path != NETWORK:
            yield from _modules(path)
        elif path.endswith(".mpy"):
            yield path[:-4].replace("/__init__", "").replace("/", ".")


def put_in(path):
    """Make every name of a list known to this interpreter, the first thing that is done in it."""
    gc.threshold(PACKED_BYTES)
    with open(path) as file:
        for name in json.load(file):
            hasattr(Machine, name)
