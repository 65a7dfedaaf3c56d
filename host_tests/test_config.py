"""The configuration check on CPython: the example, every limit at its edges, and whatever hypothesis can think of."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import boards, config, config_schema, config_shapes, sentences
from firmware.core.limits import LIMITS
from tools import advice
from tools.configuration import EXAMPLE
from tools.docs_config import MEANINGS, config_table
from tools.proofs import fuzz_config

SOUND = {"board": "generic-2-relay", "zone": "UTC0"}


def check(**changes):
    return config.check(json.dumps({**SOUND, **changes}), boards.PROFILES, advice)


def test_the_example_passes_without_refusal_or_warning():
    checked, problems = config.check(EXAMPLE.read_bytes(), boards.PROFILES, advice)
    assert problems == []
    assert advice.lint(checked) == []
    assert checked.setup.two_relays and checked.setup.km1 and checked.setup.km2 and checked.setup.car
    assert checked.setup.limits.max_v2l_min == 1080


def test_the_example_fails_once_it_is_spoilt():
    text = EXAMPLE.read_text().replace("mon-fri", "mon-fry")
    assert [key for key, _message in config.check(text, boards.PROFILES)[1]] == ["v2l[0].days"]


def test_text_and_bytes_are_checked_alike_and_the_advice_changes_no_verdict():
    text = EXAMPLE.read_text().replace("dwell_s", "dwel_s")
    with_advice, without = (config.check(text, boards.PROFILES, advise)[1] for advise in (advice, None))
    assert config.check(text.encode(), boards.PROFILES, advice)[1] == with_advice
    assert [key for key, _message in with_advice] == [key for key, _message in without] == ["limits.dwel_s"]


@pytest.mark.parametrize("name, default, low, high", LIMITS)
def test_a_limit_is_accepted_at_its_edges_and_refused_beyond(name, default, low, high):
    def of(value):
        others = {"entries_per_day": 24} if name == "entries_per_hour" else {}
        others = {"entries_per_hour": 1} if name == "entries_per_day" else others
        return check(limits={**others, name: value})

    assert low <= default <= high
    for value in (low, high):
        assert getattr(of(value)[0].setup.limits, name) == value
    for value in (low - 1, high + 1, True, None, str(default), [default]):
        assert [key for key, _message in of(value)[1]] == ["limits." + name]
    assert getattr(check()[0].setup.limits, name) == default


def places(rows, before=""):
    """Every place in a configuration that holds one value, and the shape it is held against."""
    for key, _default, shape in rows:
        if shape[0] is config_shapes.table:
            yield from places(shape[2], before + key + ".")
        else:
            yield before + key, shape


@pytest.mark.parametrize("path, wrong", [
    (path, wrong) for path, shape in places(config_schema.CONFIG) for wrong in (None, 1 << 29, "\x00", [[]], True)
    if not (wrong is True and shape[0] is config_shapes.flag)
])
def test_a_wrong_value_is_refused_under_its_own_key(path, wrong):
    outer, _dot, inner = path.partition(".")
    value = {inner: wrong, **({"host": "a"} if path[:5] == "mqtt." and inner != "host" else {})} if inner else wrong
    if path == "soc.max_age_min":
        value["reserve"] = 40
    refused = [key for key, _message in check(**{outer: value})[1]]
    assert refused and all(key == path or key.startswith(path + "[") for key in refused)


@pytest.mark.parametrize("path, longest", [(path, shape[2]) for path, shape in places(config_schema.CONFIG)
                                           if shape[0] is config_shapes.text and path != "board"])
def test_a_text_is_accepted_up_to_its_longest_and_refused_beyond(path, longest):
    outer, _dot, inner = path.partition(".")

    def of(text):
        return check(**{outer: {"host": "a", inner: text} if outer == "mqtt" else {inner: text} if inner else text})

    assert of("a" * longest)[1] == []
    assert [key for key, _message in of("a" * (longest + 1))[1]] == [path]


def test_every_key_of_the_schema_is_in_the_documents():
    table = config_table()
    for path in MEANINGS:
        assert f"| `{path}` |" in table
    assert table.count("\n") == len(MEANINGS) + len(LIMITS) + 4
    meanings = dict(sentences.LIMITS)
    assert list(meanings) == [row[0] for row in LIMITS]
    for name, default, low, high in LIMITS:
        assert f"| `{name}` | {default} | {low} to {high} | {meanings[name]} |" in table


def test_all_problems_are_reported_at_once():
    wrong = {"board": "x", "zone": "y", "v2l": 1, "charge": 1, "skip": 1, "inputs": 1, "button": 1, "limits": 1,
             "mqtt": 1, "rtc": 1, "soc": 1, "wifi": 1, "ntp": 1, "assume": 1, "budget_min": 0, "id": "", "zzz": 1}
    _none, problems = check(**wrong)
    assert sorted(key for key, _message in problems) == sorted(wrong)


@pytest.mark.parametrize("text", [
    b"\x00" * 10_000_000, b"[" * 10_000, b'{"v2l":' * 10_000, b'{"zone": NaN}', b'{"budget_min": 1e999}',
    b'{"budget_min": ' + b"9" * 5000 + b"}", b'{"id": 1, "id": 2}', b"\xff\xfe",
], ids=["10 MB", "deep list", "deep object", "NaN", "float", "huge number", "duplicate key", "UTF-16"])
def test_what_cannot_be_read_is_refused_with_its_line(text):
    checked, problems = config.check(text, boards.PROFILES, advice)
    assert checked is None
    assert [key for key, _message in problems] == ["line 1"]


SHORT_OF_MEMORY = """
from firmware.core import config
ONE_BOARD = (("generic-1-relay", "esp32", None, (("pilot", 16, 1), ("button", 18, None)), ()),)
for piece, count, end in (("[],", 2600, "0]"), ("{},", 2600, "0]"), ("{},", 1500, "0]"), ("[1,2],", 1300, "0]")):
    text = '{"v2l":[' + piece * count + end + "}"
    checked, problems = config.check(text, ONE_BOARD)
    print(checked, all("; " in message for _key, message in problems), len(problems) > 0)
