"""Links the firmware's modules into few files with short names, so that it takes less of the board's memory.

MicroPython keeps every name of a program in memory, once and for ever, and every module costs some hundred bytes before
it does anything: names and modules alone took a third of what the firmware held. What runs is the same, statement by
statement. The changes are these, and no others:

- The modules of a group become one file, each after those it imports; what it took from another of them by an import it
  finds there without one.
- A number with a name of its own at the top of a module stands where the name stood.
- A function of one expression that is mentioned once, in a table, stands in the table.
- What is defined at the top of a module or class, and mentioned nowhere, is left out.
- Names of ours get short ones: what is defined at the top of a module, and arguments, by its scope; attributes and
  methods everywhere the same, two of them one if no class has both.
- A class does not keep its name twice.
- What a file that is soon let go of says in few characters stands in tuples, which go with it.

A module that does what cannot be followed is refused. The tests play every scenario with the linked files, compiled on
MicroPython and as they are on CPython, and hold every statement of them against the one that it was made from.
"""

import ast
import collections
import keyword

from tools import link_names
from tools.link_inline import put_in_place
from tools.link_modules import (
    Module, Unlinkable, assigned, at_the_top, attribute, attributes, defined, does_something, is_import, is_ours,
)  # fmt: skip
from tools.link_numbers import numbers_of, written
from tools.link_refused import refuse_unfollowed
from tools.link_text import often, without_brackets, without_words


def link(sources, groups, outside, riders=(), passing=()):
    """{path: bytes} of the linked files.

    `sources`: {path: bytes}. `groups`: {path of a module: paths of those to join it}; any other module stays a file.
    `outside`: the texts of what reaches into the firmware from elsewhere. `riders`: paths of modules that are to
    understand the names, and for whose sake nothing stays in. `passing`: paths of files that are let go of early.
    """
    return Linker(sources, groups, outside, riders, passing).files()


