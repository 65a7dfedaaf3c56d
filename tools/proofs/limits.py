"""How fast the board lets go: thousands of presses, every contactor fault with a limit; and how long a run takes.

Simulated code takes no time, so these are the times that rules, pace and samples make; what a chip adds is measured on
a chip.
"""

import random
import time

from firmware.core import faults, holds
from tools.proofs import branches
from tools.sim import actions

SENTENCE = ("A press ends V2L within 70 ms at whatever moment, and every contactor fault takes the outputs off within "
            "its limit and one tick.")
PRESS_MS_MAX = 70
TICK_MS = 20
PRESSES, PRESSES_QUICK = 10_000, 200
V2L_MS, V2L_END_MS = 20_000, 900_000
STAYS_MS = 3000
MARK_MS = 650  # the coming entry is being written, and nothing is looked at
FAR_MS = 1 << 30
ALONE_MS = (1, 12)  # between the bounces of a button
INPUTS = {"enable": "no", "bond": "no"}


# The button.


def presses(two_relays, count, chance):
    """How long after its edge each press has the deciding output off. Every third press bounces."""
    points = sorted([(chance.randrange(V2L_MS, V2L_END_MS), _press(chance, bouncing=number % 3 == 0))
                     for number in range(count)], key=lambda point: point[0])
    return branches.house(two_relays), points, _judge_press


def _press(chance, bouncing=False):
    gaps = [chance.randint(*ALONE_MS) for _ in range(2 * chance.randint(1, 4))] if bouncing else []
    held_ms = chance.randint(PRESS_MS_MAX, 400)

    def change(run):
        at_ms = 0
        for number, gap_ms in enumerate(gaps):
            run.world.after(max(1, at_ms), lambda down=number % 2 == 0: setattr(run.world.wiring, "pressed", int(down)))
            at_ms += gap_ms
        run.measured["edge"] = run.world.ms + at_ms  # of the press that stays
        run.world.after(max(1, at_ms), lambda: do(run, "press", ms=held_ms))
        run.end_in(at_ms + STAYS_MS)

    return change


def do(run, verb, **keys):
    event = Event()
    for key, value in keys.items():
        setattr(event, key, value)
    actions.DO[verb](run.world, event)


class Event:
    what = to = ms = cause = jump_s = None


def _watch_outputs(run):
    """Note each change of what is commanded: (when, the deciding output, whether any is on)."""
    board, moves = run.world.board, []
    run.measured["moves"] = moves
    name = "guard" if run.world.plant.two_relays else "pilot"

    def look():
        now = board.is_on(name), board.is_on("pilot") or board.is_on("guard")
        if not moves or moves[-1][1:] != now:
            moves.append((run.world.ms, *now))

    run.each_ms(look)


def coils(run):
    """The same from what the installation showed: for relays whose coils are sound, and much faster."""
    name = "guard" if run.world.plant.two_relays else "pilot"
    return [(row["ms"], int(row[name] == "on"), int("on" in (row["pilot"], row["guard"])))
            for row in run.told("plant", False)]


def off_after(moves, from_ms, which):
    """Milliseconds until an output that is on has gone off, or 0; None if it stays on. `which`: 1 deciding, 2 any."""
    if not [move for move in moves if move[0] <= from_ms][-1][which]:
        return 0
    return next((move[0] - from_ms for move in moves if move[0] > from_ms and not move[which]), None)


def _judge_press(run, _point):
    """In whatever state it came: on grid within its time, a hold and nothing else."""
    moves, edge_ms, core = coils(run), max(run.forked_ms, run.measured["edge"]), run.core()
    waited_ms = off_after(moves, edge_ms, 1)
    entered = [move[0] for move in moves if move[0] > edge_ms and move[2]]
    if not core.holds.local and entered and entered[0] < edge_ms + MARK_MS:
        return {"ms": 0, "unseen": 1, "problems": []}
    problems = [] if waited_ms is not None and waited_ms <= PRESS_MS_MAX else [f"off after {waited_ms} ms"]
    if moves[-1][2]:
        problems.append("it entered V2L after the press, and stayed")
    if core.holds.local != holds.WINDOW or core.faults.standing():
        problems.append(f"hold {core.holds.local}, faults {faults.codes(core.faults.standing())}")
    if run.world.plant.supply() != "grid":
        problems.append("the load is fed from " + run.world.plant.supply())
    return {"ms": waited_ms, "unseen": 0, "problems": problems}


