"""The zone against three judges: zoneinfo's tables, the C library, and a slow reading of POSIX written here.

The judges disagree with each other, and with POSIX, in three places, so that each is only asked where it is right:
- The C library and zoneinfo both work out each year by itself. A rule whose time reaches into a neighbouring year is
  then lost or taken twice. POSIX has no such limit: a start is a start, whichever year its rule counts from.
- zoneinfo (CPython 3.11 at least) counts days of the year from the wrong day: it takes day 0 for 31 December and lets
  J59 be 29 February. POSIX: day 0 is 1 January, and J never counts 29 February. The C library is right.
- zoneinfo refuses offsets of 24 hours, which POSIX allows.
"""

import calendar
import datetime
import io
import os
import platform
import re
import struct
import time
import zoneinfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from firmware.core import dates, zone
from host_tests.tables import zone as table
from tools.proofs import zone_truth as truth
from tools.proofs import zones as proof

NAMED = ("Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Lisbon", "America/New_York", "America/Santiago",
         "America/Nuuk", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham", "Antarctica/Troll",
         "Asia/Kolkata", "Africa/Cairo")
OFFSET = r"([+-]?[0-9]{1,3}(?::[0-9]{2}){0,2})"
NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
RULE = rf",(?:M([0-9]+)\.([0-9]+)\.([0-9]+)|J([0-9]+)|([0-9]+))(?:/{OFFSET})?"
GRAMMAR = re.compile(NAME + OFFSET + f"(?:{NAME}{OFFSET}?{RULE}{RULE})?")


def test_table():
    table.run()


@pytest.mark.parametrize("name", NAMED)
def test_a_named_zone_is_what_zoneinfo_says(name):
    """Hourly for two years, every minute within two hours of each change, and the changes themselves."""
    place, text = truth.load(name)
    begin, end = dates.seconds(2026, 1, 1), dates.seconds(2028, 1, 1)
    changes = truth.clock_changes(place, begin, end)
    assert len(changes) == (0 if name == "Asia/Kolkata" else 4)
    assert proof.offset_differences(place, zone.parse(text)[0], begin, end, changes) == []


# --- Generated zones.


def clock(most_hours):
    """[+-]hh[:mm[:ss]], more often than not a plain hour."""
    number = st.integers(0, 59)
    return st.builds(lambda sign, hour, rest: sign + str(hour) + "".join(f":{part:02d}" for part in rest),
                     st.sampled_from(("", "+", "-")), st.integers(0, most_hours),
                     st.one_of(st.just([]), st.lists(number, max_size=2)))


names = st.sampled_from(("ABC", "abcdefgh", "<+03>", "<-0330>", "<A1b2>"))
days = st.one_of(
    st.builds("M{}.{}.{}".format, st.integers(1, 12), st.integers(1, 5), st.integers(0, 6)),
    st.builds("J{}".format, st.one_of(st.integers(1, 365), st.sampled_from((1, 59, 60, 365)))),
    st.builds(str, st.one_of(st.integers(0, 365), st.sampled_from((0, 58, 59, 60, 364, 365)))))
rules = st.builds(lambda day, hour: day + hour, days, st.one_of(st.just(""), clock(24).map("/".__add__),
                                                                clock(167).map("/".__add__)))
zones = st.builds(lambda std, offset, rest: std + offset + rest, names, clock(24), st.one_of(
    st.just(""), st.builds(lambda dst, offset, start, end: f"{dst}{offset},{start},{end}",
                           names, st.one_of(st.just(""), clock(24)), rules, rules)))
years = st.integers(2020, 2053)


def seconds(text):
    hours, minutes, rest = (text.lstrip("+-") + ":0:0").split(":")[:3]
    return (-1 if text[0] == "-" else 1) * (int(hours) * 3600 + int(minutes) * 60 + int(rest))


