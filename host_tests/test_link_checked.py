"""The firmware's linked files mean what its modules mean: held against them by other code than the linker's."""

import ast
import functools
import hashlib
import os
import re
import subprocess
import sys

import pytest

from host_tests import linking, translation
from host_tests import link_samples as samples
from tools import link, link_names, staging

SEEDED = """
import hashlib
from tools import staging
print(hashlib.sha256(repr(staging._linked()).encode()).hexdigest())
"""
# What MicroPython's own modules and types have, as it tells it itself.
ASK = """
import sys
things = ["", b"", bytearray(), [], (), {}, set(), 1, range(1), (i for i in ()), iter([]), sys.stdin, OSError()]
for name in %r:
    try:
        things.append(__import__(name))
    except ImportError:
        pass
for thing in things:
    for name in dir(thing):
        print(name)
        if isinstance(getattr(thing, name, None), type):
            print(*dir(getattr(thing, name)))
"""
SAMPLES = {row[0]: row[1] for row in samples.SAMPLES}
NUMBERS = "a number stands where its name stood, with brackets where a sign needs them"
SHARED = "classes share the short names of what no object has together"
LETTERS = "arguments get letters, but for those that are given by name or mean something else as well"
STATEMENTS = "every kind of statement does what it did"
ORDER = "each module stands after those it imports"
IMPORTS = "a module of Python's is imported once, wherever it was"


def texts_of(files):
    return {path: data.decode() for path, data in files.items()}


@functools.cache
def staged():
    """What staging gives to the linker, the linker that it gives it to, and what it makes of that."""
    found = []

    def noting(*given):
        linker = link.Linker(*given)
        found.extend((given, linker, linker.files()))
        return found[2]

    usual, link.link = link.link, noting
    try:
        staging._linked.cache_clear()
        staging._linked()
    finally:
        link.link = usual
    return found


def firmware():
    """The sources, the linker, and its files."""
    given, linker, files = staged()
    return texts_of(given[0]), linker, texts_of(files)


def sample(name):
    files = linking.files_of(SAMPLES[name])
    sources = linking.sources_of(files)
    linker = link.Linker(sources, linking.in_two(files), [linking.OUTSIDE])
    return texts_of(sources), linker, texts_of(linker.files())


def compared(made, change=lambda text: text):
    sources, linker, files = made
    leads = {module.path: module.lead.path for module in linker.modules}
    tops = {(module.path, name): short for (module, name), short in linker.top.items()}
    return translation.Comparison(sources, {path: change(text) for path, text in files.items()}, leads, tops,
                                  linker.attributes)


@functools.cache
def comparison():
    return compared(firmware())


@functools.cache
def nodes_of(text):
    return list(ast.walk(translation.without_docstrings(ast.parse(text))))


def nodes(texts, *kinds):
    return [node for text in texts for node in nodes_of(text) if isinstance(node, kinds)]


def test_every_statement_means_the_same():
    assert comparison().found == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if "\ntell(" not in SAMPLES[name]])
def test_every_statement_of_a_sample_means_the_same(name):
    assert compared(sample(name)).found == []


def missing(texts):
    """The attributes that are asked of something, and that nothing in these texts has."""
    modules = {alias.asname or alias.name for node in nodes(texts, ast.ImportFrom) for alias in node.names}
    asked = [node for node in nodes(texts, ast.Attribute) if getattr(node.value, "id", "") not in modules]
    members = [member for owner in nodes(texts, ast.ClassDef) for member in owner.body]
    had = {name for member in members for name in translation.names_of(member)}
    return {node.attr for node in asked} - had - {node.attr for node in asked if isinstance(node.ctx, ast.Store)}


def asked_by(texts):
    """What they ask for, import and define."""
    names = {word for node in nodes(texts, ast.alias) for word in translation.words_of(node)}
    names |= {name for tree in map(ast.parse, texts) for node in ast.walk(tree)
              for part in (node.body if isinstance(node, (ast.Module, ast.ClassDef)) else ())
              for name in translation.names_of(part)}
    return names | {node.attr for node in nodes(texts, ast.Attribute)}


def test_what_nothing_in_the_files_has_is_pythons():
    sources, _linker, files = firmware()
    plain = [re.sub(r"^lambda: .*\n", "", text) for text in files.values()]  # without the line that mentions them all
    assert len(missing(plain)) > 50
    assert missing(plain) - missing(sources.values()) - link_names.foreign() == set()


