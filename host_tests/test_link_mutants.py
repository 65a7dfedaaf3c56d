"""A linker that is broken in one place is found out by the samples: the tests of the linker bite."""

import re

import pytest

from host_tests import linking
from host_tests import link_samples as linked
from tools import link_names, staging

TEXTS = {path.relative_to(staging.ROOT).as_posix(): path.read_text(encoding="utf-8")
         for path in sorted((staging.ROOT / "tools").glob("link*.py"))}
SAMPLES = {row[0]: row[1:] for row in linked.SAMPLES + linked.LATE}
LATE_ONES = [row[0] for row in linked.LATE]
NUMBERS = "a number stands where its name stood, with brackets where a sign needs them"
NAMED = "a number keeps its name where it is no small number, or not the only one of that name"
HIDDEN = "a local name, an argument or a comprehension's hides a number of the same name, there and nowhere else"
HIDING = "a local name hides a function or a module of the same name, there and nowhere else"
LEFT = "what nothing mentions is left out, and what only that mentioned"
DOING = "what does something as it is defined stays"
ORDER = "each module stands after those it imports"
SHARED = "classes share the short names of what no object has together"
KEPT = "an attribute keeps its name if a text, the outside, a keyword or MicroPython has it"
LETTERS = "arguments get letters, but for those that are given by name or mean something else as well"
STATEMENTS = "every kind of statement does what it did"
SENTENCE = "the words of a sentence keep no names, but those of a text that is split do, and of one without blanks"
INNER = "arguments of a function with others inside get letters too, where nothing inside has the same name"
OFTEN = "what is left of the names is most useful for what is mentioned most"
PLACED = "a function of one expression that a table mentions, and nothing else does, stands in the table"
TEXT = "a text keeps every character"
BASE = "a class of Python's is taken from, and all that the class says keeps its name"
WAYS = "a name can come by several ways"
LATE = "an import inside a function stays one"
# The file, what stands there, what stands there instead, and the sample that does not go through then.
BROKEN = (
    ("link_numbers", "return ast.parse(str(number), mode=\"eval\").body", "return ast.Constant(number)", NUMBERS),
    ("link_numbers", "names.count(name) == 1", "names", NAMED),
    ("link_numbers", "type(number) is int and abs(number) < LARGEST", "isinstance(number, int)", NAMED),
    ("link_numbers", "LARGEST = 1 << 30", "LARGEST = 1 << 31", NAMED),
    ("link_modules", "_each(body_of(node), local | bound(node))", "_each(body_of(node), local)", HIDDEN),
    ("link_modules", "_each(header_of(node), local)\n        yield from _each(body_of",
     "_each(header_of(node), local | bound(node))\n        yield from _each(body_of", HIDDEN),
    ("link_modules", "inner = local | frozenset(_stored(node.generators))", "inner = local", HIDDEN),
    ("link_modules", "at_the_top(first.iter, local)", "at_the_top(first.iter, inner)", HIDDEN),
    ("link_modules", "if not isinstance(node, (*SCOPES, *COMPREHENSIONS)):", "if True:", HIDING),
    ("link_modules", "(ast.ExceptHandler, ast.FunctionDef)) and node.name", "ast.FunctionDef)", HIDDEN),
    ("link_modules", "        for node in at_the_top(tree):", "        for node in _at_any_place(tree):", HIDING),
    ("link_modules", "parts = header_of(statement) if", "parts = [] if", DOING),
    ("link_modules", "(ast.Call, ast.Subscript)", "(ast.Subscript,)", DOING),
    ("link_modules", "_without_docstrings(ast.parse(source))", "ast.parse(source)", TEXT),
    ("link", "not names or does_something(statement) or", "not names or", DOING),
    ("link", "leads_to.setdefault((module, name), set()).update(told)", "leads_to[module, name] = set()", LEFT),
    ("link", "for other in imported(module):", "for other in ():", ORDER),
    ("link", "self.reached | link_names.foreign() | self._asked()", "self.reached | self._asked()", LEFT),
    ("link", "name in asked or name.startswith(\"__\")", "name in asked", LEFT),
    ("link", "isinstance(node, ast.ClassDef) and not node.bases]", "isinstance(node, ast.ClassDef)]", BASE),
    ("link", "| link_names.texts_of(trees) | link_names.inherited(trees)", "| link_names.inherited(trees)", KEPT),
    ("link", "| link_names.texts_of(trees) | link_names.inherited(trees)", "| link_names.texts_of(trees)", BASE),
    ("link", "| link_names.inherited(trees) | self.reached", "| link_names.inherited(trees)", KEPT),
    ("link", "kept |= link_names.foreign() | set(keyword.kwlist)", "kept |= set(keyword.kwlist)", KEPT),
    ("link", "link_names.keywords_of(trees + outside)", "set()", LETTERS),
    ("link", "return module.lead is module and name in self.reached", "return False", LETTERS),
    ("link", "return self._is_reached(module, name) or name in module.told", "return self._is_reached(module, name)",
     STATEMENTS),
    ("link", "            _take(head, _import(lead))\n", "", WAYS),
    ("link", "        if lead not in inside:", "        if True:", LATE),
    ("link", "and not getattr(statement, \"bases\", ())", "", BASE),
    ("link", "name.id = self.attributes.get(name.id, name.id)", "pass", SHARED),
    ("link", "statement.name = self.top[module, statement.name]", "pass", LEFT),
    ("link_names", "re.findall(r\"\\w+\", text)", "text.split()", KEPT),
    ("link_names", "None not in row[1] | owners[name] and not", "not", SHARED),
    ("link_names", "not row[1] & owners[name]", "True", SHARED),
    ("link_names", "        row[1].update(owners[name])\n", "", SHARED),
    ("link_names", "is_def or not isinstance(node.ctx, ast.Load)", "is_def", SHARED),
    ("link_names", "node in split or \" \" not in node.value", "\" \" not in node.value", SENTENCE),
    ("link_names", "node in split or \" \" not in node.value", "True", SENTENCE),
    ("link_names", "            if is_def or not", "            if not is_def and not", SHARED),
    ("link_names", "(module, owner) if owner and of_self else None", "(module, owner) if owner else None", SHARED),
    ("link_names", "if name not in kept and name not in times)", "if name not in times)", KEPT),
    ("link_names", "keywords | inner | {\"self\"}", "inner | {\"self\"}", LETTERS),
    ("link_names", "keywords | inner | {\"self\"}", "keywords | {\"self\"}", LETTERS),
    ("link_names", "(ast.ExceptHandler, ast.alias)", "ast.alias", LETTERS),
    ("link_names", "(ast.ExceptHandler, ast.alias)", "ast.ExceptHandler", LETTERS),
    ("link_names", "for statement in function.body for node in ast.walk(statement)", "for node in ast.walk(function)",
     LETTERS),
    ("link_names", "for letter in LETTERS if letter not in taken", "for letter in LETTERS", LETTERS),
    ("link_names", "for name in bound(node)}\n    inner |=", "for name in ()}\n    inner |=", INNER),
    ("link_names", "key=lambda own: (-times[own], own[0].path, own[1])", "key=lambda own: own[1]", OFTEN),
    ("link_inline", "mentions[module, node.name] == 1", "mentions[module, node.name]", PLACED),
    ("link_inline", " or node.args.defaults", "", PLACED),
    ("link_inline", " and node.body[0].value is not None", "", PLACED),
    ("link_inline", "(*SCOPES, *COMPREHENSIONS)", "COMPREHENSIONS", PLACED),
    ("link_inline", " and not is_kept(module, node.name)", "", PLACED),
    ("link_text", "yield from (node.id for node in at_the_top(tree))",
     "yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))", OFTEN),
    ("link_text", "and _tree(bare) == _tree(line)", "", TEXT),
)


