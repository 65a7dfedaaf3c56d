"""The core's parts at their limits: one step short of each, and at it."""

from firmware.core import ages, button, contacts, faults, governor, holds, plan, reports, stay, transfer
from firmware.core.dates import seconds
from host_tests.house import fitted

NOTHING, PRESS, STILL_DOWN, HELD, LONG = range(5)

# samples of (raw, dt), then what it reads, evidence, elapsed time
SAMPLES = (
    (((0, 20),), 0, 20, 0),
    (((1, 4000),), 1, 20, 0),
    (((1, 20), (1, 20)), 1, 40, 20),
    (((1, 20), (1, 4000)), 1, 40, 4000),
    (((1, 20), (1, 1), (1, 1)), 1, 22, 2),
    (((1, 20), (1, 20), (0, 20)), 0, 20, 0),
    (((1, 20), (0, 20), (1, 20), (1, 20)), 1, 40, 20),
    (((1, 20),) * 40, 1, 500, 780),
    (((1, 20),) * 400, 1, 500, 5000),
)
# ms the button is down (in samples of 20), gestures of a fresh press in order
PRESSES = (
    (40, []),
    (60, [PRESS]),
    (1980, [PRESS]),
    (2100, [PRESS, STILL_DOWN, HELD]),
    (4960, [PRESS, STILL_DOWN, HELD]),
    (5040, [PRESS, STILL_DOWN, LONG]),
    (14_960, [PRESS, STILL_DOWN, LONG]),
    (15_100, [PRESS, STILL_DOWN]),
    (60_000, [PRESS, STILL_DOWN]),
)
# (position, ms) in turn; whether that is the acknowledging gesture
TURNS = (
    (((1, 500), (0, 500), (1, 500), (0, 100)), True),
    (((1, 500), (0, 500), (1, 500)), False),
    (((1, 3300), (0, 3300), (1, 3300), (0, 100)), True),
    (((1, 3400), (0, 3400), (1, 3400), (0, 100)), False),
    (((1, 500), (0, 500), (1, 40), (0, 500)), False),
)
# ages, window, how many lie in it
COUNTS = (
    ((3599, 3600, 3601), 3600, 1),
    ((0, 0, 0), 1, 3),
    ((89_999, 90_000, 90_000), 90_000, 1),
)
# presses and waits, then the local hold
HOLDS = (
    (("press",), holds.WINDOW),
    (("press", 9999, "press"), holds.WINDOW),
    (("press", 10_000, "press"), holds.NONE),
    (("press", 10_000, "press", 100, "press"), holds.WINDOW),
    (("press", 5000, "press", 5000, "press"), holds.NONE),
    (("press", "still down"), holds.FIXED),
    (("press", "still down", "let go"), holds.FIXED),
    (("press", "still down", "let go", 20_000, "press"), holds.FIXED),
    (("press", "still down", "let go", 20_000, "press", "still down"), holds.FIXED),
    (("press", "still down", "let go", 20_000, "press", "still down", "let go"), holds.NONE),
    (("press", 20_000, "press", "still down", "let go"), holds.FIXED),
    (("press", 3000, "press", "still down", "let go"), holds.FIXED),
    (("press", "undo"), holds.NONE),
    (("press", 20_000, "press", "undo"), holds.WINDOW),
    (("press", "still down", 20_000, "press", "undo"), holds.FIXED),
)
# seconds to the window's end, longest stay in minutes, budget, used of it, seconds to midnight;
# deadline, is it the window's?
DEADLINES = (
    (900, 1440, -1, 0, 9000, 900, 1),
    (900, 15, -1, 0, 9000, 900, 1),
    (901, 15, -1, 0, 9000, 900, 0),
    (900, 1440, 0, 0, 9000, 0, 0),
    (900, 1440, 600, 0, 9000, 600, 0),
    (900, 1440, 600, 100, 9000, 500, 0),
    (900, 1440, 600, 0, 600, 900, 1),
    (9000, 1440, 600, 0, 599, 1199, 0),
    (9000, 1440, 600, 0, 600, 1200, 0),
    (9000, 1440, 600, 0, 601, 600, 0),
    (9000, 1440, 600, 600, 300, 0, 0),
    (-5, 1440, -1, 0, 9000, 0, 1),
    (1_000_000_000, 10_080, -1, 0, 9000, 604_800, 0),
)
# marks of unplanned starts in order: ("entry" | (mark, since_entry_s)), is the last of them a storm
STARTS = (
    (("entry", (1, 30), "entry", (1, 30)), True),
    (("entry", (1, 30), "entry", (1, 31)), False),
    (("entry", (1, -1), "entry", (1, -1)), False),
    (("entry", (1, 31), "entry", "entry", (1, 31), "entry", (1, 31)), True),
    (("entry", (1, 31), "entry", "entry", (1, 31), "entry", "entry", (1, 31)), True),
    (("entry", (1, 31), "entry", "entry", "entry", (1, 31), "entry", "entry", (1, 31)), False),
    (("entry", (1, 31), "entry", (1, 31), "entry", "entry", "entry", "entry", (1, 31)), False),
    (("entry", (1, 5), "entry", "entry", "entry", "entry", (1, 5)), True),
    (("entry", (1, 5), "entry", "entry", "entry", "entry", "entry", (1, 5)), False),
)


