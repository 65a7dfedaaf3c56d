"""The windows."""

import re

from firmware.core.config_shapes import shown
from tools.asking import Question, Refused
from tools.interview.talk import number, unless_none

LINE = re.compile(r"(.+?)\s+(\S+?)\s*(?:-|\bto\b|\s)\s*(\S+)", re.IGNORECASE)
EXPLAINED = ("Days, from and to, in local time: mon-fri 05:30 23:20, or sat,sun 22:00 06:00, or daily 00:00 24:00. The "
             "days are those on which it begins; one that ends earlier than it begins ends on the day after. Enter "
             "when there are no more.")


def ask(talk):
    _windows(talk, "v2l", ("V2L window, like mon-fri 05:30 23:20", "Another V2L window"))
    _windows(talk, "charge", ("Window in which the car charges, like daily 23:30 05:30", "Another one"))
    if "charge" in talk.draft.tree:
        talk.settle("charge_lead_min", Question(
            "Minutes before charging in which V2L ends", "V2L has ended so long before each charging window.", "10"),
            number)


def _windows(talk, key, texts):
    made = []
    while True:
        question = Question(texts[1] if made else texts[0], EXPLAINED, "none")
        window = talk.asking.ask(question, lambda answer: _taken(talk, key, made, answer))
        if window is None:
            return
        made.append(window)


def _taken(talk, key, made, answer):
    """A window that the draft has taken beside the others, or None when there are no more."""
    if unless_none(answer) is None:
        return None
    found = LINE.fullmatch(answer)
    if not found:
        raise Refused((f"{key}[{len(made)}]", f"{shown(answer)} is not days and two times; write them like mon-fri "
                       "05:30 23:20"))
    window = {"days": re.sub(r"\s", "", found[1]).lower(), "from": found[2], "to": found[3]}
    talk.take(key, [*made, window])
    return window
