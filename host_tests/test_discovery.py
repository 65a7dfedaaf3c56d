"""What Home Assistant is told: it can read it, every entity is what it says, and every word comes from the core."""

import ast
import json
import re

import pytest

from firmware.core import changeover, clock
from tools import discovery

# Of Home Assistant's MQTT integration: what may stand in a device, in an origin, for all, and in one of a kind.
DEVICE = {"ids", "name", "mf", "mdl", "sw"}
ORIGIN = {"name", "sw"}
SHARED = {"dev", "o", "cmps", "avty_t", "stat_t"}
ANY = {"p", "name", "uniq_id", "val_tpl", "ent_cat", "ic", "json_attr_t", "json_attr_tpl", "dev_cla"}
KINDS = {
    "sensor": ANY | {"ops", "unit_of_meas", "stat_cla"},
    "binary_sensor": ANY,
    "select": ANY - {"dev_cla"} | {"ops", "cmd_t", "cmd_tpl"},
}
UNITS = {"duration": {"d", "h", "min", "s", "ms"}, "signal_strength": {"dB", "dBm"}, "timestamp": {None},
         "enum": {None}}


def told(commands):
    """As the board makes it."""
    first, second, *rest = discovery.text().split(b"\n")
    assert rest == [b""]
    text = first.replace(b"$commands", second if commands else b"")
    for word, value in ((b"$id", b"a1"), (b"$fw", b"0.1.0+4f2a9c1"), (b"$base", b"gridrest/a1")):
        text = text.replace(word, value)
    assert b"$" not in text
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs):
    assert len({key for key, _value in pairs}) == len(pairs)
    return dict(pairs)


@pytest.fixture(params=[False, True], ids=["no commands", "commands"])
def whole(request):
    return told(request.param)


def test_it_has_what_a_device_needs_and_nothing_that_is_not_known(whole):
    assert whole.keys() == SHARED and whole["dev"].keys() == DEVICE and whole["o"].keys() == ORIGIN
    assert whole["avty_t"] == "gridrest/a1/availability" and whole["stat_t"] == "gridrest/a1/status"
    for entity in whole["cmps"].values():
        assert entity.keys() <= KINDS[entity["p"]] and {"name", "uniq_id", "val_tpl"} <= entity.keys()


def test_every_entity_has_a_name_of_its_own_that_begins_with_the_boards(whole):
    for key in ("name", "uniq_id"):
        assert len({entity[key] for entity in whole["cmps"].values()}) == len(whole["cmps"])
    assert all(entity["uniq_id"] == f"a1_{name}" for name, entity in whole["cmps"].items())


def test_class_unit_and_options_go_together(whole):
    for entity in whole["cmps"].values():
        kind, unit = entity.get("dev_cla"), entity.get("unit_of_meas")
        if entity["p"] == "binary_sensor":
            assert kind == "problem"
        elif kind:
            assert unit in UNITS[kind]
        if "ops" in entity and entity["p"] == "sensor":
            assert kind == "enum" and not {"unit_of_meas", "stat_cla"} & entity.keys()
        if kind == "timestamp" or kind == "enum":
            assert "stat_cla" not in entity
        assert entity.get("stat_cla") in (None, "measurement", "total_increasing")
        assert entity.get("ent_cat") in (None, "diagnostic")


def test_what_a_homeowner_asks_is_there(whole):
    there = {"state", "source", "why", "next", "faults", "clock", "transfers", "transfer_ms", "rssi"}
    assert there <= whole["cmps"].keys()


def test_a_hold_is_offered_only_where_commands_are_allowed():
    assert "hold" not in told(False)["cmps"]
    hold = told(True)["cmps"]["hold"]
    assert hold["p"] == "select" and hold["cmd_t"] == "gridrest/a1/cmd" and hold["ops"] == ["auto", "grid"]


def test_the_options_are_all_that_the_core_can_say():
    parts = told(False)["cmps"]
    assert set(parts["state"]["ops"]) == set(changeover.STATES) and set(parts["clock"]["ops"]) == set(clock.NAMES)
    assert set(parts["source"]["ops"]) == {"grid", "v2l", "neither", "both", "unknown"}


def test_a_template_asks_for_nothing_that_a_status_does_not_have(whole):
    with open("docs/status.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    for entity in whole["cmps"].values():
        for template in (entity["val_tpl"], entity.get("json_attr_tpl", "")):
            for path in re.findall(r"value_json((?:\.\w+)+)", template):
                place = schema
                for key in path[1:].split("."):
                    place = next((kind for kind in place.get("anyOf", ()) if "properties" in kind), place)
                    assert key in place["properties"], path
                    place = place["properties"][key]


def test_notices_are_no_problem_and_everything_else_is():
    template = told(False)["cmps"]["faults"]["val_tpl"]
    left_out = ast.literal_eval(template.split("reject('in', ")[1].split(") | list")[0])
    assert left_out == ["grid-dead", "clock-disagrees", "clock-lost", "clock-ageing", "flash-full", "net-dead",
                        "proof-old", "timing-drift"]


def test_a_command_made_by_its_template_is_one_that_the_board_reads():
    from firmware.net import orders

    template = told(True)["cmps"]["hold"]["cmd_tpl"]
    now_s = 200_000_000
    ahead_s = int(re.search(r"now\(\).timestamp\(\) \| int \+ (\d+)", template)[1])
    for option in ("grid", "auto"):
        text = template.replace("{{ value }}", option)
        text = re.sub(r"{{ now\(\).*?}}", str(now_s + orders.UNIX_S + ahead_s), text)
        assert orders.read(text.encode(), False, now_s, 86_400, {}) == ((option,), None)
