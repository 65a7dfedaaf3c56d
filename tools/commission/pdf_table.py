"""Tables of a PDF: a row stays on one page if it can, and the heads stand on every page that the table reaches."""

from tools.commission import blocks
from tools.commission.pdf_paper import BOTTOM, EDGE, INK, LEFT, QUIET, RIGHT, RULE, TOP, step
from tools.commission.pdf_signs import mark_lines, mark_part

SIZE = 8.5
GAP = 2.4  # between columns
PAD = 0.75  # above and below a row's lines
SHORT = 70  # mm; what is no longer stays on one page


def table(paper, block):
    columns = _columns(block.kind)
    rows = [_lines(paper, row, columns) for row in block.rows]
    heads = [paper.lines(name, SIZE, "B", width) for name, (_left, width) in zip(block.heads, columns)]
    whole = sum(_height(cells) for cells in [*rows, heads])
    paper.room(whole if whole < SHORT else sum(_height(cells) for cells in [heads, *rows[:2]]))
    _heads(paper, heads, columns)
    for row, cells in zip(block.rows, rows):
        _row(paper, row, cells, (heads, columns))
    paper.y += 1.6


def _lines(paper, row, columns):
    return [mark_lines(paper, cell, SIZE, width) if isinstance(cell, blocks.Mark)
            else paper.lines(cell, SIZE, "", width) for cell, (_left, width) in zip(row, columns)]


def _height(cells):
    """Of a row; of heads that there are none of, nothing."""
    return max(map(len, cells)) * step(SIZE) + 2 * PAD if cells else 0


def _columns(kind):
    """(left, width) of each."""
    found, left = [], LEFT
    for share in blocks.SHARES[kind]:
        wide = (RIGHT - LEFT) * share / 100
        found.append((left, wide - GAP))
        left += wide
    return found


def _heads(paper, heads, columns):
    if not heads:
        return
    for lines, (left, _width) in zip(heads, columns):
        for index, line in enumerate(lines):
            paper.line(line, left, paper.y + PAD + index * step(SIZE), SIZE, "B", QUIET)
    paper.y += _height(heads)
    paper.note("box", LEFT, paper.y, RIGHT - LEFT, 0.25, EDGE)


def _row(paper, row, cells, frame):
    """One that is higher than a page goes over several, from where it begins."""
    heads, columns = frame
    height = _height(cells)
    is_long = height + _height(heads) > BOTTOM - TOP
    if paper.room(step(SIZE) + 2 * PAD if is_long else height):
        _heads(paper, heads, columns)
    paper.y += PAD
    for index in range(max(map(len, cells))):
        if is_long and paper.room(step(SIZE)):
            _heads(paper, heads, columns)
        for at, lines in enumerate(cells):
            if index < len(lines):
                _line(paper, row[at], at or heads, (index, lines[index]), columns[at][0])
        paper.y += step(SIZE)
    paper.y += PAD
    paper.note("box", LEFT, paper.y, RIGHT - LEFT, 0.15, RULE)


def _line(paper, cell, is_plain, line, left):
    index, text = line
    if isinstance(cell, blocks.Mark):
        mark_part(paper, cell, index, text, (left, paper.y, SIZE))
    else:
        paper.line(text, left, paper.y, SIZE, "", INK if is_plain else QUIET)
