"""The command line: finds the command, runs it, and turns what happened into an exit code.

0: well. 1: the thing asked about is not well. 2: wrong use. 130: interrupted. Data goes to stdout, messages to stderr.
"""

import argparse
import difflib
import importlib
import os
import sys

# Each is a module of tools.commands with add(subparsers) and run(arguments) -> exit code, imported only when asked for.
# A module with run_raw(arguments) takes what it is given unread, because it hands it on.
COMMANDS = (
    ("init", "write a configuration by answering questions"),
    ("boards", "the boards that are driven, their pins, and those that are not"),
    ("check", "check a configuration, and say what a careful installer would"),
    ("preview", "every transfer the schedule will make"),
    ("flash", "the firmware onto a board, over USB"),
    ("config", "the board's configuration: push a new one, or pull it"),
    ("time", "set the board's clock"),
    ("status", "what the board at the cable knows, commands and sees"),
    ("log", "the board's journal"),
    ("service", "outputs off, feedback shown and not judged: on or off"),
    ("commission", "lead the proof of an installation by test, and leave its record"),
    ("test", "run every test, on CPython and on real MicroPython; arguments go to pytest"),
    ("sim", "the firmware on a simulated board, on a page or as the story of its day"),
    ("watch", "real boards behind an MQTT broker, on a page or at the terminal"),
    ("proof", "the long campaigns: one part, some, or all"),
    ("bench", "what the firmware costs on real MicroPython, beside a polling loop"),
    ("doctor", "what is installed, and what each missing piece would add"),
)
EXAMPLES = (
    ("tools/gridrest check config.json", "is this configuration right?"),
    ("tools/gridrest preview --days 7", "when will the board be on grid, and when on V2L?"),
)
WRONG_USE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


def help_text():
    """Two examples, then the commands."""
    lines = ["Examples:"]
    lines += [f"  {command:<34} {meaning}" for command, meaning in EXAMPLES]
    lines += ["", "Commands:"]
    lines += [f"  {name:<10} {meaning}" for name, meaning in COMMANDS]
    lines += ["", "tools/gridrest COMMAND --help says more about one of them."]
    return "\n".join(lines)


def unknown_command(name):
    names = [row[0] for row in COMMANDS]
    near = difflib.get_close_matches(name, names, 1)
    remedy = f"did you mean {near[0]}?" if near else "the commands are " + ", ".join(names) + "."
    return f"gridrest: there is no command '{name}'; {remedy}"


def dispatch(arguments):
    """Run the command named first; the rest is its business."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(help_text())
        return 0
    if arguments[0] not in [row[0] for row in COMMANDS]:
        print(unknown_command(arguments[0]), file=sys.stderr)
        return WRONG_USE
    module = importlib.import_module("tools.commands." + arguments[0])
    if hasattr(module, "run_raw"):
        return module.run_raw(arguments[1:])
    parser = argparse.ArgumentParser(prog="gridrest", allow_abbrev=False)
    module.add(parser.add_subparsers())
    return module.run(parser.parse_args(arguments))


def main(arguments):
    """Run a command; whatever ends it early becomes one line and an exit code."""
    try:
        code = dispatch(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse's way of saying it has said what is wrong
        return end.code
    except KeyboardInterrupt:
        print("gridrest: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, `head` perhaps, has seen enough. Python flushes stdout once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
