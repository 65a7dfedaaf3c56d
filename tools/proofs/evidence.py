"""Each rule of a changeover and each promise of the documents, held against what shows it.

docs/evidence.txt says for each what that is: tests, scenarios, proof parts, a command that prints the figure, or the
installer's own test of what no firmware can show. Here it is seen that all of it exists, and that no sentence of the
documents has been left out; docs/evidence.md is made of it. Whether a test fits its promise is for people to judge.
"""

import ast
import importlib.util
import re
from pathlib import Path

from tools import main
from tools.commands import proof
from tools.proofs import evidence_text as text

SENTENCE = ("Every rule of a changeover and every promise of the documents has its tests, scenarios, proof parts or "
            "the installer's test, and all of them exist.")
ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = "docs/evidence.txt"
PAGE = "docs/evidence.md"
REPORT = "docs/proof-report.md"
WIRING, LIST = "docs/wiring.md", "What the installer must prove by test"
SHOWN = ("test", "scenario", "proof", "figure")
# What may be accounted for as a whole, and why. Everything else is quoted sentence by sentence.
EACH_NAMED = ("each row names the command that shows it, which is looked for", "README.md: What proves it",
              "README.md: Figures")
WHOLE = (
    EACH_NAMED,
    ("it says where things are", "README.md: Reading the code"),
    ("the licence, word for word", "README.md: Licence"),
    ("the numbers that are named here as the installer's tests", f"{WIRING}: {LIST}"),
    ("it is made from the faults that were played", "docs/faults.md: "),
    ("it tells of the parts that are the evidence, and what their figures are", "docs/proof.md: "),
    ("its steps and defects are made from the plan; the rest is not quoted yet", *(
        "docs/commissioning.md: " + heading for heading in (
            "Commissioning", "What is needed", "How a sitting goes", "The steps", "The record", "What it finds",
            "What it cannot show"))),
)
COMMAND = re.compile(r"`(tools/gridrest [a-z][^`\[]*|\.venv/bin/python -m [a-z._]+)")
HEAD = """# What shows it

Generated from [evidence.txt](evidence.txt) by `.venv/bin/python -m tools.docs`. `tools/gridrest proof evidence` fails
when a sentence of the README or of these documents stands in it nowhere, when a sentence that it quotes has changed,
and when a test, a scenario, a proof part or a command that it names does not exist.

Whether a test really shows what stands beside it is for a reader to judge; open it. *Shown by* is evidence by running.
*Carried by* is what no firmware can show: the installer's test (by its number in
[Wiring](wiring.md#what-the-installer-must-prove-by-test)), or somebody else's part that the design rests on. Sentences
that promise nothing (explanation, advice, what is not claimed) are accounted for in the text file alone.
"""


class Project:
    """What may be named as evidence, and what has to be accounted for."""

    def __init__(self, root=ROOT):
        tests = sorted((root / "host_tests").glob("test_*.py"))
        self.tests = {f"{path.name}::{name}" for path in tests for name in _functions(path)}
        self.tables = {path.stem for path in (root / "host_tests" / "tables").glob("*.py")}  # each a case of a test
        self.scenarios = {path.stem for path in (root / "host_tests" / "scenarios").rglob("*.json")}
        self.parts = {row[0] for row in proof.PARTS}
        self.commands = {row[0] for row in main.COMMANDS}
        files = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
        texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}
        for made in (PAGE, REPORT):
            texts.pop(made, None)
        self.documents = {name: text.sections(told) for name, told in texts.items()}
        self.named = {command for told in texts.values() for command in COMMAND.findall(told)}
        self.installer = len(self.documents[WIRING][LIST]) - 1  # below a paragraph

    def lacks(self, kind, words):
        """Those of the names that do not exist, with what they should be."""
        names = [name.strip() for name in words.split(",")]
        if kind == "figure":
            return [words] if self.is_unknown(words) else []
        if kind == "installer":
            return [name for name in names if not (name.isdigit() and 1 <= int(name) <= self.installer)]
        known = {"test": self.tests, "scenario": self.scenarios, "proof": self.parts}.get(kind)
        return [name for name in names if name not in known] if known is not None else []

    def is_unknown(self, command):
        """Whether nothing of ours is called so. Values and options are not looked at."""
        first, *words = command.split()
        if first != "tools/gridrest":
            return words[:1] != ["-m"] or importlib.util.find_spec(words[1]) is None
        if words[0] == "proof" and len(words) > 1 and words[1][0].islower() and words[1] not in self.parts:
            return True
        chosen = set(re.findall(r"\w+", command.partition(" -k ")[2])) - {"and", "or", "not"}
        found = [any(word in test for test in self.tests | self.tables) for word in chosen]
        return words[0] not in self.commands or not all(found)


