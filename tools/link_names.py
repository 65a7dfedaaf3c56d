"""Short names for the linked firmware: which names may get one, and which one.

An attribute gets the same short name everywhere, since nobody can tell from the text whose it is. It keeps its own if
something else could mean it: what boot.py, main.py and the tools that look into a running board say, what MicroPython's
own modules and types have and what a class that takes from them says, and whatever stands anywhere as a text.
"""

import ast
import builtins
import collections
import functools
import importlib.util
import io
import itertools
import keyword
import pathlib
import re
import string
import types

from tools.link_modules import SCOPES, assigned, attribute, attributes, bound, identifiers

FOREIGN = ("_thread", "binascii", "errno", "esp32", "gc", "hashlib", "io", "machine", "micropython", "network",
           "ntptime", "os", "select", "socket", "ssl", "struct", "sys", "time", "tls", "umqtt")  # fmt: skip
LETTERS = string.ascii_lowercase


def short():
    """Short names, the shortest first."""
    for length in itertools.count(1):
        for letters in itertools.product(LETTERS, repeat=length):
            yield "".join(letters)


@functools.cache
def foreign():
    """Every name that MicroPython's own modules and types have, by the stubs, and by Python for what they share."""
    names = set(dir(builtins))
    for kind in (*vars(builtins).values(), io.FileIO, io.TextIOWrapper, types.GeneratorType):
        names |= set(dir(kind))
    mypy = importlib.util.find_spec("mypy")  # the stubs lie beside it
    packages = pathlib.Path(mypy.submodule_search_locations[0]).parent
    for module in FOREIGN:
        stubs = [path for folder in (packages, packages / "stdlib")
                 for path in (*folder.glob(f"{module}.pyi"), *folder.glob(f"{module}/**/*.pyi"))]
        if not stubs:
            raise FileNotFoundError(f"the stubs of MicroPython's {module} are not in {packages}; install them")
        for path in stubs:
            names |= set(identifiers(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(names)


def keywords_of(trees):
    """The names of arguments that somewhere stand in a call."""
    return {node.arg for tree in trees for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}


def texts_of(trees):
    """The words of every text."""
    texts = [node.value for tree in trees for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {word for text in texts for word in re.findall(r"\w+", text)}


def inherited(trees):
    """The names that a class with a base says: they may be the base's."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases]
    values = {name.id for owner in classes for name in assigned(owner)}
    return values | {attribute(node) for owner in classes for _owner, node in attributes(owner)}


def short_attributes(modules, kept, mentions):
    """{name: short} for attributes and methods. What only one class asks, of self alone, shares its short name.

    `mentions`: the nodes that stand for what is defined at the top of a module.
    """
    asked = collections.defaultdict(set)
    ours = set()
    for module in modules:
        for owner, node in attributes(module.tree):
            is_def = isinstance(node, ast.FunctionDef)
            if node in mentions:
                continue
            of_self = is_def or getattr(node.value, "id", None) == "self"
            asked[attribute(node)].add((module, owner) if owner and of_self else None)
            if is_def or isinstance(node.ctx, ast.Store):
                ours.add(attribute(node))
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                for name in assigned(node):
                    asked[name.id].add((module, node.name))
                    ours.add(name.id)
    ours = sorted(name for name in ours if name not in kept and not name.startswith("__"))
    common = [name for name in ours if len(asked[name]) > 1 or None in asked[name]]
    free = (name for name in short() if name not in kept and name not in asked)
    new = {name: next(free) for name in common}
    pool, used = list(itertools.islice(free, len(ours))), collections.Counter()
    for name in ours:
        if name not in new:
            (owner,) = asked[name]
            new[name] = pool[used[owner]]
            used[owner] += 1
    return new


def short_tops(modules, is_kept):
    """{(module, name): short} for what is defined at the top of each. No local name anywhere is one of them."""
    taken = set(keyword.kwlist) | set(dir(builtins)) | set(LETTERS)
    for module in modules:
        taken |= {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        taken |= {name for node in ast.walk(module.tree) if isinstance(node, SCOPES) for name in bound(node)}
        taken |= {name for name in module.own if is_kept(module, name)}
    new = {}
    for lead in dict.fromkeys(module.lead for module in modules):
        free = (name for name in short() if name not in taken)
        for module in modules:
            for name in sorted(module.own) if module.lead is lead else ():
                new[module, name] = name if is_kept(module, name) else next(free)
    return new


def shorten_arguments(function, keywords):
    """One letter for each argument, unless something inside has names of its own, or makes one of the same name."""
    if any(isinstance(node, SCOPES) and node is not function for node in ast.walk(function)):
        return
    inner = {name.id for node in ast.walk(function) if isinstance(node, ast.comprehension)
             for name in ast.walk(node.target) if isinstance(name, ast.Name)}
    inner |= {getattr(node, "asname", None) or node.name for node in ast.walk(function)
              if isinstance(node, (ast.ExceptHandler, ast.alias))}
    taken = set(identifiers(function))
    free = (letter for letter in LETTERS if letter not in taken)
    for argument in function.args.args:
        old = argument.arg
        if len(old) > 1 and old not in keywords | inner | {"self"}:
            argument.arg = next(free)
            for node in [node for statement in function.body for node in ast.walk(statement)]:
                if isinstance(node, ast.Name) and node.id == old:
                    node.id = argument.arg
