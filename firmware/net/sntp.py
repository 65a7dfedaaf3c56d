"""The time from a network time server, asked once and checked: a wrong answer is worse than none."""

import os
import select
import socket
import struct
import time

from firmware.net import wire

PORT = 123
SIZE = 48
EPOCH_S = 3_786_825_600  # of 2020 since 1900, where the protocol counts from
ERA_S = 1 << 32  # it counts anew every 136 years, the next time in 2036
FIRST_S, LAST_S = 157_852_800, 1_041_465_599  # 2025 to 2052
MS = 4_294_968  # of the protocol's fractions in a millisecond, rounded up
VAGUE = 16 << 16  # a server that is so far from its source, in 65536ths of a second, does not know the time


def ask(host, within_ms, port=PORT):
    """(seconds since 2020, error in seconds) of the moment it returns, or a word for why not."""
    mark = os.urandom(8)
    try:
        sock = wire.reach(host, port, socket.SOCK_DGRAM, within_ms)  # connected: it hears nobody else
        try:
            asked_ms = time.ticks_ms()
            sock.write(b"\x23" + bytes(39) + mark)
            answer = sock.recv(SIZE + 1) if wire.ready(sock, select.POLLIN, within_ms) else None
            took_ms = time.ticks_diff(time.ticks_ms(), asked_ms)
        finally:
            sock.close()
    except OSError:
        return "unreachable"
    if answer is None:
        return "no answer"
    return _refusal(answer, mark) or _time(answer, took_ms)


def _refusal(answer, mark):
    if len(answer) != SIZE:
        return "size"
    if answer[0] & 7 != 4 or answer[0] >> 3 & 7 not in (3, 4):
        return "mode"
    if answer[24:32] != mark:
        return "origin"
    if answer[0] >> 6 == 3 or not 1 <= answer[1] <= 15 or answer[40:48] == bytes(8):
        return "not set"
    return None


def _time(answer, took_ms):
    delay, dispersion = struct.unpack("!II", answer[4:12])
    distance = delay // 2 + dispersion
    if distance > VAGUE:
        return "vague"
    seconds, fraction = struct.unpack("!II", answer[40:48])
    now_s = (seconds - EPOCH_S) % ERA_S + (fraction // MS + took_ms // 2) // 1000
    if not FIRST_S <= now_s <= LAST_S:
        return "year"
    # The server's moment lies somewhere in the time the answer took, and is told here in whole seconds.
    return now_s, 2 + (took_ms // 2 + (distance * 125 >> 13)) // 1000
