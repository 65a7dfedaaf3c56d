"""What runs in every turn of the loop, and the forms that take memory there.

A steady tick allocates nothing: otherwise the collector runs when it likes, in the middle of a transfer too. Free are
constants, rows unpacked in a `for`, two or three values assigned at once, `range` in a `for`, calls, attributes and
integers below 2^30.
"""

import ast

# The functions of every turn, by file. Whatever has the name of something they call is here too, or in RARE, or in
# NAMESAKES.
STEADY = {
    "firmware/app/console.py": "turn _listen _is_waiting",
    "firmware/app/keepsake.py": "watch",
    "firmware/app/loop.py": "turn _decide _pass _do_slow_things _note_time _is_healthy",
    "firmware/core/ages.py": "grow count",
    "firmware/core/button.py": "step _turned was_turned_back",
    "firmware/core/changeover.py": """_latched _not_latched _service_wanted _service_over _started _entry_confirmed
        _entry_lost _mark_written _mark_failed _must_leave _grid_parted _v2l_made _v2l_parted _release_over _grid_made
        _pull_over next_row""",
    "firmware/core/clock.py": "advance error_s is_ageing known_s",
    "firmware/core/contacts.py": "see watch lately is_for settled settled_or_unfitted",
    "firmware/core/controller.py": """step _see _time_transfer _transfer_ms_max _wait _supervise _pass _weigh wants_mark
        is_transferring is_breaking_grid is_making_v2l is_on_v2l is_in_service is_grid_dead show show_clock""",
    "firmware/core/faults.py": "standing stand is_latched last wait grow",
    "firmware/core/gate.py": "decide _waived _pilot_may _guard_may",
    "firmware/core/governor.py": "grow weigh stood_alone",
    "firmware/core/holds.py": "any wait is_over",
    "firmware/core/permits.py": """_no_fault _not_in_service _self_check _no_hold _enabled _still_enabled _clock
        _schedule _no_charge_window _not_charging _still_not_charging _car _car_still _soc _soc_still _budget _at_rest
        _dwelt _governor _started weigh may_enter may_stay""",
    "firmware/core/plan.py": "holds_at says_v2l",
    "firmware/core/proof.py": "left_s is_old",
    "firmware/core/reports.py": "grow soc_known soc_at_least says_charging",
    "firmware/core/stay.py": "run use new_day in_budget schedule_says",
    "firmware/core/supervision.py": "waives keeps_away wait",
    "firmware/core/transfer.py": "watch feed end",
    "firmware/core/watch.py": """enabled see commanded _both_closed _km2_stuck _km2_uncommanded _guard_stuck
        _km1_not_open _bond_stuck _bond_missing _readback _chatter _km1_not_closed _grid_dead judge _judge_pull
        _judge_drop _judge_supply""",
    "firmware/device/lamp.py": "_latched show tick",
    "firmware/device/pins.py": "__call__ read write obey beat",
}
# What they call only when something has happened, or once a second: file, function, and when.
RARE = (
    ("firmware/app/console.py", "_take", "a character has come"),
    ("firmware/app/console.py", "_go_on", "an answer is being given"),
    ("firmware/app/console.py", "_speak", "an answer is being given"),
    ("firmware/app/loop.py", "_slow", "once a second, and never during a transfer"),
    ("firmware/app/storage.py", "mark", "an entry comes, all outputs off"),
    ("firmware/app/keepsake.py", "save", "a latch or a hold changes, or an entry comes"),
    ("firmware/device/rtcmem.py", "save", "a latch or a hold changes, or an entry comes"),
    ("firmware/core/controller.py", "marked", "an entry comes, all outputs off"),
    ("firmware/core/controller.py", "_enter", "the phase changes"),
    ("firmware/core/controller.py", "distrust", "something in the board itself has gone wrong"),
    ("firmware/core/controller.py", "note", "there is something to tell"),
    ("firmware/core/controller.py", "happen", "a fault is seen"),
    ("firmware/core/controller.py", "latch", "a fault is seen"),
    ("firmware/core/controller.py", "hold_changed", "a hold ends"),
    ("firmware/core/controller.py", "begin_supervision", "a supervised window is opened"),
    ("firmware/core/controller.py", "end_supervision", "a supervised window ends"),
    ("firmware/core/clock.py", "contradict", "the clock is found to be wrong"),
    ("firmware/core/faults.py", "happen", "a fault is seen"),
    ("firmware/core/faults.py", "latch", "a fault is seen"),
    ("firmware/core/faults.py", "excuse", "a dropped contactor turns out to be an outage"),
    ("firmware/core/button.py", "_pressed", "somebody is at the button"),
    ("firmware/core/button.py", "_released", "somebody is at the button"),
    ("firmware/core/button.py", "disown", "somebody is at the button"),
    ("firmware/core/gestures.py", "heed", "somebody is at the button"),
    ("firmware/core/gestures.py", "_pressed", "somebody is at the button"),
)
# What has the name of something they call, and is not it.
NAMESAKES = (
    ("firmware/net/orders.py", "read"),
    ("firmware/net/pause.py", "is_over"),
    ("firmware/net/sntp.py", "ask"),
    ("firmware/net/thread.py", "run"),
    ("firmware/net/wire.py", "read"),
    ("firmware/net/wire.py", "write"),
    ("firmware/app/loop.py", "run"),
    ("firmware/core/clock.py", "_take"),
    ("firmware/core/jsontext.py", "read"),
    ("firmware/core/jsonwrite.py", "write"),
    ("firmware/core/zonetext.py", "read"),
    ("firmware/core/zonetext.py", "run"),
    ("firmware/device/ds3231.py", "read"),
    ("firmware/device/files.py", "read"),
    ("firmware/device/journal.py", "last"),
)

