"""Trouble at a line of the firmware: a sample of `proof crashes`, what it has led to mending, and that it can fail."""

import json

import pytest

from firmware.core import record
from host_tests.test_resets import changed
from tools import umqtt
from tools.proofs import (
    branches, crashes, crashes_judge, crashes_lines, crashes_network, crashes_stories, network_stories)
from tools.proofs.crashes_tracer import FIRST, Tracer

pytestmark = pytest.mark.campaign
NAMED = {story.name: story for story in crashes_stories.own()}
for story in NAMED.values():
    story.scenario.for_ms = min(story.scenario.for_ms, 45_000)  # most is come by within it
SHORT = branches.house(length="00:00:30")


class Silent:
    def update(self, *_how_far):
        pass


def campaign(*names, share=1.0, stories=None):
    found = crashes.campaign(Silent(), stories or [NAMED[name] for name in names], share, 1)
    found["failures"] = [text for text in found["failures"] if not text.startswith("BEFORE_")]
    return found


def broken(path, old, new, **more):
    """A story of a board whose firmware is another one."""
    files = changed(type("House", (), {"scenario": SHORT}), path, old, new)
    return crashes_stories.Story("broken", SHORT, files, **more)


def story_at(place, story, name="IndexError", lines=1):
    """What comes of one trouble at the first few lines of a function that are come by, and again with the pilot on."""
    made, hits = crashes.Campaign(Silent(), 1, 1, [story]), []

    def hit(run, found, moment):
        if found[::2] == place and hits.count(moment) < lines:
            hits.append(moment)
            made._hit(run, found, moment)

    made.tracer.hit = hit
    kinds = dict(crashes.TROUBLES)
    crashes.TROUBLES.clear()
    crashes.TROUBLES[name] = kinds[name]
    try:
        return made.play_all()
    finally:
        crashes.TROUBLES.clear()
        crashes.TROUBLES.update(kinds)


def problems(answers):
    return [problem for answer in answers for problem in answer["problems"]]


def test_whatever_happens_at_a_line_the_board_ends_on_grid_and_the_next_start_tells_of_it():
    """Of one story that the quick proof, which has far more of the others, leaves out."""
    found = campaign("two relays", share=0.001)
    assert found["failures"] == [] and found["cases"] > 10


def test_on_v2l_every_relay_is_off_in_the_millisecond_of_an_exception_and_after_the_watchdog_and_a_start_of_a_hang():
    found = campaign("one relay", share=0.002)
    assert found["failures"] == []
    assert found["off_ms_worst"]["IndexError"] == found["off_ms_worst"]["MemoryError"] == 0
    assert 4900 < found["off_ms_worst"]["hang"] <= 5950


def test_the_statements_that_nothing_protects_are_those_that_are_argued_for():
    found = crashes.campaign(Silent(), [NAMED["latched and held"]], 0, 1)
    assert found["failures"] == []
    assert found["statements_before_the_relays_are_off"] == len(crashes_lines.BEFORE_PINS)


def test_a_line_is_found_at_its_first_passing_and_again_at_its_first_with_the_pilot_on():
    hits = []
    tracer = Tracer(lambda run, place, moment: hits.append((run.world.ms, place, moment)))
    story = NAMED["one relay"]
    tracer.play(story.run())
    decide = [(ms, moment) for ms, place, moment in hits if place[::2] == ("firmware/core/gate.py", "decide")]
    assert {moment for _ms, moment in decide} == {"first", "on V2L"}
    assert min(ms for ms, moment in decide if moment == "on V2L") > 18_000
    assert len({(place, moment) for _ms, place, moment in hits}) == len(hits)


def test_nothing_is_broken_where_the_judge_itself_asks_the_firmware():
    places = set()
    Tracer(lambda run, place, moment: places.add(place[::2] + (moment,))).play(NAMED["one relay"].run())
    asked = ("firmware/core/faults.py", "latched_codes")
    assert {moment for *place, moment in places if tuple(place) == asked} <= {"first"}


def test_how_far_it_is_never_goes_back():
    class Noted:
        shares = []

        def update(self, done, total, _note):
            self.shares.append(done / total)

    crashes.campaign(Noted(), [NAMED[name] for name in ("latched and held", "one relay", "two relays")], 0.001, 1)
    assert Noted.shares == sorted(Noted.shares) and 0 < Noted.shares[0] and Noted.shares[-1] <= 1


# What the campaign has found.


def test_a_hang_before_another_boot_py_is_in_place_is_told_as_the_restart_of_that_update():
    answers = story_at(("boot.py", "copy"), NAMED["update with another boot.py"], "hang", lines=20)
    assert problems(answers) == [] and {answer["end"] for answer in answers} == {"watchdog"}
    assert len(answers) > 5


def test_a_run_that_ends_leaves_the_name_of_what_ended_it_for_the_next_start():
    answers = story_at(("firmware/core/gate.py", "decide"), NAMED["one relay"], lines=3)
    assert answers and problems(answers) == []


def test_a_start_that_fails_before_the_record_is_taken_up_does_not_lift_the_holds():
    answers = story_at(("firmware/app/bring_up.py", "_survey"), NAMED["latched and held"], "MemoryError", lines=3)
    assert answers and problems(answers) == []


class Kept:
    latched = spent = barred = 0
    remote, until_s = 0, -1

    def __init__(self, hold):
        self.hold = hold


