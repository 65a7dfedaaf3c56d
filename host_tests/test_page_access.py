"""The page for everybody: on a phone, without a mouse, without colours, without sight."""

import pytest

from host_tests.on_the_page import HOUSE, QUIET, house, open_all, opened

WELDED = {**HOUSE, "name": "welded", "events": [{"at": "0:00:25", "do": "weld", "what": "km2"},
                                                {"at": "0:00:28", "do": "press", "ms": 200}]}
# What a state looks like, and the buttons that bring it about, each from the one before.
STATES = (("[data-tone=v2l]", ()), ("[data-tone=fault]", ("Weld, KM2", "Press")),
          (":has-text('board not running')", ("Cut the board's supply",)))
SIZES = ((360, 740), (1280, 800), (1920, 1080))
IN_FOCUS = """() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const name = node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent;
  return {name: name.trim().slice(0, 40), tag: node.tagName, outline: parseFloat(style.outlineWidth),
          style: style.outlineStyle, seen: box.bottom > 0 && box.top < innerHeight && box.width > 0};
}"""
OPERABLE = "button:enabled, select:enabled, input:enabled, summary"
TOO_WIDE = """() => [...document.querySelectorAll("main *, header *")].filter((node) => {
  const box = node.getBoundingClientRect();
  return box.width && !node.closest("svg, .unseen, ol") && box.right > innerWidth + 1;
}).map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def bench():
    with house() as found:
        yield found


def shown(page, tone):
    page.locator(f"#headline[data-tone={tone}]").wait_for()


def violations(page, **chosen):
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], **chosen}
    return [(found["id"], node["target"], node.get("failureSummary", "")[:300])
            for found in Axe().run(page, options=options).response["violations"] for node in found["nodes"]]


def test_axe_finds_nothing_in_any_state_in_light_and_in_dark(browser, bench):
    bench.anew()
    with opened(browser, bench.url) as page:
        open_all(page)
        for state, does in STATES:
            for name in does:
                page.get_by_role("button", name=name).click()
            page.locator(f"#headline{state}").wait_for()
            for colours, chosen in (("light", {}), ("dark", {"runOnly": ["cat.color"]})):  # nothing else is different
                page.get_by_label("Colours").select_option(colours)
                assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == colours
                assert violations(page, **chosen) == []


def test_nothing_is_wider_than_the_screen(browser, bench):
    bench.anew(WELDED)
    with opened(browser, bench.url) as page:
        shown(page, "fault")
        open_all(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(TOO_WIDE) == []


def test_on_a_desk_everything_is_on_one_screen(browser, bench):
    bench.anew(WELDED)
    with opened(browser, bench.url) as page:
        shown(page, "fault")
        for width, height in SIZES[1:]:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollHeight") <= height
            assert page.locator("#faults").evaluate("(node) => node.scrollHeight <= node.clientHeight")  # all its words


def test_a_thumb_finds_every_control(browser, bench):
    bench.anew()
    with opened(browser, bench.url, SIZES[0]) as page:
        open_all(page)
        heights = page.evaluate("""() => [...document.querySelectorAll("button, select")].map((node) =>
          node.getBoundingClientRect().height)""")
        assert min(heights) >= 40


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, bench):
    bench.anew()
    with opened(browser, bench.url) as page:
        shown(page, "v2l")
        open_all(page)
        wanted = page.locator(OPERABLE).evaluate_all("(nodes) => nodes.filter((node) => node.checkVisibility()).length")
        reached, held = [], None
        while True:
            page.keyboard.press("Tab")
            held = page.evaluate(IN_FOCUS)
            if held is None:
                break
            assert held["seen"], held
            assert held["outline"] >= 2 and held["style"] != "none", held
            reached.append(held)
        assert reached[0]["name"] == "Skip to what feeds the board"
        assert len([each for each in reached if each["tag"] in ("BUTTON", "SELECT", "INPUT", "SUMMARY")]) >= wanted


def test_the_keyboard_does_everything(browser, bench):
    bench.anew()
    with opened(browser, bench.url) as page:
        shown(page, "v2l")
        page.get_by_role("button", name="Weld, KM2").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Free, KM2").wait_for()
        page.get_by_role("button", name="Press").focus()
        page.keyboard.press("Enter")
        shown(page, "fault")
        page.get_by_text("Scenarios", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Start the installation anew").focus()
        page.keyboard.press("Enter")
        page.locator("#faults").wait_for(state="hidden")


def test_news_are_told_to_whoever_listens(browser, bench):
    bench.anew(QUIET)
    with opened(browser, bench.url) as page:
        assert page.locator("#headline-text").get_attribute("aria-live") == "polite"
        words = "document.querySelector('#diagram-words').textContent"
        page.wait_for_function(f"{words}.includes('KM1: is closed, sees closed.')")
        assert page.locator("#headline-next").evaluate("(node) => !node.closest('[aria-live]')")  # it counts down


def test_meaning_survives_without_colours(browser, bench):
    bench.anew(WELDED)
    with opened(browser, bench.url) as page:
        shown(page, "fault")
        for words in ("FAULT", "WELDED", "FED FROM V2L", "NOT SO"):
            assert words in page.locator("main").evaluate("(node) => node.textContent").upper()
        width = "(nodes) => nodes.map((node) => getComputedStyle(node).strokeWidth)"
        wires = page.locator("#diagram :is([data-part=car-in], [data-part=load], [data-part=coil-no])")
        assert sorted(wires.evaluate_all(width)) == ["2px", "7px", "7px"]  # live is thick, dead is thin


def test_who_wants_no_motion_gets_none(browser, bench):
    bench.anew()
    with opened(browser, bench.url) as page:
        running = "document.getAnimations().filter((each) => each.playState === 'running').length"
        shown(page, "v2l")
        page.wait_for_function(f"{running} === 0")
        page.emulate_media(reduced_motion="no-preference")
        page.wait_for_function(f"{running} > 0")
