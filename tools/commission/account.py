"""What a record says on the whole: which steps passed, failed or were left out. The last run of a step is the one that
counts."""

import typing

from tools.commission.shape import FAIL, PASS, SKIPPED, instant

NOT_RUN = "not run"


class Done(typing.NamedTuple):
    """A step, its place in the plan from 1, and how its last run ended."""

    number: int
    step: dict
    result: str  # or NOT_RUN


def done(record):
    return [Done(index + 1, step, result(step)) for index, step in enumerate(record["steps"])]


def result(step):
    return step["runs"][-1]["result"] if step["runs"] else NOT_RUN


def last(step):
    """The run that counts, or None."""
    return step["runs"][-1] if step["runs"] else None


def failed(record):
    return [each for each in done(record) if each.result == FAIL]


def failed_before(record):
    """Steps that passed at last, and had failed."""
    return [each for each in done(record) if each.result == PASS
            and any(run["result"] == FAIL for run in each.step["runs"])]


def untested(record):
    """(title, reason) of whatever was left out, however the record tells so."""
    told = {entry["id"]: entry for entry in record["not_tested"]}
    found = [(entry["title"], entry["reason"]) for entry in record["not_tested"]]
    for each in done(record):
        if each.result in (SKIPPED, NOT_RUN) and each.step["id"] not in told:
            run = last(each.step)
            found.append((each.step["title"], run["reason"] if run else "never begun"))
    return found


def counted(record):
    """The sentence under the verdict."""
    if not record["steps"]:
        return "No step was run."
    results = [each.result for each in done(record)]
    left = len(untested(record))
    parts = [f"{results.count(PASS)} of {number_of(len(results), 'step')} passed",
             f"{results.count(FAIL) or 'none'} failed",
             f"{left} not tested" if left else "nothing in the plan was left out"]
    return ", ".join(parts) + "."


def number_of(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def time_text(text, form="%Y-%m-%d %H:%M:%S"):
    """A moment as people read it; always with its zone."""
    at = instant(text)
    return at.strftime(form) + (" UTC" if not at.utcoffset() else f" UTC{at:%z}")


def minute_text(text):
    return time_text(text, "%Y-%m-%d %H:%M")


def given_text(value):
    """What a person was asked for."""
    return "not given" if value is None else value_text(value)


def value_text(value, unit=None):
    """A reading or a fact as people read it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value} {unit}" if unit else str(value)
