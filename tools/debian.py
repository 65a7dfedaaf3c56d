"""Packages of Debian, fetched without root through the machine's own apt: from its mirror, through its proxy, checked
against the key it already trusts. Nothing is installed; lists and caches are private to the folder that is given.
"""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

SUITE = "trixie"  # its packages run beside any newer or older system, because they bring their own libraries
# What Linux calls the processor, and what Debian calls the programs that run on it: its own, then others.
ARCHITECTURES = {"x86_64": ("amd64", "i386"), "i386": ("i386",), "i486": ("i386",), "i586": ("i386",),
                 "i686": ("i386",), "aarch64": ("arm64",), "armv7l": ("armhf",)}
SUITES = ("bullseye", "bookworm", "trixie", "forky", "duke", "sid", "oldstable", "stable", "testing", "unstable")
SOURCES = pathlib.Path("/etc/apt")
STEP_TIMEOUT_S = 600


class Unfetchable(Exception):
    """Why the packages cannot be had, as a sentence with what to do about it."""


def architectures():
    """What Debian calls the programs that run here, this machine's own first; none where Debian has no name for it."""
    return ARCHITECTURES.get(platform.machine(), ()) if sys.platform == "linux" else ()


def can_fetch(architecture):
    """Whether this is a system on which fetching makes sense at all."""
    return architecture in architectures() and bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def machine_entry(architecture, folder=SOURCES):
    """The apt source for SUITE, made from the one through which this machine gets Debian itself."""
    if not can_fetch(architecture):
        raise Unfetchable(f"its packages are for Linux with apt-get that runs {architecture} programs, "
                          "which this system is not")
    paths = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list")),
             *sorted(folder.glob("sources.list.d/*.sources"))]
    for path in paths:
        for stanza in stanzas(path.read_text(errors="replace") if path.is_file() else ""):
            if is_debian(stanza):
                return entry(stanza, architecture)
    raise Unfetchable("this system's apt sources name no Debian mirror")


def stanzas(text):
    """The entries of an apt sources file, one-line or deb822 alike, as dicts with lower-case field names."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    if any(line.startswith("deb") and line[3:4] in (" ", "\t") for line in lines):
        return [_one_line(line) for line in lines if line.split()[:1] == ["deb"]]
    blocks = "\n".join(line if line.strip() else "" for line in lines).split("\n\n")
    return [_fields(block.splitlines()) for block in blocks]


def _fields(lines):
    fields = {}
    name = None
    for line in lines:
        if line[:1] in (" ", "\t"):
            if name:
                fields[name] += "\n" + line
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _one_line(line):
    fields = {"types": "deb"}
    words = line.split("#")[0].split()[1:]
    if words and words[0].startswith("["):
        inside, _, rest = " ".join(words)[1:].partition("]")
        fields.update(option.split("=", 1) for option in inside.split() if "=" in option)
        words = rest.split()
    if len(words) >= 3:
        fields.update({"uris": words[0], "suites": words[1], "components": " ".join(words[2:])})
    return fields


def is_debian(stanza):
    """Whether an entry is the main archive of Debian: its suites are known by name, whatever the mirror is called."""
    return ("deb" in stanza.get("types", "").split() and stanza.get("enabled", "yes").lower() not in ("no", "false")
            and "main" in stanza.get("components", "").split()
            and not stanza.get("uris", "cdrom:").startswith("cdrom:")
            and any(suite in SUITES for suite in stanza.get("suites", "").split()))


def entry(stanza, architecture):
    """The same mirror and the same key, for SUITE. Options that weaken the check of signatures do not come along."""
    lines = ["Types: deb", "URIs: " + stanza["uris"], "Suites: " + SUITE, "Components: main",
             "Architectures: " + architecture]
    if stanza.get("signed-by"):
        lines.append("Signed-By: " + stanza["signed-by"])
    return "\n".join(lines) + "\n"


def unpack(package, architecture, source, work):
    """Fetch a package and all it needs into the folder `work`, and return the folder with their files."""
    for folder in ("lists/partial", "archives/partial", "root"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()  # nothing is installed in this world, so apt names every package that is needed
    (work / "debian.sources").write_text(source)
    (work / "apt.conf").write_text(_settings(architecture, work))
    apt = ["apt-get", "-q", "-c", str(work / "apt.conf")]
    _step([*apt, "update"], work)
    plan = _step([*apt, "install", "--simulate", "--no-install-recommends", package], work)
    names = [f"{line.split()[1].split(':')[0]}={line.split('(')[1].split()[0]}"
             for line in plan.splitlines() if line.startswith("Inst ")]
    _step([*apt, "download", *names], work)
    for file in work.glob("*.deb"):
        _step(["dpkg-deb", "--extract", str(file), str(work / "root")], work)
    return work / "root"


def _settings(architecture, work):
    """Settings that keep apt inside `work`. Proxies, certificates and keys stay those of the machine."""
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "root",  # no second user, who could not read a private cache; ignored without root
        "APT::Update::Error-Mode": "any",  # an unreachable mirror is an error, not a warning
        "APT::Get::AllowUnauthenticated": "false",
        "Acquire::AllowInsecureRepositories": "false",
        "Acquire::Languages": "none",
        "Acquire::Retries": "1",
        "Dir::Cache": work,
        "Dir::Cache::archives": work / "archives",
        "Dir::Etc::sourcelist": work / "debian.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": work,
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
    }
    cleared = ["APT::Architectures", "APT::Default-Release", "APT::Update::Post-Invoke",
               "APT::Update::Post-Invoke-Success"]  # what the machine wants done for its own lists
    lines = [f"#clear {name};" for name in cleared] + [f'{name} "{value}";' for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def _step(command, cwd):
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=STEP_TIMEOUT_S,
                              stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    except subprocess.TimeoutExpired:
        raise Unfetchable(f"{command[0]} had no answer for {STEP_TIMEOUT_S // 60} minutes") from None
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.startswith(("E:", "W:", "dpkg"))]
        raise Unfetchable(f"{command[0]} said: {said[0] if said else 'nothing'}")
    return done.stdout
