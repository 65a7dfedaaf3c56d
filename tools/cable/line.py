"""The console of the running firmware: a line out, JSON lines in. Looking never stops the board.

Whatever else comes along the cable, messages of the chip, noise or half a line, is passed over. Every wait ends.
"""

import json
import time

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from tools.cable.ports import Trouble, is_there, why_closed

SLICE_S = 0.05
QUIET_S = 0.1
BUSY_S = 4
TRY_S = 3  # a status takes 0.6 s at the pace of the loop; in a transfer the console rests
CTRL_C_S, OFTEN_S = 0.5, 0.1
PROMPT = b">>> "
END = b"\r"  # of a line, at the console and at the prompt
OURS = b"gridrest: "
KEPT_BYTES = 4096


def _has(*keys):
    return lambda value: isinstance(value, dict) and all(key in value for key in keys)


# What our firmware says; the same key of anything else that talks on a line is noise.
SHAPES = {
    "status": _has("id", "fw", "uptime_s", "time", "clock", "state", "command", "why", "hold", "next", "inputs",
                   "faults", "counters", "loop"),
    "log": _has("n", "t", "up_s", "boot", "kind", "code", "data"),
    "event": _has("n", "t", "up_s", "boot", "kind", "code", "data"),
    "boot": _has("id", "fw", "cause"),
    "ok": lambda value: value is True,
    "error": lambda value: isinstance(value, str),
    "done": lambda value: isinstance(value, int),
}


class Gone(Trouble):
    """The port has gone away, because the cable was pulled or the board's USB restarts."""


class Line:
    """An open port. Opened and closed as mpremote does it, which knows how not to reset the board by that."""

    def __init__(self, port):
        self.port = port
        self.lines, self.half = [], b""  # that have come, whole or not
        self.heard = b""  # the last that came, of whatever kind
        self.told = []  # what the board has said unasked: its starts, and why it fails
        self.transport = _opened(port)
        self.serial = self.transport.serial
        self.serial.write_timeout = TRY_S

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        try:
            self.transport.close()
        except OSError:  # the port is gone
            pass

    def write(self, data):
        try:
            self.serial.write(data)
        except OSError:
            raise Gone(f"{self.port} takes nothing any more: plug the board in again") from None

    def objects(self, limit_s):
        """Each JSON object that comes within that time; it stops early where MicroPython's prompt shows."""
        end = time.monotonic() + limit_s
        while self.lines or (time.monotonic() < end and not self.at_prompt()):
            if not self.lines:
                *self.lines, self.half = (self.half + self._read()).split(b"\n")
                continue
            text = self.lines.pop(0)
            found = object_in(text)
            self._note(text, found)
            if found and all(SHAPES.get(key, bool)(value) for key, value in found.items()):
                yield found

    def _note(self, text, found):
        if found and SHAPES["boot"](found.get("boot")):
            self.told.append(f"{found['boot']['fw']} ({found['boot']['cause']})")
        elif text.startswith(OURS):
            self.told.append(text[len(OURS):].decode("utf-8", "replace").strip())

    def ask(self, words, keys, limit_s):
        """(key, value) of the first answer with one of those keys; None: there was none, or the prompt is there."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end and not self.at_prompt():
            self._end_line()
            self.write(words.encode() + END)
            for answer in self.objects(min(TRY_S, max(SLICE_S, end - time.monotonic()))):
                key = next((key for key in keys if key in answer), None)
                if "boot" in answer or (key == "error" and "is not known" in answer[key]):
                    break  # the line went to a board that has restarted since, or came with noise in it: once more
                if key:
                    return key, answer[key]
        return None

    def status(self, limit_s):
        answer = self.ask("status", ("status",), limit_s)
        return answer and answer[1]

    def at_prompt(self):
        """Whether the last that came was MicroPython's prompt."""
        return self.heard.endswith(PROMPT)

    def interrupted(self, within_s=CTRL_C_S):
        """Ctrl-C, and Ctrl-B, which ends a raw prompt that somebody left behind. True if the prompt shows."""
        self.write(b"\r\x03\x02")
        end = time.monotonic() + within_s
        while time.monotonic() < end and not self.at_prompt():
            self._read()
        return self.at_prompt()

    def _end_line(self):
        """Whatever noise has put into the board's line ends here, and so does what it answers to that."""
        self.write(END)
        last = time.monotonic() + TRY_S
        end = time.monotonic() + QUIET_S
        while time.monotonic() < min(end, last):
            for _found in self.objects(SLICE_S):
                end = time.monotonic() + QUIET_S

    def _read(self):
        try:
            data = self.serial.read(max(1, self.serial.in_waiting))
        except OSError:
            raise Gone(f"{self.port} is gone: plug the board in again") from None
        self.heard = (self.heard + data)[-KEPT_BYTES:]
        return data


def _opened(port):
    """The port, once whoever else has it lets go of it: some systems look at a new port for a moment. Raises Gone."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            return SerialTransport(port, timeout=SLICE_S)
        except (TransportError, OSError):
            if not is_there(port) or time.monotonic() > end:
                raise Gone(why_closed(port)) from None
        time.sleep(SLICE_S)


def object_in(text):
    """The JSON object of a line, also where noise stands before it, or None."""
    start = text.find(b'{"')
    try:
        found = json.loads(text[start:]) if start >= 0 else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def interrupt(port, limit_s, note):
    """Get to MicroPython's prompt, through a hang and the restart by which the watchdog ends it.

    True if the prompt is there. `note` is called once the first Ctrl-C were not heeded; from then on they come thick,
    so that one falls into the moment after the restart. Raises Gone if the port is.
    """
    begin, said, gone = time.monotonic(), False, None
    while time.monotonic() < begin + limit_s:
        try:
            with Line(port) as line:
                gone = None
                while time.monotonic() < begin + limit_s:
                    if line.interrupted(OFTEN_S if said else CTRL_C_S):
                        return True
                    if not said and time.monotonic() > begin + TRY_S:
                        said = True
                        note()
        except Gone as trouble:  # some chips' ports go away while they restart
            gone = trouble
            time.sleep(CTRL_C_S)
    if gone:
        raise gone
    return False
