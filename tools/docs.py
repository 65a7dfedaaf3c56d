"""The README's tables and the counts in docs/proof.md, generated from the code, and docs/evidence.md, generated from
its own table: `python -m tools.docs` writes them, `--check` tells stale ones.
"""

import sys
from pathlib import Path

from firmware.core import ages, boards, changeover, faults, permits, sentences
from firmware.device import lamp
from tools import docs_counts, docs_faults
from tools.commission import defects, plan
from tools.docs_config import config_table
from tools.proofs import evidence

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def states_table():
    rows = []
    for phase, state in enumerate(changeover.STATES):
        one, two = changeover.ONE_RELAY[phase], changeover.TWO_RELAYS[phase]
        ways = []
        for row in changeover.ROWS:
            if row[0] == phase:
                ways.append("%s → %s" % (row[3], PHASES[row[2]]))
        outputs = _on(one[0]), "%s / %s" % (_on(two[0]), _on(two[1]))
        rows.append((PHASES[phase], "`%s`" % state) + outputs + ("<br>".join(ways),))
    head = ("phase", "published as", "one relay: pilot", "two relays: pilot / guard", "leaves when, first match first")
    return table(head, rows)


PHASES = (
    "startup", "grid", "mark", "break grid", "make v2l", "v2l", "break v2l", "make grid", "fault", "service",
)  # fmt: skip


def _on(value):
    return "on" if value else "off"


def permits_table():
    sentence = dict(sentences.PERMITS)
    rows = [("`%s`" % name, "x", "x" if stay else "", sentence[name]) for name, _entry, stay in permits.ROWS]
    return table(("permit", "to enter", "to stay", "true when"), rows)


def faults_table():
    words = {code: (seen, do) for code, seen, do in sentences.FAULTS}
    rows = []
    for fault, code in enumerate(faults.CODES):
        rows.append(("`%s`" % code, sentences.severity(code), latches(fault), *words[code]))
    return table(("fault", "severity", "latches", "what was seen", "what to do"), rows)


def latches(fault):
    if faults.UNTIL_MENDED >> fault & 1:
        return "until mended"
    if faults.NOTICES >> fault & 1:
        return "no"
    if fault not in faults.COUNTED:
        return "yes"
    return "after %d in %s" % (faults.LIMIT, WITHIN[faults.WITHIN_S[faults.COUNTED.index(fault)]])


WITHIN = {faults.HOUR_S: "an hour", faults.DAY_S: "a day", ages.NEVER_S: "a row"}


def boards_table():
    """The boards that are driven, with their relays; what is to be said of several of them, once; those not driven."""
    driven = [row for row in boards.PROFILES if row[2] is None]
    said = [sentence for row in driven for sentence in row[4]]
    notes = [sentence for sentence in dict.fromkeys(said) if said.count(sentence) > 1]
    rows = []
    for name, chip, _refused, pins, cautions in driven:
        own = " ".join(sentence for sentence in cautions if sentence not in notes)
        also = ", ".join(str(i + 1) for i in range(len(notes)) if notes[i] in cautions)
        rows.append(("`%s`" % name, chip, _relays(pins), own, also))
    others = [("`%s`" % row[0], row[1], row[2]) for row in boards.PROFILES if row[2] is not None]
    head = ("board", "chip", "relays: pilot / guard / not used", "what its builder must know", "notes")
    return "\n\n".join((table(head, rows), "\n".join("%d. %s" % (i + 1, notes[i]) for i in range(len(notes))),
                        table(("not driven", "chip", "because"), others)))


def _relays(pins):
    named = [", ".join(str(pin) for signal, pin, _level in pins if signal == relay) or "-"
             for relay in ("pilot", "guard", "spare")]
    return " / ".join(named) + ("" if 1 in [level for signal, _pin, level in pins if signal == "pilot"] else ", on low")


def lamp_table():
    """The lamp's code, the gravest first, as it is chosen."""
    rows = [("`%s`" % pattern, "%.1f s" % (len(pattern) * lamp.UNIT_MS / 1000), name, meaning)
            for pattern, (name, meaning) in zip(lamp.PATTERNS, sentences.LAMP)]
    return table(("pattern: an eighth of a second a sign, # is lit", "repeats after", "code", "means"), rows)


def steps_table():
    """The steps of a commissioning, in the order in which they are gone through."""
    return table(("step", "called", "proves"), [("`%s`" % step.id, step.title, step.proves) for step in plan.STEPS])


def defects_table():
    rows = [("`%s`" % one.name, one.sentence, "`%s`, %s" % (one.step, plan.TITLES[one.step]))
            for one in defects.DEFECTS]
    return table(("planted defect", "what is wrong", "found by the step"), rows)


COMMISSIONING = "docs/commissioning.md"
ITS_TABLES = (("steps", steps_table), ("defects", defects_table))
TABLES = (
    ("states", states_table),
    ("permits", permits_table),
    ("faults", faults_table),
    ("configuration", config_table),
    ("boards", boards_table),
    ("lamp", lamp_table),
)


def with_tables(text, tables=TABLES, page=README.name):
    """The page with every generated part made anew; a missing marker is a mistake."""
    for name, make in tables:
        begin, end = "<!-- generated: %s -->" % name, "<!-- end: %s -->" % name
        before, found, rest = text.partition(begin)
        _old, closed, after = rest.partition(end)
        if not found or not closed:
            raise SystemExit("%s lacks the markers %s ... %s" % (page, begin, end))
        text = before + begin + "\n" + make() + "\n" + end + after
    return text


def documents():
    """(name, its text as it stands, its text made anew) of each document that is generated, or a part of it is."""
    text = README.read_text(encoding="utf-8")
    yield README.name, text, with_tables(text)
    text = (ROOT / COMMISSIONING).read_text(encoding="utf-8")
    yield COMMISSIONING, text, with_tables(text, ITS_TABLES, COMMISSIONING)
    text = (ROOT / docs_counts.PAGE).read_text(encoding="utf-8")
    yield docs_counts.PAGE, text, with_tables(text, docs_counts.TABLES, docs_counts.PAGE)
    yield docs_faults.PAGE, (ROOT / docs_faults.PAGE).read_text(encoding="utf-8"), docs_faults.page()
    page = ROOT / evidence.PAGE
    yield evidence.PAGE, page.read_text(encoding="utf-8") if page.exists() else "", evidence.page()


def main(args):
    if args not in ([], ["--check"]):
        print("usage: python -m tools.docs [--check]", file=sys.stderr)
        return 2
    stale = [(name, fresh) for name, text, fresh in documents() if fresh != text]
    for name, fresh in stale:
        if args:
            print(f"{name}: what is generated in it is stale; run: .venv/bin/python -m tools.docs", file=sys.stderr)
        else:
            (ROOT / name).write_text(fresh, encoding="utf-8")
    if args and not stale:
        print("the generated documents are fresh")
    return 1 if args and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
