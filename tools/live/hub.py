"""What pages have to know of a board, kept so that a page which comes late knows as much as one that was there.

A Room holds the last message of each kind and the last ones of the kinds that are listed. Whoever knows something puts
it in, from any thread; the server takes what is new out, for all pages at once. Nothing here grows with time.
"""

import collections
import threading

from firmware.core import dates
from tools.live import words
from tools.live.messages import EVENTS, KEPT_S, LISTED, TRANSFERS, VERSION
from tools.wall import UNIX_2020

PLURAL = {"fed": "fed", "transfer": "transfers", "event": "events", "reset": "resets"}
LENGTHS = {"transfers": TRANSFERS, "events": EVENTS, "resets": EVENTS, "fed": 4 * EVENTS}
SINGLE = ("installation", "zone", "plan", "status", "plant", "link", "time", "over", "trouble")
PLAN_S = 7 * dates.DAY_S  # ahead, and as many changes, as a board publishes
PLAN_MOST = 64
TO_FEEDBACK = {"grid": "grid", "v2l": "v2l", "neither": "none", "both": "both", "unknown": "unknown"}


def unix(t_s):
    """The core's seconds since 2020 as Unix seconds."""
    return t_s + UNIX_2020


def instant(text):
    """ISO text, as the board writes it, as Unix seconds; None for what is none."""
    t_s = dates.parse_iso(text) if isinstance(text, str) else None
    return None if t_s is None else unix(t_s)


class Room:
    """What is known of one board. `truth`: a bench that knows what really feeds the load."""

    def __init__(self, board, lock, truth=False):
        self.board = board
        self.lock = lock
        self.truth = truth
        self.is_anew = False  # pages are to forget what they knew
        self._begin()

    def _begin(self):
        self.last = dict.fromkeys(SINGLE)
        self.lists = {name: collections.deque(maxlen=length) for name, length in LENGTHS.items()}
        self.news = {}  # of each single kind, the last that is still to be told
        self.listed = collections.deque(maxlen=2 * EVENTS)  # the others, in their order
        self.count = None  # of transfers that the board has begun
        self.pending = False  # one has begun, and has not been measured yet

    def begin(self):
        """Another run: nothing known before counts any more."""
        with self.lock:
            self._begin()
            self.is_anew = True

    def put(self, kind, **keys):
        """A message as messages.TO_PAGE has it. What a page knows already it is not told again."""
        message = {"kind": kind, **keys}
        with self.lock:
            if kind in LISTED:
                self.lists[PLURAL[kind]].append(message)
                self.listed.append(message)
            elif message != self.last[kind]:
                self.last[kind] = self.news[kind] = message

    def take(self):
        """What is new since the last time, as messages; a snapshot if all of it is."""
        with self.lock:
            listed, news = list(self.listed), self.news
            self.listed.clear()
            self.news = {}
            is_anew, self.is_anew = self.is_anew, False
            return [self.snapshot()] if is_anew else [*listed, *news.values()]

    def snapshot(self):
        with self.lock:
            return {"kind": "snapshot", "board": self.board, **self.last,
                    **{name: list(kept) for name, kept in self.lists.items()}}

    # What boards and simulators say.

    def status(self, at, status):
        """The board's status has come. What it says of transfers, and of what feeds the load, is told beside it."""
        self.put("status", at=at, status=status, sentence=words.of_status(status))
        if not self.truth:
            self.fed(at, TO_FEEDBACK.get(status["feedback"], "unknown"))
        self._follow_transfer(at, status)

    def _follow_transfer(self, at, status):
        """One counts when it begins, and is measured once the board has come to rest where it was to go."""
        count, before, self.count = status["counters"]["transfers"], self.count, status["counters"]["transfers"]
        self.pending = self.pending or before not in (None, count)
        if self.pending and status["state"] in ("grid", "v2l"):
            self.pending = False
            measured = status["last_transfer"]
            if measured and measured["to"] == status["state"]:
                self.put("transfer", at=at, **measured)

    def fed(self, at, supply):
        """What feeds the load from now on; what is older than a page shows is forgotten."""
        with self.lock:
            kept = self.lists["fed"]
            if kept and kept[-1]["supply"] == supply:
                return
            while len(kept) > 1 and kept[1]["at"] < at - KEPT_S:
                kept.popleft()
            self.put("fed", at=at, supply=supply)

    def event(self, at, event):
        text, level = words.of_event(event)
        self.put("event", at=at, text=text, level=level, event=event)

    def reset(self, at, cause):
        self.put("reset", at=at, cause=cause, text=words.of_reset(cause))


class Hub:
    """All rooms. `bench` is what the page of a bench is told at the beginning, as messages.TO_PAGE has it."""

    def __init__(self, mode, bench=None):
        self.lock = threading.RLock()
        self.mode = mode
        self.bench = bench
        self.rooms = {}
        self.boards = []
        self.boards_news = False

    def room(self, board, truth=False):
        """The room of a board, made when it is first asked for."""
        with self.lock:
            if board not in self.rooms:
                self.rooms[board] = Room(board, self.lock, truth)
            return self.rooms[board]

    def tell_boards(self, boards):
        """All boards there are, as messages.TO_PAGE has them."""
        with self.lock:
            self.boards_news = self.boards_news or boards != self.boards
            self.boards = boards

    def take_boards(self):
        """The message on them if it is new, else None."""
        with self.lock:
            news, self.boards_news = self.boards_news, False
            return {"kind": "boards", "boards": self.boards} if news else None

    def hello(self):
        return {"kind": "hello", "version": VERSION, "mode": self.mode, "words": words.words(), "boards": self.boards,
                "bench": self.bench}

    def nowhere(self):
        """The snapshot for a page before any board is known."""
        return {"kind": "snapshot", "board": None, **dict.fromkeys(SINGLE), **{name: [] for name in LENGTHS}}
