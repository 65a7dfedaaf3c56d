"""The board's flash with littlefs on it, in memory: what is kept, what a change takes, and what a power cut leaves.

A change first lets its time pass and only then becomes real; if `pass_ms` raises (power is cut, the chip resets), it
never happened. So a file keeps its old content until it is closed or flushed; one that is new appears empty at once.

Erases are the worst case, counted here and nowhere else: every data block from the first one touched to the end of the
file is written anew, and every change erases one more block for the folder's entry. littlefs gathers several entries
in one block, so a real chip erases less. Time is 80 ms for each of these blocks, and half as much again for a rename.

A reset sets `dead`: from then on the old program's calls raise, and closing a file writes nothing. mount() begins the
next boot; files opened before it stay dead. The same object serves vfs.mount() on MicroPython and stand-ins for `os`
and `open` on CPython.
"""

from tools.sim.opened import EIO, EINVAL, File

OK, FULL, READ_ONLY = "ok", "full", "read-only"
BLOCK_BYTES = 4096
BLOCK_MS = 80
RENAME_MS = 120
FOLDER_BLOCKS = 2
FOLDER, FILE = 0x4000, 0x8000
ENOENT, EEXIST, ENOTDIR, EISDIR, ENOSPC, EROFS, ENOTEMPTY = 2, 17, 20, 21, 28, 30, 39


def _blocks(size):
    return -(-size // BLOCK_BYTES)


class Flash:
    def __init__(self, pass_ms, files=None, capacity=2 << 20):
        self.pass_ms = pass_ms
        self.capacity = capacity
        self.mode = OK
        self.dead = False
        self.boots = 0
        self.commits = 0
        self.erased = 0
        self.folder = ""  # the current one
        self.kept = {"": None}  # what path keeps which bytes; None is a folder
        for path, data in (files or {}).items():
            names = path.split("/")
            for i in range(1, len(names)):
                self.kept["/".join(names[:i])] = None
            self.kept[path] = bytes(data)

    def mount(self, readonly=False, mkfs=False):
        self.boots += 1
        self.dead = False
        self.folder = ""

    def umount(self):
        self.dead = True

    def _place(self, path):
        """Where a path leads, as a key, whether or not something is there; its folder must be."""
        if self.dead:
            raise OSError(EIO)
        names = []
        for name in path.split("/") if path.startswith("/") else (self.folder + "/" + path).split("/"):
            if name == "..":
                names = names[:-1]
            elif name not in ("", "."):
                names.append(name)
        for i in range(1, len(names)):
            self._folder("/".join(names[:i]))
        return "/".join(names)

    def _folder(self, key):
        if self._what(key) is not None:
            raise OSError(ENOTDIR)
        return key

    def _what(self, key):
        if key not in self.kept:
            raise OSError(ENOENT)
        return self.kept[key]

    def _inside(self, key):
        start = key + "/" if key else ""
        return [other for other in self.kept if other and other.startswith(start)]

    def _change(self, ms, data_blocks=0, new_blocks=0):
        """Let the time of one change pass. Whoever calls this makes it real afterwards."""
        if self.mode == READ_ONLY:
            raise OSError(EROFS)
        if new_blocks > self.free():
            raise OSError(ENOSPC)
        try:
            self.pass_ms(ms)
        except BaseException:  # whatever ends the program here, it is a reset
            self.dead = True
            raise
        self.commits += 1
        self.erased += 1 + data_blocks

    def free(self):
        """Blocks that can still be written."""
        if self.mode == FULL:
            return 0
        used = sum([FOLDER_BLOCKS if data is None else _blocks(len(data)) for data in self.kept.values()])
        return max(0, self.capacity // BLOCK_BYTES - used)

    def save(self, key, data, first):
        """Make a file's new content real and keep it as it is; `first` is the first byte that may differ."""
        blocks = max(0, _blocks(len(data)) - first // BLOCK_BYTES)
        self._change(BLOCK_MS * (blocks + 1), blocks, blocks)
        self.kept[key] = data

    def chdir(self, path):
        self.folder = self._folder(self._place(path))

    def getcwd(self):
        return "/" + self.folder

    def open(self, path, mode="r"):
        key = self._place(path)
        is_new = key not in self.kept
        if is_new and mode[0] == "r":
            raise OSError(ENOENT)
        if is_new:
            self.save(key, b"", 0)
        if self.kept[key] is None:
            raise OSError(EISDIR)
        return File(self, key, mode)

    def stat(self, path):
        data = self._what(self._place(path))
        return (FOLDER, 0, 0, 0, 0, 0, 0, 0, 0, 0) if data is None else (FILE, 0, 0, 0, 0, 0, len(data), 0, 0, 0)

    def statvfs(self, path):
        free = self.free()
        return BLOCK_BYTES, BLOCK_BYTES, self.capacity // BLOCK_BYTES, free, free, 0, 0, 0, 0, 255

    def listdir(self, path=""):
        return [row[0] for row in self.ilistdir(path)]

    def ilistdir(self, path=""):
        key = self._folder(self._place(path))
        start = len(key) + 1 if key else 0
        rows = []
        for other in sorted(self._inside(key)):
            if "/" not in other[start:]:
                data = self.kept[other]
                rows.append((other[start:], FOLDER, 0, 0) if data is None else (other[start:], FILE, 0, len(data)))
        return iter(rows)

    def mkdir(self, path):
        key = self._place(path)
        if key in self.kept:
            raise OSError(EEXIST)
        self._change(BLOCK_MS, 0, FOLDER_BLOCKS)
        self.kept[key] = None

    def remove(self, path):
        """littlefs removes empty folders by this name too."""
        key = self._place(path)
        self._what(key)
        self._refuse_full_folder(key)
        self._change(BLOCK_MS)
        del self.kept[key]

    rmdir = remove

    def rename(self, old, new):
        old = self._place(old)
        is_folder = self._what(old) is None
        new = self._place(new)
        if old == new:
            return
        if new.startswith(old + "/"):
            raise OSError(EINVAL)
        if new in self.kept and is_folder != (self.kept[new] is None):
            raise OSError(EISDIR)
        self._refuse_full_folder(new)
        self._change(RENAME_MS)
        for key in [old] + (self._inside(old) if is_folder else []):
            self.kept[new + key[len(old) :]] = self.kept.pop(key)

    def _refuse_full_folder(self, key):
        if self._inside(key):
            raise OSError(ENOTEMPTY)
