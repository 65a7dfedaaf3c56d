"""What the linker does not follow: a module in which it stands is refused, with a sentence, rather than linked wrongly.

What cannot be seen in a text is left to the tests: a name made of parts in one place and given to getattr in another,
or a method of one class called with an object of another.
"""

import ast
import builtins

from tools.link_modules import PACKAGE, at_the_top, bound, defined, header_of, is_import, is_ours
from tools.link_names import FOREIGN

BUILTINS = frozenset(dir(builtins))
AT_THE_TOP = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Expr, ast.Pass)
IN_A_CLASS = (ast.FunctionDef, ast.Assign, ast.Pass)
PARTS = (ast.Attribute, ast.Subscript)
STATEMENTS = (ast.Global, ast.Nonlocal, ast.AsyncFunctionDef, ast.NamedExpr, ast.Match, ast.AnnAssign)
DECORATORS = ("property", "staticmethod", "classmethod")
# They hand out names, or take them, or tell them.
TELLING = ("__dict__", "__doc__", "__file__", "__import__", "__module__", "__name__", "__qualname__", "dir", "eval",
           "exec", "firmware", "globals", "locals", "vars")  # fmt: skip
HIDES = "%s at the top of a module hides Python's own, in other modules too; give it another name"
BY_NAME = ("delattr", "getattr", "hasattr", "setattr")


def refuse_unfollowed(module, modules):
    """Raise Unlinkable for the first thing in a module that is not followed. `modules`: all, by dotted name."""
    for statement in module.tree.body:
        if not _is_simple(statement, AT_THE_TOP):
            module.refuse(statement, "at the top of a module nothing is followed but definitions, imports and calls")
        for name in defined(statement):
            if name in BUILTINS:
                module.refuse(statement, HIDES % name)
    for node in ast.walk(module.tree):
        if isinstance(node, STATEMENTS):
            module.refuse(node, f"{type(node).__name__} is not followed; do without")
        if isinstance(node, ast.ClassDef):
            _refuse_class(module, node)
        elif isinstance(node, ast.FunctionDef):
            _refuse_function(module, node)
        elif is_import(node):
            _refuse_import(module, node, modules)
        elif isinstance(node, ast.Call):
            _refuse_call(module, node)
        elif getattr(node, "id", getattr(node, "attr", "")) in TELLING and not _tells_a_failure(module, node):
            module.refuse(node, "this tells or takes names as they stand, and they get others; do without")


def _is_simple(statement, kinds):
    """One of those kinds; and what it assigns are plain names."""
    targets = [part for target in getattr(statement, "targets", ()) for part in ast.walk(target)]
    return isinstance(statement, kinds) and not any(isinstance(part, PARTS) for part in targets)


def _refuse_class(module, owner):
    """A name at a class's own level is looked for in the class first, where a short one could be found by mistake."""
    if owner not in module.tree.body:
        module.refuse(owner, "a class that is not at the top of its module is not followed")
    if owner.decorator_list or owner.keywords:
        module.refuse(owner, "what changes a class as it is made is not followed")
    for base in owner.bases:
        if ast.unparse(base).partition(".")[0] in module.own | set(module.names) | set(module.modules):
            module.refuse(base, f"{ast.unparse(base)} is a class of ours; only taking from MicroPython's is followed")
    for statement in owner.body:
        if not _is_simple(statement, IN_A_CLASS):
            module.refuse(statement, "in a class there are methods and plain assignments; nothing else is followed")
        level = header_of(statement) if isinstance(statement, ast.FunctionDef) else [statement]
        for name in [name for node in level for name in at_the_top(node)]:
            if isinstance(name.ctx, ast.Load) and name.id not in BUILTINS | {"micropython"}:
                module.refuse(name, f"{name.id} at a class's own level is not followed; use it inside a method")


def _tells_a_failure(module, node):
    """type(x).__name__ of what `except` has given a name: exceptions keep theirs."""
    failures = {node.name for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler)}
    return ast.unparse(node) in {f"type({name}).__name__" for name in failures}


def _refuse_function(module, function):
    for decorator in map(ast.unparse, function.decorator_list):
        if decorator not in DECORATORS and not decorator.startswith("micropython."):
            module.refuse(function, f"the decorators that are followed are {', '.join(DECORATORS)}")
    for node in ast.walk(function):
        for alias in node.names if is_ours(node) else ():
            if (alias.asname or alias.name) in bound(function):
                module.refuse(node, "what this imports is also a local name; give one of the two another name")


def _refuse_import(module, node, modules):
    if getattr(node, "level", 0) or node.names[0].name == "*":
        module.refuse(node, "an import says in full from where, and which names")
    for alias in node.names:
        name, here = getattr(node, "module", alias.name), alias.asname or alias.name
        if here in BUILTINS:
            module.refuse(node, HIDES % here)
        ours = modules.get(alias.name)  # named in full inside a function, it is only to be there
        if ours and ours.lead is ours and node not in module.tree.body and not alias.asname:
            continue
        if isinstance(node, ast.Import) and "." in name:
            module.refuse(node, f"'import {name}' is not followed; write 'from ... import ...'")
        if name.split(".")[0] not in (PACKAGE, *FOREIGN):
            module.refuse(node, f"what {name} has is not known; FOREIGN in tools/link_names.py lists what is")


def _refuse_call(module, node):
    if any(keyword.arg is None for keyword in node.keywords):
        module.refuse(node, "arguments are to have their names in the call, not in a dictionary")
    if getattr(node.func, "id", "") in BY_NAME:
        if any(isinstance(name, (ast.BinOp, ast.Call, ast.JoinedStr)) for name in node.args[1:2]):
            module.refuse(node, "a name that is made of parts is not followed; write it as one text")
