"""Runs on MicroPython: the firmware's writes on MicroPython's own littlefs, cut at every operation of the device.

Flash is an array in RAM. All that littlefs programs and erases in it is written down, so what a power cut leaves is
the array as it was with the first n operations done; one more may be torn, done for the first half of its bytes. Each
of these is mounted like after a power cycle, started with the boot.py found on it, and judged. Where boot.py changes
something in that start, the power goes a second time within these changes.

Called with the path of a boot.py, how many of 1000 cuts to make, a seed, and names of writes (none: all). Tells one
JSON object a line: how far it has come, what went wrong, and the figures of each write.
"""

import json
import os
import random
import sys

import vfs

from tools.proofs import power_cuts_house as houses
from tools.proofs import power_cuts_writes as writes
from tools.sim import files

BLOCK_BYTES, BLOCKS = 4096, 256
BLANK = b"\xff" * BLOCK_BYTES
PLACE = "/flash"
BLOCK_COUNT, BLOCK_SIZE, BLOCK_ERASE = 4, 5, 6  # of ioctl
TOLD_EVERY = 50
CUT_ALIKE = 3  # repeats that look alike
ESTIMATED = 300  # repeats


class Device:
    """A block device as the ESP32 has it; programming only clears bits, until the block is erased."""

    def __init__(self, flash):
        self.flash = flash
        self.log = []  # (first byte, data), where None is the erase of a block

    def readblocks(self, block, buffer, offset=0):
        start = block * BLOCK_BYTES + offset
        buffer[:] = self.flash[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        self._do((block * BLOCK_BYTES + offset, bytes(buffer)))

    def ioctl(self, operation, argument):
        if operation == BLOCK_ERASE:
            self._do((argument * BLOCK_BYTES, None))
        return BLOCKS if operation == BLOCK_COUNT else BLOCK_BYTES if operation == BLOCK_SIZE else 0

    def _do(self, change):
        do(self.flash, change)
        self.log.append(change)

    def taken(self):
        """What was changed since this was asked last."""
        log, self.log = self.log, []
        return log


def do(flash, change, torn=False):
    start, data = change
    size = BLOCK_BYTES if data is None else len(data)
    if torn:
        size //= 2
    there = flash[start : start + size]
    if data is None:
        there = BLANK[:size]
    elif there == BLANK[:size]:
        there = data[:size]
    else:
        there = bytes([old & new for old, new in zip(there, data)])
    flash[start : start + size] = there


def mounted(flash):
    """The device of the littlefs that is in `flash`, mounted with the default sizes, as the ESP32 does it."""
    device = Device(flash)
    mount(vfs.VfsLfs2(device))
    return device


def mount(system):
    """In the place of the file system before."""
    os.chdir("/")
    try:
        vfs.umount(PLACE)
    except OSError:  # there was none
        pass
    vfs.mount(system, PLACE)
    os.chdir(PLACE)


def tell(**row):
    print(json.dumps(row))


class Campaign:
    """One kind of write. Of repeats that erase and touch the same number of blocks, only the first few are cut."""

    def __init__(self, row, boot, per_mille):
        self.name, made, options = row
        self.house = houses.House(boot)
        self.write = made(self.house, options)
        self.per_mille = per_mille
        self.before = bytearray(BLANK * BLOCKS)  # the cut
        self.work = bytearray(BLANK * BLOCKS)  # after it
        self.repeats = max(1, self.write.repeats * per_mille // 1000)
        self.operations = self.cuts = self.erases = self.erases_most = self.bytes = 0
        self.found = {writes.OLD: 0, writes.NEW: 0}

    def run(self):
        live = bytearray(BLANK * BLOCKS)
        vfs.VfsLfs2.mkfs(Device(live))
        mounted(live)
        self.house.prepare()
        self.write.prepare()
        self.before[:] = live
        device = mounted(live)
        alike = {}
        for turn in range(self.repeats):
            self.write.act(turn)
            changes = device.taken()
            looks = self._count(changes)
            alike[looks] = alike.get(looks, 0) + 1
            if alike[looks] <= CUT_ALIKE:
                self._cut_all(changes, turn)
                device = mounted(live)
            else:
                for change in changes:
                    do(self.before, change)
        estimated = self._estimated()
        tell(write=self.name, writes=self.repeats, operations=self.operations, cuts=self.cuts,
             old=self.found[writes.OLD], new=self.found[writes.NEW], erases=self.erases, erases_most=self.erases_most,
             bytes=self.bytes, estimated=sum(estimated), estimates=len(estimated), estimated_most=max(estimated))

    def _estimated(self):
        """The erases of each repeat as the simulated flash counts them."""
        flash = files.Flash(lambda _ms: None)
        mount(flash)
        self.house.prepare()
        self.write.prepare()
        counts = []
        for turn in range(min(self.repeats, ESTIMATED)):
            before = flash.erased
            self.write.act(turn)
            counts.append(flash.erased - before)
        return counts

    def _count(self, changes):
        erases = len([data for _start, data in changes if data is None])
        self.erases += erases
        self.erases_most = max(self.erases_most, erases)
        self.bytes += sum([len(data or b"") for _start, data in changes])
        return erases, len(set([start // BLOCK_BYTES for start, _data in changes]))

    def _cut_all(self, changes, turn):
        """Before each change and within it; and at the end, where the write must last."""
        for i in range(len(changes)):
            for torn in ((), changes[i : i + 1]):
                if random.getrandbits(16) % 1000 < self.per_mille:
                    self._cut(torn, (turn, i))
            do(self.before, changes[i])
        self.operations += len(changes)
        self._cut((), (turn, len(changes)), (writes.NEW,))

    def _cut(self, torn, at, sound=(writes.OLD, writes.NEW)):
        at += ("torn" if torn else "whole",)
        self._leave(torn, ())
        changes = self._judge(at, sound)
        if changes:
            count = random.getrandbits(16) % len(changes)
            self._leave(torn, changes[: count + 1])
            self._judge(at + ("and then", count), sound)

    def _leave(self, torn, more):
        """What two cuts leave: `torn` is of the first one; of `more`, done by the start after it, the last is torn."""
        self.work[:] = self.before
        for change in torn:
            do(self.work, change, True)
        for i in range(len(more)):
            do(self.work, more[i], i + 1 == len(more))

    def _judge(self, at, sound):
        """Start the board twice and judge it between. Returns what boot.py changed in the first start."""
        changes = ()
        try:
            device = mounted(self.work)
            found = self.house.start()
            changes = device.taken()
            found = found or self.write.judge(at[0])
            mounted(self.work)
            found = self.house.start() or found
        except Exception as trouble:  # whatever it is, no cut may lead to it
            found = repr(trouble)
        if found in sound:
            self.found[found] += 1
        else:
            tell(failure="%s: turn %d, change %d, %s: %s" % (self.name, at[0], at[1], " ".join(
                [str(word) for word in at[2:]]), found))
        self.cuts += 1
        if self.cuts % TOLD_EVERY == 0:
            tell(name=self.name, cuts=self.cuts)
        return changes


def main(path, per_mille, seed, names):
    sys.modules["machine"] = houses.Machine()
    with open(path) as file:
        boot = file.read()
    random.seed(int(seed))
    for row in writes.WRITES + writes.UNSAFE:
        if row[0] in names if names else row in writes.WRITES:
            Campaign(row, boot, int(per_mille)).run()


main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
