"""Tells pages of real boards: what is known of them goes to the hub's rooms, and whether it is so now goes with it.

Before any board has spoken there is a room for it all the same, in which a page is told what it waits for.
"""

import threading

from tools.live import rows, words
from tools.live.hub import PLAN_MOST, PLAN_S, TO_FEEDBACK, instant
from tools.live.messages import KEPT_S

LOOK_S = 1
PAST_MOST = 2 * PLAN_MOST
ALIKE = {"speed": 1, "state": "running", "rate": 1.0, "behind": False}


class Telling:
    """with Telling(boards, hub): ..."""

    def __init__(self, boards, hub, only=None):
        self._boards = boards
        self._hub = hub
        self._only = only
        self._waiting = hub.room(f"{boards.base}/{only or '+'}")
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._boards.listeners.append(self._hear)
        self._thread.start()
        return self

    def __exit__(self, *_failure):
        self._boards.listeners.remove(self._hear)
        self._over.set()
        self._thread.join()

    def _run(self):
        while not self._over.wait(LOOK_S):
            with self._lock:
                self._look()

    def _hear(self, name, word):
        with self._lock:
            board = self._boards.boards.get(name)
            if board:
                room = self._room(name)
                {"status": self._status, "plan": self._plan, "event": self._event}.get(word, lambda *_: None)(
                    board, room)
                self._link(board, room)
            else:
                self._look()

    def _look(self):
        boards = list(self._boards.boards.values())
        for board in boards:
            room = self._room(board.name)
            self._link(board, room)
            room.put("time", now=self._boards.wall(), **ALIKE)
        if self._waiting:
            text = " ".join(row.text for row in rows.of_all(self._boards, self._only, ()))
            self._put_link(self._waiting, live=False, board=None, age_s=None, text=text)
        self._hub.tell_boards([self._row(board) for board in boards])

    def _room(self, name):
        """The first board moves in where it was waited for, and so do the pages that waited."""
        if self._waiting:
            with self._hub.lock:
                room, self._waiting = self._waiting, None
                self._hub.rooms = {name: room}
                room.board = name
                room.begin()
        return self._hub.room(name)

    def _put_link(self, room, **known):
        room.put("link", broker="on" if self._boards.broker.is_there else "off", **known)

    def _row(self, board):
        status = board.status.value if board.status else {"state": None, "faults": []}
        return {"id": board.name, "availability": board.availability and board.availability.value,
                "age_s": _whole(self._boards.standing(board).age_s), "state": status["state"],
                "faults": status["faults"]}

    def _link(self, board, room):
        standing = self._boards.standing(board)
        self._put_link(room, live=standing.is_live(), board=board.availability and board.availability.value,
                       age_s=_whole(standing.age_s), text=standing.text)
        if standing.is_live():
            room.fed(self._boards.wall(), TO_FEEDBACK[board.status.value["feedback"]])
        else:
            room.count = None  # whenever the next transfer was, it was not when it is heard of
            if room.lists["fed"]:
                room.fed(self._boards.wall(), "unknown")

    def _status(self, board, room):
        if board.status is None or board.unread:
            return
        at, status = self._unix(board.status), board.status.value
        if self._boards.standing(board).is_live():
            if room.lists["fed"]:  # of the time in between, nothing is known
                room.fed(self._boards.wall(), TO_FEEDBACK[status["feedback"]])
            room.status(at, status)
        else:
            room.put("status", at=at, status=status, sentence=words.of_status(status))

    def _event(self, board, room):
        if board.events:
            heard = board.events[-1]
            at = instant(heard.value["t"])
            room.event(self._unix(heard) if at is None else at, heard.value)

    def _plan(self, board, room):
        if board.plan is None:
            return
        told, at = self._unix(board.plan), self._boards.wall()
        changes = [{"at": instant(change["at"]), "source": change["source"]} for change in board.plan.value]
        if told is None or len(changes) == PLAN_MOST:
            until = changes[-1]["at"] if changes else at
        else:
            until = told + PLAN_S
        source = {"grid": "v2l", "v2l": "grid"}[changes[0]["source"]] if changes else None
        plan = {"since": at, "source": source, "until": until, "changes": changes}
        room.put("plan", **_joined(room.last["plan"], plan))

    def _unix(self, heard):
        """When it was said, in Unix seconds; None if nobody knows."""
        age_s = heard.age_s(self._boards.clock())
        return None if age_s is None else self._boards.wall() - age_s


def _joined(before, plan):
    """The plan with what went before it: the board tells no more of what is past, and pages show a day of it."""
    since = plan["since"]
    if before is None or before["until"] < since:
        return plan
    start = max(before["since"], since - KEPT_S)
    past = [change for change in before["changes"] if change["at"] <= since][-PAST_MOST:]
    source = [before["source"], *(change["source"] for change in past if change["at"] <= start)][-1]
    past = [change for change in past if change["at"] > start]
    return {**plan, "since": start, "source": source, "changes": [*past, *plan["changes"]]}


def _whole(age_s):
    return None if age_s is None else int(age_s + 0.5)  # as in sentences
