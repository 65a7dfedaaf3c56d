"""A record as the blocks that the page and the PDF draw: what failed and what was not tested first."""

from tools.commission import account, frame, sheet_steps
from tools.commission.account import given_text, number_of, time_text, value_text
from tools.commission.blocks import (FAIL, NONE, PASS, SKIPPED, Drawing, Heading, Mark, Notice, Points, Signature,
                                     Table, Text, Title, Verdict)
from tools.commission.compare import compare, flat
from tools.commission.shape import INCOMPLETE

VERDICTS = {
    "pass": (PASS, "Passed"),
    "fail": (FAIL, "Failed"),
    INCOMPLETE: (SKIPPED, "Incomplete"),
}
LABELS = {
    "v2l_rating_a": "V2L rating, A", "id": "Board", "fw": "Firmware", "config_sha256": "Configuration, sha256",
    "micropython": "MicroPython", "chip": "Chip", "profile": "Board profile",
    "gridrest_fw": "This repository's firmware",
}
TRUST = {
    "synced": "The board had the time from a source that it trusts.",
    "holdover": "The board's clock ran on by itself, inside its error bound.",
    "unset": "The board did not know the time.",
}
MOMENTS = "The moments in this record are those of the computer that led the tests."
NAMED = (("role", "name", "registration"), ("what", "serial", "calibrated"))


def blocks(record, fingerprint, earlier=None):
    """All of it, in order. `fingerprint` is the sha256 of the record's own text."""
    found = [*head(record), *failures(record), *omissions(record), *sheet_steps.overview(record), *place(record)]
    if earlier is not None:
        found += since(earlier, record)
    return [*found, *sheet_steps.every(record), *board(record), *arrangement(record), *worth(record),
            *made(record, fingerprint)]


def title(record):
    return f"Commissioning record, {address(record)}"


def address(record):
    found = record["installation"].get("address")
    return "address not given" if found is None else value_text(found)


def head(record):
    about = [f"{time_text(record['made_at'])}, board {value_text(record['board']['id'])}"]
    yield Title("Commissioning record", (address(record), *about))
    if record["kind"] == "simulated":
        yield Notice(frame.SIMULATED)
    tone, word = VERDICTS[record["verdict"]]
    yield Verdict(tone, word, account.counted(record))


def failures(record):
    yield Heading("What failed")
    failed = account.failed(record)
    if not failed:
        yield Text("No step failed in its last run.")
    for each in failed:
        yield from sheet_steps.failure(each)
    before = account.failed_before(record)
    if before:
        yield Text("Failed in an earlier run, and passed in the last: "
                   + ", ".join(f"{each.number} {each.step['title']}" for each in before) + ".")


def omissions(record):
    yield Heading("What was not tested")
    rows = account.untested(record)
    if rows:
        yield Table("untested", ("Step", "Why"), tuple((name, value_text(reason)) for name, reason in rows))
    else:
        yield Text("Every step of the plan was run." if record["steps"] else "No step was run.")
    yield Text(frame.BEYOND, is_quiet=True)


def place(record):
    """Where it was, who was there, and with what."""
    yield Heading("Installation")
    yield facts(record["installation"], given_text)
    yield Heading("People and instruments")
    yield Table("people", ("Role", "Name", "Registration"), _named(record["people"], NAMED[0])) \
        if record["people"] else Text("No people are named.")
    yield Table("instruments", ("Instrument", "Serial number", "Calibrated"), _named(record["instruments"], NAMED[1])) \
        if record["instruments"] else Text("No instruments are named.")


def _named(entries, keys):
    """A row for each; what else was typed goes with the last column."""
    return tuple((*(given_text(entry.get(key)) for key in keys[:-1]),
                  "; ".join([given_text(entry.get(keys[-1])),
                             *(f"{label(at)}: {value_text(value)}" for at, value in
                               flat({key: entry[key] for key in entry if key not in keys}))]))
                 for entry in entries)


def label(key):
    if "." in key or "[" in key:
        return key
    return LABELS.get(key) or key[:1].upper() + key[1:].replace("_", " ")


def facts(tree, text=value_text):
    """A table of two columns; plain keys become words."""
    return Table("facts", (), tuple((label(at), text(value)) for at, value in flat(tree)) or (("", "none"),))


