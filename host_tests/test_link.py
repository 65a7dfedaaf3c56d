"""The linker on small firmwares made up for it: what it changes, what it keeps, and what it refuses."""

import re

import pytest

from host_tests import linking
from host_tests import link_refusals as unlinkable
from host_tests import link_samples as linked
from tools import link, staging
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


A = "firmware/core/a.py"
TELL = "import micropython, sys\nsys.path.insert(0, '')\n%smicropython.qstr_info(1)"
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


def test_what_the_outside_defines_or_asks_for_keeps_its_name_and_its_own_variables_do_not():
    files = linking.files_of("""
# firmware/core/a.py
class Lamp:
    def __init__(self):
        self.shade = self.hue = self.tone = self.glow = self.tint = 1
# firmware/app/main.py
from firmware.core.a import Lamp
def run():
    lamp = Lamp()
    print(lamp.shade, lamp.hue, lamp.tone, lamp.glow, lamp.tint)
""")
    outside = linking.OUTSIDE + "hue = 2\nclass Own:\n    tone = 3\n    def glow(shade):\n        tint = shade\n"
    made = link.link(linking.sources_of(files), linking.together(files), [outside])[linking.MAIN].decode()
    assert set(re.findall(r"lamp\.(\w+)", made)) == {"a", "b", "hue", "tone", "glow"}


PASSING = """
# firmware/core/b.py
def kept():
    return "lasting", ["shared"]
# firmware/core/a.py
from firmware.core import b
def told(word="by default"):
    rows = {"a key": ("in a", "tuple"), "shared": f"{word} told"}
    return [word + "word", rows["a key"], "a text of more than ten", b.kept(), ("tuple", word), "".join(["tuple", ""])]
# firmware/app/main.py
from firmware.core import b
def run():
    from firmware.core import a
    print(a.told(), a.told("given"), b.kept())
"""
IN_TUPLES = ["by default", "a key", "word", "a key", "tuple", "tuple"]


def test_what_only_a_passing_file_says_stands_in_tuples_and_leaves_no_names(micropython_32, tmp_path):
    files = linking.files_of(PASSING)
    made = {passing: {path: data.decode() for path, data in link.link(
        linking.sources_of(files), {}, [linking.OUTSIDE], passing=passing).items()} for passing in ((), (A,))}
    assert {path for path in made[()] if made[()][path] != made[A,][path]} == {A}
    assert re.findall(r"\('([^']*)',\)\[0\]", made[A,][A]) == IN_TUPLES and ",)[0]" not in made[()][A]
    assert linking.Board({**files, **made[A,]}).run(linking.OUTSIDE) == linking.Board(files).run(linking.OUTSIDE)
    names = {}
    for passing, texts in made.items():
        staging.lay_out(staging.byte_code({path: text.encode() for path, text in texts.items()}), tmp_path)
        names[passing] = micropython_32.run(TELL % linking.OUTSIDE, cwd=tmp_path).stdout.split("\n")
    left = [{name for name in told if name[:2] == "Q("} for told in names.values()]
    assert left[0] - left[1] == {f"Q({text})" for text in IN_TUPLES if text != "tuple"}  # which Python has
