"""One straight function out of the shipped source: every call taken in, every constant folded, every field a local.

The functions are read as they stand in the firmware and worked through with the objects that are really there. Whatever
never changes (what is fitted, limits, tables) is known and folds away, tests on it included; a loop over a table is
written out; a field that may change becomes a local variable. The order of everything that is done stays as it was. A
construct that is not understood is refused, never guessed at, and a test holds the outcome against the shipped step.
"""

import ast
import builtins
import inspect
import operator
import textwrap
import types

BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
          ast.Mod: operator.mod, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.LShift: operator.lshift,
          ast.RShift: operator.rshift, ast.BitXor: operator.xor}
COMPARED = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
            ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
            ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many}
UNARY = {ast.Not: operator.not_, ast.USub: operator.neg, ast.Invert: operator.invert}
PLAIN = (int, str, bool, type(None))
TREES = {}


class Known:
    """A value that is the same in every step."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Impure(Exception):
    """This function does something: it can not become one expression."""


class Unreadable(Exception):
    """The source uses a construct that is not understood here."""


class Bind:
    """In a loop that is written out: the next of its values."""

    def __init__(self, target, value):
        self.target, self.value = target, value


class Frame:
    """One call: its function's names. `values` are those of an expression, which nothing can change meanwhile."""

    def __init__(self, number, function, pure):
        self.number, self.globals, self.pure = number, function.__globals__, pure
        self.values = {}

    def key(self, name):
        return f"{name}_{self.number}"


def tree_of(function):
    code = function.__code__
    if code not in TREES:
        TREES[code] = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    return TREES[code]