class Linker:
    def __init__(self, sources, groups, outside, riders=(), passing=()):
        self.passing = passing
        by_path = {path: Module(path, sources[path], path in riders) for path in sorted(sources)}
        for lead, members in groups.items():
            for path in members:
                by_path[path].lead = by_path[lead]
        self.named = {module.dotted: module for module in by_path.values()}
        for module in by_path.values():
            module.bind(self.named)
            refuse_unfollowed(module, self.named)
        self.modules = _in_order(by_path.values(), Module.imported)
        outside = [ast.parse(text) for text in outside]
        self.reached = link_names.reached_by(outside)
        self.takes = collections.defaultdict(dict)  # module of a file -> those of the files that it imports
        self.numbers = numbers_of(self.named)
        put_in_place(self.modules, self._is_kept)
        self._drop_methods()
        self.mentions = {statement: list(module.references(statement))
                         for module in self.modules for statement in module.tree.body}
        self._drop_unmentioned()
        trees = [module.tree for module in self.modules]
        self.keywords = link_names.keywords_of(trees + outside)
        kept = self.keywords | link_names.texts_of(trees) | link_names.inherited(trees) | self.reached
        kept |= link_names.foreign() | set(keyword.kwlist)
        mentions = {node for told in self.mentions.values() for node, _definition in told}
        self.attributes = link_names.short_attributes(self.modules, kept, mentions)
        self.top = link_names.short_tops(self.modules, self._is_kept, self._times(), self._attributes())

    def _is_reached(self, module, name):
        """By its name, from outside: that can only be in a file's own module."""
        return module.lead is module and name in self.reached

    def _is_kept(self, module, name):
        return self._is_reached(module, name) or name in module.told

    def _attributes(self):
        """What the files call them, those first that are mentioned most."""
        names = [attribute(node) for module in self.modules for _owner, node in attributes(module.tree)]
        times = collections.Counter([self.attributes.get(name, name) for name in names if name[0] != "_"])
        return sorted(times, key=link_names.often_first(times))

    def _times(self):
        """{(module, name): mentions} of what stays and has a name in its file."""
        stays = [(module, statement) for module in self.modules for statement in module.tree.body]
        told = [definition for _module, statement in stays for _node, definition in self.mentions[statement]]
        named = {(module, name) for module, statement in stays if not self._is_number(module, statement)
                 for name in defined(statement)}
        return collections.Counter([*named, *filter(named.__contains__, told)])

    # What nobody mentions.

    def _drop_methods(self):
        """What a class defines and nobody asks for is not in the build; nor what only that asked for."""
        dropped = True
        while dropped:
            dropped = False
            asked = self.reached | link_names.foreign() | self._asked()
            for module in self.modules:
                for owner in [node for node in module.tree.body if isinstance(node, ast.ClassDef) and not node.bases]:
                    left = [node for node in owner.body if not _is_unasked(node, asked)]
                    dropped = dropped or len(left) < len(owner.body)
                    owner.body = left or [ast.Pass()]

    def _asked(self):
        trees = [module.tree for module in self.modules if not module.rides]
        asked = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        return asked | link_names.texts_of(trees)

    def _drop_unmentioned(self):
        """Leave out definitions at the top that nothing in the build leads to."""
        leads_to, waiting = {}, []
        for module in self.modules:
            for statement in module.tree.body:
                names = defined(statement)
                told = {definition for _node, definition in self.mentions[statement]} | {(module, n) for n in names}
                for name in names:
                    leads_to.setdefault((module, name), set()).update(told)
                is_needed = not names or does_something(statement) or any(self._is_reached(module, n) for n in names)
                waiting += told if is_needed and not module.rides else ()
        live = set()
        while waiting:
            definition = waiting.pop()
            if definition not in live:
                live.add(definition)
                waiting += leads_to[definition]
        for module in self.modules:
            module.tree.body = [statement for statement in module.tree.body if module.rides or not defined(statement)
                                or any((module, name) in live for name in defined(statement))]

    # The files.

    def files(self):
        members = collections.defaultdict(list)
        for module in self.modules:
            members[module.lead].append(module)
        texts = {lead.path: self._file(members[lead]) for lead in members}
        _in_order(members, lambda lead: self.takes[lead])
        return {path: text.encode() for path, text in without_words(texts, self.passing).items()}

    def _file(self, members):
        """The text of one file. Its imports stand at its head, each once."""
        head, body = {}, []  # head: {name: the import that brings it}
        for module in members:
            for statement in module.tree.body:
                if is_ours(statement) or self._is_number(module, statement):
                    continue
                if is_import(statement):
                    _take(head, statement)
                else:
                    body.append(without_brackets(ast.unparse(self._changed(module, statement, head))))
        tops = [short for (module, _name), short in self.top.items() if module in members]
        for name in sorted(tops):
            if name in head or tops.count(name) > 1:
                raise Unlinkable(f"{members[-1].lead.path}: {name} would have two meanings there; rename one of them")
        text = "\n".join([*sorted(set(head.values())), *body]) + "\n"
        return often(text) + text if len(members) > 1 else text

    def _number(self, definition):
        """The number that stands in place of a name, or None."""
        module, name = definition
        return None if self._is_reached(module, name) else self.numbers[module.dotted].get(name)

    def _is_number(self, module, statement):
        names = defined(statement)
        return bool(names) and all(self._number((module, name)) is not None for name in names)

    def _changed(self, module, statement, head):
        """A statement at the top of a module as it will stand in the file."""
        inside = {self._turn_import(module, node) for node in ast.walk(statement) if is_ours(node)}
        new = {node: self._written(module, node, definition, head, inside)
               for node, definition in self.mentions[statement]}
        for _owner, node in list(attributes(statement)):
            if node not in new:
                field = "attr" if isinstance(node, ast.Attribute) else "name"
                setattr(node, field, self.attributes.get(attribute(node), attribute(node)))
        for node in ast.walk(statement):
            if isinstance(node, ast.ClassDef):
                for name in assigned(node):
                    name.id = self.attributes.get(name.id, name.id)
            elif isinstance(node, ast.FunctionDef) and not getattr(statement, "bases", ()):
                link_names.shorten_arguments(node, self.keywords)
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            statement.name = self.top[module, statement.name]
        if isinstance(statement, ast.ClassDef):
            statement.body.insert(0, ast.Delete([ast.Name("__qualname__", ast.Del())]))
        changed = _Replacing(new).visit(statement)
        names = {node for made in new.values() for node in ast.walk(made) if isinstance(node, ast.Name)}
        if not names <= {*at_the_top(changed)}:
            module.refuse(statement, "a name of its own hides here one from the top of a file; give it another")
        return changed

    def _written(self, module, node, definition, head, inside):
        """The expression for a definition of ours."""
        number = self._number(definition)
        if number is not None and isinstance(node.ctx, ast.Load):
            return written(number)
        lead = definition[0].lead
        if lead is module.lead:
            return ast.Name(self.top[definition], node.ctx)
        if lead not in inside:
            _take(head, _import(lead))
            self.takes[module.lead][lead] = None
        elif (node.id if isinstance(node, ast.Name) else node.value.id) not in module.late:
            module.refuse(node, f"{lead.path} is imported here both at the top and inside a function; do one of them")
        return ast.Attribute(ast.Name(_alias(lead), ast.Load()), self.top[definition], node.ctx)

    def _turn_import(self, module, node):
        """An import inside a function becomes one of the file that the names have gone to; answers its module."""
        owners = [self.named.get(f"{node.module}.{alias.name}") or self.named[node.module] for alias in node.names]
        leads = {owner.lead for owner in owners}
        if len(leads) != 1 or module.lead in leads:
            module.refuse(node, "an import inside a function takes from one other file")
        (lead,) = leads
        turned = _import(lead)
        node.module, node.names = turned.module, turned.names
        return lead


class _Replacing(ast.NodeTransformer):
    def __init__(self, new):
        self.new = new

    def visit(self, node):
        return self.new.get(node) or super().visit(node)


def _in_order(modules, imported):
    """Every module after those it imports at its top."""
    done = []

    def visit(module, above):
        if module in above:
            raise Unlinkable(f"{module.path} imports itself by way of " + ", ".join(other.path for other in above))
        if module not in done:
            for other in imported(module):
                visit(other, (*above, module))
            done.append(module)

    for module in modules:
        visit(module, ())
    return done


def _take(head, statement):
    """Put an import at the head of a file."""
    for alias in statement.names:
        name, module = alias.asname or alias.name, getattr(statement, "module", None)
        text = ast.unparse(ast.ImportFrom(module, [alias], 0) if module else ast.Import([alias]))
        if head.setdefault(name, text) != text:
            raise Unlinkable(f"{name} would have two meanings in one file: {head[name]}, {text}")


def _is_unasked(node, asked):
    """A method, or a plain value of a class, that nobody asks for."""
    names = defined(node)
    is_known = any(name in asked or name.startswith("__") for name in names)
    return bool(names) and not is_known and not does_something(node)


def _alias(lead):
    return lead.dotted.rpartition(".")[2].upper()


def _import(lead):
    package, _dot, name = lead.dotted.rpartition(".")
    return ast.ImportFrom(package, [ast.alias(name, _alias(lead))], 0)
