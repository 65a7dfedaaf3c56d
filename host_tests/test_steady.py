"""The steady tick takes no memory, as far as its text can show it; and every form that would is noticed."""

import ast
import pathlib

import pytest

from host_tests import steady

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
         for path in sorted((ROOT / "firmware").rglob("*.py"))}
NAMES = steady.Names(TREES.values())
LISTED = {(path, name) for path, names in steady.STEADY.items() for name in names.split()}
RARELY = {row[:2] for row in steady.RARE}
NAMESAKES = set(steady.NAMESAKES)


def said(body, names=NAMES):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    [function] = steady.functions(ast.parse(f"def tick(self, a, b):\n{lines}"), ["tick"])
    return [sentence for _line, sentence in steady.allocations(function, names)]


@pytest.mark.parametrize("path", steady.STEADY)
def test_the_steady_tick_takes_no_memory(path):
    found = steady.functions(TREES[path], steady.STEADY[path].split())
    assert [f"{path}:{line}: {function.name}() {sentence}" for function in found
            for line, sentence in steady.allocations(function, NAMES)] == []


@pytest.mark.parametrize("path", [*steady.STEADY, "firmware/core/signals.py"])
def test_its_files_hold_small_integers_only(path):
    assert steady.large(TREES[path]) == []


def test_every_function_that_is_listed_exists_and_stands_in_one_list():
    for path, name in LISTED | RARELY | NAMESAKES:
        assert steady.functions(TREES[path], [name]), f"{path} has no {name}()"
    assert not LISTED & RARELY and not (LISTED | RARELY) & NAMESAKES


def test_whatever_the_steady_tick_calls_is_steady_or_rare():
    called = {name for path, listed in LISTED for function in steady.functions(TREES[path], [listed])
              for _line, name in steady.calls(function)}
    there = {(path, node.name) for path, tree in TREES.items() for node in ast.walk(tree)
             if isinstance(node, ast.FunctionDef) and node.name in called}
    assert there - LISTED - RARELY - NAMESAKES == set()
    assert (RARELY | NAMESAKES) - there == set(), "no longer called; take it from the list"


def test_what_stands_in_its_tables_is_steady():
    found = {(path, name) for path in steady.STEADY for name in steady.in_tables(TREES[path])}
    assert found - LISTED == {("firmware/device/lamp.py", "_bits")}  # which makes a table
    assert len(steady.in_tables(TREES["firmware/core/changeover.py"])) > 10


@pytest.mark.parametrize("body, word", [
    ("return a, b", "tuple"),
    ("a, b, c, d = b, a, b, a", "tuple"),
    ("return a in (FAULT, GRID)", "tuple"),
    ("for x in (a, b): pass", "tuple"),
    ("x = []", "list"),
    ("x = {}", "dict"),
    ("x = {a, b}", "set"),
    ("x = [y for y in a]", "comprehension"),
    ("x = any(y for y in a)", "comprehension"),
    ("x = lambda: a", "function"),
    ("x = (lambda: a)()", "function"),
    ("def inner(): return a", "function"),
    ("x = a[1:]", "slice"),
    ("a[:2] = b", "slice"),
    ("self.tell(*a)", "star"),
    ("self.tell(**a)", "star"),
    ("a, *b = self.rows", "star"),
    ("yield a", "generator"),
    ("from firmware.core import dates", "imports"),
    ("a /= 2", "float"),
    ("x = 0.5", "float"),
    ("x = f'{a}'", "text"),
    ("x = '%d' % a", "text"),
    ("x = 'a' + b", "text"),
    ("x = b * b'0'", "text"),
    ("x = '{}'.format(a)", "format"),
    ("for i, x in enumerate(a): pass", "enumerate"),
    ("for x, y in zip(a, b): pass", "zip"),
    ("x = any(a)", "any"),
    ("x = sorted(a)", "sorted"),
    ("x = str(a)", "str"),
    ("for key, x in a.items(): pass", "items"),
    ("x = a.split()", "split"),
    ("self.events.append(a)", "append"),
    ("x = range(3)", "range"),
    ("x = 3 in range(3)", "range"),
    ("x = range", "range"),
    ("x = self.is_transferring", "bound method"),
    ("self.show(self.is_transferring)", "bound method"),
    ("x = Inputs()", "'Inputs()' makes an object"),
    ("x = signals.Inputs()", "'Inputs()' makes an object"),
    ("x = a + 1_073_741_824", "2^30"),
    ("x = 1 << 30", "2^30"),
    ("x = 2 ** 31", "2^30"),
])
def test_a_form_that_takes_memory_is_noticed(body, word):
    assert any(word in sentence for sentence in said(body)), said(body)


