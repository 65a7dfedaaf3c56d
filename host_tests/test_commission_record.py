"""The record of a commissioning as files: three of them, the same for the same record, and read back with care."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from host_tests import commissioned
from tools.commission import record

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The paths of a sound record's three files, of which one was there before."""
    folder = tmp_path_factory.mktemp("sound") / "made" / "new"
    folder.mkdir(parents=True)
    (folder / "commissioning.json").write_text("something else")
    return record.write(folder, commissioned.sound())


def test_a_record_leaves_three_files_and_says_where(sound):
    assert [path.name for path in sound] == ["commissioning.json", "commissioning.html", "commissioning.pdf"]
    assert sorted(path.name for path in sound[0].parent.iterdir()) == sorted(path.name for path in sound)
    page, pdf = sound[1].read_bytes(), sound[2].read_bytes()
    assert page.startswith(b"<!DOCTYPE html>") and page.endswith(b"</html>\n")
    assert pdf.startswith(b"%PDF-1.") and pdf.rstrip().endswith(b"%%EOF")


def test_the_json_is_the_record_and_people_can_read_it(sound):
    text = sound[0].read_text(encoding="utf-8")
    assert json.loads(text) == commissioned.sound()
    assert "Łukasz Wiśniewski" in text and text.count("\n") > 100
    assert record.load(sound[0]) == commissioned.sound()


def test_page_and_pdf_are_made_again_byte_for_byte_in_another_program_elsewhere_on_earth(sound, tmp_path):
    again = tmp_path / "commissioning.json"
    again.write_bytes(sound[0].read_bytes())
    ran = subprocess.run([sys.executable, "-m", "tools.commission.record", str(again)], cwd=ROOT, capture_output=True,
                         text=True, env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.split() == [str(again.with_suffix(".html")), str(again.with_suffix(".pdf"))]
    assert again.with_suffix(".html").read_bytes() == sound[1].read_bytes()
    assert again.with_suffix(".pdf").read_bytes() == sound[2].read_bytes()
    assert again.read_bytes() == sound[0].read_bytes()


def test_an_earlier_record_is_compared_with_when_it_is_named(sound, tmp_path):
    now = tmp_path / "now.json"
    before = tmp_path / "before.json"
    now.write_bytes(record.text_of(commissioned.sound()))
    before.write_bytes(record.text_of(commissioned.earlier()))
    page, pdf = record.make_again(now, before)
    assert "Compared with an earlier record" in page.read_text(encoding="utf-8")
    assert "Compared with an earlier record" not in sound[1].read_text(encoding="utf-8")
    assert pdf.read_bytes() != sound[2].read_bytes()


def test_half_of_a_character_is_kept_too(tmp_path):
    made = {**commissioned.sound(), "installation": {"address": "\ud800", "owner": "\\ud800"}}
    (tmp_path / "x.json").write_bytes(record.text_of(made))
    assert record.load(tmp_path / "x.json") == made


def test_a_record_that_cannot_be_printed_is_not_lost(tmp_path):
    made = {**commissioned.sound(), "verdict": "splendid"}
    with pytest.raises(ValueError, match='verdict: "splendid" cannot stand here; write "pass", "fail" or "incomplete"'):
        record.write(tmp_path, made)
    assert [path.name for path in tmp_path.iterdir()] == ["commissioning.json"]
    assert json.loads((tmp_path / "commissioning.json").read_text(encoding="utf-8")) == made


def test_a_folder_is_made_where_there_is_none(tmp_path):
    with pytest.raises(ValueError):
        record.write(tmp_path / "a" / "b", {})
    assert (tmp_path / "a" / "b" / "commissioning.json").read_text() == "{}\n"


def refused(content, name="x.json"):
    """What the command says of a file of these bytes, without its place."""
    path = pathlib.Path(name)
    path.write_bytes(content)
    return said(str(path))


def said(*arguments):
    from contextlib import redirect_stderr
    from io import StringIO

    with redirect_stderr(StringIO()) as heard:
        assert record.main(arguments) == 1
    return heard.getvalue()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


SOUND = record.text_of(commissioned.sound())
BAD_FILES = (
    (b"", "x.json is not JSON"),
    (b"\xff\xfe", "x.json is not JSON"),
    (b"[" * 100_000, "x.json is not JSON"),
    (b"[1, 2]", "x.json: this is no record of a commissioning: it is no object"),
    (b'{"v": 1}', "x.json: this is no record of a commissioning: it is no object with a \"record\""),
    (b'{"record": 2}', "x.json: record: 2 is a version that this Gridrest does not read; it reads 1"),
    (b'{"record": 1, "record": 1}', 'the key "record" stands twice'),
    (SOUND.replace(b'"differs_s": 0', b'"differs_s": NaN'), "clock.differs_s: NaN cannot stand here; write a number"),
    (SOUND.replace(b'"differs_s": 0', b'"differs_s": 1e999'), "clock.differs_s: Infinity cannot stand here"),
    (SOUND.replace(b'"proves"', b'"prooves"', 1), 'steps[0].prooves: is not known here; did you mean "proves"?'),
)


@pytest.mark.parametrize("content, sentence", BAD_FILES, ids=[row[1][-30:] for row in BAD_FILES])
def test_a_foreign_or_broken_file_is_refused_in_a_sentence(here, content, sentence):
    heard = refused(content)
    assert sentence in heard and heard.startswith("gridrest: ") and heard.count("\n") < 5
    assert [path.name for path in pathlib.Path().iterdir()] == ["x.json"]


def test_a_file_that_is_far_too_long_is_not_read_to_its_end(here, monkeypatch):
    monkeypatch.setattr(record, "LARGEST", 1 << 20)
    assert "x.json has more than 1 MB, which no record has" in refused(b" " * ((1 << 20) + 1))


def test_a_file_that_is_not_there_is_told(here):
    assert said("none.json") == ("gridrest: none.json cannot be read (No such file or directory); name the JSON of a "
                                 "commissioning\n")
    assert "a folder.json cannot be read (Is a directory)" in _folder()
    assert "'\\x1b[2J.json' cannot be read" in said("\x1b[2J.json")


def _folder():
    pathlib.Path("a folder.json").mkdir()
    return said("a folder.json")


def test_a_file_of_another_name_is_not_overwritten_by_its_own_page(here):
    assert "x.html does not end in .json" in refused(SOUND, "x.html")
    assert pathlib.Path("x.html").read_bytes() == SOUND


def test_the_earlier_file_is_looked_at_as_closely(here):
    pathlib.Path("now.json").write_bytes(SOUND)
    pathlib.Path("before.json").write_bytes(b"{}")
    assert "before.json: this is no record" in said("now.json", "--earlier", "before.json")


def test_many_mistakes_are_counted_and_not_all_told():
    made = commissioned.sound()
    made["steps"] = [{} for _ in range(30)]
    found = record.check(made)
    assert len(found) == 21 and found[0] == "steps[0].id: is missing"
    assert found[-1] == "and 130 more; mend these first"
