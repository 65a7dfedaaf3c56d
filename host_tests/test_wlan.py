"""Wi-Fi is joined once and then left to its driver, which the thread never makes do anything twice."""

import types

import pytest

from host_tests.netface import Here
from host_tests.test_net_thread import TICKS, Clock


class Driver:
    """What `network` offers, and what was asked of it."""

    STA_IF = 0

    def __init__(self):
        self.asked, self.connected, self.refuses, self.last = [], False, False, 201

    def active(self, on):
        self.asked.append(("active", on))

    def isconnected(self):
        return self.connected

    def connect(self, ssid, password):
        self.asked.append(("connect", ssid, password))
        if self.refuses:
            raise OSError(0x3001)

    def disconnect(self):
        self.asked.append("disconnect")

    def status(self):
        """It tells why only while nothing is asked of it."""
        return self.last if self.asked[-1] == "disconnect" else 1001


JOIN = ("connect", "home", "secret")


def joined(start_ms=0):
    here, driver = Here(), Driver()
    here.modules["time"] = Clock(start_ms)
    here.modules["network"] = types.SimpleNamespace(WLAN=lambda _kind: driver, STA_IF=0)
    made = here.load("firmware.device.wlan").Wlan("home", "secret")
    made.bring_up()
    driver.asked.clear()
    return made, driver


def tended(made, since_ms, for_ms, step_ms=200):
    """What it says, each 200 ms."""
    said = []
    for ms in range(since_ms, since_ms + for_ms, step_ms):
        try:
            said.append(made.tend(ms % TICKS))
        except OSError as trouble:
            said.append(trouble.errno or trouble.args[0])
    return said


def test_it_is_joined_once_however_long_the_driver_tries():
    for start_ms in (0, 1, TICKS // 2, TICKS - 1_000):
        made, driver = joined(start_ms)
        assert not any(tended(made, start_ms, 120_000)) and driver.asked == [JOIN]


def test_after_two_minutes_in_vain_it_is_left_and_after_a_rest_joined_anew():
    made, driver = joined()
    tended(made, 0, 120_400)
    assert driver.asked == [JOIN, "disconnect"]
    tended(made, 120_400, 4_800)
    assert driver.asked == [JOIN, "disconnect"]
    tended(made, 125_200, 1_000)
    assert driver.asked == [JOIN, "disconnect", JOIN]


def test_the_two_minutes_count_from_when_it_was_last_connected():
    made, driver = joined()
    made.tend(0)
    driver.connected = True
    assert all(tended(made, 200, 3_600_000, 10_000)) and driver.asked == [JOIN]
    driver.connected = False
    tended(made, 3_600_200, 110_000)
    assert driver.asked == [JOIN]
    tended(made, 3_710_200, 30_000)
    assert driver.asked == [JOIN, "disconnect", JOIN]


def test_a_join_that_the_driver_refuses_is_not_repeated_before_it_has_been_left():
    made, driver = joined()
    driver.refuses = True
    said = tended(made, 0, 200_000)
    assert driver.asked == [JOIN, "disconnect", JOIN] and said.count(0x3001) == 2


@pytest.mark.parametrize("status, words", ((201, "not found"), (211, "not found"), (202, "password"), (15, "password"),
                                           (200, "status 200"), (8, "status 8")))
def test_why_it_could_not_be_joined_is_told_until_it_could(status, words):
    made, driver = joined()
    driver.last = status
    tended(made, 0, 125_000)
    assert made.trouble is None
    tended(made, 125_000, 1_000)
    assert made.trouble == words
    driver.connected = True
    assert made.tend(126_000) and made.trouble is None
