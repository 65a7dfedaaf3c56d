"""`sim`: the firmware on a simulated board, on a page in the browser, or told as a story or as JSON lines."""

import argparse
import json
import os
import pathlib
import signal
import sys
import time

from firmware.core import dates
from tools import advice, configuration, outside
from tools.configuration import REFUSED
from tools.live import visit
from tools.sim import scenario as scenarios
from tools.sim import verbs
from tools.terminal import Progress
from tools.timeline import Timeline

REFUSED_CODE = 1
WRONG_USE = 2
HOUR_MS = 3_600_000
FLUSH_S = 0.5
EXAMPLES = """examples:
  tools/gridrest sim                                                       an installation that lives, on a page
  tools/gridrest sim --scenario weld.json --speed 60                       what happens to it, to be watched
  tools/gridrest sim --headless                                            a day, as the board would spend it
  tools/gridrest sim --headless --config house.json --for 7d               a week with a configuration of yours
  tools/gridrest sim --headless --scenario weld.json --json                what happens to it, for a program
  tools/gridrest sim --headless --broker 127.0.0.1:1883                    with your broker, if it has a network; its
                                                                           certificate (mqtt.ca) and secrets.json are
                                                                           taken from beside the configuration
"""


class WrongUse(Exception):
    """What is wrong with the command line, as a sentence."""


class Refused(Exception):
    """A scenario or configuration that cannot be played. Holds (level, key, message) rows."""


def add(subparsers):
    parser = subparsers.add_parser(
        "sim", help="the firmware on a simulated board, on a page or as the story of its day", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Run the whole firmware, as it is, on a simulated board with its contactors: on a page on which a "
        "hand can break things, until it is interrupted; or, with --headless, to its end, and tell of it. Exits with 0 "
        "whatever happened in the run, and with 1 if it was refused.")
    parser.add_argument("--headless", action="store_true", help="run to the end at full speed, and tell about it here")
    parser.add_argument("--scenario", metavar="FILE", help="what happens, and to which installation; - for standard "
                        "input (default: nothing happens to the configuration)")
    parser.add_argument("--for", dest="span", metavar="D",
                        help='how long: 24h, 90m, 30s, 2d, 1y or H:MM:SS (default: the scenario\'s, else 24h; on the '
                        "page as long as can be)")
    parser.add_argument("--start", metavar="T", help="an instant in UTC like 2026-10-25T00:00:00Z, or a date, for its "
                        "midnight in UTC (default: the scenario's, else a Friday, 2026-11-20; on the page shortly "
                        "before the V2L window of that day)")
    parser.add_argument("--config", metavar="FILE", help="the configuration; a scenario's own is laid over it. - for "
                        "standard input (default: the simulator's installation for a scenario, else config.json "
                        "here, else the example)")
    parser.add_argument("--broker", metavar="HOST:PORT", help="the broker that the board's network leads to (default: "
                        "one of its own, on 127.0.0.1, that ends with the run)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line instead of the story")
    visit.add_options(parser)


def run(arguments):
    try:
        visit.refuse_odd(arguments, WrongUse)
        broker = _broker(arguments.broker)
        scenario = _chosen(arguments)
    except (WrongUse, configuration.Unreadable) as sentence:
        print(f"gridrest: {sentence}.", file=sys.stderr)
        return WRONG_USE
    except Refused as refused:
        configuration.print_problems(refused.args[0], sys.stderr)
        return REFUSED_CODE
    if not arguments.headless:
        return _show(scenario, arguments, broker)
    with outside.outside(scenario.config, broker, _folder(arguments)) as network, Progress("gridrest") as progress:
        listeners = [] if sys.stdout.isatty() else [_progress_of(scenario, progress)]
        if arguments.json:
            _play(scenario, _lines_to(_flushing(sys.stdout), listeners), *network)
        else:
            _play(scenario, _story_to(_flushing(sys.stdout), scenario, listeners), *network)
    return 0


def _show(scenario, arguments, broker):
    """The page, until it is ended."""
    named = arguments.config or arguments.scenario
    base = _base(arguments.config).raw if arguments.config not in (None, "-") else None
    found = configuration.DEFAULT if os.path.exists(configuration.DEFAULT) else visit.BARE
    return visit.show(arguments, scenario, os.path.basename(named or found),
                      {"folder": str(_folder(arguments)), "base": base, "broker": broker})


