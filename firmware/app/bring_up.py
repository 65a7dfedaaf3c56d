"""Brings the firmware up in stages: what one stage alone needs is gone before the next is loaded.

The chip has little memory. What lasts is loaded first, by itself, because loading takes memory too; then all that reads
and checks, about a third of the firmware; then what puts the parts together.
"""

import gc
import sys

FOR_READING = (
    "firmware.app.survey",
    "firmware.app.recall",
    "firmware.app.selfcheck",
    "firmware.core.config",
    "firmware.core.config_schema",
    "firmware.core.config_shapes",
    "firmware.core.jsontext",
    "firmware.core.limits",
    "firmware.core.zonetext",
    "firmware.core.chips",
    "firmware.core.boards",
)
FOR_STARTING = (
    "firmware.app.start",
    "firmware.app.connect",
    "firmware.app.first_time",
    "firmware.device.origin",
    "firmware.build",
    "firmware.core.record",
    "firmware.app.bring_up",
)
LASTING = ("firmware.core.", "firmware.device.", "firmware.app.")
MADE_AGAIN = "firmware.device.rtcmem"  # by main.py, to leave word of how this run ended
OFTEN_BYTES = 4096  # of garbage, at least, between two collections


def bring_up(relays):
    """The loop, ready to run. `relays` of (pin, off level): those that boot.py turns off.

    Garbage is collected early, now and as long as the firmware runs. Otherwise it would be once the memory is full, and
    what lasts would lie strewn all over it by then, with no room between for anything large.
    """
    gc.collect()
    gc.threshold(max(OFTEN_BYTES, gc.mem_free() // 16))
    import firmware.app.loop  # noqa: F401

    gc.collect()
    found = _survey(relays)
    _let_go(FOR_READING)
    loop = _start(found)
    _let_go_of_constructors()
    _let_go(FOR_STARTING)
    return loop


def _survey(relays):
    from firmware.app import survey

    return survey.survey(relays)


def _start(found):
    from firmware.app import start

    return start.build(found)


def _let_go_of_constructors():
    """Whatever runs is made once, here at the start; beside that, only the network makes something again."""
    for name in sorted(sys.modules):
        module = sys.modules[name]
        for word in dir(module) if name.startswith(LASTING) and name != MADE_AGAIN else ():
            kind = getattr(module, word)
            if isinstance(kind, type) and getattr(kind, "__module__", None) == name:
                kind.__init__ = None


def _let_go(names):
    """Forget those modules. What they made stays, as far as somebody holds it."""
    for name in names:
        if sys.modules.pop(name, None):  # asking for what was never there would leave its name behind for ever
            parent, _dot, last = name.rpartition(".")
            if hasattr(sys.modules.get(parent), last):
                delattr(sys.modules[parent], last)
    gc.collect()
