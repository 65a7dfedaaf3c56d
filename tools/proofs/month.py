"""A month of ordinary life on real 32-bit MicroPython, in the heap that a board is to have: nothing grows, and what is
free does not break up.

The simulator shares the interpreter's heap with the firmware. So what it holds is measured first, and that much is
added; the firmware's names, which are put in along with it, count as the firmware's.

`python -m tools.proofs.month --heap KIB --days N` tries other figures.
"""

import argparse
import json
import sys

from firmware.core import dates
from tools import micropython, staging
from tools.configuration import EXAMPLE
from tools.proofs.month_board import Board
from tools.sim.run import first_state
from tools.terminal import Progress

HEAP_KIB = 128
SENTENCE = f"Thirty days of ordinary life on MicroPython in {HEAP_KIB} KiB: nothing grows, nothing runs short."
DAYS, DAYS_QUICK = 30, 2
PACE, PACE_QUICK = (60_000, 20_000), (600_000, 5_000)  # how far idle time is skipped at most, and what time is not idle
START = "2026-10-10T00:00:00Z"  # the clocks change on the 25th
HOUSE = {"v2l": [{"days": "daily", "from": "05:30", "to": "23:20"}], "rtc": "ds3231"}
KIB = 1024
SETTLED_DAYS = 2  # by then as much has been told as is kept in memory
GROWTH_MAX = KIB  # what is told last differs in length
LEFT_MAX = 4 * KIB  # of a program that a reset has ended
LARGEST_MIN = 2 * KIB  # in one piece, at any midnight: twice what the longest text takes
TRANSFERS_MIN = 2  # a day
FAILURES_MAX = 10


def run(progress, quick, seed):
    return campaign(progress, DAYS_QUICK, PACE_QUICK) if quick else campaign(progress, DAYS, PACE)


def stage():
    """{path: bytes} of the board: the example configuration, V2L every day, a battery clock."""
    config = {**json.loads(EXAMPLE.read_text(encoding="utf-8")), **HOUSE}
    files = staging.stage(json.dumps(config), compiled=True, quiet=True)
    return {**files, "state.json": first_state(dates.parse_iso(START))}


def campaign(progress, days, pace, heap_kib=HEAP_KIB, files=None):
    """The figures of so many days in so much heap; `files` are the board's, where they are not the project's."""
    try:
        board = Board(files or stage())
    except micropython.Unavailable as sentence:
        return {"ok": False, "failures": [str(sentence)]}
    trial = board.play(_scenario(board, "00:01:00"), pace)
    if trial.strays:
        return {"ok": False, "failures": trial.strays[:FAILURES_MAX]}
    heapsize = _heapsize(trial.moments[0].used + heap_kib * KIB - board.names_bytes)
    began_s = progress.elapsed_s()
    told = board.play(_scenario(board, f"{24 * days}:00:00"), pace, heapsize,
                      lambda moment: _show(progress, moment, days))
    figures = {"ok": False, "days": len(told.at("day")), "interpreter": str(board.found),
               "days_per_s": round(days / (progress.elapsed_s() - began_s), 2)}
    failures = told.strays
    if told.at("start"):
        figures.update(_figures(told, board.names_bytes))
        failures += _failures(told, figures, days)
    return {**figures, "ok": not failures, "failures": failures[:FAILURES_MAX]}


def _scenario(board, length):
    return {"name": "month", "start": START, "for": length, "config": json.loads(board.files["config.json"])}


def _heapsize(usable):
    """Of 131 bytes, the interpreter itself takes 3 for its table of the others."""
    return -(-usable * 131 // 128)


def _show(progress, moment, days):
    if moment.words[0] == "day":
        progress.update(int(moment.words[1]), days, f"{moment.words[2]} transfers")


def _figures(told, names_bytes):
    """What the heap was like. All but `largest` and `names` are above what the simulator holds."""
    simulator, starts, midnights = told.moments[0], told.at("start"), told.at("day")
    base = simulator.used - names_bytes
    figures = {"heap_bytes": simulator.total - base, "simulator_bytes": base, "names_bytes": names_bytes,
               "starts": len(starts), "left_by_resets_bytes": max(start.used for start in starts) - starts[0].used}
    if midnights:
        settled = max(moment.used for moment in midnights[: min(SETTLED_DAYS, len(midnights) - 1) or 1])
        figures.update({
            "live_bytes": max(moment.used for moment in midnights) - base,
            "grown_bytes": max(moment.used for moment in midnights) - settled,
            "largest_free_bytes": min(moment.largest for moment in midnights),
            "names_grown_bytes": midnights[-1].names - midnights[0].names,
        })
    for end in told.at("end"):
        counts = zip(("transfers", "events", "console_pieces", "flash_commits", "resets_asked_for"), end.words[1:])
        figures.update({name: int(count) for name, count in counts})
    return figures


def _failures(told, figures, days):
    """What is wrong with the month as it went, and with what it left of the heap."""
    resets = [row["cause"] for row in told.lines if row["kind"] == "reset"]
    ends = [row["event"]["data"] for row in told.lines if row["kind"] == "event" and row["event"]["code"] == "restart"]
    if "restart" in resets:
        return [f"the firmware ended by itself: {', '.join(map(str, ends)) or 'it was too short of memory to say why'}"]
    if figures["days"] < days or not told.at("end"):
        return [f"it ended after {figures['days']} days"]
    summary = told.lines[-1]
    wrong = (
        (len(resets) != figures["resets_asked_for"], f"other resets than those asked for: {resets}"),
        (summary["faults"] or summary["state"] != "grid", f"it did not end on grid without a fault: {summary}"),
        (figures["transfers"] < days * TRANSFERS_MIN, f"less than {TRANSFERS_MIN} transfers a day"),
        (not figures["console_pieces"], "the console said nothing"),
        (figures["grown_bytes"] > GROWTH_MAX, f"the live heap grew by more than {GROWTH_MAX} bytes"),
        (figures["largest_free_bytes"] < LARGEST_MIN, f"at some midnight less than {LARGEST_MIN} bytes in one piece"),
        (figures["left_by_resets_bytes"] > LEFT_MAX, f"more than {LEFT_MAX} bytes outlived a reset"),
        (figures["names_grown_bytes"] > 0, "the interpreter's table of names grew"),
    )
    return [sentence for found, sentence in wrong if found]


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tools.proofs.month")
    parser.add_argument("--heap", type=int, default=HEAP_KIB, metavar="KIB")
    parser.add_argument("--days", type=int, default=DAYS, metavar="N")
    chosen = parser.parse_args(arguments)
    with Progress("month") as progress:
        figures = campaign(progress, chosen.days, PACE, chosen.heap)
    print(json.dumps(figures, indent=1))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
