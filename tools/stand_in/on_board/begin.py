"""Runs on MicroPython: one life of the interpreter on a board, from a reset to the next, as the ESP32's own main does.

Begun in the board's folder, whose files it opens before the board's own file system takes their place at `/`.
"""

import gc
import json
import os
import sys
import time

import vfs

from tools.stand_in import shared
from tools.stand_in.on_board import chip, faces, flash, page, prompt

FIRST_BOOT = b"# The boot.py of a fresh MicroPython, which does nothing.\n"
AGAIN_S = 3


def begin():
    kept = page.Page("chip")
    with open("board.json") as file:
        about = json.load(file)
    device = flash.Flash(open("flash.img", "r+b"), kept)
    _put_up_faces(kept, about, open("pins.log", "a"))
    served = prompt.Prompt(kept, "%s; %s\nType \"help()\" for more information.\n" % (
        faces.release(about), about["machine"]))
    served._tell(served._run(lambda: _mount(device)))
    gc.collect()
    _live(served, kept)
    served._put("MPY: soft reboot\n")
    kept.end(shared.ENDED_SOFT)


def _put_up_faces(kept, about, log):
    clock = faces.Clock(kept)
    installation = chip.Installation(kept, about["wiring"], log)
    put_up = faces.system(about)
    put_up["machine"] = chip.machine(kept, installation, clock, faces.Battery(kept, about["ds3231"]), about)
    put_up["time"], put_up["network"], put_up["micropython"] = clock.face(), faces.network(), faces.keyboard(kept)
    for name in list(sys.modules):
        if name.startswith("tools"):
            sys.modules.pop(name)
    sys.modules.update(put_up)
    sys.path[:] = ["", ".frozen", "/lib"]


def _mount(device):
    vfs.umount("/")
    try:
        system = vfs.VfsLfs2(device)
    except OSError:
        while not device.is_blank():
            print("The file system cannot be mounted. Erase the flash and put MicroPython on it anew.")
            time.sleep(AGAIN_S)
        vfs.VfsLfs2.mkfs(device)
        system = vfs.VfsLfs2(device)
        vfs.mount(system, "/")
        with open("/boot.py", "wb") as file:
            file.write(FIRST_BOOT)
        return
    vfs.mount(system, "/")


def _live(served, kept):
    os.chdir("/")
    result = served.run_file("boot.py")
    if result == prompt.FINE and not kept.bytes[shared.RAW]:
        result = served.run_file("main.py")
    if result != prompt.SOFT_RESET:
        served.serve()
