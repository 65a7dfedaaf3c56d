"""The plan as one self-contained SVG picture, to scale by the local clock and readable without colour.

V2L is a tall solid block, charging a hatched one, grid a thin line; a skipped hour is an empty dashed frame, and where
an hour repeats its first run is drawn above the second. Every transfer also stands in words at the end of its line.
"""

from xml.sax.saxutils import escape

from firmware.core import dates
from tools import preview

WIDTH = 1290
MARGIN = 30
DATES_X = 30
AXIS_X = 180
HOUR = 31  # pixels
WORDS_X = AXIS_X + 24 * HOUR + 24
WORDS = 46  # characters that fit there
TOP = 88
HEADING = 38
ROW = 34
LINE = 17
BAR = 20

INK, QUIET, RULE = "#17212b", "#4a5866", "#d5dce3"
V2L_FILL, CHARGING_INK, CHARGING_FILL, GRID_INK, CHANGE_INK = "#0d6b4a", "#8a5a00", "#fdf3d9", "#7b8896", "#8c2f0d"

STYLE = f"""
text {{ font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; font-size: 13px;
       fill: {INK}; font-variant-numeric: tabular-nums; }}
.title {{ font-size: 22px; font-weight: 700; }}
.month {{ font-size: 14px; font-weight: 700; }}
.quiet {{ fill: {QUIET}; }}
.hour {{ fill: {QUIET}; font-size: 12px; text-anchor: middle; }}
.inside {{ font-size: 12px; font-weight: 600; text-anchor: middle; }}
.v2l {{ fill: {V2L_FILL}; }}
.charging {{ fill: url(#hatch); stroke: {CHARGING_INK}; }}
.grid {{ fill: {GRID_INK}; }}
.skipped {{ fill: #ffffff; stroke: {CHANGE_INK}; stroke-dasharray: 3 3; }}
.note {{ fill: {CHANGE_INK}; }}
.white {{ fill: #ffffff; }}
.amber {{ fill: {CHARGING_INK}; stroke: {CHARGING_FILL}; stroke-width: 5px; stroke-linejoin: round;
         paint-order: stroke; }}
"""
# What stands inside a box, in which style, where it is so wide at least.
NAMES = {preview.V2L: ("V2L", "inside white", 36), preview.CHARGING: ("charging", "inside amber", 72),
         preview.GRID: ("", "inside", 10000)}
HATCH = (f'<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
         f'<rect width="7" height="7" fill="{CHARGING_FILL}"/>'
         f'<line x1="0" y1="0" x2="0" y2="7" stroke="{CHARGING_INK}" stroke-width="1.6"/></pattern>')


def picture(survey):
    """The text of the file."""
    body, y = [], TOP
    for day in survey.days:
        first_of_month = dates.civil(day.number)[2] == 1
        if first_of_month or day is survey.days[0]:
            body += heading(day, y)
            y += HEADING
        lines = words(day)
        height = ROW + LINE * (len(lines) - 1)
        body += row(day, lines, y, height)
        y += height
    height = y + 116
    title = f"Grid and V2L, {survey.period()}"
    zone = f"Local time, zone {survey.config.zone_text}"
    described = f"{zone}. {survey.totals()} One line for each day; its transfers stand in words beside it."
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(title)}</title>', f'<desc id="description">{escape(described)}</desc>',
        f"<style>{STYLE}</style>", f"<defs>{HATCH}</defs>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(MARGIN, 46, title, "title"), text(MARGIN, 72, zone, "quiet"),
        *body, *legend(survey, y + 40), "</svg>", ""])


def heading(day, y):
    """The month, and the hours over its days."""
    year, month, _ = dates.civil(day.number)
    base = y + HEADING - 10
    found = [text(DATES_X, base, f"{preview.MONTHS[month - 1]} {year}", "month")]
    return found + [text(at(hour * 3600), base, f"{hour:02d}:00", "hour") for hour in range(0, 25, 3)]


