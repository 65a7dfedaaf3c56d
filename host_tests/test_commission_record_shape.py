"""What is refused of a record, place by place, and that whatever is not refused can be printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from host_tests import commissioned
from host_tests.trees import GONE, put
from tools.commission import html, pdf
from tools.commission.shape import check, instant

EXAMPLES = ("sound", "failed", "incomplete", "simulated", "hostile", "long_names", "fifty", "earlier")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_records(name):
    assert check(getattr(commissioned, name)()) == []


def places(value, at=()):
    """Every place in a tree, from the top down."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*at, key)
        yield from places(inner, (*at, key))


def named(place):
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return text.lstrip(".")


WHOLE = commissioned.sound()
KEYS = [("steps", 4, key) for key in WHOLE["steps"][4]]
KEYS += [("steps", 4, "runs", 0, key) for key in WHOLE["steps"][4]["runs"][0]]
KEYS += [("steps", 4, "runs", 0, "measured", 2, key) for key in ("what", "value", "unit", "limit", "ok")]
KEYS += [("steps", 3, "runs", 0, "asked", 1, key) for key in ("question", "answer")]
KEYS += [(key,) for key in WHOLE if key != "record"]
KEYS += [("board", key) for key in WHOLE["board"]] + [("host", "gridrest_fw"), ("wiring", "relays")]
KEYS += [("clock", key) for key in WHOLE["clock"]]


@pytest.mark.parametrize("place", KEYS, ids=named)
def test_a_key_that_is_missing_is_named(place):
    assert check(put(WHOLE, place, GONE)) == [f"{named(place)}: is missing"]


# Where, what stands there, and what is said to be right.
WRONG = (
    (("made_at",), "yesterday", 'a moment like "2026-11-20T12:00:00Z"'),
    (("made_at",), "2026-11-20", 'a moment like "2026-11-20T12:00:00Z"'),
    (("made_at",), "0001-01-01T00:00:00+05:00", 'a moment like "2026-11-20T12:00:00Z"'),
    (("made_at",), 5, 'a moment like "2026-11-20T12:00:00Z"'),
    (("kind",), "imagined", '"real" or "simulated"'),
    (("kind",), ["real"], '"real" or "simulated"'),
    (("installation",), None, "an object"),
    (("people",), {}, "a list"),
    (("people", 0), "me", "an object"),
    (("people", 0, "name"), ["A", "B"], "a text, a number, true, false or null"),
    (("board",), [], "an object"),
    (("board", "fw"), {}, "a text, a number, true, false or null"),
    (("clock", "differs_s"), "two", "a number of at most 15 digits"),
    (("clock", "differs_s"), True, "a number of at most 15 digits"),
    (("clock", "differs_s"), 10 ** 15, "a number of at most 15 digits"),
    (("wiring", "relays"), None, "a number of at most 15 digits"),
    (("configuration",), "none", "an object"),
    (("week", 1), 5, "a text"),
    (("steps",), {}, "a list"),
    (("steps", 0, "title"), None, "a text"),
    (("steps", 0, "clauses", 0), 537, "a text"),
    (("steps", 0, "runs", 0, "result"), "maybe", '"pass", "fail" or "skipped"'),
    (("steps", 0, "runs", 0, "finding"), 5, "a text"),
    (("steps", 0, "runs", 0, "measured", 0, "ok"), "yes", "true or false"),
    (("steps", 0, "runs", 0, "measured", 0, "ok"), 1, "true or false"),
    (("steps", 0, "runs", 0, "measured", 0, "value"), float("nan"), "a text, a number, true, false or null"),
    (("verdict",), "skipped", '"pass", "fail" or "incomplete"'),
)


@pytest.mark.parametrize("place, value, right", WRONG, ids=[f"{named(row[0])}-{row[1]}"[:40] for row in WRONG])
def test_a_wrong_value_is_shown_with_what_would_be_right(place, value, right):
    (found,) = check(put(WHOLE, place, value))
    assert found.startswith(f"{named(place)}: ") and found.endswith(f" cannot stand here; write {right}")


