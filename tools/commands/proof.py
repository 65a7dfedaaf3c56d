"""`proof`: the campaigns too long for the plain test, each a module of tools.proofs."""

import importlib
import json
import sys

from tools.terminal import Progress, paint, span

# name and module: SENTENCE says what is proven; run(progress, quick, seed) returns a dict with "ok" and the figures.
PARTS = (
    ("zones", "tools.proofs.zones"),
    ("config", "tools.proofs.fuzz_config"),
    ("mutants", "tools.proofs.mutants"),
    ("resets", "tools.proofs.resets"),
    ("limits", "tools.proofs.limits"),
    ("skipping", "tools.proofs.skipping"),
    ("power-cuts", "tools.proofs.power_cuts"),
    ("month", "tools.proofs.month"),
    ("cable", "tools.proofs.cable"),
    ("fuzz", "tools.proofs.fuzz"),
    ("network", "tools.proofs.network"),
)
WRONG_USE = 2


def add(subparsers):
    parser = subparsers.add_parser("proof", help="run the long campaigns",
                                   description="Run the named campaigns, or all of them.")
    parser.add_argument("parts", nargs="*", metavar="PART", help="one of: " + ", ".join(name for name, _ in PARTS))
    parser.add_argument("--list", action="store_true", help="say what each part proves, and run none")
    parser.add_argument("--quick", action="store_true", help="a seeded sample, in well under a minute a part")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="choose another sample (default 1)")


def run(arguments):
    if arguments.list:
        for name, path in PARTS:
            print(f"{name:<10} {importlib.import_module(path).SENTENCE}")
        return 0
    modules = dict(PARTS)
    unknown = [name for name in arguments.parts if name not in modules]
    if unknown:
        print(f"gridrest: there is no proof part '{unknown[0]}'; the parts are {', '.join(modules)}.", file=sys.stderr)
        return WRONG_USE
    results = {}
    for name in dict.fromkeys(arguments.parts or modules):
        results[name] = _result(name, importlib.import_module(modules[name]), arguments)
        if not arguments.json:
            _show(name, results[name])
    ok = all(result["ok"] for result in results.values())
    if arguments.json:
        print(json.dumps({"ok": ok, "quick": arguments.quick, "seed": arguments.seed, "parts": results}, indent=1))
    else:
        print(f"all of {', '.join(results)}, seed {arguments.seed}: " + _verdict(ok))
    return 0 if ok else 1


def _result(name, module, arguments):
    with Progress(name) as progress:
        result = module.run(progress, arguments.quick, arguments.seed)
        result["seconds"] = int(progress.elapsed_s() + 0.5)
    return result


def _show(name, result):
    print(f"{name}: {_verdict(result['ok'])} in {span(result['seconds'])}")
    for key, value in result.items():
        if key in ("ok", "seconds"):
            continue
        rows = value if isinstance(value, (list, tuple)) else [value]
        print(f"  {key.replace('_', ' ')}: {len(rows) if rows is value else value}")
        if rows is value:
            for row in rows:
                print(f"    {row if isinstance(row, str) else json.dumps(row)}")
    sys.stdout.flush()


def _verdict(ok):
    return paint("ok", "green") if ok else paint("NOT OK", "red")
