"""Pages of A4, filled from the top. What is drawn is only noted until the last page is known; then one document is
made.

Lengths are millimetres, sizes of letters points. The document holds no time but the record's, nothing random, and only
those letters of its typeface that it needs.
"""

import datetime
import functools
import io
import logging
import pathlib
import tempfile

import fpdf
import pymupdf_fonts
from fontTools import ttLib

from tools.commission import letters

WIDTH, HEIGHT = 210, 297
LEFT, RIGHT, TOP, BOTTOM = 17, 193, 17, 279
POINT = 25.4 / 72
LEADING = 1.36  # of a line, as a multiple of the letters' size
MONO = "M"
FACES = (("", "figo"), ("B", "figbo"), (MONO, "cascadia"))  # FiraGO regular and bold, Cascadia Mono
FINE = ("GDEF", "GPOS", "GSUB", "DSIG")
INK, QUIET, RULE, EDGE, SHADE = "#14202b", "#46555f", "#cfd8df", "#73838f", "#eef1f4"


class Typeface:
    """How wide letters are, and which there are. Measured on a document that is thrown away."""

    def __init__(self, faces):
        document = _document(faces)
        self._known = [set(document.fonts[_key(style)].cmap) for style, _name in FACES]
        self._document = document
        self._widths = {}

    def has(self, number):
        return all(number in known for known in self._known[:2])

    def has_even(self, number):
        """The letters that are all alike in width."""
        return number in self._known[2]

    def width(self, character, style):
        """Of a letter of 1 pt."""
        key = character, style
        if key not in self._widths:
            self._document.set_font(_family(style), style.strip(MONO), 1000)
            self._widths[key] = self._document.get_string_width(character) / 1000
        return self._widths[key]


class Paper:
    def __init__(self, typeface):
        self.typeface = typeface
        self.pages = []
        self.replaced = False  # whether a character had to be written by its number
        self.held = []  # (height, draws it) of headings, which go where the next thing goes
        self.y = 0
        self.turn()

    def turn(self):
        """The next page."""
        self.pages.append([])
        self.y = TOP

    def room(self, height):
        """A page with so much room, under what is held; true if it is a new one."""
        held, self.held = self.held, []
        is_new = self._turned(height + sum(part for part, _draw in held))
        for part, draw in held:
            is_new = self._turned(part) or is_new
            draw()
        return self._turned(height) or is_new

    def _turned(self, height):
        """What is higher than a page begins on what is left of one."""
        is_needed = self.y + height > BOTTOM and height <= BOTTOM - TOP and bool(self.pages[-1])
        if is_needed:
            self.turn()
        return is_needed

    def hold(self, height, draw):
        self.held.append((height, draw))

    def note(self, kind, *arguments):
        self.pages[-1].append((kind, arguments))

    def lines(self, text, size, style, width):
        """The text in lines of that width."""
        readable = self.readable(text, self.typeface.has)
        found, line, left = [], "", width
        space = self.width(" ", size, style)
        for word in readable.split(" "):
            wide = self.width(word, size, style)
            if line and wide + space <= left:
                line, left = f"{line} {word}", left - wide - space
                continue
            found += [line] if line else []
            while word and wide > width:
                cut = self._fitting(word, size, style, width)
                found.append(word[:cut])
                word = word[cut:]
                wide = self.width(word, size, style)
            line, left = word, width - wide
        return [*found, line] if line or not found else found

    def readable(self, text, has):
        found = letters.drawn(text, has)
        self.replaced = self.replaced or found != letters.seen(text)
        return found

    def width(self, text, size, style=""):
        return sum([self.typeface.width(character, style) for character in text]) * size

    def _fitting(self, word, size, style, width):
        """How many of its letters fit; one at least."""
        used = 0
        for index, character in enumerate(word):
            used += self.typeface.width(character, style) * size
            if used > width and index:
                return index
        return len(word)

    def write(self, text, size=9, style="", colour=INK, left=LEFT, width=RIGHT - LEFT):
        """A paragraph, over as many pages as it needs."""
        for line in self.lines(text, size, style, width):
            self.room(step(size))
            self.line(line, left, self.y, size, style, colour)
            self.y += step(size)

    def title(self, text, level):
        """An entry of the document's own list of contents, which leads here."""
        self.note("title", letters.drawn(text, self.typeface.has), level, self.y)

    def line(self, text, left, top, size, style="", colour=INK):
        """One line of letters, whose top is there."""
        self.note("text", text, left, top + size * POINT * 1.04, size, style, colour)

    def document(self, title, made_at, footers):
        """The file. `footers(page, of)` gives what stands at the foot of a page: (left, right)."""
        with tempfile.TemporaryDirectory(prefix="gridrest-") as folder:
            pdf = _document(faces(pathlib.Path(folder)))
            pdf.set_title(letters.drawn(title, self.typeface.has))
            pdf.set_lang("en-GB")
            pdf.set_producer("Gridrest")
            pdf.set_creation_date(made_at.astimezone(datetime.timezone.utc))
            for number, page in enumerate(self.pages):
                pdf.add_page()
                self._foot(page, footers(number + 1, len(self.pages)))
                for kind, arguments in page:
                    DRAWN[kind](pdf, *arguments)
            return bytes(pdf.output())

    def _foot(self, page, texts):
        left, right = texts
        at = HEIGHT - 12, 7.5, "", QUIET
        right_at = RIGHT - self.width(right, 7.5)
        readable = letters.drawn(left, self.typeface.has)
        kept = readable[:self._fitting(readable, 7.5, "", right_at - LEFT - 12)]
        page.append(("text", (kept if kept == readable else kept + "…", LEFT, *at)))
        page.append(("text", (right, right_at, *at)))


