"""The inputs: which are fitted, of which kind, and what a broken wire then looks like."""

import typing

from firmware.core import chips
from firmware.core.config_shapes import shown
from tools.asking import Question, Refused, one_of
from tools.interview.talk import example, pin

CONTACTS = ("mirror: an auxiliary coupled to the main contacts, closed while they are open; advised. nc: closed while "
            "they are open. no: normally open, closed while they are.")


class Input(typing.NamedTuple):
    """`broken` has what a broken wire looks like with each of the kinds; None where a warning says it."""

    signal: str
    text: str
    kinds: tuple
    advised: bool
    broken: tuple
    explained: str


_CONTACT = ("mirror", "nc", "no")
_KM1_CLOSED = "a KM1 that never lets go: no entry into V2L succeeds"
_KM2_CLOSED = "a KM2 that is closed: V2L is not entered"
_BOND_CLOSED = "a bond that is closed: V2L is not entered"
ROWS = (
    Input("km1", "KM1's auxiliary contact", _CONTACT, True,
          (_KM1_CLOSED, _KM1_CLOSED, "a KM1 that is open: V2L is not entered"),
          "It shows whether the grid contactor has let go. " + CONTACTS),
    Input("km2", "KM2's auxiliary contact", _CONTACT, True, (_KM2_CLOSED, _KM2_CLOSED, None),
          "It shows whether the V2L contactor has let go, or has welded. " + CONTACTS),
    Input("bond", "Auxiliary of the neutral-earth bond", ("nc", "mirror", "no"), False,
          (_BOND_CLOSED, _BOND_CLOSED, None),
          "Where the design makes a neutral-earth bond for V2L: an auxiliary of the contact that makes it, never a "
          "measurement between N and E. Only with KM2's auxiliary. " + CONTACTS),
    Input("car", "Mains detector on the V2L supply", ("low", "high"), True,
          ("a dead V2L supply: V2L is not entered", None),
          "It shows whether the car gives V2L. low: its output is low while the supply is live. high: high while it "
          "is live."),
    Input("grid", "Mains detector on the grid", ("low", "high"), False,
          ("a dead grid: V2L is not entered", None),
          "It tells a dead grid from a broken contactor. low: its output is low while the grid is live. high: high "
          "while it is live."),
    Input("charging", "Signal that the car charges", ("high", "low"), False,
          ("a car that charges: V2L is not entered", None),
          "From the charge point; V2L is kept away while the car charges, whatever the windows say. high: it is high "
          "while the car charges. low: low while it does."),
    Input("enable", "Lock-out key", ("no", "nc"), False,
          ("a key that does not allow V2L", None),
          "A key or an isolator's auxiliary that must allow V2L. no: its contact is closed to allow it. nc: open to "
          "allow it. It is no isolation."),
)


def ask(talk):
    for row in ROWS:
        _input(talk, row)
        if row.signal == "car" and not talk.draft.config.setup.car:
            _assume(talk)


def _input(talk, row):
    own = talk.draft.own_pin(row.signal)
    default = row.kinds[0] if row.advised and own is not None else "none"
    kinds = ", ".join("no (normally open)" if kind == "no" else kind for kind in row.kinds)
    free = ", ".join(map(str, talk.draft.free(chips.CONTACT))) or "none"
    like = example(talk.draft, chips.CONTACT, row.kinds[0])
    where = f"with a pin, like {like}" if own is None else f"pin {own}"
    made = talk.settle("inputs." + row.signal, Question(
        f"{row.text}, {where}:\n  {kinds}, none",
        f"{row.explained} none: not fitted{', which is not advised' if row.advised else ''}.\n"
        f"With {row.kinds[0]} a broken wire looks like {row.broken[0]}.\n"
        f"A pin of your choice is written behind the kind, like {like}; these are left: {free}.",
        default), lambda answer: _kind_and_pin(row, answer))
    looks = dict(zip(row.kinds, row.broken)).get(made["kind"] if isinstance(made, dict) else made)
    if looks is not None:
        talk.asking.say(f"A broken wire looks like {looks}.")


def _kind_and_pin(row, answer):
    key = "inputs." + row.signal
    chosen, *number = answer.lower().split()
    kind = one_of(key, chosen, (*row.kinds, "none"))
    if kind == "none":
        if number:
            raise Refused((key, f"{shown(answer)} fits no pin; write none alone"))
        return None
    return {"pin": pin(key, " ".join(number)), "kind": kind} if number else kind


def _assume(talk):
    def judge(answer):
        if one_of("assume", answer, ("yes", "no")) == "yes":
            talk.take("assume", ["car"])

    talk.asking.ask(Question(
        "Take the V2L supply to be live without seeing it: yes or no",
        "Without a detector V2L is never entered unless this is assumed. The board then goes to V2L although the car "
        "may be away, and the house is without supply.", "no"), judge)
