"""Every status of every scenario is what docs/status.schema.json says, and the schema lets nothing else pass."""

import copy
import json

import fastjsonschema
import pytest

from firmware.core import changeover, clock, faults, holds, permits
from host_tests import recording

SCHEMA = json.loads((recording.FOLDER.parent.parent / "docs" / "status.schema.json").read_text())
check = fastjsonschema.compile(SCHEMA)

LATER = ("supervised", "proof")  # what an older board does not tell


def told(name):
    """Every status of a scenario's recorded lines."""
    lines = [json.loads(line) for line in recording.record_of(name).splitlines()]
    return [line["status"] for line in lines if line["kind"] == "status"]


@pytest.mark.parametrize("name", recording.NAMES)
def test_every_status_of_every_scenario_keeps_to_the_schema(name):
    for status in told(name):
        check(status)
        assert set(status["faults"]) <= set(faults.CODES) | {"another-builds-fault"}


def names_in(*path):
    """The words that a value may be, null apart."""
    part = SCHEMA
    for key in path:
        part = part["properties"][key]
    kinds = part.get("anyOf", [part])
    return [word for kind in kinds for word in kind.get("enum", kind.get("items", {}).get("enum", ()))]


def test_the_schema_has_the_core_s_own_names():
    assert names_in("state") == list(dict.fromkeys(changeover.STATES))
    assert names_in("why") == names_in("blocked_by") == [row[0] for row in permits.ROWS]
    assert names_in("clock", "trust") == list(clock.NAMES)
    assert names_in("hold", "local") == list(holds.NAMES)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    yield path


def test_the_status_of_a_build_that_knew_of_no_proofs_passes():
    status = told("plain-day")[-1]
    check({key: status[key] for key in status if key not in LATER})


def test_what_is_left_out_added_or_of_another_kind_does_not_pass():
    status = told("plain-day")[-1]
    for path in [path for path in leaves(status) if path and path[0] not in LATER]:
        for change in (lambda owner, key: owner.pop(key), lambda owner, key: owner.update({key: {"x": 1.5}}),
                       lambda owner, key: owner.update({"another": 1})):
            changed = copy.deepcopy(status)
            owner = changed
            for key in path[:-1]:
                owner = owner[key]
            change(owner, path[-1])
            with pytest.raises(fastjsonschema.JsonSchemaValueException):
                check(changed)