@pytest.mark.parametrize("place", [("steps", 4), ("steps", 4, "runs", 0), ("steps", 4, "runs", 0, "measured", 0), ()],
                         ids=named)
def test_a_key_that_nothing_would_print_is_refused(place):
    assert check(put(WHOLE, (*place, "zzz"), 1))[0].startswith(f"{named((*place, 'zzz'))}: is not known here; ")


@pytest.mark.parametrize("place", [("installation",), ("people", 0), ("instruments", 0), ("board",), ("host",),
                                   ("clock",), ("wiring",), ("configuration",)], ids=named)
def test_where_people_and_boards_tell_more_it_is_printed(place):
    made = put(WHOLE, (*place, "more"), {"of it": ["quince"]})
    assert check(made) == [] and "quince" in html.page(made, "")


def test_people_may_leave_out_what_they_like():
    made = {**WHOLE, "installation": {}, "people": [{}, {"name": "A"}], "instruments": [{}], "configuration": None}
    assert check(made) == []
    page = html.page(made, "")
    assert "address not given" in page and page.count("not given") >= 6


def test_a_value_in_a_sentence_is_short_and_plain():
    (found,) = check({**WHOLE, "verdict": "\x1b[2J" + "x" * 500})
    assert "\\u001b[2J" in found and len(found) < 160
    made = put(WHOLE, ("steps", 0, "\x1b[31m"), 1)
    assert "\x1b" not in check(made)[0] and "\\u001b" in check(made)[0]


def test_what_is_too_deep_to_print_is_refused():
    deep = "bottom"
    for _ in range(30):
        deep = {"a": deep}
    (found,) = check({**WHOLE, "configuration": deep})
    assert "lies deeper than 20 levels" in found


CONTRADICTIONS = (
    (("steps", 3, "id"), "inputs", 'steps[3].id: "inputs" is also the id of another step; each has one of its own'),
    (("steps", 4, "runs", 0, "measured", 0, "ok"), False,
     'steps[4].runs[0].result: is "pass", and a reading of that run is not ok'),
    (("steps", 5, "runs", 0, "result"), "fail", 'verdict: is "pass", and the last run of "guard" failed'),
)


@pytest.mark.parametrize("place, value, sentence", CONTRADICTIONS, ids=[named(row[0]) for row in CONTRADICTIONS])
def test_a_record_that_contradicts_itself_is_refused(place, value, sentence):
    assert check(put(WHOLE, place, value)) == [sentence]


def test_a_failure_that_was_mended_is_no_contradiction():
    made = commissioned.failed()
    for key in ("bond", "rcd-v2l"):
        commissioned.step(made, key)["runs"].append(commissioned.run("2026-11-20T11:00:00Z"))
    assert check({**made, "verdict": "pass"}) == []


def test_a_moment_without_a_zone_is_utc():
    assert instant("2026-11-20T12:00:00").isoformat() == instant("2026-11-20T12:00:00Z").isoformat()
    assert instant("2026-11-20T12:00:00+01:00") < instant("2026-11-20T12:00:00Z")


LEAVES = some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.sampled_from(
    commissioned.HOSTILE)
TREES = some.recursive(LEAVES, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner,
                                                                                             max_size=3), max_leaves=6)
FAILED = commissioned.failed()
PLACES = list(places(FAILED))


@settings(max_examples=25)
@given(place=some.sampled_from(PLACES), value=TREES)
def test_whatever_stands_wherever_is_refused_or_printed_on_the_page(place, value):
    made = put(FAILED, place, value)
    problems = check(made)
    assert all(isinstance(problem, str) and problem for problem in problems)
    if not problems:
        html.page(made, "", made)


@settings(max_examples=6)
@given(place=some.sampled_from([place for place in PLACES if place[-1] in (
    "address", "name", "role", "title", "proves", "finding", "value", "what", "question", "week", "configuration")]),
    value=TREES)
def test_and_in_the_pdf(place, value):
    made = put(FAILED, place, value)
    if not check(made):
        pdf.laid_out(made, "", made)
