"""Which serial ports there are, which of them is the board's, and what to do where that is not clear."""

import os

from serial.tools import list_ports

NONE = "there is no serial port"


class Trouble(Exception):
    """Why it did not work, as a sentence with what to do next."""

    code = 1


class WrongUse(Trouble):
    """The command was given something that it cannot work with."""

    code = 2


def choose(named=None, seen=None):
    """The board's port: the one named, else the only one with a USB device behind it. Raises Trouble."""
    if named:
        return named
    seen = sorted(list_ports.comports() if seen is None else seen)
    likely = [port for port in seen if port.vid is not None]
    if len(likely) == 1:
        return likely[0].device
    if likely:
        raise WrongUse(f"more than one board may be here, {', '.join(map(_told, likely))}: name the PORT that is meant")
    others = ", ".join(port.device for port in seen)
    raise Trouble(f"no board is plugged in: {'of serial ports there is only ' + others if others else NONE}. Use a "
                  "cable with data wires, not one that only charges; if there is still none, install the driver of "
                  "the board's USB chip (CP210x, CH340). A port that is not found by itself can be named")


def is_there(port):
    """Whether there is such a port, as far as its name can tell."""
    return os.path.exists(port) or not port.startswith("/")


def why_closed(port):
    """Why a port cannot be opened, as a sentence."""
    if not is_there(port):
        return f"there is no {port}: plug the board in, or name another port"
    if port.startswith("/") and not os.access(port, os.R_OK | os.W_OK):
        return f"{port} may not be opened: sudo usermod -aG dialout $USER (or its group), then log in again"
    return f"{port} is in use: close the other program that has it open, a serial monitor perhaps"


def _told(port):
    return f"{port.device} ({port.description})"
