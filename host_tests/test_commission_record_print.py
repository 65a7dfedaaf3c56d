"""What stands on the page and in the PDF of a commissioning: all of the record, in an order that hides nothing."""

import re
from html.parser import HTMLParser

import pytest

from host_tests import commissioned
from tools.commission import blocks, frame, html, letters, pdf, sheet, sheet_steps
from tools.commission.pdf_paper import BOTTOM, LEFT, RIGHT, TOP

EMPTY = ("meta", "col")
ALLOWED = {*EMPTY, "html", "head", "title", "style", "body", "main", "header", "section", "div", "h1", "h2", "h3", "p",
           "ul", "li", "table", "colgroup", "thead", "tbody", "tr", "th", "td", "a", "span", "strong", "svg", "path",
           "circle", "rect", "pre"}


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, made):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = set(), [], [], []
        self.feed(html.page(made, "0" * 64))
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        self.open += [] if tag in EMPTY else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "main" in self.open:
            self.texts.append(data)


def lines(made, earlier=None):
    """The lines of a PDF as they are read, page by page: (page, top, left, text)."""
    paper = pdf.laid_out(made, "0" * 64, earlier)
    return [(number, arguments[2], arguments[1], arguments[0]) for number, page in enumerate(paper.pages)
            for kind, arguments in page if kind == "text"]


def headings(made, earlier=None):
    return [block.text for block in sheet.blocks(made, "", earlier) if isinstance(block, blocks.Heading)]


def words(count):
    return [f"w{number:04d}w" for number in range(count)]


@pytest.fixture(scope="module")
def every_word():
    """A record in which every text that may be typed is a word of its own, and those words."""
    made = commissioned.typed(words(2000))
    return made, sorted(set(re.findall(r"w\d{4}w", str(made))))


def test_nothing_that_a_record_says_is_missing_on_the_page(every_word):
    made, typed = every_word
    text = " ".join(Page(made).texts)
    assert len(typed) > 150 and [word for word in typed if word not in text] == []


def test_nor_in_the_pdf(every_word):
    made, typed = every_word
    text = _running(made)
    assert [word for word in typed if word not in text] == []
    for moment in (run["at"] for step in made["steps"] for run in step["runs"]):
        assert moment.replace("T", " ").replace("Z", " UTC") in text


def test_page_and_pdf_say_the_same():
    for name in ("failed", "incomplete", "simulated"):
        made = getattr(commissioned, name)()
        on_page, in_pdf = [text.split() for text in (" ".join(Page(made).texts), _running(made))]
        assert [word for word in on_page if word not in "".join(in_pdf)] == []
        assert [word for word in in_pdf if word not in "".join(on_page)] == []


def _running(made):
    return " ".join(line[3] for line in lines(made))


def test_verdict_and_failures_come_first_then_what_was_not_tested_then_the_steps():
    order = ["What failed", "What was not tested", "Steps", "Installation", "People and instruments", "Every step",
             "Board, firmware and clock", "Wiring variant", "Week of the configuration", "Configuration",
             "What this record is worth", "Signatures", "How this was made"]
    assert headings(commissioned.sound()) == order
    titles = ["9 Neutral-earth bond on V2L only", "15 RCD and loop on V2L"]
    assert headings(commissioned.failed())[:4] == ["What failed", *titles, "What was not tested"]
    assert "Compared with an earlier record" in headings(commissioned.sound(), commissioned.earlier())
    kinds = [type(block) for block in sheet.blocks(commissioned.sound(), "")]
    assert kinds[:3] == [blocks.Title, blocks.Verdict, blocks.Heading]


def first(made, kind):
    return next(block for block in sheet.blocks(made, "") if isinstance(block, kind))


def test_the_verdict_says_how_many():
    assert first(commissioned.sound(), blocks.Verdict) == blocks.Verdict(
        "pass", "Passed", "15 of 15 steps passed, none failed, nothing in the plan was left out.")
    assert first(commissioned.failed(), blocks.Verdict).text == (
        "13 of 15 steps passed, 2 failed, nothing in the plan was left out.")
    assert first(commissioned.incomplete(), blocks.Verdict) == blocks.Verdict(
        "skipped", "Incomplete", "13 of 15 steps passed, none failed, 3 not tested.")


