"""`proof`: the campaigns too long for the plain test, each a module of tools.proofs."""

import difflib
import importlib
import json
import sys

from tools.proofs import footing, report
from tools.proofs.side_by_side import ALL, ONE, SLOTS, WAITS, Part, Runner
from tools.terminal import Progress, paint, span

# Name, module, what it takes of the processors, and about how many seconds it takes with two of them:
# the full run, which the last report knows better, and the quick one. SENTENCE of the module says what is proven;
# run(progress, quick, seed) answers a dict with "ok" and the figures. What is quick and tells much stands first,
# and crashes among those that run beside others.
PARTS = (
    ("evidence", "tools.proofs.evidence", ONE, 5, 1),
    ("cable", "tools.proofs.cable", WAITS, 1900, 25),
    ("crashes", "tools.proofs.crashes", ONE, 1140, 6),
    ("zones", "tools.proofs.zones", ONE, 100, 3),
    ("config", "tools.proofs.fuzz_config", ONE, 300, 4),
    ("network", "tools.proofs.network", ONE, 1500, 9),
    ("skipping", "tools.proofs.skipping", ONE, 510, 7),
    ("month", "tools.proofs.month", ONE, 220, 10),
    ("power-cuts", "tools.proofs.power_cuts", ONE, 50, 15),
    ("commission", "tools.proofs.commission", ONE, 30, 12),
    ("states", "tools.proofs.states", ALL, 1020, 8),
    ("faults", "tools.proofs.faults", ALL, 900, 6),
    ("files", "tools.proofs.files", ALL, 345, 5),
    ("years", "tools.proofs.years", ALL, 480, 6),
    ("limits", "tools.proofs.limits", ALL, 370, 7),
    ("resets", "tools.proofs.resets", ALL, 650, 9),
    ("fuzz", "tools.proofs.fuzz", ALL, 110, 15),
    ("mutants", "tools.proofs.mutants", ALL, 430, 18),
    ("coverage", "tools.proofs.coverage", ALL, 165, 12),
)
WRONG_USE = 2
UNTOLD = ("ok", "seconds", "processor_seconds", "began")


def add(subparsers):
    parser = subparsers.add_parser("proof", help="run the long campaigns",
                                   description="Run the named campaigns, or all of them.")
    parser.add_argument("parts", nargs="*", metavar="PART", help="one of: " + ", ".join(row[0] for row in PARTS))
    parser.add_argument("--list", action="store_true", help="say what each part proves, and run none")
    parser.add_argument("--quick", action="store_true", help="a seeded sample of each, all of them in a few minutes")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="choose another sample (default 1)")
    parser.add_argument("--report", nargs="?", const=report.PLACE, metavar="FILE",
                        help="write a report for people, and the same as JSON, anew after every part "
                             "(default docs/proof-report.md)")
    parser.add_argument("--resume", action="store_true",
                        help="with --report: keep of the report that is there what was ok and stands on nothing that "
                             "has changed since, and run the rest")


def run(arguments):
    if arguments.list:
        for name, module, *_rest in PARTS:
            print(f"{name:<10} {sentence(module)}")
        modules = {name: module for name, module, *_rest in PARTS}
        told = report.stands(lambda name: name in modules and footing.digest(modules[name]))
        if told:
            print(told, file=sys.stderr)
        return 0
    chosen = list(dict.fromkeys(arguments.parts)) or [row[0] for row in PARTS]
    unknown = [name for name in chosen if name not in [row[0] for row in PARTS]]
    if unknown:
        print(unknown_part(unknown[0]), file=sys.stderr)
        return WRONG_USE
    if arguments.resume and not arguments.report:
        print("gridrest: --resume goes on from a report, and none is named; use --report --resume", file=sys.stderr)
        return WRONG_USE
    rows = [row for row in PARTS if row[0] in chosen]
    return Campaign(rows, arguments).run()


def _parts(rows, arguments):
    known_s = {} if arguments.quick else report.known_seconds()
    return [Part(name, module, takes, quick_s if arguments.quick else known_s.get(name, full_s))
            for name, module, takes, full_s, quick_s in rows]


def sentence(module):
    return importlib.import_module(module).SENTENCE


