"""The rows of the campaign: the worst of each (installation, cause, state) over its moments, and the file of them.

A row is a list in the order of FIELDS. Times are ms; None: nothing went off on account of it; -1: to the run's end.
Where the rows of several states of a cause are the same, the file has them once.
"""

import json
from pathlib import Path

from tools.proofs.faults_case import FOR_GOOD

FILE = Path(__file__).resolve().parents[2] / "docs/faults.json"
WORST = ("off", "seen_off", "seen_all_off", "gap", "wrong")
FIELDS = (*WORST, "names", "ends", "whys", "unknown")  # the last: moments whose end the board could not know


def row(answers):
    """One row from the answers of all moments."""
    names = sorted({" ".join(answer["names"]) for answer in answers})
    ends = sorted({"/".join(answer["end"]) for answer in answers})
    whys = sorted({answer["says"][0] for answer in answers if answer["says"] and answer["says"][0]})
    return [*(worst([answer[name] for answer in answers]) for name in WORST), names, ends, whys,
            sum(not answer["knows"] for answer in answers)]


def worst(values):
    known = [value for value in values if value is not None]
    return None if not known else FOR_GOOD if FOR_GOOD in known else max(known)


def text(rows, groups, sources):
    """The file's text, from {(house, cause, state): row} in the order of the campaign, the groups, and a hash."""
    told = {}
    for (house, cause, state), found in rows.items():
        lines = told.setdefault(house, {}).setdefault(cause, [])
        same = next((line for line in lines if line[1:] == found), None)
        if same:
            same[0].append(state)
        else:
            lines.append([[state], *found])
    houses = ",\n".join(f'"{house}": {{\n' + ",\n".join(
        f"{json.dumps(cause)}: {json.dumps(lines, separators=(',', ':'))}" for cause, lines in causes.items()) + "}"
        for house, causes in told.items())
    alike = ",\n".join(json.dumps(group) for group in groups)
    head = f'"sources": "{sources}",\n"fields": {json.dumps(["states", *FIELDS])}'
    return f'{{{head},\n"houses": {{\n{houses}}},\n"alike": [\n{alike}]}}\n'


def read(path=FILE):
    """({(house, cause, state): row}, groups) as `text` has written them; both empty where there is no file."""
    if not path.exists():
        return {}, []
    told = json.loads(path.read_text(encoding="utf-8"))
    rows = {(house, cause, state): line[1:] for house, causes in told["houses"].items()
            for cause, lines in causes.items() for line in lines for state in line[0]}
    return rows, told["alike"]


def sources(path=FILE):
    """The hash of what the file was made of."""
    return json.loads(path.read_text(encoding="utf-8")).get("sources") if path.exists() else None
