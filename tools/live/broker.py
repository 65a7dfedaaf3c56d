"""A connection to a broker that only listens. It subscribes, and has no words for anything else."""

import contextlib
import secrets
import socket
import ssl
import threading

from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PORT, TLS_PORT = 1883, 8883
TURN_S = 0.2
PAUSE_S = 2  # between two tries
KEEPALIVE_S = 15
SLEPT_S = 5  # a turn that takes so long was not one
LARGEST = 65_535  # bytes of a message, which a broker keeps to that speaks MQTT 5


class Place:
    """A broker, and what it wants to see of us. `ca` is the content of a file with certificates: then TLS."""

    def __init__(self, host, port, user=None, password=None, ca=None):
        self.host = host
        self.port = port or (PORT if ca is None else TLS_PORT)
        self.user = user
        self.password = password
        self.context = None if ca is None else _context(ca)

    def __str__(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Listening:
    """with Listening(boards, place): what the broker says goes to `boards`, and so does whether it is there.

    `only` is the one board to hear of. It comes back by itself for as long as the block lasts.
    """

    def __init__(self, boards, place, only=None, pause_s=PAUSE_S, keepalive_s=KEEPALIVE_S):
        self._boards = boards
        self._place = place
        self._topics = [(topic, 0) for topic in boards.topics(only)]
        self._pause_s = pause_s
        self._keepalive_s = keepalive_s
        self._version = MQTTv5
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._why = None  # this connection is of no more use
        self._inbox = []
        self._turn_s = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._over.set()
        self._thread.join(self._pause_s)  # it may hang in a name that is being looked up

    def _run(self):
        try:
            while not self._over.is_set():
                self._boards.gone(self._talk())
                self._over.wait(self._pause_s)
        finally:
            self._boards.gone("nobody listens to it any more")

    def _talk(self):
        """One connection, from its beginning to its end; why it ended."""
        client, self._why, self._inbox = self._client(), None, []
        try:
            client.connect(self._place.host, self._place.port, self._keepalive_s, **self._wishes())
        except (OSError, ValueError) as trouble:  # ValueError: a host that cannot be one
            return in_words(trouble)
        self._turn_s = self._boards.clock()
        while not self._over.is_set() and not self._why:
            self._turn(client)
            inbox, self._inbox = self._inbox, []
            for message in inbox:
                self._boards.hear(*message)
        with contextlib.suppress(Exception):  # of no interest any more
            client.disconnect()
        return self._why

    def _turn(self, client):
        self._notice_sleep()
        try:
            code = client.loop(TURN_S)
        except Exception as failure:  # paho raises whatever a strange answer brings about
            self._why = f"it talks nonsense ({type(failure).__name__})"
            return
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._why = self._why or "it closed the connection"

    def _notice_sleep(self):
        """While this machine slept, or this program was stopped, messages may have lain here and gone old. Whether it
        did is seen before each is taken; those that count are then told by the broker, as kept.
        """
        now_s = self._boards.clock()
        if now_s - self._turn_s > SLEPT_S:
            self._why = "this program was stopped for a while, and begins anew"
        self._turn_s = now_s

    def _client(self):
        client = Paho(CallbackAPIVersion.VERSION2, "gridrestwatch" + secrets.token_hex(4), protocol=self._version)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_message = self._message
        client.on_disconnect = self._disconnected
        if self._place.user is not None:
            client.username_pw_set(self._place.user, self._place.password)
        if self._place.context:
            client.tls_set_context(self._place.context)
        return client

    def _wishes(self):
        if self._version != MQTTv5:
            return {}
        properties = Properties(PacketTypes.CONNECT)
        properties.MaximumPacketSize = LARGEST
        return {"clean_start": True, "properties": properties}

    def _connected(self, client, _user, _flags, reason, _properties):
        if str(reason) == "Unsupported protocol version" and self._version == MQTTv5:
            self._version = MQTTv311
            self._why = "it speaks an older MQTT, with which it is called next"
        elif reason.is_failure:
            self._why = f"it refuses us ({reason}); see to --user and the password"
        else:
            client.subscribe(self._topics)

    def _subscribed(self, _client, _user, _number, reasons, _properties):
        if all(reason.is_failure for reason in reasons):
            self._why = f"it does not let this user read {self._topics[0][0]} and the like"
        else:
            self._boards.reached()

    def _disconnected(self, _client, _user, flags, reason, _properties):
        if str(reason) == "Keep alive timeout":
            self._why = self._why or "it no longer answers"
        elif flags.is_disconnect_packet_from_server:
            self._why = self._why or f"it closed the connection ({reason})"

    def _message(self, _client, _user, message):
        self._notice_sleep()
        if not self._why:
            self._inbox.append((message.topic, message.payload, message.retain))


def in_words(trouble):
    """Why a connection could not be made."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({trouble.verify_message})"
    if isinstance(trouble, ssl.SSLError):
        return f"it does not speak TLS as it should ({trouble.reason})"
    if isinstance(trouble, socket.gaierror):
        return "nobody knows an address for that name"
    if isinstance(trouble, TimeoutError):
        return "it does not answer"
    return str(getattr(trouble, "strerror", None) or trouble).lower()


def _context(ca):
    """These certificates alone are trusted, as text (PEM) or as bytes (DER). ValueError or OSError: they are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca.decode("ascii") if b"-----BEGIN" in ca else ca)
    return context
