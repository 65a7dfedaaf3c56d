"""How the firmware is brought up: what lasts first, and what one stage alone needs is gone before the next begins."""

import types

import pytest

from host_tests.netface import Here

RELAYS = ((16, 0),)



def kind_of(module):
    return type("Kind", (), {"__init__": lambda self: None, "__module__": module})


class Chip:
    """What is loaded, by name, and in which order it all happens; `free` bytes of memory."""

    def __init__(self, free=100_000):
        self.log, self.loaded = [], {}
        here = Here()
        here.modules["sys"] = types.SimpleNamespace(modules=self.loaded)
        here.modules["gc"] = types.SimpleNamespace(
            collect=lambda: self.log.append("collect"), mem_free=lambda: free,
            threshold=lambda size: self.log.append(("threshold", size)))
        self.made = here.load("firmware.app.bring_up")
        here.modules["firmware.app.loop"] = None
        here.modules["firmware.app.survey"] = types.SimpleNamespace(survey=self._survey)
        here.modules["firmware.app.start"] = types.SimpleNamespace(build=self._build)

    def load(self, *names):
        """Modules as the interpreter keeps them: by name, and as attributes of their packages."""
        for name in names:
            parent, _dot, last = name.rpartition(".")
            self.loaded[name] = types.ModuleType(name)
            self.loaded.setdefault(parent, types.ModuleType(parent))
            setattr(self.loaded[parent], last, self.loaded[name])

    def _survey(self, relays):
        self.log.append(("survey", relays))
        self.load(*self.made.FOR_READING, "firmware.core.gate", "firmware.core.controller")
        self.loaded["firmware.core.gate"].Gate = kind_of("firmware.core.gate")
        return "what was found"

    def _build(self, found):
        self.log.append(("build", found, sorted(self.loaded)))
        self.load(*[name for name in self.made.FOR_STARTING if name != "firmware.build"])
        assert "__init__" in vars(self.loaded["firmware.core.gate"].Gate) and self.loaded["firmware.core.gate"].Gate()
        return "the loop"

    def has(self, name):
        parent, _dot, last = name.rpartition(".")
        return name in self.loaded or hasattr(self.loaded.get(parent), last)


def test_garbage_is_collected_before_each_stage_and_early_from_the_beginning_on():
    chip = Chip()
    assert chip.made.bring_up(RELAYS) == "the loop"
    done = [row[:2] if isinstance(row, tuple) else row for row in chip.log]
    assert done == ["collect", ("threshold", 6250), "collect", ("survey", RELAYS), "collect",
                    ("build", "what was found"), "collect"]


@pytest.mark.parametrize("free, often", ((1000, 4096), (65_536, 4096), (65_552, 4097), (160_000, 10_000)))
def test_it_is_collected_each_time_a_sixteenth_of_the_memory_is_taken_or_four_kilobytes_of_a_small_one(free, often):
    chip = Chip(free)
    chip.made.bring_up(RELAYS)
    assert ("threshold", often) in chip.log


def test_what_only_reads_and_checks_is_gone_before_the_parts_are_put_together_and_that_before_they_run():
    chip = Chip()
    chip.made.bring_up(RELAYS)
    while_building = chip.log[-2][2]
    assert while_building == ["firmware.app", "firmware.core", "firmware.core.controller", "firmware.core.gate"]
    assert not [name for name in chip.made.FOR_READING + chip.made.FOR_STARTING if chip.has(name)]
    assert chip.has("firmware.core.gate") and chip.has("firmware.core.controller")
    assert chip.loaded["firmware.core.gate"].Gate.__init__ is None


def test_a_class_that_lasts_loses_its_constructor_unless_it_is_the_networks_or_made_once_more_at_the_end():
    chip = Chip()
    names = ("firmware.core.gate", "firmware.app.loop", "firmware.device.lamp", "firmware.device.rtcmem",
             "firmware.net.thread", "struct")
    chip.load(*names)
    for name in names:
        chip.loaded[name].Kind, chip.loaded[name].value = kind_of(name), 7
    borrowed, work = kind_of("elsewhere"), types.FunctionType((lambda: 1).__code__, {"__name__": "firmware.app.loop"})
    chip.loaded["firmware.app.loop"].Borrowed, chip.loaded["firmware.app.loop"].work = borrowed, work
    chip.made._let_go_of_constructors()
    without = [name for name in names if chip.loaded[name].Kind.__init__ is None]
    assert without == ["firmware.core.gate", "firmware.app.loop", "firmware.device.lamp"]
    assert borrowed.__init__ is not None and work.__module__ == "firmware.app.loop" and work.__init__ is not None


def test_a_module_that_its_package_does_not_know_is_forgotten_all_the_same():
    chip = Chip()
    chip.load("firmware.core.gate", "firmware.core.setup")
    del chip.loaded["firmware.core"].setup
    chip.made._let_go(("firmware.core.setup", "firmware.core.gate", "firmware.core.never"))
    assert not chip.has("firmware.core.setup") and not chip.has("firmware.core.gate")
