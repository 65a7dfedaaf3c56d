"""A build onto a board, so that every byte may be the last: it runs the old build or the new one, whole.

Everything goes into a folder of its own, is read back there by its hash, and then one small file, `switch`, says that
boot.py is to take it. boot.py does the rest at the next start, and takes the build back if it never becomes healthy.
"""

import ast
import hashlib
import json

from firmware.core import boards, chips, config, jsonwrite, saved
from firmware.core.controller import Controller
from firmware.core.setup import Setup
from tools import staging
from tools.cable.ports import Trouble

NEW, OLD, BAD = "firmware.new", "firmware.old", "firmware.bad"
OLDEST, ADVISED = (1, 24), (1, 26)
BYTE_CODE = 6
RESERVE_BYTES = 160 * 1024  # what journal and state may still grow to
BLOCK_BYTES, FOLDER_BLOCKS = 4096, 16
SENT_TIMES = 3
BATCH_BYTES = 4096
LONG_S = 100  # for what goes through all files


class Build:
    """What a configuration makes of the project: the files, by their path on the board, and what names them."""

    def __init__(self, text):
        files = staging.stage(text, compiled=True, fw=None)
        self.text = files["config.json"]
        self.files = {path: data for path, data in files.items() if path.startswith("firmware/")}
        self.hashes = {path: sha(data) for path, data in self.files.items()}
        self.fw = json.loads(self.files[staging.MANIFEST])["fw"]
        self.config, _problems = config.check(text, boards.PROFILES)
        self.board, self.chip = self.config.profile[:2]
        self.relays = chips.relays_off(self.config.profile, self.config.pins)

    def __str__(self):
        size = sum(map(len, self.files.values()))
        return f"{self.fw} for {self.board}: {len(self.files)} files, {kb(size)}"


def first_state():
    """The state of a board on which this firmware has never run: nothing latched, nothing held, nothing counted."""
    return jsonwrite.write(saved.pairs(Controller(Setup(), None)))


def refuse_chip(chip, build, say):
    """Trouble where this build cannot run on that chip."""
    version = tuple(chip["version"])
    text = ".".join(map(str, version))
    kind = kind_of(chip["machine"])
    if chip["name"] != "micropython":
        raise Trouble(f"there is {chip['name']} on it and not MicroPython; tools/gridrest flash --base puts that there")
    say("chip", f"{chip['machine'] or 'unknown'}, MicroPython {text}, {kb(chip['free'])} free")
    if kind != build.chip:
        raise Trouble(f"{build.board} has an {build.chip}, and this is {'an ' + kind if kind else 'an unknown chip'}: "
                      "choose the right board, or the right configuration")
    if version[:2] < OLDEST or chip["mpy"] != BYTE_CODE:
        raise Trouble(f"MicroPython {text} is too old; put 1.26 or newer on it with tools/gridrest flash --base, which "
                      "keeps the files")
    if version[:2] < ADVISED:
        say("warning", f"MicroPython {text} will do; 1.26 or newer is advised (tools/gridrest flash --base)")


def kind_of(machine):
    """The chip as a board profile names it, from MicroPython's own words, which changed their spelling once."""
    _name, named, words = machine.lower().replace("-", "").rpartition(" with ")
    return words.split()[0] if named and words.split() else None


def is_settled(build, there):
    """Whether the board has this build, whole, with its boot.py and main.py."""
    files = there["files"]
    ours = {path: sha for path, sha in files.items() if path.startswith("firmware/")}
    return ours == build.hashes and all(
        files[name] == build.hashes["firmware/" + name] for name in ("boot.py", "main.py"))


def missing(build, there):
    """What has to be sent into the new folder, by its path there: what an interrupted update has sent is left out."""
    wanted = {NEW + path[len("firmware"):]: path for path in build.files}
    return {path: build.files[source] for path, source in sorted(wanted.items())
            if there["files"].get(path) != build.hashes[source]}


