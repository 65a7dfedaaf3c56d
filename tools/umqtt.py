"""umqtt.simple, the MQTT client that ESP32 builds of MicroPython have inside: fetched once, kept in the cache.

It comes from where this machine's pip gets everything else (its index, proxy, certificates). pip will not install it,
for its archive is too old to have a setup.py, but it fetches it, holds it against its hash, unpacks it, and with
`--no-clean` leaves it lying there.
"""

import binascii
import hashlib
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import types

from tools.packaged import Unavailable, cache_folder

VERSION = "1.3.4"
ARCHIVE = "b6a2520239e3992c63a7de9370ee9b3d9d27819a90359c521f1c0f7ccab8d12f"
MODULE = "8555d2f654deb8eb0d724f79b0811a78cc94029d070f3d96bbd74288653d63a5"
PINNED = f"micropython-umqtt.simple=={VERSION} --hash=sha256:{ARCHIVE}\n"
PLACE = pathlib.Path("umqtt", "simple.py")
PATIENCE_S = 120
PIP = (sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", "download", "--no-deps", "--no-clean",
       "--require-hashes", "--quiet", "--retries", "2", "--timeout", "20")


def folder(fetch=True):
    """The folder in which `umqtt/simple.py` lies; fetched if need be. Raises Unavailable.

    On sys.path, or in MICROPYPATH, it is where `from umqtt.simple import MQTTClient` finds it. Without `fetch` it only
    looks, and what is not here yet is Unavailable.
    """
    home = cache_folder() / f"umqtt.simple-{VERSION}"
    if not _is_sound(home / PLACE):
        if not fetch:
            raise Unavailable("umqtt.simple is not here yet; it is fetched once, 4 KB, when it is first needed.")
        try:
            _fetch(home)
        except (OSError, subprocess.TimeoutExpired) as trouble:
            raise Unavailable(f"umqtt.simple could not be put into its cache: {trouble}. Make room or rights there, or "
                              "name another folder in GRIDREST_CACHE.") from None
    return home


def on_cpython():
    """Let CPython itself import umqtt.simple, above sockets that read and write as MicroPython's do."""
    sys.modules["usocket"] = types.SimpleNamespace(socket=Socket, getaddrinfo=socket.getaddrinfo)
    sys.modules["ustruct"], sys.modules["ubinascii"] = struct, binascii
    path = str(folder())
    if path not in sys.path:
        sys.path.append(path)


class Socket(socket.socket):
    """A socket that is also the stream it is on MicroPython."""

    def write(self, data, size=None):
        data = data.encode() if isinstance(data, str) else memoryview(data)
        self.sendall(data if size is None else data[:size])

    def read(self, size):
        """So many bytes, fewer at the end of the stream; None if there are none yet and waiting is not wanted."""
        data = b""
        while len(data) < size:
            try:
                more = self.recv(size - len(data))
            except BlockingIOError:
                return data or None
            if not more:
                break
            data += more
        return data


def _is_sound(path):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == MODULE


def _fetch(home):
    print("gridrest: fetching umqtt.simple, once (4 KB) ...", file=sys.stderr, flush=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=home.parent) as work:
        pin = pathlib.Path(work, "requirements.txt")
        pin.write_text(PINNED)
        ran = subprocess.run([*PIP, "--dest", work, "--requirement", str(pin)], env={**os.environ, "TMPDIR": work},
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S)
        found = next(filter(_is_sound, pathlib.Path(work).glob(f"**/{PLACE}")), None)
        if not found:
            raise Unavailable(f"umqtt.simple could not be fetched; pip said: {_said(ran.stderr)}. Is the network down, "
                              "or does pip's index not have it? Try again when pip can reach one that has.")
        (home / PLACE).parent.mkdir(parents=True, exist_ok=True)
        os.replace(found, home / PLACE)


def _said(output):
    lines = [line.removeprefix("ERROR: ") for line in output.splitlines() if line.startswith("ERROR: ")]
    return lines[-1].partition(". ")[0].rstrip(".") if lines else "nothing"
