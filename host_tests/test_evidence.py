"""Every rule and promise has its evidence, and the check that says so notices what is left out, stale or invented."""

import copy
import functools

import pytest

from tools import docs
from tools.proofs import evidence
from tools.proofs import evidence_text as text
from tools.terminal import Progress

DOCUMENT = """# Gridrest

It rests on [grid](docs/wiring.md), always. A press
means grid.

## Words

- First point. Second point,
  gone on with.
1. A number.

| head | of |
|---|---|
| a cell | another |

![a picture](x.png)

```
a program
```

<!-- generated: states -->
| made | by code |
<!-- end: states -->

The last.
"""
TABLE = """## a remark
# README.md: Gridrest

It rests on grid, always.
    test: test_limits.py::test_a_press_ends_v2l_within_70_ms_at_whatever_moment_bouncing_or_not
    scenario: plain-day
A press means grid.
    proof: limits, resets

# README.md: Words

First point. Second point, gone on with.
    installer: 1, 10
A number.
    fact: somebody's word,
    which goes on
a cell · another
    figure: tools/gridrest proof limits
The last.
    nothing: it is the last
"""


@functools.cache
def project():
    return evidence.Project()


def problems(table=TABLE, readme=DOCUMENT):
    """Of the project with a README of its own, and nothing else to account for."""
    made = copy.copy(project())
    made.documents = {"README.md": text.sections(readme)}
    made.named = set(evidence.COMMAND.findall(readme))
    entries, found = text.entries(table)
    return found + list(evidence.problems(entries, made))


def test_every_rule_and_every_promise_has_evidence_that_exists(figure):
    with Progress("evidence") as progress:
        found = evidence.run(progress, True, 1)
    assert found["problems"] == []
    assert found["ok"] and found["rules"] > 30 and found["promises"] > 300 and found["tests_named"] > 300
    figure(f"evidence: {found['rules']} rules of a changeover and {found['promises']} promises, of them "
           f"{found['shown_by_running']} shown by running, by {found['tests_named']} tests among others")


def stale():
    return [name for name, told, fresh in docs.documents() if told != fresh]


def test_the_page_that_shows_it_is_fresh_and_one_that_is_not_is_noticed(capsys, monkeypatch):
    assert evidence.PAGE not in stale()
    monkeypatch.setattr(evidence, "page", lambda: "otherwise")
    assert evidence.PAGE in stale()
    assert docs.main(["--check"]) == 1 and evidence.PAGE in capsys.readouterr().err


def test_a_document_is_read_without_its_programs_pictures_generated_tables_and_heads():
    assert text.sections(DOCUMENT) == {
        "Gridrest": ["It rests on grid, always. A press means grid."],
        "Words": ["First point. Second point, gone on with.", "A number.", "a cell · another", "The last."]}


def test_where_all_is_said_there_is_nothing_to_tell():
    assert problems() == []


@pytest.mark.parametrize("old, new, told", [
    ("always. A press", "always. And so it does. A press", 'nobody says what shows "And so it does."'),
    ("The last.", "The last. And one more.", 'nobody says what shows "And one more."'),
    ("| a cell | another |", "| a cell | another |\n| new | row |", 'nobody says what shows "new · row"'),
    ("The last.", "The last.\n\n## More\n\nA new part.", 'README.md, More: nobody says what shows "A new part."'),
    ("always.", "mostly.", 'it no longer says "It rests on grid, always."'),
    ("another |", "other |", 'it no longer says "a cell · another"'),
    ("## Words", "## Sayings", "there is no README.md: Words"),
    ("The last.", "The last.\n`tools/gridrest floss`", "'tools/gridrest floss', and there is no such command"),
    ("The last.", "The last.\n`tools/gridrest proof stars`", "there is no such command"),
    ("The last.", "The last.\n`.venv/bin/python -m tools.none`", "there is no such command"),
    ("The last.", 'The last.\n`tools/gridrest test -k "limits or starlight"`', "there is no such command"),
])
def test_what_a_document_says_anew_or_otherwise_is_noticed(old, new, told):
    assert DOCUMENT.count(old) == 1
    found = problems(readme=DOCUMENT.replace(old, new))
    assert any(told in sentence for sentence in found), found


@pytest.mark.parametrize("old, new, told", [
    ("bouncing_or_not", "bouncing", "there is no test 'test_limits.py::test_a_press_ends_v2l_within_70_ms_at_whatever"),
    ("plain-day", "plain-night", "there is no scenario 'plain-night'"),
    ("limits, resets", "limits, regrets", "there is no proof 'regrets'"),
    ("1, 10", "1, 11", "there is no installer '11'"),
    ("1, 10", "one", "there is no installer 'one'"),
    ("proof limits\n", "prove\n", "there is no figure 'tools/gridrest prove'"),
    ("proof: limits, resets", "prof: limits", "an indented line says `kind: what`"),
    ("    proof: limits, resets\n", "\n", 'nothing shows "A press means grid."'),
    ("# README.md: Gridrest\n", "", "it stands below no heading"),
    ("    nothing: it is the last\n", "", 'nothing shows "The last."'),
    ("nothing: it is", "fact: x\n    nothing: it is", '"The last." promises nothing and is shown all the same'),
])
def test_evidence_that_does_not_exist_or_is_not_there_is_noticed(old, new, told):
    assert TABLE.count(old) == 1
    found = problems(TABLE.replace(old, new))
    assert any(told in sentence for sentence in found), found


def test_only_what_is_listed_may_be_accounted_for_as_a_whole():
    readme = DOCUMENT.replace("## Words", "## Licence")
    whole = TABLE.partition("# README.md: Words")[0] + "# README.md: Licence\n*\n    fact: all of it\n"
    assert problems(whole, readme) == []
    assert problems(whole.replace("Licence", "Words")) == [
        "docs/evidence.txt: README.md: Words may not be accounted for as a whole; quote its sentences"]
    assert len(problems("# README.md\n*\n    fact: all of it\n")) == 1


def test_a_row_that_is_accounted_for_by_the_command_in_it_has_to_have_one():
    table = "# README.md: Figures\n*\n    nothing: they name it\n"
    readme = "# Gridrest\n\n## Figures\n\nMade here.\n\n| of | by |\n|---|---|\n| a | `tools/gridrest bench` |\n"
    assert problems(table, readme) == []
    assert problems(table, readme + "| b | me |\n") == [
        'README.md: Figures: no command shows "b · me"; name it in its row']


def test_a_promise_is_shown_with_what_shows_it_and_what_promises_nothing_is_not(monkeypatch):
    monkeypatch.setattr(evidence, "table", lambda: text.entries(TABLE))
    page = evidence.page()
    assert ("| It rests on grid, always. | `test_limits.py::test_a_press_ends_v2l_within_70_ms_at_whatever_moment_"
            "bouncing_or_not`<br>scenario `plain-day` |  |") in page
    assert "| A number. |  | somebody's word, which goes on |" in page
    assert "| First point. Second point, gone on with. |  | installer's test 1, 10 |" in page
    assert "The last." not in page and "## README.md: Words" in page