def unknown_part(name):
    names = [row[0] for row in PARTS]
    near = difflib.get_close_matches(name, names, 1, 0.7)
    remedy = f"did you mean {near[0]}?" if near else "the parts are " + ", ".join(names) + "."
    return f"gridrest: there is no proof part '{name}'; {remedy}"


class Campaign:
    def __init__(self, rows, arguments):
        self.arguments = arguments
        self.sentences = {row[0]: sentence(row[1]) for row in rows}
        self.kept = {}
        if arguments.report:
            self.begun_at = report.commit()
            known = self.begun_at["commit"] != "unknown"
            self.footings = {row[0]: footing.digest(row[1]) if known else None for row in rows}
            if arguments.resume:
                self.kept = report.begun(arguments.report, arguments, self.begun_at, self.footings)
        self.parts = _parts([row for row in rows if row[0] not in self.kept], arguments)
        self.done = []
        self.progress = Overall("proof", self.parts)

    def run(self):
        runner = Runner(self.parts, self.arguments.quick, self.arguments.seed)
        try:
            with self.progress:
                runner.play(self.progress.look, self._has_ended)
        except KeyboardInterrupt:
            print(f"interrupted; {self._so_far()}", file=sys.stderr)
            raise
        results = self.results()
        seconds = self.progress.elapsed_s()
        ok = all(result["ok"] for result in results.values())
        if self.arguments.json:
            print(json.dumps({"ok": ok, "quick": self.arguments.quick, "seed": self.arguments.seed,
                              "seconds": round(seconds), "parts": results}, indent=1))
        else:
            print(f"all of {', '.join(results)}, seed {self.arguments.seed}: {_verdict(ok)} in {span(seconds)}")
        if self.arguments.report:
            print(f"written: {', '.join(self._report())}", file=sys.stderr)
        return 0 if ok else 1

    def _report(self):
        values = report.made(self.results(), self.sentences, self.arguments, self.begun_at, self.footings, self.kept)
        return report.write(self.arguments.report, values)

    def results(self):
        """In the order of the table."""
        return {part.name: part.result for part in self.parts if part in self.done}

    def _has_ended(self, part):
        self.done.append(part)
        if not self.arguments.json:
            self.progress.close()
            _show(part.name, part.result)
        if self.arguments.report:
            self._report()

    def _so_far(self):
        told = [f"{part.name} {'ok' if part.result['ok'] else 'NOT OK'}" for part in self.done]
        left = [part.name for part in self.parts if part not in self.done]
        return f"done: {', '.join(told) or 'nothing'}; not finished: {', '.join(left)}"


class Overall(Progress):
    """How far all parts together are, by the time that each is known to take and by what can run beside it."""

    def __init__(self, label, parts, slots=SLOTS, **options):
        super().__init__(label, **options)
        self.parts, self.slots = parts, slots
        self.whole_s = self._left_s()

    def look(self, running):
        notes = [f"{part.name} {100 * part.share:.0f} %" + (f" ({part.note})" if part.note else "") for part in running]
        self.update(self.whole_s - self._left_s(), self.whole_s, ", ".join(notes))

    def _left_s(self):
        """As the runner lays them: wide ones after the narrow, and what waits beside them all."""
        waits, narrow, wide = ([(1 - part.share) * part.expected_s for part in self.parts if part.takes == takes]
                               for takes in (WAITS, ONE, ALL))
        return max([sum(wide) + max([sum(narrow) / self.slots, *narrow]), *waits])

    def _line(self, done, total, note):
        ended = sum(part.result is not None for part in self.parts)
        elapsed_s = self.elapsed_s()
        left_s = elapsed_s * (total - done) / done if done > total / 50 else total - done
        return (f"{self.label}: {100 * done / max(1, total):.0f} %, {ended} of {len(self.parts)} parts, "
                f"{span(elapsed_s)} so far, about {span(max(0, left_s))} left: {note}")


def _show(name, result):
    print(f"{name}: {_verdict(result['ok'])} in {span(result['seconds'])}")
    for key, value in result.items():
        if key in UNTOLD:
            continue
        rows = value if isinstance(value, (list, tuple)) else [value]
        print(f"  {key.replace('_', ' ')}: {len(rows) if rows is value else value}")
        if rows is value:
            for row in rows:
                print(f"    {row if isinstance(row, str) else json.dumps(row)}")
    sys.stdout.flush()


def _verdict(ok):
    return paint("ok", "green") if ok else paint("NOT OK", "red")
