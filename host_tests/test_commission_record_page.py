"""The page of a commissioning in a real browser: for everybody, from nowhere but itself, and on paper."""

import re

import pytest

from host_tests import commissioned
from tools.commission import html

SIZES = (360, 1280)
PAPER = {"width": 794, "height": 1123}  # A4 at 96 to the inch
TOO_WIDE = """() => [...document.querySelectorAll("main *")].filter((node) => {
  const box = node.getBoundingClientRect();
  return box.width && !node.closest("pre") && box.right > innerWidth + 1;
}).map((node) => node.outerHTML.slice(0, 120))"""


class Opened:
    """One page of a browser for all tests, and what it said and asked for."""

    def __init__(self, browser, folder):
        self.page = browser.new_page()
        self.page.set_default_timeout(10_000)
        self.folder = folder
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def show(self, made, earlier=None, width=1280, **media):
        path = self.folder / "shown.html"
        path.write_text(html.page(made, "0" * 64, earlier), encoding="utf-8")
        self.said.clear()
        self.asked.clear()
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(**{"media": "screen", "color_scheme": "light", **media})
        self.page.goto(path.as_uri())
        assert self.said == [] and self.asked == [path.as_uri()]
        return self.page


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    found = Opened(browser, tmp_path_factory.mktemp("page"))
    yield found
    found.page.close()


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    return [(found["id"], node["target"], node.get("failureSummary", "")[:300])
            for found in Axe().run(page).response["violations"] for node in found["nodes"]]


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("colours, kind, width", [("light", "real", 1280), ("dark", "simulated", 360)])
def test_axe_finds_nothing(opened, colours, kind, width):
    made = {**commissioned.failed(), "kind": kind}
    commissioned.step(made, "guard")["runs"] = commissioned.step(commissioned.incomplete(), "heartbeat")["runs"]
    page = opened.show(made, commissioned.earlier(), width, color_scheme=colours)
    assert {"pass", "fail", "skipped", "none"} <= set(page.locator(".mark").evaluate_all(
        "(nodes) => nodes.map((node) => node.dataset.tone)"))
    assert violations(page) == []
    assert (background(page) == "rgb(255, 255, 255)") == (colours == "light")


def test_what_people_typed_does_nothing_and_its_style_is_let_through(opened):
    page = opened.show(commissioned.hostile())
    assert page.evaluate("document.querySelectorAll('script, img, b').length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('table')).tableLayout") == "fixed"
    assert page.locator("h1").inner_text() == "Commissioning record"


@pytest.mark.parametrize("width", SIZES)
def test_nothing_is_wider_than_the_screen(opened, width):
    for made in (commissioned.failed(), commissioned.long_names(), commissioned.hostile()):
        page = opened.show(made, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_WIDE) == []


def test_the_verdict_is_seen_without_scrolling_on_a_phone_and_its_sign_without_colours(opened):
    for made, shape in ((commissioned.sound(), "circle"), (commissioned.failed(), "rect")):
        page = opened.show(made, width=360)
        box = page.locator(".verdict").bounding_box()
        assert box["y"] + box["height"] < 740 and page.locator(f".verdict .sign {shape}").count() == 1


def test_a_step_in_the_table_leads_to_its_runs(opened):
    page = opened.show(commissioned.failed())
    page.get_by_role("link", name="Neutral-earth bond on V2L only").click()
    assert page.evaluate("document.querySelector(':target h3').textContent") == "9 Neutral-earth bond on V2L only"


def test_on_paper_it_is_light_and_as_wide_as_the_paper(opened):
    page = opened.show(commissioned.sound(), width=PAPER["width"], media="print", color_scheme="dark")
    assert background(page) == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    printed = page.pdf(prefer_css_page_size=True)
    (size,) = set(re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed))
    assert [round(float(length)) for length in size] in ([595, 842], [596, 842])
