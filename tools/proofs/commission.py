"""A scripted person commissions simulated installations: sound ones, and ones with each defect that can be planted."""

import random

from tools.commission import table

SENTENCE = ("A commissioning passes in a sound installation, and finds each planted defect at the step made for it, "
            "with V2L never left on.")
QUICK = 6  # defects
SLOW = ("transfers", "heartbeat", "watchdog", "coil-supply-v2l")  # steps that stand late


def run(progress, quick, seed):
    names = None
    if quick:
        fast = [defect.name for defect in table.defects.DEFECTS if defect.step not in SLOW]
        names = random.Random(seed).sample(fast, QUICK)
    failures, passed = [], 0
    for name in table.EXAMPLES[:1 if quick else None]:
        progress.update(passed, None, "sound")
        record, _left_on_v2l = table.commissioned(table.example(name))
        passed += record["verdict"] == "pass"
        if record["verdict"] != "pass":
            failures.append(f"{name}, sound: {table.found(record)}")
    rows = table.rows(names, lambda number, total: progress.update(number, total))
    failures += [f"{row['installation']}, {row['defect']}: found by {row['found']}, made for it is {row['for']}"
                 + (", and V2L is left on" if row["left_on_v2l"] else "") for row in rows if not table.is_well(row)]
    return {"ok": not failures, "sound_installations_passed": passed, "defects_planted": len(rows),
            "found_at_their_step": sum(table.is_well(row) for row in rows), "failures": failures}
