"""`status`: what the board at the cable knows, commands and sees. Looking does not stop it."""

import json

from tools.cable import ask


def add(subparsers):
    parser = subparsers.add_parser("status", help="what the board at the cable knows, commands and sees",
                                   description="Asks the running firmware, which goes on meanwhile. Exits with 1 if a "
                                   "fault stands that is more than a notice, or if no firmware answers.")
    ask.add_port(parser)
    parser.add_argument("--json", action="store_true", help="print the status as the board publishes it")


def run(arguments):
    return ask.carry_out(lambda: _status(arguments))


def _status(arguments):
    from firmware.core import sentences
    from tools.cable import told

    status = ask.session(arguments.port).status()
    if arguments.json:
        print(json.dumps(status))
    else:
        print("\n".join(told.status_lines(status)))
    return 1 if any(sentences.severity(code) != "notice" for code in status["faults"]) else 0
