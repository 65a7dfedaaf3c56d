"""What is known of the boards behind a broker, and how old it is.

Ages count on this machine's own clock, from when a message came. What the broker had kept is older than that by nobody
knows how much, unless it carries the board's time. Every value is replaced whole and never changed, so that whoever
looks from another thread sees all of it or nothing.
"""

import re
import threading
import time
import typing

from firmware.core import dates
from tools.live import heard
from tools.terminal import span
from tools.wall import UNIX_2020

OLD_S = 150  # a board renews its status every 60 s: then two are missing
AHEAD_S = 120  # a board's clock may be so far ahead of ours, and what it says counts as new
MOST = 64  # boards
KEPT = 50  # events of each
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
WORDS = ("availability", "status", "plan", "event")


def counted_s():
    """A clock that nobody sets, and that goes on while this machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Heard(typing.NamedTuple):
    """A value; when it came, by the clock that nobody sets; and how old it was by then, None if nobody knows."""

    value: typing.Any
    came_s: float
    before_s: float | None

    def age_s(self, now_s):
        return None if self.before_s is None else self.before_s + now_s - self.came_s


class Broker(typing.NamedTuple):
    """`name` is how it was named to us; `why` it is not there, None while nothing is known."""

    name: str
    is_there: bool
    why: str | None
    since_s: float


class Standing(typing.NamedTuple):
    """How far what is known of a board can be taken for what is so now. `word` is live, broker, offline, silent,
    unreadable, unknown or old; `text` says it in a sentence.
    """

    word: str
    age_s: float | None  # of the status
    text: str

    def is_live(self):
        return self.word == "live"


class Board:
    """Of each kind the last that was sound, as Heard, or None. `unread` is a later status that was not."""

    def __init__(self, name):
        self.name = name
        self.availability = self.status = self.plan = self.unread = None
        self.events = ()  # Heard, the oldest first
        self.told = 0  # events ever
        self.lost = 0  # messages that were not sound
        self.heard_s = None  # when a status came last, be it one that the broker said again
        self._payload = None

    def hear(self, word, payload, come, retained):
        """`come` makes a Heard of a value and the board's time with it. An empty payload takes back what was kept."""
        if word == "status":
            self.heard_s = come(None).came_s
            if retained and payload == self._payload:
                return  # it is as old as it was
        value, problem = getattr(heard, "read_" + word)(payload) if payload else (None, None)
        self.lost += problem is not None
        if word == "status":
            self.unread = problem and come(problem)
            if not problem:
                self._payload = payload
                self.status = value and come(value, value["time"])
            if value and not retained and not self.is_online():
                self.availability = come("online")  # the word that it is back was lost on the way
        elif word == "event" and value:
            self.told += 1
            self.events = (*self.events, come(value, value["t"]))[-KEPT:]
        elif word != "event" and not problem:
            setattr(self, word, None if value is None else come(value))

    def is_online(self):
        return self.availability is not None and self.availability.value == "online"

    def time_s(self, now_s):
        """What the board's clock says now, if its status says that; seconds since 2020."""
        age_s = self.status.age_s(now_s) if self.status else None
        text = self.status and self.status.value["time"]
        return None if age_s is None or text is None else dates.parse_iso(text) + age_s


class Boards:
    """Give it what comes; look at `boards` {name: Board} and `broker` at any time, from any thread.

    `listen(name, word)` of each listener is called in the thread in which a message came; name None: the broker.
    """

    def __init__(self, base, broker, clock=counted_s, wall=time.time):
        self.base = base
        self.clock = clock
        self.boards = {}
        self.left_out = False  # there are more than MOST
        self.broker = Broker(broker, False, None, clock())
        self.news = threading.Event()
        self.listeners = []
        self.wall = wall

    def topics(self, only=None):
        """What to subscribe to. A board whose configuration has `mqtt.base` speaks there itself."""
        places = [f"{self.base}/{only}"] if only else [f"{self.base}/+", self.base]
        return [f"{place}/{word}" for place in places for word in WORDS]

    def hear(self, topic, payload, retained):
        place, _slash, word = topic.rpartition("/")
        name = place.rpartition("/")[2]
        if word not in WORDS or not NAME.fullmatch(name):
            return
        if name not in self.boards and len(self.boards) >= MOST:
            self.left_out = True
            return

        def come(value, text=None):
            return Heard(value, self.clock(), self._before_s(text) if retained else 0)

        self.boards.setdefault(name, Board(name)).hear(word, payload, come, retained)
        self._tell(name, word)

    def reached(self):
        self.broker = Broker(self.broker.name, True, None, self.clock())
        self._tell(None, "broker")

    def gone(self, why):
        """Nobody tells any more whether a board is online. One that was not stays so until it is told otherwise."""
        since_s = self.clock() if self.broker.is_there else self.broker.since_s
        self.broker = Broker(self.broker.name, False, why, since_s)
        for board in list(self.boards.values()):
            if board.is_online():
                board.availability = None
        self._tell(None, "broker")

    def standing(self, board):
        """The Standing of a board now."""
        now_s = self.clock()
        age_s = board.status.age_s(now_s) if board.status else None
        word = self._word(board, age_s)
        return Standing(word, age_s, self._sentence(board, word, now_s))

    def _word(self, board, age_s):
        if not self.broker.is_there:
            return "broker"
        if board.availability and board.availability.value == "offline":
            return "offline"
        if board.unread:
            return "unreadable"
        if not board.status:
            return "silent"
        if age_s is None or not board.availability or board.heard_s < self.broker.since_s:
            return "unknown"
        return "old" if age_s > OLD_S else "live"

    def _sentence(self, board, word, now_s):
        if word == "broker":
            text = broker_sentence(self.broker, now_s)
        elif word == "offline":
            text = f"The board is offline{_since(board.availability, now_s)}."
        elif word == "unreadable":
            text = f"The last status cannot be read{_since(board.unread, now_s)}: {board.unread.value}."
        elif word == "old":
            text = f"It has said nothing for more than {OLD_S} s, and speaks once a minute."
        elif word == "unknown" and not board.availability:
            text = "Nobody says whether it is online."
        elif word == "unknown" and board.heard_s < self.broker.since_s:
            text = "It has said nothing since the broker is back."
        else:
            text = ""
        return f"{text} {last_status(board.status, now_s)}".strip()

    def _before_s(self, text):
        """How old a kept message is, by the board's time in it."""
        at_s = None if text is None else dates.parse_iso(text)
        before_s = None if at_s is None else self.wall() - UNIX_2020 - at_s
        return None if before_s is None or before_s < -AHEAD_S else max(0, before_s)

    def _tell(self, name, word):
        for listen in self.listeners:
            listen(name, word)
        self.news.set()


def broker_sentence(broker, now_s):
    if broker.is_there:
        return f"The broker {broker.name} is there, for {span(now_s - broker.since_s)}."
    why = f": {broker.why}" if broker.why else ", and is being called"
    return f"The broker {broker.name} is not there, for {span(now_s - broker.since_s)}{why}."


def last_status(status, now_s):
    if status is None:
        return "No status of it is known."
    age_s = status.age_s(now_s)
    if age_s is None:
        return ("The broker had kept its last status, and nobody knows how old that is: it has no time in it, or one "
                "ahead of this machine's.")
    return f"Its last status came {span(age_s)} ago" + (", by its own time." if status.before_s else ".")


def _since(heard_, now_s):
    age_s = heard_.age_s(now_s)
    return ", nobody knows how long" if age_s is None else f", for {span(age_s)}"
