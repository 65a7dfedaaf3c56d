"""State machines broken on purpose: a copy of the changeover with other tables, and a controller that believes it.

The copies are built from the modules' own text under other names; what everything else imports stays as it is.
"""

import functools
import pathlib
import types

import firmware.core

FOLDER = pathlib.Path(firmware.core.__file__).parent


@functools.lru_cache(maxsize=None)
def code_of(name):
    return compile((FOLDER / (name + ".py")).read_text(encoding="utf-8"), "broken_" + name, "exec")


def copy_of(name):
    """A second, private instance of a module of the core."""
    made = types.ModuleType("broken_" + name)
    exec(code_of(name), made.__dict__)
    return made


def controller_with(gate=None, **changes):
    """A controller class whose changeover has these attributes instead of its own, and perhaps another gate."""
    broken = copy_of("changeover")
    broken.__dict__.update(changes)
    made = copy_of("controller")
    made.changeover = broken
    if gate:
        made.gate_module = types.SimpleNamespace(Gate=gate)
    return made.Controller


def retargeted(rows, phases):
    """Each row led to each phase it should not lead to."""
    for i, (phase, guard, target, reason) in enumerate(rows):
        for other in phases:
            if other != target:
                yield "%s to %d" % (reason, other), replaced(rows, i, (phase, guard, other, reason))


def careless(rows):
    """Each row deleted, or firing whenever its turn comes."""
    for i, (phase, _guard, target, reason) in enumerate(rows):
        yield "%s deleted" % reason, rows[:i] + rows[i + 1:]
        yield "%s always" % reason, replaced(rows, i, (phase, lambda c: True, target, reason))


def replaced(rows, i, row):
    return rows[:i] + (row,) + rows[i + 1:]


def outputs(table):
    """Each cell of an output table flipped, and whole tables of nonsense."""
    for phase, (pilot, guard) in enumerate(table):
        yield "pilot flipped in %d" % phase, replaced(table, phase, (1 - pilot, guard))
        yield "guard flipped in %d" % phase, replaced(table, phase, (pilot, 1 - guard))
    yield "all on", ((1, 1),) * len(table)
    yield "pilot always on", ((1, 0),) * len(table)
    yield "guard for pilot", tuple((guard, pilot) for pilot, guard in table)
    yield "guard with pilot", tuple((pilot, pilot) for pilot, _guard in table)