def _functions(path):
    return [node.name for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def problems(entries, project):
    """A sentence for everything that is not as it must be."""
    for entry in entries:
        where = f"{TABLE}:{entry.number}: "
        if not entry.evidence:
            yield f'{where}nothing shows "{entry.words[:60]}"; name a test, or say who shows it'
        if entry.of("nothing") and len(entry.evidence) > 1:
            yield f'{where}"{entry.words[:60]}" promises nothing and is shown all the same; choose one'
        for kind, words in entry.evidence:
            for name in project.lacks(kind, words):
                yield f"{where}there is no {kind} '{name}'"
    for command in sorted(project.named):
        if project.is_unknown(command):
            yield f"the documents name '{command}', and there is no such command"
    yield from _as_a_whole(entries, project)
    for document, sections in project.documents.items():
        if any(entry.place == (document, "") for entry in entries):
            continue
        for heading, blocks in sections.items():
            quotes = [entry.words for entry in entries if entry.place == (document, heading)]
            if quotes != [text.EVERYTHING]:
                yield from _unsaid(f"{document}, {heading}: ", blocks, quotes)
    known = {(name, heading) for name, sections in project.documents.items() for heading in ("", *sections)}
    for place in dict.fromkeys(entry.place for entry in entries):
        if place not in known and place[0] != text.GUIDANCE:
            yield f"{TABLE}: there is no {': '.join(place)}"


def _as_a_whole(entries, project):
    """What is not among the parts that may be, and rows that do not say what shows them."""
    for place in dict.fromkeys(entry.place for entry in entries if entry.words == text.EVERYTHING):
        if not any(": ".join(place) in names for _reason, *names in WHOLE):
            yield f"{TABLE}: {': '.join(place)} may not be accounted for as a whole; quote its sentences"
    for place in EACH_NAMED[1:]:
        document, _, heading = place.partition(": ")
        for block in project.documents[document].get(heading, ()):
            if text.CELLS in block and not COMMAND.search(block):
                yield f'{place}: no command shows "{block[:60]}"; name it in its row'


def _unsaid(where, blocks, quotes):
    gaps, stale = text.unsaid(blocks, quotes)
    for gap in gaps:
        yield f'{where}nobody says what shows "{gap}"; quote it in {TABLE}'
    for quote in stale:
        yield f'{where}it no longer says "{quote}"'


def table():
    """(entries, problems with its form)."""
    return text.entries((ROOT / TABLE).read_text(encoding="utf-8"))


def run(progress, quick, seed):
    """Return the figures; "problems" says what is missing. There is nothing to sample: it takes a second."""
    progress.update(0, 1, TABLE)
    entries, found = table()
    found += problems(entries, Project())
    progress.update(1, 1, TABLE)
    return {"ok": not found, **counts(entries), "problems": found}


def counts(entries):
    of_guidance = [entry for entry in entries if entry.place[0] == text.GUIDANCE]
    promises = [entry for entry in entries if entry not in of_guidance and not entry.of("nothing")]
    tests = {name for entry in entries for words in entry.of("test") for name in words.split(", ")}
    return {"rules": len(of_guidance), "promises": len(promises),
            "shown_by_running": sum(map(is_shown, of_guidance + promises)),
            "carried_by_others": sum(not is_shown(entry) for entry in of_guidance + promises),
            "sentences_that_promise_nothing": len(entries) - len(of_guidance) - len(promises),
            "tests_named": len(tests)}


def is_shown(entry):
    return any(kind in SHOWN for kind, _words in entry.evidence)


def page():
    """docs/evidence.md."""
    lines, place = [HEAD], None
    for entry in table()[0]:
        if entry.of("nothing"):
            continue
        if entry.place != place:
            place = entry.place
            lines += ["", *_heading(*place), "", "| says | shown by | carried by |", "|---|---|---|"]
        shown = "<br>".join(_told(kind, words) for kind, words in entry.evidence if kind in SHOWN)
        carried = "<br>".join(_told(kind, words) for kind, words in entry.evidence if kind not in SHOWN)
        words = entry.words if entry.words != text.EVERYTHING else "(all of it)"
        lines.append("| " + " | ".join(part.replace("|", "\\|") for part in (words, shown, carried)) + " |")
    return "\n".join(lines) + "\n"


def _heading(document, heading):
    if document == text.GUIDANCE:
        return [f"## Usual guidance on grid/V2L changeovers: {heading}"]
    return [f"## {document}: {heading}" if heading else f"## {document}"]


def _told(kind, words):
    names = [name.strip() for name in words.split(",")]
    if kind == "test":
        return ", ".join(f"`{name}`" for name in names)
    if kind in ("scenario", "proof"):
        return f"{kind} " + ", ".join(f"`{name}`" for name in names)
    if kind == "figure":
        return f"printed by `{words}`"
    return f"installer's test {', '.join(names)}" if kind == "installer" else words
