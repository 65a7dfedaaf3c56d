"""The rules of the house as functions: each takes a file's syntax tree and its path, and returns what it finds as
(line, sentence) pairs. test_architecture.py says which files each rule is for, and shows each one biting.
"""

import ast
import io
import tokenize

# What MicroPython has on the board beside `machine`, `network` and `esp32`, which are the device layer's alone.
PLATFORM = ("_thread", "binascii", "collections", "errno", "gc", "hashlib", "io", "micropython", "os", "select",
            "socket", "ssl", "struct", "sys", "time", "tls")
# Where a file lies, and what it may import. The first row that fits counts; where none fits, anything may be imported.
LAW = (
    ("boot.py", ("machine", "os")),
    ("main.py", ("firmware", "machine", "time")),
    ("firmware/core/", ("firmware.core",)),
    ("firmware/device/", ("firmware.core", "firmware.device", "machine", "network", "esp32", *PLATFORM)),
    ("firmware/net/", ("firmware.core", "firmware.net", "umqtt", *PLATFORM)),
    ("firmware/app", ("firmware.build", "firmware.core", "firmware.device", "firmware.net", "firmware.app", *PLATFORM)),
    ("firmware/", ()),
)
# CPython's built-in names that MicroPython lacks. A missing exception is a NameError at the very moment it is needed.
MISSING_NAMES = frozenset("""
    BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError
    ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning
    EncodingWarning EnvironmentError ExceptionGroup FileExistsError FileNotFoundError FloatingPointError
    FutureWarning IOError ImportWarning InterruptedError IsADirectoryError ModuleNotFoundError
    NotADirectoryError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError
    RecursionError ReferenceError ResourceWarning RuntimeWarning SyntaxWarning SystemError TabError TimeoutError
    UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError UnicodeWarning UserWarning
    Warning aiter anext ascii breakpoint format vars""".split())
# Methods of str, bytes and int that MicroPython lacks.
MISSING_METHODS = frozenset("""
    as_integer_ratio bit_count bit_length capitalize casefold expandtabs format_map isalnum isascii isdecimal
    isidentifier isnumeric isprintable istitle ljust maketrans removeprefix removesuffix rjust swapcase title
    translate zfill""".split())
# What reaches out of the core, or hides from these rules.
OUTSIDE_NAMES = frozenset("print open input exec eval compile globals locals __import__".split())
# Calls that may stand at module level in the core: they give a constant from constants.
PURE_CALLS = frozenset("bytes frozenset len max min ord range sum tuple".split())


def imports_point_one_way(tree, path):
    """Every import is absolute, and is one the file's place allows; nothing but the tests imports host_tests."""
    allowed = next((row[1] for row in LAW if path.startswith(row[0])), None)
    for node, name in imported(tree):
        if name.startswith("."):
            yield node.lineno, f"'{name}' is a relative import; write it out from the project's folder"
        elif allowed is not None and not any(within(name, root) for root in allowed):
            yield node.lineno, f"imports '{name}'; allowed here: {', '.join(allowed) or 'nothing'}"
        elif within(name, "host_tests") and not path.startswith("host_tests/"):
            yield node.lineno, f"imports '{name}'; nothing but the tests may import host_tests"


def no_assert(tree, path):
    """MicroPython drops assert when it optimises, so it guards nothing."""
    return [(node.lineno, "assert guards nothing on the board; raise, or return a value")
            for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def no_missing_names(tree, path):
    return [(node.lineno, f"MicroPython has no '{node.id}'") for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id in MISSING_NAMES]


def no_missing_methods(tree, path):
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(function.lineno, f"MicroPython has no method '{function.attr}'") for function in called
            if isinstance(function, ast.Attribute) and function.attr in MISSING_METHODS]


def no_raise_from(tree, path):
    return [(node.lineno, "MicroPython has no 'raise from'; put the cause into the message")
            for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.cause]


