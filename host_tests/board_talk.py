"""A board's whole network, thread and all, and the loop's side of it, on either interpreter. Nothing else runs."""

import os
import time

from firmware.app import connect, outbox
from firmware.core import boards, clock, config, controller, jsonwrite, status
from firmware.net import reporter

NOW_S = 215_000_000
TEXT = '{"board": "generic-2-relay", "zone": "GMT0", "v2l": [{"days": "daily", "from": "05:00", "to": "20:00"}]}'
UP_S = 3600  # it has run for so long
LOST = 5  # events too many
PATIENCE = 4000  # turns of 5 ms


class Found:
    pass


class Radio:
    """What `network` offers: connected while there is a file."""

    STA_IF = 0

    def __init__(self, path):
        self.path = path
        self.asked = []

    def WLAN(self, _interface):
        return self

    def active(self, _on):
        pass

    def connect(self, ssid, password):
        self.asked.append((ssid, password))

    def isconnected(self):
        try:
            os.stat(self.path)
        except OSError:
            return False
        return True

    def status(self, _what):
        return -61


def story(radio, port, description):
    """Until somebody from afar has held it and let it go again. When it is offline, more happens than it can keep."""
    reporter.DISCOVERY = description
    found = Found()
    checked, _problems = config.check(TEXT, boards.PROFILES)
    found.wifi, found.ntp = {"ssid": "home", "password": "wlan-secret"}, None
    found.mqtt = {"host": "127.0.0.1", "port": port, "user": None, "password": "broker-secret", "ca": None,
                  "base": None, "discovery": True, "prefix": "homeassistant", "commands": True, "tls_on_v2l": False}
    core = controller.Controller(checked.setup, checked.schedule)
    core.clock.set(NOW_S, 1, clock.BY_HAND)
    about = status.About()
    about.id = "gr.1"
    box = outbox.Outbox(core, about)
    side = connect.connect(found, core, box, None)
    held = was_online = flooded = False
    turns = 0
    while turns < PATIENCE and not (held and core.holds.remote == 0):
        turns += 1
        held = held or core.holds.remote == 1
        was_online = was_online or side.link.online
        if was_online and not side.link.online and not flooded:
            flooded = True
            for number in range(outbox.KEPT + LOST):
                box.tell("flood %d" % number)
        for event in core.events:
            box.tell(jsonwrite.write(list(event)))
        core.events.clear()
        box.look()
        side.second(UP_S + turns // 20)
        time.sleep_ms(5)
    side.link.live = None  # which ends the thread
    while not side.link.ended:
        time.sleep_ms(5)
    side.network.client.close()
    print(side.link.ended, side.link.online, side.link.refused, side.link.rssi, radio.asked)
