"""What the network of a simulated board leads to: a broker of our own, unless another is named.

The board reaches nothing else. Our own broker listens on 127.0.0.1 alone and ends with the run. What the board needs to
get on with a broker of somebody else's lies beside its configuration: `secrets.json`, and the certificate of `mqtt.ca`.
"""

import contextlib
import pathlib
import shlex
import sys

from tools import mosquitto, umqtt
from tools.packaged import Unavailable
from tools.sim import network

LISTEN = "mosquitto_sub -h {} -p {} -v -t '{}/#'"
TAKE_IT_OUT = 'take it out, also by a scenario with "config": {"mqtt": {"ca": null}}'


def place(text):
    """(host, port) of "HOST:PORT"; None: not such a text."""
    host, _colon, port = text.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() and 0 < int(port) < 1 << 16 else None


def say(sentence):
    print(f"gridrest: {sentence}", file=sys.stderr)


@contextlib.contextmanager
def outside(config, named=None, folder=".", tell=say):
    """While the block lasts: what the simulator takes for it, and the board's own files for it as {path: bytes}.

    The first is None where the board has no network, or shall find none. `named` is (host, port) of the broker to use,
    `folder` that of the configuration. It says where the broker listens, or why there is none.
    """
    with contextlib.ExitStack() as running:
        found, files = None, {}
        if network.is_configured(config):
            try:
                files = _files(config.mqtt, named, pathlib.Path(folder))
                found, listen = _found(config.mqtt, named, folder, running)
                if listen:
                    tell("the board's broker is there; to listen: " + listen)
            except Unavailable as sentence:
                tell(f"the network of the simulation stays down: {sentence}")
        yield found, files


def _files(mqtt, named, folder):
    """Of the network, for the board. A board without secrets.json has no passwords."""
    files = {}
    if (folder / network.SECRETS).exists():
        files[network.SECRETS] = _content(folder / network.SECRETS, "make it readable")
    if mqtt and mqtt["ca"]:
        if not named:
            raise Unavailable("the configuration has mqtt.ca, and a broker of our own has no certificate; name one "
                              f"that has with --broker HOST:PORT, or {TAKE_IT_OUT}.")
        files[mqtt["ca"]] = _content(folder / mqtt["ca"], f"put the certificate of mqtt.ca there, or {TAKE_IT_OUT}")
    return files


def _content(path, remedy):
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise Unavailable(f"{path} cannot be read ({trouble.strerror}); {remedy}.") from None


def _found(mqtt, named, folder, running):
    """What the simulator takes for it, and a command that listens at the broker, if there is one."""
    if not mqtt:
        return (None, None), None
    library = str(umqtt.folder())
    broker = named or ("127.0.0.1", running.enter_context(mosquitto.find().running()).port)
    listen = LISTEN.format(*broker, mqtt["base"] or "gridrest")
    if named and mqtt["ca"]:
        listen += " --cafile " + shlex.quote(str(pathlib.Path(folder, mqtt["ca"])))
    if named and mqtt["user"]:
        listen += f" -u {shlex.quote(mqtt['user'])} -P PASSWORD"
    return (broker, library), listen