def needed_bytes(files):
    """Flash that they take, by the block."""
    return (sum(-(-len(data) // BLOCK_BYTES) for data in files.values()) + FOLDER_BLOCKS) * BLOCK_BYTES


def on_trial(build, there):
    """The other build that the board has on trial, with one to go back to; its place must not be taken meanwhile."""
    names = there["names"]
    return there["fw"] if "trial" in names and OLD in names and there["fw"] != build.fw else None


class Update:
    """The steps of one, at a board's prompt."""

    def __init__(self, prompt, build, say, fresh=True):
        self.prompt = prompt
        self.build = build
        self.say = say
        self.fresh = fresh  # a board without any of our files has never had them
        self.there = None

    def look(self):
        self.there = self.prompt.call("installed()", LONG_S)
        return self.there

    def put(self):
        """Bring the board to where its next start has build and configuration. True if boot.py is to switch."""
        if not is_settled(self.build, self.there):
            self._put_build()
            return True
        if self.there["files"]["config.json"] == sha(self.build.text):
            self.say("same", "build and configuration are there already")
        else:
            self.replace_config()
        return False

    def replace_config(self):
        """The configuration, verified before it takes its place in one step.

        While the build is on trial, config.old belongs to the build that may be taken back.
        """
        self._send({"config.new": self.build.text}, ["config.new"])
        self.prompt.call(f"take_config({'trial' not in self.there['names']})")
        self.say("config", "config.json is the new one; the one before it is kept as config.old")

    def _put_build(self):
        content = {NEW + path[len("firmware"):]: data for path, data in self.build.files.items()}
        todo = missing(self.build, self.there)
        self._make_room(todo)
        self.prompt.call(f"ready({NEW!r}, {sorted(content)!r})", LONG_S)
        if len(todo) < len(content):
            self.say("resume", f"{len(content) - len(todo)} of {len(content)} files are there already")
        self._send({**content, "config.new": self.build.text}, [*todo, "config.new"])
        if self.fresh and is_new(self.there["names"]):
            self.prompt.call(f"write('state.json', {first_state().encode()!r})")
            self.say("state", "the board has never run this firmware, so it begins with nothing latched")
        names = self.there["foreign"]
        if names:
            self.prompt.call(f"keep_foreign({names!r})")
            self.say("kept", ", ".join(f"{name} as {name}.foreign" for name in names))
        self.prompt.call("write('switch', b'')")
        if not self.there["switches"]:
            self.prompt.call(f"settle({NEW!r}, ['boot.py'])")
        self.say("switch", "the board's next start takes the new build")

    def _make_room(self, files):
        free = self.prompt.call("chip()")["free"]
        needed = needed_bytes(files) + RESERVE_BYTES
        if free < needed and BAD in self.there["names"]:
            self.prompt.call(f"clear({BAD!r})", LONG_S)
            self.say("room", f"{BAD}, a build that was taken back, is removed")
            free = self.prompt.call("chip()")["free"]
        if free < needed:
            raise Trouble(f"the board's flash has {kb(free)} free, and this needs {kb(needed)}: remove what is not "
                          "Gridrest's from it (mpremote fs tree shows what is there), and do it again")

    def _send(self, content, todo):
        """Send some files of what shall be there, then hold all of it against its hashes, as the board reads it."""
        wanted = {path: sha(data) for path, data in content.items()}
        for _time in range(SENT_TIMES):
            sent = 0
            for batch in batches(content, todo):
                self.prompt.send({path: content[path] for path in batch})
                for path in batch:
                    sent += 1
                    self.say("sent", f"{sent:>2} of {len(todo)}  {path:<34}{kb(len(content[path])):>9}")
            found = self.prompt.call(f"hashes({sorted(wanted)!r})", LONG_S)
            todo = [path for path in wanted if found[path] != wanted[path]]
            if not todo:
                each = "1 file," if len(wanted) == 1 else f"{len(wanted)} files, each"
                self.say("verified", f"{each} by its sha256 as the board reads it back")
                return
            self.say("again", f"{', '.join(todo)} came damaged")
        raise Trouble("files came to the board damaged, three times: use a shorter cable, and no hub; then do it again")


def batches(content, todo):
    """The files in their order, small ones together: each start of mpremote takes about as long as a few of them."""
    batch, size = [], 0
    for path in todo:
        batch.append(path)
        size += len(content[path])
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def is_new(names):
    """Whether the board has never run this firmware."""
    return not any(name in ("firmware", OLD, BAD) or name.startswith(("state.json", "journal")) for name in names)


def same_pins(build, there):
    """Whether boot.py there turns off the relays of this configuration."""
    line = there["relays"]
    return line is not None and ast.literal_eval(line.partition("=")[2].strip()) == build.relays


def sha(data):
    """As the board names a file's content, and the manifest."""
    return hashlib.sha256(data).hexdigest()


def kb(size):
    """A size as a person reads it."""
    return f"{size} B" if size < 1024 else f"{size / 1024:.1f} KB" if size < 102400 else f"{size // 1024} KB"
