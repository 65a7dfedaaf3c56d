"""`commission`: the proof of an installation by test, led by the board, and the record that it leaves."""

import argparse
import difflib
import os
import sys

from tools.cable import ask, ports

KEPT = "what is done is kept in {folder}, and the same command goes on from there"
IN_SERVICE = ("V2L is off, and the board stays in service with its outputs off. 'tools/gridrest service off', the "
              "board's button held for 5 s (a selector: twice to GRID and back) or a restart of the board ends that "
              "and lets the schedule have V2L: end it only when the installation may follow its schedule, and lock "
              "V2L off before you go")
ADRIFT = ("The board does not say that it is in service. A window in which it hears nothing ends within three "
          "seconds, and V2L with it; then it may follow its schedule. Lock V2L off now")
SCHEDULED = "the board is out of service, and follows its schedule again"
INTERRUPTED = 130
REAL, SIMULATED = "commissioning", "commissioning-simulated"
EXAMPLES = """examples:
  tools/gridrest commission                                         the board at the cable, step by step
  tools/gridrest commission --out file/2026 --earlier file/2025/commissioning.json
                                                                    the same, held against an earlier record
  tools/gridrest commission --sim                                   a simulated installation, to see what it is like
  tools/gridrest commission --sim --answers examples/commission/one-relay.json
                                                                    the same with a scripted person
  tools/gridrest commission --sim --answers examples/commission/one-relay.json --defect weld-km2
  tools/gridrest commission --sim --defects                         every planted defect, and the step that found it
"""


def add(subparsers):
    parser = subparsers.add_parser(
        "commission", help="lead the proof of an installation by test, and leave its record", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Lead a competent person through the tests of a changeover, measure what the board can measure, "
        "ask for the rest, and leave a record as JSON, page and PDF. Exits with 0 if everything passed, else with 1.")
    ask.add_port(parser)
    parser.add_argument("--out", metavar="FOLDER", help=f"where the record goes, and what is kept between two sittings "
                        f"(default: {REAL}, or {SIMULATED})")
    parser.add_argument("--earlier", metavar="FILE", help="the JSON of an earlier record, to compare with")
    parser.add_argument("--afresh", action="store_true", help="begin anew, whatever is kept")
    parser.add_argument("--answers", metavar="FILE", help="what is typed for the record; with --sim a whole person")
    parser.add_argument("--hold", type=_seconds, default=120, metavar="S",
                        help="how long grid and V2L are held for the RCD and loop tests (default: 120)")
    parser.add_argument("--sim", action="store_true", help="a simulated board and installation, in simulated time")
    parser.add_argument("--defect", metavar="NAME", help="with --sim: something is wrong with the installation")
    parser.add_argument("--defects", action="store_true", help="with --sim: plant each of them, and print the table")


def _seconds(text):
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 600:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds; give one from 1 to 600")
    return int(text)


def run(arguments):
    return ask.carry_out(lambda: _run(arguments))


def _run(arguments):
    if not arguments.sim and (arguments.defect or arguments.defects):
        raise ports.WrongUse("defects are planted in a simulated installation alone: give --sim, too")
    if arguments.defects:
        return _table()
    from tools.commission import answers, plan, record

    told = answers.read(arguments.answers, plan.IDS) if arguments.answers else None
    try:
        earlier = record.load(arguments.earlier) if arguments.earlier else None
    except record.Unreadable as sentence:
        raise ports.WrongUse(str(sentence)) from None
    if not arguments.sim:
        _spare_the_record(arguments)
    place = _simulated(arguments, told) if arguments.sim else _wired(arguments)
    try:
        return _sit(place, arguments, told, earlier)
    finally:
        place.close()


def _spare_the_record(arguments):
    """What has been signed perhaps is not written over, unless the commissioning that left it is gone on with."""
    from tools.commission import keeping, record

    folder = arguments.out or REAL
    path = os.path.join(folder, record.NAME + ".json")
    if os.path.exists(path) and (arguments.afresh or keeping.kept(folder) is None):
        raise ports.WrongUse(f"{path} is a record already, and is not written over: give --out another folder, and "
                             f"--earlier {path} to compare with it")


