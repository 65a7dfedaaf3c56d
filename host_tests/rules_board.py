"""What passes on the host and fails, or answers otherwise, on the board: rules like those of architecture.py.

The compiler for the board refuses what MicroPython cannot parse, and the type checker what its modules lack. These are
for the rest that can be told from the text.
"""

import ast

# Built-in functions and methods that take keywords on the host; on the board all values stand in their places.
NO_KEYWORDS = frozenset("""
    center count decode encode endswith find from_bytes index join replace rfind rindex rsplit split splitlines
    startswith strip sum to_bytes""".split())
FEWER_KEYWORDS = {"print": ("sep", "end", "file"), "open": ("mode", "encoding")}
MISSING_ATTRIBUTES = frozenset("""
    __annotations__ __cause__ __context__ __kwdefaults__ __mro__ __traceback__ __wrapped__ add_note cast nbytes
    strerror tobytes tolist with_traceback""".split())
# Exceptions that modules have on the host only. A handler that names one fails at the moment it is needed.
MISSING_EXCEPTIONS = frozenset("""
    binascii.Error json.JSONDecodeError os.error select.error socket.error socket.gaierror socket.herror
    socket.timeout ssl.CertificateError ssl.SSLEOFError ssl.SSLError ssl.SSLWantReadError struct.error
    zlib.error""".split())
SPECIAL_METHODS = frozenset("""
    __init__ __new__ __call__ __enter__ __exit__ __iter__ __next__ __getitem__ __setitem__ __delitem__ __len__
    __contains__ __eq__ __lt__ __le__ __gt__ __ge__ __ne__ __add__ __sub__ __bool__ __hash__ __repr__ __str__
    __getattr__""".split())
ORDERLESS = frozenset("all any dict frozenset len max min set sorted sum".split())
CODECS = ("utf-8", "ascii")

# Where a rule does not hold: file, function, rule, and why not there.
EXEMPT = (
    ("firmware/core/config.py", "_setup", "no_reliance_on_the_order_of_dicts", "each sets a field of its own"),
    ("firmware/core/record.py", "_day", "no_bool_taken_for_an_int", "no bool is below zero"),
    ("tools/sim/board.py", "is_on", "no_reliance_on_the_order_of_dicts", "one relay has the name"),
    ("tools/sim/files.py", "__init__", "no_reliance_on_the_order_of_dicts", "each is a file of its own"),
    ("tools/sim/on_micropython.py", "_leave", "no_reliance_on_the_order_of_dicts", "each is a module of its own"),
    ("tools/sim/plant.py", "change", "no_reliance_on_the_order_of_dicts", "each sets a field of its own"),
    ("tools/sim/sockets.py", "poll", "no_reliance_on_the_order_of_dicts", "whichever of them is ready"),
    ("tools/sim/world.py", "_plant", "no_reliance_on_the_order_of_dicts", "each sets a field of its own"),
)


def no_bool_taken_for_an_int(tree, path):
    """isinstance(True, int) is false on the board, so whoever asks for an int says what becomes of a bool."""
    for function in _functions(tree):
        told = {ast.unparse(value) for value in _told_bools(function)}
        for node in _calls(function, "isinstance"):
            kinds = {kind.id for kind in ast.walk(node.args[1]) if isinstance(kind, ast.Name)}
            if "int" in kinds and "bool" not in kinds and ast.unparse(node.args[0]) not in told:
                yield node.lineno, "a bool is an int here and none on the board; say what becomes of one"


def _told_bools(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            if getattr(node.args[1], "id", "") == "bool":
                yield node.args[0]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            if isinstance(node.comparators[0], ast.Constant) and isinstance(node.comparators[0].value, bool):
                yield node.left


def no_keywords_to_built_ins(tree, path):
    for node in _calls(tree):
        name = _name(node.func)
        for keyword in node.keywords:
            if name in NO_KEYWORDS or keyword.arg not in FEWER_KEYWORDS.get(name, (keyword.arg,)):
                yield node.lineno, f"MicroPython's {name}() knows no '{keyword.arg}='"


def no_stepped_slices(tree, path):
    """MicroPython steps through a list but not through a str, bytes or a tuple, and writes into no list that way."""
    return [(node.lineno, "MicroPython has no slice with a step of str, bytes or tuple; use range() or reversed()")
            for node in ast.walk(tree) if isinstance(node, ast.Slice) and node.step is not None]


def no_reliance_on_the_order_of_dicts(tree, path):
    """A dict has no order on the board, so whatever goes through one either sorts it or needs no order."""
    free = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.DictComp, ast.SetComp)):
            free.update(generator.iter for generator in node.generators)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ORDERLESS:
            free.update(node.args)
            free.update(generator.iter for argument in node.args for generator in getattr(argument, "generators", ()))
        elif isinstance(node, ast.Compare):
            free.update(node.comparators)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node not in free and not node.args:
            if node.func.attr in ("items", "keys", "values", "popitem"):
                yield node.lineno, f"a dict has no order on the board: sort its {node.func.attr}(), or say why not"
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.iter, (ast.Dict, ast.Set)):
            yield node.iter.lineno, "a dict has no order on the board; use a tuple"


