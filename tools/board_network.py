"""Runs on MicroPython: a network for the board of board_stub.py, whose thread and sockets are the interpreter's own.

Its thread begins when it is let in for the first time, and goes round once each time that it is let in again: in the
board's virtual time, and never while the loop runs, so that what each costs can be told apart. Or it is let loose.
"""

import _thread
import select
import socket
import sys

import board_stub


class Joined(board_stub.Wlan):
    """A driver that has joined."""

    def connect(self, _name, _password):
        pass

    def isconnected(self):
        return True

    def status(self, _what=None):
        return -61


class Poll:
    """Of the console, where nobody types, or of sockets."""

    def __init__(self):
        self.sockets = select.poll()

    def register(self, stream, events):
        if stream is not sys.stdin:
            self.sockets.register(stream, events)

    def ipoll(self, _timeout_ms):
        return ()

    def poll(self, within_ms):
        return self.sockets.poll(within_ms)


class Thread:
    function = None  # what the program has begun it with
    connections = 0
    wakes_ms = 0
    inside = False
    to_loop, to_thread = _thread.allocate_lock(), _thread.allocate_lock()


def begin(function, _arguments):
    Thread.function = function


def connection(family, kind):
    Thread.connections += 1
    return socket.socket(family, kind)


def install():
    """After board_stub.install()."""
    modules = sys.modules
    modules["_thread"].start_new_thread = begin
    modules["network"].WLAN = Joined
    modules["select"].poll, modules["select"].POLLOUT = Poll, select.POLLOUT
    modules["time"].sleep_ms = sleep_ms
    face = modules["socket"] = board_stub.Face()
    face.getaddrinfo, face.socket = socket.getaddrinfo, connection
    face.SOCK_STREAM, face.SOCK_DGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
    for lock in (Thread.to_loop, Thread.to_thread):
        lock.acquire()


def sleep_ms(ms):
    if Thread.inside:
        Thread.wakes_ms = board_stub.Clock.ms + ms
        Thread.to_loop.release()
        Thread.to_thread.acquire()
    else:
        board_stub.sleep_ms(ms)


def let_in():
    """Between two turns of the loop: let the thread go round once, if its time has come. True if it has."""
    if not Thread.function or board_stub.Clock.ms < Thread.wakes_ms:
        return False
    Thread.inside = True
    if Thread.wakes_ms:
        Thread.to_thread.release()
    else:
        _thread.start_new_thread(Thread.function, ())
    Thread.to_loop.acquire()
    Thread.inside = False
    return True
