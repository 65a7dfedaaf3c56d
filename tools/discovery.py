"""What Home Assistant is told about a board, in its device-based discovery, made from the core's own names.

The board publishes the first line of it, with the second in place of $commands where commands are allowed, and its own
id, base topic and build in place of $id, $base and $fw.
"""

import json

from firmware.core import changeover, clock, faults

NOTICES = faults.codes(faults.NOTICES)
EXPIRES_S = 240
STATES = list(dict.fromkeys(changeover.STATES))


def text():
    """The two lines, as the board keeps them."""
    whole = _written(_device())
    commands = "," + ",".join(f"{json.dumps(name)}:{_written(component)}" for name, component in _commands().items())
    return f"{whole[:-2]}$commands}}}}\n{commands}\n".encode("ascii")


def _written(value):
    return json.dumps(value, separators=(",", ":"))


def _device():
    return {
        "dev": {"ids": "$id", "name": "Gridrest $id", "mf": "Gridrest", "mdl": "grid/V2L changeover", "sw": "$fw"},
        "o": {"name": "gridrest", "sw": "$fw"},
        "avty_t": "$base/availability",
        "stat_t": "$base/status",
        "cmps": {name: {**component, "uniq_id": f"$id_{name}"} for name, component in _components().items()},
    }


def _components():
    return {
        "state": _choice("State", "{{ value_json.state }}", STATES),
        "source": _choice("Source", "{{ value_json.feedback }}", ["grid", "v2l", "neither", "both", "unknown"]),
        "why": {"p": "sensor", "name": "Why on grid", "ic": "mdi:help-circle-outline",
                "val_tpl": "{{ value_json.why or 'nothing' }}", "json_attr_t": "$base/status",
                "json_attr_tpl": "{{ {'blocked_by': value_json.blocked_by} | tojson }}"},
        "next": {"p": "sensor", "name": "Next change", "dev_cla": "timestamp",
                 "val_tpl": "{{ value_json.next.at if value_json.next else None }}"},
        "next_source": _choice("Next source", "{{ value_json.next.source if value_json.next else None }}",
                               ["grid", "v2l"]),
        "faults": {"p": "binary_sensor", "name": "Fault", "dev_cla": "problem",
                   "val_tpl": "{{ 'ON' if value_json.faults | reject('in', %s) | list else 'OFF' }}" % NOTICES,
                   "json_attr_t": "$base/status", "json_attr_tpl": "{{ {'faults': value_json.faults} | tojson }}"},
        "clock": {**_choice("Clock trust", "{{ value_json.clock.trust }}", list(clock.NAMES)), "ent_cat": "diagnostic"},
        "transfers": {"p": "sensor", "name": "Transfers", "stat_cla": "total_increasing", "ent_cat": "diagnostic",
                      "val_tpl": "{{ value_json.counters.transfers }}"},
        "transfer_ms": {**_measured("Transfer time", "duration", "ms"),
                        "val_tpl": "{{ value_json.last_transfer.ms if value_json.last_transfer else None }}"},
        "rssi": {**_measured("Wi-Fi", "signal_strength", "dBm"), "val_tpl": "{{ value_json.net.rssi }}"},
    }


def _commands():
    """Commands that expire need an entity with a template for them, which a select has."""
    command = '{"cmd": "{{ value }}", "expires": {{ now().timestamp() | int + %d }}}' % EXPIRES_S
    return {"hold": {"p": "select", "name": "Hold", "ops": ["auto", "grid"], "cmd_t": "$base/cmd", "cmd_tpl": command,
                     "val_tpl": "{{ 'auto' if value_json.hold.remote == 'none' else 'grid' }}", "uniq_id": "$id_hold"}}


def _choice(name, template, options):
    return {"p": "sensor", "name": name, "dev_cla": "enum", "ops": options, "val_tpl": template}


def _measured(name, kind, unit):
    return {"p": "sensor", "name": name, "dev_cla": kind, "unit_of_meas": unit, "stat_cla": "measurement",
            "ent_cat": "diagnostic"}
