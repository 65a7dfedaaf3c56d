"""A person at a terminal. Whatever is waited for, the board goes on hearing what is wanted."""

import os
import select
import sys
import textwrap

from tools.commission.person import BACK, GO, HOLD_S, LEAVE, REPEAT, SKIP, Turned
from tools.terminal import paint, span

COLUMNS = 100
LOOK_S = 0.3
WORDS = {"s": SKIP, "skip": SKIP, "b": BACK, "back": BACK, "r": REPEAT, "repeat": REPEAT, "q": LEAVE, "quit": LEAVE}
YES, NO = ("y", "yes"), ("n", "no")
TYPED = (("address", "Address of the installation"), ("owner", "Owner or user"),
         ("description", "What it is, in a line"), ("v2l_rating_a", "Rating of the V2L outlet in ampere"),
         ("changeover", "The changeover: contactors, interlocks"))
PEOPLE = (("role", "Role, like inspected and tested by (Enter: no more people)"), ("name", "Name"),
          ("registration", "Registration"))
INSTRUMENTS = (("what", "Instrument (Enter: no more)"), ("serial", "Serial number"), ("calibrated", "Calibrated on"))
HELP = "Enter begins it; s REASON skips it, b goes back, q leaves, and what is done is kept."


class Ended(Exception):
    """Nobody answers any more."""


class Terminal:
    def __init__(self, board, hands=None, hold_s=HOLD_S, answers=None):
        self.board, self.hands = board, hands
        self.hold_s = hold_s
        self.answers = answers  # what of the record need not be typed
        self.waiting = b""
        self.counted = None

    # The record's words.

    def begin(self, record):
        given = self.answers
        if given and given.installation:
            record["installation"].update(given.installation)
        else:
            record["installation"].update({key: self._line(text) or None for key, text in TYPED})
        record["people"] += given.people if given and given.people else self._rows(PEOPLE)
        record["instruments"] += given.instruments if given and given.instruments else self._rows(INSTRUMENTS)

    def _rows(self, fields):
        rows = []
        while True:
            first = self._line(fields[0][1])
            if not first:
                return rows
            rows.append({fields[0][0]: first, **{key: self._line(text) for key, text in fields[1:]}})

    # The steps.

    def before(self, step, done):
        self.say("")
        self.say(paint(f"{step.title} ({step.id})", "bold") + (f": was {done}" if done else ""))
        self.tell(step.proves)
        while True:
            word, rest = self._word(self._line(HELP + "\n>"))
            if word == SKIP:
                return SKIP, rest or self._reason()
            if word in (BACK, LEAVE):
                return word, None
            if word is None and not rest:
                return GO, None

    def after(self, _step, run):
        colour = {"pass": "green", "fail": "red"}.get(run["result"], "yellow")
        self.say(paint(run["result"], colour) + (f": {run['finding']}" if run["finding"] else ""))
        while run["result"] == "fail":
            word, _rest = self._word(self._line("Enter goes on, r repeats the step, b goes back, q leaves\n>"))
            if word in (REPEAT, BACK, LEAVE):
                return word
            if word is None:
                break
        return GO

    def tell(self, text):
        self.say(textwrap.fill(text, COLUMNS, initial_indent="  ", subsequent_indent="  "))

    def show(self, reading):
        sign = {True: "ok", False: "NOT", None: "  "}[reading["ok"]]
        unit = f" {reading['unit']}" if reading["unit"] else ""
        limit = f" ({reading['limit']})" if reading["limit"] else ""
        self.say(f"  {sign:<3} {reading['what']}: {reading['value']}{unit}{limit}")

    def progress(self, text):
        self.say(f"      {text}")

    def count_down(self, left_s):
        """Every ten seconds; Enter ends it early."""
        mark = int(left_s) // 10
        if mark != self.counted:
            self.counted = mark
            self.say(f"      {span(left_s)} left; Enter ends it")
        return self._ready(0) and self._typed() is not None

    def do(self, text, deed):
        while True:
            word, rest = self._word(self._line(text + (" (Enter: done)" if not self.hands else
                                                       " (Enter: it is done in the simulated world)") + "\n>"))
            self._turn(word, rest)
            if word is None and not rest:
                break
        if self.hands and deed:
            self.hands.do(*deed)

    def yes(self, key, question):
        seen = self.hands.sees(key) if self.hands else None
        hint = "" if seen is None else f" (the simulated world says {'yes' if seen else 'no'})"
        while True:
            answer = self._line(f"{question}{hint} yes or no\n>").lower()
            if answer in YES + NO:
                return answer in YES
            if not answer and seen is not None:
                return seen
            self._turn(*self._word(answer))

    def reading(self, _key, question, unit):
        while True:
            answer = self._line(f"{question} in {unit}, - for none\n>").replace(",", ".")
            if answer == "-":
                return None
            try:
                return float(answer) if "." in answer else int(answer)
            except ValueError:
                self._turn(*self._word(answer))

    # Words.

    def say(self, text):
        print(text, flush=True)

    def _turn(self, word, rest):
        if word == SKIP:
            raise Turned(SKIP, rest or self._reason())
        if word:
            raise Turned(word, None)

    def _reason(self):
        return self._line("Why is it skipped?\n>") or "no reason was given"

    def _word(self, text):
        """(what the person wants instead, the rest); (None, the text) where that is nothing of the kind."""
        first, _blank, rest = text.partition(" ")
        word = WORDS.get(first.lower())
        return (word, rest.strip()) if word else (None, text)

    def _line(self, prompt):
        text, _mark, asked = prompt.rpartition("\n")
        if text:
            self.tell(text)
        print(f"{asked}{'' if asked == '>' else ':'} ", end="", flush=True)
        while True:
            answer = self._typed()
            if answer is not None:
                return answer
            if not self._ready(LOOK_S if self.hands else 0):  # a simulated wait takes no time by itself
                self.board.attend()

    def _ready(self, seconds):
        return b"\n" in self.waiting or bool(select.select([sys.stdin], [], [], seconds)[0])

    def _typed(self):
        """A line, if one has been typed."""
        while b"\n" not in self.waiting and self._ready(0):
            more = os.read(sys.stdin.fileno(), 4096)
            if not more:
                raise Ended("the answers have ended")
            self.waiting += more
        if b"\n" not in self.waiting:
            return None
        line, _end, self.waiting = self.waiting.partition(b"\n")
        return line.decode("utf-8", "replace").strip()
