"""The signs of results as a PDF draws them: a colour, a shape and a word that say the same."""

from tools.commission import blocks
from tools.commission.pdf_paper import POINT, QUIET

# Ink and tint of each tone.
TONES = {
    blocks.PASS: ("#0a6647", "#d9f2e6"),
    blocks.FAIL: ("#b01f16", "#fde4e1"),
    blocks.SKIPPED: ("#7a5000", "#fdf0d0"),
    blocks.NONE: (QUIET, "#ffffff"),
}
# Lines within a field that reaches from -1 to 1.
STROKES = {
    blocks.PASS: (((-0.44, 0.04), (-0.14, 0.35), (0.45, -0.34)),),
    blocks.FAIL: (((-0.38, -0.38), (0.38, 0.38)), ((0.38, -0.38), (-0.38, 0.38))),
    blocks.SKIPPED: (((-0.36, 0), (0.36, 0)),),
}
FRAMES = {
    blocks.FAIL: ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    blocks.SKIPPED: ((0, -1), (1, 0), (0, 1), (-1, 0)),
}


def sign(paper, tone, x, y, size):
    """Around that place."""
    ink, thick, half = TONES[tone][0], size * 0.11, size / 2
    if tone == blocks.PASS:
        paper.note("circle", (x, y), half * 0.94, ink, thick)
    if tone in FRAMES:
        paper.note("stroke", _at(FRAMES[tone], x, y, half), ink, thick, True)
    for points in STROKES.get(tone, ()):
        paper.note("stroke", _at(points, x, y, half), ink, thick)


def mark(paper, cell, left, top, size):
    """A sign and its word, in one line."""
    ink = TONES[cell.tone][0]
    wide = _sign_width(cell, size)
    if wide:
        sign(paper, cell.tone, left + size * POINT * 0.45, top + size * POINT * 0.7, size * POINT * 0.86)
    paper.line(cell.text, left + wide, top, size, _style(cell), ink)


def mark_width(paper, cell, size):
    return _sign_width(cell, size) + paper.width(cell.text, size, _style(cell))


def mark_lines(paper, cell, size, width):
    return paper.lines(cell.text, size, _style(cell), width - _sign_width(cell, size))


def mark_part(paper, cell, index, text, place):
    """One of those lines; `place` is (left, top, size)."""
    left, top, size = place
    if index == 0:
        mark(paper, cell._replace(text=text), left, top, size)
    else:
        paper.line(text, left + _sign_width(cell, size), top, size, _style(cell), TONES[cell.tone][0])


def _style(cell):
    return "" if cell.tone == blocks.NONE else "B"


def _sign_width(cell, size):
    return size * POINT * 1.25 if cell.tone in STROKES else 0


def _at(points, x, y, half):
    return [(x + dx * half, y + dy * half) for dx, dy in points]