def every_tick(two_relays, chance):
    """Presses at every millisecond of the transfers and of the time around them."""
    leave = (("00:00:25", "enable", {"to": "off"}),)
    chosen = branches.house(two_relays, leave, inputs=INPUTS)
    ticks = [*range(6800, 7200), *range(17_500, 19_200), *range(25_000, 25_600)]
    return chosen, [(at_ms, _press(chance)) for at_ms in ticks], _judge_press


# Contactor faults: (name, two relays or either, when, what is done then, from when its time runs, limit).


def _weld(what):
    return lambda run: do(run, "weld", what=what)


def _open(what):
    return lambda run: do(run, "coil-open", what=what)


def _feedback(**stuck):
    def change(run):
        for what, to in stuck.items():
            do(run, "feedback", what=what, to=to)

    return change


def _guard_closed(run):
    guard = run.world.plant.guard
    guard.closed = guard.welded = 1


def _then_leave(first_change):
    def change(run):
        first_change(run)
        run.world.after(1, lambda: do(run, "enable", to="off"))

    return change


GRID_SPAN, V2L_SPAN = (9000, 17_000), (V2L_MS, 60_000)
ENABLED = {False: {"pilot": "on"}, True: {"guard": "on"}}
LEFT = {False: {"pilot": "off"}, True: {"guard": "off"}}
COUNTED = tuple(faults.CODES[fault] for fault in faults.COUNTED)
FAULTS = (
    ("km1-not-open", (False, True), GRID_SPAN, _weld("km1"), {"pilot": "on"}, 300),
    ("km2-not-closed", (False, True), GRID_SPAN, _open("km2"), ENABLED, 500),
    ("guard-stuck", (True,), GRID_SPAN, _guard_closed, {"km2": "closed"}, 100),
    ("bond-missing", (False, True), GRID_SPAN, _feedback(bond="open"), {"km2": "closed"}, 200),
    ("bond-missing", (False, True), V2L_SPAN, _feedback(bond="open"), None, 200),
    ("bond-stuck", (False, True), GRID_SPAN, _feedback(bond="closed"), None, 100),
    ("both-closed", (False, True), V2L_SPAN, _feedback(km1="closed"), None, 60),
    ("both-closed", (False, True), GRID_SPAN, _feedback(km2="closed"), None, 60),
    ("km2-uncommanded", (False, True), GRID_SPAN, _feedback(km1="open", km2="closed"), None, 100),
    ("km2-dropped", (False, True), V2L_SPAN, _open("km2"), {"km2": "open"}, 100),
    ("relay-dropped", (False, True), V2L_SPAN, _open("pilot"), {"km2": "open"}, 100),
    ("guard-stuck", (True,), V2L_SPAN, _then_leave(_weld("guard")), LEFT, 300),
    ("km2-stuck", (False,), V2L_SPAN, _then_leave(_weld("km2")), LEFT, 300),
    ("km2-stuck", (True,), V2L_SPAN, _then_leave(_weld("km2")), {"pilot": "off"}, 300),
)


def _provoke(row):
    def change(run):
        row[3](run)
        run.end_in(V2L_MS - run.world.ms + 2000 if row[2] == GRID_SPAN else 2000)
        _watch_outputs(run)
        run.each_ms(lambda: _watch_fault(run, row[0]))

    return change


def _watch_fault(run, name):
    """Note when the fault is known."""
    if "told" not in run.measured and name in faults.codes(run.core().faults.standing()):
        run.measured["told"] = run.world.ms


