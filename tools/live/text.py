"""The boards behind a broker at a terminal: one screen drawn anew, or, where somebody reads a pipe, a line for each
piece of news.

What boards and brokers say reaches the stream through `safe` alone, so that nothing in it can steer a terminal.
"""

import os
import textwrap
import time
import unicodedata

from tools.live import rows
from tools.terminal import is_live, paint

WIDEST = 110
NARROW = 60  # below it, tags get no column of their own
TAG = 9
LONGEST = 600  # characters of a row
COLOURS = {"fault": "red", "alarm": "red", "notice": "yellow", "known": "yellow"}
HOME, END_OF_LINE, END_OF_SCREEN, CLEAR = "\x1b[H", "\x1b[K", "\x1b[J", "\x1b[2J"
DRAW_S = 1
GATHER_S = 0.2  # so long, more is waited for that comes together


def safe(text, encoding="utf-8"):
    """Text whose every character takes one column and can be shown by a stream of this encoding."""
    text = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    plain = "".join(character if _is_plain(character) else f"\\u{ord(character):04x}" for character in text)
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _is_plain(character):
    return character.isprintable() and not unicodedata.combining(character) and (
        unicodedata.east_asian_width(character) not in "WF")


def show(boards, only, stream, over):
    """Until `over`, an Event, is set. `only` is the one board to show."""
    view = Screen(boards, only, stream) if is_live(stream) else Lines(boards, only, stream)
    while not over.is_set():
        view.draw()
        boards.news.wait(DRAW_S)
        over.wait(GATHER_S)
        boards.news.clear()


def _shown(boards, only):
    return [board for name, board in sorted(boards.boards.items()) if only in (None, name)]


class Lines:
    """One line a piece of news, with when it was written."""

    def __init__(self, boards, only, stream):
        self._boards = boards
        self._only = only
        self._stream = stream
        self._told = {}  # what stands written, by board
        self._events = {}  # how many, by board

    def draw(self):
        shown = _shown(self._boards, self._only)
        self._tell("", rows.of_all(self._boards, self._only, shown))
        for board in shown:
            self._tell(board.name, rows.of_board(self._boards, board))
            self._tell_events(board)
        self._stream.flush()

    def _tell(self, name, found):
        """Each row that is new. One that has gone may come again."""
        found = [row for row in found if row.tag != rows.EVENT]
        for row in found:
            if row.news() not in self._told.get(name, ()):
                self._write(name, row)
        self._told[name] = {row.news() for row in found}

    def _tell_events(self, board):
        told, events = board.told, board.events
        fresh = told - self._events.get(board.name, 0)
        self._events[board.name] = told
        if fresh > len(events):
            self._write(board.name, rows.Row("events", f"{fresh - len(events)} came too fast to be written here"))
        for event in events[max(0, len(events) - fresh):]:
            self._write(board.name, rows.Row(rows.EVENT, rows.event_line(event.value)))

    def _write(self, name, row):
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self._boards.wall()))
        line = f"{stamp}  {name + '  ' if name else ''}{row.tag.ljust(TAG)} {row.whole()}"
        print(safe(line, self._stream.encoding or "ascii"), file=self._stream)


class Screen:
    """All of it, drawn over itself, never more than there is room for."""

    def __init__(self, boards, only, stream):
        self._boards = boards
        self._only = only
        self._stream = stream
        self._stream.write(CLEAR)

    def draw(self):
        columns, height = _size(self._stream)
        shown = _shown(self._boards, self._only)
        lines = [line for row in self._rows(shown) for line in self._laid(row, min(columns, WIDEST), len(shown) > 1)]
        if len(lines) >= height:
            left = len(lines) - height + 2
            lines = [*lines[:height - 2], f"... and {left} more lines than there is room for"[:columns]]
        self._stream.write(HOME + "".join(line + END_OF_LINE + "\n" for line in lines) + END_OF_SCREEN)
        self._stream.flush()

    def _rows(self, shown):
        """None is a line that is left free, and a row without a tag is a heading."""
        boards = self._boards
        yield rows.Row("now", time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(boards.wall())))
        yield from rows.of_all(boards, self._only, shown)
        for board in shown:
            state, *found = rows.of_board(boards, board)
            yield None
            if len(shown) > 1:
                yield rows.Row("", f"{board.name}: {state.whole()}")
                yield from [row for row in found if row.tag in rows.BRIEF]
            else:
                yield rows.Row("", board.name)
                yield from (state, *found)
        if len(shown) > 1:
            yield None
            yield rows.Row("more", "--id NAME shows all of one board.")

    def _laid(self, row, columns, is_cut):
        """The lines of a row, or the one line that it is cut to."""
        if row is None:
            return [""]
        encoding = self._stream.encoding or "ascii"
        text = safe(row.whole(), encoding)
        if not row.tag:
            return [paint(text[:columns], "bold", self._stream)]
        tag, indent = (row.tag.ljust(TAG) + " ", " " * (TAG + 1)) if columns >= NARROW else (row.tag + ": ", "  ")
        if is_cut:
            text = textwrap.shorten(text, columns - len(tag), placeholder="...")
        first, *more = textwrap.wrap(text, max(columns, 2 * TAG), initial_indent=tag, subsequent_indent=indent,
                                     break_on_hyphens=False) or [tag]
        shown = paint(tag, COLOURS[row.tag], self._stream) if row.tag in COLOURS else tag
        return [shown + first[len(tag):], *more]


def _size(stream):
    """(columns, lines) of a terminal."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 80, 24
    return size.columns or 80, max(3, size.lines or 24)
