"""Runs on MicroPython: the flash, a block device over a file; the power may go within any change of it."""

from tools.stand_in import shared

COUNT, SIZE, ERASE = 4, 5, 6  # of ioctl
BLANK = b"\xff" * shared.BLOCK_BYTES


class Flash:
    def __init__(self, file, page):
        self.file = file
        self.page = page
        self.blocks = file.seek(0, 2) // shared.BLOCK_BYTES

    def readblocks(self, block, buffer, offset=0):
        self.file.seek(block * shared.BLOCK_BYTES + offset)
        self.file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        self._change(block * shared.BLOCK_BYTES + offset, buffer)

    def ioctl(self, operation, argument):
        if operation == ERASE:
            self._change(argument * shared.BLOCK_BYTES, BLANK)
        return self.blocks if operation == COUNT else shared.BLOCK_BYTES if operation == SIZE else 0

    def is_blank(self):
        first = bytearray(shared.BLOCK_BYTES)
        self.readblocks(0, first)
        return first == BLANK

    def _change(self, at, data):
        self.file.seek(at)
        self.page.put(shared.CHANGES, self.page.get(shared.CHANGES) + 1)
        left = self.page.get(shared.WRITES_LEFT)
        if left:
            self.page.put(shared.WRITES_LEFT, left - 1)
            if left == 1:
                if self.page.bytes[shared.TORN]:
                    self.file.write(memoryview(data)[: len(data) // 2])
                self.page.end(shared.ENDED_CUT)
        self.file.write(data)
