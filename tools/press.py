"""How long it takes from the edge of the button until the output is off, beside a broker that accepts and then says
nothing: in real time, on 32-bit MicroPython, the whole program with real connections (press_board.py).
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time

from tools import heap

CONNACK = b"\x20\x02\x00\x00"
START_S = 60  # for a program to begin, and for what lies between two presses
NAP_S, LATE_S = 0.001, 0.002


class SilentBroker:
    """It accepts, on 127.0.0.1:`port`. The first it says nothing to, to the next that it takes them, and no more."""

    def __enter__(self):
        self._over, self._end = socket.socketpair()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.accepted = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._end.close()
        self._thread.join()
        self._server.close()
        self._over.close()

    def _serve(self):
        with contextlib.ExitStack() as connections:
            while self._over not in select.select([self._server, self._over], [], [])[0]:
                made = connections.enter_context(self._server.accept()[0])
                if self.accepted % 2:
                    made.send(CONNACK)
                self.accepted += 1


class Sleeper:
    """One more program that does nothing but sleep and notice when it is woken late, on the processor that `pid` gets.

    Whatever comes late while this does says nothing of the program beside it.
    """

    def __init__(self, pid):
        self.late = []  # when it noticed
        self._over = threading.Event()
        if hasattr(os, "sched_setaffinity"):
            self._processor = {min(os.sched_getaffinity(0))}
            os.sched_setaffinity(pid, self._processor)
        self._thread = threading.Thread(target=self._sleep, daemon=True)
        self._thread.start()

    def _sleep(self):
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, self._processor)
        while not self._over.is_set():
            begun_s = time.monotonic()
            time.sleep(NAP_S)
            now_s = time.monotonic()
            if now_s - begun_s > NAP_S + LATE_S:
                self.late.append(now_s)

    def end(self):
        self._over.set()
        self._thread.join()

    def was_late(self, seconds):
        """At any time in the last so many."""
        time.sleep(NAP_S + LATE_S)  # or it may be late just now
        return bool(self.late) and time.monotonic() - self.late[-1] < seconds + 2 * (NAP_S + LATE_S)


def presses(interpreter, files, call, heap_kib, within_s):
    """Of each press (microseconds until the output was off, whether the computer disturbed it).

    One that nothing comes of within that time is (None, False), and the last.
    """
    with heap.laid_out({**files, **heap.scripts()}) as folder:
        command = [*interpreter.command, "-X", f"heapsize={heap_kib}k", "-c", heap.calling(folder, "press_board", call)]
        with subprocess.Popen(command, env={**os.environ, "MICROPYPATH": ".frozen"}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as board:
            sleeper = Sleeper(board.pid)
            found, said, is_waiting = _followed(board, sleeper, within_s)
            sleeper.end()
    if board.returncode == -signal.SIGKILL and is_waiting:
        return [*found, (None, False)]
    if board.returncode:
        raise RuntimeError(f"the program ended while it was pressed: {said[-400:]}")
    return found


def _followed(board, sleeper, within_s):
    """(what it answered, what else it said, whether it owes an answer) when it has ended, or was ended."""
    found, said, is_waiting = [], "", False
    limit = _limit(board, START_S)
    for line in board.stdout:
        word, *numbers = line.split() or [""]
        is_waiting = word == "press"
        if word == "off":
            found.append((int(numbers[0]), sleeper.was_late(int(numbers[0]) / 1_000_000)))
        elif not is_waiting:
            said += line
        limit.cancel()
        limit = _limit(board, int(numbers[0]) / 1000 + within_s if is_waiting else START_S)
    limit.cancel()
    return found, said, is_waiting


def _limit(board, seconds):
    limit = threading.Timer(seconds, board.kill)
    limit.start()
    return limit
