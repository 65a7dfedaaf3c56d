"""The bench's page, as somebody sees and uses it."""

import contextlib
import json

import pytest

from firmware.core.sentences import FAULTS, PERMITS
from host_tests.on_the_page import HOUSE, ONE_RELAY, QUIET, house, opened
from tools.timeline_words import HOLDS

PERMIT = dict(PERMITS)


@pytest.fixture(scope="module")
def bench():
    with house() as found:
        yield found


@pytest.fixture
def page(browser, bench):
    bench.anew()
    with opened(browser, bench.url) as found:
        yield found


@pytest.fixture
def on_v2l(page, expect):
    expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")
    return page


@pytest.fixture
def expect():
    from playwright.sync_api import expect

    expect.set_options(timeout=10_000)
    return expect


def part(page, name):
    return page.locator(f"#diagram [data-part='{name}']")


def told(page, name):
    return page.locator(f"#diagram [data-say='{name}']")


def test_the_page_says_within_a_moment_what_feeds_the_board(browser, bench, figure):
    bench.anew(speed=1)
    with opened(browser, bench.url) as page:
        state_ms = page.evaluate("performance.now()")
        assert page.locator("#headline-source").inner_text().lower() == "grid"
        paint_ms = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    figure(f"page: first paint after {paint_ms:.0f} ms, the board's state after {state_ms:.0f} ms, on loopback")
    assert paint_ms < 5000


def test_a_scheduled_transfer_is_watched(browser, bench, expect):
    bench.anew(speed=10)
    with opened(browser, bench.url) as page:
        expect(told(page, "km1-sees")).to_have_text("sees closed")
        assert page.locator("#headline-source").inner_text().lower() == "grid"
        assert "to V2L in" in page.locator("#headline-next").inner_text()
        assert PERMIT["schedule"] in page.locator("#permits .fails").first.inner_text()
        page.select_option("#speed", "60")
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")
        expect(page.locator("#headline-next")).to_contain_text("to grid in")
        expect(page.locator("#why-name")).to_have_text("What V2L needs: all of it is so")
        for name, position in (("km1", "open"), ("km2", "closed"), ("bond", "closed")):
            expect(part(page, name)).to_have_attribute("data-at", position)
            expect(told(page, f"{name}-is")).to_have_text(f"is {position}")
            expect(told(page, f"{name}-sees")).to_have_text(f"sees {position}")
        assert part(page, "load").get_attribute("data-source") == "v2l"
        assert told(page, "board").text_content() == "fed from V2L"
        expect(page.locator("#trend circle")).to_have_count(2)  # how long it let go, how long dark
        expect(page.locator("#band rect.fed.v2l")).to_have_count(1)
        expect(page.locator("#journal-list li").first).to_contain_text("to V2L")


def test_what_was_before_is_shown_as_unknown(page):
    assert "not known 15 h" in page.locator("#band-words").inner_text()
    assert page.locator("#band rect.fed.unknown").count() == 1


def test_a_press_of_the_button_means_grid_and_says_so(on_v2l, expect):
    on_v2l.get_by_role("button", name="Press").click()
    expect(on_v2l.locator("#headline")).to_have_attribute("data-tone", "grid")
    expect(on_v2l.locator("#headline-why")).to_contain_text(PERMIT["hold"])
    expect(on_v2l.locator("#permits .fails").first).to_contain_text(PERMIT["hold"])
    expect(on_v2l.locator("#journal-list")).to_contain_text(HOLDS["window"])
    expect(on_v2l.locator("#counters")).to_contain_text("until Fri 20 Nov 23:20")
    expect(on_v2l.locator("#said")).to_have_text("Done: press 200.")


def test_a_welded_contactor_is_told_in_words_until_it_is_mended_and_acknowledged(on_v2l, expect):
    seen, remedy = next(row[1:] for row in FAULTS if row[0] == "km2-stuck")
    on_v2l.get_by_role("button", name="Weld, KM2").click()
    expect(told(on_v2l, "km2-note")).to_have_text("WELDED")
    on_v2l.get_by_role("button", name="Press").click()
    expect(on_v2l.locator("#faults")).to_contain_text("Fault: km2-stuck")
    expect(on_v2l.locator("#faults")).to_contain_text(seen)
    expect(on_v2l.locator("#faults")).to_contain_text(remedy)
    expect(on_v2l.locator("#headline-badge")).to_have_text("fault")
    assert on_v2l.locator("#headline-source").inner_text().upper() == "V2L"  # the bench knows better than the wish
    on_v2l.get_by_role("button", name="Free, KM2").click()
    expect(told(on_v2l, "km2-sees")).to_have_text("sees open")
    on_v2l.get_by_role("button", name="Hold 6 s to acknowledge").click()
    expect(on_v2l.locator("#faults")).to_be_hidden()
    expect(on_v2l.locator("#headline-badge")).to_be_hidden()


def test_feedback_that_lies_is_shown_beside_what_is_so(browser, bench, expect):
    bench.anew(QUIET)
    with opened(browser, bench.url) as page:
        expect(told(page, "km2-sees")).to_have_text("sees open")
        page.get_by_text("Feedback", exact=True).click()
        page.get_by_label("KM2 feedback").select_option("closed")
        expect(told(page, "km2-sees")).to_have_text("✕ sees closed")
        expect(told(page, "km2-is")).to_have_text("is open")
        expect(part(page, "km2")).to_have_attribute("data-at", "open")
        expect(page.locator("#faults")).to_contain_text("km2-uncommanded")


