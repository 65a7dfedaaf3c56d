"""MQTT: umqtt.simple, as ESP32 builds have it inside, with an end to every wait.

What it does with packets is inherited, from 1.3.4 to 1.8.0 alike. Connecting is our own: there nothing bounds the wait
for an answer, and by default nobody's certificate is looked at. Names, topics, payloads, users and passwords are bytes,
because it counts a text's characters where the broker counts bytes. Whatever tell(), hear() and tend() raise, and that
may be more than OSError, the stream may be out of step after it: close() is all that is right then.
"""

import socket
import struct
import time

from umqtt.simple import MQTTClient, MQTTException

from firmware.net import pause, wire

# What a broker's answer means, by its number.
REFUSALS = ("", "protocol", "client id", "not ready", "password", "not allowed", "refused")
PIDS = 50_000  # umqtt.simple's own count does not wrap, and fails at 65536
JUNK = 71  # errno of EPROTO
TCP, NODELAY = 6, 1  # umqtt.simple writes in small pieces, which would wait 40 ms for one another


class Client(MQTTClient):
    """Client(name, host, port, user, password, keepalive_s), keepalive_s up to 255. It needs set_last_will(topic,
    payload) and, to subscribe, set_callback(f). The will is always retained.
    """

    def open(self, ca, within_ms, may_encrypt=None):
        """Connect anew, with TLS if `ca` is the path of a file with certificates to trust. None, or a word for why not:
        pause.LATER where, once the broker was reached, may_encrypt() did not hold any more.

        It may take twice as long, and the look-up of the name. Every later operation has this time too.
        """
        self.close()
        self.within_ms = within_ms
        why = "unreachable"
        try:
            self.sock = wire.Wire(wire.reach(self.server, self.port, socket.SOCK_STREAM, within_ms))
            self.sock.allow(within_ms)
            self.sock.raw.setsockopt(TCP, NODELAY, 1)
            why = "tls" if ca else "no answer"
            if ca and may_encrypt and not may_encrypt():
                why = pause.LATER
                raise OSError
            if ca:
                self.sock.sock = _secured(self.sock.raw, ca, self.server)
            self.sock.write(self._hello())  # this also brings the handshake about
            why = "no answer"
            answer = self.sock.read(4)
            why = REFUSALS[min(answer[3], 6)] if answer[:2] == b"\x20\x02" else "junk"
        except ValueError:
            why = "certificate"
        except OSError:
            pass
        if why:
            self.close()
        self.heard_ms = self.asked_ms = time.ticks_ms()
        return why or None

    def close(self):
        """Let go of the connection without a word, so that the broker publishes the will."""
        if self.sock:
            self.sock.close()
            self.sock = None

    def tell(self, topic, payload, retain=False, qos=0):
        """Publish. With qos 1 the broker has it when this returns."""
        self.pid %= PIDS
        self.sock.allow(self.within_ms)
        self.publish(topic, payload, retain, qos)

    def hear(self, topic):
        """Subscribe. False if the broker will not have it."""
        self.sock.allow(self.within_ms)
        try:
            self.subscribe(topic)
        except MQTTException:
            return False
        return True

    def tend(self, now_ms):
        """Take in a packet if one has come. Asks for a sign of life twice in every keepalive; OSError if none comes."""
        self.sock.allow(self.within_ms)
        opcode = self.check_msg()
        if opcode is not None and opcode >> 4 != 3:
            raise OSError(JUNK)  # nothing else comes unasked, and what it brings would be taken for packets
        if self.sock.heard:
            self.sock.heard = False
            self.heard_ms = now_ms
        half_ms = self.keepalive * 500
        if time.ticks_diff(now_ms, self.heard_ms) > 3 * half_ms:
            raise OSError(wire.SILENT)
        if time.ticks_diff(now_ms, self.asked_ms) >= half_ms:
            self.asked_ms = now_ms
            self.ping()

    def is_retained(self):
        """For the callback: was the message kept by the broker, and is it thus of unknown age?"""
        return self.sock.opcode & 1 == 1

    def _hello(self):
        flags, texts = 0x26, [self.client_id, self.lw_topic, self.lw_msg]
        if self.user:
            flags = 0xE6
            texts += [self.user, self.pswd or b""]
        hello = b"\0\4MQTT\4" + bytes((flags, 0, self.keepalive))
        for text in texts:
            hello += struct.pack("!H", len(text)) + text
        size = len(hello)
        return b"\x10" + bytes((size,) if size < 128 else (size % 128 + 128, size // 128)) + hello


def _secured(sock, ca, host):
    """TLS over a socket; nothing is sent yet. ValueError or OSError."""
    import tls

    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    with open(ca, "rb") as file:
        context.load_verify_locations(file.read())
    return context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
