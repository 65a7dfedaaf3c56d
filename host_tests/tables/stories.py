"""The core with a plant, the same on both interpreters to the last millisecond: each whole trace is compared."""

from firmware.core import jsontext, record, status
from host_tests.house import House

ABOUT = status.About()


def _weld(house):
    house.plant.km2.welded = 1


def _free(house):
    house.plant.km2.free()


def _weld_guard(house):
    house.plant.guard.welded = 1


def _break_coil(house):
    house.plant.km2.coil_open = 1


def _car_leaves(house):
    house.world_changes(car=0)


def _car_returns(house):
    house.world_changes(car=1)


def _press(house):
    house.press()


def _acknowledge(house):
    house.press(6000)


def _power_cut(house):
    """A reset that nobody asked for: only what the file holds survives."""
    saved, problem = jsontext.read(jsontext.write(record.pairs(house.core)))
    assert problem is None
    house.clock_s = house.core.clock.now_s
    house.boot(saved, planned=False)


QUICK = {"startup_s": 6, "dwell_s": 10, "confirm_s": 1, "car_s": 1}
START = "2026-11-20T05:29:45Z"  # entry 15 s later, the window's end at 75 s
SHORT = ((127, 330, 331),)
LONG = ((127, 330, 340),)

# name, options of the house, steps: (seconds to run, then do), what must stand at the end: state, supply, faults
STORIES = (
    ("there and back", {}, ((85, None),), ("grid", "grid", [])),
    ("there and back, two relays", {"two_relays": True}, ((85, None),), ("grid", "grid", [])),
    ("grid now", {}, ((25, _press), (20, None)), ("grid", "grid", [])),
    (
        "car leaves and returns",
        {"v2l": LONG},
        ((25, _car_leaves), (10, _car_returns), (65, None)),
        ("v2l", "v2l", []),
    ),
    ("weld", {}, ((25, _weld), (1, _press), (5, None)), ("fault", "v2l", ["km2-stuck"])),
    (
        "weld, mended, acknowledged",
        {"two_relays": True},
        ((25, _weld), (1, _press), (5, _free), (5, _acknowledge), (20, None)),
        ("grid", "grid", []),
    ),
    (
        "welded guard",
        {"two_relays": True},
        ((25, _weld_guard), (1, _press), (5, None)),
        ("fault", "grid", ["guard-stuck"]),
    ),
    ("dead coil", {"v2l": LONG}, ((10, _break_coil), (135, None)), ("fault", "grid", ["km2-not-closed"])),
    (
        "power cuts",
        {"v2l": LONG},
        ((25, _power_cut), (25, _power_cut), (25, _power_cut), (5, None)),
        ("fault", "grid", ["reset-storm"]),
    ),
    ("no feedback fitted", {"inputs": ("car",)}, ((85, None),), ("grid", "grid", [])),
)


def told(options, steps):
    """Where the house ended, and everything that changed on the way."""
    options = dict(options)
    house = House(start=START, v2l=options.pop("v2l", SHORT), limits=QUICK, **options)
    lines = []
    before = None
    for seconds, do in steps:
        end_ms = house.ms + seconds * 1000
        while house.ms < end_ms:
            house.tick()
            now = (house.state, house.outputs, house.plant.supply())
            if now != before:
                lines.append((house.ms, now))
                before = now
        if do:
            do(house)
    lines.append(jsontext.write(status.pairs(house.core, ABOUT)))
    lines.append(jsontext.write(record.pairs(house.core)))
    lines.append(house.core.events)
    return (house.state, house.plant.supply(), house.faults), lines


def run():
    traces = []
    for name, options, steps, expected in STORIES:
        end, lines = told(options, steps)
        assert end == expected, (name, end, lines)
        traces.append((name, lines))
    return traces
