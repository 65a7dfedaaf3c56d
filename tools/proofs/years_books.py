"""The books of a life of years: what fed the load, what was commanded, written and named, held against the board's."""

import collections
import json

DAY_MS = 86_400_000
CUT_S = 8  # of a stay that a reset ended: it is known to the second, less the time in which a board hangs
ENTRY_S = 0.1
WORST_DAY = 1440 * (4 + 3) + (20 + 144) * 4 + 12 * 11  # erases: see the README
FLICKERS, FLICKER_S = 64, 30  # what flickers may be told so often, and once more in each such time
HOUR_MS, NOTICES_MAX = 3_600_000, 4
GROWTH_MAX = 64  # bytes of the state, after the first tenth of a life


class Books:
    def __init__(self, judge):
        self.judge = judge
        self.due_ms = collections.Counter()  # while V2L was due: how long fed from it, or what stood against it
        self.dark_ms = collections.Counter()
        self.dark_worst_ms = 0  # of a transfer
        self.names = collections.Counter()
        self.false_alarms = []
        self.found_ms = collections.defaultdict(list)  # name of a fault -> how long after its moment it was known
        self.found_resets = []  # how many resets by interference it took until the storm latched
        self.never_shown = 0  # mended before the board could have known
        self.edges = 0  # of the pilot's output
        self.cut_marks = 0  # entries counted though the relay never moved
        self.commanded_s = 0.0
        self.doubt_s = 2.0
        self.last_stay_s = 0.0
        self.cutting = None  # a reset ends this stay; True: and with it goes the memory of how long it was
        self.outside_worst_ms = 0
        self.resets_seen = self.starts = self.starts_unsure = 0
        self.kinds = collections.Counter()  # of resets
        self.erased = 0
        self.days = []  # erases of each
        self.state_bytes = []  # the largest of each tenth of the life
        self.clock_worst_s = self.claimed_worst_s = 0
        self.number = self.boot = 0  # of the last journal record, and of its start
        self.new_boot = False
        self.seen_ms = collections.defaultdict(list)  # of each notice
        self.may_flicker, self.told_s = FLICKERS, 0  # how often more, and when something was told last

    # What happens.

    def due(self, ms, how):
        if ms:
            self.due_ms[how] += ms

    def dark(self, ms, because):
        self.dark_ms[because] += ms
        if because == "transfers":
            self.dark_worst_ms = max(self.dark_worst_ms, ms)

    def record(self, event):
        """The journal's numbers: one after another, and after a start higher by at most what may have been lost.

        Within a start some are left out where flash takes nothing, and where as much that flickers was told as may be.
        """
        number, boot = event["n"], event["boot"]
        ahead = number - self.number
        if self.new_boot and self.number:
            wrong = not 0 < ahead <= 65 or not 0 <= boot - self.boot <= 1
        else:
            left_out = ahead > 1 and (self.may_flicker <= 0 or self.judge.life.may_lose_records())
            wrong = self.number and (boot != self.boot or ahead != 1 and not left_out)
        if wrong:
            self.judge.fail(f"journal record {number} of start {boot} comes after {self.number} of start {self.boot}")
        self._count_flickering(event)
        self.number, self.boot, self.new_boot = number, boot, False

    def _count_flickering(self, event):
        if event["boot"] != self.boot or self.new_boot:
            self.may_flicker, self.told_s = FLICKERS, 0
        more = event["up_s"] // FLICKER_S - self.told_s // FLICKER_S
        self.may_flicker = min(FLICKERS, self.may_flicker + more) - (event["data"] in ("seen", "over"))
        self.told_s = event["up_s"]
        if event["data"] == "seen":
            self._count_notice(event["code"])

    def _count_notice(self, code):
        """What comes and goes though nothing is wrong fills the journal."""
        now_ms, times = self.judge.life.ms(), self.seen_ms[code]
        times[:] = [ms for ms in times if now_ms - ms < HOUR_MS] + [now_ms]
        if len(times) > NOTICES_MAX and not self.judge.causes:
            self.judge.fail(f"{code} was told {len(times)} times within an hour, and nothing is wrong")
            times.clear()

    def named(self, code):
        self.names[code] += 1

    def moved(self, before, now):
        self.edges += before != now

    def stay(self, ms, outside_ms):
        self.outside_worst_ms = max(self.outside_worst_ms, outside_ms)
        self.last_stay_s = ms / 1000
        self.doubt_s += ENTRY_S
        if self.cutting is not True:
            self.commanded_s += self.last_stay_s
        if self.cutting is not None:
            self.doubt_s += CUT_S
        self.cutting = None

    def cut(self, mark, pilot, memory_lost, is_marking):
        """A reset, with what stands in flash of an open entry."""
        if self.judge.on_ms:
            self.cutting = memory_lost
            self.edges += 0 if pilot or mark is None else 2
        elif mark is not None and is_marking:
            self.cut_marks += 1
            self.doubt_s += 2
        elif mark is not None:
            self.doubt_s += CUT_S
            self.commanded_s -= self.last_stay_s if memory_lost else 0
        self.doubt_s += 1

    # What the board says of it.

    def check(self, counters, state, flash, share):
        """Called each hour on grid, with nothing open; `share` of the life is over."""
        judge = self.judge
        expected = self.edges + 2 * self.cut_marks
        if counters["transfers"] != expected:
            judge.fail(f"{counters['transfers']} transfers are counted, and there were {expected}")
            self.edges += counters["transfers"] - expected  # told once
        off_s = counters["v2l_s"] - self.commanded_s
        if abs(off_s) > self.doubt_s:
            judge.fail(f"{counters['v2l_s']} s of V2L are counted, and there were {self.commanded_s:.0f}")
            self.commanded_s += off_s
        least = self.starts + 2 if self.resets_seen else 1
        if not least <= counters["resets"] <= least + self.starts_unsure:
            judge.fail(f"{counters['resets']} starts are counted, and there were {least}")
            self.starts += counters["resets"] - least
        self._weigh(state, int(share * 10))
        self.erased = flash.erased

    def _weigh(self, state, tenth):
        while len(self.state_bytes) <= tenth:
            self.state_bytes.append(0)
        self.state_bytes[tenth] = max(self.state_bytes[tenth], len(state))

    def day(self, flash):
        """A day is over."""
        self.days.append(flash.erased - sum(self.days))
        if self.days[-1] > WORST_DAY:
            self.judge.fail(f"{self.days[-1]} blocks were erased in a day")

    def clock(self, off_s, claimed_s):
        """How wrong the board's clock is, and how wrong it says it may be."""
        self.clock_worst_s = max(self.clock_worst_s, off_s)
        self.claimed_worst_s = max(self.claimed_worst_s, claimed_s)
        if off_s > claimed_s + 1:
            self.judge.fail(f"the clock is {off_s} s wrong and says {claimed_s} at most")

    def told(self):
        """Everything as plain values, to be added to that of another life."""
        judge = self.judge
        if self.state_bytes and max(self.state_bytes) > self.state_bytes[0] + GROWTH_MAX:
            judge.fail(f"the state grows: {self.state_bytes} bytes")
        return {
            "due_ms": dict(self.due_ms), "dark_ms": dict(self.dark_ms), "transfer_dark_worst_ms": self.dark_worst_ms,
            "names": dict(self.names), "false_alarms": self.false_alarms, "found_ms": dict(self.found_ms),
            "never_shown": self.never_shown, "storm_resets": self.found_resets, "transfers": self.edges,
            "resets": dict(self.kinds),
            "outside_worst_ms": self.outside_worst_ms, "erases": self.days, "state_bytes": self.state_bytes,
            "clock_worst_s": self.clock_worst_s, "claimed_worst_s": self.claimed_worst_s, "wrong": judge.wrong,
        }


def mark_of(raw):
    """What the state file says of an open entry, or None."""
    return json.loads(raw)["mark"] if raw else None
