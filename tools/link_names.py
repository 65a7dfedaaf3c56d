"""Short names for the linked firmware: which names may get one, and which one.

An attribute gets the same short name everywhere, since nobody can tell from the text whose it is. Two share one if no
class has both: an object that is asked for the one then never has the other. It keeps its own if
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

from tools.link_modules import SCOPES, assigned, attribute, attributes, bound, defined, identifiers

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
    """The words of every text that may tell names: one with blanks is a sentence, if it is not split at once."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    split = {node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == "split"}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
             and (node in split or " " not in node.value)]
    return {word for text in texts for word in re.findall(r"\w+", text)}


def reached_by(trees):
    """The names that these texts could ask of the firmware, or have for it: not those inside their functions."""
    defining = [node for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef))]
    own = {name for node in defining for statement in node.body for name in defined(statement)}
    return own | {name for tree in trees for name in identifiers(tree, (ast.Name, ast.arg))}


def inherited(trees):
    """The names that a class with a base says: they may be the base's."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases]
    values = {name.id for owner in classes for name in assigned(owner)}
    return values | {attribute(node) for owner in classes for _owner, node in attributes(owner)}


def short_attributes(modules, kept, mentions):
    """{name: short} for attributes and methods. Those that no object can have together share their short names.

    `mentions`: the nodes that stand for what is defined at the top of a module.
    """
    owners, times = owners_of(modules, mentions)
    ours = [name for name in owners if name not in kept and not name.startswith("__")]
    alike = []  # (the names that share a short one, whose they are)
    for name in sorted(ours, key=often_first(times)):
        row = next((row for row in alike if None not in row[1] | owners[name] and not row[1] & owners[name]), None)
        if row is None:
            row = ([], set())
            alike.append(row)
        row[0].append(name)
        row[1].update(owners[name])
    rows = sorted((names for names, _owners in alike), key=lambda names: (-sum(times[name] for name in names), names))
    free = (name for name in short() if name not in kept and name not in times)
    return {name: new for names, new in zip(rows, free) for name in names}  # noqa: B905  as many as there are rows


def owners_of(modules, mentions):
    """{name: the classes whose objects have it} of attributes that are ours, and how often each is mentioned.

    An object has what its class defines or one of its methods puts into `self`. Whose it is that anything else gives an
    attribute to cannot be told: None.
    """
    owners, times = collections.defaultdict(set), collections.Counter()
    for module in modules:
        for owner, node in attributes(module.tree):
            if node in mentions:
                continue
            times[attribute(node)] += 1
            is_def = isinstance(node, ast.FunctionDef)
            if is_def or not isinstance(node.ctx, ast.Load):
                of_self = is_def or getattr(node.value, "id", None) == "self"
                owners[attribute(node)].add((module, owner) if owner and of_self else None)
        for node in ast.walk(module.tree):
            for name in assigned(node) if isinstance(node, ast.ClassDef) else ():
                owners[name.id].add((module, node.name))
                times[name.id] += 1
    return owners, times


def often_first(times):
    """The shortest names go to those that are mentioned most, at the top and for attributes: so they are the same."""
    return lambda name: (-times[name], name)


def short_tops(modules, is_kept, times, there):
    """{(module, name): short} for what is defined at the top of each. No local name anywhere is one of them.

    `times`: how often each (module, name) that is to get one is mentioned. `there`: names that the board has to keep
    anyhow, for attributes; as long as there are any, nothing at the top of a module needs one of its own.
    """
    taken = set(keyword.kwlist) | set(dir(builtins)) | set(LETTERS)
    for module in modules:
        taken |= {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        taken |= {name for node in ast.walk(module.tree) if isinstance(node, SCOPES) for name in bound(node)}
        taken |= {name for name in module.own if is_kept(module, name)}
    new = {}
    for lead in dict.fromkeys(module.lead for module in modules):
        more = (name for name in short() if name not in there)
        free = (name for name in itertools.chain(there, more) if name not in taken)
        own = [definition for definition in times if definition[0].lead is lead]
        for module, name in sorted(own, key=lambda own: (-times[own], own[0].path, own[1])):
            new[module, name] = name if is_kept(module, name) else next(free)
    return new


def shorten_arguments(function, keywords):
    """One letter for each argument, unless something inside makes one of the same name."""
    inner = {name for node in ast.walk(function) if isinstance(node, SCOPES) and node is not function
             for name in bound(node)}
    inner |= {name.id for node in ast.walk(function) if isinstance(node, ast.comprehension)
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