SMALL = 1 << 30
CALLS = frozenset("""
    all any bin bytearray bytes dict divmod enumerate filter format frozenset hex iter list map memoryview oct open
    print repr reversed set slice sorted str sum tuple zip""".split())
METHODS = frozenset("""
    append center copy decode encode extend format hex insert items join keys lower lstrip partition pack readline
    replace rpartition rsplit rstrip setdefault split splitlines strip to_bytes unpack update upper values""".split())
SENTENCES = (
    ((ast.List, ast.Set, ast.Dict), "makes a list, a set or a dict"),
    ((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), "is a comprehension"),
    ((ast.Lambda, ast.FunctionDef, ast.ClassDef), "makes a function or a class"),
    ((ast.Slice,), "makes a slice"),
    ((ast.Starred,), "gathers or spreads with a star"),
    ((ast.Yield, ast.YieldFrom, ast.Await), "is a generator"),
    ((ast.Import, ast.ImportFrom), "imports"),
    ((ast.Div,), "'/' makes a float"),
)


class Names:
    """What the firmware's files define: names of classes, of methods, and of fields."""

    def __init__(self, trees):
        nodes = [node for tree in trees for node in ast.walk(tree)]
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        self.fields = {node.attr for node in nodes
                       if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
        self.methods = {inner.name for node in classes for inner in node.body if isinstance(inner, ast.FunctionDef)}
        self.classes = {node.name for node in classes}


def functions(tree, names):
    """The functions of a file with these names, wherever they stand."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names]


def allocations(function, names):
    """(line, sentence) of every form in a function that takes memory."""
    free = _free(function)
    for node in ast.walk(function):
        if node is not function and node not in free:
            sentence = _plain(node) or _of_values(node) or _of_calls(node, names) or _of_attributes(node, names)
            if sentence:
                yield getattr(node, "lineno", function.lineno), sentence
    if function.args.vararg or function.args.kwarg:
        yield function.lineno, "takes its arguments with a star"


def calls(function):
    """(line, bare name) of everything it calls."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.lineno, node.func.id if isinstance(node.func, ast.Name) else node.func.attr


def _free(function):
    """The nodes that look like one of the forms and cost nothing where they stand."""
    free = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_exchange(node):
            free.add(node.value)
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Call):
            free.add(node.iter.func)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            free.add(node.func)
    return free


def _is_range(node):
    return isinstance(node, ast.Name) and node.id == "range"


def _is_exchange(node):
    target, value = node.targets[0], node.value
    return isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(value.elts) in (2, 3)


def _plain(node):
    return next((sentence for kinds, sentence in SENTENCES if isinstance(node, kinds)), None)


def _of_values(node):
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and not _is_constant(node):
        return "makes a tuple"
    if isinstance(node, ast.JoinedStr) or isinstance(node, ast.BinOp) and (_is_text(node.left) or _is_text(node.right)):
        return "makes a text"
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return "is a float"
    return "is an integer of 2^30 or more" if _size(node) >= SMALL else None


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def _size(node):
    """The value of a number, or of two of them shifted or raised; of anything else 0."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.LShift, ast.Pow)):
        left, right = _size(node.left), _size(node.right)
        return left << right if isinstance(node.op, ast.LShift) else left**right
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else 0


def _is_constant(node):
    """A tuple that the compiler keeps ready. A name in it, even that of a constant, has to be looked up."""
    if isinstance(node, ast.Tuple):
        return all(_is_constant(element) for element in node.elts)
    return isinstance(node, ast.Constant) or isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)


def _of_calls(node, names):
    if not isinstance(node, ast.Call):
        return None
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if isinstance(node.func, ast.Name) and name in CALLS or name in names.classes:
        return f"'{name}()' makes an object"
    if isinstance(node.func, ast.Attribute) and name in METHODS:
        return f"'.{name}()' makes an object"
    if any(keyword.arg is None for keyword in node.keywords):
        return "gathers or spreads with a star"
    return None


def _of_attributes(node, names):
    if _is_range(node):
        return "keeps a range"
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in names.methods - names.fields:
        return f"keeps the bound method '{node.attr}'"
    return None


def large(tree):
    """(line, sentence) of every integer in a file that does not fit a small one."""
    return [(node.lineno, _of_values(node)) for node in ast.walk(tree) if _size(node) >= SMALL]


def in_tables(tree):
    """Names of the file's functions that stand in its tables, but for what a lambda there calls."""
    tables = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    inside = {inner for table in tables for node in ast.walk(table) if isinstance(node, ast.Lambda)
              for inner in ast.walk(node)}
    found = {node.id for table in tables for node in ast.walk(table)
             if isinstance(node, ast.Name) and node not in inside}
    return found & {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
