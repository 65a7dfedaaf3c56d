"""`flash`: a build onto a board, from a blank chip or over whatever is there, and the board's own word that it runs."""

from tools.cable import ask


def add(subparsers):
    parser = subparsers.add_parser(
        "flash",
        help="the firmware onto a board, over USB",
        description="Compiles the firmware for the configuration's board, brings the running board to rest on grid, "
        "sends what differs, verifies it there, switches, restarts, and waits until the board reports this build. "
        "Wherever it is interrupted, the board has the old build or the new, whole; do it again to go on.",
    )
    ask.add_port(parser)
    parser.add_argument("--config", metavar="FILE", help="the configuration (default: config.json here)")
    parser.add_argument("--dry-run", action="store_true", help="say what differs, and touch nothing")
    parser.add_argument("--base", nargs="?", const="", metavar="FILE",
                        help="put MicroPython on the chip first: from FILE by esptool, else fetched by mpflash")
    parser.add_argument("--erase", action="store_true", help="with --base: erase the whole chip first, files and all")
    parser.add_argument("--secrets", action="store_true", help="ask for all passwords anew")
    parser.add_argument("--bench", action="store_true",
                        help="nothing is wired to the board yet: do not ask that its feedback shows grid")


def run(arguments):
    return ask.carry_out(lambda: _flash(arguments))


def _flash(arguments):
    from tools.cable import flashing
    from tools.cable.ports import WrongUse
    from tools.cable.update import Build

    if arguments.erase and arguments.base is None:
        raise WrongUse("--erase goes with --base, because an erased chip has no MicroPython")
    build = Build(ask.read_configuration(arguments.config))
    session = ask.session(arguments.port)
    if arguments.dry_run:
        return flashing.try_out(session, build)
    return flashing.flash(session, build, arguments)
