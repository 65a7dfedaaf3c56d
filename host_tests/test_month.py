"""A month on MicroPython in the heap of a board: a day of `proof month`, and that it can fail."""

import hashlib
import io
import json

import pytest

from tools import staging
from tools.proofs import month, month_board
from tools.terminal import Progress

pytestmark = pytest.mark.campaign
IDLE = 3_600_000, 0  # pace: little more than what happens
ROOMY_KIB = 1024
LEAK = b"""
import time
kept, sleep_ms = [[]], time.sleep_ms
def forgetful(ms):
    if len(kept[-1]) == 32:
        kept.append([])
    kept[-1].append(ms)
    getattr(kept, "hour_%d" % (time.ticks_ms() >> 22), None)
    sleep_ms(ms)
time.sleep_ms = forgetful
"""


def quietly():
    return Progress("month", io.StringIO())


def planted(code):
    """The board's files, as a build would have them whose main.py has this code in it."""
    files = month.stage()
    files["main.py"] = files["firmware/main.py"] = files["main.py"].replace(b"\nLONG_MS", code + b"\nLONG_MS", 1)
    manifest = json.loads(files[staging.MANIFEST])
    for path in ("main.py", "firmware/main.py"):
        manifest["files"][path] = hashlib.sha256(files[path]).hexdigest()
    return {**files, staging.MANIFEST: json.dumps(manifest).encode()}


def test_a_day_of_ordinary_life_runs_short_of_nothing(micropython_32, figure):
    """That several grow nothing is told by the proof, the quick one too."""
    told = month.campaign(quietly(), 1, IDLE)
    assert told["failures"] == [] and told["ok"] and told["days"] == 1
    assert told["heap_bytes"] < (month.HEAP_KIB + 1) * 1024
    assert told["resets_asked_for"] == told["starts"] - 1 > 0
    figure(f"month: {told['live_bytes']} of {told['heap_bytes']} bytes live, in one piece at least "
           f"{told['largest_free_bytes']}; left by a reset {told['left_by_resets_bytes']}")


def test_what_leaks_a_little_each_turn_is_found(micropython_32):
    told = month.campaign(quietly(), 2, IDLE, ROOMY_KIB, planted(LEAK))
    assert told["failures"] == [f"the live heap grew by more than {month.GROWTH_MAX} bytes",
                                "the interpreter's table of names grew"]


def test_a_firmware_that_needs_more_is_found(micropython_32):
    told = month.campaign(quietly(), 1, IDLE, month.HEAP_KIB, planted(b"\nhoard = bytearray(60_000)\n"))
    assert not told["ok"] and told["failures"][0].startswith("the firmware ended by itself: ")
    assert "MemoryError" in told["failures"][0] or "too short of memory" in told["failures"][0]


GOOD = {"days": 2, "resets_asked_for": 1, "transfers": 4, "console_pieces": 9, "grown_bytes": month.GROWTH_MAX,
        "largest_free_bytes": month.LARGEST_MIN, "left_by_resets_bytes": month.LEFT_MAX, "names_grown_bytes": 0}
SUMMARY = {"kind": "summary", "faults": [], "state": "grid"}


def failures(summary=SUMMARY, causes=("watchdog",), **changed):
    told = month_board.Told()
    told.take("end 4 20 9 7 1")
    told.lines = [{"kind": "reset", "cause": cause} for cause in causes] + [summary]
    return month._failures(told, {**GOOD, **changed}, 2)


def test_a_month_at_its_limits_is_well():
    assert failures() == []


@pytest.mark.parametrize("changed, found", [
    ({"days": 1}, "it ended after 1 days"),
    ({"causes": ("restart",)}, "ended by itself"),
    ({"causes": ()}, "other resets than those asked for"),
    ({"summary": {**SUMMARY, "state": "fault"}}, "did not end on grid"),
    ({"summary": {**SUMMARY, "faults": ["grid-dead"]}}, "did not end on grid"),
    ({"transfers": 3}, "transfers a day"),
    ({"console_pieces": 0}, "the console said nothing"),
    ({"grown_bytes": month.GROWTH_MAX + 1}, "grew"),
    ({"largest_free_bytes": month.LARGEST_MIN - 1}, "in one piece"),
    ({"left_by_resets_bytes": month.LEFT_MAX + 1}, "outlived a reset"),
    ({"names_grown_bytes": 1}, "table of names"),
])
def test_past_its_limits_it_is_not(changed, found):
    sentence, = failures(**changed)
    assert found in sentence


def test_names_are_read_whatever_is_in_them():
    assert month_board.NAME.findall("Q(plain)\nQ())\nQ(}\n)\nQ()\nqstr pool: n_pool=1\n") == ["plain", ")", "}\n", ""]
