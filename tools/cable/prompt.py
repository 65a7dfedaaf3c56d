"""A board's prompt, through the real mpremote: a process a step, each with a time limit, its answers with check sums.

mpremote itself waits for ever where a board goes away in the middle of an answer, so that it is never waited for longer
than its step can take. A step that failed is tried again from the prompt, for noise on the cable, or a board that has
just restarted.
"""

import ast
import binascii
import contextlib
import functools
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

from tools.cable import line
from tools.cable.ports import Trouble

HERE = pathlib.Path(__file__).resolve().parent
STEP_S = 30
SLOWEST_BYTES_S = 500  # an eighth of what a board takes at 115200 baud
TRIES = 3
BACK_S = 15
MARK = "@gridrest "
NO_SPACE = 28
ARM = "import machine; machine.WDT(timeout=600000)"


class Refusal(Trouble):
    """The board did what it was told, and that failed there."""


class Prompt:
    def __init__(self, port, note, patience=1):
        self.port = port
        self.note = note  # what to tell of a step that has to be done again
        self.patience = patience

    def soft_reset(self):
        """Start anew as far as boot.py, which arms the watchdog for a long time; main.py is not run."""
        self._until(lambda: self._mpremote("soft-reset"))

    def call(self, expression, limit_s=STEP_S):
        """What an expression over on_board.py gives."""
        return self._answer(lambda: self._mpremote("resume", "exec", _code(expression), limit_s=limit_s))

    def whisper(self, expression):
        """The same, with nothing of it on a command line."""
        command = [sys.executable, str(HERE / "whisper.py"), self.port]
        return self._answer(lambda: _without_words(_ran(command, STEP_S * self.patience, _code(expression))))

    def send(self, files):
        """Some files to their places, as they are; whether they arrived is for their hashes to say."""
        words, size = ["resume", "exec", ARM], sum(map(len, files.values()))
        with tempfile.TemporaryDirectory(prefix="gridrest-") as folder:
            for number, (path, data) in enumerate(files.items()):
                place = pathlib.Path(folder, str(number))
                place.write_bytes(data)
                words += ["+", "fs", "cp", "-f", str(place), ":" + path]
            self._until(lambda: self._mpremote(*words, limit_s=STEP_S + size / SLOWEST_BYTES_S))

    def leave(self, expression):
        """An expression that ends the prompt, so that no answer comes; that it was taken is mpremote's word."""
        self._until(lambda: self._mpremote("resume", "exec", "--no-follow", _code(expression)))

    def _until(self, step):
        """Do a step until it went well; what a full flash refuses is not tried again."""
        for attempt in range(TRIES):
            ran = step()
            if ran.returncode == 0:
                return ran
            if "No space left" in ran.stdout + ran.stderr or "ENOSPC" in ran.stdout:
                raise Refusal(_full())
            self._come_back(attempt, ran)
        raise Trouble(f"mpremote did not come through to {self.port}, three times: {_last_words(ran)}. {ONCE_MORE}")

    def _answer(self, step):
        for attempt in range(TRIES):
            ran = step()
            answer = parse(ran.stdout)
            if answer and "ok" in answer:
                return answer["ok"]
            if answer:
                raise Refusal(_full() if answer.get("errno") == NO_SPACE else
                              f"the board could not do it ({answer['error']}). {ONCE_MORE}")
            self._come_back(attempt, ran)
        raise Trouble(f"{self.port} did not answer, three times: {_last_words(ran)}. {ONCE_MORE}")

    def _come_back(self, attempt, ran):
        """To the prompt once more, and with nothing left of the last step, a file half written perhaps."""
        if attempt + 1 < TRIES:
            self.note(f"that did not come through ({_last_words(ran)}); once more")
            if not line.interrupt(self.port, BACK_S * self.patience, lambda: None):
                raise Trouble(f"{self.port} has lost its prompt. {ONCE_MORE}")
            self._mpremote("soft-reset")

    def _mpremote(self, *words, limit_s=STEP_S):
        return _ran([sys.executable, "-m", "mpremote", "connect", self.port, *words], limit_s * self.patience)


ONCE_MORE = ("See to the cable and do it again; the board restarts by itself within ten minutes, with what it had "
             "before or with all that is new")


def _full():
    return ("the board's flash is full: remove what is not Gridrest's from it (mpremote fs tree shows what is there), "
            "and do it again")


def parse(text):
    """The one answer among all lines, or None where there is none, more than one, or a damaged one."""
    found = [row[len(MARK):] for row in text.splitlines() if row.startswith(MARK)]
    if len(found) != 1:
        return None
    check, _blank, answer = found[0].partition(" ")
    if check != f"{binascii.crc32(answer.encode()):08x}":
        return None
    return json.loads(answer)


def _code(expression):
    return f"{_source()}\ntell(lambda: {expression})"


@functools.cache
def _source():
    """on_board.py, without what nobody reads there."""
    return ast.unparse(ast.parse((HERE / "on_board.py").read_text(encoding="utf-8")).body[1:])


def _ran(command, limit_s, given=None):
    """The process when it has ended, by itself or by force. Ctrl-C is for us alone, to end it in our own way."""
    process = None
    try:
        with _undisturbed():  # or Ctrl-C could leave behind a process that has the port and that nobody knows
            process = subprocess.Popen(command, stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                       start_new_session=True)
        said, complaint = process.communicate(given, limit_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return subprocess.CompletedProcess(command, 1, "", f"there was no end of it in {limit_s:.0f} s")
    except BaseException:
        _end(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, said, complaint)


def _end(process):
    if process:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def _undisturbed():
    """Ctrl-C waits meanwhile, where the system can have it wait."""
    can = hasattr(signal, "pthread_sigmask") and threading.current_thread() is threading.main_thread()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if can else None
    try:
        yield
    finally:
        if can:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _without_words(ran):
    """An answer, and nothing else that a board may have echoed."""
    rows = [row for row in ran.stdout.splitlines() if row.startswith(MARK)]
    return subprocess.CompletedProcess(ran.args, ran.returncode, "\n".join(rows), "")


def _last_words(ran):
    lines = [row.strip() for row in (ran.stdout + "\n" + ran.stderr).splitlines() if row.strip()]
    return ascii(lines[-1][:100]) if lines else "it said nothing"
