"""The text of a linked file, written so that it costs least on the board."""

import ast
import collections
import keyword

from tools.link_modules import at_the_top

SHORT = 10  # characters of a text that is kept as a name is


def often(text):
    """A line that mentions the words of a text, those first that are mentioned most, and does nothing.

    Byte code refers to a name or short text by its number in its file: the first 128 take a byte, all others two.
    """
    words = [word for word, _times in collections.Counter(_mentions(ast.parse(text))).most_common(128)]
    names = [word for word in words if word.isidentifier() and not keyword.iskeyword(word)]
    texts = [word for word in words if word not in names]
    return f"lambda: [{', '.join(['_.' + name for name in names] + [repr(text) for text in texts])}]\n"


def _mentions(tree):
    """Every name and short text in the code of a file, as often as byte code refers to it: never to a local name."""
    yield from (node.id for node in at_the_top(tree))
    for node in ast.walk(tree):
        fields = () if isinstance(node, ast.Name) else ("attr", "arg", "name", "module")
        yield from filter(None, [getattr(node, field, None) for field in fields])
    yield from _texts(tree)


def _texts(node):
    """The short texts in the code: those in a tuple of constants are made with it, and no names."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) <= SHORT:
        yield node.value
    for child in () if is_constant(node) else ast.iter_child_nodes(node):
        yield from _texts(child)


def is_constant(node):
    """Is it a constant, or a tuple of nothing else?"""
    return isinstance(node, ast.Constant) or isinstance(node, ast.Tuple) and all(map(is_constant, node.elts))


def without_brackets(text):
    """a, b = c, d instead of a, b = (c, d), for which MicroPython makes a tuple every time."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        target, is_, value = line.partition(" = (")
        bare = target + " = " + value[:-1]
        if is_ and "," in target and value.endswith(")") and _tree(bare) == _tree(line):
            lines[i] = bare
    return "\n".join(lines)


def _tree(line):
    try:
        return ast.dump(ast.parse(line.strip()))
    except SyntaxError:  # the line is not a statement by itself
        return line


def without_words(texts, passing):
    """{path: text} with the files of `passing` leaving fewer words behind: their texts that no other file has.

    MicroPython keeps a short text of the code for ever, as it does a name; but what stands in a tuple is gone with it.
    """
    trees = {path: ast.parse(text) for path, text in texts.items()}
    files = collections.Counter(word for tree in trees.values() for word in set(_mentions(tree)))
    for path in passing:
        _Aside({word for word in _texts(trees[path]) if files[word] == 1}).visit(trees[path])
    return {path: ast.unparse(trees[path]) + "\n" if path in passing else text for path, text in texts.items()}


class _Aside(ast.NodeTransformer):
    """Texts into tuples of their own, but for those that stand in one already, or inside a longer text."""

    def __init__(self, words):
        self.words = words

    def visit_Constant(self, node):
        is_one = isinstance(node.value, str) and node.value in self.words
        return ast.Subscript(ast.Tuple([node], ast.Load()), ast.Constant(0), ast.Load()) if is_one else node

    def visit_Tuple(self, node):
        return node if is_constant(node) else self.generic_visit(node)

    def visit_JoinedStr(self, node):
        return node
