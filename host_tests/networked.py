"""Runs of a simulated board that has a network, on either interpreter, and what a broker heard of them."""

import json
import pathlib
import tempfile

from host_tests.libraries import umqtt_folder
from tools import staging
from tools.mqtt import Client
from tools.sim import run, scenario

NETWORK = {"wifi": {"ssid": "home"}, "mqtt": {"host": "192.0.2.10", "commands": True}}
SERVED = {**NETWORK, "ntp": {"hosts": ["192.0.2.20", "192.0.2.21"]}}
BASE = "gridrest/gridrest-a1b2c3/"
PLAY = "import sys\nsys.argv[:] = %r\nfrom tools.sim import play\nplay.main(sys.argv[1:])"


def at(time, do, **keys):
    return {"at": time, "do": do, **keys}


def story(*events, network=NETWORK, span="0:45:00", **more):
    """A scenario as text: a V2L window from ten minutes after the start to five before the end."""
    config = {"v2l": [{"days": "daily", "from": "05:10", "to": "05:40"}], **network}
    return json.dumps({"name": "a network", "start": "2026-11-20T05:00:00Z", "for": span, "config": config,
                       "events": events, **more})


def without_network(text):
    """The same scenario for a board that has none."""
    told = json.loads(text)
    told["config"] = {key: value for key, value in told["config"].items() if key not in SERVED}
    told["events"] = [event for event in told["events"] if event["do"] not in
                      ("wifi", "broker", "name-server", "message", "time-server")]
    return json.dumps(told)


def read(text):
    made, problems = scenario.read(text)
    assert not problems
    return made


def alone(text):
    """The lines of a run in which there is no network to join."""
    lines = []
    run.play(read(text), lines.append)
    return lines


def plant(lines):
    """What the installation does, and which resets there are."""
    return [line for line in lines if json.loads(line)["kind"] in ("plant", "reset")]


def noted(told, code):
    """(minute, what was noted) of each note about a part of the network."""
    return [(line["ms"] // 60_000, line["event"]["data"]) for line in told.lines
            if line["kind"] == "event" and line["event"]["kind"] == "network" and line["event"]["code"] == code]


class Here:
    """CPython."""

    def play(self, text, port, files=(), *patience_ms):
        lines, made = [], read(text)
        board = {**staging.stage(made.config_text), **dict(files)}
        run.play(made, lines.append, files=board, outside=(("127.0.0.1", port), str(umqtt_folder()), *patience_ms))
        return lines


class There:
    """MicroPython, with the firmware as it goes to a board."""

    def __init__(self, interpreter):
        self.interpreter = interpreter

    def play(self, text, port, files=(), *patience_ms):
        board = {**staging.stage(read(text).config_text, compiled=True, quiet=True), **dict(files)}
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "scenario.json").write_text(text)
            staging.lay_out(board, folder / "board")
            words = ["play", folder / "scenario.json", folder / "board", "outside", "127.0.0.1", port, umqtt_folder(),
                     *patience_ms]
            ran = self.interpreter.run(PLAY % [str(word) for word in words], heapsize="24m", timeout=120)
        assert not ran.returncode and not ran.stderr, ran.stderr
        return ran.stdout.splitlines()


class Heard:
    """with Heard(port) as heard: ... all that is published below the board's topic, in turn; `last` is kept there."""

    def __init__(self, port):
        self.client = Client(port, [BASE + "#", "over"])
        self.messages = []

    def __enter__(self):
        self.client.__enter__()
        return self

    def __exit__(self, *failure):
        try:
            self.client.publish("over", "")
            over = False
            while not over or "online" in self.on("availability")[-1:]:  # its will comes after it has gone
                message = self.client.next()
                over = over or message.topic == "over"
                if message.topic != "over" and not message.retain:
                    self.messages.append((message.topic.removeprefix(BASE), message.payload.decode()))
            for topic in ("availability", "status", "plan", "cmd"):  # so that the next test finds nothing
                self.client.publish(BASE + topic, "", retain=True)
        finally:
            self.client.__exit__(*failure)

    def on(self, topic):
        return [payload for name, payload in self.messages if name == topic]