class Fold:
    """`fields`: (id of object, attribute) -> variable; `cuts`: function -> what stands for it (see _cut)."""

    def __init__(self, fields, cuts, at_first, frozen=()):
        self.fields, self.cuts, self.frozen = fields, cuts, frozen
        self.store = dict(at_first)  # variable -> Known, or a Name that holds it
        self.out = []
        self.frames = 0
        self.lifted = {}  # name -> object that the made function refers to

    # Values.

    def lift(self, value):
        if not isinstance(value, Known):
            return value
        if isinstance(value.value, PLAIN):
            return ast.Constant(value.value)
        name = f"k{id(value.value)}"
        self.lifted[name] = value.value
        return ast.Name(name, ast.Load())

    def assign(self, key, value):
        if key in self.frozen:
            return
        if not isinstance(value, Known):
            if isinstance(value, ast.Name) and value.id == key:
                return
            self.out.append(ast.Assign([ast.Name(key, ast.Store())], value))
            value = ast.Name(key, ast.Load())
        self.store[key] = value

    # Expressions.

    def expr(self, node, frame):
        return getattr(self, "_" + type(node).__name__, self._unknown)(node, frame)

    def _unknown(self, node, _frame):
        raise Unreadable(f"{type(node).__name__}: {ast.unparse(node)}")

    def _Constant(self, node, _frame):
        return Known(node.value)

    def _Name(self, node, frame):
        if node.id in frame.values:
            return frame.values[node.id]
        if not frame.pure and frame.key(node.id) in self.store:
            return self.store[frame.key(node.id)]
        return Known(frame.globals[node.id] if node.id in frame.globals else getattr(builtins, node.id))

    def _Attribute(self, node, frame):
        owner = self.expr(node.value, frame)
        if not isinstance(owner, Known):
            raise Unreadable(ast.unparse(node))
        variable = self.fields.get((id(owner.value), node.attr))
        return self.store[variable] if variable else Known(getattr(owner.value, node.attr))

    def _Subscript(self, node, frame):
        owner, index = self.expr(node.value, frame), self.expr(node.slice, frame)
        if isinstance(owner, Known) and isinstance(index, Known):
            return Known(owner.value[index.value])
        return ast.Subscript(self.lift(owner), self.lift(index), ast.Load())

    def _Tuple(self, node, frame):
        values = [self.expr(one, frame) for one in node.elts]
        if all(isinstance(value, Known) for value in values):
            return Known(tuple(value.value for value in values))
        return ast.Tuple([self.lift(value) for value in values], ast.Load())

    def _BinOp(self, node, frame):
        left, right = self.expr(node.left, frame), self._calm(node.right, frame)
        if isinstance(left, Known) and isinstance(right, Known):
            return Known(BINARY[type(node.op)](left.value, right.value))
        return ast.BinOp(self.lift(left), node.op, self.lift(right))

    def _UnaryOp(self, node, frame):
        value = self.expr(node.operand, frame)
        return Known(UNARY[type(node.op)](value.value)) if isinstance(value, Known) else ast.UnaryOp(node.op, value)

    def _Compare(self, node, frame):
        values = [self.expr(node.left, frame)] + [self._calm(one, frame) for one in node.comparators]
        if all(isinstance(value, Known) for value in values):
            pairs = zip(node.ops, values, values[1:])
            return Known(all(COMPARED[type(op)](one.value, other.value) for op, one, other in pairs))
        return ast.Compare(self.lift(values[0]), node.ops, [self.lift(value) for value in values[1:]])

    def _IfExp(self, node, frame):
        test = self._test(node.test, frame)
        if isinstance(test, Known):
            return self.expr(node.body if test.value else node.orelse, frame)
        return ast.IfExp(test, self.lift(self._calm(node.body, frame)), self.lift(self._calm(node.orelse, frame)))

    def _test(self, node, frame):
        """The same where only its truth matters: `x and False` is never true, whatever x is."""
        value = self.expr(node, frame)
        if isinstance(value, ast.BoolOp) and isinstance(value.values[-1], ast.Constant):
            if bool(value.values[-1].value) != isinstance(value.op, ast.And):
                return Known(not isinstance(value.op, ast.And))
        return value

    def _calm(self, node, frame):
        """An operand that is reached by more than one way, or not first: it may do nothing."""
        before = len(self.out)
        value = self.expr(node, frame)
        if len(self.out) != before:
            raise Unreadable(ast.unparse(node))
        return value

    def _BoolOp(self, node, frame):
        is_and = isinstance(node.op, ast.And)
        kept = []
        for place, operand in enumerate(node.values):
            buffer, self.out, before = self.out, [], dict(self.store)
            value = self.expr(operand, frame)
            made, self.out = self.out, buffer
            if made and kept:
                self._guarded(node, kept, made, value, before, is_and)
                return self._rest(node, place, frame)
            self.out += made
            if isinstance(value, Known) and bool(value.value) != is_and:
                return value if not kept else self._bool(node.op, kept + [value])
            if not isinstance(value, Known) or place == len(node.values) - 1:
                kept.append(value)
        return self._bool(node.op, kept)

    def _bool(self, op, values):
        return values[0] if len(values) == 1 else ast.BoolOp(op, [self.lift(value) for value in values])

    def _guarded(self, node, kept, made, value, before, is_and):
        """An operand that does something is done only if those before it ask for it."""
        key = f"so_{id(node)}"
        test = self._bool(node.op, kept)
        after, self.store = self.store, dict(before)
        self.assign(key, test)
        name = ast.Name(key, ast.Load())
        made.append(ast.Assign([ast.Name(key, ast.Store())], self.lift(value)))
        after[key] = name
        skipped = []
        self._join(after, made, dict(self.store), skipped)
        test = name if is_and else ast.UnaryOp(ast.Not(), name)
        self.out.append(ast.If(test, made, skipped))

    def _rest(self, node, place, frame):
        if place != len(node.values) - 1:
            raise Unreadable(ast.unparse(node))
        return self.store[f"so_{id(node)}"]

    # Calls.

    def _Call(self, node, frame):
        called = self.expr(node.func, frame)
        function = called.value
        plain = getattr(function, "__func__", function)
        cut = self.cuts.get(plain, self)
        if cut is None:
            return Known(None)
        arguments = [self.expr(argument, frame) for argument in node.args]
        if isinstance(function, types.MethodType):
            arguments.insert(0, Known(function.__self__))
        if isinstance(cut, str):
            return self._ask(cut, frame)
        plain = plain if cut is self else cut
        if not isinstance(plain, types.FunctionType):
            return self._builtin(plain, arguments)
        out, length, store = self.out, len(self.out), self.store
        try:
            return self._as_expression(plain, arguments)
        except Impure:
            if frame.pure:
                raise
            self.out, self.store = out, store  # nothing of the attempt may stay
            del out[length:]
        return self._as_statements(plain, arguments)

    def _ask(self, name, frame):
        """Whoever chose the inputs may choose this too; that it was wanted is told."""
        if frame.pure:
            raise Impure
        self.assign("asked", Known(1))
        return ast.Name(name, ast.Load())

    def _builtin(self, function, arguments):
        if all(isinstance(argument, Known) for argument in arguments):
            return Known(function(*[argument.value for argument in arguments]))
        one, other = [self.lift(argument) for argument in arguments][-2:] if len(arguments) > 1 else (None, None)
        if function in (min, max) and len(arguments) == 2:
            op = ast.Lt() if function is min else ast.Gt()
            return ast.IfExp(ast.Compare(other, [op], [one]), other, one)
        if function in (bool, int, abs):
            return ast.Call(ast.Name(function.__name__, ast.Load()), [self.lift(arguments[0])], [])
        raise Unreadable(str(function))

    def _frame(self, function, pure):
        self.frames += 1
        return Frame(self.frames, function, pure)

    def _named(self, function, arguments):
        names = [argument.arg for argument in tree_of(function).args.args]
        values = list(arguments) + [Known(value) for value in function.__defaults__ or ()]
        return zip(names, values if len(values) == len(names) else values[: len(names)])

    def _as_expression(self, function, arguments):
        frame = self._frame(function, True)
        frame.values.update(self._named(function, arguments))
        return self._pure(tree_of(function).body, frame)

    def _pure(self, statements, frame):
        if not statements:
            return Known(None)
        first, rest = statements[0], statements[1:]
        if isinstance(first, ast.Return):
            return self.expr(first.value, frame) if first.value else Known(None)
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            return self._pure(rest, frame)
        if isinstance(first, Bind):
            bind(first.target, first.value, frame.values.__setitem__)
            return self._pure(rest, frame)
        if isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name) and len(first.targets) == 1:
            frame.values[first.targets[0].id] = self.expr(first.value, frame)
            return self._pure(rest, frame)
        if isinstance(first, ast.For):
            return self._pure(self._written_out(first, frame) + rest, frame)
        if not isinstance(first, ast.If):
            raise Impure
        test = self._test(first.test, frame)
        if isinstance(test, Known):
            return self._pure((first.body if test.value else first.orelse) + rest, frame)
        if not isinstance(first.body[-1], ast.Return):
            raise Impure
        values = dict(frame.values)
        one = self._pure(first.body, frame)
        frame.values = values
        return ast.IfExp(test, self.lift(one), self.lift(self._pure(first.orelse + rest, frame)))

    def _written_out(self, loop, frame):
        values = self.expr(loop.iter, frame)
        if not isinstance(values, Known) or loop.orelse:
            raise Unreadable(ast.unparse(loop))
        return [one for value in values.value for one in [Bind(loop.target, Known(value)), *loop.body]]

    # Statements.

    def _as_statements(self, function, arguments):
        frame = self._frame(function, False)
        for name, value in self._named(function, arguments):
            self.assign(frame.key(name), value)
        key = frame.key("answer")
        self._block(tree_of(function).body, frame, key)
        answer, ending = self.store[key], f"_{frame.number}"
        for name in [name for name in self.store if name.endswith(ending)]:
            del self.store[name]  # nobody asks for them again
        return answer

    def _block(self, statements, frame, answer):
        for place, one in enumerate(statements):
            if isinstance(one, ast.Return):
                self.assign(answer, self.expr(one.value, frame) if one.value else Known(None))
                return
            if isinstance(one, ast.For):
                return self._block(self._written_out(one, frame) + statements[place + 1 :], frame, answer)
            if isinstance(one, ast.If):
                test = self._test(one.test, frame)
                returns = may_return(one)
                rest = statements[place + 1 :]
                if isinstance(test, Known):
                    return self._block((one.body if test.value else one.orelse) + rest, frame, answer)
                self._branch(test, one, rest if returns else [], frame, answer)
                if returns:
                    return
            else:
                self._statement(one, frame)
        self.store[answer] = Known(None)

    def _branch(self, test, one, rest, frame, answer):
        before, buffer = dict(self.store), self.out
        self.out = body = []
        self._block(one.body + rest, frame, answer)
        after, self.store = self.store, before
        self.out = orelse = []
        self._block(one.orelse + rest, frame, answer)
        self.out = buffer
        self._join(after, body, dict(self.store), orelse)
        if body or orelse:
            self.out.append(ast.If(test, body, orelse))

    def _join(self, one, body, other, orelse):
        """After both ways: what differs between them has become a variable."""
        joined = {}
        for key in one:
            if key not in other:
                continue
            a, b = one[key], other[key]
            if a is b:
                joined[key] = a
                continue
            if isinstance(a, Known) and isinstance(b, Known) and type(a.value) is type(b.value) \
                    and (a.value is b.value or a.value == b.value):
                joined[key] = a
                continue
            if isinstance(a, ast.Name) and isinstance(b, ast.Name) and a.id == b.id:
                joined[key] = a
                continue
            for value, out in ((a, body), (b, orelse)):
                if isinstance(value, Known) or value.id != key:
                    out.append(ast.Assign([ast.Name(key, ast.Store())], self.lift(value)))
            joined[key] = ast.Name(key, ast.Load())
        self.store = joined

    def _statement(self, one, frame):
        if isinstance(one, Bind):
            bind(one.target, one.value, lambda name, value: self.assign(frame.key(name), value))
        elif isinstance(one, ast.Assign):
            value = self.expr(one.value, frame)
            for target in one.targets:
                self.assign(self._place(target, frame), value)
        elif isinstance(one, ast.AugAssign):
            place = self._place(one.target, frame)
            value = ast.BinOp(self.lift(self.store[place]), one.op, ast.Constant(0))
            now, by = self.store[place], self._calm(one.value, frame)
            if isinstance(now, Known) and isinstance(by, Known):
                self.assign(place, Known(BINARY[type(one.op)](now.value, by.value)))
            else:
                value.right = self.lift(by)
                self.assign(place, value)
        elif isinstance(one, ast.Expr):
            self.expr(one.value, frame)
        else:
            raise Unreadable(ast.unparse(one))

    def _place(self, target, frame):
        if isinstance(target, ast.Name):
            return frame.key(target.id)
        owner = self.expr(target.value, frame) if isinstance(target, ast.Attribute) else None
        variable = self.fields.get((id(owner.value), target.attr)) if isinstance(owner, Known) else None
        if variable is None:
            raise Unreadable(f"{ast.unparse(target)} is assigned, and no field that may change")
        return variable


