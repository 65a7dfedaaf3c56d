"""The ways in which a file on flash can be damaged. What stands in its place afterwards is a value:

bytes; None: nothing is there; FOLDER: an empty folder; FULL_FOLDER: one with something in it; an Unreadable.
"""

import ast

FOLDER, FULL_FOLDER = "an empty folder", "a folder with a file in it"
HUGE = 1 << 16
SMALL = 1024  # bytes: of a smaller file every byte is changed
CUTS, FLIPS = 6, 24  # of each larger one, in the full run
EIO = 5
JUNK = bytes(range(256)) * (HUGE // 256)


class Unreadable:
    """Flash gives an error at this byte of the file, or, below 0, as soon as it is opened."""

    def __init__(self, at):
        self.at = at


def ways(data, others, older, chance, thorough=1):
    """(what is done, what is there then), for a file of this content. `thorough` is a share of the full run."""
    yield "missing", None
    if data:
        yield "empty", b""
    yield "a folder in its place", FOLDER
    yield "a full folder in its place", FULL_FOLDER
    yield "unreadable", Unreadable(-1)
    if data:
        yield "unreadable from its middle on", Unreadable(len(data) // 2)
    yield "huge with blanks", data + b" " * HUGE
    yield "huge with junk", JUNK
    yield "longer by one byte", data + b"\n"
    for name, other in others:
        yield f"the content of {name}", other
    for name, other in older:
        yield name, other
    for size in _some(range(1, len(data)), CUTS if len(data) > SMALL else len(data) // 8, chance, thorough):
        yield f"cut to {size} bytes", data[:size]
    for at in _some(range(len(data)), FLIPS if len(data) > SMALL else len(data), chance, thorough):
        bit = chance.randrange(8)
        yield f"bit {bit} of byte {at} flipped", data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]


def cuts_at_lines(source):
    """(what is done, what is there then) for each line after which a program may end and still be one."""
    lines, begin = source.splitlines(keepends=True), 0
    tops = {statement.lineno - 1 for statement in ast.parse(source).body}
    for number in range(1, len(lines)):
        if _compiles(b"".join(lines[begin:number])):
            there = b"".join(lines[:number])
            yield f"cut to {len(there)} bytes", there
        if number in tops:
            begin = number


def _compiles(source):
    try:
        compile(source, "cut", "exec")
    except SyntaxError:
        return False
    return True


def _some(numbers, count, chance, thorough):
    count = min(len(numbers), max(1, round(count * thorough)) if len(numbers) else 0)
    return sorted(chance.sample(numbers, count))


def put(flash, path, there):
    """Leave this on the simulated flash."""
    for other in [other for other in flash.kept if other == path or other.startswith(path + "/")]:
        del flash.kept[other]
    names = path.split("/")
    for end in range(1, len(names)):
        flash.kept.setdefault("/".join(names[:end]))
    if there in (FOLDER, FULL_FOLDER):
        flash.kept[path] = None
        if there == FULL_FOLDER:
            flash.kept[path + "/inside"] = b"junk"
    elif isinstance(there, Unreadable):
        flash.kept[path] = b"\xff" * 64
        _spoil(flash, path, there.at)
    elif there is not None:
        flash.kept[path] = there


def _spoil(flash, path, at):
    """Reading this file fails, until flash.mend() is called."""
    opened = flash.open
    flash.spoilt = path
    before = flash.kept[path]

    def open_(name, mode="r"):
        is_it = name.strip("/") == flash.spoilt and mode[0] == "r" and flash.kept.get(path) is before
        if is_it and at < 0:
            raise OSError(EIO)
        file = opened(name, mode)
        return Spoilt(file, at) if is_it else file

    flash.open = open_


class Spoilt:
    """An open file of which a part can be read."""

    def __init__(self, file, at):
        self.file, self.left = file, at

    def read(self, count=-1):
        if count < 0 or count > self.left:
            raise OSError(EIO)
        self.left -= count
        return self.file.read(count)

    def seek(self, offset, whence=0):
        return self.file.seek(offset, whence)

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.file.close()
