"""Every scenario tells with the linked files what it tells with the project's own. On MicroPython they are compiled."""

import pytest

from host_tests import recording
from tools import staging
from tools.sim import run


@pytest.mark.parametrize("name", recording.NAMES)
def test_a_scenario_gives_the_recorded_lines_with_the_linked_files(name):
    lines = []
    scenario = recording.read(name)
    run.play(scenario, lines.append, files=staging.stage(scenario.config_text, linked=True, quiet=True))
    assert recording.difference(name, "\n".join(lines) + "\n") == ""
