"""What every part of the interview works with: somebody to ask, and the draft that judges what is answered."""

from firmware.core.config_shapes import shown
from tools.asking import Refused


class Talk:
    """`start` is the present instant, in seconds since 2020. `draft` is there once the board is known."""

    def __init__(self, asking, start):
        self.asking = asking
        self.start = start
        self.draft = None

    def settle(self, key, question, make):
        """Ask until the draft takes what `make` makes of an answer for this key; returns that."""
        def judge(answer):
            value = make(answer)
            self.take(key, value)
            return value
        return self.asking.ask(question, judge)

    def take(self, key, value):
        """Put a value into the draft and say what is to be said of it; one that it does not take is refused."""
        problems = self.draft.put(key, value)
        if problems:
            raise Refused(*problems)
        self.asking.tell([("warning", *warning) for warning in self.draft.news()])


def unless_none(answer):
    """The answer, or None where it is the word for that."""
    return None if answer.lower() == "none" else answer


def number(answer):
    """A whole number as such. Anything else stays what it is, for the check to refuse."""
    return int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 7 else answer


def pin(key, word):
    """The number of a pin, which the check judges further."""
    value = number(word)
    if value is word:
        raise Refused((key, f"{shown(word)} is no pin; write its number"))
    return value


def example(draft, use, kind=""):
    """How such a pin may be written here, the kind before it if there is one."""
    free = draft.free(use)
    return f"{kind} {free[0] if free else 'PIN'}".strip()
