"""The program that the benchmark measures beside the firmware does its job, on MicroPython and with a real broker."""

import json
import threading

import pytest

from host_tests.libraries import umqtt_folder
from tools import bench, heap, micropython
from tools.mqtt import Client

SOURCE = micropython.ROOT / "tools" / "alternative.py"
MOST_LINES = 120
BEGIN = """
import os, sys
os.chdir({folder!r})
sys.path[:] = [""]
import board_stub
board_stub.install()
import alternative
clock = board_stub.Clock
config = dict(alternative.CONFIG)
config["mqtt"] = {{"host": "127.0.0.1", "port": {port}, "id": "relay", "topic": "house/relay", "keepalive_s": 60}}
made = alternative.Controller(config)
def at(text):
    hour, minute, second = text.split(":")
    clock.ms = (int(hour) * 60 + int(minute)) * 60000 + int(second) * 1000
    made.network_ms = clock.ms + 1000
    made.turn()
    return made.relay()
"""


@pytest.fixture
def play(micropython):
    """play(code, port) -> what it prints on MicroPython, with the controller made."""
    umqtt_folder()  # or there is none to be had

    def run(code, port=1):
        with heap.laid_out({**bench.alternative(), **heap.scripts()}) as folder:
            ran = micropython.run(BEGIN.format(folder=folder, port=port) + code)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.splitlines()

    return run


def test_it_is_kept_small():
    assert 80 <= len(SOURCE.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_it_switches_by_its_schedule_to_the_minute(play):
    times = ["00:00:00", "05:29:59", "05:30:00", "12:00:00", "23:19:59", "23:20:00", "23:59:59"]
    assert play(f"print(*[at(text) for text in {times}])") == ["0 0 1 1 1 0 0"]


def test_without_the_car_it_is_on_grid_in_the_same_turn(play):
    assert play("print(at('12:00:00'))\nmade.car(1)\nmade.turn()\nprint(made.relay())\n"
                "made.car(0)\nmade.turn()\nprint(made.relay())") == ["1", "0", "1"]


@pytest.mark.parametrize("contact", ["km1", "km2"])
def test_a_contactor_that_does_not_follow_is_a_fault_and_the_relay_stays_off(play, contact):
    code = (f"made.{contact}(0)\nprint(at('12:00:00'))\n"
            "for _turn in range(50):\n    made.network_ms = clock.ms + 1000\n    made.turn()\nprint(made.relay())\n"
            "for _turn in range(3):\n    made.turn()\nprint(made.relay(), made.fault)")
    assert play(code) == ["1", "1", "0 True"]


def test_a_broker_that_is_not_there_does_not_keep_it_from_switching(play):
    said = play("clock.ms = 5 * 3600000 + 29 * 60000\nfor _turn in range(3500):\n    made.turn()\nprint(made.relay())")
    assert said[-1] == "1" and 5 <= len([line for line in said if line.startswith("mqtt:")]) <= 8


def test_it_tells_a_broker_what_changes_and_that_it_is_there_and_comes_back_to_it(play, mosquitto):
    said = []
    code = ("clock.ms = 5 * 3600000 + 29 * 60000\nconnections, before = 0, None\n"
            "for _turn in range(3000000):\n    made.turn()\n"
            "    if made.client is not before:\n        before = made.client\n"
            "        connections += 1 if before else 0\n"
            "    if connections == 2 and not made.news:\n        break\nprint(connections)")
    with mosquitto.running() as broker, Client(broker.port, ["house/relay/#"]) as client:
        thread = threading.Thread(target=lambda: said.extend(play(code, broker.port)))
        thread.start()
        heard = {}
        while b'"v2l"' not in heard.get("house/relay/status", b""):
            message = client.next()
            heard[message.topic] = message.payload
        broker.kill()
        broker.start()
        thread.join()
    assert heard["house/relay/availability"] == b"online"
    assert json.loads(heard["house/relay/status"]) == {"source": "v2l", "km1": 1, "km2": 1, "fault": False}
    assert said[0].startswith("mqtt:") and said[-1] == "2"


def test_it_is_compiled_for_the_benchmark_as_the_firmware_is():
    umqtt_folder()
    assert sorted(bench.alternative()) == ["alternative.mpy", "umqtt/simple.mpy"]
