"""The tables of docs/faults.md, made from docs/faults.json, which the proof part `faults` has written."""

from pathlib import Path

from tools.proofs import faults_rows
from tools.proofs.faults_house import FITTINGS, STATES

PAGE = "docs/faults.md"
BEGIN, END = "<!-- generated: single faults -->", "<!-- end: single faults -->"
# Where the fault came: what the documents call the states, in the order in which they are.
WHERE = tuple(zip(STATES[:9], ("on grid",) * 4 + ("entering",) * 2 + ("on V2L",) + ("leaving",) * 2))
RELAYS = ("one relay", "two relays")
ENDS = {
    "grid/grid": "grid", "v2l/v2l": "V2L", "v2l/grid": "fed from grid, commanded to V2L", "grid/none": "dark",
    "v2l/none": "dark, commanded to V2L", "grid/v2l": "fed from V2L", "fault/grid": "latched, grid",
    "fault/none": "latched, dark", "fault/v2l": "latched, fed from V2L", "off/grid": "board off, grid",
    "off/none": "board off, dark", "off/v2l": "board off, fed from V2L", "startup/none": "waiting, dark",
    "startup/grid": "waiting, grid",
}
HEAD = ("what goes wrong", "named", "off after it shows, 1 relay", "2 relays: guard / all",
        "off after it happens, 1 / 2", "load without supply, 1 / 2", "load on the other source, 1 / 2", "where it ends")
FIELD = {name: place for place, name in enumerate(faults_rows.FIELDS)}


def page():
    """The document as it stands, with its tables made anew."""
    text = (Path(__file__).resolve().parent.parent / PAGE).read_text(encoding="utf-8")
    before, _begin, rest = text.partition(BEGIN)
    _old, closed, after = rest.partition(END)
    if not closed:
        raise SystemExit(f"{PAGE} lacks the markers {BEGIN} ... {END}")
    return before + BEGIN + "\n" + tables(*faults_rows.read()) + END + after


def tables(rows, groups):
    parts = []
    for fitting, _config in FITTINGS:
        causes = list(dict.fromkeys(cause for house, cause, _state in rows if house.endswith(", " + fitting)))
        parts.append(f"\n### With {fitting}\n")
        parts += _table(HEAD, [_row(rows, fitting, cause) for cause in causes])
    parts.append("\n### What cannot be told apart\n")
    parts += _table(("fitted", "the board says", "each of these looks the same"),
                    [(fitting, _said(told), "; ".join(causes)) for fitting, told, causes in groups])
    return "\n".join(parts) + "\n"


def _table(head, lines):
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *lines)]


def _row(rows, fitting, cause):
    found = [{state: rows[f"{relays}, {fitting}", cause, state] for state, _where in WHERE
              if (f"{relays}, {fitting}", cause, state) in rows} for relays in RELAYS]
    one, two = found

    def both(name):
        return f"{_worst(one, name)} / {_worst(two, name)}"

    return (cause, _names(found), _worst(one, "seen_off"), f"{_worst(two, 'seen_off')} / {_worst(two, 'seen_all_off')}",
            both("off"), both("gap"), both("wrong"), _ends(found))


def _worst(states, name):
    """In words; nothing for an installation in which there is no such thing."""
    if not states:
        return ""
    worst = faults_rows.worst([row[FIELD[name]] for row in states.values()])
    return "–" if worst is None else "stays" if worst == faults_rows.FOR_GOOD else str(worst)


def _names(found):
    """Each name, or without one the permit, with where the fault came when it was told."""
    where = {}
    for states in found:
        for state, place in WHERE:
            row = states.get(state)
            for told in row[FIELD["names"]] if row else ():
                said = ", ".join(f"`{code}`" for code in told.split()) or _whys(row)
                where.setdefault(said, {})[place] = True
    places = len(set(dict(WHERE).values()))
    return "<br>".join(said + ("" if len(at) == places else f" ({', '.join(at)})") for said, at in where.items())


def _whys(row):
    return "only why: " + ", ".join(f"`{why}`" for why in row[FIELD["whys"]]) if row[FIELD["whys"]] else "nothing"


def _ends(found):
    rows = [row for states in found for row in states.values()]
    ends = "; ".join(sorted({ENDS.get(end, end) for row in rows for end in row[FIELD["ends"]]}))
    return ends + (" **(the board cannot know)**" if any(row[FIELD["unknown"]] for row in rows) else "")


def _said(told):
    code = told.rpartition(" ")[2]
    return told[: -len(code)] + f"`{code}`"
