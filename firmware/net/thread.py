"""The network's one thread: Wi-Fi, time, MQTT. Whatever goes wrong in it stays in it.

It hands over and takes over through the link alone, so that nothing it waits for is waited for by the loop. While the
TLS handshake holds the interpreter, for a second or two, the loop stands still: so it begins only with all outputs off,
unless the owner accepts that.

The thread outlives a loop that hangs, or that somebody has left for the prompt. Then it lets go of the broker without a
word, so that he publishes the will: nobody is to be told any more what was so, or to command what nobody would do.
"""

import _thread
import gc
import time

from firmware.net import pause, sntp

PASS_MS = 200
WITHIN_MS = 5_000  # for one operation with the broker, or one question for the time
TIME_MS = 6 * 3_600_000  # between two good answers
NOTE_MS = 300_000  # between two notes of the same part
LEFT_MS = 20_000  # without a sign of life from the loop, which rests only for a transfer, a write or a handshake
STACK_BYTES = 16 * 1024  # TLS needs it


class Part:
    """Something that fails and is tried again."""

    def __init__(self, name):
        self.name = name
        self.pause = pause.Pause()
        self.said = None
        self.said_ms = 0


class Network:
    def __init__(self, link, wifi, hosts, client, reporter):
        self.link = link
        self.wifi = wifi
        self.hosts = hosts  # time servers, the next to ask first
        self.client = client  # or None
        self.reporter = reporter
        self.ca = None
        self.at_any_time = False  # TLS even while V2L is on
        self.is_up = False
        self.why = "ended"  # the name of what ended it
        self.up_s = -1  # what the loop said last
        self.said_ms = 0  # and when
        self.known_s = -1  # when last looked at
        self.radio = Part("wifi")
        self.clock = Part("time server")
        self.broker = Part("broker")

    def start(self):
        self.link.ended = None
        try:
            _thread.stack_size(STACK_BYTES)
            _thread.start_new_thread(self.run, ())
        except Exception as failure:  # no memory for one more
            self.link.ended = type(failure).__name__

    def run(self):
        try:
            while True:
                self.link.live()
                now_ms = time.ticks_ms()
                self._try(self.radio, self._tend_radio, now_ms)
                if self.is_up and self.hosts:
                    if self.link.known_s < 0 <= self.known_s:
                        self.clock.pause.cut_short()  # the time was known, and is not any more
                    self.known_s = self.link.known_s
                    self._try(self.clock, self._ask_the_time, now_ms)
                    self.link.live()
                if self.client:
                    is_worth_it = self._loop_lives(now_ms) and self.is_up
                    self._try(self.broker, self._tend_broker if is_worth_it else self._lose_broker, now_ms)
                time.sleep_ms(PASS_MS)
        except Exception as failure:
            self.why = type(failure).__name__
        finally:
            self.link.online = False
            try:
                self.client.close()  # so that the broker tells of it
            except Exception:  # there is none, or that fails too
                pass
            self.link.ended = self.why

    def _loop_lives(self, now_ms):
        if self.up_s != self.link.up_s:
            self.up_s = self.link.up_s
            self.said_ms = now_ms
        return 0 <= time.ticks_diff(now_ms, self.said_ms) < LEFT_MS

    def _try(self, part, what, now_ms):
        if not part.pause.is_over(now_ms):
            return
        try:
            what(now_ms)
        except MemoryError:
            gc.collect()
            self._failed(part, "MemoryError")
        except Exception as failure:  # umqtt.simple raises whatever a strange answer brings about
            self._failed(part, type(failure).__name__)

    def _failed(self, part, why):
        now_ms = time.ticks_ms()  # it may have taken long to fail
        if part is self.radio:
            self.is_up = False
            self.link.rssi = None
        elif part is self.broker:
            self._lose_broker(now_ms)
        part.pause.begin(now_ms)
        self._note(part, why, now_ms)

    def _note(self, part, what, now_ms):
        """News of a part, but not each time that it comes and goes."""
        is_due = part.said is None or not 0 <= time.ticks_diff(now_ms, part.said_ms) < NOTE_MS
        if what != part.said and is_due and self.link.post(("note", part.name, what)):
            part.said = what
            part.said_ms = now_ms

    def _tend_radio(self, now_ms):
        self.is_up = self.wifi.tend(now_ms)
        self.link.rssi = None
        if self.is_up:
            self.link.rssi = self.wifi.rssi()
            self.radio.pause.forget()
        if self.wifi.trouble or (self.is_up and self.radio.said):
            self._note(self.radio, self.wifi.trouble or "connected", now_ms)

    def _ask_the_time(self, now_ms):
        answer = sntp.ask(self.hosts[0], WITHIN_MS)
        self.hosts = self.hosts[1:] + self.hosts[:1]
        if isinstance(answer, str):
            self._failed(self.clock, answer)
        elif self.link.post(("time", answer[0], answer[1])):
            self.clock.pause.forget()
            self.clock.pause.begin(now_ms, TIME_MS)
            if self.clock.said != "answers":
                self.clock.said = None  # good news is not held back: it would come hours later
            self._note(self.clock, "answers", now_ms)

    def _tend_broker(self, now_ms):
        if self.link.online:
            self.client.tend(now_ms)
            while self.reporter.tell(self.client):
                self.link.live()
            self.broker.pause.forget()
            self._note(self.broker, "connected", now_ms)
        elif not self.ca or self._may_encrypt():
            why = self.client.open(self.ca, WITHIN_MS, self._may_encrypt)
            self.link.live()
            if why is None:
                self.reporter.greet(self.client)
                self.link.online = True
            elif why != pause.LATER:
                self._failed(self.broker, why)

    def _may_encrypt(self):
        """Certificates have dates, and the handshake holds up the loop. Asked again once the broker is reached."""
        gate = self.link.gate
        return self.link.known_s >= 0 and (self.at_any_time or not (gate.pilot or gate.guard))

    def _lose_broker(self, _now_ms):
        self.link.online = False
        self.client.close()
