"""The program's other thread, and what it and the loop's thread have to do with each other in the simulator."""

from tools.sim import real

END_MS = 5_000


class Ended(BaseException):
    """The program has been ended by a reset, or by the end of the run. No `except Exception` lives on through it."""


class Thread:
    """The loop asks it to go round before its sleep is over; it says when it has.

    Its time is the real one. What passes of the world's beside that counts only where nobody real would notice: while
    it sleeps, unless a broker waits for signs of life, and while it waits for somebody who does not answer or listens
    to somebody who does not end.
    """

    def __init__(self):
        # Written by the loop.
        self.asked = 0
        self.passed_ms = 0  # of the world's time
        self.in_vain = False
        # Written by the thread.
        self.taken = 0  # what it has woken up for
        self.done = 0  # and what it has gone round for
        self.rounds = 0
        self.counted_ms = 0  # of the world's time
        self.ahead_ms = 0  # of the real time
        self.busy_since_ms = real.ticks_ms()  # without a sleep or any of the world's time
        self.over = False

    def is_idle(self):
        return self.over or self.done == self.asked

    def ticks_ms(self):
        return real.ticks_add(real.ticks_ms(), self.ahead_ms)

    def sleep(self):
        self.done = self.taken
        self.rounds += 1

    def wake(self, is_in_real_time):
        self.taken = self.asked
        self.busy_since_ms = real.ticks_ms()
        passed_ms = self._count(self.passed_ms)
        if not is_in_real_time:
            self.ahead_ms += passed_ms

    def wait(self, left_ms):
        """It waits, and has done so long enough for anybody who is there."""
        if self.in_vain and left_ms > 0:
            self.ahead_ms += self._count(self.counted_ms + left_ms)
            self.busy_since_ms = real.ticks_ms()

    def busy_ms(self):
        return real.since_ms(self.busy_since_ms)

    def _count(self, up_to_ms):
        before_ms, self.counted_ms = self.counted_ms, min(up_to_ms, self.passed_ms)
        return self.counted_ms - before_ms


class Run:
    """The network of one start of the program."""

    def __init__(self, session, network):
        self.session = session
        self.network = network
        self.loop = real.get_ident()
        self.threads = []
        self.thread = None  # the last
        self.sockets = []
        self.over = False

    def is_loop(self):
        return real.get_ident() == self.loop

    def check(self):
        """Nothing of a program that is over goes on."""
        if self.is_loop():
            self.session.check()
        elif self.over or self.session.end is not None:
            raise Ended

    def ticks_ms(self):
        """The thread's. Until there is one, nobody is in a hurry."""
        return self.thread.ticks_ms() if self.thread else real.ticks_ms()

    def start(self, function, arguments):
        self.check()
        thread = self.thread = Thread()
        self.threads.append(thread)

        def body():
            try:
                self.network.each_thread()
                function(*arguments)
            except Ended:
                pass
            finally:
                thread.over = True

        real.start(body)

    def finish(self):
        """The thread ends at whatever it calls next; then its sockets are closed without a word."""
        self.over = True
        if not real.wait(lambda: all([thread.over for thread in self.threads]), END_MS):
            raise RuntimeError("the firmware's network thread goes on for ever without calling anything")
        for sock in self.sockets:
            sock.close()
