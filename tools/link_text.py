"""The text of a linked file, written so that it costs least on the board."""

import ast
import collections
import keyword


def often(text):
    """A line that mentions the names of a text, those first that are mentioned most, and does nothing.

    Byte code refers to a name by its number in its file: the first 128 take a byte, all others two.
    """
    counted = collections.Counter()
    for node in ast.walk(ast.parse(text)):
        for field in ("id", "attr", "arg", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str) and name.isidentifier():
                counted[name] += 1
    names = [name for name, _times in counted.most_common(128) if not keyword.iskeyword(name)]
    return f"lambda: _.{'._.'.join(names)}\n" if names else ""


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
