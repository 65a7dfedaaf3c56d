"""The linker on small firmwares made up for it: what it changes, what it keeps, and what it refuses."""

import re

import pytest

from host_tests import linking
from host_tests import link_refusals as unlinkable
from host_tests import link_samples as linked
from tools import link
from tools.link_modules import Unlinkable

WAYS = (linking.together, linking.apart, linking.in_two)
NAMES = [row[0] for row in linked.SAMPLES]
BESIDE = """
# firmware/core/b.py
import time
N = 3
class B:
    def now_s(self):
        return time.time()
# firmware/core/c.py
N = 4
ROWS = [1]
class C:
    pass
# firmware/app/main.py
from firmware.core import a
def run():
    print("ran")
# firmware/core/a.py
"""


LATE = [row[0] for row in linked.LATE]


def linked_files(files, way):
    made = link.link(linking.sources_of(files), way(files), [linking.OUTSIDE])
    return {path: data.decode() for path, data in made.items()}


def outcomes(text, way):
    """What it prints as it is written, and linked."""
    files = linking.files_of(text)
    return [linking.Board({**files, **made}).run(linking.OUTSIDE) for made in ({}, linked_files(files, way))]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [row[1] for row in linked.SAMPLES], ids=NAMES)
def test_a_sample_prints_the_same(text, way):
    plain, after = outcomes(text, way)
    assert after == plain != ""


@pytest.mark.parametrize("text, has, has_not", [row[1:] for row in linked.SAMPLES], ids=NAMES)
def test_a_linked_sample_reads_so(text, has, has_not):
    made = linked_files(linking.files_of(text), linking.together)[linking.MAIN]
    assert [pattern for pattern in has if not re.search(pattern, made, re.MULTILINE)] == [], made
    assert [part for part in has_not if part in made] == [], made


@pytest.mark.parametrize("text", [row[1] for row in linked.LATE], ids=LATE)
def test_a_sample_that_imports_inside_a_function_prints_the_same(text):
    plain, after = outcomes(text, linking.apart)
    assert after == plain != ""


@pytest.mark.parametrize("name, text", [row[:2] for row in linked.SAMPLES + linked.LATE], ids=NAMES + LATE)
def test_a_sample_prints_the_same_on_micropython(name, text, micropython_32, tmp_path):
    files, printed = linking.files_of(text), []
    for made in ({}, linked_files(files, linking.apart if name in LATE else linking.together)):
        for path, content in {**files, **made}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        done = micropython_32.run("import sys\nsys.path.insert(0, '')\n" + linking.OUTSIDE, cwd=tmp_path)
        assert done.stderr == ""
        printed.append(done.stdout)
    assert printed[0] == printed[1] != ""


@pytest.mark.parametrize("text, sentence, line", unlinkable.REFUSED, ids=[row[0] for row in unlinkable.REFUSED])
def test_what_cannot_be_followed_is_refused_with_the_place(text, sentence, line):
    files = linking.files_of(BESIDE + text + "\n")
    with pytest.raises(Unlinkable) as refused:
        linked_files(files, linking.apart)
    assert sentence in str(refused.value) and str(refused.value).startswith(f"firmware/core/a.py:{line}: ")


@pytest.mark.parametrize("way, sentence, text", unlinkable.REFUSED_TOGETHER)
def test_what_does_not_go_together_is_refused(way, sentence, text):
    with pytest.raises(Unlinkable, match=re.escape(sentence)):
        linked_files(linking.files_of(text), getattr(linking, way))
