"""Puts the network together, where one is configured. Nothing of it is loaded otherwise."""

KEEPALIVE_S = 30


def connect(found, core, outbox, timekeeper):
    """The loop's side of a network that has been started, or None."""
    if found.wifi is None or (found.ntp is None and found.mqtt is None):
        return None
    try:
        return _put_together(found, core, outbox, timekeeper)
    except Exception as failure:  # no driver, no room, no umqtt.simple: the board does without
        core.note("network", "not started", type(failure).__name__)
        return None


def _put_together(found, core, outbox, timekeeper):
    from firmware.device import wlan
    from firmware.net import exchange, link, mqtt, reporter, thread

    joined = wlan.Wlan(found.wifi["ssid"], found.wifi["password"])
    joined.bring_up()
    hosts = tuple(found.ntp["hosts"]) if found.ntp else ()
    between = link.Link()
    client = teller = None
    if found.mqtt:
        topics = _topics(found.mqtt, outbox.about)
        teller = reporter.Reporter(between, outbox.about, topics, found.mqtt["discovery"], core.schedule)
        client = _client(mqtt.Client, found.mqtt, outbox.about, topics, teller)
    network = thread.Network(between, joined, hosts, client, teller)
    if found.mqtt:
        network.ca, network.at_any_time = found.mqtt["ca"], found.mqtt["tls_on_v2l"]
    side = exchange.Exchange(core, outbox, timekeeper, network)
    network.start()
    return side


def _topics(told, about):
    base = told["base"] or "gridrest/" + about.id
    topics = dict([(word, (base + "/" + word).encode()) for word in ("status", "availability", "plan", "event", "cmd")])
    topics["base"] = base.encode()
    name = about.id.replace(".", "_")  # Home Assistant takes no others there
    topics["discovery"] = (told["prefix"] + "/device/" + name + "/config").encode()
    if not told["commands"]:
        topics["cmd"] = None
    return topics


def _client(make, told, about, topics, teller):
    user = told["user"].encode() if told["user"] else None
    made = make(about.id.encode(), told["host"], told["port"], user, told["password"].encode(), KEEPALIVE_S)
    made.set_last_will(topics["availability"], b"offline")
    teller.listen(made)
    return made
