"""The modules that the linker links, and which of their names mean something at the top of one."""

import ast

SCOPES = (ast.FunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
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
        self.told = {node.name for node in self.tree.body if isinstance(node, ast.ClassDef) and node.bases}  # by name
        self.modules = {}  # name here -> a module of ours
        self.names = {}  # name here -> (a module of ours, its name there)
        self.late = set()  # names here that only an import inside a function brings
        self.lead = self  # the module whose file it goes into

    def refuse(self, node, sentence):
        raise Unlinkable(f"{self.path}:{node.lineno}: {sentence}")

    def bind(self, modules):
        """Find out what its imports from our own modules mean."""
        meant = {name: "its own" for name in self.own}
        for node in ast.walk(self.tree):
            at_top = node in self.tree.body
            for alias in node.names if is_ours(node) or (at_top and is_import(node)) else ():
                here = alias.asname or alias.name
                there = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
                if meant.setdefault(here, (at_top, there)) != (at_top, there):
                    self.refuse(node, f"{here} has another meaning in this module; give one of the two another name")
                if there in modules:
                    self.modules[here] = modules[there]
                elif is_ours(node):
                    self.names[here] = (self._named(node, modules), alias.name)
                if not at_top:
                    self.late.add(here)

    def _named(self, node, modules):
        if node.module not in modules:
            self.refuse(node, f"{node.module} is no module of the build; a package has nothing but modules")
        return modules[node.module]

    def imported(self):
        """The modules of ours that it imports at its top."""
        for node in self.tree.body:
            for alias in node.names if is_ours(node) else ():
                here = alias.asname or alias.name
                yield self.modules[here] if here in self.modules else self.names[here][0]

    def meant(self, name):
        """(module, name) of the definition of ours that a name at its top stands for, or None."""
        if name in self.own:
            return self, name
        if name in self.names:
            owner, there = self.names[name]
            return owner.meant(there) or (owner, there)
        return None

    def references(self, tree):
        """(node, (module, name)) for every mention, in a part of it, of something defined at the top of a module."""
        of_value = {node.value: node for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in at_the_top(tree):
            mention, definition = node, self.meant(node.id)
            if node.id in self.modules:
                mention = of_value.get(node)
                if not mention or not isinstance(mention.ctx, ast.Load):
                    self.refuse(node, f"of the module {node.id}, nothing but reading what is defined in it is followed")
                definition = self.modules[node.id].meant(mention.attr) or (self.modules[node.id], mention.attr)
            if definition:
                owner, name = definition
                if name not in owner.own:
                    self.refuse(node, f"{owner.path} defines no {name}")
                yield mention, definition


def _without_docstrings(tree):
    """They are not compiled, and would count as texts that names stand in."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def is_import(node):
    return isinstance(node, (ast.Import, ast.ImportFrom))


def is_ours(node):
    """Is it an import of something of the firmware?"""
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE


def body_of(scope):
    return scope.body if isinstance(scope.body, list) else [scope.body]


def header_of(scope):
    """What of a function, lambda or class is evaluated where it stands: decorators, defaults, bases."""
    return [node for node in ast.iter_child_nodes(scope) if node not in body_of(scope)]


def at_the_top(node, local=frozenset()):
    """Every Name node below that means a name of the module's top, or a built-in one."""
    if isinstance(node, ast.Name):
        if node.id not in local:
            yield node
    elif isinstance(node, SCOPES):
        yield from _each(header_of(node), local)
        yield from _each(body_of(node), local | bound(node))
    elif isinstance(node, ast.ClassDef):  # a method does not see its class's names, and nothing else mentions ours
        yield from _each([*header_of(node), *(child for child in node.body if isinstance(child, SCOPES))], local)
    elif isinstance(node, COMPREHENSIONS):
        first = node.generators[0]  # what it runs through is evaluated where the comprehension stands
        inner = local | frozenset(_stored(node.generators))
        yield from at_the_top(first.iter, local)
        yield from _each([first.target, *first.ifs], inner)
        yield from _each([child for child in ast.iter_child_nodes(node) if child is not first], inner)
    else:
        yield from _each(ast.iter_child_nodes(node), local)


def _each(nodes, local):
    for node in nodes:
        yield from at_the_top(node, local)


def bound(function):
    """The names that belong to a function itself."""
    arguments = [node.arg for node in ast.iter_child_nodes(function.args) if isinstance(node, ast.arg)]
    return frozenset(arguments) | frozenset(_stored(body_of(function)))


def _stored(nodes):
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.ExceptHandler, ast.FunctionDef)) and node.name:
            yield node.name
        elif is_import(node) and not is_ours(node):
            yield from (alias.asname or alias.name for alias in node.names)
        if not isinstance(node, (*SCOPES, *COMPREHENSIONS)):
            yield from _stored(ast.iter_child_nodes(node))


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
    parts = header_of(statement) if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else [statement]
    return any(isinstance(node, (ast.Call, ast.Subscript)) for part in parts for node in ast.walk(part))


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


def identifiers(tree, but=()):
    """Every name in a tree, whatever it stands for, but for nodes of those kinds."""
    for node in [node for node in ast.walk(tree) if not isinstance(node, but)]:
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield from name.split(".")
