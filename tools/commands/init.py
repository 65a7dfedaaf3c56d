"""`init`: a configuration by answering questions. Nothing is written before the last answer."""

import contextlib
import os
import shutil
import sys

from firmware.core.config_shapes import shown
from tools import configuration, wall
from tools.asking import COLUMNS, Asking, Lines, Question, Stopped, one_of
from tools.interview import whole
from tools.main import dispatch

NOT_WRITTEN = 1
WRONG_USE = 2
INTERRUPTED = 130


class WrongUse(Exception):
    """What is wrong with the command line, as a sentence."""


def add(subparsers):
    parser = subparsers.add_parser(
        "init", help="write a configuration by answering questions",
        description="Ask for board, inputs, time zone, windows and network, hold every answer against the check that "
        "the board makes, and write the configuration. What cannot be used is asked for again.")
    parser.add_argument("file", nargs="?", metavar="FILE", default=configuration.DEFAULT,
                        help=f"where to write it (default: {configuration.DEFAULT} here); what is there already is "
                             "kept as FILE.bak")
    parser.add_argument("--answers", metavar="FILE", help="take the answers from a file, one a line, as from a pipe")


def run(arguments):
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if hasattr(stream, "reconfigure"):  # None where it is closed
            stream.reconfigure(errors=errors)
    try:
        _refuse_target(arguments.file)
        read, left = _source(arguments.answers)
        columns = shutil.get_terminal_size((COLUMNS, 24)).columns
        text = _held(Asking(read, print, configuration.print_problems, columns), arguments.file)
        if left():
            raise Stopped(f"answers are left over, from {shown(left())} on, so they do not fit the questions")
        kept = _write(os.path.realpath(arguments.file), text)
    except WrongUse as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return WRONG_USE
    except Stopped as why:
        print(f"\ngridrest: {why}; nothing was written.", file=sys.stderr)
        return NOT_WRITTEN
    except KeyboardInterrupt:
        print("\ngridrest: interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    return _show(arguments.file, kept)


def _refuse_target(path):
    """Better before the questions than after them."""
    folder = os.path.dirname(os.path.realpath(path))
    if path == "-" or (os.path.exists(path) and not os.path.isfile(path)):
        raise WrongUse(f"{path} is no file that could be written; name one")
    if not os.path.isdir(folder):
        raise WrongUse(f"{path} cannot be written, because its folder does not exist; make it first")
    if not os.access(folder, os.W_OK):
        raise WrongUse(f"{path} cannot be written, because its folder is closed to you; name a file in another")


def _source(answers):
    """Where answers come from: (read, which works as input() does; left, which tells what nobody has asked for)."""
    if answers is None:
        if sys.stdin is None:
            raise WrongUse("there is nobody to ask, for standard input is closed; open it, or give --answers")
        if sys.stdin.isatty():
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  # input() then has a line that can be edited
            return input, lambda: ""
        lines = Lines(0)
    else:
        try:
            lines = Lines(os.open(answers, os.O_RDONLY))
        except (OSError, ValueError) as trouble:  # ValueError: a name with a null character
            reason = getattr(trouble, "strerror", None) or trouble
            raise WrongUse(f"{answers} cannot be read ({reason}); name a file with one answer a line") from None
    return lines.read, lines.left


def _held(asking, path):
    """The text of the configuration that was answered."""
    if os.path.exists(path):
        where = f"in place of {path}.bak" if os.path.exists(path + ".bak") else f"as {path}.bak"
        agreed = asking.ask(Question(
            f"{path} is there already.\nWrite a new one, and keep this one {where}: yes or no",
            "yes: it stays until the last question is answered. no: this ends here.", "no"),
            lambda answer: one_of("answer", answer, ("yes", "no")))
        if agreed == "no":
            raise Stopped(f"{path} stays as it is")
    asking.say(f"This asks what is to stand in {path}. Enter takes what is in [brackets], ? explains, and Ctrl-C "
               "leaves without writing anything.")
    return whole.hold(asking, wall.now_s())


def _write(path, text):
    """Put the text into the file, whole or not at all. Returns where what was there is kept, or None."""
    part, kept = path + ".part", None
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        if os.path.exists(path):
            kept = path + ".bak"
            shutil.copyfile(path, kept)
        os.replace(part, path)
    except OSError as trouble:
        raise Stopped(f"{trouble.filename or path} cannot be written ({trouble.strerror})") from None
    finally:
        with contextlib.suppress(OSError):
            os.remove(part)
    return kept


def _show(path, kept):
    """What has been written: the warnings of `check` and the week of `preview`."""
    print(f"\n{path} is written" + (f"; what it was is in {os.path.basename(kept)}." if kept else "."), flush=True)
    code = dispatch(["check", "--", path])
    print(flush=True)
    return code or dispatch(["preview", "--", path])