def step(size):
    """From one line to the next."""
    return size * POINT * LEADING


def faces(folder):
    """The typeface as files in that folder; (style, path) of each."""
    found = []
    for style, name in FACES:
        path = folder / f"{name}.ttf"
        path.write_bytes(_plain(name))
        found.append((style, path))
    return found


@functools.lru_cache(maxsize=None)
def _plain(name):
    """A typeface without its tables of ligatures and the like: nothing here is set so finely, and to thin them out
    takes longer than all the rest."""
    with ttLib.TTFont(io.BytesIO(pymupdf_fonts.myfont(name)), recalcTimestamp=False) as font, io.BytesIO() as file:
        for table in set(FINE) & set(font.keys()):
            del font[table]
        font.save(file)
        return file.getvalue()


@functools.lru_cache(maxsize=None)
def typeface():
    with tempfile.TemporaryDirectory(prefix="gridrest-") as folder:
        return Typeface(faces(pathlib.Path(folder)))


def _document(paths):
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # tells which parts of a typeface it leaves out
    pdf = fpdf.FPDF(format="A4")
    pdf.set_auto_page_break(False)
    for style, path in paths:
        pdf.add_font(_family(style), style.strip(MONO), path)
    return pdf


def _family(style):
    return "cascadia" if style == MONO else "firago"


def _key(style):
    """Under which a document keeps it."""
    return _family(style) + style.strip(MONO)


def _rgb(colour):
    return [int(colour[at:at + 2], 16) for at in (1, 3, 5)]


def _text(pdf, text, left, base, size, style, colour):
    pdf.set_font(_family(style), style.strip(MONO), size)
    pdf.set_text_color(*_rgb(colour))
    pdf.text(left, base, text)


def _box(pdf, left, top, width, height, colour):
    pdf.set_fill_color(*_rgb(colour))
    pdf.rect(left, top, width, height, "F")


def _stroke(pdf, points, colour, thick, closed=False):
    pdf.set_draw_color(*_rgb(colour))
    pdf.set_line_width(thick)
    (pdf.polygon if closed else pdf.polyline)(points)


def _circle(pdf, centre, radius, colour, thick):
    pdf.set_draw_color(*_rgb(colour))
    pdf.set_line_width(thick)
    pdf.circle(*centre, radius)


def _title(pdf, text, level, top):
    pdf.set_y(top)
    pdf.start_section(text, level, strict=False)


DRAWN = {"text": _text, "box": _box, "stroke": _stroke, "circle": _circle, "title": _title}
