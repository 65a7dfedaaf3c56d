"""Holds linked files against the modules that they were made from, tree against tree, without the linker's own code.

The linker only says which short name it gave to what; whether the files then mean the same is found out here. Names
are told apart by Python's own compiler (which of them are a function's own), and a number has the value that the module
has when it is imported. Every difference is a line of text.
"""

import ast
import builtins

from host_tests.linking import Board

# What the modules take from MicroPython as they are loaded, and CPython does not have.
ONLY_ON_THE_BOARD = {"machine.py": "class Pin:\n    pass\n", "network.py": "", "tls.py": "",
                     "umqtt/__init__.py": "",
                     "umqtt/simple.py": "class MQTTClient:\n    pass\nclass MQTTException(Exception):\n    pass\n"}

def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                node.body = node.body[1:] or [ast.Pass()]
    return tree


def names_of(statement):
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    targets = getattr(statement, "targets", ())
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def words_of(node):
    """What a part of an import names."""
    told = [getattr(node, field, None) for field in ("name", "asname")]
    return [word for text in told if text for word in text.split(".")]


def is_import(node):
    return isinstance(node, (ast.Import, ast.ImportFrom))


def is_ours(node):
    return isinstance(node, ast.ImportFrom) and node.module.startswith("firmware")


def own_names(scope):
    """The names that belong to a function, a lambda or a comprehension, as Python's compiler has them."""
    if isinstance(scope, ast.FunctionDef):
        tree = ast.Module([scope], [])
    elif isinstance(scope, ast.Lambda):
        tree = ast.Expression(scope)
    else:
        return {node.id for loop in scope.generators for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    code = compile(ast.fix_missing_locations(tree), "", "eval" if isinstance(scope, ast.Lambda) else "exec")
    name = getattr(scope, "name", "<lambda>")
    (own,) = [each for each in code.co_consts if hasattr(each, "co_varnames") and each.co_name == name][-1:]
    late = {alias.asname or alias.name for node in ast.walk(scope) if is_ours(node) for alias in node.names}
    return {*own.co_varnames, *own.co_cellvars} - late


def imports_of(tree):
    """{name: where it comes from} for what is imported at the top and is none of ours."""
    return {alias.asname or alias.name: (getattr(node, "module", None), alias.name)
            for node in tree.body if is_import(node) and not is_ours(node) for alias in node.names}


class Module:
    """A module as it was written: what its names at the top mean."""

    def __init__(self, path, text):
        self.path = path
        self.tree = without_docstrings(ast.parse(text))
        self.names = [name for statement in self.tree.body for name in names_of(statement)]
        self.imports = {alias.asname or alias.name: (node.module, alias.name)
                        for node in ast.walk(self.tree) if is_ours(node) for alias in node.names}
        self.foreign = imports_of(self.tree)

class Comparison:
    """What differs, in `found`. As the linker says, `leads` is {path: that of its file}, `tops` {(path, name): short},
    and `attributes` {name: short}.
    """

    def __init__(self, sources, files, leads, tops, attributes):
        self.board = Board({**sources, **ONLY_ON_THE_BOARD})
        self.modules = {path: Module(path, text) for path, text in sources.items()}
        self.trees = {path: ast.parse(text) for path, text in files.items()}
        self.leads, self.tops, self.attributes = leads, tops, attributes
        self.defined = {path: [name for statement in tree.body for name in names_of(statement)]
                        for path, tree in self.trees.items()}
        self.found = []
        self.renamed = set()  # local names, and arguments among them
        self.matched = set()  # (path, place of the statement) of what is in a file
        for path in files:
            self.compare_file(path)

    def say(self, node, sentence):
        self.found.append(f"{self.module.path}:{getattr(node, 'lineno', 0)}: {sentence}")

    # A file.

    def compare_file(self, path):
        self.path = path
        self.files = {}  # alias -> the file that it is
        self.foreign = imports_of(self.trees[path])
        origins = {self.tops[key]: key for key in self.tops if self.leads[key[0]] == path}
        last = {}
        self.before = set()  # what is defined above
        for statement in self.trees[path].body:
            names = names_of(statement)
            if is_import(statement):
                self.note_imports(statement)
            elif names and names[0] not in origins:
                self.found.append(f"{path}:{statement.lineno}: nothing is called {names[0]}")
            elif names:
                self.module = self.modules[origins[names[0]][0]]
                place = self.place_of(origins[names[0]][1], names[0], last)
                if place <= last.get(self.module, -1):
                    self.say(statement, f"{names[0]} stands out of its order")
                last[self.module] = place
                self.matched.add((self.module.path, place))
                self.layers = []
                self.compare(self.module.tree.body[place], statement)
                self.before.update(names)
            elif not isinstance(getattr(statement, "value", statement), (ast.Lambda, ast.Pass)):
                self.found.append(f"{path}:{statement.lineno}: what is this? {ast.unparse(statement)}")

    def place_of(self, name, short, last):
        """Where in its module the statement stands; one of a name with several comes after the last that was found."""
        places = [i for i, statement in enumerate(self.module.tree.body) if name in names_of(statement)]
        times = self.defined[self.path].count(short)
        if len(places) != times:
            self.say(None, f"{name} is defined {len(places)} times, and {times} times as {short}")
        return min([i for i in places if i > last.get(self.module, -1)], default=places[0])

    def note_imports(self, node):
        for alias in node.names:
            if is_ours(node):
                self.files[alias.asname or alias.name] = f"{node.module}.{alias.name}".replace(".", "/") + ".py"
            elif (alias.asname or alias.name) in self.defined[self.path]:
                self.found.append(f"{self.path}: {alias.name} is imported and defined")

    # Two trees.

    def compare(self, old, new):
        mentioned = self.mentioned(old)
        if isinstance(old, ast.Constant) and isinstance(old.value, str):
            new = self.out_of_its_tuple(new)
        if mentioned:
            self.compare_mention(old, mentioned, new)
        elif type(old) is not type(new):
            self.say(old, f"{ast.unparse(old)} became {ast.unparse(new)}")
        elif is_import(old):
            self.compare_import(old, new)
        elif isinstance(old, ast.Name):
            self.compare_name(old, old.id, new.id)
        elif isinstance(old, ast.ClassDef):
            self.compare_class(old, new)
        elif isinstance(old, (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            self.compare_scope(old, new)
        else:
            self.compare_fields(old, new)

    def out_of_its_tuple(self, node):
        """('text',)[0] is the text."""
        is_one = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 1
        return node.value.elts[0] if is_one and ast.unparse(node.slice) == "0" else node

    def compare_fields(self, old, new, but=()):
        for field in old._fields:
            if field not in ("ctx", "kind", "type_comment", *but):
                self.compare_values(old, field, getattr(old, field), getattr(new, field))

    def compare_values(self, node, field, old, new):
        if isinstance(old, ast.AST) and isinstance(new, ast.AST):
            self.compare(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                self.say(node, f"{len(old)} parts became {len(new)}")
            for one, other in zip(old, new):
                self.compare_values(node, field, one, other)
        elif isinstance(node, ast.Attribute) and field == "attr":
            if new != self.attributes.get(old, old):
                self.say(node, f".{old} became .{new}")
        elif field in ("name", "arg") and isinstance(node, (ast.arg, ast.ExceptHandler)) and old:
            self.compare_name(node, old, new)
        elif (type(old), old) != (type(new), new):
            self.say(node, f"{field} {old!r} became {new!r}")

    def compare_name(self, node, old, new):
        """A name that is none of ours at the top: a local one, or one of Python's."""
        layers = [[i for i, (own, _others, _pairs) in enumerate(self.layers) if old in own][-1:],
                  [i for i, (_own, others, _pairs) in enumerate(self.layers) if new in others][-1:]]
        if layers[0] != layers[1]:
            self.say(node, f"{old} became {new}, which belongs to another scope")
        elif layers[0]:
            if old != new:
                self.renamed.add(old)
            pairs = self.layers[layers[0][0]][2]
            if pairs.setdefault(old, new) != new or list(pairs.values()).count(new) > 1:
                self.say(node, f"{old} became {new}, which is also another local name")
        elif old != new or new in self.defined[self.path] or self.module.foreign.get(old) != self.foreign.get(new):
            self.say(node, f"{old}, a name of Python's, became {new}")
        elif old not in self.foreign and not hasattr(builtins, old):
            self.say(node, f"nothing is called {old}")

    def compare_scope(self, old, new):
        if isinstance(old, ast.FunctionDef) and self.layers:
            self.compare_name(old, old.name, new.name)
        before, after = [self.evaluated_outside(node) for node in (old, new)]
        self.compare_values(old, "header", before, after)
        self.layers.append((own_names(old), own_names(new), {}))
        if hasattr(old, "generators"):
            self.compare_loops(old.generators, new.generators)
        else:
            self.compare_fields(old.args, new.args, but=("defaults", "kw_defaults"))
        self.compare_fields(old, new, but=("name", "args", "decorator_list", "generators"))
        self.layers.pop()

    def evaluated_outside(self, scope):
        if hasattr(scope, "generators"):
            return [scope.generators[0].iter]
        return [*scope.args.defaults, *scope.args.kw_defaults, *getattr(scope, "decorator_list", ())]

    def compare_loops(self, old, new):
        for i, (one, other) in enumerate(zip(old, new)):
            self.compare_fields(one, other, but=() if i else ("iter",))
        if len(old) != len(new):
            self.say(old[0].target, "a comprehension has other loops")

    def compare_class(self, old, new):
        """Methods and values may be missing; whether somebody asks for them is looked for elsewhere. So may be its own
        name, which it has a second time."""
        body = [node for node in new.body if ast.unparse(node) != "del __qualname__"]
        here = [names_of(node) for node in body]
        left = [node for node in old.body
                if not names_of(node) or [self.attributes.get(name, name) for name in names_of(node)] in here]
        self.compare_values(old, "bases", old.bases, new.bases)
        if len([node for node in left if names_of(node)]) != len([names for names in here if names]):
            self.say(old, "a class has other members")
        for one, other in zip([node for node in left if names_of(node)], [node for node in body if names_of(node)]):
            if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
                self.compare_scope(one, other)
            else:
                self.compare(one.value, other.value)

    def compare_import(self, old, new):
        if not is_ours(old):
            self.compare_fields(old, new)
            return
        self.note_imports(new)
        asked = {self.leads[self.path_of(old.module, alias.name)] for alias in old.names}
        if asked != {self.files[new.names[0].asname]} or len(new.names) != 1:
            self.say(old, f"{ast.unparse(old)} became {ast.unparse(new)}")

    # What is ours.

    def path_of(self, module, name):
        path = f"{module}.{name}".replace(".", "/") + ".py"
        return path if path in self.modules else module.replace(".", "/") + ".py"

    def meaning(self, module, name):
        """(path, name) of what a name at the top of a module stands for; (path, None) for a module; or None."""
        if name in module.names:
            return module.path, name
        if name not in module.imports:
            return None
        path = self.path_of(*module.imports[name])
        if path.endswith(f"/{module.imports[name][1]}.py") and path != self.path_of(module.imports[name][0], ""):
            return path, None
        return self.meaning(self.modules[path], module.imports[name][1])

    def mentioned(self, node):
        """The same for a node, if it is a mention of something of ours."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self.mentioned_name(node.value)
            if owner and owner[1] is None:
                return self.meaning(self.modules[owner[0]], node.attr)
        return self.mentioned_name(node) if isinstance(node, ast.Name) else None

    def mentioned_name(self, node):
        local = any(node.id in own for own, _others, _pairs in self.layers)
        return None if local else self.meaning(self.module, node.id)

    def compare_mention(self, node, definition, new):
        path, name = definition
        if isinstance(new, ast.Lambda) and path == self.module.path:
            (function,) = [each for each in self.module.tree.body if names_of(each) == [name]]
            self.compare_scope(ast.Lambda(function.args, function.body[-1].value), new)
            if len(function.body) > 1 or function.decorator_list:
                self.say(node, f"{name} is more than an expression")
            return
        if isinstance(new, (ast.Constant, ast.UnaryOp)):
            number, actual = ast.literal_eval(new), getattr(self.board.module(path[:-3].replace("/", ".")), name)
            if type(number) is not int or type(actual) is not int or number != actual:
                self.say(node, f"{name} is {actual!r} and became {number!r}")
            return
        file, short = self.path, new
        if isinstance(new, ast.Attribute):
            file, short = self.files.get(new.value.id), ast.Name(new.attr)
            if any(new.value.id in others for _own, others, _pairs in self.layers):
                self.say(node, f"{new.value.id} is a local name here")
        elif any(short.id in others for _own, others, _pairs in self.layers):
            self.say(node, f"{short.id} is a local name here")
        is_there = short.id in self.defined.get(file, ())
        if self.leads[path] != file or self.tops[definition] != short.id or not is_there:
            self.say(node, f"{name} of {path} became {ast.unparse(new)}")
        if hasattr(builtins, short.id):
            self.say(node, f"{name} became {short.id}, which Python has")
        if not self.layers and isinstance(node.ctx, ast.Load) and file == self.path and short.id not in self.before:
            self.say(node, f"{name} is used before it is defined")
