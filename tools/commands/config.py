"""`config push` and `config pull`: the configuration to and from the board at the cable."""

import pathlib
import sys

from tools.cable import ask


def add(subparsers):
    parser = subparsers.add_parser("config", help="the board's configuration: push a new one, or pull it",
                                   description="Both need MicroPython's prompt, so the firmware stops, at rest on "
                                   "grid, and starts again.")
    parts = parser.add_subparsers(dest="do", required=True)
    push = parts.add_parser("push", help="check a configuration here, and put it on the board",
                            description="Only from grid. The one before it is kept on the board as config.old.")
    push.add_argument("file", nargs="?", metavar="FILE", help="the configuration (default: config.json here)")
    push.add_argument("--secrets", action="store_true", help="ask for all passwords anew")
    pull = parts.add_parser("pull", help="print the board's configuration, or save it",
                            description="It has no passwords in it.")
    pull.add_argument("file", nargs="?", metavar="FILE", help="where to save it (default: it is printed)")
    for part in (push, pull):
        ask.add_port(part, alone=False)
        part.add_argument("--bench", action="store_true", help="nothing is wired to the board yet")


def run(arguments):
    return ask.carry_out(lambda: (_push if arguments.do == "push" else _pull)(arguments))


def _push(arguments):
    from tools.cable import exchange
    from tools.cable.update import Build

    build = Build(ask.read_configuration(arguments.file))
    return exchange.push(ask.session(arguments.port), build, arguments)


def _pull(arguments):
    from tools.cable import exchange

    session = ask.session(arguments.port, to_stderr=True)
    if arguments.file and pathlib.Path(arguments.file).exists():
        raise ask.WrongUse(f"{arguments.file} exists, and is not written over: name another file")
    return exchange.pull(session, arguments, lambda text: _deliver(text, arguments.file, session.say))


def _deliver(text, path, say):
    if path:
        pathlib.Path(path).write_bytes(text)
        say("saved", path)
    else:
        sys.stdout.write(text.decode("utf-8", "replace"))
