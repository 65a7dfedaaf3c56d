"""Small changes to a module's text, each of which some test must notice.

A mutant is named by where it is and by the text before and after, never by a line number, so that a name stays true
while the file around it changes. Tables (a tuple of tuples at module level) are mutated as tables: rows deleted,
swapped with a neighbour, led to another target; cells of a table of nothing but 0 and 1 flipped.
"""

import ast

COMPARISONS = {
    ast.Eq: ("!=",), ast.NotEq: ("==",), ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="),
    ast.GtE: (">", "<"), ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",), ast.IsNot: ("is",),
}
ARITHMETIC = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.Mod: "*", ast.LShift: ">>", ast.RShift: "<<",
    ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&",
}
OTHER_CALL = {"min": "max", "max": "min"}
CROSSED = (("km1", "km2"), ("pilot", "guard"), ("entry", "stay"), ("release_ms", "pull_ms"), ("run_ms", "held_ms"))
OTHER_WIRE = {**dict(CROSSED), **{two: one for one, two in CROSSED}}
NARROWER = {"Exception": "OSError", "BaseException": "Exception"}
WRITTEN_ANYHOW = str.maketrans("", "", " \n(),")
FUNCTIONS = (ast.FunctionDef, ast.ClassDef)


class Mutant:
    def __init__(self, name, source, lines):
        self.name = name
        self.source = source
        self.lines = lines  # of the statement in a function that is changed; None: outside of every function


class Module:
    """A module's text with every node knowing its parent, and its place in the text."""

    def __init__(self, text):
        self.raw = text.encode()
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                child.parent = node

    def span(self, node):
        return (self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset)

    def text(self, node):
        begin, end = self.span(node)
        return self.raw[begin:end].decode()

    def where(self, node):
        names = []
        while hasattr(node, "parent"):
            node = node.parent
            if isinstance(node, FUNCTIONS):
                names.insert(0, node.name)
            elif _is_table(node):
                names.insert(0, node.targets[0].id)
        return ".".join(names) or "the module"

    def mutant(self, part, node, new, last=None):
        """The text from this node to the last replaced, named after the statement, condition or row it stands in.

        Returned with the new text of `part`, the piece of the module in which this is.
        """
        unit = node
        while not _is_unit(unit):
            unit = unit.parent
        begin, end = self.span(node)[0], self.span(last or node)[1]
        unit_begin, unit_end = self.span(unit)
        unit_end = max(end, unit_end)
        before = self.raw[unit_begin:unit_end].decode()
        after = (self.raw[unit_begin:begin] + new.encode() + self.raw[end:unit_end]).decode()
        name = "%s: %s -> %s" % (self.where(unit), _one_line(before), _one_line(after) or "nothing")
        part_begin, part_end = self.span(part)
        changed = (self.raw[part_begin:begin] + new.encode() + self.raw[end:part_end]).decode()
        source = self.raw[:part_begin].decode() + changed + self.raw[part_end:].decode()
        return Mutant(name, source, _lines(node)), changed


def mutants(text, ordered=False):
    """Every mutant of a module, each with a name of its own; none twice, none that is only written differently.

    With `ordered`, neighbours that both call something are exchanged, too: where the order of acts is what matters.
    """
    module = Module(text)
    names = {}
    for part in module.tree.body:
        seen = {}
        _is_new(seen, module.text(part))
        for node in ast.walk(part):
            for change in (*_changes(module, node), *(_exchanged(module, node) if ordered else ())):
                mutant, part_text = module.mutant(part, *change)
                if _is_new(seen, part_text):
                    names[mutant.name] = names.get(mutant.name, 0) + 1
                    if names[mutant.name] > 1:
                        mutant.name += " (%d)" % names[mutant.name]
                    yield mutant


def _is_new(seen, text):
    """Whether no text before it comes to the same. Few are so alike that one has to look at what they come to."""
    alike = seen.setdefault(text.translate(WRITTEN_ANYHOW), [])
    if alike and ast.dump(ast.parse(text)) in [ast.dump(ast.parse(other)) for other in alike]:
        return False
    alike.append(text)
    return True


def _lines(node):
    """The lines of the statement that a node stands in, of a compound one its head; None outside of every function."""
    while not isinstance(node, (ast.stmt, ast.ExceptHandler)):
        node = node.parent
    inside = node
    while inside and not isinstance(inside, ast.FunctionDef):
        inside = getattr(inside, "parent", None)
    if not inside:
        return None
    body = getattr(node, "body", None)
    return range(node.lineno, max(node.lineno, body[0].lineno - 1) + 1 if body else node.end_lineno + 1)


def _one_line(text):
    return " ".join(text.split())


def _is_unit(node):
    """What a mutant is shown in: a row of a table, the condition of an `if` or a loop, else a whole statement."""
    parent = node.parent
    if _is_table(getattr(parent, "parent", None)) and parent is parent.parent.value:
        return True
    if isinstance(parent, (ast.If, ast.While)) and node is parent.test:
        return True
    return isinstance(node, (ast.stmt, ast.ExceptHandler))


def _is_table(node):
    if not isinstance(node, ast.Assign) or not isinstance(node.parent, ast.Module):
        return False
    return isinstance(node.value, ast.Tuple) and all(isinstance(row, ast.Tuple) for row in node.value.elts)


def _is_output_table(node):
    return _is_table(node) and all(_is_bit(cell) for row in node.value.elts for cell in row.elts)


def _is_bit(node):
    return isinstance(node, ast.Constant) and node.value in (0, 1)


