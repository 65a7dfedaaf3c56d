"""What is known of a board as rows for a terminal: a word, a sentence, and what runs on with time.

A row whose sentence has not changed is no news, whatever its running part says. That part is left out where nobody can
know that it still runs.
"""

import time
import typing

from firmware.core import dates
from tools.cable import told
from tools.live import words
from tools.live.boards import MOST, broker_sentence
from tools.terminal import span
from tools.timeline_words import HOLDS, INPUTS, PERMITS, SOURCES, TRUST
from tools.wall import UNIX_2020

SOURCE = {"grid": "grid", "v2l": "V2L"}
EVENT = "event"
AHEAD = 3  # changes of the plan
EVENTS = 3
DIFFERS_S = 5
SILENT_S = 5  # before it is strange
BRIEF = ("load", "why", "next", "fault", "alarm", "notice")  # where there are several boards


class Row(typing.NamedTuple):
    tag: str
    text: str
    running: str = ""
    key: str | None = None  # what makes it news, if it is not the text

    def news(self):
        return self.tag, self.key or self.text

    def whole(self):
        return f"{self.text}; {self.running}" if self.running else self.text


def of_all(boards, only, shown):
    """What is to be said beside the boards that are shown."""
    broker, now_s = boards.broker, boards.clock()
    yield Row("broker", broker_sentence(broker, now_s), key=f"{broker.is_there} {broker.why}")
    if not shown and broker.is_there and now_s - broker.since_s > SILENT_S:
        yield Row("silence", f"Nothing has been heard on {boards.base}/{only or '+'}/status. Is that what the board's "
                  "configuration says (id, mqtt.base), and may this user read it?")
    if boards.left_out:
        yield Row("others", f"There are more than {MOST} names, and the first are listed. --id NAME finds any.")


def of_board(boards, board):
    """The Rows of a board as it is known now."""
    standing, now_s = boards.standing(board), boards.clock()
    if standing.is_live():
        yield Row("board", "it is there", _ages(board, standing, now_s))
    else:
        yield Row("known", f"NOT LIVE. {standing.text}", key=standing.word)
    if board.status:
        status, is_live = board.status.value, standing.is_live()
        was = "" if is_live else "last known: "
        yield Row("load", was + load(status), key=load(status))
        yield Row("why", was + words.of_status(status), key=words.of_status(status))
        yield from _permits(status, was)
        yield from _faults(status)
        yield from _next(board, status, now_s if is_live else None)
        yield from _details(boards, board, is_live)
    yield from _plan(boards, board, now_s)
    for event in board.events[-EVENTS:]:
        yield Row(EVENT, event_line(event.value))


def load(status):
    """What feeds the board, as far as anybody can tell."""
    command, feedback = SOURCE[status["command"]], status["feedback"]
    if status["state"] in ("to_v2l", "to_grid"):
        return f"on its way to {command}; {words.FEEDBACK[feedback]}"
    if status["confirmed"]:
        return f"from {command}: commanded, and the feedback says the same"
    if feedback == "unknown":
        return f"{command} is commanded, and nothing tells whether it is so: {words.FEEDBACK[feedback]}"
    doubt = {"neither": "perhaps from nothing", "both": "PERHAPS FROM BOTH AT ONCE"}.get(feedback)
    return f"{doubt or 'perhaps from ' + SOURCE[feedback]}: {command} is commanded, and {words.FEEDBACK[feedback]}"


def event_line(event):
    when = local(dates.parse_iso(event["t"])) if event["t"] else f"{span(event['up_s'])} after its start"
    return f"{when}: {words.of_event(event)[0]}"


