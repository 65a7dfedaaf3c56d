"""The steps of a record as blocks: all in a table, what is said of one that failed, and each with its runs."""

from tools.commission import account
from tools.commission.account import minute_text, time_text, value_text
from tools.commission.blocks import FAIL, NONE, PASS, SKIPPED, Heading, Mark, Points, Run, Step, Table, Text

MARKS = {
    "pass": Mark(PASS, "Passed"),
    "fail": Mark(FAIL, "Failed"),
    "skipped": Mark(SKIPPED, "Skipped"),
    account.NOT_RUN: Mark(NONE, "Not run"),
}
WITHIN, OUTSIDE, TOLD = Mark(PASS, "within"), Mark(FAIL, "outside"), Mark(NONE, "told only")


def overview(record):
    yield Heading("Steps")
    done = account.done(record)
    if not done:
        yield Text("The record has no steps.")
        return
    yield Table("overview", ("No.", "Step", "Result", "Runs", "Last run"),
                tuple((str(each.number), each.step["title"], MARKS[each.result], str(len(each.step["runs"])),
                       minute_text(each.step["runs"][-1]["at"]) if each.step["runs"] else "") for each in done),
                tuple(f"step-{each.number}" for each in done))


def failure(each):
    """What is said of a failed step where failures are listed."""
    run = account.last(each.step)
    yield Heading(f"{each.number} {each.step['title']}", 3)
    if run["finding"]:
        yield Text(f"Found: {run['finding']}")
    outside = [_outside(reading) for reading in run["measured"] if reading["ok"] is False
               and not (run["finding"] or "").startswith(f"{reading['what']}:")]
    if outside:
        yield Points(tuple(outside))
    if not run["finding"] and not outside:
        yield Text("The record does not say what was found.")


def _outside(reading):
    limit = f"; limit: {reading['limit']}" if reading["limit"] else ""
    return f"{reading['what']}: {value_text(reading['value'], reading['unit'])}{limit}"


def every(record):
    """Each step with its runs, the one that counts first."""
    if record["steps"]:
        yield Heading("Every step")
    for each in account.done(record):
        yield Step(each.number, each.step["title"], MARKS[each.result], each.step["proves"],
                   "; ".join(each.step["clauses"]))
        runs = each.step["runs"]
        for index in [len(runs) - 1, *range(len(runs) - 1)] if runs else []:
            yield from _run(runs, index)
        if not runs:
            yield Text("Never begun.")


def judged(reading):
    """Without a limit, nothing is within one."""
    if reading["ok"] is False:
        return OUTSIDE
    return WITHIN if reading["ok"] and reading["limit"] else TOLD


def _run(runs, index):
    run, counts = runs[index], index == len(runs) - 1
    if len(runs) == 1:
        which = "The only run"
    else:
        which = f"Run {index + 1} of {len(runs)}" + (", the one that counts" if counts else ", does not count")
    yield Run(MARKS[run["result"]], f"{which}, {time_text(run['at'])}", counts)
    if run["finding"]:
        yield Text(f"Found: {run['finding']}")
    if run["reason"]:
        yield Text(f"Skipped because: {run['reason']}" if run["result"] == "skipped" else f"Reason: {run['reason']}")
    if run["measured"]:
        yield Table("readings", ("Reading", "Value", "Limit", "Within"), tuple(
            (reading["what"], value_text(reading["value"], reading["unit"]), reading["limit"] or "none",
             judged(reading)) for reading in run["measured"]))
    if run["asked"]:
        yield Table("asked", ("Asked", "Answer"),
                    tuple((asked["question"], value_text(asked["answer"])) for asked in run["asked"]))
