"""The plan of some local days: a survey that can be drawn (preview_text, preview_svg), and its transfers as JSON."""

import json

from firmware.core import dates

DAY_S = dates.DAY_S
CELL_S = 1800
CELLS = 48
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
V2L, CHARGING, GRID = "v2l", "charging", "grid"
PARTLY, SKIPPED = "partly", "skipped"


class Transfer:
    """One change of the plan, with the zone's offset at that instant."""

    def __init__(self, zone, at, source, why):
        self.at = at
        self.source = source
        self.why = why
        self.offset_s = zone.offset(at)
        self.run = _which_run(zone, at)  # "first" or "second" where this local time comes twice

    def local(self):
        """Its local time, such as 05:30."""
        return clock_text((self.at + self.offset_s) % DAY_S)

    def text(self):
        """Its local time, the source, and why if that is charging: first 01:30 grid for charging."""
        run = f"{self.run} " if self.run else ""
        why = "" if self.why == "schedule" else " after charging" if self.source == V2L else " for charging"
        return f"{run}{self.local()} {source_text(self.source)}{why}"


class Day:
    """One local date: what each of its half-hours and pieces holds, its transfers, and what is special about it."""

    def __init__(self, number):
        self.number = number
        self.cells = [set() for _ in range(CELLS)]
        self.pieces = []  # [local second of the day from, to, state, instant]
        self.skipped = []  # local seconds (from, to) that the clock change leaves out
        self.repeated = []  # those it brings twice, and its instant
        self.transfers = []
        self.notes = []

    def add(self, begin, end, state, at):
        """Add a piece of one state, or let the last one go on."""
        last = self.pieces[-1] if self.pieces else None
        if last and last[1:3] == [begin, state] and last[3] + last[1] - last[0] == at:
            last[1] = end
        else:
            self.pieces.append([begin, end, state, at])
        for cell in range(begin // CELL_S, (end - 1) // CELL_S + 1):
            self.cells[cell].add(state)

    def kind(self, cell):
        """The one word a half-hour is drawn as."""
        states = self.cells[cell]
        if V2L in states:
            return V2L if len(states) == 1 else PARTLY
        if CHARGING in states:
            return CHARGING
        return GRID if states else SKIPPED

    def texts(self):
        """Its transfers and notes, in words."""
        quiet = "V2L all day" if any(V2L in states for states in self.cells) else "grid all day"
        return ([transfer.text() for transfer in self.transfers] or [quiet]) + self.notes


class Survey:
    """The plan of so many local days from a date on."""

    def __init__(self, config, first_day, days):
        schedule, zone = config.schedule, config.zone
        self.config = config
        self.begin = instant(zone, first_day)
        self.end = instant(zone, first_day + days)
        self.days = [Day(first_day + index) for index in range(days)]
        self.transfers = transfers(schedule, self.begin, self.end)
        self.v2l_s = 0
        for piece in _pieces(schedule, self.begin, self.end):
            self._add_piece(*piece)
        for transfer in self.transfers:
            if transfer.at < self.end:
                self._day(transfer.at).transfers.append(transfer)
            else:
                self.days[-1].notes.append(f"24:00 {source_text(transfer.source)}")
        change = zone.next_change(self.begin - 1)
        while change is not None and change < self.end:
            self._add_clock_change(change)
            change = zone.next_change(change)
        for day in self.days:
            if day.number in config.skip:
                day.notes.append("skipped date")

    def period(self):
        """The days in words: Saturday 24 October to Monday 26 October 2026."""
        first, last = date_text(self.days[0].number), date_text(self.days[-1].number)
        if first == last:
            return first
        year = first[-5:]
        return f"{first[:-5] if last.endswith(year) else first} to {last}"

    def totals(self):
        """One sentence on all of it."""
        count = len(self.transfers)
        return (f"{count} {'transfer' if count == 1 else 'transfers'}, {hours_text(self.v2l_s)} of V2L in "
                f"{hours_text(self.end - self.begin)}.")

    def _day(self, t):
        return self.days[max(0, (t + self.config.zone.offset(t)) // DAY_S - self.days[0].number)]

    def _add_piece(self, start, stop, state):
        self.v2l_s += stop - start if state == V2L else 0
        offset = self.config.zone.offset(start)
        for day, begin, end in self._by_day(start + offset, stop + offset):
            day.add(begin, end, state, day.number * DAY_S + begin - offset)

    def _add_clock_change(self, change):
        before, after = (change + self.config.zone.offset(t) for t in (change - 1, change))
        way = "forward" if after > before else "back"
        self._day(change).notes.append(
            f"clocks go {way} {clock_text(before % DAY_S)} to {clock_text(after % DAY_S)}")
        for day, begin, end in self._by_day(min(before, after), max(before, after)):
            if after > before:
                day.skipped.append((begin, end))
            else:
                day.repeated.append((begin, end, change))

    def _by_day(self, begin, end):
        """A span of local time as (day, from, to) in seconds of each day; only the days of the survey."""
        for number in range(begin // DAY_S, (end - 1) // DAY_S + 1):
            if 0 <= number - self.days[0].number < len(self.days):
                midnight = number * DAY_S
                yield self.days[number - self.days[0].number], max(begin - midnight, 0), min(end - midnight, DAY_S)


def instant(zone, day, second=0):
    """The first instant of a local date and time; where that is skipped, of the clock change."""
    wall = day * DAY_S + second
    t = wall - 90000  # before it in any zone
    while True:
        found = wall - zone.offset(t)
        change = zone.next_change(t)
        if change is None or found < change:
            return max(found, t)
        t = change


def transfers(schedule, begin, end):
    """Every change of the plan in (begin, end]."""
    found = []
    change = schedule.next_change(begin)
    while change is not None and change[0] <= end:
        found.append(Transfer(schedule.zone, *change))
        change = schedule.next_change(change[0])
    return found


def as_json(found):
    """Transfers as a JSON list, one to a line."""
    rows = [json.dumps({"at": dates.iso(one.at), "local": dates.iso_local(one.at, one.offset_s), "source": one.source,
                        "why": one.why}) for one in found]
    return "[\n " + ",\n ".join(rows) + "\n]" if rows else "[]"


def packed(texts, width):
    """Texts set side by side, with commas, in as few lines of a width as keep each text whole."""
    lines = [texts[0]]
    for text in texts[1:]:
        if len(lines[-1]) + len(text) + 2 < width:
            lines[-1] += ", " + text
        else:
            lines[-1] += ","
            lines.append(text)
    return lines


def clock_text(second):
    """A time of the day; seconds only where there are any."""
    text = f"{second // 3600:02d}:{second // 60 % 60:02d}"
    return text + f":{second % 60:02d}" if second % 60 else text


def date_text(day):
    """Saturday 24 October 2026."""
    year, month, date = dates.civil(day)
    return f"{WEEKDAYS[dates.weekday(day)]} {date} {MONTHS[month - 1]} {year}"


def short_date(day):
    """Sat 24 Oct 2026, always 15 characters."""
    year, month, date = dates.civil(day)
    return f"{WEEKDAYS[dates.weekday(day)][:3]} {date:2d} {MONTHS[month - 1][:3]} {year}"


def hours_text(seconds):
    minutes = seconds // 60
    return f"{minutes // 60} h" + (f" {minutes % 60:02d} min" if minutes % 60 else "")


def source_text(source):
    return "V2L" if source == V2L else source


def _pieces(schedule, begin, end):
    """(from, to, state) without a break; state and offset are constant in each."""
    at = begin
    while at < end:
        in_charge = schedule.in_charge(at)
        bounds = [end, schedule.until(at), schedule.zone.next_change(at)]
        stop = min(bound for bound in bounds if bound is not None)
        yield at, stop, CHARGING if in_charge else V2L if schedule.in_v2l(at) else GRID
        at = stop


def _which_run(zone, at):
    """Whether an instant is the first or the second with its local time, or None where there is only one."""
    wall = at + zone.offset(at)
    for beside in (at - DAY_S, at + DAY_S):
        twin = wall - zone.offset(beside)
        if twin != at and twin + zone.offset(twin) == wall:
            return "first" if at < twin else "second"
    return None