def linker_of(texts):
    board = linking.Board(texts)
    made = board.module("tools.link")
    board.module("tools.link_names").foreign = link_names.foreign  # reading the stubs again and again would take long
    return made


def goes_through(linker, name, text, has=(), has_not=()):
    """Whether the sample can be linked, in each way that it is made for, and comes out as the other tests want it."""
    files = linking.files_of(text)
    for way in (linking.apart,) if name in LATE_ONES else (linking.apart, linking.together):
        try:
            made = linker.link(linking.sources_of(files), way(files), [linking.OUTSIDE])
            made = {path: data.decode() for path, data in made.items()}
            is_same = linking.Board({**files, **made}).run(linking.OUTSIDE) == linking.Board(files).run(linking.OUTSIDE)
        except Exception:  # whatever a broken linker, or what it has made, falls over
            return False
        main = made[linking.MAIN]
        reads_so = all(re.search(pattern, main, re.MULTILINE) for pattern in has)
        if not is_same or (way is linking.together and (not reads_so or any(part in main for part in has_not))):
            return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_the_linker_as_it_is_goes_through(name):
    assert goes_through(linker_of(TEXTS), name, *SAMPLES[name])


@pytest.mark.parametrize("module, old, new, name", BROKEN)
def test_a_broken_linker_is_found_out(module, old, new, name):
    path = f"tools/{module}.py"
    assert TEXTS[path].count(old) == 1
    assert not goes_through(linker_of({**TEXTS, path: TEXTS[path].replace(old, new)}), name, *SAMPLES[name])
