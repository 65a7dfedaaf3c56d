"""The schedule against a slow judge: the local time of every minute by zoneinfo, and a look at every window for it."""

import datetime
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware.core import dates, schedule, zone
from host_tests.tables import schedule as table
from tools.proofs import zone_truth as truth
from tools.proofs import zones as proof

DAYS = 6
NAMES = ("Europe/London", "Europe/Dublin", "America/New_York", "America/Santiago", "America/Nuuk", "Africa/Cairo",
         "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kathmandu")
# Sundays of clock changes in London, for the examples.
SPRING, AUTUMN = ("Europe/London", 0), ("Europe/London", 1)
SUNDAY, DAILY = 64, 127


def test_table():
    table.run()


class Span:
    """Six days around a clock change, or in July where there is none, as the local time of each of their minutes."""

    def __init__(self, name, index):
        self.place, text = truth.load(name)
        self.zone = zone.parse(text)[0]
        changes = truth.clock_changes(self.place, dates.seconds(2026, 1, 1), dates.seconds(2027, 1, 1))
        middle = changes[index] if changes else dates.seconds(2026, 7, 1)
        self.begin = middle // 86400 * 86400 - 3 * 86400
        # Half a day more, for charging that leads into the last of the six.
        walk = [datetime.datetime.fromtimestamp(self.begin + minute * 60 + truth.UNIX_2020, self.place)
                for minute in range(DAYS * 1440 + 720)]
        self.local = [((local.date() - truth.EPOCH).days, local.weekday(), local.hour * 60 + local.minute)
                      for local in walk]
        self.days = sorted({day for day, _, _ in self.local})
        # The minutes of the day at which the clocks change, by either side's time.
        self.eventful = sorted({truth.offset(self.place, middle + side) // 60 + middle // 60 for side in (-1, 0)})

    def truth(self, v2l, charge, lead_min, skip):
        """For each minute whether it lies in V2L, and whether it lies in charging or its lead."""
        in_v2l = [any(holds(row, *local, skip) for row in v2l) for local in self.local]
        in_charge = []
        ahead = lead_min + 1  # minutes until the next minute of charging
        for local in self.local[::-1]:
            ahead = 0 if any(holds(row, *local, ()) for row in charge) else ahead + 1
            in_charge.append(ahead <= lead_min)
        return list(zip(in_v2l, in_charge[::-1]))[:DAYS * 1440]


def holds(window, day, weekday, minute, skip):
    """Whether a local minute of a date lies in a window that started on that date or on the day before."""
    days, start, stop = window
    if start < stop:
        return start <= minute < stop and days >> weekday & 1 and day not in skip
    if minute >= start:
        return days >> weekday & 1 and day not in skip
    return minute < stop and days >> (weekday - 1) % 7 & 1 and day - 1 not in skip


SPANS = {}


def span(name, index):
    if (name, index) not in SPANS:
        SPANS[name, index] = Span(name, index)
    return SPANS[name, index]


def next_changes(values):
    """For each place the first one after it with another value; None where there is none."""
    found = [None] * len(values)
    for at in range(len(values) - 2, -1, -1):
        found[at] = found[at + 1] if values[at] == values[at + 1] else at + 1
    return found


def check(where, plan, more_minutes=()):
    """Compare every answer at and around every boundary, and at some other minutes, with the judge."""
    place = span(*where)
    made = schedule.Schedule(place.zone, *plan)
    rows = place.truth(*plan)
    until = next_changes(rows)
    effective = [bool(v2l and not charge) for v2l, charge in rows]
    change = next_changes(effective)
    bounds = {at for at in until if at is not None}
    for at in sorted({0, *more_minutes, *bounds, *[at - 1 for at in bounds]}):
        to = change[at]
        reason = to and ("schedule" if rows[to][0] != rows[to - 1][0] else "charge_window")
        start = at if effective[at] else to
        # Not only whole minutes: the last second of one is like its first.
        for t in (place.begin + at * 60, place.begin + at * 60 + 59):
            assert (made.in_v2l(t), made.in_charge(t), made.effective(t)) == (*rows[at], effective[at])
            same(place, made.until(t), until[at])
            said = made.next_change(t)
            same(place, said and said[0], to)
            assert to is None or said[1:] == ("v2l" if effective[to] else "grid", reason)
            same(place, made.stretch_end(t), None if start is None else change[start])


def same(place, instant, minute):
    """An instant is that of a minute, or lies beyond the six days (or never comes) where there is no such minute."""
    if minute is None:
        assert instant is None or instant >= place.begin + DAYS * 86400
    else:
        assert instant == place.begin + minute * 60


def plans(place):
    """Windows, leads and skipped dates that like to lie where the clocks change."""
    near = st.builds(lambda base, step: (base + step) % 1440, st.sampled_from(place.eventful),
                     st.integers(-13, 13).map(lambda step: step * 10))
    minute = st.one_of(near, st.integers(0, 1439))
    window = st.tuples(st.one_of(st.sampled_from((DAILY, 1 << dates.weekday(place.days[0] + 3))), st.integers(1, 127)),
                       minute, st.one_of(near, st.integers(1, 1440))).filter(lambda row: row[1] != row[2])
    skip = st.lists(st.sampled_from(place.days), max_size=4, unique=True)
    return st.tuples(st.lists(window, max_size=4).map(tuple), st.lists(window, max_size=3).map(tuple),
                     st.sampled_from((0, 10, 60, 100, 720)), skip.map(tuple))


wheres = st.tuples(st.sampled_from(NAMES), st.integers(0, 1))
cases = wheres.flatmap(lambda where: st.tuples(st.just(where), plans(span(*where))))
minutes = st.lists(st.integers(0, DAYS * 1440 - 1), max_size=10)


@settings(max_examples=20)
@given(cases, minutes)
# A lead that crosses the clock change, both ways.
@example((SPRING, (((DAILY, 0, 1440),), ((SUNDAY, 150, 240),), 90, ())), [])
@example((AUTUMN, (((DAILY, 0, 1440),), ((SUNDAY, 150, 240),), 90, ())), [])
# Over midnight into the clock change, where the date on which it starts is skipped, and where the date after it is.
@example((AUTUMN, (((DAILY, 1380, 100),), (), 0, (2487,))), [])
@example((AUTUMN, (((DAILY, 1380, 100),), (), 0, (2488,))), [])
# A charging window inside the hour that repeats, and its lead before both.
@example((AUTUMN, (((DAILY, 0, 1440),), ((SUNDAY, 75, 105),), 10, ())), [])
# A charging window inside the hour that is skipped leads nowhere.
@example((SPRING, (((DAILY, 0, 1440),), ((SUNDAY, 75, 105),), 720, ())), [])
def test_every_answer_is_what_a_walk_minute_by_minute_says(case, more_minutes):
    check(*case, more_minutes)


@given(wheres)
def test_the_sunday_of_the_change_has_the_hours_it_has(where):
    """A window of a whole local day lasts 23, 24 or 25 hours, more or less on Lord Howe Island and at Troll."""
    place = span(*where)
    day = place.local[3 * 1440 + 720][0]
    made = schedule.Schedule(place.zone, ((1 << dates.weekday(day), 0, 1440),), (), 0, ())
    counted = [local[0] for local in place.local].count(day)
    start = made.next_change(place.begin)[0]
    total = 0
    while start < place.begin + DAYS * 86400 and total < counted:
        end = made.until(start)
        total += (end - start) // 60
        start = made.until(end)
    assert total == counted


@given(cases, st.lists(st.integers(-1000, 20000), min_size=2, max_size=10))
def test_an_answer_does_not_depend_on_what_was_asked_before(case, asked):
    place, plan = span(*case[0]), case[1]
    made = schedule.Schedule(place.zone, *plan)
    for minute in asked:
        t = place.begin + minute * 60
        fresh = schedule.Schedule(place.zone, *plan)
        for name in ("in_v2l", "in_charge", "effective", "until", "next_change", "stretch_end"):
            assert getattr(made, name)(t) == getattr(fresh, name)(t), name


class Counted:
    """A zone that counts how often it is asked, as a measure of work."""

    def __init__(self, text):
        self._zone = zone.parse(text)[0]
        self.asked = 0

    def offset(self, t):
        self.asked += 1
        return self._zone.offset(t)

    def next_change(self, t):
        return self._zone.next_change(t)


def test_no_plan_makes_a_search_long():
    """The most windows and dates a configuration may hold, arranged so that the search finds nothing for long."""
    mondays = tuple(dates.day_number(2026, 1, 5) + 7 * week for week in range(64))
    often = tuple((DAILY, hour * 90, hour * 90 + 30) for hour in range(16))
    for plan in ((often, ((DAILY, 0, 1440),), 720, mondays), (often, often, 90, mondays), (often, often, 0, ()),
                 (((DAILY, 0, 1440),), often, 60, mondays), (((1, 60, 120),), often, 0, mondays),
                 (((DAILY, 0, 1440),), (), 0, mondays), (((DAILY, 60, 120),), ((DAILY, 0, 180),), 10, mondays)):
        counted = Counted(table.LONDON)
        made = schedule.Schedule(counted, *plan)
        t = dates.seconds(2026, 1, 1)
        made.next_change(t), made.until(t), made.stretch_end(t)
        assert counted.asked < 12 * schedule.STEPS, plan


@pytest.mark.parametrize("name", ["Pacific/Auckland", "America/St_Johns", "Asia/Beirut", "Atlantic/Azores"])
def test_a_year_of_the_campaign_finds_no_difference(name):
    figures = {"offsets": 0, "clock_changes": 0, "plans": 0, "boundaries": 0, "differences": []}
    proof.prove_zone(name, (2027, 2028), random.Random(7), figures)
    assert figures["differences"] == []
    assert figures["clock_changes"] == 2 and figures["boundaries"] > 100


def test_the_campaign_sees_a_wrong_rule_and_a_wrong_plan():
    place, text = truth.load("Europe/London")
    begin, end = dates.seconds(2027, 1, 1), dates.seconds(2028, 1, 1)
    wrong = zone.parse(text.replace("/1", "/2"))[0]
    changes = truth.clock_changes(place, begin, end)
    assert len(proof.offset_differences(place, wrong, begin, end, changes)) == 1 + 60 + 1
    plan = (((SUNDAY, 90, 150),), (), 0, ())
    assert proof.plan_differences(zone.parse(text)[0], truth.Timeline(place, begin, end), plan, end) == []
    assert len(proof.plan_differences(wrong, truth.Timeline(place, begin, end), plan, end)) == 1
