"""What a maker would otherwise write, for the benchmark to measure beside the firmware: one loop that looks at the
clock and at a dict of windows, switches a relay, checks the contactors' feedback, and calls umqtt.simple in between.

It is meant to be good of its kind. What sets it apart is what it leaves out: nobody asks whether the clock is right,
nothing outlives a reset, and every call to the network is made where the relay is served.
"""

import json
import time

from machine import WDT, Pin
from umqtt.simple import MQTTClient

CONFIG = {
    "relay": 16,
    "km1": 32,  # closed on grid: reads 0 then
    "km2": 33,  # a mirror contact, closed while KM2 is open
    "car": 34,  # 0 while the car supplies
    "button": 18,  # normally closed: 1 while somebody asks for grid
    "schedule": {day: [("05:30", "23:20")] for day in range(7)},  # Monday is 0; no window goes over midnight
    "transfer_ms": 1000,
    "watchdog_ms": 8000,
    "mqtt": {"host": "192.0.2.10", "port": 1883, "id": "relay", "topic": "house/relay", "keepalive_s": 60},
    "status_s": 30,
    "retry_s": 10,
}
LOOP_MS = 20
NETWORK_MS = 1000


def minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class Controller:
    def __init__(self, config):
        self.config = config
        self.relay = Pin(config["relay"], Pin.OUT, value=0)
        self.km1 = Pin(config["km1"], Pin.IN, Pin.PULL_UP)
        self.km2 = Pin(config["km2"], Pin.IN, Pin.PULL_UP)
        self.car = Pin(config["car"], Pin.IN)
        self.button = Pin(config["button"], Pin.IN, Pin.PULL_UP)
        self.windows = {day: [(minutes(begin), minutes(end)) for begin, end in windows]
                        for day, windows in config["schedule"].items()}
        self.on = 0
        self.fault = False
        self.switched_ms = self.told_ms = time.ticks_ms()
        self.news = True
        self.client = None
        self.network_ms = time.ticks_add(time.ticks_ms(), NETWORK_MS)
        self.watchdog = WDT(timeout=config["watchdog_ms"])

    def run(self):
        while True:
            self.turn()

    def turn(self):
        self.control()
        self.watchdog.feed()
        if time.ticks_diff(time.ticks_ms(), self.network_ms) >= 0:
            self.network()
        time.sleep_ms(LOOP_MS)

    def control(self):
        now_ms = time.ticks_ms()
        asked = self.car() == 0 and self.button() == 0
        wanted = 1 if not self.fault and asked and self.is_time_for_v2l() else 0
        if wanted != self.on:
            self.relay(wanted)
            self.on = wanted
            self.switched_ms = now_ms
            self.news = True
        elif not self.fault and time.ticks_diff(now_ms, self.switched_ms) > self.config["transfer_ms"]:
            self.fault = self.km1() != self.on or self.km2() != self.on
            self.news = self.news or self.fault

    def is_time_for_v2l(self):
        now = time.localtime()
        minute = now[3] * 60 + now[4]
        for begin, end in self.windows.get(now[6], ()):
            if begin <= minute < end:
                return True
        return False

    def network(self):
        """Once a second: connect if need be, take what has come, tell what is new. A broken connection is made anew."""
        self.network_ms = time.ticks_add(time.ticks_ms(), NETWORK_MS)
        try:
            if self.client is None:
                self.connect()
            self.client.check_msg()
            since_ms = time.ticks_diff(time.ticks_ms(), self.told_ms)
            if self.news or since_ms >= self.config["status_s"] * 1000:
                self.tell()
        except Exception as failure:  # umqtt.simple also raises AssertionError and IndexError
            print("mqtt:", failure)
            self.hang_up()
            self.network_ms = time.ticks_add(time.ticks_ms(), self.config["retry_s"] * 1000)

    def connect(self):
        mqtt = self.config["mqtt"]
        self.client = MQTTClient(mqtt["id"], mqtt["host"], mqtt["port"], keepalive=mqtt["keepalive_s"])
        self.client.set_last_will(mqtt["topic"] + "/availability", "offline", True)
        self.client.connect()  # newer versions can be given a time-out here, for which the relay then waits
        self.client.publish(mqtt["topic"] + "/availability", "online", True)
        self.news = True

    def tell(self):
        status = {"source": "v2l" if self.on else "grid", "km1": self.km1(), "km2": self.km2(), "fault": self.fault}
        self.client.publish(self.config["mqtt"]["topic"] + "/status", json.dumps(status), True)
        self.client.ping()
        self.told_ms = time.ticks_ms()
        self.news = False

    def hang_up(self):
        if self.client and self.client.sock:
            self.client.sock.close()
        self.client = None
