"""The wiring pictures and the links of the documents, and each rule about them shown to bite."""

import pathlib
import re
import xml.etree.ElementTree as ElementTree

import pytest

from firmware.core import boards

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")))
SVG = "{http://www.w3.org/2000/svg}"
# Which picture shows which board.
PICTURES = {"docs/wiring-one-relay.svg": "generic-1-relay", "docs/wiring-two-relays.svg": "generic-2-relay"}
NO_RECIPE = ("principle diagram", "not a wiring recipe", "Design, protection, ratings", "testing", "competent person")
DEVICES = ("KM1", "KM2", "COM", "NC", "NO", "mechanical interlock", "electrical interlock", "dead-man stage", "CPC")
REFUSED_TAGS = ("script", "foreignObject", "image", "use", "a", "animate", "set", "iframe")
SMALLEST_PX = 14  # of a picture 1000 wide, so that it can still be read at 800


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def words(root):
    return ["".join(element.itertext()).strip() for element in root.iter(SVG + "text")]


def faults_of(svg):
    """Everything that keeps a picture from being plain, self-contained and readable."""
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        return ["a document type"]
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return ["not well-formed"]
    found = [] if root.tag == SVG + "svg" else ["not an SVG"]
    for element in root.iter():
        name = element.tag.replace(SVG, "")
        found += [f"<{name}>"] * (name in REFUSED_TAGS)
        found += [f"{name} {key}" for key in element.attrib if key.endswith("href") or key.startswith("on")]
    style = "".join(element.text or "" for element in root.iter(SVG + "style"))
    found += [word for word in ("@import", "url(", "@font-face") if word in style]
    found += [f"font of {size} px" for size in re.findall(r"font-size: (\d+)", style) if int(size) < SMALLEST_PX]
    found += [f"no {tag}" for tag in ("title", "desc") if not (root.findtext(SVG + tag) or "").strip()]
    return found + _paper(root)


def _paper(root):
    """The whole picture lies on light paper, so that a dark page does not swallow its lines."""
    box = root.get("viewBox", "").split()
    first = root.find(SVG + "rect")
    if len(box) != 4:
        return ["no viewBox"]
    if first is None or [first.get(key) for key in ("x", "y", "width", "height")] != box:
        return ["no paper"]
    return []


def test_both_pictures_are_there_and_no_other():
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_plain_and_can_be_read_anywhere(path):
    assert faults_of(read(path)) == []


@pytest.mark.parametrize("path, board", PICTURES.items())
def test_a_picture_labels_every_signal_of_its_board_and_none_that_it_lacks(path, board):
    pins = {row[0]: row[3] for row in boards.PROFILES}
    every = {signal for row in pins.values() for signal, _number, _level in row or ()}
    shown = set(words(ElementTree.fromstring(read(path))))
    assert shown & every == {signal for signal, _number, _level in pins[board]}


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_says_that_it_is_no_recipe_and_names_what_an_installer_looks_for(path):
    said = " ".join(words(ElementTree.fromstring(read(path))))
    assert [word for word in (*NO_RECIPE, *DEVICES) if word not in said] == []


@pytest.mark.parametrize("path", PICTURES)
def test_every_word_stands_on_the_paper(path):
    root = ElementTree.fromstring(read(path))
    width, height = [float(size) for size in root.get("viewBox").split()[2:]]
    places = [(float(element.get("x")), float(element.get("y"))) for element in root.iter(SVG + "text")]
    assert all(0 < x < width and 0 < y < height for x, y in places)


PLAIN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>t</title><desc>d</desc>
<style>text { font-size: 14px; }</style><rect x="0" y="0" width="9" height="9"/></svg>"""
BAD = [
    ("</svg>", "", "not well-formed"),
    ("<svg", "<!DOCTYPE svg><svg", "a document type"),
    ("<desc>", "<script/><desc>", "<script>"),
    ("<desc>", "<foreignObject/><desc>", "<foreignObject>"),
    ("<rect", '<rect href="https://example.org/"', "rect href"),
    ("<rect", '<rect onclick="x"', "rect onclick"),
    ("text {", "@import 'x'; text {", "@import"),
    ("14px", "9px", "font of 9 px"),
    ("<title>t</title>", "", "no title"),
    ("<desc>d</desc>", "<desc> </desc>", "no desc"),
    ('viewBox="0 0 9 9"', "", "no viewBox"),
    ('width="9"', 'width="8"', "no paper"),
]


def test_the_plain_sample_passes():
    assert faults_of(PLAIN) == []


@pytest.mark.parametrize("old, new, fault", BAD)
def test_each_rule_about_pictures_bites(old, new, fault):
    assert old in PLAIN and faults_of(PLAIN.replace(old, new)) == [fault]


def anchors(text):
    """The names under which a page's headings can be reached."""
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path, text):
    """Links and pictures of a document that lead to no file of the project, or to no heading of it."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    found = []
    for target in re.findall(r"\]\(\s*<?([^)\s>]+)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (ROOT / path).parent / name if name else ROOT / path
        if not file.resolve().is_relative_to(ROOT) or not file.is_file():
            found.append(target)
        elif heading and heading not in anchors(file.read_text(encoding="utf-8")):
            found.append(target)
    return found


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_and_picture_of_a_document_exists(path):
    assert dead_links(path, read(path)) == []


def test_a_dead_link_is_found_and_a_live_one_is_not():
    text = "[a](../README.md) ![b](none.svg) [c](wiring.md#nowhere) [d](https://example.org/x) [e](../../out) `[f](x)`"
    assert dead_links("docs/wiring.md", text) == ["none.svg", "wiring.md#nowhere", "../../out"]


def test_the_documents_for_the_installer_are_among_those_checked():
    assert {"README.md", "docs/wiring.md", "docs/resets.md"} <= set(DOCUMENTS)
