"""What a proof wants of the board: its status, a supervised window, V2L and grid, and at the end always rest.

While a window is open the wish is said again and again, whatever else goes on: the board ends the window when it has
not heard it for three seconds. Out of a window the board is in service, or its schedule would bring V2L while somebody
has his hands in the installation; only a proof that has passed gives it back to its schedule.
"""

from firmware.core import supervision
from tools.cable.line import Gone
from tools.cable.ports import Trouble

ANSWER_S = 8  # in a transfer the console rests
STATUS_S = 0.8  # it takes
LOOK_S, SELDOM_S = 0.4, 4  # between two looks at the status: what has not come at once will take a while
REST_S = 15
START_S = 30
SHORT_S = 0.1
HANG_S = 2
SOON_GONE_S = 3  # a transfer, in which the console rests, is over before that
LAST_S = 20  # for a board that is away just when it is to be left in service
AGAIN_S = 1
AT_PEACE = ("service", "fault")  # states that no schedule ends


class Refused(Exception):
    """The board says no; the message is what it says."""


class Board:
    def __init__(self, link):
        self.link = link
        self.wish = None  # None: no window is asked for or open
        self.said_s = 0
        self.startup_s = 0  # how long a start takes, as far as that is known
        self.on_v2l_s = None  # when V2L was last seen to be commanded
        self.serving = False  # in service by our doing, so that no schedule brings V2L between two windows
        self.left_service = False  # it was found to have left it while a person was waited for
        self.attended_s = 0
        self.away = False  # without supply, cable or life, and that is wanted

    def status(self, limit_s=ANSWER_S):
        self.keep(STATUS_S)
        answer = self.link.ask("status", ("status",), limit_s)
        if answer is None:
            raise Gone("the board does not answer any more")
        if answer[1]["command"] == "v2l":
            self.on_v2l_s = self.link.now_s()
        return answer[1]

    def tell(self, words):
        """Have the console do something. Raises Refused with what it says."""
        answer = self.link.ask(words, ("ok", "error"), ANSWER_S)
        if answer is None:
            raise Gone(f"the board does not answer '{words}'")
        if answer[0] == "error":
            raise Refused(answer[1])

    # Time.

    def keep(self, busy_s=0):
        """Say the wish again, if it is time, or will be while something else is being said."""
        if self.wish and self.link.now_s() + busy_s >= self.said_s + self.link.often_s:
            self.said_s = self.link.now_s()
            try:
                self.tell("supervise " + self.wish)
            except Refused:  # the board has closed the window, and says why in its status
                self.wish = None

    def idle(self, seconds=LOOK_S):
        self.keep()
        if self.wish:
            seconds = min(seconds, max(0.001, self.said_s + self.link.often_s - self.link.now_s()))
        self.link.wait(seconds)

    def attend(self):
        """While a person is waited for, who may take an hour over it: no schedule brings V2L meanwhile."""
        if self.away:
            self.pass_over(LOOK_S)
            return
        self.idle()
        if self.wish or self.link.now_s() < self.attended_s + SELDOM_S:
            return
        self.attended_s = self.link.now_s()
        state = self.status()["state"]
        self.left_service |= self.serving and state != "service"
        if state not in AT_PEACE:
            self.serving = False
            self.serve()

    def wait(self, seconds, each=lambda left_s: None):
        """`each` hears how much is left, and may end it with True."""
        end_s = self.link.now_s() + seconds
        while self.link.now_s() < end_s:
            left_s = end_s - self.link.now_s()
            if each(left_s):
                return
            self.idle(min(left_s, SELDOM_S))

    def until(self, reached, limit_s, seldom_s=SELDOM_S):
        """(the first status that is so, True), or (the last one within that time, False)."""
        end_s, pause_s = self.link.now_s() + limit_s, LOOK_S
        while True:
            status = self.status()
            if reached(status):
                return status, True
            left_s = end_s - self.link.now_s()
            if left_s <= 0:
                return status, False
            self.wait(min(left_s, pause_s))
            pause_s = min(pause_s * 1.5, seldom_s)

    # Service.

    def serve(self):
        """Outputs off, whatever the schedule says, and feedback shown and not judged."""
        self.end()
        if not self.serving:
            self.tell("service on")
            self.serving = True
            self.until(lambda status: status["state"] == "service", REST_S)

    def unserve(self):
        """Out of service; the status in which the start that this is like is over."""
        self._leave_service()
        return self.until(lambda status: status["state"] not in ("service", "startup"), START_S, LOOK_S)[0]

    def _leave_service(self):
        """Whether it was in service."""
        was_serving, self.serving = self.serving, False
        if was_serving:
            self.tell("service off")
        return was_serving

    # The window.

    def left(self, status=None):
        """(seconds, entries) that the open window has left; (0, 0): none is open."""
        window = (status or self.status())["supervised"]
        if not window or not window["open"]:
            return 0, 0
        return window["left_s"], supervision.ENTRIES_MAX - window["entries"]

    def _begin(self):
        """Out of service, and ask at once: the schedule must not come first. Raises Refused."""
        if self._leave_service():
            self.link.wait(max(SHORT_S, self.startup_s - 1))
        end_s, starting = self.link.now_s() + START_S, True
        while True:
            try:
                self.tell("supervise begin")
                return
            except Refused:
                if not starting or self.link.now_s() > end_s:
                    raise
            self.link.wait(SHORT_S)
            starting = self.status()["state"] in ("service", "startup")

    def is_open(self):
        return self.left()[0] > 0

    def open(self, press):
        """A new window; `press()` has the person press the button. False: that was not seen within a minute."""
        self._begin()
        self.wish, self.said_s = "grid", self.link.now_s()
        press()
        _status, opened = self.until(lambda status: self.left(status)[0] > 0, supervision.ASKED_MS // 1000)
        if not opened:
            self.wish = None
        return opened

    def end(self):
        """No window any more."""
        if self.wish:
            self.wish = None
            try:
                self.tell("supervise end")
            except Refused:  # it was over already
                pass

    def say(self, wish):
        """What is wanted from now on; it is said at once."""
        self.wish, self.said_s = wish, self.link.now_s()
        self.tell("supervise " + wish)

    def miss(self):
        """The board is going to be away, and is not asked anything until it is back."""
        self.wish, self.serving, self.away = None, False, True

    def pass_over(self, seconds):
        """Wait, whether the cable is there or not."""
        try:
            self.link.wait(seconds)
        except Gone:
            pass

    def hang(self):
        """Have the board stop on purpose; it answers nothing, and the window is gone with it."""
        self.miss()
        self.link.ask("supervise hang", ("error",), HANG_S)

    def gone(self, limit_s):
        """Whether the board fell silent within that time, after saying what state it was in: (that state, True)."""
        end_s, state = self.link.now_s() + limit_s, None
        try:
            while self.link.now_s() < end_s:
                state = self.status(SOON_GONE_S)["state"]
        except Gone:
            self.miss()
        return state, self.away

    def back(self, limit_s):
        """The first status after the board was away; None: it did not come within that time."""
        self.miss()
        end_s = self.link.now_s() + limit_s
        while self.link.now_s() < end_s:
            try:
                self.link.reopen()
                status = self.status(min(ANSWER_S, 2))
                self.away = False
                return status
            except Gone:
                self.pass_over(AGAIN_S)
        return None

    # Rest.

    def rest(self):
        """V2L is not wanted any more; the status in which it is not commanded either, or the last one."""
        if self.wish:
            self.wish = "grid"
            self.said_s = 0
        return self.until(lambda status: status["command"] == "grid" and status["feedback"] in RESTING, REST_S)[0]

    def let_go(self):
        """Service, whatever goes on, as far as it can still be brought about. True if the board said that it is so."""
        self.wish, self.serving, self.away = None, False, False
        end_s = self.link.now_s() + LAST_S
        while not self.serving and self.link.now_s() < end_s:
            try:
                self.link.reopen()
                self.tell("service on")  # it ends V2L, and a window too
                self.serving = self.until(lambda status: status["state"] == "service", REST_S)[1]
            except Gone:  # hung on purpose, perhaps, or restarting
                self.pass_over(AGAIN_S)
            except (Trouble, Refused):
                break
        return self.serving


RESTING = ("grid", "unknown")
