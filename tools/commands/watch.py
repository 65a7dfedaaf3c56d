"""`watch`: real boards behind a broker, on a page in the browser or at the terminal. It only listens."""

import argparse
import contextlib
import getpass
import os
import re
import signal
import sys
import threading
import warnings

PASSWORD = "GRIDREST_MQTT_PASSWORD"
WRONG_USE = 2
BASE = "gridrest"
PORT = 8765
LONGEST = 64  # characters of a topic's part, or of what a board has for a base
PLACE = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/@\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
TOPIC = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", re.ASCII)
EXAMPLES = """examples:
  tools/gridrest watch --broker 192.0.2.10                          every board that speaks there, on a page
  tools/gridrest watch --broker 192.0.2.10 --text                   the same at the terminal
  tools/gridrest watch --broker broker.example --ca ca.pem --user me --id gridrest-a1b2c3
                                                                    one board, over TLS; the password is asked for
"""


class WrongUse(Exception):
    """What is wrong with the command line, as a sentence."""


def add(subparsers):
    parser = subparsers.add_parser(
        "watch", help="real boards behind a broker, on a page or at the terminal", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Show what boards say over MQTT, with its age. It listens and publishes nothing. It goes on until "
        "it is interrupted, also while board or broker are away.")
    parser.add_argument("--broker", metavar="HOST[:PORT]", required=True,
                        help="the broker (default port: 1883, and 8883 with --ca)")
    parser.add_argument("--id", metavar="ID", help="this board alone (default: all that are heard)")
    parser.add_argument("--base", metavar="BASE", default=BASE,
                        help=f"boards speak below BASE/ID, or at BASE itself (default: {BASE})")
    parser.add_argument("--user", metavar="U", help=f"the broker's name for you; the password is asked for, or taken "
                        f"from {PASSWORD}")
    parser.add_argument("--ca", metavar="FILE", help="speak TLS, and trust these certificates alone (PEM or DER)")
    parser.add_argument("--text", action="store_true", help="at the terminal; a line for each piece of news where the "
                        "output is no terminal")
    parser.add_argument("--port", metavar="N", type=int, default=PORT,
                        help=f"the page's port on this machine, or the next that is free (default: {PORT})")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")


def run(arguments):
    try:
        base, only = _topic(arguments.base, "--base"), arguments.id and _topic(arguments.id, "--id", "")
        place = _place(arguments)
        if not 0 <= arguments.port < 1 << 16:
            raise WrongUse(f"--port {arguments.port} is none; write one from 1 to 65535")
    except WrongUse as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return WRONG_USE
    from tools.live.boards import Boards
    from tools.live.broker import Listening

    boards = Boards(base, str(place))
    listening = Listening(boards, place, only)
    if arguments.text:
        return _at_the_terminal(boards, only, listening)
    return _on_a_page(boards, only, listening, arguments)


def _at_the_terminal(boards, only, listening):
    from tools.live import text

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with listening:
            text.show(boards, only, sys.stdout, threading.Event())
    except KeyboardInterrupt:
        pass  # there is no other end
    return 0


def _on_a_page(boards, only, listening, arguments):
    from tools.live import show
    from tools.live.hub import Hub
    from tools.live.telling import Telling

    hub = Hub("watch")
    telling = Telling(boards, hub, only)
    boards.listeners.append(_broker_to_stderr(boards, show.say))

    @contextlib.contextmanager
    def life():
        with telling, listening:
            yield

    return show.page(hub, _refuse, arguments.port, not arguments.no_browser, life=life())


def _refuse(_order):
    return False, "this is a real board, and a page only looks on"


def _broker_to_stderr(boards, say):
    """A listener that says whenever the broker comes or goes."""
    from tools.live.text import safe

    said = []

    def listen(name, _word):
        broker = boards.broker
        if name is None and said != [broker.is_there, broker.why]:
            said[:] = broker.is_there, broker.why
            say(f"the broker {broker.name} is {'' if broker.is_there else 'not '}there"
                + (f": {safe(broker.why)}" if broker.why else ""))
    return listen


# What the command line names.


def _topic(text, name, more=" /"):
    if len(text) > LONGEST or not TOPIC.fullmatch(text) or (not more and "/" in text):
        raise WrongUse(f"{name} {ascii(text)} is none; write at most {LONGEST} letters, digits and - _ .{more}")
    return text


def _place(arguments):
    from tools.live import broker

    found = PLACE.fullmatch(arguments.broker)
    port = found and int(found["port"] or 0)
    if not found or len(arguments.broker) > 255 or not 0 <= port < 1 << 16:
        raise WrongUse(f"--broker {ascii(arguments.broker)} is no place; write a host, and perhaps its port, like "
                       "192.0.2.10 or broker.example:8883")
    ca = _certificates(arguments.ca)
    password = None if arguments.user is None else _password(arguments.user)
    try:
        return broker.Place(found["six"] or found["host"], port, arguments.user, password, ca)
    except (OSError, ValueError):
        raise WrongUse(f"--ca {ascii(arguments.ca)} holds no certificate that can be used; name a PEM or DER file of "
                       "the authority that vouches for the broker") from None


def _certificates(path):
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except (OSError, ValueError) as trouble:  # ValueError: a name with a null character
        raise WrongUse(f"--ca {ascii(path)} cannot be read ({getattr(trouble, 'strerror', None) or trouble})") from None


def _password(user):
    """From the environment, or from a person who is not to see it."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would be shown
        try:
            return getpass.getpass(f"The broker's password for {user}: ")
        except (getpass.GetPassWarning, EOFError):
            raise WrongUse(f"there is no terminal at which to ask for the password of {ascii(user)}; put it into "
                           f"{PASSWORD}") from None
