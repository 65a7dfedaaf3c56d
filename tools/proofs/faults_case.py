"""One case: something goes wrong at some moment, and the firmware plays on. What came of it, in figures and names."""

from tools.proofs.faults_house import TICK_MS, Witness
from tools.sim.board import NEVER_MS
from tools.sim.plant import BOTH, GRID, NONE, V2L

NOISY_MS = 30_000  # of a feedback that chatters for good: each turn of the loop is an ordinary one
LONG_AGO_MS = 10_000
CONFIRMED_MS = 5000  # nothing bars V2L: by then it is entered
NEVER = None  # it has no time: nothing went off on account of it
FOR_GOOD = -1  # to the end of the run
TELLING = ("latched", "counted", "seen")


def point(story, state, cause, at_ms):
    def change(run):
        begin(run, story, cause)
        cause.act(run)
        run.measured["witness"].note()

    return at_ms, change, story, state, cause


def begin(run, story, *causes):
    run.measured["witness"] = Witness(run)
    noisy = any("chatters" in cause.name for cause in causes)
    run.world.scenario.for_ms = min(run.world.ms + NOISY_MS, story.end_ms) if noisy else story.end_ms


def measure(run, story, is_seen_at_once):
    """All figures of one case, as plain values. Times are ms."""
    witness, fault_ms, end_ms = run.measured["witness"], run.forked_ms, run.world.ms
    seen_ms = _seen_ms(run, story, is_seen_at_once)
    deciding = 1 if run.world.plant.two_relays else 0
    shown = None if is_seen_at_once else (witness.inputs, story.inputs)
    supplies = [(row["ms"], row["supply"]) for row in run.told("plant", False)]
    spans = list(_spans(supplies, witness.outputs, deciding, fault_ms, end_ms))
    known_ms = fault_ms if seen_ms is None else seen_ms
    answer = {
        "on": [(ms - known_ms, on) for ms, on in _both_on(witness.outputs, story.outputs, deciding, known_ms)],
        "off": _off_after(witness.outputs, story.outputs, fault_ms, lambda on: on[deciding]),
        "seen_off": _off_after(witness.outputs, story.outputs, seen_ms, lambda on: on[deciding], shown),
        "seen_all_off": _off_after(witness.outputs, story.outputs, _named_from_ms(run, seen_ms, shown), any, shown),
        "gap": _longest(spans, end_ms, lambda supply, _on: supply == NONE),
        "wrong": _longest(spans, end_ms, lambda supply, on: supply == (GRID if on else V2L)),
        "both": sum(end - begin for begin, end, supply, _on in spans if supply == BOTH),
        "names": _names(run),
    }
    _add_end(answer, run)
    return answer


def _seen_ms(run, story, is_seen_at_once):
    """When any input first shows something else than it would have; what the board knows by itself it knows at once."""
    witness, fault_ms, resets = run.measured["witness"], run.forked_ms, run.told("reset")
    if is_seen_at_once:
        return fault_ms
    acts_ms, seen_ms = [_parts_from(rows, usual, fault_ms) for rows, usual in (
        (witness.outputs, story.outputs), (witness.inputs, story.inputs))]
    known = seen_ms is None or acts_ms is not None and acts_ms < seen_ms
    return (resets[0]["ms"] if resets else fault_ms if acts_ms is not None else None) if known else seen_ms


def _named_from_ms(run, seen_ms, shown):
    """When that could first be seen which was then latched: in a later transfer, if it was latched in one."""
    latched = [row["ms"] for row in run.told("event") if row["event"]["data"] == "latched"]
    if shown is None or seen_ms is None or not latched or latched[0] - seen_ms <= LONG_AGO_MS:
        return seen_ms
    return max(seen_ms, _last_parting(*shown, latched[0]))


def _parts_from(rows, others, from_ms):
    """The first ms, not before `from_ms`, at which the two histories show different values; None if they never do."""
    times = sorted({from_ms, *[ms for ms, _value in rows + others if ms > from_ms]})
    return next((ms for ms in times if at(rows, ms) != at(others, ms)), None)


def at(rows, ms):
    return next(value for at_ms, value in reversed(rows) if at_ms <= ms)


