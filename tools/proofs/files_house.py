"""The board whose files are damaged: which files there are, how it is played, and how it is put right again.

It starts with a damaged file shortly before a V2L window, so that a sound board would be on V2L after some 19 seconds;
is mended as `flash` mends it, with the right files and a restart; and a person holds the button if it then asks for it.
"""

import json

from firmware.core import boards, config
from tools import staging
from tools.proofs import branches, crashes_stories, files_damage
from tools.sim import run as runs

LENGTH = "00:10:00"
MEND_MS, TRIED_MS = 40_000, 150_000  # a build on trial gets so long
OFF_MS, ON_MS, ACK_MS, TIME_MS, END_MS = 1000, 4000, 19_000, 30_000, 52_000  # after the mend
WARM_MS = 25_000  # on V2L
HOLD_MS = 6000
STATE = "state.json"
HELD = {"latched": ["km2-stuck"], "first": "km2-stuck", "hold": {"local": "fixed", "remote": 1, "until": None}}
BUILD = ("firmware/", "boot.py", "main.py")
NEW, OLD = "firmware.new", "firmware.old"
ON_ITS_WAY = (NEW + "/", "switch", "config.new", "trial")
BOOT = "firmware.new/boot.py"  # which becomes boot.py itself
MANIFEST = "firmware.new/manifest.json"
SECRETS = b'{"wifi": {"password": "of the house"}, "mqtt": {"password": "of the broker"}}'


class House:
    """A build, and all the files of a board that has lived a while."""

    def __init__(self, linked=False):
        self.linked = linked
        self.scenario = branches.house(length=LENGTH)
        self.build = staging.stage(self.scenario.config_text, linked=linked, quiet=linked)
        self.other = staging.stage(branches.house(True).config_text, linked=linked)
        self.clean = self._lived({})
        self.held = self._lived(HELD)

    def _lived(self, state):
        """What is on flash after a while of running, with this in the state's record."""
        first = json.loads(runs.first_state(crashes_stories.START_S))
        made = branches.Run(self.scenario, {**self.build, STATE: json.dumps({**first, **state}).encode(),
                                            "secrets.json": SECRETS})
        made.world.after(75_000, lambda: self._turn_off(made))
        made.end_in(80_000)
        kept = made.play().world.flash.kept
        files = {path: bytes(data) for path, data in kept.items() if data is not None}
        older = files["journal.0"][: len(files["journal.0"]) // 2].rpartition(b"\n")[0] + b"\n"
        return {**files, "journal.1": older,
                "state.json.tmp": files[STATE][:100], "state.json.bad": b"junk", "config.old": files["config.json"],
                **{OLD + path[8:]: data for path, data in self.build.items() if path.startswith("firmware/")}}

    def _turn_off(self, made):
        """Leave V2L, so that everything is written."""
        made.world.plant.change(car_live=0)

    def update(self):
        """What an update on its way adds: a build, the request for it, and its configuration."""
        fresh = {NEW + path[8:]: data for path, data in self.build.items() if path.startswith("firmware/")}
        return {**fresh, "switch": b"", "config.new": self.clean["config.json"] + b"\n"}


class Case:
    """One damage to one file of one house."""

    def __init__(self, house, path, what, there, held=False, warm=False):
        self.house, self.path, self.what, self.there = house, path, what, there
        self.held, self.warm = held, warm
        self.is_update = path.startswith(ON_ITS_WAY)
        self.mend_ms = TRIED_MS if self.is_update else MEND_MS + (WARM_MS if warm else 0)
        if path == "trial":
            self.files = {**self._base(), "trial": b"1"}
        else:
            self.files = {**self._base(), **(house.update() if self.is_update else {})}

    def _base(self):
        return self.house.held if self.held else self.house.clean

    def name(self):
        kind = ("linked" if self.house.linked else "as it is written") + (", latched and held" if self.held else "")
        return f"{self.path}: {self.what} ({kind}{', on V2L' if self.warm else ''})"

    def made(self):
        """The run, to be played."""
        run = branches.Run(self.scenario(), self.files)
        world = run.world
        if self.warm:
            world.after(WARM_MS, lambda: self._spoil_and_reset(run))
        else:
            files_damage.put(world.flash, self.path, self.there)
        world.after(self.mend_ms, lambda: run.measured.update(sound=self.runs_sound(world.flash)))
        world.after(self.mend_ms, lambda: self._mend(run))
        world.after(self.mend_ms + OFF_MS, lambda: self._power(world, False))
        world.after(self.mend_ms + ON_MS, lambda: self._power(world, True))
        world.after(self.mend_ms + ACK_MS, lambda: self._acknowledge(run))
        world.after(self.mend_ms + TIME_MS, lambda: self._tell_time(run))
        run.end_in(self.mend_ms + END_MS)
        run.measured["on"] = []
        run.listeners.append(lambda line: self._note(run, line))
        return run

    def _note(self, run, line):
        """With which build a relay is on."""
        if '"pilot": "on"' in line or '"guard": "on"' in line:
            run.measured["on"].append((run.world.ms, self.runs_sound(run.world.flash)))

    def runs_sound(self, flash):
        """Whether all of the build that would run, boot.py and main.py included, is as it was made, to the last byte,
        and its configuration one that is accepted.
        """
        build = {path: data for path, data in self.house.build.items() if path.startswith(BUILD)}
        runs = {path: data for path, data in flash.kept.items() if data is not None and path.startswith(BUILD)}
        told = flash.kept.get("config.json")
        return runs == build and told is not None and config.check(bytes(told), boards.PROFILES)[0] is not None

    def scenario(self):
        return branches.house(length=LENGTH)

    def _spoil_and_reset(self, run):
        run.measured["was_on"] = run.world.board.is_on("pilot")
        files_damage.put(run.world.flash, self.path, self.there)
        run.world.reset("watchdog")

    def _mend(self, run):
        """The right files again; a record that was lost is not invented anew."""
        flash = run.world.flash
        flash.spoilt = None
        if self.is_update:
            self._mend_update(flash)
        elif self.path != STATE:
            files_damage.put(flash, self.path, self.files.get(self.path))
            for path, data in self.house.build.items():  # what boot.py may have moved meanwhile
                if flash.kept.get(path) != data and path != "config.json":
                    files_damage.put(flash, path, data)
        elif flash.kept.get(STATE) is None:
            files_damage.put(flash, STATE, None)

    def _mend_update(self, flash):
        for path in list(flash.kept):
            if path.startswith((NEW, "switch", "trial", "config.new", "firmware/")):
                flash.kept.pop(path)
        for path, data in self.house.clean.items():
            if not path.startswith(("state.json", "journal")):
                files_damage.put(flash, path, data)

    def _power(self, world, on):
        world.unplugged = not on
        if on:
            world.regain_power()
        else:
            world.lose_power()

    def _acknowledge(self, run):
        """Only if the board asks for it, and not for what stood before anything was damaged."""
        core = run.core()
        if core and core.faults.latched and not self.held:
            run.world.wiring.pressed = 1
            run.world.after(HOLD_MS, lambda: setattr(run.world.wiring, "pressed", 0))

    def _tell_time(self, run):
        run.world.session.line.waiting += "time 2026-11-20T05:31:00Z\n"