def local(t_s):
    """An instant on this machine's clock and in its zone."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(t_s + UNIX_2020))


def _ages(board, standing, now_s):
    parts = [f"status {span(standing.age_s)} ago"]
    for name, heard in (("online", board.availability), ("plan", board.plan),
                        ("last event", board.events[-1] if board.events else None)):
        if heard:
            age_s = heard.age_s(now_s)
            parts.append(f"{name} since nobody knows when" if age_s is None else f"{name} {span(age_s)} ago")
    return ", ".join(parts)


def _permits(status, was):
    for name in status["blocked_by"]:
        yield Row("lacking", f"{was}{name} (must hold: {PERMITS.get(name, name)})", key=name)


def _faults(status):
    for code in status["faults"]:
        for tag, text in told.fault(code):
            yield Row("do" if tag == "remedy" else tag, text)


def _next(board, status, now_s):
    """`now_s` None: it is not known whether the board still goes by it."""
    if status["next"] is None:
        return
    at_s = dates.parse_iso(status["next"]["at"])
    board_s = None if now_s is None else board.time_s(now_s)
    running = "" if board_s is None else f"in {span(at_s - board_s)}" if at_s > board_s else "due now"
    yield Row("next", f"{SOURCE[status['next']['source']]} at {local(at_s)}, if everything then allows it", running)


def _plan(boards, board, now_s):
    if board.plan is None:
        return
    here_s = boards.wall() - UNIX_2020
    ahead = [change for change in board.plan.value if dates.parse_iso(change["at"]) > here_s]
    rows = [f"{SOURCE[change['source']]} {local(dates.parse_iso(change['at']))}" for change in ahead[:AHEAD]]
    age_s = board.plan.age_s(now_s)
    age = "told nobody knows when" if age_s is None else f"told {span(age_s)} ago"
    yield Row("plan", ", ".join(rows) or "nothing in it is still to come", f"{len(ahead)} changes, {age}")


def _details(boards, board, is_live):
    status = board.status.value
    for name, fixed in (("local", "fixed"), ("remote", "remote")):
        if status["hold"][name] != "none":
            yield Row("hold", HOLDS["window" if status["hold"][name] == "window" else fixed])
    for tag, text in told.proving(status):
        yield Row(tag, text, key=tag)
    inputs = [f"{INPUTS[name]} says {status['inputs'][name]}" for name in INPUTS
              if status["inputs"][name] != "unfitted"]
    if inputs:
        yield Row("inputs", ", ".join(inputs))
    yield _clock(status["clock"], _ahead_s(boards, board) if is_live else None)
    measured = status["last_transfer"]
    counters = status["counters"]
    if measured:
        times = ", ".join(f"{text} {measured[key]} ms" for key, text in (
            ("drop_ms", "let go after"), ("gap_ms", "gap"), ("ms", "in all")) if measured[key] is not None)
        yield Row("transfer", f"the last went to {SOURCE[measured['to']]}: {times or 'not measured'}",
                  f"{counters['transfers']} so far, {span(counters['v2l_s'])} on V2L")
    if status["soc"] is not None:
        yield Row("car", f"its battery is said to be at {status['soc']} %")
    rssi = status["net"]["rssi"]
    yield Row("build", status["fw"], f"up {span(status['uptime_s'])}, restarts unasked {counters['resets']}, Wi-Fi "
              f"{'not known' if rssi is None else f'{rssi} dBm'}, commands refused {status['net']['refused']}")


def _clock(clock, ahead_s):
    if clock["trust"] == "unset":
        return Row("clock", "the board does not know the time: tools/gridrest time set, at its cable")
    running = f"wrong by {clock['error_s']} s at most"
    if ahead_s is not None and abs(ahead_s) > DIFFERS_S:
        running += f"; {span(abs(ahead_s))} {'ahead of' if ahead_s > 0 else 'behind'} this machine's"
    return Row("clock", f"{TRUST[clock['trust']]}, {SOURCES.get(clock['source'], clock['source'])}", running)


def _ahead_s(boards, board):
    """How far the board's clock is ahead of ours; None if that is not known."""
    board_s = board.time_s(boards.clock())
    return None if board_s is None else board_s - boards.wall() + UNIX_2020