def _play(scenario, emit, reached, files):
    """Play it. Ctrl-C is meant for the run: the firmware in it would take it for one at its own prompt, and go on."""
    from tools import staging  # not before it is known that there is something to play
    from tools.sim import run as runner

    interrupted = []

    def interrupt(_signal, _frame):
        interrupted.append(True)
        raise KeyboardInterrupt

    def emit_unless_interrupted(line):
        if interrupted:
            raise KeyboardInterrupt
        emit(line)

    before = [(number, signal.signal(number, interrupt)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        runner.play(scenario, emit_unless_interrupted, files={**files, **staging.stage(scenario.config_text)},
                    outside=reached)
    finally:
        for number, handler in before:
            signal.signal(number, handler)


# What is to be played.


def _chosen(arguments):
    """The scenario that the command line asks for."""
    start_s, span = _start(arguments.start), arguments.span
    if span is not None and verbs.span_ms(span) is None:
        raise WrongUse(f"--for {span} is no length of time; write {verbs.SPAN[1].partition(', ')[2]}")
    if arguments.scenario == "-" == arguments.config:
        raise WrongUse("only one of --scenario and --config can come from standard input; name a file for the other")
    if arguments.scenario is not None:
        base = None if arguments.config is None else _base(arguments.config).raw
        return _checked(_read(arguments.scenario), base, start_s, span)
    bare = not arguments.headless and arguments.config is None and not os.path.exists(configuration.DEFAULT)
    config = visit.fitted(_base(str(configuration.EXAMPLE)).raw) if bare else _base(arguments.config).raw
    span = span or ("24h" if arguments.headless else visit.EVER)
    scenario = _checked('{"name": "a run without a scenario"}', config, start_s, span)
    # Nobody else would tell such a board the time, and its day would be one long wait for it.
    scenario.set_clock = scenario.config.rtc == "none" and scenario.config.ntp is None
    if not arguments.headless and start_s is None:
        scenario.start_s = visit.before_v2l(scenario.config.schedule, scenario.start_s)
    return scenario


def _checked(text, base, start_s, span):
    scenario, problems = scenarios.read(text, base, start_s, span, advice)
    if scenario is None:
        raise Refused([(REFUSED, *problem) for problem in problems])
    return scenario


def _base(path):
    """The checked configuration at this path."""
    loaded = configuration.load(path, 0)
    if loaded.config is None:
        raise Refused([finding for finding in loaded.findings if finding[0] == REFUSED])
    return loaded.config


def _folder(arguments):
    """Where the configuration comes from, and what goes to the board with it."""
    named = arguments.config or arguments.scenario
    if named is None and not os.path.exists(configuration.DEFAULT):
        return configuration.EXAMPLE.parent
    return pathlib.Path(named or "-").parent


def _start(text):
    if text is None:
        return None
    start_s = scenarios.start_s(text + "T00:00:00Z" if dates.parse_date(text) is not None else text)
    if start_s is None:
        raise WrongUse(f"--start {text} is no instant to begin at; write one in UTC from 2020 to 2043, like "
                       "2026-10-25T00:00:00Z, or a date")
    return start_s


def _broker(text):
    """(host, port), or None where the command line names no broker."""
    found = None if text is None else outside.place(text)
    if text is not None and found is None:
        raise WrongUse(f"--broker {text} is no place; write its host and port, like 127.0.0.1:1883")
    return found


def _read(path):
    """The bytes of a scenario. One more than is allowed is enough to refuse it, however long it is."""
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as file:
            return file.read(scenarios.LONGEST + 1)
    except (OSError, ValueError) as trouble:  # ValueError: a name with a null character
        reason = "it is a folder" if os.path.isdir(path) else getattr(trouble, "strerror", None) or trouble
        raise WrongUse(f"{ascii(path)} cannot be read ({reason}); name a scenario file") from None


# What is told of it.


def _lines_to(write, listeners):
    """An emit() that prints the lines as they are."""
    def emit(line):
        write(line)
        for listen in listeners:
            listen(json.loads(line))
    return emit


def _story_to(write, scenario, listeners):
    """An emit() that tells them as a timeline."""
    plain = _plain(sys.stdout.encoding)
    timeline = Timeline(scenario.config.zone, lambda text: write(plain(text)))
    timeline.begin(scenario.name, scenario.config.zone_text)

    def emit(line):
        told = json.loads(line)
        timeline.feed(told)
        for listen in listeners:
            listen(told)
    return emit


def _plain(encoding):
    """A function that makes text what the stream can show."""
    encoding = encoding or "ascii"
    return lambda text: text.encode(encoding, "backslashreplace").decode(encoding)


def _flushing(stream):
    """A write() for whole lines, which a reader at the other end of a pipe gets to see while the run goes on."""
    flushed = [time.monotonic()]

    def write(line):
        print(line, file=stream)
        if time.monotonic() - flushed[0] > FLUSH_S:
            stream.flush()
            flushed[0] = time.monotonic()
    return write


def _progress_of(scenario, progress):
    """A listener that shows on stderr how far the run is. On a terminal that shows the run itself it would disturb."""
    hours = max(1, scenario.for_ms // HOUR_MS)

    def listen(told):
        if "t" in told:
            progress.update(int(told["t"]) // 3600, hours, "in simulated hours")
    return listen