def check_contact(samples, reads, run_ms, held_ms):
    contact = contacts.Contact(True, 500, 5000)
    for raw, dt_ms in samples:
        contact.see(raw, dt_ms, min(dt_ms, 20))
    assert (contact.raw, contact.run_ms, contact.held_ms) == (reads, run_ms, held_ms), samples
    assert contact.is_for(reads, run_ms) and not contact.is_for(1 - reads, 0)
    assert run_ms == 500 or not contact.is_for(reads, run_ms + 1)


def check_contacts():
    for row in SAMPLES:
        check_contact(*row)
    unfitted = contacts.Contact(False, 500)
    unfitted.watch(1, 20, 20, True)
    assert unfitted.raw == -1 and not unfitted.is_for(0, 0) and not unfitted.is_for(1, 0)
    assert unfitted.settled_or_unfitted(1) and not unfitted.settled(0)
    fresh = contacts.Contact(True, 500)
    assert not fresh.settled_or_unfitted(0)
    for ms, settled in ((9, False), (10, True)):
        contact = contacts.Contact(True, 500)
        contact.see(1, ms, ms)
        assert contact.settled(1) == settled and not contact.settled(0)


def press(part, raw, ms, gestures):
    for _ in range(ms // 20):
        gesture = part.step(raw, 20, 20)
        if gesture:
            gestures.append(gesture)


def check_button():
    for ms, expected in PRESSES:
        part, gestures = button.Button(False), []
        press(part, 0, 100, gestures)
        press(part, 1, ms, gestures)
        press(part, 0, 100, gestures)
        assert gestures == expected, (ms, gestures)
    for disowned in (False, True):
        part, gestures = button.Button(False), []
        press(part, 0, 100, gestures)
        press(part, 1, 3000, gestures)
        if disowned:
            part.disown()
        press(part, 1, 3000, gestures)
        press(part, 0, 100, gestures)
        assert (LONG in gestures) != disowned
    part, gestures = button.Button(False), []
    press(part, 1, 8000, gestures)
    press(part, 0, 100, gestures)
    assert gestures == [], "what was down through power-up is no gesture"
    for turns, acknowledges in TURNS:
        part, gestures = button.Button(True), []
        press(part, 0, 100, gestures)
        for position, ms in turns:
            press(part, position, ms, gestures)
        assert gestures == ([LONG] if acknowledges else []), turns


def check_ages():
    for made, within_s, count in COUNTS:
        part = ages.Ages(3)
        part.restore(made)
        assert part.count(within_s) == count, made
    part = ages.Ages(3)
    assert part.count(90_000) == 0
    for _ in range(5):
        part.add()
        part.grow(10)
    assert part.ages == [10, 20, 30]
    part.grow(1_000_000)
    assert part.count(86_400) == 0
    part.restore([1, 2, 3, 4])
    assert part.ages == [1, 2, 3]
    part.clear()
    assert part.count(86_400) == 0


def check_holds():
    for steps, kind in HOLDS:
        part = holds.Holds()
        for step in steps:
            if step == "press":
                part.press(1000)
            elif step in ("still down", "let go"):
                before = part.local
                assert part.held(step == "let go") == (part.local != before), steps
            elif step == "undo":
                part.undo_press()
            else:
                part.wait(step)
        assert part.local == kind, steps
    part = holds.Holds()
    part.press(1000)
    assert part.needs_end() and part.asked_s == 1000 and not part.is_over(1_000_000)
    part.until_s = 2000
    assert not part.needs_end() and not part.is_over(1999) and part.is_over(2000)
    part.wait(10_000)
    part.press(1500)
    assert not part.any()
    part.undo_press()
    assert part.local == holds.WINDOW and part.until_s == 2000
    part.held(False)
    assert not part.is_over(1_000_000) and part.any()


class Planned:
    """A plan as far as a stay looks at it."""

    def __init__(self, ends_s, day_ends_s):
        self.ends_s = ends_s
        self.day_ends_s = day_ends_s


def check_stay():
    for window_s, max_min, budget_s, used_s, midnight_s, deadline_s, by_window in DEADLINES:
        part = stay.Stay(fitted(budget_s=budget_s, limits={"max_v2l_min": max_min}))
        part.used_s = used_s
        part.enter(50_000, Planned(50_000 + window_s, 50_000 + midnight_s))
        made = (part.left_ms, part.by_window)
        assert made == (deadline_s * 1000, by_window), (window_s, max_min, budget_s, made)
    part = stay.Stay(fitted(limits={"max_error_s": 120}))
    part.enter(1000, Planned(1900, 90_000))
    part.shorten(1000, Planned(2500, 90_000))
    assert part.left_ms == 900_000
    part.shorten(1000, Planned(1600, 90_000))
    part.run(599_999)
    assert part.left_ms == 1 and not part.spent
    part.run(1)
    assert part.spent and not part.schedule_says(True, 120) and part.schedule_says(True, 1)
    assert not part.schedule_says(True, 1_000_000), "it is told once: whoever sets the clock then is believed"
    part.schedule_says(False, 1)
    assert not part.spent and not part.schedule_says(True, 1_000_000)
    part.enter(1000, Planned(100_000, 90_000))
    part.max_s = 60
    part.enter(1000, Planned(100_000, 90_000))
    part.run(60_000)
    assert part.spent and not part.schedule_says(True, 1_000_000), "an end of our own contradicts no clock"
    part = stay.Stay(fitted(budget_s=100))
    part.use(99, 7)
    assert part.in_budget()
    part.use(1, 7)
    assert not part.in_budget()
    part.new_day(8)
    assert part.in_budget()


def check_governor():
    for made, storm in STARTS:
        part = governor.Governor(fitted().limits)
        for step in made:
            if step == "entry":
                part.enter()
                part.grow(4000)  # so that only the rules about entries count
            else:
                last = part.started(*step)
        assert last == storm, made
    for apart_s, storm in ((1199, True), (1201, False)):
        part = governor.Governor(fitted().limits)
        for _ in range(4):
            part.grow(apart_s)
            last = part.started(0, -1)
        assert last == storm, apart_s
    for per_hour, per_day in ((4, 12), (1, 12), (4, 1)):
        part = governor.Governor(fitted(limits={"entries_per_hour": per_hour, "entries_per_day": per_day}).limits)
        for _ in range(min(per_hour, per_day)):
            part.weigh()
            assert part.free
            part.enter()
        part.weigh()
        assert not part.free
        window_s = 3600 if per_hour < per_day else 86_400
        part.grow(window_s - 1)
        assert not part.free
        part.grow(1)
        assert part.free
    part = governor.Governor(fitted().limits)
    edges = [part.stood_alone(alone) for alone in (True, True, False) * 9]
    assert True not in edges and part.stood_alone(True)


def check_reports():
    part = reports.Reports(900)
    assert part.soc_known() == -1 and not part.soc_at_least(0) and not part.says_charging()
    part.hear_soc(45)
    part.hear_charging(1)
    part.grow(900)
    assert part.soc_at_least(45) and not part.soc_at_least(46) and part.says_charging()
    part.grow(1)
    assert part.soc_known() == -1 and not part.says_charging()
    part.hear_charging(0)
    assert not part.says_charging()


def check_faults():
    assert len(set(faults.CODES)) == len(faults.CODES) == 27
    assert faults.codes(faults.ALARMS) == ["km1-not-closed"] and faults.codes(faults.NOTICES) == list(faults.CODES[19:])
    for fault, within_s in zip(faults.COUNTED, faults.WITHIN_S):
        part = faults.Faults()
        assert [part.happen(fault), part.happen(fault), part.happen(fault)] == [False, False, True]
        part = faults.Faults()
        part.happen(fault)
        part.happen(fault)
        part.grow(within_s - 1)
        assert part.happen(fault)
        part.acknowledge()
        assert not part.is_latched() and not part.stand() and not part.happen(fault)
    part = faults.Faults()
    part.happen(faults.KM2_DROPPED)
    part.wait(59_999)
    assert part.stand()
    part.wait(1)
    assert not part.stand()
    part.last(faults.KM1_NOT_CLOSED, 1)
    part.wait(1_000_000)
    part.last(faults.KM1_NOT_CLOSED, 0)
    part.wait(59_999)
    assert part.stand()
    for notice in range(faults.GRID_DEAD, faults.NET_DEAD + 1):
        part = faults.Faults()
        part.last(notice, 1)
        assert not part.stand() and part.standing() == 1 << notice


def check_transfer():
    part = transfer.Transfer()
    part.begin(transfer.TO_V2L, 1, 0)
    for old, new in ((1, 0),) * 27 + ((0, 0),) * 10 + ((0, 1),) * 3:
        part.watch(old, new, 1)
    part.end()
    assert (part.last_to, part.last_drop_ms, part.last_ms) == (1, 28, 38)
    part.begin(transfer.TO_GRID, -1, 1)
    part.watch(-1, 1, 20)
    part.end()
    assert part.last_to == 0 and part.last_drop_ms < 0 and part.last_ms < 0 and part.count == 2
    assert [part.feed(999), part.feed(1), part.feed(2500), part.feed(500)] == [0, 1, 2, 1]
    assert part.v2l_s == 4 and part.v2l_ms == 0


def check_plan():
    part = plan.Plan()
    assert not part.holds_at(seconds(2026, 11, 20)) and part.is_stale(seconds(2026, 11, 20))
    part.from_s, part.until_s, part.day_ends_s = 100, 200, 150
    assert [part.holds_at(t) for t in (99, 100, 199, 200)] == [False, True, True, False]
    assert [part.is_stale(t) for t in (99, 100, 149, 150)] == [True, False, False, True]


def run():
    check_contacts()
    check_button()
    check_ages()
    check_holds()
    check_stay()
    check_governor()
    check_reports()
    check_faults()
    check_transfer()
    check_plan()
    return len(SAMPLES), len(PRESSES), len(HOLDS), len(DEADLINES), len(STARTS)
