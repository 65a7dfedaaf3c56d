"""What a printed record is made of. The page and the PDF draw the same blocks, so that neither says more than the
other.

A cell of a table is a text, or a Mark. No text is marked up in any way: what people typed is only ever a text.
"""

import typing

PASS, FAIL, SKIPPED, NONE = "pass", "fail", "skipped", "none"

# How wide the columns of each kind of table are, in hundredths.
SHARES = {
    "overview": (6, 47, 15, 8, 24),
    "readings": (37, 17, 31, 15),
    "asked": (68, 32),
    "untested": (36, 64),
    "people": (24, 44, 32),
    "instruments": (44, 28, 28),
    "facts": (27, 73),
    "times": (43, 14, 14, 29),
    "changes": (26, 37, 37),
    "cited": (62, 38),
}


class Mark(typing.NamedTuple):
    """A result: a sign whose shape says it too, a colour and a word."""

    tone: str
    text: str


class Title(typing.NamedTuple):
    text: str
    lines: tuple


class Notice(typing.NamedTuple):
    """What must not be overlooked."""

    text: str


class Verdict(typing.NamedTuple):
    tone: str
    word: str
    text: str


class Heading(typing.NamedTuple):
    text: str
    level: int = 2


class Text(typing.NamedTuple):
    text: str
    is_quiet: bool = False


class Drawing(typing.NamedTuple):
    """Lines whose signs stand one below the other."""

    lines: tuple


class Points(typing.NamedTuple):
    items: tuple


class Table(typing.NamedTuple):
    """`heads` is empty where the first column is the head of its row. `links` are ids of steps, one a row, or none."""

    kind: str
    heads: tuple
    rows: tuple
    links: tuple = ()


class Step(typing.NamedTuple):
    """The head of a step; what follows it is its runs."""

    number: int
    title: str
    mark: Mark
    proves: str
    cited: str


class Run(typing.NamedTuple):
    mark: Mark
    text: str
    counts: bool


class Signature(typing.NamedTuple):
    role: str
    name: str
    signs_for: tuple
