"""The JSON reader and writer against CPython's own json module."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware.core.jsontext import LARGEST, read, write
from tools.proofs.json_truth import judge

LEAVES = st.none() | st.booleans() | st.integers(-LARGEST - 2, LARGEST + 2) | st.text(max_size=8)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner,
                                                                                          max_size=4), max_leaves=20)
PIECES = st.sampled_from([b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b'"b"', b"\\", b"\\u", b"d83d", b"\\ude00",
                          b"00e9", b"0", b"1", b"-", b".5", b"e1", b"true", b"null", b"NaN", b" ", b"\n", b"\xc3\xa9",
                          b"\xff", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"//", b"'"])


def agrees(data):
    accepted, value = judge(data)
    got, problem = read(data)
    if accepted:
        assert problem is None
        assert repr(got) == repr(value)  # True is not 1, and the order is the text's
    else:
        assert got is None
        assert problem.startswith("line ") and "; " in problem and problem.isprintable() and problem.isascii()


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 1]))
def test_what_the_json_module_writes_is_read_alike(value, ascii_only, indent):
    agrees(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass"))


@given(st.lists(PIECES, max_size=30).map(b"".join))
@example(b"[" * 9 + b"]" * 9)
@example(b'{"a":1,"\\u0061":2}')
def test_pieces_of_json_in_any_order_are_judged_alike(data):
    agrees(data)


@given(VALUES, st.data())
def test_json_with_a_few_bytes_changed_is_judged_alike(value, data):
    text = bytearray(json.dumps(value, ensure_ascii=False, indent=data.draw(st.sampled_from([None, 0])))
                     .encode("utf-8", "surrogatepass"))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text[at:at + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=1) | PIECES)
    agrees(bytes(text))


@given(st.binary(max_size=200))
def test_binary_junk_is_judged_alike(data):
    agrees(data)


@given(st.text(st.characters(), max_size=60))
def test_text_is_read_like_its_bytes_and_never_raises(text):
    assert read(text) == read(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("piece, times", [
    (b"\x00", 10_000_000), ("\U0001f600", 1_000_000), ("[", 10_000_000), (b"[", 10_000), ('{"a":', 10_000), ("[", 8192),
    ("9", 8192), ('"\\', 4096), (b"\xff", 8192), ("\ud800", 2730), (" ", 10_000_000), ([], 1), (bytearray(b"{}"), 1),
])
def test_monsters_are_refused_in_a_sentence(piece, times):
    value, problem = read(piece * times)
    assert value is None
    assert problem.startswith("line 1: ") and "; " in problem


def as_pairs(value):
    """The same value as the writer takes it: objects as tuples of pairs."""
    if isinstance(value, dict):
        return tuple((key, as_pairs(inner)) for key, inner in value.items())
    return [as_pairs(inner) for inner in value] if isinstance(value, list) else value


@given(VALUES)
def test_writing_gives_what_the_json_module_gives(value):
    assert write(as_pairs(value)) == json.dumps(value)


@given(st.text(st.characters(), max_size=20))
def test_any_text_is_written_as_the_json_module_writes_it(text):
    assert write(text) == json.dumps(text)


@given(VALUES)
def test_what_is_written_is_read_back_as_it_was(value):
    accepted, _value = judge(json.dumps(value).encode())
    assert read(write(as_pairs(value)))[0] == (value if accepted else None)
