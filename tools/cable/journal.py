"""The journal through the console: what is on the board's flash, and what happens while somebody looks on."""

import sys
import time

from tools.cable import line
from tools.cable.ports import Trouble
from tools.cable.session import silence
from tools.terminal import Progress

QUIET_S = 5  # a record takes 0.1 s at the pace of the loop; in a transfer the console rests
TRIES = 3


def read(port, count):
    """The last records on flash, oldest first. Raises Trouble where they do not come whole."""
    for _time in range(TRIES):
        with line.Line(port) as opened, Progress("reading the journal") as progress:
            records, number = _read(opened, count, progress)
        if number is None:
            raise Trouble(silence(port, opened.at_prompt()))
        if number == len(records):
            return records
    raise Trouble(f"the journal did not come whole from {port}, {TRIES} times: see to the cable, and do it again")


def follow(port):
    """Each record as it happens, for ever, through interruptions of the line."""
    while True:
        try:
            with line.Line(port) as opened:
                opened.write(line.END + b"follow" + line.END)
                while True:
                    yield from (found["event"] for found in opened.objects(QUIET_S) if "event" in found)
                    if opened.at_prompt():
                        raise Trouble(silence(port, opened.at_prompt()))
                    # Silence may mean that nothing happens, or that the board has started anew and follows no more.
                    if opened.told:
                        break
        except line.Gone as trouble:
            print(f"gridrest: {trouble}; waiting for it", file=sys.stderr)
            time.sleep(1)


def _read(opened, count, progress):
    """(records, how many the board says it has sent); None for the number: it did not answer."""
    records = []
    answer = opened.ask(f"log {count}", ("log", "done"), 2 * line.TRY_S)
    if answer is None:
        return records, None
    while True:
        if answer[0] == "done":
            return records, answer[1]
        records.append(answer[1])
        progress.update(len(records), None)
        answer = next(((key, found[key]) for found in opened.objects(QUIET_S) for key in ("log", "done")
                       if key in found), None)
        if answer is None:
            return records, -1
