"""Runs that together come by nearly every line of the firmware: some made for it, and every scenario of the project.

Those made for it go where no scenario does, since in a scenario the files are sound and the firmware does not end: a
firmware that ends again and again, Ctrl-C, updates, damaged files, all that can be said at the console. The first one
starts with a latched fault and holds, so that nearly all of a start is broken while they stand.
"""

import json

from tools import staging
from tools.proofs import branches, crashes_judge
from tools.proofs.crashes_tracer import CtrlC
from tools.sim import network, run, scenario

FOLDER = staging.ROOT / "host_tests/scenarios"
START_S = scenario.start_s(branches.START)
SHORT = "00:02:00"
LEAVE = (("00:00:40", "press", {"ms": 200}), ("00:00:52", "press", {"ms": 200}), ("00:01:30", "car", {"to": "off"}),
         ("00:01:31", "car", {"to": "on"}))
RESETS = tuple((at, "reset", {"cause": cause}) for at, cause in
               (("00:00:15", "watchdog"), ("00:00:40", "soft"), ("00:01:05", "brownout")))
TYPED = ("status\n", "follow\n", "log 3\n", "log\n", "log none\n", "time 2026-11-20T05:30:20Z\n", "time 1999\n",
         "time 1999-01-01T00:00:00Z\n", "service on\n", "service off\n", "what\n", "\n", "x" * 200 + "\n", "status\n")
NOON = "2026-11-20T12:00:00Z"
OPENED = (("00:00:20", "press", {"ms": 200}),)
WISHES = ("begin", *["v2l"] * 7, "timing 20 30 20 30", "v2l", "timing 1", "v2l", "grid", "what", "grid", "end", "v2l")
INPUTS = {"enable": "no", "bond": "no", "grid": "low", "charging": "high"}


class Story:
    def __init__(self, name, made, files=None, acts=(), provoked=(), fails=False):
        self.fails = fails or len(provoked) > 1  # by itself, again and again
        self.name, self.scenario, self.acts = name, made, acts
        self.provoked = provoked  # (when, what ends the firmware then)
        self.files = {**staging.stage(made.config_text), **(files or {})}

    def run(self):
        sound = {path: data for path, data in self.files.items() if isinstance(data, bytes)}
        made = branches.Run(self.scenario, sound)
        for path, data in self.files.items():
            if not isinstance(data, bytes):  # missing, or a folder
                made.world.flash.kept.pop(path, None)
                made.world.flash.kept.update({path: None} if data is ... else {})
        made.name, made.fails = self.name, self.fails
        crashes_judge.watch(made)
        for at_ms, act in self.acts:
            made.world.after(at_ms, lambda act=act: act(made))
        return made


def state(**changes):
    """The record of a run before."""
    told = json.loads(run.first_state(START_S))
    return json.dumps({**told, **changes}).encode()


def say(text):
    def act(made):
        made.world.session.line.waiting += text

    return act


def _typed(gap_ms=3000):
    return tuple((8000 + number * gap_ms, say(text)) for number, text in enumerate(TYPED))


def _supervised():
    """Somebody at the cable, before the press that opens the window and after it, with a word each second."""
    return tuple((19_000 + number * 1000 + (1000 if number else 0), say(f"supervise {wish}\n"))
                 for number, wish in enumerate(WISHES))


def own():
    held = state(latched=["km2-stuck", "of-another-build"], first="km2-stuck",
                 hold={"local": "fixed", "remote": 1, "until": None})
    one, two = branches.house(events=RESETS, length=SHORT), branches.house(True, RESETS, SHORT, inputs=INPUTS)
    found = [
        Story("latched and held", one, {"state.json": held}),
        Story("latched and held, two relays", two, {"state.json": held}),
        Story("one relay", branches.house(events=LEAVE, length="00:02:30")),
        Story("two relays", branches.house(True, LEAVE, "00:02:30", inputs=INPUTS, rtc="ds3231")),
        Story("ends on V2L", branches.house(length=SHORT), provoked=_ends(25_000)),
        Story("ends again and again", branches.house(length="00:03:00"),
              provoked=_ends(25_000, 35_000, 45_000, 55_000)),
        Story("Ctrl-C on V2L", branches.house(length="00:01:00"), provoked=((25_000, CtrlC()),)),
        Story("typed", branches.house(length=SHORT), acts=_typed()),
        Story("supervised window", branches.house(events=OPENED, length="00:01:00", start=NOON), acts=_supervised()),
    ]
    return found + _updates() + _damaged()


def _ends(*times_ms):
    return tuple((at_ms, ZeroDivisionError()) for at_ms in times_ms)


def _build(folder, made, **changes):
    """The files of the same build in another folder."""
    files = {folder + path[len("firmware"):]: data for path, data in staging.stage(made.config_text).items()
             if path.startswith("firmware/")}
    return {**files, **{folder + "/" + path: data for path, data in changes.items()}}


def _updates():
    made = branches.house(length="00:01:30")
    fresh, old = _build("firmware.new", made), _build("firmware.old", made)
    broken = {**fresh, "firmware.new/app/bring_up.py": b"1 / 0\n"}
    another = made.config_text.encode() if isinstance(made.config_text, str) else bytes(made.config_text)
    gone = {path: None for path in staging.stage(made.config_text) if path.startswith("firmware/")}
    return [
        Story("update", made, {**fresh, **old, "switch": b"", "config.new": another + b"\n"}),
        Story("update that is taken back", branches.house(length="00:03:00"),
              {**broken, "switch": b"", "config.new": another + b"\n"}, fails=True),
        Story("update with another boot.py", made,
              {**fresh, "firmware.new/boot.py": fresh["firmware.new/boot.py"] + b"# other\n", "switch": b""}),
        Story("old build alone", made, {**gone, **old}),
        Story("on trial", made, {"trial": b"1", "taken-back": b"1.0+abc"}),
    ]


def _damaged():
    short = branches.house(length="00:00:30")
    torn = b'{"n":7,"t":null,"up_s":1,"boot":3,"kind":"boot","code":"power","data":null} 00000000\n'
    rows = (
        ("no configuration", {"config.json": None, "state.json": None}),
        ("junk for a configuration", {"config.json": b"\xff{", "state.json": b"{", "journal.0": b"junk"}),
        ("refused configuration", {
            "config.json": b'{"board": "none", "zone": 1, "odd": [1, -2, true, null, "\\u00e4"]}',
            "state.json": ..., "journal.0": torn, "journal.1": ...}),
        ("stray file and odd secrets", {"firmware/stray.py": b"", "secrets.json": b"[1]", "state.json": b"[" * 5000}),
        ("no manifest", {"firmware/manifest.json": None, "secrets.json": b'{"wifi": 1, "mqtt": {"password": 2}}'}),
        ("a file missing", {"firmware/net/link.py": None, "secrets.json": b"{"}),
        ("no main.py", {"main.py": None}),
    )
    return [Story(name, short, files, fails="main.py" in files) for name, files in rows]


def scenarios():
    """Those of the project; where a network is wanted there is none to join, and it is broken apart from these."""
    found = []
    for path in sorted(FOLDER.rglob("*.json")):
        made, problems = scenario.read(path.read_text(encoding="utf-8"))
        if problems:
            raise ValueError(f"{path.name}: {problems}")
        if not network.is_configured(made.config):
            found.append(Story(path.stem, made))
    return found