def test_a_dead_board_is_past_but_what_feeds_the_load_is_not(on_v2l, expect):
    on_v2l.get_by_role("button", name="Cut the board's supply").click()
    expect(on_v2l.locator("#link-text")).to_contain_text("BOARD NOT RUNNING: last heard")
    expect(on_v2l.locator("#headline-lead")).to_have_text("The essential board is fed from")
    expect(on_v2l.locator("#headline-source")).to_have_text("grid")
    expect(told(on_v2l, "km1-sees")).to_have_text("saw open")
    expect(on_v2l.locator("#why-name")).to_contain_text("as last heard")
    before = on_v2l.locator("#link-text").inner_text()
    expect(on_v2l.locator("#link-text")).not_to_have_text(before)  # its age goes on
    on_v2l.get_by_role("button", name="Restore its supply").click()
    expect(on_v2l.locator("#link-text")).to_have_text("Live: simulated board")


def test_a_cut_grid_leaves_the_load_dark(page, expect):
    page.get_by_role("button", name="Cut the grid").click()
    expect(page.locator("#headline")).to_have_attribute("data-tone", "none")
    expect(page.locator("#headline-source")).to_have_text("nothing")
    expect(told(page, "board")).to_have_text("without supply")
    page.get_by_role("button", name="Restore the grid").click()
    expect(page.locator("#headline-source")).not_to_have_text("nothing")


def test_time_is_stopped_stepped_and_jumps_to_the_next_transfer(browser, bench, expect):
    bench.anew(speed=1)
    with opened(browser, bench.url) as page:
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("#pace")).to_have_text("paused")
        before = page.locator("#clock-time").inner_text()
        page.get_by_role("button", name="1 s", exact=True).click()
        expect(page.locator("#clock-time")).not_to_have_text(before)
        page.get_by_role("button", name="Next transfer").click()
        expect(page.locator("#headline-badge")).to_have_text("changing over")
        expect(page.locator("#pace")).to_have_text("paused")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#headline")).to_have_attribute("data-tone", "v2l")


def test_a_scenario_is_played_to_its_end(page, expect):
    page.get_by_text("Scenarios", exact=True).click()
    page.get_by_label("Scenario", exact=True).select_option("km2-welded")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(part(page, "guard-group")).to_have_attribute("data-hidden", "true")  # one relay
    page.select_option("#speed", "0")
    expect(page.locator("#said")).to_contain_text("The run is over.")
    expect(page.locator("#faults")).to_contain_text("km2-stuck")
    page.get_by_role("button", name="Start the installation anew").click()
    expect(page.locator("#faults")).to_be_hidden()


def test_a_scenario_file_that_is_wrong_is_refused_in_words(page, expect, tmp_path):
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({**HOUSE, "events": [{"at": "0:00:01", "do": "wled", "what": "km2"}]}))
    page.get_by_label("Play a scenario file").set_input_files(file)
    expect(page.locator("#said")).to_contain_text("wled")
    expect(page.locator("#said")).to_have_attribute("data-refused", "true")


def test_what_has_no_use_here_can_not_be_pressed_and_says_why(browser, bench, expect):
    bench.anew(ONE_RELAY)
    with opened(browser, bench.url) as page:
        weld = page.get_by_role("button", name="Weld, Guard")
        expect(weld).to_be_disabled()
        assert "no guard relay" in weld.get_attribute("title")
        expect(page.get_by_role("button", name="Weld, KM1")).to_be_enabled()


def test_any_other_order_can_be_given(page, expect):
    page.get_by_text("Any other order").click()
    page.get_by_label("Order", exact=True).select_option("reset")
    page.locator("form [name='cause']").select_option("panic")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#said")).to_have_text("Done: reset panic.")
    expect(page.locator("#journal-list")).to_contain_text("the board crashed and restarted")


def test_the_journal_is_sieved(on_v2l, expect):
    expect(on_v2l.locator("#journal-list li")).to_have_count(2)
    on_v2l.get_by_label("Show").select_option("transfer")
    expect(on_v2l.locator("#journal-list li")).to_have_count(1)
    on_v2l.get_by_label("with the words").fill("no such words")
    expect(on_v2l.locator("#journal-list")).to_contain_text("Nothing of the kind")


def test_a_change_of_the_clocks_is_marked_in_the_day(browser, bench, expect):
    zone = {**HOUSE["config"], "zone": "GMT0BST,M3.5.0/1,M10.5.0"}
    bench.anew({**HOUSE, "start": "2026-10-24T22:00:00Z", "config": zone})
    with opened(browser, bench.url) as page:
        expect(page.locator("#band text.change")).to_have_text("clocks back 1 h")
        assert page.locator("#clock-time").inner_text().startswith("23:0")


def test_a_lost_server_is_said_with_its_age_and_nothing_is_shown_as_live(browser, expect):
    with contextlib.ExitStack() as first:
        lost = first.enter_context(house())
        lost.anew(QUIET)
        url = lost.url
        with opened(browser, url, may_complain=True) as page:
            expect(page.locator("#link-text")).to_have_text("Live: simulated board")
            first.close()
            expect(page.locator("#link-text")).to_contain_text("NO SERVER: last heard")
            expect(page.locator("#headline-badge")).to_have_text("not live")
            expect(page.locator("#headline")).to_have_attribute("data-tone", "unknown")
            expect(page.locator("#headline-lead")).to_have_text("As last heard, the essential board was on")
            expect(page.locator("#headline-why")).to_contain_text("has lost its server")
            expect(told(page, "board")).to_contain_text("was fed from")
            expect(page.get_by_role("button", name="Press")).to_be_disabled()
            before = page.locator("#headline-next .count").inner_text()
            expect(page.locator("#headline-next .count")).not_to_have_text(before)
            with house(port=int(url.rstrip("/").rpartition(":")[2])) as again:
                assert again.url == url
                expect(page.locator("#link-text")).to_have_text("Live: simulated board")
                expect(page.get_by_role("button", name="Press")).to_be_enabled()
