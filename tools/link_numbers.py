"""The numbers that have a name of their own at the top of a module: the linker writes them where the names stood."""

import ast

from tools.link_modules import defined

LARGEST = 1 << 30  # a number from here on is an object on the board, and better made once


def numbers_of(modules):
    """{module: {name: number}}, for modules by their dotted names."""
    found = {dotted: {} for dotted in modules}
    before = -1
    while before != (before := sum(map(len, found.values()))):
        for dotted, module in modules.items():
            known = {here: found[owner.dotted][there] for here, (owner, there) in module.names.items()
                     if there in found[owner.dotted]}
            once = _assigned_once(module.tree)
            for statement in module.tree.body:
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    pairs = _numbers(statement, {**known, **found[dotted]})
                    found[dotted].update({name: number for name, number in pairs if name in once})
    return found


def written(number):
    """A number as an expression: a negative one is a sign and a number, which need brackets in some places."""
    return ast.parse(str(number), mode="eval").body


def _numbers(statement, known):
    target = statement.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    value = _evaluated(statement.value, known)
    if value is None or not all(isinstance(name, ast.Name) for name in names):
        return []
    numbers = list(value) if isinstance(target, ast.Tuple) else [value]
    if not all(type(number) is int and abs(number) < LARGEST for number in numbers):
        return []
    return list(zip([name.id for name in names], numbers, strict=True))


def _evaluated(node, known):
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in known and part.id != "range":
            return None
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") != "range":
            return None
        if isinstance(part, (ast.Attribute, ast.Subscript, ast.Lambda, ast.JoinedStr, ast.GeneratorExp, ast.ListComp)):
            return None
    return eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {"range": range}}, dict(known))


def _assigned_once(tree):
    names = [name for statement in tree.body for name in defined(statement)]
    return {name for name in names if names.count(name) == 1}
