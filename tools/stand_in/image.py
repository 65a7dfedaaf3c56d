"""A board's flash as a file, with a littlefs in it as MicroPython makes it: {path: bytes} in, {path: bytes} out."""

import littlefs

from tools.stand_in.shared import BLOCK_BYTES

SIZES = {"read_size": 32, "prog_size": 32, "cache_size": 128, "lookahead_size": 32}


def blank(blocks):
    """A flash on which nothing was ever written."""
    return b"\xff" * (BLOCK_BYTES * blocks)


def _is_blank(image):
    return image[:BLOCK_BYTES] == blank(1)


def _opened(image, mount=True):
    blocks = len(image) // BLOCK_BYTES
    system = littlefs.LittleFS(block_size=BLOCK_BYTES, block_count=blocks, mount=False, **SIZES)
    system.context.buffer = bytearray(image)
    if mount:
        system.mount()
    return system


def made(blocks, files):
    """A fresh file system with these files in it, as an image."""
    system = _opened(blank(blocks), mount=False)
    system.format()
    system.mount()
    return _put(system, files)


def changed(image, files, gone=()):
    """The image with these files put into it, and those paths removed."""
    if _is_blank(image):
        return made(len(image) // BLOCK_BYTES, files)
    system = _opened(image)
    for path in gone:
        system.remove(path)
    return _put(system, files)


def files(image):
    """{path: bytes} of all that is in it."""
    if _is_blank(image):
        return {}
    system = _opened(image)
    found = {}
    for folder, _folders, names in system.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            with system.open(path, "rb") as file:
                found[path.lstrip("/")] = file.read()
    return found


def _put(system, files):
    for path, data in files.items():
        folder = path.rpartition("/")[0]
        if folder:
            system.makedirs(folder, exist_ok=True)
        with system.open(path, "wb") as file:
            file.write(data)
    return bytes(system.context.buffer)
