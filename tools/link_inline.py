"""Functions that one table names, and nothing else, stand in the table itself, and need no names of their own."""

import ast
import collections

from tools.link_modules import COMPREHENSIONS, SCOPES, header_of


def put_in_place(modules, is_kept):
    """Turn functions of one expression into a lambda where they are mentioned, if that is once, and not in a function.

    `is_kept(module, name)`: it is asked for from outside.
    """
    told = [module.references(module.tree) for module in modules]
    mentions = collections.Counter(definition for each in told for _node, definition in each)
    for module in modules:
        short = {node.name: node for node in module.tree.body if _is_one_expression(node)
                 and mentions[module, node.name] == 1 and not is_kept(module, node.name)}
        placing = _Placing(short)
        module.tree.body = [placing.visit(node) if isinstance(node, ast.Assign) else node for node in module.tree.body]
        module.tree.body = [node for node in module.tree.body if node not in placing.placed]


def _is_one_expression(node):
    if not isinstance(node, ast.FunctionDef) or len(header_of(node)) != 1 or node.args.defaults:
        return False
    return isinstance(node.body[0], ast.Return) and node.body[0].value is not None


class _Placing(ast.NodeTransformer):
    """In what is evaluated as the module is loaded, and once."""

    def __init__(self, functions):
        self.functions = functions
        self.placed = set()

    def visit(self, node):
        return node if isinstance(node, (*SCOPES, *COMPREHENSIONS)) else super().visit(node)

    def visit_Name(self, node):
        function = self.functions.get(node.id)
        if function is None:
            return node
        self.placed.add(function)
        return ast.copy_location(ast.Lambda(function.args, function.body[0].value), node)
