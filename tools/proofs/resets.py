"""Resets, hangs and stalls at every millisecond of both transfers, and storms: the whole firmware, in the simulator."""

import random

from tools.proofs import branches, cuts, storms
from tools.sim.board import RESETS

SENTENCE = ("Whatever resets, hangs or stalls the board, at whatever millisecond of a transfer, it ends on grid, says "
            "why, and takes up V2L again by the rules alone; storms end latched.")
CAUSES = ("watchdog", "panic", "restart", "brownout", "power", "soft")
TOLD = {"panic": "restart", "brownout": "power"}  # the chip cannot tell them apart
WATCHDOG_MS = 5000
STALLS_MS = (20, 60, 150, 300, 499, 501, 1000, 2400, 2600, 4000, 4900, 5050, 7000, 20_000)
LEAVES_MS = 25_000  # the enabling contact opens, so that the board leaves V2L
LEAVE = (("00:00:25", "enable", {"to": "off"}), ("00:00:26", "enable", {"to": "on"}))
MARK_MS = 650  # before the pilot: the coming entry is being written
CASE_MS = 16_000  # long enough to come back to V2L
STORM_MS = 150_000
SETTLED_MS = 60  # from boot.py's write to KM1 closed, with honest contactors
COUNTED_MS = 2400  # by then the first power-up stands in flash
FAILED = (("00:00:00", "interlock", {"to": "failed"}),)
SOUND_SHARE = 0.25  # of the cases: with honest contactors the interlock has nothing to do, and its failing is harsher
ODD_SHARE = 1 / 16
HOSTILE = {"pilot": (1, 25), "guard": (1, 25), "km1": (5, 240), "km2": (5, 240)}  # ms to pull, and to drop


