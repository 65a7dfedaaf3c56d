"""`bench`: what the firmware costs on real MicroPython, beside what a maker would otherwise write."""

import json
import sys

from tools.packaged import Unavailable
from tools.terminal import Progress

UNWELL = 1


def add(subparsers):
    parser = subparsers.add_parser(
        "bench", help="what the firmware costs, beside a polling loop",
        description="Measure the firmware on 32-bit MicroPython, and in the same run a loop as a maker would otherwise "
        "write it, with umqtt.simple and a real broker: turns, allocation, start, heap, and how long a press of the "
        "button takes while the broker says nothing. Takes a few minutes.")
    parser.add_argument("--quick", action="store_true", help="one short round, in seconds; its figures are rough")
    parser.add_argument("--json", action="store_true", help="print the raw figures as one JSON object")


def run(arguments):
    from tools import bench, bench_text  # they take a while to import, and help needs none of them

    try:
        with Progress("bench") as progress:
            found = bench.measure(progress, arguments.quick)
    except Unavailable as sentence:
        print(f"gridrest: {sentence}", file=sys.stderr)
        return UNWELL
    except RuntimeError as failure:
        print("gridrest: the benchmark ended early: " + " ".join(str(failure).split()), file=sys.stderr)
        return UNWELL
    print(json.dumps(found, indent=1) if arguments.json else "\n".join(bench_text.table(found)))
    return 0
