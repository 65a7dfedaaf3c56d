"""Which lines of the firmware are come by, which are not, and which of boot.py's nothing protects."""

from tools import staging

CONFIG = '{"board": "generic-1-relay", "zone": "UTC0"}'
FAILURES_MAX = 20
BOOT = staging.ROOT / "boot.py"
# Statements of boot.py that run before every relay is off, and those between that and the watchdog: nothing protects
# them, so they are argued for, in docs/proof.md. What a run finds is held against this.
BEFORE_PINS = (
    '"""', "RELAYS = ()", "PINS = []", "CRASHES = 0", "COLD_MS, SOFT_MS = 30_000, 600_000", "TRIES = 3",
    "def relays_off():", "def take_relays():", "for number, off in RELAYS:", "try:", "from machine import Pin",
    "PINS.append((Pin(number, Pin.OUT, value=off), off))", "def attempt(job, argument):", "def count_crash(soft):",
    "def read(path):", "def write(path, data):", "def clear(path):", "def copy(build):", "def keep_as(path):",
    "def switch(_soft):", "def bring_back(_soft):", "def judge(soft):", "INTERRUPTED = False", "while True:", "try:",
    "take_relays()",
)  # fmt: skip
BEFORE_WATCHDOG = (
    "try:", "return job(argument)", "break", "DOG = None", "try:", "import machine", "if INTERRUPTED:",
    "SOFT = attempt(lambda _none: machine.reset_cause() == machine.SOFT_RESET, None)",
    "DOG = attempt(lambda ms: machine.WDT(timeout=ms), SOFT_MS if SOFT else COLD_MS)",
)  # fmt: skip


def every():
    """{path: lines} of all that is shipped."""
    return {path: set(_walk(compile(data, path, "exec"))) for path, data in staging.stage(CONFIG).items()
            if path.endswith(".py") and path not in ("firmware/boot.py", "firmware/main.py")}


def _walk(code):
    for constant in code.co_consts:
        if hasattr(constant, "co_lines"):
            yield from _walk(constant)
    yield from (line for _start, _end, line in code.co_lines() if line)


def unprotected(unarmed):
    """(statements before every relay is off, statements between that and the watchdog), in their order in boot.py."""
    source = BOOT.read_text(encoding="utf-8").splitlines()
    early, later = [{place[1] for place, off in unarmed if bool(off) == is_off and place[0] == "boot.py"}
                    for is_off in (False, True)]
    rows = [tuple(_statement(source[line - 1]) for line in sorted(found)) for found in (early, later - early)]
    others = sorted({place[0] for place, _off in unarmed} - {"boot.py"})
    return (*rows, others)


def _statement(line):
    return '"""' if line.startswith('"""') else line.strip().partition("  # ")[0]


def figures(answers, seen, unarmed, stories, every_run=False):
    lines = every()
    reached = [{place for place in found if place[1] in lines.get(place[0], ())} for found in seen]
    missed = {path: sorted(line for line in numbers if (path, line) not in reached[0])
              for path, numbers in sorted(lines.items())}
    failures = [f"{answer['trouble']} at {answer['file']}:{answer['line']} ({answer['in']}), {answer['moment']}, in "
                f"'{answer['story']}' at {answer['at_ms']} ms: {problem}"
                for answer in answers for problem in answer["problems"]]
    before_pins, before_watchdog, others = unprotected(unarmed)
    for name, listed, found in (("BEFORE_PINS", BEFORE_PINS, before_pins),
                                ("BEFORE_WATCHDOG", BEFORE_WATCHDOG, before_watchdog)):
        if listed != found:
            failures.append(f"{name} of crashes_lines is not what a run finds: {found}")
    failures += [f"{path} runs with no watchdog armed" for path in others]
    found = {"ok": not failures, "stories": stories, "lines": sum(map(len, lines.values())),
            "lines_come_by": len(reached[0]), "lines_come_by_on_v2l": len(reached[1]), "cases": len(answers),
            "ends": _counted(answers), "off_ms_worst": _worst(answers),
            "statements_before_the_relays_are_off": len(before_pins),
            "statements_from_there_to_the_watchdog": len(before_watchdog),
            "failures_in_all": len(failures), "failures": failures[:FAILURES_MAX]}
    if every_run:
        found["lines_no_run_comes_by"] = [f"{path}: {', '.join(map(str, numbers))}"
                                          for path, numbers in missed.items() if numbers]
    return found


def _counted(answers):
    ends = {}
    for answer in answers:
        key = f"{answer['trouble']}: {answer.get('end', 'failed')}"
        ends[key] = ends.get(key, 0) + 1
    return dict(sorted(ends.items()))


def _worst(answers):
    """Of each trouble, the longest until every relay was off."""
    worst = {}
    for answer in answers:
        worst[answer["trouble"]] = max(worst.get(answer["trouble"], 0), answer.get("off_ms") or 0)
    return worst