def no_outside_world(tree, path):
    return [(node.lineno, f"'{node.id}' has no place in the core") for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id in OUTSIDE_NAMES]


def no_floats(tree, path):
    """Integers only: floats have 32 bits on the board and 64 on the host, and allocate."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            yield node.lineno, f"{node.value} is a float; the firmware counts in integers"
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            yield node.lineno, "'/' gives a float; use '//'"
        elif isinstance(node, ast.Name) and node.id in ("float", "complex"):
            yield node.lineno, f"'{node.id}' has no place in the firmware"


def no_module_state(tree, path):
    """Modules and classes hold constants only; what changes lives in objects that somebody made and owns."""
    for node in tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
            yield from _constants_only(node, named_in_capitals=True)
    modules = {alias.asname or alias.name.split(".")[0] for node in tree.body
               if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if not isinstance(inner, (ast.FunctionDef, ast.Pass)):
                    yield from _constants_only(inner, named_in_capitals=False)
        elif isinstance(node, ast.Global):
            yield node.lineno, f"'global {node.names[0]}' is state in a module"
        elif isinstance(node, ast.arguments):
            for default in [*node.defaults, *node.kw_defaults]:
                if default is not None and not _is_constant(default):
                    yield default.lineno, "a default that can change is state in a module"
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and _root(node) in modules:
            yield node.lineno, f"writes into '{_root(node)}', which is imported"


def _constants_only(node, named_in_capitals):
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return  # a docstring
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        yield node.lineno, "runs when the module is imported; put it in a function"
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    if named_in_capitals and not all(name.isupper() for name in names):
        yield node.lineno, f"'{', '.join(names)}' lives in the module, where only CONSTANTS may"
    if node.value is not None and not _is_constant(node.value):
        yield node.lineno, f"'{', '.join(names)}' is not a constant: no lists, dicts, sets or calls here"


def _is_constant(node):
    """Whether an expression gives something that nobody can change afterwards."""
    if isinstance(node, (ast.Constant, ast.Name, ast.Attribute, ast.Lambda)):
        return True
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in PURE_CALLS and all(
            isinstance(argument, ast.GeneratorExp) or _is_constant(argument) for argument in node.args)
    immutable = (ast.Tuple, ast.UnaryOp, ast.BinOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Subscript, ast.Slice,
                 ast.Starred, ast.JoinedStr, ast.FormattedValue)
    return isinstance(node, immutable) and all(
        _is_constant(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def _root(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def imported(tree):
    """Every import in a file as (node, dotted name); a relative one begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node, f"{base}.{alias.name}".replace("..", ".") if node.level else f"{base}.{alias.name}"


def within(name, root):
    return name == root or name.startswith(root + ".")


def cycle(graph):
    """The first circle found among modules {name: names it imports}, as a list that ends where it began; else None."""
    finished = set()

    def visit(name, trail):
        if name in trail:
            return [*trail[trail.index(name):], name]
        if name in finished:
            return None
        found = next(filter(None, (visit(other, [*trail, name]) for other in sorted(graph.get(name, ())))), None)
        finished.add(name)
        return found

    return next(filter(None, (visit(name, []) for name in sorted(graph))), None)


def code_lines(source):
    """The numbers of the lines that hold code: no blanks, comments or docstrings."""
    idle = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in idle:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            lines.difference_update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def oversized(source, path, file_lines, function_lines=40, parameters=5):
    """What has grown too large to be read at once, as sentences. `self` is not counted."""
    total = len(source.splitlines())
    if total > file_lines:
        yield f"{path}: {total} lines, more than {file_lines}"
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        length = node.end_lineno - node.lineno + 1
        if length > function_lines:
            yield f"{path}:{node.lineno}: {node.name}() has {length} lines, more than {function_lines}"
        names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > parameters:
            yield f"{path}:{node.lineno}: {node.name}() takes {count} parameters, more than {parameters}"
