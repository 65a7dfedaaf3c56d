"""The same unit tables on real MicroPython: what passes on CPython alone says little about the board."""

import importlib
import pathlib
import subprocess
import sys

import pytest

from tools import micropython as interpreters

TABLES = sorted(path.stem for path in (pathlib.Path(__file__).parent / "tables").glob("[a-z]*.py"))


@pytest.mark.parametrize("table", TABLES)
def test_the_table_holds_on_micropython_and_says_the_same(table, micropython):
    module = "host_tests.tables." + table
    ran = micropython.run(f"import {module} as table\nprint(repr(table.run()))", timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == repr(importlib.import_module(module).run())


def test_the_interpreter_is_new_enough_and_says_its_word_length(micropython):
    ran = micropython.run("import sys; print(sys.implementation[0], sys.maxsize)")
    assert ran.stdout.split() == ["micropython", str((1 << micropython.bits - 1) - 1)]
    assert micropython.version >= interpreters.OLDEST


def test_the_heap_is_as_large_as_asked_for(micropython_32):
    ran = micropython_32.run("import gc; print(gc.mem_free() + gc.mem_alloc())", heapsize="80k")
    assert 70_000 < int(ran.stdout) <= 80 * 1024


def test_a_script_gets_its_arguments_and_can_import_the_firmware(micropython, tmp_path):
    script = tmp_path / "a script.py"
    script.write_text("import sys\nimport firmware.core.setup\nprint(sys.argv[1:])\n")
    assert micropython.run(script, ["one", "two"], cwd=tmp_path).stdout == "['one', 'two']\n"


def test_a_failing_script_is_told_by_its_exit_code(micropython):
    ran = micropython.run("raise ValueError('no')")
    assert ran.returncode == 1
    assert "ValueError: no" in ran.stdout + ran.stderr


def test_what_is_not_micropython_is_not_taken_for_it(tmp_path):
    impostor = tmp_path / "micropython"
    impostor.write_text("#!/bin/sh\necho hello\n")
    impostor.chmod(0o755)
    assert interpreters.probe([str(impostor)]) is None
    assert interpreters.probe([str(tmp_path / "nothing")]) is None


def test_python_says_what_it_found_when_asked(micropython):
    ran = subprocess.run([sys.executable, "-m", "tools.micropython"], cwd=interpreters.ROOT, capture_output=True,
                         text=True)
    assert ran.returncode == 0
    assert f"{micropython}: " in ran.stdout