def test_of_a_record_without_steps_nothing_is_said_to_be_well():
    made = {**commissioned.sound(), "steps": [], "verdict": "incomplete"}
    assert first(made, blocks.Verdict).text == "No step was run."
    said = " ".join(block.text for block in sheet.blocks(made, "") if isinstance(block, blocks.Text))
    assert "Every step" not in said and "The record has no steps." in said


def test_a_failed_step_is_told_with_its_finding_and_what_was_outside():
    said = [block for block in sheet.failures(commissioned.failed())]
    assert [block.text for block in said if isinstance(block, blocks.Text)] == [
        "Found: The neutral-earth bond is there on grid as well: two references in parallel.",
        "Failed in an earlier run, and passed in the last: 5 Ten transfers."]
    assert [block.items for block in said if isinstance(block, blocks.Points)] == [
        ("RCD trip time at 30 mA: 412 ms; limit: at most 300 ms",)]


def test_what_was_not_tested_is_told_however_the_record_tells_it():
    assert first(commissioned.incomplete(), blocks.Table).rows == (
        ("Dead-man stage", "No dead-man stage is fitted."), ("Selector", "The button is a push button."),
        ("RCD and loop on V2L", "never begun"))


def test_the_run_that_counts_comes_first_and_the_others_stay():
    runs = [block for block in sheet.blocks(commissioned.fifty(), "") if isinstance(block, blocks.Run)][4:54]
    assert [block.counts for block in runs] == [True] + [False] * 49
    assert runs[0].text == "Run 50 of 50, the one that counts, 2026-11-20 10:17:49 UTC"
    assert runs[49].text == "Run 49 of 50, does not count, 2026-11-20 10:17:48 UTC"


def test_a_reading_without_a_limit_is_within_none():
    rows = [row for block in sheet.blocks(commissioned.sound(), "") if isinstance(block, blocks.Table)
            and block.kind == "readings" for row in block.rows]
    assert ("On grid again after", "54 ms", "none", blocks.Mark("none", "told only")) in rows
    assert ("Zs", "0.62 Ω", "at most 1.37 Ω", blocks.Mark("pass", "within")) in rows
    assert [sheet_steps.judged({"ok": ok, "limit": None}).text for ok in (True, False)] == ["told only", "outside"]


def test_the_frame_says_who_answers_for_what():
    text = " ".join(" ".join(Page(commissioned.sound()).texts).split())
    for sentence in (*frame.RESPONSIBILITY, frame.CITED, frame.TO_SIGN):
        assert sentence in text
    assert "The firmware carries no safety." in text and "Clauses are cited by number only" in text


def signatures(*people):
    return [(block.role, block.name, block.signs_for) for block in sheet.worth({
        **commissioned.sound(), "people": [dict(zip(("role", "name", "registration"), one)) for one in people]})
        if isinstance(block, blocks.Signature)]


def test_every_person_signs_for_the_part_of_their_role_and_no_part_is_left_without_a_line():
    parts = {word: signs_for for word, _who, signs_for in frame.SIGNATURES}
    assert signatures() == [(who, "", (signs_for,)) for _word, who, signs_for in frame.SIGNATURES]
    assert signatures(("Designer and Installer", "A", None)) == [
        ("Designer and Installer", "A", (parts["design"], parts["install"])),
        ("Inspector and tester", "", (parts["test"],))]
    assert signatures(("owner", "B", "7"), ("neighbour", "C", ""))[:2] == [
        ("owner", "B (7)", (frame.OWNER_SIGNS,)), ("neighbour", "C", (frame.OTHERS_SIGN,))]


def test_a_simulated_record_says_so_before_its_verdict_and_cannot_be_signed():
    found = list(sheet.blocks(commissioned.simulated(), ""))
    assert [type(block) for block in found[:3]] == [blocks.Title, blocks.Notice, blocks.Verdict]
    assert not any(isinstance(block, blocks.Signature) for block in found)
    assert found[1].text == frame.SIMULATED and blocks.Notice(frame.NOT_TO_SIGN) in found


@pytest.mark.parametrize("on_board, ours, sentence", [
    ("a", "a", "The board ran the firmware that this repository makes."), ("a", "b", "did not run the very firmware"),
    (None, None, "is not known")])
