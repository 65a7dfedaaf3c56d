"""The first code after every reset: every relay off, before anything is imported or read that could fail.

A watchdog, a panic and machine.reset() leave the pins as they were, so a relay stays on until this runs. It therefore
knows its pins by itself, from one line that the flashing tool writes from the board profile: (pin, the level that is
off), guard first. As it stands in the project the line is empty, because pins are never guessed.

Then the watchdog, so that nothing after this hangs for good; a count of starts that nobody found healthy; and what an
update has left to do, of which every step may be the last before the power goes. main.py shares these names.
"""

RELAYS = ()

PINS = []  # (pin, off level) of every relay
CRASHES = 0
COLD_MS, SOFT_MS = 30_000, 600_000  # after a soft reset a person or mpremote is at work
TRIES = 3  # starts that a new build gets to be found healthy


def relays_off():
    """Write every off level again. It allocates nothing: main.py calls it on its ways out."""
    for pin, off in PINS:
        try:
            pin(off)
        except Exception:  # the others are still to be written
            pass


def take_relays():
    for number, off in RELAYS:
        try:
            from machine import Pin

            PINS.append((Pin(number, Pin.OUT, value=off), off))
        except Exception:  # one pin that refuses does not keep the others from being written
            pass


def attempt(job, argument):
    """What the job answers, or None: no failure may end this file, for that would leave a bare prompt."""
    try:
        return job(argument)
    except Exception:
        return None


def count_crash(soft):
    """Starts in a row that the firmware did not find healthy, this one included. It sets them back to 0."""
    rtc = machine.RTC()
    kept = rtc.memory()
    sound = len(kept) >= 4 and kept[0] == 71 and kept[1] + kept[2] == 255 and kept[3] == 0
    if soft:
        return kept[1] if sound else 0
    count = min(kept[1] + 1, 250) if sound else 1
    rtc.memory(bytes((71, count, 255 - count, 0)) + (kept[4:] if sound else b""))
    return count


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path + ".tmp", "wb") as file:
        file.write(data)
    os.rename(path + ".tmp", path)


def clear(path):
    """Remove a file, or a folder with all that is in it. A whole build takes long, so the watchdog is fed."""
    attempt(lambda dog: dog.feed(), DOG)
    names = attempt(os.listdir, path)
    for name in names or ():
        clear(path + "/" + name)
    os.remove(path) if names is None else os.rmdir(path)


def copy(build):
    """A build's main.py and boot.py to where the chip looks for them. Answers whether boot.py is another one now."""
    renewed = False
    for name in ("main.py", "boot.py"):
        fresh = read(build + "/" + name)
        if fresh and fresh != attempt(read, name):
            write(name, fresh)
            renewed = name == "boot.py"
    return renewed


def keep_as(path):
    """Put the build aside under this name, instead of what had it before."""
    if path in os.listdir():
        clear(path)
    os.rename("firmware", path)


def switch(_soft):
    """To the new build and its configuration, if the file `switch` asks for it."""
    there = os.listdir()
    if "switch" not in there:
        return False
    if "firmware.new" in there:
        if "firmware" in there:
            keep_as("firmware.old")
        os.rename("firmware.new", "firmware")
    if "config.new" in there:  # a build brings the configuration that was checked with it
        if "config.json" in there:
            os.rename("config.json", "config.old")
        os.rename("config.new", "config.json")
    renewed = copy("firmware")
    write("trial", b"0")
    os.remove("switch")
    return renewed


def bring_back(_soft):
    """The old build, where there is none; its boot.py first, because nothing would copy that later."""
    there = os.listdir()
    if "firmware" in there or "firmware.old" not in there:
        return False
    renewed = attempt(copy, "firmware.old")  # on a full flash, a build with a strange main.py is better than none
    os.rename("firmware.old", "firmware")
    return renewed


def judge(soft):
    """Count the starts of a build on trial. The firmware ends the trial; after too many starts the old build does."""
    there = os.listdir()
    if soft or "trial" not in there:
        return False
    tries = attempt(int, attempt(read, "trial")) or 0
    if tries < TRIES:
        write("trial", b"%d" % (tries + 1))
        return False
    renewed = False
    if "firmware.old" in there:
        bad = (attempt(read, "firmware/manifest.json") or b"").split(b'"fw":"')[-1].split(b'"')[0][:40]
        attempt(lambda name: write("taken-back", name), bad)
        if "config.old" in there:
            os.rename("config.old", "config.json")
        keep_as("firmware.bad")
        renewed = bring_back(soft)
    renewed = copy("firmware") or renewed
    os.remove("trial")
    return renewed


INTERRUPTED = False
while True:  # Ctrl-C may fall into it, and does not leave a relay on
    try:
        take_relays()
        break
    except KeyboardInterrupt:
        INTERRUPTED = True

DOG = None
try:
    import machine

    if INTERRUPTED:
        raise KeyboardInterrupt
    SOFT = attempt(lambda _none: machine.reset_cause() == machine.SOFT_RESET, None)
    DOG = attempt(lambda ms: machine.WDT(timeout=ms), SOFT_MS if SOFT else COLD_MS)
    CRASHES = attempt(count_crash, SOFT) or 0
    import os

    for job in (switch, bring_back, judge):
        if attempt(job, SOFT):
            machine.reset()  # so that the new boot.py turns off the relays that are the new build's
except KeyboardInterrupt:  # somebody wants the prompt: main.py is not run, and the relays are off
    attempt(lambda ms: machine.WDT(timeout=ms), SOFT_MS)
    raise
except Exception:  # main.py goes on without what failed
    pass