class Posix:
    """A slow reading of a TZ string: every start and end of a span of years in one list; the latest one decides.

    Of a start and an end at the same instant the end decides, or what belongs to the later year.
    """

    def __init__(self, text, first, last):
        std, dst, *parts = GRAMMAR.fullmatch(text).groups()
        self.std = self.dst = -seconds(std)
        self.years = range(first, last + 1)
        self.events = []
        if parts[2 if parts[0] else 3 if parts[3] else 4] is not None:
            self.dst = -seconds(dst) if dst else self.std + 3600
            for year in self.years:
                self.events.append((self.at(parts[:6], year) - self.std, year, "start"))
                self.events.append((self.at(parts[6:], year) - self.dst, year, "until"))

    def at(self, parts, year):
        """Local seconds since 2020 at which a rule falls."""
        month, week, weekday, julian, day, clock_text = parts
        if month:
            fitting = [date for date in calendar.Calendar().itermonthdates(year, int(month))
                       if date.month == int(month) and date.isoweekday() % 7 == int(weekday)]
            date = fitting[min(int(week), len(fitting)) - 1]
        elif julian:
            date = datetime.date(2001, 1, 1) + datetime.timedelta(int(julian) - 1)
            date = date.replace(year=year)
        else:
            date = datetime.date(year, 1, 1) + datetime.timedelta(int(day))
        return (date - datetime.date(2020, 1, 1)).days * 86400 + seconds(clock_text or "2")

    def offset(self, t):
        past = [event for event in self.events if event[0] <= t]
        return self.dst if past and max(past)[2] == "start" else self.std

    def overlaps(self):
        """Whether an end lies beyond the next year's start. POSIX is silent then; the table holds what we do."""
        starts = {year: t for t, year, kind in self.events if kind == "start"}
        return any(kind == "until" and starts[year] <= t > starts.get(year + 1, t)
                   for t, year, kind in self.events)

    def keeps_to_its_years(self):
        return all(dates.civil(t // 86400)[0] == year for t, year, _ in self.events)

    def instants(self):
        """Where to look: just around each event, and at noon of every tenth day between."""
        near = [t + step for t, _, _ in self.events for step in (-3600, -1, 0, 1, 3600)]
        return near + [dates.seconds(year, 1, 1, 12) + day * 86400 for year in self.years for day in range(0, 366, 10)]


@given(zones, years)
@example("EST5EDT,0/0,J365/25", 2027)
@example("AAA0BBB,J365/167,J100/0", 2027)
@example("AAA0BBB,M6.1.0/0,M6.1.3/0", 2025)
def test_any_zone_is_what_a_slow_reading_of_posix_says(text, year):
    judge = Posix(text, year - 4, year + 4)
    assume(not judge.overlaps())
    ours = zone.parse(text)[0]
    begin, end = dates.seconds(year - 1, 1, 1), dates.seconds(year + 2, 1, 1)
    for t in [t for t in judge.instants() if begin <= t <= end]:
        assert ours.offset(t) == judge.offset(t), dates.iso(t)
    changes = sorted({t for t, _, _ in judge.events if begin < t <= end and judge.offset(t - 1) != judge.offset(t)})
    assert proof.chain(ours.next_change, begin, end) == changes


@pytest.fixture
def libc_offset():
    """The C library's answer, with the process's own zone put back afterwards."""
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("the judge is the GNU C library, and this system has another")
    before = os.environ.get("TZ")

    def ask(text, instants):
        os.environ["TZ"] = text
        time.tzset()
        return [time.localtime(t + truth.UNIX_2020).tm_gmtoff for t in instants]
    yield ask
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def test_any_zone_that_keeps_to_its_years_is_what_the_c_library_says(libc_offset):
    asked = []

    @given(zones, years)
    def compare(text, year):
        judge = Posix(text, year - 1, year + 1)
        assume(judge.keeps_to_its_years())
        ours = zone.parse(text)[0]
        instants = judge.instants()
        assert [ours.offset(t) for t in instants] == libc_offset(text, instants)
        asked.append(text)

    compare()
    assert any("J" in text for text in asked) and any("M" in text for text in asked)


def made_by_zoneinfo(text):
    """A ZoneInfo of a file in memory that holds one rule and nothing else."""
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(header * 2 + b"\n" + text.encode() + b"\n"))


@given(zones.filter(lambda text: not re.search(r",[J0-9]", text)), years)
def test_any_zone_of_months_that_keeps_to_its_years_is_what_zoneinfo_says(text, year):
    judge = Posix(text, year - 1, year + 1)
    assume(judge.keeps_to_its_years() and max(abs(judge.std), abs(judge.dst)) < 86400)
    place, ours = made_by_zoneinfo(text), zone.parse(text)[0]
    for t in judge.instants():
        assert ours.offset(t) == truth.offset(place, t), dates.iso(t)


@given(zones, st.lists(st.integers(0, 2 ** 30), min_size=2, max_size=8))
def test_an_answer_does_not_depend_on_what_was_asked_before(text, instants):
    asked = zone.parse(text)[0]
    for t in instants:
        fresh = zone.parse(text)[0]
        assert (asked.offset(t), asked.next_change(t)) == (fresh.offset(t), fresh.next_change(t))


# --- What is not a zone.


def is_a_zone(text):
    """The grammar as one expression and the ranges of its numbers."""
    match = GRAMMAR.fullmatch(text)
    if not match or len(text) > 128:
        return False
    parts = match.groups()
    # Month, week, weekday, J and n of the two rules, and the hours of offsets and times.
    ranges = ((1, 12), (1, 5), (0, 6), (1, 365), (0, 365)) * 2
    numbers = parts[2:7] + parts[8:13]
    times = ((parts[0], 24), (parts[1], 24), (parts[7], 167), (parts[13], 167))
    if any(part and (len(part) > 3 or not low <= int(part) <= high)
           for part, (low, high) in zip(numbers, ranges)):
        return False
    return all(int(part) <= most if index == 0 else int(part) <= 59
               for given_time, most in times if given_time
               for index, part in enumerate(given_time.lstrip("+-").split(":")))


@given(zones, st.integers(0, 40), st.sampled_from(list("0123456789/,.:<>+-MJAz \u0663\u00e9") + [""]), st.booleans())
def test_a_zone_with_one_character_changed_is_judged_by_the_grammar(text, place, character, insert):
    spoilt = text[:place] + character + text[place + (not insert):]
    accepted, problem = zone.parse(spoilt)
    assert (accepted is not None) == is_a_zone(spoilt)
    assert (problem is None) == (accepted is not None)


@given(st.one_of(st.text(max_size=140), st.text(st.sampled_from("ABCM0123456789.,/:<>+-J"), max_size=140)))
def test_no_text_makes_the_reader_raise_and_every_refusal_is_one_plain_sentence(text):
    accepted, problem = zone.parse(text)
    if accepted is None:
        assert problem.isascii() and problem.isprintable()
        assert "; write " in problem
        assert len(problem) < 300
