"""`service`: the board's outputs off, and its feedback shown and not judged, until it is ended."""

from tools.cable import ask


def add(subparsers):
    parser = subparsers.add_parser("service", help="outputs off, feedback shown and not judged: on or off",
                                   description="Service also ends by holding the board's button for 5 s, or with a "
                                   "restart.")
    parser.add_argument("to", choices=("on", "off"))
    ask.add_port(parser, alone=False)


def run(arguments):
    return ask.carry_out(lambda: _service(arguments))


def _service(arguments):
    from tools.cable.session import feedback, seen_at_rest

    session = ask.session(arguments.port)
    if arguments.to == "on":
        session.status()
        status = session.serve()
        session.say("service", f"on, outputs off; {feedback(status)}")
        return 0 if seen_at_rest(status) else 1
    session.tell("service off")
    status = session.wait(lambda status: status["state"] != "service")
    session.say("service", f"off; the board's state is {status['state']}")
    return 0
