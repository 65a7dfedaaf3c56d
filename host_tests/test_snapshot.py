"""The flat tuple holds all there is: put back into a fresh core it goes on exactly as the first one does."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from firmware.core import controller, snapshot
from host_tests.wander import EVENTS, EVERYTHING, HOUSES, happen, settled, visible

AS_FOUND = (Phase.explicit, Phase.generate)
OUTPUT = {("Controller", "events"), ("Controller", "events_dropped")}


class Follower:
    """Stands beside a house: a second core that gets the same inputs, steps and words."""

    def __init__(self, house):
        self.leader = house.core
        self.core = controller.Controller(house.setup, house.core.schedule)
        snapshot.put_back(self.core, snapshot.take(house.core))
        self.leader.events.clear()
        self.ticks = 0

    def __getattr__(self, name):
        """Every method of the controller is called on both; everything else is the leader's."""
        value = getattr(self.leader, name)
        if not callable(value):
            return value

        def on_both(*arguments):
            getattr(self.core, name)(*arguments)
            answer = value(*arguments)
            self.check()
            return answer

        return on_both

    def check(self):
        self.ticks += 1
        one, other = self.leader, self.core
        assert (one.gate.pilot, one.gate.guard) == (other.gate.pilot, other.gate.guard)
        assert one.events == other.events
        if self.ticks % 50 == 0:
            assert snapshot.take(one) == snapshot.take(other)


LED = EVENTS.filter(lambda event: event[0] not in ("soc", "charging", "clock", "moved"))


@settings(max_examples=30, phases=AS_FOUND)
@given(HOUSES, st.lists(EVENTS, max_size=5), st.lists(LED, min_size=1, max_size=4))
def test_a_core_put_back_has_the_same_future(options, before, after):
    house = settled(options)
    for event in before:
        happen(house, event)
    follower = house.core = Follower(house)
    for event in after:
        happen(house, event)
    house.run(seconds=1)
    assert snapshot.take(follower.leader) == snapshot.take(follower.core)
    assert visible(follower.leader) == visible(follower.core)


def parts(core):
    """Every object of ours below the core, found by looking; but for the schedule, which only remembers its answers."""
    found, todo = [], [core]
    while todo:
        part = todo.pop()
        if any(part is known for known in found):
            continue
        found.append(part)
        for value in vars(part).values():
            for one in value if isinstance(value, (list, tuple)) else (value,):
                ours = type(one).__module__.startswith("firmware.core") and hasattr(one, "__dict__")
                if ours and one is not core.schedule:
                    todo.append(one)
    return found


def plain(value):
    """A value as it is now, where it is ours to compare; None for a part, which is looked at by itself."""
    if isinstance(value, (list, tuple)):
        return tuple(plain(one) for one in value)
    return None if hasattr(value, "__dict__") else value


def picture(core):
    return {(id(part), type(part).__name__, name): plain(value)
            for part in parts(core) for name, value in vars(part).items()}


def covered(core):
    """What the snapshot takes: fields by name, and the lists of ages."""
    names = {(id(part), type(part).__name__, name) for part, fields in snapshot.parts_of(core) for name in fields}
    ages = [id(ages) for ages in snapshot.lists_of(core)]
    return names | {(id(part), type(part).__name__, name) for part in parts(core)
                    for name, value in vars(part).items() if id(value) in ages}


@settings(max_examples=40, phases=AS_FOUND)
@given(HOUSES, st.lists(EVENTS, min_size=3, max_size=8))
def test_whatever_changes_is_in_the_snapshot(options, events):
    house = settled(options)
    first, taken, changed = picture(house.core), covered(house.core), set()
    for event in events:
        happen(house, event)
        now = picture(house.core)
        changed |= {name for name, value in now.items() if value != first[name]}
    missing = {name[1:] for name in changed - taken} - OUTPUT - {("Request", "pilot"), ("Request", "guard")}
    assert not missing


def test_the_look_finds_every_part_and_notices_what_changes():
    house = settled({"inputs": EVERYTHING, "start": "2026-11-20T05:28:30Z"})
    core = house.core
    assert {"Clock", "Plan", "Stay", "Ages", "Tally", "Gate", "Watch", "Contact", "Button"} <= {
        type(part).__name__ for part in parts(core)}
    before = picture(core)
    core.faults.tallies[2].before.add()
    core.gate.refused = 1
    assert {name[1:] for name, value in picture(core).items() if value != before[name]} == {
        ("Ages", "ages"), ("Gate", "refused")}


def test_the_fields_are_attributes_and_none_is_taken_twice():
    core = settled({"inputs": EVERYTHING, "start": "2026-11-20T05:28:30Z"}).core
    taken = [(id(part), name) for part, fields in snapshot.parts_of(core) for name in fields]
    assert len(taken) == len(set(taken))
    assert all(name in vars(part) for part, fields in snapshot.parts_of(core) for name in fields)


@pytest.mark.parametrize("two_relays", (False, True))
def test_taking_and_putting_back_changes_nothing(two_relays):
    core = settled({"two_relays": two_relays, "inputs": EVERYTHING, "start": "2026-11-20T05:30:00Z"}).core
    before = snapshot.take(core)
    assert core.transfer.count == 1
    snapshot.put_back(core, before)
    assert snapshot.take(core) == before
    assert all(isinstance(value, (int, str, tuple, type(None))) for value in before)
    assert all(abs(value) < 1 << 30 for value in before if isinstance(value, int))
    assert hash(before) == hash(snapshot.take(core))
