"""The survey as lines of text.

A day is drawn by its local clock, so that the same time is at the same place on every line. On the day the clocks go
forward the skipped half-hours stay empty; on the day they go back the repeated ones stand for both runs.
"""

from firmware.core import dates
from tools import preview

SIGNS = {preview.V2L: "█", preview.PARTLY: "▄", preview.GRID: "·", preview.CHARGING: "▒", preview.SKIPPED: " "}
ASCII_SIGNS = {preview.V2L: "#", preview.PARTLY: "+", preview.GRID: ".", preview.CHARGING: "c", preview.SKIPPED: " "}
COLOURS = {preview.V2L: "green", preview.PARTLY: "green", preview.GRID: "dim", preview.CHARGING: "yellow"}
TEXT_WIDTH = 52  # beside a date and a bar, 118 columns in all


def draw(survey, signs, paint=lambda text, _colour: text):
    """The survey as lines: heading, one line a day, legend, totals."""
    config = survey.config
    lines = [f"{survey.period()}, zone {config.zone_text}", "", " " * 16 + scale()]
    for day in survey.days:
        if len(survey.days) > 7 and dates.weekday(day.number) == 0 and day is not survey.days[0]:
            lines.append("")
        bar = "".join(paint(run, COLOURS[kind]) if kind in COLOURS else run for kind, run in _runs(day, signs))
        beside = preview.packed(day.texts(), TEXT_WIDTH)
        lines.append(f"{preview.short_date(day.number)} {bar}  {beside[0]}")
        lines += [" " * 66 + more for more in beside[1:]]
    return lines + ["", *legend(signs, config.lead_min), "", survey.totals()]


def scale():
    """The hours above the bars."""
    return "".join(f"{hour:<6}" for hour in range(0, 25, 3)).rstrip()


def legend(signs, lead_min):
    """What the signs mean, and what the day of a clock change looks like."""
    lead = f", or less than {lead_min} min before it" if lead_min else ""
    return [f"{signs[preview.V2L]} V2L   {signs[preview.PARTLY]} V2L for a part   {signs[preview.GRID]} grid   "
            f"{signs[preview.CHARGING]} grid, the car is charging{lead}",
            "A sign is half an hour of local time. Where the clocks go forward the skipped ones are left empty;",
            "where they go back the repeated ones stand for both runs."]


def _runs(day, signs):
    """(kind, text) for each run of half-hours of the same kind."""
    found = []
    for cell in range(preview.CELLS):
        kind = day.kind(cell)
        if found and found[-1][0] == kind:
            found[-1][1] += signs[kind]
        else:
            found.append([kind, signs[kind]])
    return found