def may_return(branch):
    if not hasattr(branch, "returns"):
        branch.returns = any(isinstance(inner, ast.Return) for inner in ast.walk(branch))
    return branch.returns


def bind(target, value, assign):
    """A loop's target, one name or several."""
    if isinstance(target, ast.Name):
        assign(target.id, value)
    else:
        for one, part in zip(target.elts, value.value):
            assign(one.id, Known(part))


def made(fold, name, parameters, taken, answer):
    """The function: unpacks `taken` from its first parameter, does what `fold` has written, returns `answer`."""
    start = [ast.Assign([ast.Tuple([ast.Name(one, ast.Store()) for one in taken], ast.Store())],
                        ast.Name(parameters[0], ast.Load()))]
    body = start + living(fold.out, reads(answer)) + [ast.Return(answer)]
    arguments = ast.arguments([], [ast.arg(one) for one in parameters], None, [], [], None, [])
    module = ast.Module([ast.FunctionDef(name, arguments, body, [], lineno=1)], [])
    scope = dict(fold.lifted)
    exec(compile(ast.fix_missing_locations(module), f"<{name}>", "exec"), scope)
    return scope[name]


def reads(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def living(body, read):
    """The statements whose outcome somebody reads; `read` is what is read after them, and becomes what is before."""
    kept = []
    for one in reversed(body):
        if isinstance(one, ast.Assign):
            if one.targets[0].id in read:
                read.discard(one.targets[0].id)
                read |= reads(one.value)
                kept.append(one)
            continue
        other = set(read)
        inner, orelse, test = living(one.body, read), living(one.orelse, other), one.test
        read |= other
        if not inner and not orelse:
            continue
        if not inner:
            inner, orelse, test = orelse, [], ast.UnaryOp(ast.Not(), test)
        read |= reads(test)
        kept.append(ast.If(test, inner, orelse))
    return kept[::-1]
