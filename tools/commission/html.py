"""A record as one page that needs nothing but itself: no script, no picture, no typeface, nothing from anywhere.

Whatever people typed is escaped, and a policy in the page forbids the browser everything but the page's own style.
"""

import base64
import hashlib
import pathlib
from html import escape

from tools.commission import blocks, letters, sheet

STYLE = pathlib.Path(__file__).with_name("record.css")
POLICY = "default-src 'none'; style-src 'sha256-%s'"
# A sign for each tone, in a field of 16 by 16: what is told by colour is told by shape and by a word as well.
SIGNS = {
    blocks.PASS: '<circle cx="8" cy="8" r="7"/><path d="M4.5 8.3l2.4 2.5 4.6-5.3"/>',
    blocks.FAIL: '<rect x="1" y="1" width="14" height="14"/><path d="M5 5l6 6M11 5l-6 6"/>',
    blocks.SKIPPED: '<path d="M8 1l7 7-7 7-7-7z"/><path d="M5 8h6"/>',
    blocks.NONE: "",
}


def page(record, fingerprint, earlier=None):
    """The text of the file."""
    style = "".join(_widths(kind) for kind in blocks.SHARES) + STYLE.read_text(encoding="utf-8")
    body = "\n".join(_parts(sheet.blocks(record, fingerprint, earlier)))
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en-GB">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY % _hash(style)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{told(sheet.title(record))}</title>", f"<style>{style}</style>", "</head>", "<body>", "<main>", body,
        "</main>", "</body>", "</html>", ""])


def told(text):
    return escape(letters.seen(text))


def _hash(style):
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _widths(kind):
    return "".join(f".{kind} col:nth-child({index + 1}) {{ width: {share}%; }}\n"
                   for index, share in enumerate(blocks.SHARES[kind]))


def _parts(found):
    """Each block as a piece of text; a step is one section with its runs."""
    in_step = False
    for block in found:
        is_step = isinstance(block, blocks.Step)
        if in_step and (is_step or (isinstance(block, blocks.Heading) and block.level == 2)):
            yield "</section>"
            in_step = False
        yield DRAWERS[type(block)](block)
        in_step = in_step or is_step


def _title(block):
    first, *more = block.lines
    return (f'<header><h1>{told(block.text)}</h1><p class="place">{told(first)}</p>'
            + "".join(f'<p class="about">{told(line)}</p>' for line in more) + "</header>")


def _notice(block):
    return f'<p class="notice" role="note">{told(block.text)}</p>'


def _verdict(block):
    return (f'<section class="verdict" data-tone="{block.tone}" aria-label="Verdict">{_sign(block.tone)}<div>'
            f"<strong>{told(block.word)}</strong><p>{told(block.text)}</p></div></section>")


def _sign(tone):
    return f'<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">{SIGNS[tone]}</svg>' if SIGNS[tone] else ""


def _heading(block):
    return f"<h{block.level}>{told(block.text)}</h{block.level}>"


def _text(block):
    return f'<p class="quiet">{told(block.text)}</p>' if block.is_quiet else f"<p>{told(block.text)}</p>"


def _drawing(block):
    return '<pre tabindex="0">' + "\n".join(escape(letters.seen(line)) for line in block.lines) + "</pre>"


def _points(block):
    return "<ul>" + "".join(f"<li>{told(item)}</li>" for item in block.items) + "</ul>"


def _mark(mark):
    return f'<span class="mark" data-tone="{mark.tone}">{_sign(mark.tone)}{told(mark.text)}</span>'


def _table(block):
    columns = "<colgroup>" + "<col>" * len(blocks.SHARES[block.kind]) + "</colgroup>"
    head = "".join(f'<th scope="col">{told(name)}</th>' for name in block.heads)
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    rows = "".join(f"<tr>{_cells(block, index, row)}</tr>\n" for index, row in enumerate(block.rows))
    return f'<table class="{block.kind}">{columns}{head}<tbody>\n{rows}</tbody></table>'


def _cells(block, index, row):
    cells = [_mark(cell) if isinstance(cell, blocks.Mark) else told(cell) for cell in row]
    if block.links:
        cells[1] = f'<a href="#{block.links[index]}">{cells[1]}</a>'
    first = "<td>" if block.heads else '<th scope="row">'
    return "".join(f"{'<td>' if at else first}{cell}{'</td>' if at or block.heads else '</th>'}"
                   for at, cell in enumerate(cells))


def _step(block):
    cited = f'<p class="quiet">Cited only: {told(block.cited)}</p>' if block.cited else ""
    return (f'<section class="step" id="step-{block.number}"><div class="head">'
            f"<h3>{block.number} {told(block.title)}</h3>{_mark(block.mark)}</div><p>{told(block.proves)}</p>{cited}")


def _run(block):
    return f'<p class="run" data-counts="{"yes" if block.counts else "no"}">{_mark(block.mark)} {told(block.text)}</p>'


def _signature(block):
    lines = "".join(f"<p>Signs for {told(text)}.</p>" for text in block.signs_for)
    return (f'<section class="signature"><p class="role">{told(block.role) or "&nbsp;"}</p>{lines}'
            f'<div class="lines"><p>Name<span class="line">{told(block.name) or "&nbsp;"}</span></p>'
            '<p>Signature<span class="line">&nbsp;</span></p><p>Date<span class="line">&nbsp;</span></p></div>'
            "</section>")


DRAWERS = {
    blocks.Title: _title, blocks.Notice: _notice, blocks.Verdict: _verdict, blocks.Heading: _heading,
    blocks.Text: _text, blocks.Drawing: _drawing, blocks.Points: _points, blocks.Table: _table, blocks.Step: _step,
    blocks.Run: _run, blocks.Signature: _signature,
}