def board(record):
    yield Heading("Board, firmware and clock")
    yield facts(record["board"])
    yield facts(record["host"])
    yield Text(_firmware(record))
    clock = record["clock"]
    known = {key: value for key, value in clock.items() if key not in ("error_s", "differs_s")}
    yield Table("facts", (), (*facts(known).rows, ("Error at most", value_text(clock["error_s"], "s")),
                              ("Against the computer", _difference(clock["differs_s"]))))
    told = TRUST.get(clock["trust"]) if isinstance(clock["trust"], str) else None
    yield Text(f"{told} {MOMENTS}" if told else MOMENTS)


def _firmware(record):
    on_board, ours = record["board"]["fw"], record["host"]["gridrest_fw"]
    if record["kind"] == "simulated":
        return "The simulator ran this repository's own firmware."
    if None in (on_board, ours):
        return "Whether the board ran the firmware that this repository makes is not known."
    if on_board == ours:
        return "The board ran the firmware that this repository makes."
    return "The board did not run the very firmware that this repository makes; what was tested is what the board ran."


def _difference(differs_s):
    if not differs_s:
        return "not known" if differs_s is None else "no difference seen"
    return f"the board's clock was {abs(differs_s)} s {'ahead' if differs_s > 0 else 'behind'}"


def arrangement(record):
    yield Heading("Wiring variant")
    yield facts(record["wiring"])
    yield Heading("Week of the configuration")
    yield Drawing(tuple(record["week"])) if record["week"] else Text("The configuration's week was not drawn.")
    yield Heading("Configuration")
    if record["configuration"]:
        yield Table("facts", (), tuple((at, value_text(value)) for at, value in flat(record["configuration"])))
        yield Text("Passwords are not in it.", is_quiet=True)
    else:
        yield Text("The board's configuration was not read.")


def since(earlier, record):
    """What has changed since an earlier record."""
    found = compare(earlier, record)
    yield Heading("Compared with an earlier record")
    yield Text(f"The earlier one is of {time_text(earlier['made_at'])}, {address(earlier)}; its verdict was "
               f"{VERDICTS[earlier['verdict']][1].lower()}.")
    if found.warnings:
        yield Points(tuple(found.warnings))
    far = [each for each in found.times if each.by_half]
    if found.times:
        yield Text(f"Of {number_of(len(found.times), 'transfer time')}, {len(far) or 'none'} moved by half of the "
                   "earlier value or more.")
        yield _moved(found.times, "Transfer time")
    else:
        yield Text("The two records have no transfer time in common.")
    if found.readings:
        yield _moved(found.readings, "Other reading that changed")
    for name, rows in (("Firmware, configuration and board", found.software), ("Settings", found.settings),
                       ("Result", found.steps), ("People and instruments", found.people)):
        if rows:
            yield Table("changes", (name, "Earlier", "Now"),
                        tuple((row.what, row.earlier, row.now) for row in rows))
        else:
            yield Text(f"{name}: nothing changed.")


def _moved(rows, name):
    return Table("times", (name, "Earlier", "Now", "Change"), tuple(
        (f"{each.step}: {each.what}", each.earlier, each.now,
         Mark(FAIL, f"{each.change}, by half or more") if each.by_half else Mark(NONE, each.change)) for each in rows))


def worth(record):
    yield Heading("What this record is worth")
    yield Points(frame.RESPONSIBILITY)
    clauses = {}
    for each in account.done(record):
        for clause in each.step["clauses"]:
            clauses.setdefault(clause, []).append(str(each.number))
    if clauses:
        yield Table("cited", ("Cited only", "Steps"),
                    tuple((clause, ", ".join(numbers)) for clause, numbers in clauses.items()))
    yield Text(frame.CITED)
    yield Heading("Signatures")
    if record["kind"] == "simulated":
        yield Notice(frame.NOT_TO_SIGN)
        return
    yield Text(frame.TO_SIGN)
    for role, name, signs_for in frame.signatures(record["people"]):
        yield Signature(role, name, signs_for)


def made(record, fingerprint):
    yield Heading("How this was made")
    yield Text("From the record alone, and made again from it at any time, byte for byte the same. The record's own "
               f"text has the sha256 {fingerprint}.")