@pytest.mark.parametrize("hold, stands", [(0, "none"), (1, "window"), (255, "fixed")])
def test_the_holds_of_a_memory_that_never_heard_of_any_are_those_of_the_record(hold, stands):
    run = NAMED["latched and held"].run()
    run.end_in(3000)
    core = run.play().core()
    record.take_up_younger(core, Kept(hold))
    assert crashes_judge.holds.NAMES[core.holds.local] == stands


# That it can fail: firmware, and a record, that are wrong on purpose.


@pytest.mark.parametrize("path, old, new, place, name, found", [
    ("main.py", b"    except Exception as failure:\n        off()", b"    except Exception as failure:\n        pass",
     ("firmware/app/loop.py", "_decide"), "IndexError", "off late"),
    ("main.py", b"    except Exception as failure:\n        off()", b"    except Exception as failure:\n"
     b"        import time\n        time.sleep_ms(400)\n        off()",
     ("firmware/app/loop.py", "_decide"), "IndexError", "off late 400"),
    ("main.py", b"    import machine\n\n    machine.reset()\n\n\nrun()", b"    pass\n\n\nrun()",
     ("firmware/app/loop.py", "_decide"), "IndexError", "it ended by watchdog"),
    ("main.py", b"        leave_word(0, ended)\n", b"", ("firmware/app/loop.py", "_decide"), "IndexError",
     "the journal says"),
    ("firmware/app/bring_up.py", b" and name != MADE_AGAIN", b"", ("firmware/app/loop.py", "_decide"), "IndexError",
     "the journal says"),
    ("firmware/app/loop.py", b"    def _pass(self, dt_ms):\n", b"    def _pass(self, dt_ms):\n        try:\n"
     b"            self._pass2(dt_ms)\n        except Exception:\n            pass\n\n    def _pass2(self, dt_ms):\n",
     ("firmware/app/loop.py", "_pass2"), "MemoryError", "it went on as if nothing had been"),
    ("boot.py", b"DOG = attempt(lambda ms: machine.WDT(timeout=ms), SOFT_MS if SOFT else COLD_MS)", b"DOG = None",
     ("firmware/app/survey.py", "survey"), "hang", "firmware/app/survey.py runs with no watchdog armed"),
    ("firmware/core/record.py", b"c.resets = min(c.resets + 1, COUNT_MAX)", b"pass",
     ("firmware/app/loop.py", "_decide"), "hang", "resets counted"),
])
def test_the_proof_finds_a_board_that(path, old, new, place, name, found):
    answers = story_at(place, broken(path, old, new), name)
    if "no watchdog" in found:
        assert found in campaign(stories=[broken(path, old, new)], share=0)["failures"]
    else:
        assert any(found in problem for problem in problems(answers)), problems(answers)


CONNECT = "firmware/app/connect.py"


def connected(broker, text, trouble, old=b"", new=b""):
    """What comes of a trouble at this line of what puts the network together, in the first story that has one."""
    story = network_stories.Story(*network_stories.STORIES[0])
    if old:
        story.files = {**story.files, **changed(type("House", (), {"scenario": story.made}), CONNECT, old, new)}
    line = story.files[CONNECT].decode().splitlines().index(text) + 1
    outside = ("127.0.0.1", broker.port), str(umqtt.folder())
    return crashes_network.case(outside, story, ((CONNECT, line, "_topics"), FIRST), trouble, (set(), set()))


BASE = '    base = told["base"] or "gridrest/" + about.id'


@pytest.mark.parametrize("trouble, end", [("IndexError", crashes_judge.WITHOUT), ("MemoryError", crashes_judge.WITHOUT),
                                          ("Ctrl-C", "prompt"), ("hang", "watchdog")])
def test_trouble_while_the_network_is_put_together_is_told_and_the_board_does_without(trouble, end, broker):
    found = connected(broker, BASE, trouble)
    assert (found["problems"], found["end"]) == ([], end)


@pytest.mark.parametrize("old, new, problem", [
    (b'        core.note("network", "not started", type(failure).__name__)\n', b"",
     "it went on as if nothing had been"),
    (b"        return None\n\n\ndef _put", b"        core.unwell_ms = 1 << 29\n        return None\n\n\ndef _put",
     "without its network it never enters V2L"),
])
def test_the_proof_finds_a_board_that_without_its_network_is_silent_or_rests(old, new, problem, broker):
    assert connected(broker, BASE, "IndexError", old, new)["problems"] == [problem]


def test_a_case_leaves_its_story_as_long_as_it_was(broker):
    story = network_stories.Story(*network_stories.STORIES[0])
    length_ms, outside = story.made.for_ms, (("127.0.0.1", broker.port), str(umqtt.folder()))
    place = "firmware/app/bring_up.py", story.files["firmware/app/bring_up.py"].decode().splitlines().index(
        "    gc.collect()") + 1, "bring_up"
    found = crashes_network.case(outside, story, (place, FIRST), "IndexError", (set(), set()))
    assert found["end"] == "restart" and story.made.for_ms == length_ms


def test_a_line_that_does_not_come_by_again_is_found(broker):
    found = connected(broker, '        topics["cmd"] = None', "IndexError")
    assert found["problems"] == [f"it did not come by again in {crashes_network.TRIES} playings"]


def test_the_proof_finds_a_memory_that_lifts_what_it_never_heard_of():
    files = dict(NAMED["latched and held"].files)
    story = broken("firmware/device/rtcmem.py", b"self.hold = NOT_KEPT", b"self.hold = 0")
    story.files["state.json"] = files["state.json"]
    assert json.loads(story.files["state.json"])["hold"]["local"] == "fixed"
    answers = story_at(("firmware/app/bring_up.py", "_survey"), story)
    assert any("the hold was fixed" in problem for problem in problems(answers))
