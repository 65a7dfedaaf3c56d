"""The modules that the linker links, and which of their names mean something at the top of one."""

import ast

SCOPES = (ast.FunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
UNFOLLOWED = (ast.Global, ast.Nonlocal, ast.AsyncFunctionDef, ast.NamedExpr, ast.Match)
PACKAGE = "firmware"


class Unlinkable(Exception):
    """A module does something that the linker does not follow."""


class Module:
    def __init__(self, path, source, rides):
        self.path = path
        self.dotted = path[:-3].replace("/", ".")
        self.tree = _without_docstrings(ast.parse(source))
        self.rides = rides  # it is to understand the names, and nothing stays in for its sake
        self.own = {name for statement in self.tree.body for name in defined(statement)}
        self.modules = {}  # name here -> a module of ours
        self.names = {}  # name here -> (a module of ours, its name there)
        self.lead = self  # the module whose file it goes into

    def bind(self, modules):
        """Find out what its imports from our own modules mean."""
        for node in ast.walk(self.tree):
            if isinstance(node, UNFOLLOWED) or (isinstance(node, ast.ClassDef) and not _is_plain(node)):
                raise Unlinkable(f"{self.path}:{node.lineno}: {type(node).__name__} is not followed by the linker")
            for alias in node.names if is_ours(node) else ():
                here = alias.asname or alias.name
                if f"{node.module}.{alias.name}" in modules:
                    self.modules[here] = modules[f"{node.module}.{alias.name}"]
                else:
                    self.names[here] = (modules[node.module], alias.name)

    def imported(self, modules):
        """The modules of ours that it imports at its top."""
        for node in self.tree.body:
            for alias in node.names if is_ours(node) else ():
                yield modules.get(f"{node.module}.{alias.name}") or modules[node.module]

    def meant(self, name):
        """(module, name) of the definition of ours that a name at its top stands for, or None."""
        if name in self.own:
            return self, name
        if name in self.names:
            owner, there = self.names[name]
            return owner.meant(there)
        return None

    def references(self, tree):
        """(node, (module, name)) for every mention, in a part of it, of something defined at the top of a module."""
        for node in _at_the_top(tree):
            definition = self.meant(node.id)
            if definition:
                yield node, definition
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and self.is_module(node.value):
                definition = self.modules[node.value.id].meant(node.attr)
                if definition is None:
                    raise Unlinkable(f"{self.path}:{node.lineno}: {node.value.id} has no {node.attr}")
                yield node, definition

    def is_module(self, node):
        return isinstance(node, ast.Name) and node.id in self.modules


def _without_docstrings(tree):
    """They are not compiled, and would count as texts that names stand in."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _is_plain(owner):
    """A class that takes nothing from another of ours, and whose own level mentions no name of the module's top.

    A name at a class's own level is looked for in the class first, where a short one could be found by mistake.
    """
    bases = [getattr(base, "id", "") for base in owner.bases]
    level = [node.args.defaults if isinstance(node, ast.FunctionDef) else [node] for node in owner.body]
    mentioned = [name for nodes in level for node in nodes for name in _at_the_top(node)
                 if isinstance(name.ctx, ast.Load)]
    return all(base.endswith(("Exception", "Error")) for base in bases) and not mentioned


def is_ours(node):
    """Is it an import of something of the firmware?"""
    return isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == PACKAGE


def _at_the_top(node, local=frozenset()):
    """Every Name node below that means a name of the module's top, or a built-in one."""
    if isinstance(node, ast.Name):
        if node.id not in local:
            yield node
    elif isinstance(node, SCOPES):
        yield from _each(node.args.defaults, local)
        yield from _each(node.body if isinstance(node, ast.FunctionDef) else [node.body], local | bound(node))
    elif isinstance(node, ast.ClassDef):
        own = frozenset(name.id for name in assigned(node))
        for child in node.body:  # a method does not see its class's names
            yield from _at_the_top(child, local if isinstance(child, ast.FunctionDef) else local | own)
    else:
        inner = local | frozenset(_stored(node)) if isinstance(node, COMPREHENSIONS) else local
        yield from _each(ast.iter_child_nodes(node), inner)


def _each(nodes, local):
    for node in nodes:
        yield from _at_the_top(node, local)


def bound(function):
    """The names that belong to a function itself."""
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        every = [*arguments.posonlyargs, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    else:
        every = []
    return frozenset([argument.arg for argument in arguments.args + every if argument]) | frozenset(_stored(function))


def _stored(scope):
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.ExceptHandler, ast.FunctionDef)) and node is not scope and node.name:
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and not is_ours(node):
            yield from (alias.asname or alias.name for alias in node.names)


def defined(statement):
    """The names that a statement at the top of a module, or of a class, defines."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    return [name.id for name in _targets(statement)]


def assigned(owner):
    """The Name nodes that a class assigns at its own level."""
    for statement in owner.body:
        yield from _targets(statement)


def _targets(statement):
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from (node for node in ast.walk(target) if isinstance(node, ast.Name))


def does_something(statement):
    """Beyond defining: only a plain value can be left out when nobody reads it."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return False
    return any(isinstance(node, (ast.Call, ast.Subscript)) for node in ast.walk(statement))


def attributes(node, owner=None):
    """(class, node) for everything that names an attribute: a.b anywhere, and each method's def."""
    if isinstance(node, ast.Attribute):
        yield owner, node
    elif isinstance(node, ast.ClassDef):
        owner = node.name
        yield from ((owner, child) for child in node.body if isinstance(child, ast.FunctionDef))
    for child in ast.iter_child_nodes(node):
        yield from attributes(child, owner)


def attribute(node):
    return node.attr if isinstance(node, ast.Attribute) else node.name


def identifiers(tree):
    """Every name in a tree, whatever it stands for."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield from name.split(".")
