"""MicroPython's `socket`, `select` and `tls` above CPython's own, with real connections underneath.

It has what the firmware asks for and no more, and differs from CPython where MicroPython does: a socket is a stream
that reads and writes, what cannot be done at once without waiting is None, and poll() asks a TLS stream which way it
wants to go on. What else speaks of sockets in the program, such as umqtt.simple by older names, is in MODULES too.
"""

import binascii
import errno
import select as _select
import socket as _socket
import ssl as _ssl
import struct
import types


def plainly(call, *arguments):
    """A call whose troubles are those that MicroPython knows."""
    try:
        return call(*arguments)
    except (_ssl.SSLWantReadError, _ssl.SSLWantWriteError, BlockingIOError):
        raise
    except _ssl.SSLCertVerificationError as trouble:
        raise ValueError(trouble.verify_message) from None
    except UnicodeError:  # what cannot be a name
        raise OSError(_socket.EAI_NONAME) from None
    except OSError as trouble:
        timed_out = isinstance(trouble, TimeoutError) and trouble.errno is None
        raise OSError(errno.ETIMEDOUT if timed_out else trouble.errno) from None


class Socket:
    def __init__(self, family=_socket.AF_INET, kind=_socket.SOCK_STREAM, proto=0):
        self.real = _socket.socket(family, kind, proto)
        self.wants = 0  # what TLS waits for before it goes on, whichever way the program asked to go

    def connect(self, address):
        plainly(self.real.connect, address)

    def settimeout(self, seconds):
        self.real.settimeout(seconds)

    def setblocking(self, waits):
        self.real.setblocking(waits)

    def setsockopt(self, level, option, value):
        plainly(self.real.setsockopt, level, option, value)

    def recv(self, size):
        return plainly(self.real.recv, size)

    def read(self, size):
        """So many bytes, fewer if there are no more yet or the stream ends; None if there are none yet."""
        data = b""
        while len(data) < size:
            more = self._tried(self.real.recv, size - len(data))
            if more is None:
                return data or None
            if not more:
                break
            data += more
        return data

    def write(self, data):
        """How many bytes went; None if none could go yet."""
        done = 0
        while done < len(data):
            more = self._tried(self.real.send, data[done:])
            if more is None:
                return done or None
            done += more
        return done

    def close(self):
        self.real.close()

    def _tried(self, call, argument):
        self.wants = 0
        try:
            return plainly(call, argument)
        except _ssl.SSLWantReadError:
            self.wants = _select.POLLIN
        except _ssl.SSLWantWriteError:
            self.wants = _select.POLLOUT
        except BlockingIOError:
            pass
        return None


class Secured(Socket):
    """A socket under TLS. Of what stays in it, nothing is told to poll(): whoever reads first and polls then needs it
    not.
    """

    def __init__(self, real):
        self.real = real
        self.wants = 0


class Context:
    """tls.SSLContext of a client: it verifies, unless told not to."""

    def __init__(self, _protocol):
        self.real = _ssl.SSLContext(_ssl.PROTOCOL_TLS_CLIENT)
        self.verify_mode = _ssl.CERT_REQUIRED

    def load_verify_locations(self, cadata):
        try:
            self.real.load_verify_locations(cadata=cadata.decode() if b"-----BEGIN" in cadata else cadata)
        except _ssl.SSLError:
            raise ValueError("invalid cert") from None

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None):
        if self.verify_mode == _ssl.CERT_REQUIRED and server_hostname is None:
            raise ValueError("CERT_REQUIRED requires server_hostname")
        self.real.check_hostname = self.verify_mode == _ssl.CERT_REQUIRED
        self.real.verify_mode = self.verify_mode
        secured = self.real.wrap_socket(sock.real, server_hostname=server_hostname, do_handshake_on_connect=False)
        if do_handshake_on_connect:
            plainly(secured.do_handshake)
        return Secured(secured)


class Poll:
    def __init__(self):
        self.events = {}

    def register(self, sock, event):
        self.events[sock] = event

    def poll(self, within_ms=-1):
        asked = _select.poll()
        for sock, event in self.events.items():
            asked.register(sock.real, sock.wants or event)
        return asked.poll(within_ms)


def getaddrinfo(host, port, *narrowed):
    return plainly(_socket.getaddrinfo, host, port, *narrowed)


socket = types.SimpleNamespace(socket=Socket, getaddrinfo=getaddrinfo, AF_INET=_socket.AF_INET,
                               SOCK_STREAM=_socket.SOCK_STREAM, SOCK_DGRAM=_socket.SOCK_DGRAM)
select = types.SimpleNamespace(poll=Poll, POLLIN=_select.POLLIN, POLLOUT=_select.POLLOUT)
tls = types.SimpleNamespace(SSLContext=Context, PROTOCOL_TLS_CLIENT=0, CERT_NONE=_ssl.CERT_NONE,
                            CERT_REQUIRED=_ssl.CERT_REQUIRED)
MODULES = {"socket": socket, "select": select, "tls": tls, "usocket": socket, "ustruct": struct, "struct": struct,
           "ubinascii": binascii, "binascii": binascii}
