"""Runs of the simulator with everything that a network can have, which together come by nearly all of its code.

Whatever happens in them moves no relay, so that they must end as the same runs do without a network.
"""

import json

from tools import staging
from tools.sim import run, scenario

UNIX_S = 1_795_150_800  # of the beginning
NETWORK = ("wifi", "ntp", "mqtt")
HASTY_MS = 2000  # the world's time counts for the thread also while it is connected
SERVED = {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20"]},
          "mqtt": {"host": "192.0.2.10", "user": "board", "commands": True, "discovery": True}}
SEALED = {**SERVED, "mqtt": {**SERVED["mqtt"], "ca": "ca.pem"}}
MISLED = {**SERVED, "mqtt": {**SERVED["mqtt"], "ca": "config.json"}}
PLAIN = {"wifi": {"ssid": "home"}, "mqtt": {"host": "192.0.2.10", "base": "house/board"}}
TIMELESS = {"wifi": {"ssid": "home"}, "mqtt": SERVED["mqtt"], "rtc": None}
TIME_ALONE = {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20", "192.0.2.21"]}}
# Of an authority that vouches for nobody.
CERTIFICATE = b"""-----BEGIN CERTIFICATE-----
MIIBHjCBxQIUJXPUrMdlQ1V0mubrvBvwhlTBgrEwCgYIKoZIzj0EAwIwETEPMA0G
A1UEAwwGbm9ib2R5MCAXDTI2MTEyMTA5MTAxOVoYDzIxMjYxMDI4MDkxMDE5WjAR
MQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR3vmYH
9LanHk4qoEtEoEX9k7e5gVmxeysTGudO/S2umblb9rQQnkSlaPDYnnUJSnR9eGBG
h5H4usrHWsa5qXHdMAoGCCqGSM49BAMCA0gAMEUCIQDRUysKHtZYxbPktWq7cBee
FFH2mUZRUz85QEsh/OvCSAIgaAMxEvSHyHEClnOjCruKlt3R03dVUAA9+h5CUQh/
UmM=
-----END CERTIFICATE-----
"""


def _at(time, do, **keys):
    return {"at": time, "do": do, **keys}


def _message(time, members, expires_s=None, **keys):
    """`expires_s` after the beginning."""
    ending = f', "expires": {UNIX_S + expires_s}' if expires_s else ""
    return _at(time, "message", payload='{"cmd": ' + members + ending + "}", **keys)


MESSAGES = (
    _message("0:01:00", '"soc", "value": 80', 200), _message("0:01:10", '"charging", "on": false', 200),
    _message("0:01:20", '"auto"', 200), _message("0:01:30", '"auto"', 200), _message("0:01:40", '"auto"', 2000),
    _message("0:01:50", '"auto"', 1), _message("0:02:00", '"auto"'), _message("0:02:10", '"soc", "soc": 1', 200),
    _at("0:02:20", "message", payload="\u00e4"), _at("0:02:30", "message", payload="grid"),
    _message("0:02:40", '"v2l", "cmd": "v2l"'), _at("0:03:00", "wifi", to="off"),
    _message("0:03:05", '"auto"', 200, retain=True), _at("0:03:10", "wifi", to="on"),
    _message("0:41:00", '"grid"'),  # after the window
)
TROUBLE = (
    _at("0:00:00", "time-server", to="junk"), _at("0:00:00", "broker", to="off"), _at("0:01:00", "broker", to="on"),
    _at("0:02:00", "broker", to="silent"), _at("0:05:00", "broker", to="on"), _at("0:07:00", "broker", to="off"),
    _at("0:07:30", "broker", to="on"), _at("0:08:00", "wifi", to="off"), _at("0:22:00", "wifi", to="on"),
)
LIES = (
    _at("0:00:00", "time-server", to="junk"), _at("0:02:00", "time-server", to="mode"),
    _at("0:06:00", "time-server", to="zero"), _at("0:12:00", "time-server", to="origin"),
    _at("0:20:00", "time-server", to="silent"), _at("0:28:00", "time-server", lie_s=-1_000_000_000),
    _at("0:36:00", "time-server", to="on"),
)
PRESSES = tuple(_at(f"0:0{number // 5}:{number % 5 * 12:02d}", "press", ms=300) for number in range(1, 43))
MUCH = (_at("0:00:00", "broker", to="off"), *PRESSES, _at("0:09:00", "broker", to="on"))
# name, the configuration, what happens, what is added to the simulator's `outside`
STORIES = (
    ("messages", SERVED, MESSAGES),
    ("signs of life", PLAIN, (), HASTY_MS),
    ("certificates", SEALED, ()),
    ("no certificate", MISLED, ()),
    ("much to tell", PLAIN, MUCH),
    ("lies", TIME_ALONE, LIES),
    ("no clock", TIMELESS, (_message("0:01:00", '"auto"', 200),)),
    ("trouble", SERVED, TROUBLE),
)
ALONE = ("signs of life", "certificates", "no certificate", "lies")  # in the end, or all the time


class Story:
    def __init__(self, name, config, events, *outside):
        self.name, self.outside = name, outside
        config = {"v2l": [{"days": "daily", "from": "05:10", "to": "05:40"}], **config}
        told = {"name": name, "start": "2026-11-20T05:00:00Z", "for": "0:45:00", "config": config, "events": events}
        self.made = _read(told)
        self.files = {"ca.pem": CERTIFICATE, **staging.stage(self.made.config_text)}
        told["config"] = {key: value for key, value in config.items() if key not in NETWORK}
        told["events"] = [event for event in events if event["do"] == "press"]
        lines = []
        run.play(_read(told), lines.append)
        self.plant = plant(lines)  # without a network


def plant(lines):
    return [line for line in lines if line.startswith(('{"kind": "plant"', '{"kind": "reset"'))]


def _read(told):
    made, problems = scenario.read(json.dumps(told))
    if problems:
        raise ValueError(problems)
    return made
