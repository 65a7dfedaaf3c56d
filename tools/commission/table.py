"""Every planted defect, and the step that found it: a commissioning each, as far as the first step that fails."""

import pathlib
import tempfile

from tools.commission import answers, beginning, defects, person, plan
from tools.commission.sitting import Sitting

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "examples" / "commission"
EXAMPLES = ("one-relay", "two-relays")


def example(name):
    return answers.read(str(FOLDER / (name + ".json")), plan.IDS)


def commissioned(told, defect=None):
    """(the record of a whole commissioning of a simulated installation, whether V2L is commanded at its end).

    The record is None if the defect has no place in it.
    """
    place = beginning.Simulated(told.simulated, defect)
    try:
        if defect and not defects.has_place(defect, place.link.world):
            return None, False
        record = beginning.fresh(place, place.board.status())
        somebody = person.Scripted(told, place.hands)
        somebody.begin(record)
        with tempfile.TemporaryDirectory(prefix="gridrest-") as folder:
            Sitting(place.board, somebody, place.facts, record, folder).run()
        return record, bool(place.link.world.commanded)
    finally:
        place.close()


def found(record):
    """(the first step that failed, its finding), or (None, None)."""
    for step in record["steps"]:
        if step["runs"][-1]["result"] == "fail":
            return step["id"], step["runs"][-1]["finding"]
    return None, None


def rows(chosen=None, each=lambda number, total: None):
    """A row for each defect in each installation: a dict with what was planted and what came of it."""
    every = [(name, defect) for name in EXAMPLES for defect in defects.DEFECTS if not chosen or defect.name in chosen]
    made = []
    for number, (name, defect) in enumerate(every):
        each(number, len(every))
        record, left_on_v2l = commissioned(example(name), defect)
        if record is not None:
            step, finding = found(record)
            made.append({"installation": name, "defect": defect.name, "sentence": defect.sentence, "for": defect.step,
                         "found": step, "finding": finding, "left_on_v2l": left_on_v2l})
    return made


def is_well(row):
    return row["found"] == row["for"] and not row["left_on_v2l"]


def markdown(made):
    """The table for people."""
    lines = ["| defect | what is wrong | step that found it | one relay | two relays |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(row["defect"] for row in made):
        mine = {row["installation"]: row for row in made if row["defect"] == name}
        one = next(iter(mine.values()))
        steps = list(dict.fromkeys(row["found"] for row in mine.values()))
        told = ", ".join(f"{plan.TITLES[step]} (`{step}`)" if step else "**none**" for step in steps)
        marks = [_mark(mine.get(installation)) for installation in EXAMPLES]
        lines.append(f"| `{name}` | {one['sentence']} | {told} | {' | '.join(marks)} |")
    return lines


def _mark(row):
    if row is None:
        return "-"
    return "found" if is_well(row) else "found elsewhere" if row["found"] else "**not found**"
