"""A record as a PDF for the file: the same blocks as the page, on numbered sheets of A4."""

from tools.commission import blocks, sheet
from tools.commission.account import time_text
from tools.commission.pdf_paper import BOTTOM, EDGE, INK, LEFT, MONO, QUIET, RIGHT, SHADE, Paper, step, typeface
from tools.commission.pdf_table import table
from tools.commission.pdf_signs import TONES, mark, mark_width, sign
from tools.commission.shape import instant

REPLACED = ("Characters in square brackets, like [U+4E2D], are ones that the typeface of this PDF lacks, each by its "
            "number; the page and the record itself have them.")


def laid_out(record, fingerprint, earlier=None):
    """The Paper with all that stands on it."""
    paper = Paper(typeface())
    for block in sheet.blocks(record, fingerprint, earlier):
        DRAWERS[type(block)](paper, block)
    paper.room(0)
    if paper.replaced:
        paper.y += 2
        paper.write(REPLACED, 8, "", QUIET)
    return paper


def document(record, fingerprint, earlier=None):
    """The bytes of the file."""
    paper = laid_out(record, fingerprint, earlier)
    made = f"{sheet.title(record)}, {time_text(record['made_at'])}, sha256 {fingerprint[:12]}"
    return paper.document(sheet.title(record), instant(record["made_at"]),
                          lambda page, of: (made, f"page {page} of {of}"))


def _title(paper, block):
    first, *more = block.lines
    paper.write(block.text, 21, "B")
    paper.y += 0.5
    paper.write(first, 11.5, "B")
    for line in more:
        paper.write(line, 9, "", QUIET)
    paper.y += 2.5


def _notice(paper, block):
    width = RIGHT - LEFT - 8
    height = len(paper.lines(block.text, 9, "B", width)) * step(9) + 4
    paper.room(height)
    paper.note("box", LEFT, paper.y, RIGHT - LEFT, height, TONES["skipped"][1])
    paper.note("box", LEFT, paper.y, 1, height, TONES["skipped"][0])
    paper.y += 2
    paper.write(block.text, 9, "B", TONES["skipped"][0], LEFT + 4, width)
    paper.y += 4


def _verdict(paper, block):
    ink, tint = TONES[block.tone]
    left, width = LEFT + 23, RIGHT - LEFT - 28
    height = step(20) + len(paper.lines(block.text, 10, "", width)) * step(10) + 8
    paper.room(height)
    paper.note("box", LEFT, paper.y, RIGHT - LEFT, height, tint)
    paper.note("box", LEFT, paper.y, 2, height, ink)
    sign(paper, block.tone, LEFT + 12.5, paper.y + height / 2, 12)
    paper.y += 3.4
    paper.write(block.word, 20, "B", ink, left, width)
    paper.write(block.text, 10, "", INK, left, width)
    paper.y += 6.5


def _heading(paper, block):
    is_part = block.level == 2
    size = 12.5 if is_part else 10
    if is_part:
        paper.room(0)

    def draw():
        paper.y += 3.6 if is_part else 1.2
        if is_part:
            paper.title(block.text, 0)
        paper.write(block.text, size, "B")
        if is_part:
            paper.note("box", LEFT, paper.y + 0.2, RIGHT - LEFT, 0.4, INK)
            paper.y += 2.2

    paper.hold(len(paper.lines(block.text, size, "B", RIGHT - LEFT)) * step(size) + 6, draw)


def _text(paper, block):
    paper.write(block.text, 8.5 if block.is_quiet else 9, "", QUIET if block.is_quiet else INK)
    paper.y += 1.2


def _points(paper, block):
    for item in block.items:
        left, width = LEFT + 4.5, RIGHT - LEFT - 4.5
        paper.room(len(paper.lines(item, 9, "", width)) * step(9))
        paper.note("box", LEFT + 1.2, paper.y + 1.7, 0.9, 0.9, INK)
        paper.write(item, 9, "", INK, left, width)
        paper.y += 0.9
    paper.y += 0.6