def no_sorting_by_keys(tree, path):
    """Sorting is not stable on the board: what is equal by its key comes in any order."""
    return [(node.lineno, "the board's sort keeps no order among equals; sort whole tuples") for node in _calls(tree)
            if _name(node.func) in ("sorted", "sort") and any(keyword.arg == "key" for keyword in node.keywords)]


def no_missing_attributes(tree, path):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = f"{_name(node.value)}.{node.attr}"
            if node.attr in MISSING_ATTRIBUTES or dotted in MISSING_EXCEPTIONS:
                yield node.lineno, f"MicroPython has no '{dotted if dotted in MISSING_EXCEPTIONS else node.attr}'"


def no_missing_special_methods(tree, path):
    return [(node.lineno, f"MicroPython never calls {node.name}() by itself") for node in _functions(tree)
            if node.name.startswith("__") and node.name.endswith("__") and node.name not in SPECIAL_METHODS]


def no_waiting_for_locks(tree, path):
    """The board's acquire() takes a time-out and waits for ever all the same, deaf even to Ctrl-C."""
    for node in _calls(tree, "acquire"):
        if node.keywords or [getattr(argument, "value", None) for argument in node.args] != [False]:
            yield node.lineno, "acquire() waits for ever on the board; use acquire(False)"


def no_time_outs_of_encrypted_sockets(tree, path):
    """Only the plain socket underneath has settimeout()."""
    wrapped = {ast.unparse(target) for target in _assigned(tree, ("wrap_socket",))}
    for node in _calls(tree, "settimeout"):
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in wrapped:
            yield node.lineno, "an encrypted socket has no settimeout() on the board; keep the plain one for that"


def no_sums_with_ticks(tree, path):
    """Ticks begin again at 0 after twelve days: only ticks_diff() and ticks_add() know how to reckon with them."""
    readings = ("ticks_ms", "ticks_us", "ticks_cpu", "ticks_add")
    fields = {ast.unparse(target) for target in _assigned(tree, readings) if isinstance(target, ast.Attribute)}
    for function in _functions(tree):
        ticks = fields | {ast.unparse(target) for target in _assigned(function, readings)}
        for node in ast.walk(function):
            values = []
            if isinstance(node, ast.BinOp):
                values = [node.left, node.right]
            elif isinstance(node, ast.AugAssign):
                values = [node.target, node.value]
            elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
                values = [node.left, *node.comparators]
            for value in values:
                if ast.unparse(value) in ticks or isinstance(value, ast.Call) and _name(value.func) in readings:
                    yield node.lineno, "ticks begin again at 0; use ticks_diff() or ticks_add()"


def no_numbers_of_errors(tree, path):
    """They differ between the host and the board."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and "errno" in (_name(node.left), _name(getattr(node.left, "value", node))):
            if any(isinstance(value, ast.Constant) and isinstance(value.value, int) for side in node.comparators
                   for value in ast.walk(side)):
                yield node.lineno, "errors have other numbers on the board; take them from errno"


def no_other_codecs(tree, path):
    for node in _calls(tree):
        if _name(node.func) in ("encode", "decode", "str", "bytes"):
            place = 0 if isinstance(node.func, ast.Attribute) else 1
            codec = node.args[place] if len(node.args) > place else None
            if isinstance(codec, ast.Constant) and isinstance(codec.value, str) and codec.value not in CODECS:
                yield node.lineno, f"the board knows {' and '.join(CODECS)}, not '{codec.value}'"


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _calls(tree, name=None):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name in (None, _name(node.func))]


def _name(node):
    """The last part of a name: of `a.b.c`, c."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _assigned(tree, names):
    """Targets that are given what a call of one of these names answers."""
    return [target for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            and _name(node.value.func) in names for target in node.targets]

