"""`gridrest sim` with its page, as a person meets it at a terminal: what it says, and how it ends."""

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from host_tests.pages import HOUSE, WITHIN_S, Page
from tools import configuration
from tools.live import pace, visit
from tools.sim import scenario

ROOT = configuration.EXAMPLE.parent
COMMAND = (sys.executable, "-m", "tools.main", "sim", "--no-browser", "--port", "0")
NETWORK = {**HOUSE["config"], "wifi": {"ssid": "x"}, "mqtt": {"host": "192.0.2.10"}}


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, *arguments):
        self.side, other = pty.openpty()
        self.process = subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, stdin=other, stdout=other, stderr=other,
                                        start_new_session=True, preexec_fn=lambda: os.close(self.side))
        os.close(other)
        self.said = ""

    def until(self, pattern):
        until_s = time.monotonic() + WITHIN_S
        while not re.search(pattern, self.said) and time.monotonic() < until_s:
            self.said += os.read(self.side, 4096).decode()
        return re.search(pattern, self.said)[1]

    def hang_up(self):
        os.close(self.side)
        self.process.send_signal(signal.SIGHUP)  # which the system sends where it is the terminal that leads


@contextlib.contextmanager
def terminal(*arguments):
    made = Terminal(*arguments)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        with contextlib.suppress(OSError):
            os.close(made.side)


@pytest.fixture
def house(tmp_path):
    def write(**more):
        (tmp_path / "house.json").write_text(json.dumps({**HOUSE, **more}))
        return str(tmp_path / "house.json")
    return write


@pytest.mark.parametrize("signals", [(signal.SIGINT,), (signal.SIGTERM, signal.SIGTERM)])
def test_a_page_that_is_open_is_closed_when_the_command_is_ended(house, signals):
    with terminal("--scenario", house()) as command:
        with Page(command.until(r"(http://127\.0\.0\.1:\d+/)\r\n")) as page:
            page.until_known("plant")
            for number in signals:
                command.process.send_signal(number)
            page.ended()
        assert command.process.wait(WITHIN_S) == 0
        assert command.until(r"gridrest: (the page is closed)\r\n")


def test_a_terminal_that_is_closed_ends_it_and_its_broker(house, mosquitto):
    with terminal("--scenario", house(config=NETWORK)) as command:
        port = int(command.until(r"to listen: mosquitto_sub -h 127\.0\.0\.1 -p (\d+) "))
        url = command.until(r"(http://127\.0\.0\.1:\d+/)\r\n")
        socket.create_connection(("127.0.0.1", port), WITHIN_S).close()
        command.hang_up()
        assert command.process.wait(WITHIN_S) == 0
    for gone in (port, int(url.split(":")[2][:-1])):
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", gone), WITHIN_S)


def test_a_port_in_use_is_said_and_the_next_one_taken(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with terminal("--scenario", house(), "--port", str(port)) as command:
            assert command.until(rf"(port {port} is in use, so the page has the next one)")
            assert int(command.until(r"http://127\.0\.0\.1:(\d+)/")) > port


# The command line.


@pytest.mark.parametrize("arguments, words", [
    (("--json",), "--json is for a run that is told here and not on a page; add --headless."),
    (("--headless", "--speed", "60"), "--speed is about the page, and --headless shows none; leave out one of them."),
    (("--headless", "--port", "1"), "--port is about the page, and --headless shows none; leave out one of them."),
    (("--headless", "--no-browser"), "--no-browser is about the page, and --headless shows none; leave out one of "
     "them."),
    (("--port", "70000"), "--port 70000 is no port; write a number from 0 to 65535."),
])
def test_options_that_mean_nothing_together_are_refused(sim, arguments, words):
    assert sim(*arguments) == (2, "", f"gridrest: {words}\n")


def test_a_broken_scenario_is_refused_before_any_page_is_shown(sim, tmp_path):
    (tmp_path / "broken.json").write_text('{"name": "x", "for": "0:00:10", "events": [{"do": "wield"}]}')
    code, out, err = sim("--scenario", tmp_path / "broken.json")
    assert (code, out) == (1, "") and err.startswith("refused: events[0].at")


def test_the_speeds_of_the_command_are_those_of_the_page():
    assert [0 if speed == visit.FULL else int(speed) for speed in visit.SPEEDS] == list(pace.SPEEDS)


def test_the_bench_that_nobody_described_has_everything_fitted_and_begins_before_a_transfer():
    base = visit.fitted(configuration.load(str(configuration.EXAMPLE), 0).config.raw)
    found, problems = scenario.read('{"name": "x"}', base, for_text=visit.EVER)
    assert not problems
    setup = found.config.setup
    assert all(getattr(setup, name) for name in ("km1", "km2", "bond", "car", "grid", "charging", "enable"))
    assert setup.two_relays and found.config.wifi and found.config.mqtt and found.config.ntp
    start_s = visit.before_v2l(found.config.schedule, found.start_s)
    change = found.config.schedule.next_change(start_s)
    assert (change[0] - start_s, change[1]) == (visit.BEFORE_V2L_S, "v2l")


def test_where_no_v2l_is_planned_the_beginning_is_as_it_was():
    found, _problems = scenario.read('{"name": "x", "for": "1:00:00"}')
    assert visit.before_v2l(found.config.schedule, 7) == 7