"""


@pytest.mark.parametrize("heap", ["128k", "260k", "400k"])
def test_a_small_heap_refuses_what_it_cannot_hold_and_does_not_raise(micropython_32, heap):
    ran = micropython_32.run(SHORT_OF_MEMORY, heapsize=heap)
    assert ran.stdout.splitlines() == ["None True True"] * 4, ran.stderr


@given(st.randoms(use_true_random=False))
def test_a_structure_of_known_keys_and_odd_values_is_accepted_or_refused_with_a_key(chance):
    text = json.dumps(fuzz_config.structure(chance, 6)).encode()
    assert fuzz_config.judged(text)[0] is None


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_a_mutated_example_is_accepted_or_refused_with_a_key(chance, times):
    value = json.loads(EXAMPLE.read_text())
    for _ in range(times):
        value = fuzz_config.mutated(chance, value)
    assert fuzz_config.judged(json.dumps(value).encode())[0] is None


@given(st.randoms(use_true_random=False))
def test_an_example_with_damaged_bytes_is_accepted_or_refused_with_a_key(chance):
    assert fuzz_config.judged(fuzz_config.damaged(chance, EXAMPLE.read_bytes()))[0] is None


def test_a_seeded_sample_of_the_long_campaign_finds_nothing():
    chance = random.Random(20)
    refused = [fuzz_config.judged(fuzz_config.case(chance)) for _ in range(500)]
    assert [wrong for wrong, _keys in refused if wrong] == []
    accepted = sum(keys is None for _wrong, keys in refused)
    assert 25 < accepted < 400  # the sample reaches the advice as well as the refusals


@pytest.mark.parametrize("km2", [{}, {"km2": "mirror"}], ids=["alone", "beside km2"])
def test_a_bond_is_taken_only_beside_the_feedback_it_is_judged_against(km2):
    text = json.dumps({"board": "generic-1-relay", "zone": "UTC0", "inputs": {"km1": "mirror", "bond": "no", **km2}})
    found, problems = config.check(text, boards.PROFILES)
    assert [key for key, _what in problems] == ([] if km2 else ["inputs.bond"])
    assert bool(found) == bool(km2)
