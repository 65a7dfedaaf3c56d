"""A board for tests and for trying things out: what is on its flash, its port, its power, and what its relays did."""

import json
import pathlib

from firmware.core import boards, config
from tools import micropython
from tools.stand_in import image as flash_image
from tools.stand_in import shared
from tools.stand_in.chip import Chip, ticks_ms
from tools.stand_in.faults import Cut, Noise
from tools.stand_in.line import Line
from tools.stand_in.program import Program
from tools.stand_in.supervisor import Supervisor

WIRING = {"pilot": (16, "high"), "guard": (17, "high"), "km1": (32, "mirror"), "km2": (33, "mirror"),
          "car": (34, "low"), "button": (18, "nc")}
CHIP = {"machine": "Generic ESP32 module with ESP32", "platform": "esp32", "version": (1, 26, 1), "date": "2025-09-11",
        "build": "ESP32_GENERIC", "unique_id": "240ac4a1b2c3", "chip_bytes": 4 << 20, "ds3231": False,
        "input_only": 34,  # this pin and all above
        "blocks": 512,  # of the file system
        "boot_s": 0.05}  # from a hard reset to boot.py
PATIENCE_S = 10
ONE_WHEN_LOW = ("no", "low")
INPUTS = {"car", "grid", "charging", "enable", "button"}  # beside the contactors
YES = ("grid", "enable")  # those that begin as yes


def wiring(config_text):
    """What hangs on which pin of a board with this configuration, as Board takes it."""
    checked, problems = config.check(config_text, boards.PROFILES)
    if problems:
        raise ValueError(problems)
    return {signal: (pin, kind) for signal, pin, kind in checked.pins}


class Board:
    """Use it as a context manager. `folder` is its own, `files` is what it begins with (None: a blank flash), `image`
    a whole flash instead of these. `chip` changes what is in CHIP; `wiring` is {signal: (pin, kind)}.
    """

    def __init__(self, folder, files=None, image=None, wiring=None, **chip):
        if not CHIP.keys() >= chip.keys():
            raise TypeError(f"of a chip can be told: {', '.join(CHIP)}; not {', '.join(chip.keys() - CHIP.keys())}")
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.wiring = dict(WIRING if wiring is None else wiring)
        self.about = {**CHIP, **chip, "wiring": self.wiring}
        (self.folder / "board.json").write_text(json.dumps(self.about))
        self.flash = self.folder / "flash.img"
        self.log = self.folder / "pins.log"
        self.log.write_text("")
        self._begin_flash(files, image)
        self.line = Line(self.folder / "port")
        self.chip = Chip(self.folder / "chip")
        for pin in range(shared.PINS):
            self.chip.show(pin, 1)  # every input is pulled up
        for signal in INPUTS.intersection(self.wiring):
            self.set(signal, signal in YES)
        program = Program(self.folder, self.chip, micropython.find(bits=32))
        self.supervisor = Supervisor(self.line, self.chip, program, self.about["boot_s"])
        self.supervisor.on_power_off = self._note_power_off
        self.port = str(self.line.place)

    def __enter__(self):
        self.supervisor.start()
        try:
            self.plug()
            self.power_on()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_trouble):
        self.supervisor.tell(closing=True)
        self.supervisor.join()
        self.chip.close()

    def power_on(self):
        self.supervisor.tell(wants_power=True)
        self._wait(lambda: self.supervisor.power)

    def power_off(self):
        self.supervisor.tell(wants_power=False)
        self._wait(lambda: not self.supervisor.power)

    def plug(self):
        self.supervisor.tell(wants_plug=True)
        self._wait(lambda: self.line.master is not None)

    def unplug(self):
        self.supervisor.tell(wants_plug=False)
        self._wait(lambda: self.line.master is None)

    def cut(self, after_bytes=None, at_write=None, torn=True, back_s=None, unplug=False):
        """Let the power go, or with `unplug` the cable, after so many bytes from the host; or the power within the
        n-th change of the flash from now, half done if `torn`. It comes back by itself after `back_s`, if given.
        """
        with self.supervisor.changed:
            self.chip.page[shared.TORN] = torn
            self.chip.put(shared.WRITES_LEFT, at_write or 0)
            self.supervisor.tell(cut=Cut(after_bytes, back_s, unplug))

    def awaits_cut(self):
        """Whether a cut is still to come. None outlasts the power's going."""
        return self.supervisor.cut is not None

    def has_power(self):
        return self.supervisor.power

    def watchdog_left_s(self):
        """Seconds until it restarts the chip; None while it is not armed."""
        return self.chip.dog_left_s()

    def is_slow(self, bytes_per_s):
        """So many bytes a second, both ways; None: as fast as it goes."""
        with self.supervisor.changed:
            self.line.set_pace(bytes_per_s)
            self.supervisor.tell()

    def is_noisy(self, noise, every=1):
        """After every so many lines that the board says, it says this too; every=0: no more."""
        self.supervisor.tell(noise=Noise(noise, every))

    def say(self, data):
        """Noise on the line, now."""
        with self.supervisor.changed:
            self.supervisor.say(data)

    def set(self, signal, is_so):
        """What an input sees, in words: set("car", True)."""
        pin, kind = self.wiring[signal]
        self.chip.show(pin, int(bool(is_so)) ^ (1 if kind in ONE_WHEN_LOW else 0))

    def is_on(self, signal):
        """Whether that output is on now."""
        pin, kind = self.wiring[signal]
        return self.chip.level(pin) == (1 if kind == "high" else 0)

    def changes(self, signal):
        """(time in ms, on) of everything that output did. It is off where it is not driven."""
        pin, kind = self.wiring[signal]
        rows = [[int(word) for word in line.split()] for line in self.log.read_text().splitlines()]
        return [(row[0], row[2] == (1 if kind == "high" else 0)) for row in rows if row[1] == pin]

    def was_on(self, signal):
        return any(on for _ms, on in self.changes(signal))

    @property
    def said(self):
        """All that it has said, also to nobody."""
        return bytes(self.supervisor.said)

    @property
    def heard(self):
        """How many bytes have come from the host."""
        return self.supervisor.heard

    @property
    def flash_changes(self):
        """How often a piece of the flash was written or erased."""
        return self.chip.get(shared.CHANGES)

    @property
    def starts(self):
        """Why it started, each time: power, restart, watchdog, soft or panic."""
        return list(self.supervisor.starts)

    def wait_until(self, is_so, within_s=PATIENCE_S):
        """Whether it came to be so. It is asked whenever anything happens."""
        return self.supervisor.wait(is_so, within_s)

    def files(self):
        """{path: bytes} of what is on the flash now."""
        return flash_image.files(self.flash.read_bytes())

    def put(self, files, gone=()):
        """Change what is on the flash, while the power is off."""
        if self.has_power():
            raise ValueError("the board has power; turn it off first")
        self.flash.write_bytes(flash_image.changed(self.flash.read_bytes(), files, gone))

    def _begin_flash(self, files, whole):
        if whole is None:
            blocks = self.about["blocks"]
            whole = flash_image.blank(blocks) if files is None else flash_image.made(blocks, files)
        self.flash.write_bytes(whole)

    def _note_power_off(self):
        with open(self.log, "a") as log:
            for pin in self.chip.driven():
                log.write(f"{ticks_ms()} {pin} -1\n")

    def _wait(self, is_so):
        if not self.wait_until(is_so):
            raise RuntimeError(f"the board does not follow: {self.supervisor.troubles}")
