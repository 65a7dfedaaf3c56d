"""The whole interview."""

from tools.interview import board, inputs, network, plan, zone
from tools.interview.talk import Talk

PARTS = (board, inputs, zone, plan, network)


def hold(asking, start):
    """Ask everything; returns the text of a configuration that the check accepts. `start` is the present instant."""
    talk = Talk(asking, start)
    for part in PARTS:
        asking.write("")
        part.ask(talk)
    return talk.draft.text()