def _sit(place, arguments, told, earlier):
    from tools.cable.line import Gone
    from tools.commission import record, terminal

    folder = arguments.out or (SIMULATED if arguments.sim else REAL)
    kept = KEPT.format(folder=folder)
    try:
        place.board.serve()
        found = _sitting(place, arguments, told, folder)
        found.run()
        return _leave(found, record.write(folder, found.record, earlier), folder)
    except terminal.Ended as why:
        print(f"gridrest: {why}: {kept}. {left(place.board)}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ngridrest: interrupted: {kept}. {left(place.board)}.", file=sys.stderr)
        return INTERRUPTED
    except Gone as trouble:
        raise ports.Trouble(f"{trouble}: {kept}. {left(place.board)}") from None
    except ports.Trouble as trouble:
        raise type(trouble)(f"{trouble}. {left(place.board)}") from None


def left(board):
    """How a sitting that has not passed leaves the board."""
    return IN_SERVICE if board.serving else ADRIFT


def _sitting(place, arguments, told, folder):
    from tools.commission import beginning, keeping, person, sitting, terminal

    status = place.board.status()
    if "supervised" not in status:
        raise ports.Trouble(f"the firmware on the board ({status['fw']}) knows no supervised window: tools/gridrest "
                            "flash brings one that does")
    kept = None if arguments.afresh else beginning.go_on(place, status, folder)
    if arguments.sim and told:
        somebody = person.Scripted(told, place.hands, lambda text: print(text, flush=True), arguments.hold)
    else:
        somebody = terminal.Terminal(place.board, place.hands, arguments.hold, told)
    if kept:
        print(f"gridrest: going on with what is kept in {folder}; --afresh begins anew.", file=sys.stderr)
    else:
        kept = beginning.fresh(place, status)
        somebody.begin(kept)
        keeping.keep(folder, kept)
    return sitting.Sitting(place.board, somebody, place.facts, kept, folder)


def _leave(found, paths, folder):
    from tools.commission import keeping
    from tools.terminal import paint

    record = found.record
    for row in record["steps"]:
        run = row["runs"][-1]
        if run["result"] != "pass":
            print(f"{run['result']}: {row['title']} ({row['id']}): {run['finding'] or run['reason']}")
    for row in record["not_tested"]:
        print(f"not tested: {row['title']} ({row['id']}): {row['reason']}")
    colour = {"pass": "green", "fail": "red"}.get(record["verdict"], "yellow")
    print(f"{paint(record['verdict'], colour)}: {', '.join(map(str, paths))}")
    passed = record["verdict"] == "pass"
    print(f"gridrest: {SCHEDULED if passed else left(found.board)}.")
    if passed:
        keeping.forget(folder)
    return 0 if passed else 1


def _wired(arguments):
    from tools.cable import told
    from tools.commission import wired

    return wired.Wired(ports.choose(arguments.port), told.step)


def _simulated(arguments, told):
    from tools.commission import beginning, defects, table

    defect = None
    if arguments.defect:
        defect = defects.find(arguments.defect)
        if defect is None:
            near = difflib.get_close_matches(arguments.defect, defects.NAMES, 1)
            remedy = f"did you mean {near[0]}?" if near else "they are " + ", ".join(defects.NAMES)
            raise ports.WrongUse(f"there is no defect '{arguments.defect}'; {remedy}")
    place = beginning.Simulated((told or table.example(table.EXAMPLES[0])).simulated, defect)
    if defect and not defects.has_place(defect, place.link.world):
        place.close()
        raise ports.WrongUse(f"{defect.name} has no place in this installation, for {defect.signal} is not fitted")
    return place


def _table():
    from tools.commission import table
    from tools.terminal import Progress

    with Progress("defects") as progress:
        rows = table.rows(each=lambda number, total: progress.update(number, total))
    print("\n".join(table.markdown(rows)))
    missed = [row for row in rows if not table.is_well(row)]
    for row in missed:
        print(f"gridrest: {row['defect']} in {row['installation']}: found by {row['found']} and not by {row['for']}.",
              file=sys.stderr)
    return 1 if missed else 0
