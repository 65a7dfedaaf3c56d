"""A real Mosquitto for the tests and the simulator: found on this machine, or fetched in one step without root.

Looked for in this order: $GRIDREST_MOSQUITTO; `mosquitto` on PATH or in the sbin beside a bin there, if new enough;
Debian's package for this processor. It listens on 127.0.0.1 alone, unless its settings say otherwise.

`python -m tools.mosquitto` says what was found.
"""

import base64
import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from tools import debian
from tools.packaged import Packaged, Unavailable

OLDEST = (2, 0)  # before it, a broker without settings was open to everybody
OWN = "install mosquitto 2.0 or newer, or name one in GRIDREST_MOSQUITTO."
DEFAULTS = {"allow_anonymous": "true", "persistence": "false", "user": "root"}  # root, if it is: it reads its files
PORTS = range(20_000, 30_000)  # below those that systems give to clients, so that one stays free over a restart
PATIENCE_S = 10
ROUNDS = 101  # as many as Mosquitto itself takes


class Broker:
    """A Mosquitto that answered: `command` starts it, `version` is as it says it, "2.0.21"."""

    def __init__(self, command, version):
        self.command = command
        self.version = version

    def __str__(self):
        return f"Mosquitto {self.version}"

    @contextlib.contextmanager
    def running(self, settings=(), folder=None):
        """A Running of this broker, with more lines of its configuration; whatever happens, it ends with the block.

        A setting replaces the default of that name. What is kept (log, persistence) is kept in `folder`.
        """
        with tempfile.TemporaryDirectory(prefix="mosquitto-") as own:
            broker = Running(self.command, settings, pathlib.Path(folder or own))
            try:
                broker.start()
                yield broker
            finally:
                broker.kill()


class Running:
    """A broker at work on 127.0.0.1:`port`. `log` is the path of what it says."""

    def __init__(self, command, settings, folder):
        self.port = _free_port()
        self.log = folder / "mosquitto.log"
        self._process = None
        file = folder / "mosquitto.conf"
        file.write_text(_configuration(self.port, settings, folder))
        self._command = [*command, "-c", str(file)]

    def start(self):
        """Start it, again on the same port if it was stopped; returns once it listens."""
        with open(self.log, "ab") as log:
            before = log.tell()
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until_s = time.monotonic() + PATIENCE_S
        while b" running\n" not in self._said(before):
            if self._process.poll() is not None or time.monotonic() > until_s:
                self.kill()
                raise RuntimeError(f"Mosquitto did not start: {self._said(before).decode(errors='replace').strip()}")
            time.sleep(0.01)

    def stop(self):
        """End it as a system does that shuts down: it closes its connections and saves what it keeps."""
        self.thaw()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_S)
        self.kill()

    def kill(self):
        """End it as a power cut does, as far as a process can."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def freeze(self):
        """It says nothing more, but what talks to it is not told so: its system still accepts and acknowledges."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """It goes on where it froze."""
        self._process.send_signal(signal.SIGCONT)

    def _said(self, since):
        with open(self.log, "rb") as file:
            file.seek(since)
            return file.read()


def find(fetch=True):
    """A Broker of at least OLDEST; fetches one if need be. Raises Unavailable.

    Without `fetch` it only looks, and what is not here yet is Unavailable.
    """
    named = os.environ.get("GRIDREST_MOSQUITTO")
    if named:
        found = probe([named])
        if not found:
            raise Unavailable(f"GRIDREST_MOSQUITTO is '{named}', which does not answer as Mosquitto {OLDEST[0]}."
                              f"{OLDEST[1]} or newer; mend or unset it.")
        return found
    installed = shutil.which("mosquitto", path=_path_of_servers())
    found = installed and probe([installed])
    if found:
        return found
    package = packaged()
    return package.fetched(probe) if fetch else package.seen(probe)


def packaged():
    """Debian's package of it for this processor."""
    architecture = next(iter(debian.architectures()), "amd64")
    return Packaged("mosquitto", architecture, "usr/sbin/mosquitto", "Mosquitto", 22, OWN)


def _path_of_servers():
    """PATH, and the folders for servers that not everybody's PATH has."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join([*folders, *(folder[:-3] + "sbin" for folder in folders if folder.endswith("/bin"))])


def password_line(user, password):
    """A line of a password_file, for settings such as ["allow_anonymous false", "password_file FILE"]."""
    salt = b"not a secret"
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"{user}:$7${ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n"


def probe(command):
    """The Broker behind a command, or None if it is not one, is too old or does not run here."""
    try:
        answer = subprocess.run([*command, "-h"], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"mosquitto version ((\d+)\.(\d+)\S*)", answer.stdout)
    if not version or (int(version[2]), int(version[3])) < OLDEST:
        return None
    return Broker(command, version[1])


def _configuration(port, settings, folder):
    names = [line.split()[0] for line in settings]
    lines = [f"listener {port} 127.0.0.1", *settings, *(f"{name} {value}" for name, value in DEFAULTS.items()
                                                        if name not in names)]
    return "\n".join([*lines, f"persistence_location {folder}/", ""])


def _free_port():
    first = os.getpid() * 16 % len(PORTS)  # apart from those of tests that run beside these
    for port in (*PORTS[first:], *PORTS[:first]):
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                server.bind(("127.0.0.1", port))
                return port
    raise RuntimeError(f"no port from {PORTS[0]} to {PORTS[-1]} is free")


def main():
    try:
        found = find()
    except Unavailable as sentence:
        print(f"mosquitto: {sentence}", file=sys.stderr)
        return 1
    print(f"{found}: {' '.join(found.command)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
