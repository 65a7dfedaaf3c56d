"""Storms: resets that come again with every entry, and crashes round the clock that do not wear the flash."""

from tools.proofs import branches

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CAUSES = ("panic", "brownout", "watchdog")
ENTRIES_MAX = 3
QUIET_MS = 60_000  # after the last reset
# Ten minutes of V2L in every hour and a half, so that a contactor drops often enough.
HOURLY = [{"days": "daily", "from": f"{minute // 60:02d}:{minute % 60:02d}",
           "to": f"{minute // 60:02d}:{minute % 60 + 10:02d}"} for minute in range(30, 1440, 90)]
CYCLES = tuple((f"{hour:02d}:20:00", "power", {"to": "off"}) for hour in (9, 15, 21))
CYCLES += tuple((f"{hour:02d}:20:07", "power", {"to": "on"}) for hour in (9, 15, 21))
LEAD_MS = 600_000  # of a crash loop, until the storm has latched
PERIODS_S = (3, 20, 59, 62, 66, 90, 130, 300, 1000)  # between the resets of a crash loop
COMMITS_A_DAY_MAX, ERASED_A_DAY_MAX = 12_000, 16_000
ERASES_OF_A_CHIP = 512 * 100_000  # 2 MiB of blocks, each good for so many


def repeat(run, cause):
    """Reset the board in each later entry, as long after its beginning as this time."""
    rows = run.told("plant", False)
    began = [row["ms"] for row in rows if row["pilot"] == "on"]
    after_ms = run.world.ms - began[0] if began else 0
    before = [rows[-1]["pilot"]]

    def listen(line):
        pilot = "on" if '"pilot": "on"' in line else "off"
        if pilot == "on" != before[0]:
            run.world.after(max(1, after_ms), lambda: run.world.reset(cause))
        before[0] = pilot

    run.listeners.append(listen)


def entries(run):
    rows = run.told("plant", False)
    return [now["ms"] for before, now in zip(rows, rows[1:]) if now["pilot"] == "on" != before["pilot"]]


def judged(run, cause, may_meet=False):
    """After three such entries at most it is over and latched: as a storm or, where contactors may meet, as that."""
    summary, made = run.told("summary")[0], entries(run)
    answer = {"case": "storm " + cause, "entries": len(made), "problems": []}
    if len(made) > ENTRIES_MAX:
        answer["problems"].append(f"{len(made)} entries before the storm latched")
    latched = "reset-storm" in summary["faults"] or (may_meet and "both-closed" in summary["faults"])
    others = set(summary["faults"]) - {"reset-storm", "both-closed" if may_meet else ""}
    if (summary["state"], summary["supply"]) != ("fault", "grid") or not latched or others:
        answer["problems"].append(f"it did not end latched on grid: {summary}")
    if run.world.ms - made[-1] < QUIET_MS:
        answer["problems"].append("it entered V2L shortly before the end")
    return answer


def by_plant(what, cause, two_relays, length="30:00:00"):
    """A day and more with interference from a contactor: (the run, what was wrong with it)."""
    emi = (("00:00:00", "emi", {"what": what, "cause": cause}),)
    run = branches.Run(branches.house(two_relays, emi + CYCLES, length, "2026-11-20T00:00:00Z", v2l=HOURLY)).play()
    made, problems = entries(run), judged(run, cause)["problems"]
    if not made:
        problems.append("it never entered V2L")
    return run, [f"emi of {what} by {cause}, {2 if two_relays else 1} relays: {problem}" for problem in problems]


def crash_loop(period_s, length_ms):
    """(commits, erased blocks) a day of a board that panics so often, once the storm has latched."""
    run = branches.Run(branches.house(length="24:00:00", start="2026-11-20T06:00:00Z"))
    world, counts = run.world, []
    world.scenario.for_ms = LEAD_MS + length_ms

    def crash():
        world.after(period_s * 1000, crash)
        world.reset("panic")

    world.after(period_s * 1000, crash)
    world.after(LEAD_MS, lambda: counts.append((world.flash.commits, world.flash.erased)))
    run.play()
    return [(now - before) * DAY_MS // length_ms
            for before, now in zip(counts[0], (world.flash.commits, world.flash.erased))]


def _by_plant(case):
    run, problems = by_plant(*case)
    return {"problems": problems, "entries": len(entries(run))}


def figures(progress, quick, failures):
    """Storms by interference, then crash loops; what is wrong is added to `failures`."""
    cases = [(what, cause, two) for what in ("km1", "km2") for cause in CAUSES for two in (False, True)]
    answers = branches.apart(cases[::5] if quick else cases, _by_plant,
                             lambda done: progress.update(done, len(cases), "storms by interference"))
    periods = PERIODS_S[3:4] if quick else PERIODS_S  # the longest to play first: those with most resets
    lasting_ms = HOUR_MS // 2 if quick else 2 * HOUR_MS
    loops = branches.apart(periods, lambda period_s: {"problems": [], "counts": crash_loop(period_s, lasting_ms)},
                           lambda done: progress.update(done, len(periods), "crash loops"))
    failures += [problem for answer in answers + loops for problem in answer["problems"]]
    worst = max(answer.get("entries", 0) for answer in answers)
    commits, erased = [max(found) for found in zip(*[answer.get("counts", (0, 0)) for answer in loops])]
    if commits > COMMITS_A_DAY_MAX or erased > ERASED_A_DAY_MAX:
        failures.append(f"a crash loop writes {commits} times and erases {erased} blocks a day")
    return {"storm_entries_worst": worst, "crash_loop_commits_a_day": commits, "crash_loop_erased_a_day": erased,
            "crash_loop_flash_years": ERASES_OF_A_CHIP // max(1, erased) // 365}