def _drawing(paper, block):
    """As large as its longest line allows; what is longer than any week's lines is broken."""
    lines = [paper.readable(line, paper.typeface.has_even) for line in block.lines]
    one = paper.width("0", 1, MONO)
    size = min(8, max(6, (RIGHT - LEFT) / (one * max(map(len, lines)) or 1)))
    columns = int((RIGHT - LEFT) / (one * size) + 0.001)
    for line in lines:
        for at in range(0, len(line) or 1, columns):
            paper.room(step(size))
            paper.line(line[at:at + columns], LEFT, paper.y, size, MONO)
            paper.y += step(size)
    paper.y += 1.2


def _step(paper, block):
    """A shaded line with the result at its end, so that steps are found by leafing."""
    wide = RIGHT - LEFT - 8 - mark_width(paper, block.mark, 9.5)
    title = f"{block.number}  {block.title}"
    cited = f"Cited only: {block.cited}" if block.cited else ""
    height = len(paper.lines(title, 10.5, "B", wide)) * step(10.5) + 2.4
    below = [len(paper.lines(text, size, "", RIGHT - LEFT)) * step(size)
             for text, size in ((block.proves, 9), (cited, 8))]

    def draw():
        paper.room(3.4 + step(10.5))
        paper.y += 3.4
        paper.title(title, 1)
        if paper.y + height <= BOTTOM:
            paper.note("box", LEFT, paper.y, RIGHT - LEFT, height, SHADE)
        paper.y += 1.2
        mark(paper, block.mark, RIGHT - 2 - mark_width(paper, block.mark, 9.5), paper.y + 0.2, 9.5)
        paper.write(title, 10.5, "B", INK, LEFT + 2, wide)
        paper.y += 2.2
        paper.write(block.proves, 9)
        if cited:
            paper.write(cited, 8, "", QUIET)

    if len(paper.held) > 1:  # a step and its run; a heading alone goes where this step goes
        paper.room(0)
    paper.hold(height + sum(below) + 4, draw)


def _run(paper, block):
    left = LEFT + mark_width(paper, block.mark, 9) + 2.5

    def draw():
        paper.room(1.6 + step(9))
        paper.y += 1.6
        mark(paper, block.mark, LEFT, paper.y, 9)
        paper.write(block.text, 9, "B" if block.counts else "", INK if block.counts else QUIET, left, RIGHT - left)
        paper.y += 0.6

    paper.hold(step(9) + 2.2, draw)


def _signature(paper, block):
    """Three lines to write on; who is named stands on the first."""
    fields = (("Name", LEFT, 72), ("Signature", LEFT + 77, 66), ("Date", LEFT + 148, RIGHT - LEFT - 148))
    name = paper.lines(block.name, 9.5, "", fields[0][2])
    texts = [f"Signs for {text}." for text in block.signs_for]
    head = sum(len(paper.lines(text, 8.5, "", RIGHT - LEFT)) for text in texts) * step(8.5)
    paper.room(head + step(9.5) * (len(name) + 1) + 23)
    paper.y += 3
    paper.note("box", LEFT, paper.y, RIGHT - LEFT, 0.2, EDGE)
    paper.y += 1.6
    if block.role:
        paper.write(block.role, 9.5, "B")
    for text in texts:
        paper.write(text, 8.5)
    paper.y += max(0, 7 - (len(name) - 1) * step(9.5))
    if block.name:
        paper.write(block.name, 9.5, "", INK, LEFT, fields[0][2])
    else:
        paper.y += step(9.5)
    for caption, left, width in fields:
        paper.note("box", left, paper.y + 0.4, width, 0.2, INK)
        paper.line(caption, left, paper.y + 0.9, 7.5, "", QUIET)
    paper.y += 5


DRAWERS = {
    blocks.Title: _title, blocks.Notice: _notice, blocks.Verdict: _verdict, blocks.Heading: _heading,
    blocks.Text: _text, blocks.Drawing: _drawing, blocks.Points: _points, blocks.Table: table, blocks.Step: _step,
    blocks.Run: _run, blocks.Signature: _signature,
}
