"""The loop's side of the network: once a second it hands over what there is to tell, and opens its letters.

Nothing here waits, and no letter does more than a person could: take V2L away, lift what a letter took, tell the time,
the state of charge or that the car is charging, or have something noted.
"""

import time

from firmware.core import faults

MINUTE_S = 60
AGAIN_S = 1200  # between two starts of a thread that has ended: three an hour
LETTERS = 8  # no more can lie there


class Exchange:
    def __init__(self, core, outbox, timekeeper, network):
        self.core = core
        self.outbox = outbox
        self.timekeeper = timekeeper
        self.network = network
        self.link = network.link
        self.link.outbox = outbox
        self.link.gate = core.gate
        self.beat = -1
        self.beat_s = 0
        self.renewed_s = 0
        self.started_s = -AGAIN_S
        self.looked_ms = time.ticks_ms()

    def second(self, up_s):
        link, core = self.link, self.core
        about = self.outbox.about
        about.rssi, about.refused = link.rssi, link.refused
        link.known_s, link.up_s = core.clock.known_s(), up_s
        now_ms = time.ticks_ms()
        age_s = time.ticks_diff(now_ms, self.looked_ms) // 1000 + 1  # a letter cannot have lain there for longer
        self.looked_ms = now_ms
        for _letter in range(LETTERS):
            letter = link.take()
            if letter:
                self._heed(letter, age_s, up_s)
        self._watch(up_s)
        if up_s - self.renewed_s >= MINUTE_S:
            self.renewed_s = up_s
            self.outbox.renew()

    def _heed(self, letter, age_s, up_s):
        core, what = self.core, letter[0]
        if what == "time":
            self.timekeeper.hear(letter[1], letter[2] + age_s, up_s)
        elif what == "note":
            core.note("network", letter[1], letter[2])
        elif what == "soc":
            core.reports.hear_soc(letter[1])
        elif what == "charging":
            core.reports.hear_charging(letter[1])
        else:
            core.set_remote_hold(1 if what == "grid" else 0)

    def _watch(self, up_s):
        """Is the thread alive? One that has ended is started again, but not at once each time."""
        link = self.link
        if link.beat != self.beat:
            self.beat = link.beat
            self.beat_s = up_s
        self.core.show(faults.NET_DEAD, 1 if up_s - self.beat_s >= MINUTE_S else 0)
        if link.ended and up_s - self.started_s >= AGAIN_S:
            self.started_s = up_s
            self.core.note("network", "started again", link.ended)
            self.network.start()
