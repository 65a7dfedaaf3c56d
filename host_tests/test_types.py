"""The type checker finds nothing in the firmware, and finds what is put there."""

import ast
import re

import pytest

from tools import typecheck

# Where it errs: a file, a part of the line, a part of what it says, and why the line is right.
FALSE_ERRORS = (
    ("firmware/app/bring_up.py", "kind.__init__ = None", "is unsound", "nothing is made of it any more"),
    ("firmware/app/console.py", "in self.source:", 'Item "None"', "the turn has seen that a source is there"),
    ("firmware/app/loop.py", "lamp.tick(dt_ms)", '"dt_ms" may be undefined', "the first age is too old: it runs once"),
    ("firmware/app/timekeeping.py", "self.trouble = trouble", 'has type "None"', "None is only where it begins"),
    ("firmware/core/config.py", '("rtc", "sda", None, "bus")', "incompatible type", "the first row is not the model"),
    ("firmware/net/mqtt.py", "context.verify_mode", "has no attribute", "the stubs leave it out"),
    ("firmware/core/snapshot.py", "o.FIELDS", '"object" has no attribute', "all of them have it, and nothing else"),
)
# One mistake each: file, what stands there, what is put in its place, and a word of what is to be said.
SAMPLES = (
    ("firmware/app/loop.py", "import gc\n", "import itertools\n", 'module named "itertools"'),
    ("firmware/device/files.py", "import os\n", "import os.path\n", 'module named "os.path"'),
    ("firmware/app/start.py", "import select\n", "from firmware.app import selekt as select\n", '"selekt"'),
    ("firmware/device/origin.py", "machine.reset_cause()", "machine.reset_reason()", '"reset_reason"'),
    ("firmware/device/soc.py", "machine.WDT(timeout=timeout_ms)", "machine.WDT(timeout=1).deinit()", '"deinit"'),
    ("firmware/device/soc.py", "machine.WDT(timeout=timeout_ms)", "machine.WDT(timeout_s=1)", '"timeout_s"'),
    ("firmware/device/soc.py", "time.gmtime(0)[0]", 'time.strftime("%Y")', '"strftime"'),
    ("firmware/device/pins.py", "Pin.PULL_UP)", "Pin.PULLUP)", '"PULLUP"'),
    ("firmware/device/files.py", "os.stat(path)", "os.access(path)", '"access"'),
    ("firmware/app/start.py", "select.POLLIN)", "select.POLLRDHUP)", '"POLLRDHUP"'),
    ("firmware/app/loop.py", "time.sleep_ms(pace_ms", "time.sleep_msec(pace_ms", '"sleep_msec"'),
    ("firmware/app/loop.py", "self.parts.watchdog.feed()", "self.parts.watchdog.stop()", '"stop"'),
    ("firmware/app/loop.py", "self.parts.console.turn(transferring)", "self.parts.console.turn()", '"transferring"'),
    ("firmware/app/recall.py", "files.read(STATE, STATE_BYTES)", "files.read(STATE)", '"most"'),
    ("firmware/core/controller.py", "self.faults.wait(dt_ms)", "self.faults.wait()", '"dt_ms"'),
    ("firmware/core/permits.py", "c.faults.stand()", "c.faults.stands()", '"stands"'),
    ("firmware/core/changeover.py", "c.limits.pull_ms\n\n\ndef _v2l_parted", "c.limits.pull\n\n\ndef _v2l_parted",
     '"pull"'),
    ("firmware/core/governor.py", "self.entries.count(DAY_S)", 'self.entries.count("a day")', '"int"'),
    ("firmware/core/button.py", "        before_ms = self.held_ms\n", "        if raw:\n            before_ms = 0\n",
     "may be undefined"),
    ("boot.py", "os.rmdir(path)", "os.rmtree(path)", '"rmtree"'),
    ("main.py", "    finally:  # a", "        relays_off(1)\n    finally:  # a", "Too many arguments"),
    ("main.py", "if CRASHES >=", "if CRASH >=", '"CRASH"'),
)


@pytest.fixture(scope="module")
def found():
    return typecheck.check([sample[:3] for sample in SAMPLES])


def is_false(path, line, message):
    return [row for row in FALSE_ERRORS
            if row[0] == path and row[1] in line and row[2] in message]


def in_the_firmware(found):
    """The errors that no sample made, as (path, the line's text, message)."""
    return [(path, (typecheck.ROOT / path).read_text(encoding="utf-8").splitlines()[number - 1], message)
            for path, number, message in found if "_sample" not in path]


def test_the_type_checker_finds_nothing_in_the_firmware(found):
    assert [error for error in in_the_firmware(found) if not is_false(*error)] == []


@pytest.mark.parametrize("row", FALSE_ERRORS, ids=[row[0] for row in FALSE_ERRORS])
def test_every_false_error_is_still_one(found, row):
    assert any(row in is_false(*error) for error in in_the_firmware(found)), "no longer needed; take it from the list"


@pytest.mark.parametrize("number", range(len(SAMPLES)), ids=[sample[2][:40].strip() for sample in SAMPLES])
def test_a_mistake_is_found_where_it_is(found, number):
    path, old, _new, word = SAMPLES[number]
    source = (typecheck.ROOT / path).read_text(encoding="utf-8")
    at = source[: source.index(old)].count("\n") + 1
    made = typecheck.sample_path(number, path)
    said = [(line, message) for where, line, message in found if where == made]
    assert any(word in message and 0 <= line - at <= 3 for line, message in said), said


def test_what_the_checker_is_told_moves_no_line():
    text = 'class Parts:\n    """Doc."""\n\n\ndef f(c, dt_ms,\n      x):\n    return (lambda c: dt_ms)(c)\n'
    told = typecheck.told("firmware/x.py", text)
    fields = "".join(f"; {name}: '{meaning}'" for name, meaning in typecheck.PARTS.items())
    typed = text.replace('Doc."""', 'Doc."""' + fields)
    typed = typed.replace("(c, dt_ms,", "(c: 'firmware.core.controller.Controller', dt_ms: 'int',")
    assert told.startswith(typed) and told[len(typed):].startswith("import firmware.app.")
    assert typecheck.told("firmware/x.py", "def f(x):\n    pass\n") == "def f(x):\n    pass\n"


def test_every_meaning_is_used():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (typecheck.ROOT / "firmware").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    assert set(typecheck.MEANINGS) <= parameters
    assert set(typecheck.RECORDS) <= {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    filled = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
              and isinstance(node.value, ast.Name) and node.value.id == "parts"}
    assert set(typecheck.PARTS) == filled


def test_a_sample_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=re.escape("main.py has 0 times 'no such line'")):
        typecheck.check([("main.py", "no such line", "")])
