"""Whatever a scenario file holds, it is read or refused in words; nothing of it raises."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tools import advice, configuration
from tools.sim import scenario, verbs

KEYS = [row[0] for row in scenario.SCENARIO]
WORDS = ["km1", "km2", "pilot", "guard", "bond", "none", "on", "off", "ok", "panic", "0:00:01", "1:00:00", "24h", ""]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 31), 1 << 31) | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=8)
EVENT = st.fixed_dictionaries({}, optional={
    "at": st.sampled_from(["0:00:01", "0:30:00", "2:00:00"]) | JUNK,
    "do": st.sampled_from([row[0] for row in verbs.VERBS] + list(verbs.NETWORK)) | JUNK,
    "what": st.sampled_from(WORDS) | JUNK, "to": st.sampled_from(WORDS) | JUNK,
    "ms": st.integers(0, 10) | JUNK, "cause": st.sampled_from(WORDS) | JUNK, "jump_s": JUNK})
SCENARIO = st.fixed_dictionaries({}, optional={
    **{key: JUNK for key in KEYS}, "name": st.just("n") | JUNK, "for": st.just("1:00:00") | JUNK,
    "events": st.lists(EVENT, max_size=4) | JUNK,
    "config": st.dictionaries(st.sampled_from(["inputs", "button", "rtc", "zone", "board", "guard"]), JUNK) | JUNK})


def judge(text):
    made, problems = scenario.read(text, advise=advice)
    assert (made is None) == bool(problems)
    for key, message in problems:
        assert isinstance(key, str) and key and message.isprintable() and len(message) < 500
        assert "; " in message or message.startswith("is missing"), message
    return made


@given(SCENARIO | JUNK)
def test_any_junk_is_refused_in_words(value):
    judge(json.dumps(value))


@given(st.text() | st.binary())
def test_so_is_any_text(text):
    judge(text)


@given(st.sampled_from([row[0] for row in verbs.VERBS]), EVENT)
def test_an_event_that_is_accepted_has_what_its_verb_needs_and_nothing_else(verb, keys):
    """Whoever acts on events need not look twice."""
    text = json.dumps({"name": "n", "for": "1:00:00", "events": [{"at": "0:00:01", "ms": 1, **keys, "do": verb}]})
    made = judge(text)
    for event in made.events if made else ():
        present = {key for key in ("what", "to", "ms", "cause", "jump_s") if getattr(event, key) is not None}
        rows = verbs.keys_of(event.do)
        assert {row[0] for row in rows if row[1] is not None} <= present <= {row[0] for row in rows}


@given(JUNK.filter(lambda value: isinstance(value, dict)), JUNK.filter(lambda value: isinstance(value, dict)))
def test_an_overlay_removes_every_null_changes_neither_side_and_is_done_after_once(base, over):
    before = json.dumps([base, over])
    once = scenario.laid_over(base, over)
    assert scenario.laid_over(once, over) == once
    assert json.dumps([base, over]) == before
    assert set(once) == (set(base) | set(over)) - {key for key in over if over[key] is None}


def test_a_configuration_in_its_place_is_told_as_one():
    made, problems = scenario.read(configuration.EXAMPLE.read_text(encoding="utf-8"))
    assert made is None and problems == [
        ("scenario", 'this is a configuration; give it with --config, or as "config" inside a scenario')]


def test_more_problems_than_a_person_reads_are_cut_short():
    made, problems = scenario.read(json.dumps({"name": "n", "for": "1:00:00", "events": [7] * 1000}))
    assert made is None and len(problems) == 65


def test_a_thousand_events_fit():
    events = [{"at": "0:00:01", "do": "hang"}] * 1000
    assert judge(json.dumps({"name": "n", "for": "1:00:00", "events": events}))
    assert not judge(json.dumps({"name": "n", "for": "1:00:00", "events": events + events[:1]}))