class House:
    """One installation, and when it moves if nothing happens to it."""

    def __init__(self, two_relays, sound, timing=None):
        self.two_relays, self.sound = two_relays, sound
        self.timing = timing or {}
        self.name = f"{2 if two_relays else 1} relays, interlock {'sound' if sound else 'failed'}"
        self.name += ", odd contactors" if timing else ""
        self.scenario = branches.house(two_relays, LEAVE + (() if sound else FAILED), plant=self.timing,
                                       inputs={"enable": "no"}, length="00:00:32")
        run = branches.Run(self.scenario).play()
        rows = run.told("plant", False)
        on = first(rows, 0, pilot="on")
        off = first(rows, on, **({"guard": "off"} if two_relays else {"pilot": "off"}))
        self.both_ms = both_ms(rows)
        self.ticks = [*range(on - MARK_MS, first(rows, on, km2="closed") + 30),
                      *range(LEAVES_MS, first(rows, off, km1="closed") + 50)]
        self.scenario.for_ms = branches.house(two_relays).for_ms

    def settled_ms(self):
        """From boot.py's write until grid feeds the load."""
        slow = self.timing.get("km1", {}).get("pull_ms", 0) + self.timing.get("km2", {}).get("drop_ms", 0)
        return SETTLED_MS + slow + (50 if self.timing else 0)

    def points(self, chance, density):
        """Each tick's resets, and of hangs and stalls a few; of all that this house's share of `density`."""
        density *= ODD_SHARE if self.timing else SOUND_SHARE if self.sound else 1
        found = [(at_ms, reset(cause), cause) for at_ms in self.ticks for cause in CAUSES]
        found += [(at_ms, reset(cause, again=True), "storm " + cause) for at_ms in self.ticks[MARK_MS :: 20]
                  for cause in CAUSES]
        moments = self.ticks + [chance.randrange(2000, 40_000) for _ in range(len(self.ticks) // 4)]
        found += [(at_ms, hang, "hang") for at_ms in moments]
        found += [(at_ms, stall(ms), f"stall {ms}") for at_ms in moments for ms in chance.sample(STALLS_MS, 1)]
        return sorted(chance.sample(found, max(1, int(len(found) * density))), key=lambda point: (point[0], point[2]))


def first(rows, after_ms, **values):
    """When the installation first shows these values."""
    return next(row["ms"] for row in rows
                if row["ms"] > after_ms and all(row[name] == value for name, value in values.items()))


def both_ms(rows):
    """How long both contactors were closed together."""
    ends = [row["ms"] for row in rows[1:]] + [rows[-1]["ms"]]
    return sum(end - row["ms"] for row, end in zip(rows, ends) if row["supply"] == "both")


def reset(cause, again=False):
    def change(run):
        run.end_in(STORM_MS if again else CASE_MS)
        if again:
            storms.repeat(run, cause)
        run.world.reset(cause)

    return change


def end_later(run, ms):
    """After the board has left V2L and come back, too."""
    run.end_in(max(ms, LEAVES_MS + CASE_MS - run.world.ms))


def hang(run):
    end_later(run, WATCHDOG_MS + CASE_MS)
    run.world.hung = True


def stall(ms):
    def change(run):
        end_later(run, ms + CASE_MS + 10_000)
        run.world.stall_ms += ms

    return change


def judge(house):
    def judged(run, point):
        kind, _space, more = point[2].partition(" ")
        if kind == "storm":
            return storms.judged(run, more, may_meet=bool(house.timing) and not house.sound)
        rows = run.told("plant")
        answer = {"at": run.forked_ms, "case": point[2], "both_ms": both_ms(run.told("plant", False)), "problems": []}
        resets = run.told("reset")
        summary = run.told("summary")[0]
        if answer["both_ms"] and not house.sound and house.timing and summary["faults"] == ["both-closed"]:
            # Every relay let go at once, nothing parted these contactors, and the board saw it: grid, latched, rightly.
            expect(answer, answer["both_ms"] <= _overlap_ms(house), "both for longer than the parts take", answer)
            return answer
        if kind == "stall":
            _judge_stall(answer, int(more), resets)
        if kind not in ("hang", "stall") or resets:
            cause = "watchdog" if kind in ("hang", "stall") else kind
            _judge_reset(answer, run, cause, resets, house)
            _judge_return(answer, run, rows, house)
        expect(answer, summary["faults"] == [] and not run.told('event", "code": "latched'), "a false fault", summary)
        expect(answer, summary["state"] == summary["supply"] == "v2l", "it does not go back to V2L", summary)
        return answer

    return judged


def expect(answer, true, sentence, *figures):
    if not true:
        answer["problems"].append(" ".join([sentence, *map(str, figures)]))


def _judge_stall(answer, ms, resets):
    """The watchdog may have been fed a whole flash write before the stall began."""
    expect(answer, not resets or ms > WATCHDOG_MS - MARK_MS - 20, "a short stall reset the board", ms)
    expect(answer, resets or ms <= WATCHDOG_MS, "a long stall did not reset the board", ms)


def _judge_reset(answer, run, cause, resets, house):
    """One reset, with every relay off from boot.py's first write on at the latest, and told as what it was."""
    expect(answer, [row["cause"] for row in resets] == [cause], "resets", [row["cause"] for row in resets])
    reset_ms = resets[0]["ms"]
    boot_ms = reset_ms + (0 if cause == "power" else RESETS[cause][3])
    answer["boot_ms"] = reset_ms + RESETS[cause][3]
    limit_ms = RESETS[cause][3] + (WATCHDOG_MS if answer["case"] == "hang" else 0)
    whole = run.told("plant", False)
    coils = _at(whole, boot_ms)
    expect(answer, (coils["pilot"], coils["guard"]) in (("off", None), ("off", "off")), "a relay is on", coils)
    offs = [row["ms"] for row in whole if row["ms"] > run.forked_ms and row["pilot"] == "off"]
    answer["off_ms"] = min(offs) - run.forked_ms if offs and _at(whole, run.forked_ms)["pilot"] == "on" else 0
    expect(answer, answer["case"] not in (*CAUSES, "hang") or answer["off_ms"] <= limit_ms, "off late", answer)
    fed = _at(whole, answer["boot_ms"] + house.settled_ms())
    expect(answer, fed["supply"] == "grid", "not back on grid", fed)
    boots = [row["event"] for row in run.told("event") if row["event"]["kind"] == "boot"]
    told = [(row["code"], row["data"]) for row in boots]
    expect(answer, told == [(TOLD.get(cause, cause), None)], "the journal says", told)


def _judge_return(answer, run, rows, house):
    """Back on V2L after start-up hold and dwell, counted, and always with a reason until then."""
    dwell_ms = run.world.scenario.config.setup.limits.dwell_s * 1000
    ons = [row["ms"] for row in rows if row["pilot"] == "on" and row["ms"] > answer["boot_ms"]]
    expect(answer, ons and ons[0] - answer["boot_ms"] >= dwell_ms, "V2L again too early", ons[:1])
    said = [row["status"] for row in run.told("status") if row["ms"] > answer["boot_ms"]]
    expect(answer, said[0]["state"] == "startup" and said[0]["why"], "no reason told", said[0]["state"])
    expect(answer, all(one["why"] for one in said if one["state"] == "startup"), "no reason told in start-up")
    counted = said[-1]["counters"]["resets"]
    expect(answer, counted == 2 or (counted == 1 and run.forked_ms < COUNTED_MS), "resets counted", counted)
    every = run.told("plant", False)
    edges = sum(now["pilot"] == "on" != before["pilot"] for before, now in zip(every, every[1:]))
    counted = run.core().governor.entries.count(3600)
    expect(answer, edges <= counted <= edges + 1, "entries counted", counted, edges)
    expect(answer, not answer["both_ms"] or not house.sound and house.timing, "both sources", answer["both_ms"])
    expect(answer, answer["both_ms"] <= _overlap_ms(house), "both for longer than the parts take", answer["both_ms"])


def _at(rows, ms):
    return [row for row in rows if row["ms"] <= ms][-1]


def _overlap_ms(house):
    """How long both may overlap in one run, of three entries at most, if all relays let go at once and nothing parts
    the contactors. With one relay KM1 has not opened yet where KM2 pulls faster: let go then, KM1 stays, and both are
    closed until KM2 has dropped.
    """
    if not house.timing:
        return 0
    pilot, guard, km1, km2 = (house.timing[name] for name in HOSTILE)
    late = guard["drop_ms"] if house.two_relays else pilot["drop_ms"]
    leaving = max(0, min(late, pilot["drop_ms"]) + km2["drop_ms"] - pilot["drop_ms"] - km1["pull_ms"])
    if house.two_relays:
        return leaving
    entering = max(0, km1["drop_ms"] - km2["pull_ms"])
    return 3 * (entering + (km2["drop_ms"] if entering else leaving))


def odd_timing(chance):
    return {part: {"pull_ms": chance.randint(*span), "drop_ms": chance.randint(*span)}
            for part, span in HOSTILE.items()}


def houses(chance, odd):
    """The four installations with honest contactors, then some with odd ones and no interlock."""
    yield from (House(two_relays, sound) for two_relays in (False, True) for sound in (True, False))
    yield from (House(number % 2 == 0, False, odd_timing(chance)) for number in range(odd))


def run(progress, quick, seed):
    chance = random.Random(seed)
    return campaign(progress, chance, 0.006 if quick else 1, 1 if quick else 12, quick)


def campaign(progress, chance, density, odd, quick):
    """The figures; `failures` says house, millisecond and case of everything that went wrong."""
    every = [(one, one.points(chance, density)) for one in houses(chance, odd)]
    total = sum(len(points) for _house, points in every)
    figures = {"ok": True, "cases": total, "cases_per_s": 0, "off_after_reset_ms_worst": 0,
               "off_after_hang_ms_worst": 0, "entries_until_storm_worst": 0, "failures": [], "overlap_ms": {}}
    done = 0
    for one, points in every:
        _prove(progress, one, points, figures, done, total)
        done += len(points)
    figures["cases_per_s"] = round(total / max(progress.elapsed_s(), 0.001))
    figures.update(cuts.figures(progress, quick, figures["failures"]))
    figures.update(storms.figures(progress, quick, figures["failures"]))
    figures["ok"] = not figures["failures"]
    del figures["failures"][20:]
    return figures


def _prove(progress, house, points, figures, before, total):
    answers = branches.play(house.scenario, points, judge(house),
                            each=lambda count: progress.update(before + count, total, house.name))
    for answer, point in zip(answers, points):
        _add(figures, house, answer, point)
    name = house.name + ", transfers"
    figures["overlap_ms"][name] = max(figures["overlap_ms"].get(name, 0), house.both_ms)
    if house.two_relays and house.both_ms:
        figures["failures"].append(f"{house.name}: transfers overlap {house.both_ms} ms with {house.timing}")


def _add(figures, house, answer, point):
    for problem in answer["problems"]:
        figures["failures"].append(f"{house.name}, {point[2]} at {point[0]} ms: {problem} {house.timing or ''}")
    off = "off_after_hang_ms_worst" if point[2] == "hang" else "off_after_reset_ms_worst"
    if point[2] in (*CAUSES, "hang"):
        figures[off] = max(figures[off], answer.get("off_ms", 0))
    name = "entries_until_storm_worst"
    figures[name] = max(figures[name], answer.get("entries", 0))
    if not point[2].startswith("storm"):
        name = house.name + ", with a reset"
        figures["overlap_ms"][name] = max(figures["overlap_ms"].get(name, 0), answer.get("both_ms", 0))