def _off_after(rows, usual, from_ms, is_on, shown=None):
    """Until what is on at `from_ms` has gone off; 0 if it is off already; NEVER if it goes off as usual.

    What goes off long afterwards did so for what the inputs `shown` last began to show, not for what had passed.
    """
    if from_ms is None or from_ms < rows[0][0]:
        return NEVER
    if not is_on(at(rows, from_ms)):
        return 0
    off_ms, usual_ms = _next_off(rows, from_ms, is_on), _next_off(usual, from_ms, is_on)
    if off_ms is None or usual_ms is not None and abs(off_ms - usual_ms) <= TICK_MS:
        return NEVER
    if shown and off_ms - from_ms > LONG_AGO_MS:
        from_ms = max(from_ms, _last_parting(*shown, off_ms))
    return off_ms - from_ms


def _both_on(rows, usual, deciding, from_ms):
    """From when on the deciding output is on, here and in the undisturbed playing, or no longer is: (ms, on)."""
    for ms in sorted({from_ms, *[ms for ms, _value in rows + usual if ms > from_ms]}):
        yield ms, bool(at(rows, ms)[deciding] and at(usual, ms)[deciding])


def _last_parting(rows, others, until_ms):
    """When the two histories last began to differ."""
    parted_ms, together = 0, True
    for ms in sorted({ms for ms, _value in rows + others if rows[0][0] <= ms < until_ms}):
        same = at(rows, ms) == at(others, ms)
        parted_ms = ms if together and not same else parted_ms
        together = same
    return parted_ms


def _next_off(rows, from_ms, is_on):
    return next((ms for ms, on in rows if ms > from_ms and not is_on(on)), None)


def _spans(supplies, outputs, deciding, from_ms, end_ms):
    """Stretches (begin, end, what feeds the load, whether V2L was commanded)."""
    times = sorted({from_ms, end_ms, *[ms for ms, _value in supplies + outputs if from_ms < ms < end_ms]})
    for begin, end in zip(times, times[1:]):
        yield begin, end, at(supplies, begin), at(outputs, begin)[deciding]


def _longest(spans, end_ms, counts):
    """The longest stretch without a break; FOR_GOOD if one lasts to the end."""
    longest = begin = 0
    for start, end, supply, on in spans:
        if not counts(supply, on):
            begin = end
            continue
        begin = begin or start
        if end == end_ms:
            return FOR_GOOD
        longest = max(longest, end - begin)
    return longest


def _names(run):
    """Codes of what the journal tells as a fault, in its order, notices among them."""
    events = [row["event"] for row in run.told("event")]
    return list(dict.fromkeys([one["code"] for one in events if one["kind"] == "fault" and one["data"] in TELLING]))


def _add_end(answer, run):
    """Where it ended, what the board says to it, and what must not be."""
    summary, status, core = run.told("summary")[0], run.told("status", False), run.core()
    answer["end"] = summary["state"] or "off", summary["supply"]
    answer["faults"] = summary["faults"]
    powered = run.world.board.powered
    crashed = [row for row in run.told("reset") if row["cause"] == "restart"]
    problems = answer["problems"] = ["it crashed"] if crashed or powered and run.player.ended else []
    answer.update(says=[], status=None, on_at_end=any(at(run.measured["witness"].outputs, run.world.ms)))
    if not powered:
        return
    if not summary["state"] or not status:
        if not _rests(run, answer["on_at_end"]):
            problems.append("nothing runs, and not every relay is off with a watchdog that will bite")
        return
    told_ms, status = status[-1]["ms"], status[-1]["status"]
    answer["says"] = [status["why"], status["feedback"], *status["inputs"].values()]
    answer["status"] = {name: status[name] for name in ("command", "blocked_by", "inputs")}
    if status["command"] == "grid" and not status["blocked_by"] and run.world.ms - told_ms > CONFIRMED_MS:
        problems.append("it stays on grid and does not say why")
    if core.faults.is_latched() and answer["on_at_end"]:
        problems.append("an output is on with a latched fault")


def _rests(run, is_on):
    """Nothing runs, but every relay is off, and the watchdog, or a start that is under way, will end that.

    After a soft reset the watchdog has ten minutes, for then somebody is at work on the board.
    """
    board = run.world.board
    return not is_on and (board.bites_ms < NEVER_MS or not run.player.program)
