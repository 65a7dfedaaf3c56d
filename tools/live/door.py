"""What may be asked of the page's server without a socket: files, from memory, and by whom.

A browser sends pages of anybody's to 127.0.0.1 if a name is made to mean that address, so both the host that is asked
for and the origin of whoever asks must be this machine.
"""

import http
import pathlib
import re
import socket

from websockets.datastructures import Headers, MultipleValuesError
from websockets.http11 import Response

PORT = 8765
TRIES = 50
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "page"
HERE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.ASCII | re.IGNORECASE)
FOREIGN = "this server is for pages of its own, on this machine"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
         ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".png": "image/png"}
SAFE = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
)  # fmt: skip


class NoPort(Exception):
    """No port could be had. The message is a sentence."""


def listening(port):
    """A socket that listens on that port of this machine, or on the next that is free; 0: on any."""
    trouble = None
    for number in range(port, min(port + TRIES, 1 << 16)) if port else (0,):
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", number))
            found.listen()
            return found
        except OSError as one:
            trouble = one
            found.close()
    raise NoPort(f"no port from {port} on can be listened to ({trouble.strerror}); name another with --port")


def files_of(folder):
    """{path in an address: (type, bytes)} of every file that a page may ask for."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in TYPES:
            found["/" + path.relative_to(folder).as_posix()] = (TYPES[path.suffix], path.read_bytes())
    if "/index.html" in found:
        found["/"] = found["/index.html"]
    return found


def answer(files, request):
    """The Response to a request; None where a socket is asked for and may be had."""
    try:
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    except MultipleValuesError:
        return _response(400, "one host and one origin, please")
    if not HERE.fullmatch(host):
        return _response(403, FOREIGN)
    path = request.path.partition("?")[0]
    if path == "/socket":
        return None if origin in (None, "http://" + host) else _response(403, FOREIGN)
    found = files.get(path)
    if found is None:
        return _response(404, "there is no such page here")
    return _response(200, found[1], found[0])


def _response(status, body, kind="text/plain; charset=utf-8"):
    if isinstance(body, str):
        body = (body + "\n").encode()
    headers = Headers([*SAFE, ("Content-Type", kind), ("Content-Length", str(len(body))), ("Connection", "close")])
    return Response(status, http.HTTPStatus(status).phrase, headers, body)
