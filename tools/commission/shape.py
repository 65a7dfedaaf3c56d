"""What a record of a commissioning looks like, and what is wrong with a value that is none.

A shape is called with a value and its place in the file, and yields a sentence for each thing that is wrong: the place,
what stands there, and what would be right. Objects that hold what people typed, or what a board tells about itself, may
have more keys than the named ones, and all of them are printed. Everywhere else an unknown key is refused, because
nothing would print it: a record must not hold more than its reader sees.
"""

import datetime
import difflib
import json

VERSION = 1
MOST = 20  # sentences about one file
PASS, FAIL, SKIPPED, INCOMPLETE = "pass", "fail", "skipped", "incomplete"
LONGEST = 40  # characters of a value in a sentence
DEEPEST = 20  # of what is printed key by key
LARGEST = 10 ** 15
YEARS = range(2000, 2200)


def shown(value):
    """A value as a sentence shows it: short, and nothing in it that disturbs a terminal."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str) and len(value) > LONGEST:
        value = value[:LONGEST] + "..."
    return json.dumps(value)


def wrong(at, value, right):
    yield f"{at}: {shown(value)} cannot stand here; write {right}"


def text(value, at):
    return () if isinstance(value, str) else wrong(at, value, "a text")


def flag(value, at):
    return () if isinstance(value, bool) else wrong(at, value, "true or false")


def number(value, at):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST
    return () if is_number else wrong(at, value, "a number of at most 15 digits")


def plain(value, at):
    """What people type, or a board tells in one word."""
    if value is None or isinstance(value, (str, bool)):
        return ()
    return () if not any(number(value, at)) else wrong(at, value, "a text, a number, true, false or null")


def moment(value, at):
    return () if instant(value) else wrong(at, value, 'a moment like "2026-11-20T12:00:00Z"')


def instant(value):
    """A moment as a datetime with its zone, UTC where it names none; None: it is no moment."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.datetime.fromisoformat(value.removesuffix("Z") + ("+00:00" if value.endswith("Z") else ""))
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def tree(value, at, depth=0):
    """Whatever JSON can hold, as deep as it can be printed key by key."""
    if depth > DEEPEST:
        yield f"{at}: lies deeper than {DEEPEST} levels; a record has no such thing"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from tree(inner, f"{at}.{_name(key)}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from tree(inner, f"{at}[{index}]", depth + 1)
    else:
        yield from plain(value, at)


def or_null(shape):
    return lambda value, at: () if value is None else shape(value, at)


def one_of(*words):
    right = ", ".join(f'"{word}"' for word in words[:-1]) + f' or "{words[-1]}"'
    return lambda value, at: () if value in words and isinstance(value, str) else wrong(at, value, right)


def listed(shape):
    def check(value, at):
        if not isinstance(value, list):
            yield from wrong(at, value, "a list")
            return
        for index, inner in enumerate(value):
            yield from shape(inner, f"{at}[{index}]")
    return check


def fixed(**shapes):
    """An object with exactly these keys."""
    def check(value, at):
        yield from opened(**shapes)(value, at)
        for key in value if isinstance(value, dict) else ():
            if key not in shapes:
                near = difflib.get_close_matches(key, shapes, 1)
                yield f"{_inside(at, key)}: is not known here; " + (
                    f'did you mean "{near[0]}"?' if near else f"the known ones are {', '.join(shapes)}")
    return check


def opened(**shapes):
    """An object with at least these keys; of the others, any tree."""
    return _object(shapes, True)


def loose(**shapes):
    """An object that people fill, with any of these keys and others."""
    return _object(shapes, False)


def _object(shapes, must):
    def check(value, at):
        if not isinstance(value, dict):
            yield from wrong(at, value, "an object")
            return
        for key, shape in shapes.items():
            if key in value:
                yield from shape(value[key], _inside(at, key))
            elif must:
                yield f"{_inside(at, key)}: is missing"
        for key in value:
            if key not in shapes:
                yield from tree(value[key], _inside(at, key))
    return check


def _inside(at, key):
    return f"{at}.{_name(key)}" if at else _name(key)


def _name(key):
    return key if key.isidentifier() and key.isascii() and len(key) <= LONGEST else shown(key)


MEASURED = fixed(what=text, value=plain, unit=or_null(text), limit=or_null(text), ok=or_null(flag))
ASKED = fixed(question=text, answer=plain)
RUN = fixed(at=moment, result=one_of(PASS, FAIL, SKIPPED), measured=listed(MEASURED), asked=listed(ASKED),
            finding=or_null(text), reason=or_null(text))
STEP = fixed(id=text, title=text, proves=text, clauses=listed(text), runs=listed(RUN))
RECORD = fixed(
    record=number, made_at=moment, kind=one_of("real", "simulated"),
    installation=loose(address=plain),
    people=listed(loose(role=plain, name=plain, registration=plain)),
    instruments=listed(loose(what=plain, serial=plain, calibrated=plain)),
    board=opened(id=plain, fw=plain, config_sha256=plain, micropython=plain, chip=plain, profile=plain),
    host=opened(gridrest_fw=plain),
    clock=opened(trust=plain, source=plain, error_s=plain, differs_s=or_null(number)),
    wiring=opened(relays=number), configuration=or_null(opened()), week=listed(text),
    steps=listed(STEP), not_tested=listed(fixed(id=text, title=text, reason=or_null(text))),
    verdict=one_of(PASS, FAIL, INCOMPLETE))


def check(value):
    """Sentences about what keeps this from being a record; none: it is one."""
    if not isinstance(value, dict) or "record" not in value:
        return ["this is no record of a commissioning: it is no object with a \"record\"; name a commissioning.json"]
    if value["record"] != VERSION or isinstance(value["record"], bool):
        return [f"record: {shown(value['record'])} is a version that this Gridrest does not read; it reads {VERSION}"]
    found = list(RECORD(value, "")) or list(_contradictions(value))
    return found if len(found) <= MOST else [*found[:MOST], f"and {len(found) - MOST} more; mend these first"]


def _contradictions(record):
    """What only a hand that changed one thing and not another leaves."""
    ids = [step["id"] for step in record["steps"]]
    for index, step in enumerate(record["steps"]):
        if ids.index(step["id"]) != index:
            yield f"steps[{index}].id: {shown(step['id'])} is also the id of another step; each has one of its own"
        for number_of, run in enumerate(step["runs"]):
            if run["result"] == PASS and any(reading["ok"] is False for reading in run["measured"]):
                yield f"steps[{index}].runs[{number_of}].result: is \"pass\", and a reading of that run is not ok"
    failed = [step["id"] for step in record["steps"] if step["runs"] and step["runs"][-1]["result"] == FAIL]
    if record["verdict"] == PASS and failed:
        yield f"verdict: is \"pass\", and the last run of {shown(failed[0])} failed"
