"""What the tests and the simulator say to a broker, and what they hear from it. The protocol is paho's."""

import queue
import typing

from paho.mqtt.client import Client as Paho
from paho.mqtt.enums import CallbackAPIVersion

PATIENCE_S = 10


class Message(typing.NamedTuple):
    """What came: payload as bytes; `retain` says that the broker had kept it."""

    topic: str
    payload: bytes
    retain: bool


class Client:
    """with Client(port, ["gridrest/#"]) as client: client.publish("topic", "payload"); client.next().topic

    It hears everything that is published on its topics from the moment the block begins, and comes back by itself when
    the broker does. `prepare` may set up the paho client (a password, TLS, a will) before it connects. Whatever does
    not happen within `within_s` is a TimeoutError.
    """

    def __init__(self, port, topics=(), prepare=None, within_s=PATIENCE_S):
        self._port = port
        self._within_s = within_s
        self._subscriptions = [(topic, 1) for topic in topics]
        self._heard = queue.Queue()
        self._ready = queue.Queue()  # None, or why the broker would not have us
        self._taken = queue.Queue()  # the numbers of what the broker has acknowledged
        self._paho = Paho(CallbackAPIVersion.VERSION2)
        self._paho.reconnect_delay_set(0.05, 0.05)
        self._paho.on_connect = self._connected
        self._paho.on_subscribe = lambda *_: self._ready.put(None)
        self._paho.on_publish = lambda _client, _user, number, *_: self._taken.put(number)
        self._paho.on_message = lambda _client, _user, message: self._heard.put(
            Message(message.topic, message.payload, message.retain))
        if prepare:
            prepare(self._paho)

    def __enter__(self):
        self._paho.connect("127.0.0.1", self._port)
        self._paho.loop_start()
        try:
            refusal = _within(self._within_s, self._ready, "the broker did not answer")
            if refusal:
                raise ConnectionError(f"the broker refused: {refusal}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_failure):
        self._paho.disconnect()
        self._paho.loop_stop()

    def publish(self, topic, payload, retain=False):
        """Publish, and return once the broker has it; should it be away, that is when it is back."""
        sent = self._paho.publish(topic, payload, 1, retain)
        while _within(self._within_s, self._taken, f"the broker did not take a message on {topic}") != sent.mid:
            pass  # an earlier one, for which nobody waited so long

    def next(self):
        """The next message."""
        return _within(self._within_s, self._heard, "nothing was heard")

    def _connected(self, client, _user, _flags, reason, _properties):
        if reason.is_failure:
            self._ready.put(str(reason))
        elif self._subscriptions:
            client.subscribe(self._subscriptions)
        else:
            self._ready.put(None)


def _within(limit_s, waiting, otherwise):
    try:
        return waiting.get(timeout=limit_s)
    except queue.Empty:
        raise TimeoutError(f"{otherwise} within {limit_s} s") from None