def test_what_something_else_could_say_keeps_its_name():
    _sources, linker, files = firmware()
    outside = staged()[0][2]
    texts = [node.value for node in nodes(files.values(), ast.Constant) if isinstance(node.value, str)]
    given = {node.arg for node in nodes([*files.values(), *outside], ast.keyword)}
    names = [text for text in texts if " " not in text]  # any other is a sentence, and split nowhere
    said = set(re.findall(r"\w+", "\n".join(names))) | given | asked_by(outside)
    assert len(linker.attributes) > 200 and linker.attributes.keys() & said == set()
    assert len(comparison().renamed) > 100 and comparison().renamed & given == set()
    kept = {name: short for (module, name), short in linker.top.items() if module.lead is module and name in said}
    assert kept and all(name == short for name, short in kept.items())


def test_what_micropython_itself_has_keeps_its_name(micropython_32):
    done = micropython_32.run(ASK % (("builtins", *link_names.FOREIGN),))
    told = set(done.stdout.split())
    assert done.stderr == "" and len(told) > 300
    assert firmware()[1].attributes.keys() & told == set()


def test_attributes_share_a_short_name_only_if_no_object_can_have_both():
    """Whoever asks: an object has what its class defines and what is put into `self` there. Into what else something
    is put is not known, and may be any object."""
    _sources, linker, _files = firmware()
    owners = {}
    for path, module in comparison().modules.items():
        for statement in module.tree.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                    of_self = isinstance(statement, ast.ClassDef) and getattr(node.value, "id", "") == "self"
                    owners.setdefault(node.attr, set()).add((path, statement.name) if of_self else None)
                for member in node.body if isinstance(node, ast.ClassDef) else ():
                    for name in translation.names_of(member):
                        owners.setdefault(name, set()).add((path, statement.name))
    alike = {}
    for name, short in linker.attributes.items():
        alike.setdefault(short, []).append(owners[name])
    shared = [each for each in alike.values() if len(each) > 1]
    assert len(shared) > 10 and not any(None in each for rows in shared for each in rows)
    assert all(len(set.union(*rows)) == sum(map(len, rows)) for rows in shared)
    trees = [module.tree for module in comparison().modules.values()]
    mentioned = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert set(linker.attributes.values()) & (mentioned - linker.attributes.keys()) == set()


# What is altered in the linked sample of that name, and what is said of it.
ALTERED = (
    ("what nothing mentions is left out, and what only that mentioned", r"'used'", "'other'", "value 'used' became"),
    (NUMBERS, r"--3", "-3", "BinOp|became"),
    (NUMBERS, r"\[7\]", "[8]", "NEAR is 7"),
    (NUMBERS, r"\(0, 1, 2\)", "(False, 1, 2)", "FIRST"),
    (SHARED, r"self\.other\.", "self.", "became"),
    (SHARED, r"self\.(\w+) = 'red'", "self.zz = 'red'", "zz"),
    (SHARED, r"\bA\.\w+", "A.zz", "First of .* became"),
    (LETTERS, r"a \+ b \* c", "a + c * b", "also another local"),
    (LETTERS, r"\(a, b, c=3\)", "(b, a, c=3)", "also another local"),
    (LETTERS, r"return \[row for row in a\]", "return [b for row in a]", "another scope"),
    (STATEMENTS, r"finally:\n.*\n", "finally:\n            pass\n", "became pass"),
    (STATEMENTS, r"while True", "while 1", "True became 1"),
    (ORDER, r"\n(\w\w = .*)\n(\w\w = .*)", r"\n\2\n\1", "used before it is defined"),
    (IMPORTS, r"import binascii", "import os", "a name of Python's"),
    (IMPORTS, r"import binascii", "aa = 1", "nothing is called aa"),
    ("a local name hides a function or a module of the same name, there and nowhere else",
     r"return a \+ 1", "return aa + 1", "another scope"),
    ("what does something as it is defined stays", r"\.append\(", ".extend(", "append became"),
)


@pytest.mark.parametrize("name, old, new, said", ALTERED)
def test_the_comparison_bites(name, old, new, said):
    made = sample(name)
    assert any(re.search(old, text) for text in made[2].values()), made[2]
    found = compared(made, lambda text: re.sub(old, new, text, count=1)).found
    assert found and re.search(said, "\n".join(found)), found


def test_the_same_bytes_come_of_every_run():
    """Whatever order sets have."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    run = subprocess.run([sys.executable, "-c", SEEDED], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=staging.ROOT,
                         capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == hashlib.sha256(repr(staging._linked()).encode()).hexdigest(), run.stderr
