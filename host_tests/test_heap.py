"""What the firmware takes of the board's memory, as 32-bit MicroPython counts it."""

import graphlib

import pytest

from tools import budgets, heap


TABLES = 20 + 40 + 80 + 160 + 320


@pytest.fixture(scope="module")
def found(micropython_32):
    return budgets.measured(micropython_32)


def test_the_firmware_keeps_within_every_budget(found, figure):
    assert set(found) == {key for key, _words, _limit in budgets.BUDGETS}
    for line in budgets.table(found):
        figure("budget: " + line)
    assert {key: found[key] for key, _words, limit in budgets.BUDGETS if found[key] > limit} == {}
    assert 0 < found["heap.running"] < found["heap.smallest"]


def test_the_names_fit_into_the_tables_that_the_interpreter_makes_for_them(micropython_32, figure):
    """For 20, 40, 80, 160 and 320 of them. The next is for 640, and takes 4.5 KB at once."""
    names = heap.names(micropython_32)
    figure(f"names that the board keeps for ever: {names} of {TABLES}")
    assert 400 < names < TABLES - 20


def test_the_readme_tells_what_is_measured(found, micropython_32):
    """To two per cent: a little moves with every change."""
    _before, _mark, told = (budgets.ROOT / "README.md").read_text().partition("<!-- measured: budgets -->\n```\n")
    title, _head, *lines = told.partition("\n```")[0].splitlines()
    if title != f"bytes, on {micropython_32}":
        pytest.skip(f"the README's figures are those of another MicroPython: {title}")
    assert [line.rsplit(None, 2)[0] for line in lines] == [words for _key, words, _limit in budgets.BUDGETS]
    for line, (key, words, limit) in zip(lines, budgets.BUDGETS, strict=True):
        measured, budget = (int(word) for word in line.split()[-2:])
        assert budget == limit and abs(measured - found[key]) <= found[key] // 50, (words, found[key])


def test_every_file_of_the_build_counts(found):
    files = {path: len(data) for path, data in heap.flash().items() if path not in budgets.NOT_OF_THE_BUILD}
    assert sum(size for key, size in found.items() if key.startswith("file.")) == sum(files.values())
    assert set(budgets.FILES) <= set(files)


def test_a_module_is_charged_with_itself_alone(micropython_32):
    sizes = heap.by_module(micropython_32)
    assert all(size > 0 for size in sizes.values()) and not set(sizes) & set(heap.BRIEF)
    assert {"firmware.core.controller", "firmware.app.loop", "firmware.device.pins"} <= set(sizes)
    assert sum(sizes.values()) < 2 * heap.running(micropython_32)


def test_modules_come_after_those_they_import():
    sources = {"a/__init__.py": b"", "a/b.py": b"from a import c\n", "a/c.py": b"from a.d import x\n",
               "a/d.py": b"import gc\nfrom e import y\n\n\ndef f():\n    from a import b\n"}
    assert heap.in_order(sources) == ["a", "a.d", "a.c", "a.b"]
    with pytest.raises(graphlib.CycleError):
        heap.in_order({"b.py": b"from c import x", "c.py": b"from b import x"})


def test_a_budget_that_is_passed_is_told_by_the_command(monkeypatch, micropython_32, capsys):
    found = {key: limit for key, _words, limit in budgets.BUDGETS}
    monkeypatch.setattr(budgets, "measured", lambda interpreter: found)
    monkeypatch.setattr(heap, "by_module", lambda interpreter: {})
    assert budgets.main([]) == 0
    found["turn.steady"] = 1
    assert budgets.main([]) == 1 and "steady" in capsys.readouterr().out
