"""Runs on the board, at its prompt: this text travels with each call, whose last line tells what the call answers.

It stands alone, because a board may have none of our files, or half of them, and runs on MicroPython from 1.24 on. Each
call arms the watchdog anew for ten minutes: it does not bite an update, and it restarts a board that nobody came back
to. Whatever a call does may have been done before.
"""

import binascii
import hashlib
import json
import os
import sys
import time

import machine

LONG_MS = 600000


def tell(job):
    machine.WDT(timeout=LONG_MS)
    try:
        answer = {"ok": job()}
    except Exception as failure:
        number = failure.args[0] if isinstance(failure, OSError) and failure.args else None
        answer = {"error": "%s: %s" % (type(failure).__name__, failure), "errno": number}
    text = json.dumps(answer)
    print("\n@gridrest %08x %s" % (binascii.crc32(text.encode()), text))


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def write(path, data):
    """Whole or not at all."""
    with open(path + ".tmp", "wb") as file:
        file.write(data)
    os.rename(path + ".tmp", path)


def remove(path):
    if path in os.listdir():
        os.remove(path)


def below(folder):
    """(files, folders) below a folder; both empty where there is none."""
    files, folders = [], []
    try:
        entries = [entry[:2] for entry in os.ilistdir(folder)]
    except OSError:
        return files, folders
    for name, kind in entries:
        path = folder + "/" + name
        if kind == 0x4000:
            more = below(path)
            files += more[0]
            folders += more[1] + [path]
        else:
            files.append(path)
    return files, folders


def sha(path):
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            piece = file.read(512)
            while piece:
                digest.update(piece)
                piece = file.read(512)
    except OSError:
        return None
    return binascii.hexlify(digest.digest()).decode()


def hashes(paths):
    return dict([(path, sha(path)) for path in paths])


def chip():
    which, flash = sys.implementation, os.statvfs("/")
    return {"name": which.name, "version": list(which.version[:3]), "machine": getattr(which, "_machine", ""),
            "mpy": getattr(which, "_mpy", 0) & 255, "block": flash[0], "free": flash[0] * flash[3]}


def installed():
    """What of ours is there, and what of others."""
    boot, main = read("boot.py"), read("main.py")
    line = [line for line in boot.split(b"\n") if line.startswith(b"RELAYS = ")]
    manifest = read("firmware/manifest.json").split(b'"fw":"')
    paths = ["boot.py", "main.py", "config.json", "config.new"] + below("firmware")[0] + below("firmware.new")[0]
    return {"names": os.listdir(), "files": hashes(paths), "relays": line[0].decode() if line else None,
            "fw": manifest[1].split(b'"')[0].decode() if len(manifest) > 1 else None,
            "switches": b'"config.new"' in boot, "passwords": passwords(), "profile": profile(),
            "foreign": [name for name, text, mark in (("boot.py", boot, b"relays_off"), ("main.py", main, b"firmware."))
                        if mark not in text and has_code(text)]}


def profile():
    """The board that the build there is for."""
    try:
        from firmware.core import boards

        return boards.PROFILES[0][0]
    except Exception:
        return None


def text(path):
    """A file's content, as digits; None where there is no such file."""
    return binascii.hexlify(read(path)).decode() if path in os.listdir() else None


def has_code(text):
    return bool([line for line in text.split(b"\n") if line.strip() and not line.startswith(b"#")])


def secrets():
    try:
        kept = json.loads(read("secrets.json"))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def passwords():
    """For what there is a password; never the password."""
    return [name for name, entry in secrets().items() if isinstance(entry, dict) and entry.get("password")]


def keep_passwords(fresh):
    kept = secrets()
    for name in fresh:
        kept[name] = {"password": fresh[name]}
    write("secrets.json", json.dumps(kept).encode())


def off(relays):
    """Where no boot.py of ours has done it."""
    for pin, level in relays:
        machine.Pin(pin, machine.Pin.OUT, value=level)


def ready(folder, paths):
    """Make the folder ready for these files, and remove what does not belong there."""
    for path in below(folder)[0]:
        if path not in paths:
            os.remove(path)
    there = below(folder)[1]
    for path in sorted([folder] + ["/".join(path.split("/")[:-1]) for path in paths]):
        if path not in there and path not in os.listdir():
            os.mkdir(path)
            there.append(path)


def clear(folder):
    files, folders = below(folder)
    for path in files:
        machine.WDT(timeout=LONG_MS)
        os.remove(path)
    for path in folders + [folder]:
        os.rmdir(path)


def keep_foreign(names):
    for name in names:
        write(name + ".foreign", read(name))


def settle(build, names):
    """A build's own copies of boot.py and main.py to where the chip looks for them."""
    for name in names:
        write(name, read(build + "/" + name))


def take_config(keep):
    """The configuration that has come takes its place in one step."""
    if keep and "config.json" in os.listdir():
        write("config.old", read("config.json"))
    os.rename("config.new", "config.json")


def restart(word):
    """Leave word that it was asked for, in the memory that a restart keeps; then do it."""
    machine.WDT(timeout=LONG_MS)
    there = os.listdir()
    try:
        sys.path.insert(0, "firmware.new" if "switch" in there and "firmware.new" in there else "firmware")
        from device import rtcmem

        kept = machine.RTC().memory()
        if len(kept) < 4 or kept[0] != 71 or kept[1] + kept[2] != 255:
            machine.RTC().memory(b"G\0\xff\0")  # as boot.py would; it throws away what it has not begun itself
        rtcmem.leave(1, word)
    except Exception:  # the next start then counts one that nobody asked for
        pass
    if "trial" in there:
        write("trial", b"0")  # a start that somebody asks for is not one that failed
    time.sleep_ms(200)
    machine.reset()
