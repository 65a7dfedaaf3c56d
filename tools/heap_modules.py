"""Runs on MicroPython: imports the modules named as arguments, in that order, and prints what each adds to the heap.

A line is the name and the bytes still in use after a collection. The last line is what a running core adds to its
modules: the controller of a two-relay board with everything fitted, and its schedule.
"""

import gc
import sys


def used():
    gc.collect()
    return gc.mem_alloc()


def importing(name):
    before = used()
    __import__(name)
    return used() - before


def running():
    from firmware.core import controller, schedule, setup, zone

    before = used()
    fitted = setup.Setup()
    for name in ("two_relays", "km1", "km2", "bond", "car", "grid", "charging", "enable"):
        setattr(fitted, name, True)
    made, _problem = zone.parse("GMT0BST,M3.5.0/1,M10.5.0")
    core = controller.Controller(fitted, schedule.Schedule(made, ((31, 330, 1400),), ((127, 1410, 330),), 10, ()))
    core.clock.set(217_332_000, 1, "hand")
    core.slow()
    return used() - before, core


if __name__ == "__main__":
    importing("sys")  # the first import of all makes room for the others
    for module in sys.argv[1:]:
        print(module, importing(module))
    print("running", running()[0])
