"""A board's network from its start to its end with a real Mosquitto, on CPython and on MicroPython."""

import concurrent.futures
import json
import types

from firmware.app import outbox
from host_tests import board_talk
from host_tests.libraries import umqtt_folder
from host_tests.netface import Here
from tools import discovery
from tools.mqtt import Client

BASE = "gridrest/gr.1/"
DESCRIBED = "homeassistant/device/gr_1/config"
UNIX_S = board_talk.NOW_S + 1_577_836_800


def here(flag, port, description):
    import _thread

    side, radio = Here(), board_talk.Radio(flag)
    side.modules["network"] = radio
    side.modules["_thread"] = types.SimpleNamespace(stack_size=lambda _size: None,
                                                    start_new_thread=_thread.start_new_thread)
    side.load("host_tests.board_talk").story(radio, port, description)
    return side.said


def there(interpreter):
    def run(*arguments):
        ran = interpreter.run(f"""import sys
sys.path.append({str(umqtt_folder())!r})
flag, port, description = {arguments!r}
class Network:
    STA_IF = 0
    WLAN = lambda _interface: radio
sys.modules["network"] = Network
from host_tests import board_talk
radio = board_talk.Radio(flag)
board_talk.story(radio, port, description)
""", heapsize="800k")
        assert not ran.returncode and not ran.stderr, ran.stdout + ran.stderr
        return ran.stdout.splitlines()
    return run


class Listener:
    """All that is said, in its order."""

    def __init__(self, client):
        self.client, self.heard = client, []

    def until(self, fits):
        """What is said until then, that included."""
        begun = len(self.heard)
        while begun == len(self.heard) or not fits(self.heard[-1]):
            self.heard.append(self.client.next())
        return self.heard[begun:]


def on(topic, inside=b""):
    return lambda message: message.topic == topic and inside in message.payload


def kept(port):
    """What the broker has kept, by topic."""
    topics = [BASE + name for name in ("availability", "status", "plan")] + [DESCRIBED]
    found = {}
    with Client(port, topics, within_s=60) as later:
        while len(found) < len(topics):
            message = later.next()
            if message.retain:
                found[message.topic] = message.payload
    return found


def a_day(run, mosquitto, folder):
    flag, description = folder / "radio", folder / "discovery.json"
    flag.touch()
    description.write_bytes(discovery.text())
    with mosquitto.running() as broker, Client(broker.port, ["gridrest/#", "homeassistant/#"], within_s=60) as other, \
            concurrent.futures.ThreadPoolExecutor(1) as pool:
        other.publish(BASE + "cmd", '{"cmd": "grid"}', retain=True)
        running, ear = pool.submit(run, str(flag), broker.port, str(description)), Listener(other)
        first = ear.until(on(BASE + "plan")) + ear.until(on(BASE + "event", b"connected"))
        topics = [message.topic for message in first if message.topic != BASE + "cmd"]
        assert topics[:3] == [BASE + "availability", DESCRIBED, BASE + "status"] and first[1].payload == b"online"
        other.publish(BASE + "cmd", '{"cmd": "auto", "expires": %d}' % (UNIX_S - 1))
        other.publish(BASE + "cmd", '{"cmd": "grid"}')
        held = ear.until(on(BASE + "event", b'"remote"'))
        states = [json.loads(message.payload) for message in held if message.topic == BASE + "status"]
        if not any(state["hold"]["remote"] == "fixed" for state in states):
            ear.until(on(BASE + "status", b'"remote": "fixed"'))
        other.publish("gridrest/quiet", "")
        ear.until(on("gridrest/quiet"))
        flag.unlink()
        ear.until(on(BASE + "availability", b"offline"))
        broker.stop()
        broker.start()
        other.publish("gridrest/back", "")
        ear.until(on("gridrest/back"))
        flag.touch()
        again = ear.until(on(BASE + "event", b"events dropped"))
        if not any(message.topic == BASE + "plan" for message in again):
            ear.until(on(BASE + "plan"))
        events = [message.payload.decode() for message in again if message.topic == BASE + "event"]
        floods = [event for event in events if event.startswith("flood")]
        assert floods == [f"flood {number}" for number in range(board_talk.LOST, outbox.KEPT + board_talk.LOST)]
        assert json.loads(events[-1])[1:] == ["events dropped", board_talk.LOST]
        retained = kept(broker.port)
        assert retained[BASE + "availability"] == b"online" and len(json.loads(retained[BASE + "plan"])) == 14
        assert json.loads(retained[DESCRIBED])["cmps"]["hold"]["cmd_t"] == BASE + "cmd"
        other.publish(BASE + "cmd", '{"cmd": "auto", "expires": %d}' % (UNIX_S + 100))
        said = running.result(20)
        ear.until(on(BASE + "availability", b"offline"))
        assert said[-1] == "TypeError False 2 -61 [('home', 'wlan-secret')]", said
        assert not any(b"secret" in message.payload or "secret" in message.topic for message in ear.heard)


def test_on_cpython(mosquitto, tmp_path):
    a_day(here, mosquitto, tmp_path)


def test_on_micropython(mosquitto, tmp_path, micropython_32):
    a_day(there(micropython_32), mosquitto, tmp_path)
