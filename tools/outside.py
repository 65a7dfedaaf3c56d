"""What the network of a simulated board leads to: a broker of our own, unless another is named.

The board reaches nothing else. Our own broker listens on 127.0.0.1 alone and ends with the run.
"""

import contextlib
import sys

from tools import mosquitto, umqtt
from tools.packaged import Unavailable
from tools.sim import network

LISTEN = "mosquitto_sub -h {} -p {} -v -t '{}/#'"


def place(text):
    """(host, port) of "HOST:PORT"; None: not such a text."""
    host, _colon, port = text.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() and 0 < int(port) < 1 << 16 else None


@contextlib.contextmanager
def outside(config, named=None):
    """What the simulator takes for it, while the block lasts; None where the board has no network, or shall find none.

    `named` is (host, port) of the broker to use. On stderr it says where the broker listens, or why there is none.
    """
    with contextlib.ExitStack() as running:
        found = None
        if network.is_configured(config):
            try:
                found = _found(config.mqtt, named, running)
            except Unavailable as sentence:
                print(f"gridrest: the network of the simulation stays down: {sentence}", file=sys.stderr)
        yield found


def _found(mqtt, named, running):
    if not mqtt:
        return None, None
    if mqtt["ca"]:
        raise Unavailable("the configuration has mqtt.ca, and the simulated board has no file of that name; take it "
                          "out, also by a scenario with \"config\": {\"mqtt\": {\"ca\": null}}.")
    library = str(umqtt.folder())
    broker = named or ("127.0.0.1", running.enter_context(mosquitto.find().running()).port)
    listen = LISTEN.format(*broker, mqtt["base"] or "gridrest")
    print("gridrest: the board's broker is there; to listen: " + listen, file=sys.stderr)
    return broker, library