def row(day, lines, y, height):
    """One local day: its date, its bar and its words."""
    weekday = dates.weekday(day.number)
    middle = y + ROW // 2
    found = [f'<g><title>{escape(preview.date_text(day.number) + ": " + ", ".join(day.texts()))}</title>']
    if weekday >= 5:
        found.append(f'<rect x="{MARGIN - 10}" y="{y}" width="{WIDTH - 2 * MARGIN + 20}" height="{height}" '
                     'fill="#f3f6f9"/>')
    if weekday == 0:
        found.append(f'<line x1="{MARGIN - 10}" y1="{y}" x2="{WIDTH - MARGIN + 10}" y2="{y}" stroke="{INK}" '
                     'stroke-width="0.6"/>')
    found += [f'<line x1="{at(hour * 3600)}" y1="{y}" x2="{at(hour * 3600)}" y2="{y + height}" stroke="{RULE}" '
              f'stroke-width="{1 if hour % 6 == 0 else 0.5}"/>' for hour in range(0, 25, 3)]
    found.append(text(DATES_X, middle + 5, f"{preview.WEEKDAYS[weekday]} {dates.civil(day.number)[2]}"))
    found += [box(begin, end, "skipped", middle) for begin, end in day.skipped]
    for begin, end, state, instant in day.pieces:
        found += piece(day, (begin, end, state, instant), middle)
    for index, (line, is_note) in enumerate(lines):
        found.append(text(WORDS_X, middle + 5 + index * LINE, line, "note" if is_note else None))
    return [*found, "</g>"]


def words(day):
    """(line, whether it is about the date itself) for the end of a row."""
    texts = day.texts()
    transfers, notes = texts[:len(texts) - len(day.notes)], day.notes
    found = [(line, False) for line in preview.packed(transfers, WORDS)]
    return found + [(line, True) for line in (preview.packed(notes, WORDS) if notes else [])]


def piece(day, span, middle):
    """A piece of one state. What lies in a repeated hour takes the upper or the lower half."""
    begin, end, state, instant = span
    parts = [(begin, end, None)]
    for low, high, change in day.repeated:
        if begin < high and end > low:
            inner = max(begin, low), min(end, high)
            parts = [(*inner, "upper" if instant < change else "lower"), (begin, inner[0], None), (inner[1], end, None)]
    found = []
    name, style, least = NAMES[state]
    for begin, end, half in parts:
        if begin < end:
            found.append(box(begin, end, state, middle, half))
            if half is None and at(end) - at(begin) >= least:
                found.append(text((at(begin) + at(end)) / 2, middle + 4, name, style))
    return found


def box(begin, end, state, middle, half=None):
    """A span of the day as a rectangle: full height, one half of it, or the thin line of the grid."""
    tall = 4 if state == preview.GRID else BAR if half is None else BAR / 2 - 1
    centre = middle + {None: 0, "upper": -BAR / 4 - 0.5, "lower": BAR / 4 + 0.5}[half]
    times = f"{preview.clock_text(begin)} to {preview.clock_text(end)}"
    run = {None: "", "upper": ", first run", "lower": ", second run"}[half]
    return (f'<rect class="{state}" x="{at(begin)}" y="{number(centre - tall / 2)}" '
            f'width="{number(at(end) - at(begin))}" height="{number(tall)}">'
            f"<title>{preview.source_text(state)} {times}{run}</title></rect>")


def legend(survey, y):
    """What the shapes mean, how a day of a clock change is drawn, and the totals."""
    lead = survey.config.lead_min
    charging = "grid, the car is charging" + (f", or less than {lead} min before it" if lead else "")
    found, x = [], DATES_X
    for state, meaning in ((preview.V2L, "V2L"), (preview.GRID, "grid"), (preview.CHARGING, charging),
                           (preview.SKIPPED, "skipped by the clock")):
        tall = 4 if state == preview.GRID else 16
        found.append(f'<rect class="{state}" x="{x}" y="{y - 4 - tall // 2}" width="34" height="{tall}"/>')
        found.append(text(x + 44, y + 1, meaning))
        x += 84 + len(meaning) * 7
    explained = "Drawn by the local clock. Where an hour repeats, its first run is above the second."
    return [*found, text(DATES_X, y + 28, explained, "quiet"), text(DATES_X, y + 52, survey.totals())]


def at(second):
    """Where a second of the day lies."""
    return round(AXIS_X + second * HOUR / 3600, 2)


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text(x, y, words, style=None):
    named = f' class="{style}"' if style else ""
    return f'<text x="{number(x)}" y="{number(y)}"{named}>{escape(words)}</text>'