def test_so_are_arguments_gathered_with_a_star():
    for text in ("def tick(*a): pass", "def tick(**a): pass"):
        [function] = steady.functions(ast.parse(text), ["tick"])
        assert [word for _line, word in steady.allocations(function, NAMES)] == ["takes its arguments with a star"]


@pytest.mark.parametrize("body", [
    "return a in (1, -2, 'x')",
    "a, b = b, a",
    "a, b, c = b, a, 1",
    "for i in range(len(a)): b += a[i]",
    "for _name, x, y in ROWS: x(y)",
    "return 1_073_741_823 - a % 1000 // 3",
    "self.is_transferring()",
    "self.contact.run_ms = min(a, self.ms_max) if a and not b else 0",
    "self.pin(self.on_level)",
    "try:\n    self.turn(a)\nfinally:\n    self.beat()",
])
def test_what_is_free_is_left_alone(body):
    assert said(body) == []


def test_a_large_integer_in_a_table_is_noticed():
    assert steady.large(ast.parse("A = 5\nLIMIT_MS = 1 << 31\n")) == [(2, "is an integer of 2^30 or more")]


def test_a_function_out_of_a_table_is_found_and_one_that_a_lambda_calls_is_not():
    text = "def f(): pass\ndef g(): pass\ndef h(): pass\nROWS = ((1, f), (2, lambda c: g()))\nX = 3\n"
    assert steady.in_tables(ast.parse(text)) == {"f"}


# Forms to be measured: `a` is a list of rows, `b` an integer, `o` an object.
TAKING = (
    "x = b, b", "w, x, y, z = b, 1, 2, 3", "x = b in (b, 2)", "x = []", "x = {}", "x = {b}",
    "x = [y for y in a]", "x = lambda: b", "x = a[1:]", "o.many(*a)", "x = f'{b}'", "x = '%d' % b",
    "x = 'text ' + o.name", "for i, x in enumerate(a): pass", "for x, y in zip(a, a): pass", "x = range(b)",
    "x = sorted(a)", "x = any(y for y in a)", "for x in o.table.items(): pass", "x = o.method", "x = Thing()",
    "x = o.big + 1_073_741_824",
)
FREE = (
    "x, y = b, 1", "x, y, z = b, 1, 2", "x = b in (1, 2)", "x = (1, -2)", "x = a[1]", "for x, y in a: pass",
    "for i in range(b): pass", "for x in o.table: pass", "o.method()", "o.one(x=b, y=b)", "o.field = b",
    "x = b + 1_073_741_823", "x = min(b, 5)", "try:\n    o.method()\nfinally:\n    o.field = 1",
)
MEASURE = r"""
import gc
class Thing:
    def __init__(self): self.field = 0
    def method(self): pass
    def one(self, x, y): pass
    def many(self, *rows): pass
o = Thing(); o.table = {1: 2}; o.name = "n"; o.big = 7; a = [(1, 2), (3, 4)]
gc.collect()
gc.disable()
for body in ("pass",) + BODIES:
    space = {"o": o, "a": a, "Thing": Thing}
    exec("def f(o, a, b):\n" + "".join(["    " + line + "\n" for line in body.split("\n")]), space)
    f = space["f"]
    f(o, a, 0)
    before = gc.mem_alloc()
    f(o, a, 0)
    print(gc.mem_alloc() - before)
"""


def test_real_micropython_says_the_same_of_these_forms(micropython_32):
    ran = micropython_32.run(f"BODIES = {TAKING + FREE!r}\n{MEASURE}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    taking = [body for body, line in zip(TAKING + FREE, ran.stdout.split()[1:]) if int(line) > 0]
    assert taking == list(TAKING)
    names = steady.Names([ast.parse(MEASURE)])
    assert [body for body in TAKING + FREE if said(body, names)] == taking
