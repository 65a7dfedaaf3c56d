"""The whole firmware, as it is deployed, on real MicroPython: the simulator tells what it tells on CPython."""

import pytest

from host_tests import recording
from tools import staging

PLAY = "import sys\nsys.argv[:] = ['play', %r, %r]\nfrom tools.sim import play\nplay.main(sys.argv[1:])"
AS_SOURCES = ("plain-day", "km1-drop-brings-brownout")
CASES = [(name, True) for name in recording.NAMES] + [(name, False) for name in AS_SOURCES]


@pytest.mark.parametrize("name, compiled", CASES)
def test_a_scenario_gives_the_recorded_lines_on_micropython(name, compiled, micropython_32, tmp_path):
    staging.lay_out(staging.stage(recording.read(name).config_text, compiled=compiled, quiet=True), tmp_path)
    path = recording.FOLDER / (name + ".json")
    done = micropython_32.run(PLAY % (str(path), str(tmp_path)), heapsize="24m", timeout=120)
    assert done.stderr == ""
    assert recording.told(name, done.stdout) == recording.record_of(name)
