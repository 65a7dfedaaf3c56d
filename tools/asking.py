"""Questions to a person, one at a time: a default in brackets, ? explains, what cannot be used is asked for again.

Answers come from one function and words go to another, so that a terminal, a pipe and a test are alike to it.
"""

import os
import textwrap
import typing

from firmware.core.config_shapes import shown
from tools import advice

COLUMNS = 100
LONGEST = 4096  # bytes of an answer
MOST_TRIES = 20  # for one question: a script whose answers belong to other questions would never end


class Stopped(Exception):
    """There is no answer to go on with. The message is why."""


class Refused(Exception):
    """An answer that cannot be used: (key, "what is wrong; what would be right") pairs."""

    def __init__(self, *problems):
        super().__init__(*problems)
        self.problems = problems


class Question(typing.NamedTuple):
    """`default` is the answer that Enter stands for; None: Enter stands for nothing. Of several lines the last asks."""

    text: str
    explained: str
    default: str | None = None


class Asking:
    """`read` takes the prompt and gives a line, or raises EOFError; `tell` takes findings as `check` has them."""

    def __init__(self, read, write, tell, columns=COLUMNS):
        self._read = read
        self.write = write
        self.tell = tell
        self._columns = min(columns, COLUMNS)

    def ask(self, question, judge):
        """What `judge` makes of the first answer that it does not refuse."""
        before, line, text = question.text.rpartition("\n")
        prompt = text + (": " if question.default is None else f" [{question.default}]: ")
        for _ in range(MOST_TRIES):
            if line:
                self.write(before)
            answer = self._line(prompt) or question.default or ""
            if answer in ("", "?"):
                self.say(question.explained)
                continue
            try:
                if not answer.isprintable():
                    raise Refused(("answer", f"{shown(answer)} has a character that cannot stand here; leave it out"))
                return judge(answer)
            except Refused as refusal:
                self.tell([("refused", *problem) for problem in refusal.problems])
        raise Stopped(f"{MOST_TRIES} answers to one question could not be used")

    def say(self, text):
        """Paragraphs, set off from the questions."""
        for paragraph in text.splitlines():
            more = "    " if paragraph.startswith("- ") else "  "
            self.write(textwrap.fill(paragraph, self._columns, initial_indent="  ", subsequent_indent=more))

    def _line(self, prompt):
        try:
            return self._read(prompt).strip()
        except EOFError:
            raise Stopped("the answers ended before the questions did") from None
        except OSError as trouble:
            raise Stopped(f"the answers cannot be read ({trouble.strerror})") from None


class Lines:
    """Answers from a pipe or a file, each shown where it would have been typed."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._waiting = b""

    def read(self, prompt):
        print(prompt, end="", flush=True)
        while b"\n" not in self._waiting:
            more = os.read(self._descriptor, LONGEST)
            if not more and not self._waiting:
                raise EOFError
            if len(self._waiting) > LONGEST:
                raise Stopped("one of the answers has no end")
            self._waiting += more or b"\n"
        line, _end, self._waiting = self._waiting.partition(b"\n")
        answer = _decoded(line)
        print(answer if answer.isprintable() else shown(answer))
        return answer

    def left(self):
        """The first answer that has come and that no question was there for; "" if there is none."""
        return _decoded(self._waiting).partition("\n")[0]


def _decoded(line):
    """What is not UTF-8 stays in it as something that cannot be printed."""
    return line.decode("utf-8", "surrogateescape").removeprefix("\ufeff").strip()


def one_of(key, answer, words):
    """The one of these words that was answered; its beginning is enough where no other begins so."""
    answer = answer.lower()
    meant = [word for word in words if word == answer] or [word for word in words if word.startswith(answer)]
    if len(meant) == 1:
        return meant[0]
    near = advice.nearest(answer, words)
    remedy = "write " + ", ".join(words[:-1]) + " or " + words[-1] if near is None else f"did you mean {near}?"
    raise Refused((key, f"{shown(answer)} is no answer here; {remedy}"))
