"""What is real under the simulated network: time, threads and sockets, alike on both interpreters.

Sockets for the program are those of MicroPython, or what stands for them on CPython; so are `streams`, which reach any
place. What else the simulator says and hears goes through those of the interpreter.
"""

import _thread
import errno
import os
import socket as own
import sys
import time

TICKS = 1 << 30  # the period of ticks_ms on the chip
NAP_US = 200
NEAR = "127.0.0.1"
FIRST_PORT, PORTS = 30_000, 2_700  # below those that systems give to clients
TRIES = 100
REACH_S = 3
get_ident = _thread.get_ident

if sys.implementation.name == "micropython":
    import select
    import socket
    import tls

    streams = socket
    STACK_BYTES = 256 * 1024  # a host's functions take more of it than a chip's

    ticks_ms = time.ticks_ms

    def nap():
        """The shortest wait that lets others do something."""
        time.sleep_us(NAP_US)

    def start(function):
        _thread.stack_size(STACK_BYTES)
        _thread.start_new_thread(function, ())
else:
    from tools.sim import sockets

    select, tls, streams = sockets.select, sockets.tls, sockets.socket

    class Near(sockets.Socket):
        """A socket that reaches this machine alone, whatever address it is given."""

        def connect(self, address):
            if address[0] != NEAR:
                raise OSError(errno.EHOSTUNREACH)
            sockets.Socket.connect(self, address)

    class socket:  # noqa: N801  it stands for the module
        socket = Near
        getaddrinfo = staticmethod(sockets.getaddrinfo)
        AF_INET = own.AF_INET
        SOCK_STREAM, SOCK_DGRAM = own.SOCK_STREAM, own.SOCK_DGRAM

    def ticks_ms():
        return time.monotonic_ns() // 1_000_000 % TICKS

    def nap():
        """The shortest wait that lets others do something."""
        time.sleep(NAP_US / 1_000_000)

    def start(function):
        _thread.start_new_thread(function, ())


def ticks_add(ticks, ms):
    return (ticks + ms) % TICKS


def ticks_diff(later, earlier):
    return (later - earlier + TICKS // 2) % TICKS - TICKS // 2


def since_ms(begun_ms):
    return ticks_diff(ticks_ms(), begun_ms)


def wait(is_so, within_ms):
    """Until it is so; False if that did not come to pass."""
    begun_ms = ticks_ms()
    while not is_so():
        if since_ms(begun_ms) > within_ms:
            return False
        nap()
    return True


def tried(call, *arguments):
    """What a call on a socket that does not wait gives; None if that is nothing yet."""
    try:
        return call(*arguments)
    except OSError as trouble:
        if trouble.errno != errno.EAGAIN:
            raise
    return None


def bound(kind):
    """(a socket on a port of its own, that port), for MicroPython cannot ask the system for one."""
    start_at = int.from_bytes(os.urandom(2), "little")
    for i in range(TRIES):
        port = FIRST_PORT + (start_at + i) % PORTS
        sock = own.socket(own.AF_INET, kind)
        try:
            sock.bind(own.getaddrinfo(NEAR, port)[0][-1])
        except OSError:
            sock.close()
        else:
            return sock, port
    raise RuntimeError(f"of {TRIES} ports from {FIRST_PORT} on, none is free; end what listens there")


def reach(place, kind=own):
    """A connection to a (host, port), by the sockets of that module. OSError."""
    found = own.getaddrinfo(place[0], place[1], 0, own.SOCK_STREAM)[0]
    sock = kind.socket(found[0], own.SOCK_STREAM)
    try:
        sock.settimeout(REACH_S)
        sock.connect(found[-1])
    except OSError:
        sock.close()
        raise
    return sock


def secured(stream, certificates, name):
    """TLS over a connection, one of `streams` that waits. OSError, or ValueError for the certificates."""
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    context.load_verify_locations(certificates)
    return context.wrap_socket(stream, server_hostname=name)
