"""The gate and a supervised window: what it believes of what the core says has been waived, and for how long."""

import pytest

from firmware.core import gate, signals, supervision
from host_tests.test_gate import ENTRY, STAY, WAIVABLE, made

LACKING = {"entry": ENTRY ^ WAIVABLE, "stay": STAY ^ WAIVABLE}


def ask(g, pilot=1, guard=0, waived=WAIVABLE, cable_ms=0, dt_ms=20, **lacking):
    """The pilot, where a permit that may be waived is lacking and another one perhaps."""
    request, inputs = signals.Request(), signals.Inputs()
    request.pilot, request.guard, request.waived = pilot, guard, waived
    request.entry, request.stay = [lacking.get(name, LACKING[name]) for name in ("entry", "stay")]
    inputs.cable_ms = cable_ms
    g.decide(request, inputs, dt_ms)
    return g.pilot


def entered(two_relays=False):
    g = made(two_relays)
    assert ask(g) == 1
    return g


def test_what_is_waived_is_not_asked_for_on_the_way_in_nor_afterwards():
    g = entered()
    assert [ask(g) for _ in range(20)] == [1] * 20 and not g.leaving_ms


def test_without_it_the_same_is_refused():
    assert ask(made(False), waived=0) == 0
    g = entered()
    assert ask(g, waived=0) == 0


@pytest.mark.parametrize("bit", [0b0001, 0b0100, 0b1000])
def test_nothing_else_can_be_waived(bit):
    assert ask(made(False), waived=WAIVABLE | bit, entry=LACKING["entry"] & ~bit, stay=LACKING["stay"] & ~bit) == 0
    if bit & STAY:
        assert ask(entered(), waived=WAIVABLE | bit, stay=LACKING["stay"] & ~bit) == 0


def test_what_only_entering_needs_is_needed_for_entering_alone():
    assert ask(made(False), entry=LACKING["entry"] & ~0b1000) == 0
    assert ask(entered(), entry=LACKING["entry"] & ~0b1000) == 1


@pytest.mark.parametrize("cable_ms, pilot", [(gate.SILENT_MS, 1), (gate.SILENT_MS + 1, 0)])
def test_it_looks_for_itself_whether_the_cable_speaks(cable_ms, pilot):
    assert ask(made(False), cable_ms=cable_ms) == pilot
    assert ask(entered(), cable_ms=cable_ms) == pilot


def test_it_counts_for_itself_how_long_a_window_has_lasted():
    g = entered()
    g.waived_ms = gate.WINDOW_MS - 41
    assert [ask(g) for _ in range(4)] == [1, 1, 0, 0]
    assert g.waived_ms == gate.WINDOW_MS


def test_whatever_the_step_it_does_not_believe_in_more_than_a_window():
    assert ask(made(False), dt_ms=gate.WINDOW_MS) == 0 and ask(made(False), dt_ms=gate.WINDOW_MS - 1) == 1


def test_a_window_that_is_over_counts_anew():
    g = entered()
    g.waived_ms = gate.WINDOW_MS - 1
    ask(g, pilot=0, waived=0)
    assert g.waived_ms == 0 and ask(g) == 1 and g.waived_ms == 20


def test_with_two_relays_the_guard_goes_first_when_it_is_over():
    g = made(True)
    for guard in (0,) * 20 + (1,):
        ask(g, 1, guard)
    assert (g.pilot, g.guard) == (1, 1)
    ask(g, 1, 0, cable_ms=gate.SILENT_MS + 1)
    assert (g.pilot, g.guard) == (1, 0) and g.leaving_ms


def test_it_has_the_same_figures_as_the_core_and_waives_two_permits():
    assert (gate.SILENT_MS, gate.WINDOW_MS) == (supervision.SILENT_MS, supervision.WINDOW_MS)
    assert bin(supervision.WAIVABLE).count("1") == 2