def _changes(module, node):
    """A node and the text to put in its place; a third is the last of several nodes that it replaces."""
    if _is_output_table(node):
        for row in node.value.elts:
            for cell in row.elts:
                yield cell, str(1 - cell.value)
    elif _is_table(node):
        yield from _rows(module, node.value)
    elif isinstance(node, ast.stmt):
        yield from _statement(module, node)
    elif isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", None) in NARROWER:
        yield node.type, NARROWER[node.type.id]
    elif isinstance(node, ast.expr) and not _is_fixed(node):
        yield from _expression(module, node)


def _is_fixed(node):
    """Enumerations, whose every change is an error at once, and what is no logic: cells of outputs, field names."""
    while not isinstance(node, ast.stmt):
        node = node.parent
    enumerates = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
    return enumerates or _is_output_table(node)


def _statement(module, node):
    if isinstance(node, (ast.If, ast.While)):
        yield from _negated(module, node.test)
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if isinstance(node.parent, (ast.Module, ast.ClassDef)) and not is_call:
        return
    if isinstance(node, ast.Return) and node.value is not None:
        yield from _negated(module, node.value)
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        target, value = module.text(node.target), module.text(node.value)
        yield node, "%s %s= %s" % (target, ARITHMETIC[type(node.op)], value)
    acts = isinstance(node, (ast.Assign, ast.AugAssign, ast.Raise))
    if is_call or acts or isinstance(node, ast.Return) and not _is_end(node):
        yield node, "pass"


def _is_end(node):
    """`return None` where the function ends anyway."""
    if not isinstance(node.value, ast.Constant) or node.value.value is not None:
        return False
    while not isinstance(node, ast.FunctionDef):
        block = next((block for block in _blocks(node.parent) if node in block), [node])
        if node is not block[-1] or isinstance(node.parent, (ast.For, ast.While)):
            return False
        node = node.parent
    return True


def _exchanged(module, node):
    """A statement and the one after it the other way round, if both call something and neither ends the block."""
    if not _is_act(node):
        return
    block = next(block for block in _blocks(node.parent) if node in block)
    after = block[block.index(node) + 1 :][:1]
    if after and _is_act(after[0]):
        between = module.raw[module.span(node)[1] : module.span(after[0])[0]].decode()
        yield node, module.text(after[0]) + between + module.text(node), after[0]


def _is_act(node):
    is_simple = isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign))
    return is_simple and any(isinstance(inner, ast.Call) for inner in ast.walk(node))


def _blocks(node):
    blocks = (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
    return [block for block in blocks if isinstance(block, list)]


def _negated(module, node):
    """A comparison, a constant and a `not` are negated as what they are."""
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    if not is_not and not isinstance(node, (ast.Compare, ast.Constant)):
        yield node, "not (%s)" % module.text(node)


def _expression(module, node):
    if isinstance(node, ast.Compare):
        yield from _comparison(module, node)
    elif isinstance(node, ast.BoolOp):
        yield from _and_or(module, node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        yield node, "(%s)" % module.text(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        left, right = module.text(node.left), module.text(node.right)
        yield node, "((%s) %s (%s))" % (left, ARITHMETIC[type(node.op)], right)
    elif isinstance(node, ast.IfExp):
        yield node, "(%s)" % module.text(node.body)
        yield node, "(%s)" % module.text(node.orelse)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in OTHER_CALL:
        yield node.func, OTHER_CALL[node.func.id]
    elif isinstance(node, ast.Constant):
        for value in _other_constants(node.value):
            yield node, repr(value)
    elif isinstance(node, ast.Attribute) and node.attr in OTHER_WIRE:
        yield node, "%s.%s" % (module.text(node.value), OTHER_WIRE[node.attr])


def _comparison(module, node):
    operands = [module.text(operand) for operand in [node.left, *node.comparators]]
    written = [module.raw[module.span(left)[1]:module.span(right)[0]].decode()
               for left, right in zip([node.left, *node.comparators], node.comparators)]
    for i, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]:
            signs = written[:i] + [" %s " % other] + written[i + 1:]
            yield node, operands[0] + "".join(sign + operand for sign, operand in zip(signs, operands[1:]))


def _and_or(module, node):
    parts = ["(%s)" % module.text(part) for part in node.values]
    word = " or " if isinstance(node.op, ast.And) else " and "
    yield node, "(%s)" % word.join(parts)
    same = " and " if isinstance(node.op, ast.And) else " or "
    for i in range(len(parts)):
        yield node, "(%s)" % same.join(parts[:i] + parts[i + 1:])


def _other_constants(value):
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1) if value else (1,)
    return ()


def _rows(module, table):
    rows = table.elts
    keys = [ast.dump(row.elts[0]) for row in rows]
    for i, row in enumerate(rows):
        yield row, "*()"  # the row is gone, and the commas around it may stay
        neighbours = i + 1 < len(rows) and (keys[i] == keys[i + 1] or len(set(keys)) == len(keys))
        if neighbours:
            yield row, "%s, %s" % (module.text(rows[i + 1]), module.text(row)), rows[i + 1]
        yield from _cells(module, table, row)


def _cells(module, table, row):
    """Targets (names in capitals) led elsewhere; tests exchanged for another of the same row, or for none."""
    columns = list(zip(*[other.elts for other in table.elts]))
    for i, cell in enumerate(row.elts[1:], 1):
        others = set()
        if isinstance(cell, ast.Name) and cell.id.isupper():
            others = {other.id for other in (*columns[0], *columns[i]) if isinstance(other, ast.Name)}
        elif isinstance(cell, ast.Name) or isinstance(cell, ast.Constant) and cell.value is None:
            others = {other.id for other in row.elts[1:] if isinstance(other, ast.Name) and not other.id.isupper()}
            if any(isinstance(other, ast.Constant) and other.value is None for other in columns[i]):
                others.add("None")
        for other in sorted(others - {module.text(cell)}):
            yield cell, other