def _judge_fault(two_relays):
    def judged(run, point):
        name, _relays, _span, _change, begins, limit_ms = point[2]
        if begins in (ENABLED, LEFT):
            begins = begins[two_relays]
        shown = [row["ms"] for row in run.told("plant") if begins and all(row[key] == begins[key] for key in begins)]
        from_ms = shown[0] if shown else run.forked_ms
        if "told" not in run.measured or begins and not shown:
            return {"ms": FAR_MS, "problems": ["never told"]}
        # What latches takes off every output at once; else the pilot follows in its order.
        which = 1 if name in COUNTED else 2
        off_ms = off_after(run.measured["moves"], from_ms, which)
        # Where its time began with the outputs going off, what counts is when it is told.
        ms = off_ms if off_ms is None or off_ms > 1 else run.measured["told"] - from_ms
        bounce_ms = 5 if begins == {"km2": "closed"} else 0  # until the contact rests
        late = ms is None or ms > limit_ms + TICK_MS + bounce_ms
        return {"ms": FAR_MS if ms is None else ms, "problems": [f"after {ms} ms"] if late else []}

    return judged


def fault_campaigns(chance, each):
    for row in FAULTS:
        for two_relays in row[1]:
            points = sorted([(chance.randrange(*row[2]), _provoke(row), row) for _ in range(each)],
                            key=lambda point: point[0])
            when = "on V2L" if row[2] == V2L_SPAN else "on grid or entering"
            name = f"{row[0]}, {when}, {2 if two_relays else 1} relays"
            yield name, row[5], branches.house(two_relays, inputs=INPUTS), points, _judge_fault(two_relays)


# The whole.


def run(progress, quick, seed):
    chance = random.Random(seed)
    failures, figures = [], {"ok": True}
    count = (PRESSES_QUICK if quick else PRESSES) // 2
    for two_relays in (False, True):
        name = f"button_{2 if two_relays else 1}_relays"
        waits = [answer["ms"] for answer in _play(progress, name, *presses(two_relays, count, chance), failures)]
        figures.update({f"{name}_{key}": value for key, value in spread(waits).items()})
        chosen, points, judge = every_tick(two_relays, chance)
        points = points[:: 80 if quick else 1]
        found = _play(progress, name + " in a transfer", chosen, points, judge, failures)
        figures[f"{name}_in_a_transfer_p100_ms"] = max(answer["ms"] for answer in found)
        figures[f"{name}_unseen_while_the_entry_is_written"] = sum(answer["unseen"] for answer in found)
    rows = []
    for name, limit_ms, chosen, points, judge in fault_campaigns(chance, 3 if quick else 200):
        found = _play(progress, name, chosen, points, judge, failures)
        worst_ms = max(answer["ms"] for answer in found)
        rows.append({"fault": name, "limit_ms": limit_ms, "cases": len(found), "worst_ms": worst_ms})
    figures["contactor_faults"] = rows
    figures["day_s"], figures["transfers_a_day"] = _length("24:00:00")
    if not quick:
        figures["year_s"], figures["transfers_a_year"] = _length("8760:00:00")
    figures["failures"] = failures[:20]
    figures["ok"] = not failures
    return figures


def _play(progress, name, chosen, points, judge, failures):
    answers = branches.play(chosen, points, judge, each=lambda done: progress.update(done, len(points), name))
    failures += [f"{name} at {point[0]} ms: {problem}" for answer, point in zip(answers, points)
                 for problem in answer["problems"]]
    return [{"ms": FAR_MS, "unseen": 0, **answer} for answer in answers]


def spread(waits):
    """The figures of many measured times."""
    waits = sorted(waits)
    return {"presses": len(waits), "p50_ms": waits[len(waits) // 2], "p99_ms": waits[len(waits) * 99 // 100],
            "p100_ms": waits[-1]}


def _length(span):
    """(how long it takes to simulate so much, how many transfers were in it)."""
    week = [{"days": "daily", "from": "05:30", "to": "23:20"}]
    chosen = branches.house(length=span, start="2026-11-20T00:00:00Z", v2l=week)
    began = time.perf_counter()
    world = branches.Run(chosen).play().world
    return round(time.perf_counter() - began, 2), world.transfers
