"""Every board that is driven, with the whole firmware on it: a configuration that it refuses, and one that it takes."""

import json

import pytest

from firmware.core import boards, config
from tools import staging
from tools.sim import run, scenario

DRIVEN = [row[0] for row in boards.PROFILES if row[2] is None]
SPARE = {"esp32": 27, "esp32s3": 4}  # a pin to give to a button where the board has none


def configuration(name):
    """The least that this board takes."""
    made = {"board": name, "zone": "UTC0"}
    if config.check(json.dumps(made), boards.PROFILES)[0] is None:
        chip = [row[1] for row in boards.PROFILES if row[0] == name][0]
        made["button"] = {"pin": SPARE[chip]}
    return made


def told(made, **files):
    """The last status of twenty seconds on this board."""
    found, problems = scenario.read('{"name": "a board", "for": "0:00:20"}', base=made)
    assert not problems
    lines = []
    run.play(found, lines.append, files={**staging.stage(found.config_text), **files})
    assert not any('"kind": "reset"' in line for line in lines)
    return json.loads([line for line in lines if '"kind": "status"' in line][-1])["status"]


@pytest.mark.parametrize("name", DRIVEN)
def test_a_configuration_of_junk_is_a_fault_and_no_crash(name):
    status = told(configuration(name), **{"config.json": b"junk"})
    assert (status["state"], status["faults"]) == ("fault", ["config-bad", "clock-lost"])


@pytest.mark.parametrize("name", DRIVEN)
def test_the_least_configuration_runs(name):
    status = told(configuration(name))
    assert status["state"] == "grid" and status["faults"] == ["clock-lost"]
