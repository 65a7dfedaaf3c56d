"""How the network is put together: whom it joins and asks, under which names it speaks, and what it leaves unsaid."""

import types

import pytest

from firmware.core import status
from host_tests.test_secrets import Core, Machine, full

PLAN = "the plan"


class Made:
    """The loop's side of a network as it is put together for these settings, on a board called like that."""

    def __init__(self, board="gridrest-1", wifi=None, **mqtt):
        found = full()
        found.wifi.update(wifi or {})
        found.mqtt.update(mqtt)
        machine, core, about = Machine(), Core(), status.About()
        core.schedule, about.id = PLAN, board
        box = types.SimpleNamespace(about=about, count=0)
        self.joined = machine.modules["network"]
        self.side = machine.load("firmware.app.connect").connect(found, core, box, "the timekeeper")
        self.network, self.client = self.side.network, self.side.network.client
        self.teller = self.network.reporter


def test_it_joins_the_wifi_and_asks_the_time_servers_that_are_configured():
    made = Made(wifi={"ssid": "home"})
    assert (made.network.wifi.ssid, made.network.wifi.password) == ("home", "wlan-secret")
    assert made.network.hosts == tuple(full().ntp["hosts"]) and made.network.wifi.wlan is made.joined


def test_the_driver_is_brought_up_before_there_is_a_thread():
    order = []
    machine = Machine()
    machine.modules["network"].active = lambda _on: order.append("driver")
    machine.modules["_thread"].start_new_thread = lambda *_: order.append("thread")
    machine.load("firmware.app.connect").connect(full(), Core(), types.SimpleNamespace(about=status.About(), count=0),
                                                 None)
    assert order == ["driver", "thread"]


def test_it_speaks_to_the_broker_under_the_boards_name_and_leaves_a_will_that_it_is_offline():
    client = Made("garage.1", user="me").client
    assert (client.client_id, client.server, client.port) == (b"garage.1", "127.0.0.1", 1)
    assert (client.user, client.pswd, client.keepalive) == (b"me", b"broker-secret", 30)
    assert (client.lw_topic, client.lw_msg) == (b"gridrest/garage.1/availability", b"offline")
    assert client.cb is not None and Made(user=None).client.user is None


@pytest.mark.parametrize("base, whole", ((None, b"gridrest/gridrest-1"), ("house/v2l", b"house/v2l")))
def test_every_topic_is_below_the_base(base, whole):
    topics = Made(base=base, commands=True).teller.topics
    assert topics == {
        "status": whole + b"/status", "availability": whole + b"/availability", "plan": whole + b"/plan",
        "event": whole + b"/event", "cmd": whole + b"/cmd", "base": whole,
        "discovery": b"ha/device/gridrest-1/config"}


def test_home_assistant_is_told_a_name_without_dots_and_nobody_commands_unless_that_is_asked_for():
    topics = Made("gr.1.2", prefix="homeassistant").teller.topics
    assert topics["discovery"] == b"homeassistant/device/gr_1_2/config" and topics["cmd"] is None
    assert topics["status"] == b"gridrest/gr.1.2/status"


@pytest.mark.parametrize("discovery", (False, True))
def test_the_reporter_knows_the_plan_and_whether_it_is_to_be_discovered(discovery):
    teller = Made(discovery=discovery).teller
    assert teller.discovers is discovery and teller.schedule == PLAN and teller.about.id == "gridrest-1"


@pytest.mark.parametrize("ca, at_any_time", ((None, False), ("ca.der", False), ("ca.der", True)))
def test_encryption_and_when_it_may_begin_are_as_configured(ca, at_any_time):
    network = Made(ca=ca, tls_on_v2l=at_any_time).network
    assert (network.ca, network.at_any_time) == (ca, at_any_time)


def test_thread_and_loop_share_one_link_and_what_is_heard_goes_to_the_timekeeper():
    made = Made()
    assert made.side.link is made.network.link is made.teller.link
    assert made.side.timekeeper == "the timekeeper"