def test_it_is_said_whether_the_board_ran_this_firmware(on_board, ours, sentence):
    made = commissioned.sound()
    made["board"]["fw"], made["host"]["gridrest_fw"] = on_board, ours
    assert sum(sentence in block.text for block in sheet.board(made) if isinstance(block, blocks.Text)) == 1
    said = [block.text for block in sheet.board({**made, "kind": "simulated"}) if isinstance(block, blocks.Text)]
    assert "The simulator ran this repository's own firmware." in said


@pytest.mark.parametrize("differs_s, text", [(0, "no difference seen"), (None, "not known"),
                                             (3, "the board's clock was 3 s ahead"),
                                             (-4, "the board's clock was 4 s behind")])
def test_the_difference_of_the_clocks_is_told_in_words(differs_s, text):
    made = commissioned.sound()
    made["clock"]["differs_s"] = differs_s
    assert any(("Against the computer", text) in block.rows for block in sheet.board(made)
               if isinstance(block, blocks.Table))


def test_what_people_typed_is_text_and_nothing_else():
    page = Page(commissioned.hostile())
    assert page.open == [] and page.tags <= ALLOWED
    assert {key for key, _value in page.attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "role", "data-tone", "data-counts", "aria-label",
        "aria-hidden", "viewbox", "scope", "id", "href", "tabindex", "d", "cx", "cy", "r", "x", "y", "width", "height"}
    assert all(value.startswith("#step-") for key, value in page.attributes if key == "href")
    text = "\n".join(page.texts)
    for word in commissioned.HOSTILE:
        assert letters.seen(word) in text
    assert "[U+202E]gnimmus[U+202C]" in text and not re.search("[\u202a-\u202e\x00-\x08\x1b\ud800]", text)


def test_the_page_needs_nothing_but_itself_and_allows_nothing_else():
    text = html.page(commissioned.hostile(), "")
    assert "default-src 'none'; style-src 'sha256-" in text
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style and "http" not in style


@pytest.mark.parametrize("name", ["hostile", "long_names"])
def test_every_line_of_a_pdf_stands_on_the_paper_beside_no_other(name):
    paper = pdf.laid_out(getattr(commissioned, name)(), "0" * 64)
    for page in paper.pages:
        taken = []
        for kind, arguments in page:
            if kind == "text":
                text, left, base, size, style, _colour = arguments
                right = left + paper.width(text, size, style)
                assert LEFT <= left and right <= RIGHT + 0.01 and TOP < base <= BOTTOM, arguments
                taken.append((base, left, right))
        taken.sort()
        for one, other in zip(taken, taken[1:]):
            assert one[0] != other[0] or one[2] <= other[1] + 0.01


def test_letters_that_the_typeface_lacks_are_written_by_number_and_that_is_told():
    said = [line[3] for line in lines(commissioned.hostile())]
    assert any("[U+738B][U+5C0F][U+660E]" in line for line in said) and any("½ µΩ ≤ ∞" in line for line in said)
    assert " ".join(said).endswith(pdf.REPLACED)
    assert pdf.REPLACED not in " ".join(line[3] for line in lines(commissioned.sound()))
    assert any("Łukasz Wiśniewski" in line[3] for line in lines(commissioned.sound()))


def test_a_text_longer_than_a_page_goes_over_several():
    made = commissioned.sound()
    made["people"][0]["name"] = " ".join(words(3000))
    made["steps"][0]["title"] = "T" * 9000
    made["week"] = ["=" * 500, ""]
    text = "".join(line[3] for line in lines(made))
    assert all(word in text for word in words(3000)) and text.count("T") > 9000 and text.count("=") == 500


def test_a_heading_is_never_the_last_on_its_page():
    for count in range(0, 30, 2):  # which moves all that follows down the page
        made = commissioned.sound()
        made["people"], made["steps"], made["configuration"] = made["people"][:1] * count, made["steps"][:6], None
        last = {}
        for page, base, _left, text in lines(made):
            last[page] = max(last.get(page, (0, "")), (base, text))
        titles = {f"{index + 1}  {step['title']}" for index, step in enumerate(made["steps"])}
        assert not {text for _base, text in last.values()} & {*headings(made), *titles}
