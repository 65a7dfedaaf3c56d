"""The documents' tables of configuration keys and limits, generated from the rows that the reader uses."""

from firmware.core import config_schema, config_shapes, sentences
from firmware.core.limits import LIMITS

# What each key is for. What it may be, and its default, come from the schema.
MEANINGS = {
    "board": "the board profile, which names the pins",
    "zone": "local time, for every window",
    "id": "the board's name in the status and on MQTT",
    "v2l": "when the house may be on V2L",
    "v2l[].days": "the days on which a window starts",
    "v2l[].from": "local time at which it begins",
    "v2l[].to": "local time at which it ends; earlier than `from` means the next day",
    "charge": "when the car charges and V2L must not be; windows as for `v2l`",
    "charge_lead_min": "minutes before a charging window in which V2L ends",
    "skip": "dates on which no V2L window starts",
    "inputs": "the inputs that are fitted",
    "inputs.km1": "auxiliary contact of the grid contactor; strongly advised",
    "inputs.km2": "auxiliary contact of the V2L contactor; strongly advised",
    "inputs.bond": "auxiliary of the contact that makes the V2L neutral-earth bond; only with km2",
    "inputs.car": "mains detector on the V2L supply; the level that means live",
    "inputs.grid": "mains detector on the grid supply; the level that means live",
    "inputs.charging": "the charge point's signal; the level that means charging",
    "inputs.enable": "lock-out key or isolator auxiliary; closed allows V2L",
    "assume": "inputs that are not fitted and taken to be well",
    "button": "the override",
    "button.pin": "its pin",
    "button.kind": "its contact; with `nc` a broken wire holds grid",
    "button.as": "a push button, or a maintained GRID / AUTO selector",
    "guard": "the second relay, in series with KM2's coil",
    "led": "status lamp",
    "alarm": "buzzer or volt-free alarm",
    "heartbeat": "pulses for an external dead-man stage",
    "rtc": "the battery clock on I2C",
    "soc": "the car's state of charge as a permit",
    "soc.reserve": "per cent below which V2L is left; entered 5 above it",
    "soc.max_age_min": "minutes after which a reported state of charge is stale",
    "budget_min": "minutes of V2L in a local day",
    "limits": "see the table of limits",
    "wifi": "the network to join; its password is in `secrets.json`",
    "wifi.ssid": "its name",
    "ntp": "time from the network",
    "ntp.hosts": "the servers to ask",
    "mqtt": "the broker; its password is in `secrets.json`",
    "mqtt.host": "where it is",
    "mqtt.port": "its port",
    "mqtt.user": "the user to log in as",
    "mqtt.ca": "the certificate to trust; with it the connection is encrypted",
    "mqtt.base": "base topic",
    "mqtt.discovery": "tell Home Assistant about the board",
    "mqtt.prefix": "Home Assistant's discovery prefix",
    "mqtt.commands": "take commands",
    "mqtt.tls_on_v2l": "allow the stall of an encrypted connection while on V2L",
}
# What stands in for None as a default, where it is not "off".
DEFAULTS = {
    "id": "from the chip",
    "button.pin": "the board's",
    "mqtt.port": "1883, with `ca` 8883",
    "mqtt.user": "none",
    "mqtt.base": "`gridrest/<id>`",
}
DEFAULTS.update({"inputs." + row[0]: "not fitted" for row in config_schema.INPUTS})


def config_table():
    """Both tables as Markdown: every key, and every limit with its range."""
    keys = _markdown(("key", "default", "may be", "what it is"), list(_rows(config_schema.CONFIG, "")))
    meanings = dict(sentences.LIMITS)
    limits = [(f"`{name}`", str(default), f"{low} to {high}", meanings[name]) for name, default, low, high in LIMITS]
    return keys + "\n\n" + _markdown(("limit", "default", "range", "what it limits"), limits)


def _markdown(head, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def _rows(rows, before):
    """A line for each key, then for those inside it; the limits have a table of their own, `charge` repeats `v2l`."""
    for key, default, shape in rows:
        path = before + key
        yield f"`{path}`", _default(path, default), config_shapes.right(shape), MEANINGS[path]
        if shape[0] is config_shapes.table and path != "limits":
            yield from _rows(shape[2], path + ".")
        elif path == "v2l":
            yield from _rows(config_schema.WINDOW, "v2l[].")


def _default(path, default):
    if path in DEFAULTS:
        return DEFAULTS[path]
    if default == config_shapes.NEEDED:
        return "required"
    if default == config_shapes.FILLED:
        return "as below" if path != "limits" else "see there"
    if default == (None, None):
        return "the board's"
    if default is None:
        return "off"
    if default == ():
        return "`[]`"
    return f"`{str(default).lower()}`"
