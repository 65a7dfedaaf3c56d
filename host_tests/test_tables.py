"""The unit tables on CPython: each module of host_tests/tables has run(), which raises AssertionError when a row
fails."""

import importlib
import pathlib

import pytest

TABLES = sorted(path.stem for path in (pathlib.Path(__file__).parent / "tables").glob("[a-z]*.py"))


@pytest.mark.parametrize("table", TABLES)
def test_the_table_holds_on_cpython(table):
    importlib.import_module("host_tests.tables." + table).run()
