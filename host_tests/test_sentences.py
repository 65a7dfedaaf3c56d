"""Words for people: one sentence for each code, none too many, and none that claims to know more than was seen."""

import re

from firmware.core import faults, permits, sentences
from tools import docs


def test_every_fault_has_its_sentences_and_there_are_none_besides():
    assert [row[0] for row in sentences.FAULTS] == list(faults.CODES)


def test_every_permit_has_its_sentence_and_there_are_none_besides():
    assert [row[0] for row in sentences.PERMITS] == [row[0] for row in permits.ROWS]


def test_no_sentence_says_what_a_contactor_is_where_only_its_feedback_is_known():
    for code, seen, do in sentences.FAULTS:
        assert not re.search(r"\bKM[12] (is|was) (open|closed)\b", seen + do), code


def test_what_was_seen_and_what_to_do_are_whole_sentences():
    for code, seen, do in sentences.FAULTS:
        for text in (seen, do):
            assert text[0].isupper() and text.endswith(".") and "  " not in text, code


def test_the_tables_of_the_readme_are_those_of_the_code():
    text = docs.README.read_text(encoding="utf-8")
    assert docs.with_tables(text) == text


def test_a_stale_table_is_noticed():
    text = docs.README.read_text(encoding="utf-8")
    assert docs.with_tables(text.replace("`km2-stuck`", "`km2-struck`")) == text
