"""The journal: what happened, one JSON record a line, each with its number and a CRC, in two segments taken in turn.

A segment is full when 512 records of the greatest length fit into it; then the other one is begun anew in the place of
its old content. So at least 512 records are always kept, whatever their lengths and whatever numbers were left out.
littlefs writes an append whole or not at all. A segment that is torn or foreign all the same is set aside, and the
numbers go on higher by more than a segment holds: none that cannot be read any more is given twice.
"""

import binascii

from firmware.core import dates, jsonwrite
from firmware.device import files

SEGMENTS = ("journal.0", "journal.1")
RECORD_BYTES = 120
LINE_BYTES = RECORD_BYTES + 10  # with a blank, the CRC and the end of the line
FULL_BYTES = 512 * LINE_BYTES
TAIL_BYTES = 3 * LINE_BYTES
PIECE_BYTES = 256
SKIPPED = 1024  # numbers

TORN = "journal-torn"
FOREIGN = "journal-foreign"


def line(n, t_s, up_s, boot, kind, code, data):
    """One record as it is written. `t_s` below 0 is an unknown time; `data` is anything that jsontext can write.

    What is too long is cut: the end of `data`, then all of it, then the end of `code`.
    """
    t = "null" if t_s < 0 else '"' + dates.iso(t_s) + '"'
    start = f'{{"n":{n},"t":{t},"up_s":{up_s},"boot":{boot},"kind":"{kind}","code":'
    can_be_cut = isinstance(data, (str, list, tuple))
    if can_be_cut:
        data = data[: RECORD_BYTES - len(start)]  # each character or element takes a byte at least
    record = _record(start, code, data)
    while len(record) > RECORD_BYTES and (data is not None or code):
        if data is None:
            code = code[:-1]
        else:
            data = data[:-1] if can_be_cut and data else None
        record = _record(start, code, data)
    return record + _check(record) + b"\n"


def _record(start, code, data):
    return (start + jsonwrite.write(code) + ',"data":' + jsonwrite.write(data) + "}").encode()


def _check(record):
    return f" {binascii.crc32(record):08x}".encode()


def _sound(text):
    """The record of one line without its end, or None if it is not as it was written."""
    return text[:-9] if text[-9:] == _check(text[:-9]) else None


def _numbers(text):
    """(n, boot) of one line without its end, or None if it is no record of ours."""
    record = _sound(text) or b""
    n, boot = _number(record, b'{"n":'), _number(record, b',"boot":')  # both stand before anything of free form
    return (n, boot) if n else None


def _number(record, key):
    start = record.find(key) + len(key)
    digits = record[start : record.find(b",", start)]
    return int(digits) if digits.isdigit() else 0


def _end(path):
    """What the end of a segment says: (its size, the last number, the boot, TORN or FOREIGN or None)."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            lines = file.read(TAIL_BYTES).split(b"\n")
    except OSError:
        return 0, 0, 0, FOREIGN if files.exists(path) else None
    wrong = TORN if lines.pop() else None
    for text in reversed(lines):
        numbers = _numbers(text)
        if numbers:
            return size, numbers[0], numbers[1], wrong
        wrong = TORN
    return 0, 0, 0, FOREIGN if size else None


class Journal:
    """`n` is the number for the next record, `boot` that of this start; both are right after start().

    Whoever gives out numbers before they are written raises `n` along with them.
    """

    def __init__(self):
        self.n = 1
        self.boot = 1
        self.newest = 0  # which segment
        self.size = 0  # of that one, in bytes

    def start(self):
        """Find where to go on. Returns the codes of what was wrong."""
        codes, boot, _n = self._find()
        self.boot = boot + 1
        return codes

    def _find(self):
        """Set aside what is wrong. Returns the codes of that, the highest boot seen, and the last number written."""
        ends = [_end(path) for path in SEGMENTS]
        self.newest = 0 if ends[0][1] >= ends[1][1] else 1
        last = ends[self.newest][1]
        # An old segment that is torn stays, with most of its records, unless it is the one to go on in.
        wrong = [i for i in (0, 1) if ends[i][3] == FOREIGN or (ends[i][3] and ends[self.newest][3])]
        for i in wrong:
            files.set_aside(SEGMENTS[i])
        if self.newest in wrong:
            self.newest = 1 - self.newest
        self.size = 0 if self.newest in wrong else ends[self.newest][0]
        # Until something is written with a number beyond, only the file set aside tells which ones are used up.
        aside = [_end(path + files.ASIDE) for path in SEGMENTS]
        used = [row[1] + SKIPPED for row in aside if row[1]] + [last + SKIPPED if wrong else last]
        self.n = max(self.n, max(used) + 1)
        return [ends[i][3] for i in wrong], max([row[2] for row in ends + aside]), last

    def append(self, lines):
        """Write lines in the order of their numbers, all or none. False if they are not kept: full, or read-only."""
        number = _numbers(lines[-1][:-1])[0]
        is_full = self.size >= FULL_BYTES
        segment = 1 - self.newest if is_full else self.newest
        try:
            with open(SEGMENTS[segment], "wb" if is_full else "ab") as file:
                for text in lines:
                    file.write(text)
        except OSError:
            return self._find()[2] == number
        self.newest = segment
        self.size = (0 if is_full else self.size) + sum([len(text) for text in lines])
        self.n = max(self.n, number + 1)
        return True

    def last(self, count):
        """The records among the last `count` lines, oldest first, as text; what cannot be read is left out.

        None after each piece that was read: a whole segment takes longer than a turn of the loop may.
        """
        older, newer = SEGMENTS[1 - self.newest], SEGMENTS[self.newest]
        start, found = yield from _start_of_last(newer, count)
        if found < count:
            before, found = yield from _start_of_last(older, count - found)
            yield from _records(older, before)
        yield from _records(newer, start)


def _start_of_last(path, count):
    """Where the last `count` lines of a segment begin, and how many it has of these."""
    found = at = 0
    try:
        with open(path, "rb") as file:
            at = file.seek(0, 2)
            while at > 0:
                end = min(PIECE_BYTES, at)
                at = file.seek(at - end)
                piece = file.read(end)
                end = piece.rfind(b"\n", 0, end)
                while end >= 0:
                    if found == count:
                        return at + end + 1, count
                    found += 1
                    end = piece.rfind(b"\n", 0, end)
                yield None
    except OSError:
        pass
    return at, found


def _records(path, start):
    """The sound records of a segment from a line's start on."""
    try:
        with open(path, "rb") as file:
            file.seek(start)
            rest = b""
            piece = file.read(PIECE_BYTES)
            while piece:
                lines = (rest + piece).split(b"\n")
                rest = lines.pop()[-LINE_BYTES - 1 :]  # junk without lines must not grow
                for text in lines:
                    record = _sound(text)
                    if record:
                        yield str(record, "utf-8")
                yield None
                piece = file.read(PIECE_BYTES)
    except OSError:
        return
