"""What the board does otherwise than the host: every file that runs there keeps the rules, and each rule bites."""

import ast
import pathlib

import pytest

from host_tests import rules_board as rules

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOST_ALONE = ("tools/sim/on_cpython.py",)
# What runs on a board, and the simulator, which runs on MicroPython as well.
PATHS = ["boot.py", "main.py", *sorted(path.relative_to(ROOT).as_posix() for folder in ("firmware", "tools/sim")
                                       for path in (ROOT / folder).rglob("*.py"))]
PATHS = [path for path in PATHS if path not in HOST_ALONE]
RULES = [rule for name, rule in vars(rules).items() if name.startswith("no_")]


def function_at(tree, line):
    """The name of the innermost function around a line."""
    around = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
              and node.lineno <= line <= node.end_lineno]
    return max(around, key=lambda node: node.lineno).name if around else ""


def findings(rule):
    """(path, function, line, sentence) of everything the rule finds."""
    trees = {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in PATHS}
    return [(path, function_at(tree, line), line, sentence)
            for path, tree in trees.items() for line, sentence in rule(tree, path)]


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_every_file_keeps_the_rule(rule):
    exempt = {row[:2]: row[3] for row in rules.EXEMPT if row[2] == rule.__name__}
    found = findings(rule)
    assert [f"{path}:{line}: {sentence}" for path, name, line, sentence in found if (path, name) not in exempt] == []
    assert set(exempt) <= {row[:2] for row in found}, "an exemption is no longer needed"
    assert all(exempt.values())


def test_every_exemption_is_from_a_rule():
    assert {row[2] for row in rules.EXEMPT} <= {rule.__name__ for rule in RULES}


BAD = [
    (rules.no_bool_taken_for_an_int, "isinstance(x, int)", "bool"),
    (rules.no_bool_taken_for_an_int, "isinstance(x, (int, str)) and isinstance(y, bool)", "bool"),
    (rules.no_keywords_to_built_ins, "b.decode(errors='ignore')", "'errors='"),
    (rules.no_keywords_to_built_ins, "n.to_bytes(length=2, byteorder='big')", "'length='"),
    (rules.no_keywords_to_built_ins, "print(x, flush=True)", "'flush='"),
    (rules.no_keywords_to_built_ins, "open(x, newline='')", "'newline='"),
    (rules.no_stepped_slices, "x[::-1]", "step"),
    (rules.no_stepped_slices, "x[::2]", "step"),
    (rules.no_reliance_on_the_order_of_dicts, "[k for k in x.keys()]", "keys"),
    (rules.no_reliance_on_the_order_of_dicts, "list(x.values())", "values"),
    (rules.no_reliance_on_the_order_of_dicts, "for k, v in x.items(): print(k)", "items"),
    (rules.no_reliance_on_the_order_of_dicts, "for k in {1: 2, 3: 4}: print(k)", "tuple"),
    (rules.no_sorting_by_keys, "sorted(x, key=len)", "equals"),
    (rules.no_sorting_by_keys, "x.sort(key=len)", "equals"),
    (rules.no_missing_attributes, "trouble.strerror", "'strerror'"),
    (rules.no_missing_attributes, "memoryview(b).cast('I')", "'cast'"),
    (rules.no_missing_attributes, "try: pass\n    except struct.error: pass", "'struct.error'"),
    (rules.no_missing_attributes, "try: pass\n    except (OSError, socket.timeout): pass", "'socket.timeout'"),
    (rules.no_missing_special_methods, "class A:\n        def __del__(self): pass", "__del__"),
    (rules.no_missing_special_methods, "class A:\n        def __format__(self, how): pass", "__format__"),
    (rules.no_waiting_for_locks, "lock.acquire()", "waits for ever"),
    (rules.no_waiting_for_locks, "lock.acquire(True, 5)", "waits for ever"),
    (rules.no_waiting_for_locks, "lock.acquire(timeout=5)", "waits for ever"),
    (rules.no_time_outs_of_encrypted_sockets, "s = ssl.wrap_socket(raw)\n    s.settimeout(5)", "settimeout"),
    (rules.no_time_outs_of_encrypted_sockets, "x.s = context.wrap_socket(y)\n    x.s.settimeout(5)", "settimeout"),
    (rules.no_sums_with_ticks, "time.ticks_ms() - x", "ticks_diff"),
    (rules.no_sums_with_ticks, "x.at_ms = time.ticks_ms()\n    return y > x.at_ms", "ticks_diff"),
    (rules.no_sums_with_ticks, "y = time.ticks_ms()\n    y += 5", "ticks_diff"),
    (rules.no_numbers_of_errors, "x.errno == 110", "numbers"),
    (rules.no_numbers_of_errors, "x.errno in (5, 110)", "numbers"),
    (rules.no_other_codecs, "b.decode('latin-1')", "latin-1"),
    (rules.no_other_codecs, "str(b, 'utf-16')", "utf-16"),
]


def said(rule, body):
    return [sentence for _line, sentence in rule(ast.parse(f"def f(x, y, b, n, lock):\n    {body}\n"), "main.py")]


@pytest.mark.parametrize("rule, body, word", BAD, ids=[f"{row[0].__name__}-{row[1][:30]!r}" for row in BAD])
def test_the_rule_bites(rule, body, word):
    assert any(word in sentence for sentence in said(rule, body)), said(rule, body)


def test_every_rule_has_a_sample_it_bites():
    assert {row[0] for row in BAD} == set(RULES)


GOOD = """
class Thing:
    def __init__(self, raw, lock):
        self.at_ms = time.ticks_ms()
        self.socket = ssl.wrap_socket(raw)
        raw.settimeout(5)
        if lock.acquire(False):
            print(raw, end="")


def words(thing, data, now_ms):
    if isinstance(data, bool) or not isinstance(data, (int, str)):
        return sorted(thing.table.items()), max(thing.table.values()), 3 in thing.table.values()
    if data is True or isinstance(data, int):
        return [key for key in sorted(thing.table)], sum([n for n in thing.table.values()])
    if time.ticks_diff(time.ticks_ms(), thing.at_ms) > 5 and now_ms - 5 > 0:
        return {value: key for key, value in thing.table.items()}, dict(thing.table.items())
    try:
        return str(data[1:-1], "utf-8"), data.encode("ascii"), data.decode("utf-8", "ignore"), bytes(5)
    except OSError as trouble:
        return trouble.errno == errno.ETIMEDOUT, dict(count=1), open("x", mode="rb"), thing.call(flush=True)
"""


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_the_rule_leaves_good_code_alone(rule):
    assert list(rule(ast.parse(GOOD), "main.py")) == []
