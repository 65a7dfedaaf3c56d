"""The whole firmware, as it is deployed, on real MicroPython: the simulator tells what it tells on CPython."""

import pathlib

import pytest

from tools import staging
from tools.sim import run, scenario

SCENARIOS = pathlib.Path(__file__).parent / "scenarios"
PLAY = "import sys\nsys.argv[:] = ['play', %r, %r]\nfrom tools.sim import play\nplay.main(sys.argv[1:])"
CHOSEN = (
    ("plain-day", False),
    ("plain-day", True),
    ("two-relays-day", True),
    ("km1-drop-brings-brownout", True),
    ("reset-on-v2l-watchdog", True),
    ("stall-longer-than-the-watchdog", True),
    ("flash-full", True),
    ("clock-lost", True),
    ("acknowledged-after-the-mend", True),
)  # name, compiled or as sources


def on_cpython(told):
    lines = []
    run.play(told, lines.append)
    return lines


@pytest.mark.parametrize("name, compiled", CHOSEN)
def test_a_scenario_gives_the_same_lines_on_micropython(name, compiled, micropython_32, tmp_path):
    path = SCENARIOS / (name + ".json")
    told, problems = scenario.read(path.read_text())
    assert not problems
    for place, data in staging.stage(told.config_text, compiled=compiled).items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(data)
    done = micropython_32.run(PLAY % (str(path), str(tmp_path)), heapsize="24m", timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines() == on_cpython(told)
