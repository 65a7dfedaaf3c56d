"""MicroPython itself onto a chip, by esptool from a file, or by mpflash, which fetches the file."""

import os
import shutil
import subprocess
import sys

from tools.cable.ports import Trouble

LIMIT_S = 900
# chip: where its firmware begins, and MicroPython's name for a board that has nothing but it
CHIPS = {
    "esp32": ("0x1000", "ESP32_GENERIC"),
    "esp32s3": ("0x0", "ESP32_GENERIC_S3"),
    "esp32c3": ("0x0", "ESP32_GENERIC_C3"),
}
BY_HAND = "If the chip is not found, hold its BOOT button, press EN once, and do it again"


def put(port, chip, file=None, erase=False, say=print):
    """Write the file, or the newest one, to the chip; its files stay unless all is to be erased. Raises Trouble."""
    say("base", f"MicroPython onto the chip by {'esptool' if file else 'mpflash'}; this takes a minute or two")
    command = _esptool(port, chip, file, erase) if file else _mpflash(port, chip, erase)
    try:
        code = subprocess.run(command, timeout=LIMIT_S, stdin=subprocess.DEVNULL).returncode
    except subprocess.TimeoutExpired:
        raise Trouble(f"{command[0]} did not end within {LIMIT_S // 60} minutes. {BY_HAND}") from None
    if code:
        raise Trouble(f"{os.path.basename(command[0])} ended with {code}, and says why above. {BY_HAND}")


def _esptool(port, chip, file, erase):
    if not os.path.isfile(file):
        raise Trouble(f"there is no file {file}: name the .bin that MicroPython offers for {CHIPS[chip][1]}, or give "
                      "--base alone to have it fetched")
    erased = ["--erase-all"] if erase else []
    return [_found("esptool"), "--chip", chip, "--port", port, "write-flash", *erased, CHIPS[chip][0], file]


def _mpflash(port, chip, erase):
    erased = "--erase" if erase else "--no-erase"
    return [_found("mpflash"), "flash", "--serial", port, "--board", CHIPS[chip][1], "--version", "stable", erased]


def _found(name):
    """The program, on PATH or beside this Python."""
    found = shutil.which(name) or shutil.which(name, path=os.path.dirname(sys.executable))
    if not found:
        raise Trouble(f"{name} is not here: pipx install {name}; then do it again")
    return found
