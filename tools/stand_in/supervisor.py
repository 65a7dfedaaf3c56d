"""Runs a board in a thread: starts the interpreter after every reset, carries the bytes, minds the watchdog, and does
to the board what it is told to do.
"""

import os
import select
import threading
import time

from tools.stand_in import shared
from tools.stand_in.faults import Cut, Noise

POLL_S = 0.05
SOON_S = 0.005  # how often a port is looked at that nobody has open, or that is slow
RESTARTS = {shared.ENDED_RESET: "restart", shared.ENDED_SOFT: "soft"}
CAUSES = {"power": shared.PWRON_RESET, "restart": shared.HARD_RESET, "panic": shared.HARD_RESET,
          "watchdog": shared.WDT_RESET, "soft": shared.SOFT_RESET}
POWER_ON, WARM = b"\r\nrst:0x1 (POWERON_RESET)\r\n", b"\r\nrst:0xc (SW_CPU_RESET)\r\n"
BARK = b"\r\nE (0) task_wdt: Task watchdog got triggered.\r\n"


class Supervisor(threading.Thread):
    """What others set or read they do under `changed`, and through `tell`."""

    def __init__(self, line, chip, program, boot_s):
        super().__init__(daemon=True, name="stand-in")
        self.line, self.chip, self.program, self.boot_s = line, chip, program, boot_s
        self.changed = threading.Condition()
        self.wake_out, self.wake_in = os.pipe()
        self.wants_power = self.wants_plug = self.closing = False
        self.power = False
        self.next = None  # the reason of the start to come
        self.starts_s = 0.0  # when it comes
        self.back_s = None  # when the power comes back
        self.starts = []  # the reasons of those that were
        self.troubles = []  # what no board does
        self.late = b""  # what has come between two programs
        self.cut = None
        self.noise = Noise()
        self.heard, self.said = 0, bytearray()
        self.on_power_off = None

    def tell(self, **wishes):
        """Set what is wanted."""
        with self.changed:
            for name, value in wishes.items():
                setattr(self, name, value)
            os.write(self.wake_in, b"w")

    def wait(self, is_so, within_s):
        with self.changed:
            return self.changed.wait_for(is_so, within_s)

    def run(self):
        try:
            while not self.closing:
                with self.changed:
                    wait_s = self._turn()
                    self.changed.notify_all()
                self._rest(wait_s)
        except Exception as trouble:
            self.troubles.append(repr(trouble))
            raise
        finally:
            with self.changed:
                self._end_power()
                self.line.unplug()
                self.changed.notify_all()
            os.close(self.wake_out)
            os.close(self.wake_in)

    def say(self, data):
        self.said += data
        self.line.write(data)

    def _turn(self):
        """Do what is to be done now; answers after how long to look again at the latest."""
        now_s = time.monotonic()
        self.line.plug() if self.wants_plug else self.line.unplug()
        if self.back_s is not None and now_s >= self.back_s:
            self.wants_power, self.back_s = True, None
        if self.wants_power != self.power:
            self._begin_power() if self.wants_power else self._end_power()
        if self.next and now_s >= self.starts_s:
            self._start()
        self._carry_in()
        self.program.nudge()
        self._carry_out()
        left_s = [at_s - now_s for at_s in (self.starts_s if self.next else None, self.back_s) if at_s is not None]
        return max(0.0, min([POLL_S, self._mind_the_dog(), *left_s]))

    def _rest(self, wait_s):
        line = self.line
        poll = select.poll()
        poll.register(self.wake_out, select.POLLIN)
        if line.is_open() and not line.is_paced():
            poll.register(line.master, select.POLLIN | (select.POLLOUT if line.waiting else 0))
        elif line.master is not None:
            wait_s = min(wait_s, SOON_S)
        if self.program.pending:
            wait_s = min(wait_s, SOON_S)
        if self.program.output is not None and not line.is_full():
            poll.register(self.program.output, select.POLLIN)
        for file, _events in poll.poll(int(wait_s * 1000) + 1):
            if file == self.wake_out:
                os.read(self.wake_out, 4096)

    def _begin_power(self):
        self.power = True
        self.say(POWER_ON)
        self._plan("power")

    def _end_power(self):
        self.wants_power = self.power = False
        if self.program.process:
            self.program.kill()
            self.program.ended()
        self.next = self.cut = None
        self._forget()
        if self.on_power_off:
            self.on_power_off()
        self.chip.lose_power()

    def _plan(self, reason):
        """The next start. A soft one happens at once, and the port goes on taking bytes."""
        self.next = reason
        self.starts_s = time.monotonic()
        if reason != "soft":
            self.chip.forget()
            self._forget()
            self.starts_s += self.boot_s

    def _forget(self):
        self.program.forget()
        self.late = b""

    def _start(self):
        self.chip.begin(CAUSES[self.next])
        self.program.start()
        self.starts.append(self.next)
        self.next = None

    def _carry_in(self):
        data = self.line.read()
        self.heard += len(data)
        if self.cut:
            data = self.cut.let_through(data)
        if self.program.process:
            self.program.hear(self.late + data)
            self.late = b""
        elif self.next == "soft":
            self.late += data
        if self.cut and self.cut.is_due():
            self._do_cut()

    def _do_cut(self):
        cut, self.cut = self.cut or Cut(), None
        if cut.unplug:
            self.wants_plug = False
            self.line.unplug()
            return
        self._end_power()
        if cut.back_s is not None:
            self.back_s = time.monotonic() + cut.back_s

    def _carry_out(self):
        """A piece at a time: a program that talks without end must not keep the host from being heard."""
        data = self.program.read() if self.program.process and not self.line.is_full() else b""
        if data is None:
            self._ended(self.program.ended())
        elif data:
            self.say(self.noise.add(data.replace(b"\n", b"\r\n")))
        self.line.push()

    def _ended(self, code):
        if code == shared.ENDED_CUT:
            self._do_cut()
            return
        if code not in RESTARTS:
            self.troubles.append(f"the interpreter ended with {code}")
        reason = RESTARTS.get(code, "panic")
        if reason != "soft":
            self.say(WARM)
        self._plan(reason)

    def _mind_the_dog(self):
        """Seconds until it may run out. Where it has, the chip restarts."""
        left_s = self.chip.dog_left_s() if self.power else None
        if left_s is None:
            return POLL_S
        if left_s <= 0:
            if self.program.process:
                self.program.kill()
                self.program.ended()
            self.say(BARK + WARM)
            self._plan("watchdog")
        return left_s
