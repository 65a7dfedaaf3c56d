"""The core's own tables with a plant, for both interpreters: transfers, faults, gestures and the record."""

from firmware.core import faults, jsontext, record, status
from host_tests.house import House

SOON = "2026-11-20T05:29:55Z"
QUICK = {"startup_s": 6, "dwell_s": 10, "confirm_s": 1, "car_s": 1}
ALL = ("km1", "km2", "bond", "car", "grid")

# board, contacts in order on the way there and back, measured drop and total there and back
TRANSFERS = (
    (False, ["km1 0", "km2 1"], ["km2 0", "km1 1"], (28, 38), (25, 35)),
    (True, ["km1 0", "guard 1", "km2 1"], ["km2 0", "pilot 0", "km1 1"], (28, 265), (25, 259)),
)
# what breaks, where the house then is, what is latched, milliseconds until all outputs are off
FAULTS = (
    ("weld km1", "entering", ["km1-not-open"], 300),
    ("weld pilot", "entering", ["km1-not-open"], 300),
    ("closed km1", "v2l", ["both-closed"], 80),
    ("open bond", "v2l", ["bond-missing"], 220),
    ("readback", "v2l", ["pilot-readback"], 60),
    ("bounce km2", "v2l", ["feedback-chatter"], 3000),
    ("weld km2", "leaving", ["km2-stuck"], 0),
    ("closed bond", "leaving", ["bond-stuck"], 0),
    ("closed bond", "grid", ["bond-stuck"], 0),
)
# milliseconds down, is the fault acknowledged
LONG_PRESSES = ((200, False), (4900, False), (5100, True), (14_900, True), (15_100, False))


def near(two_relays=False, inputs=("km1", "km2", "car"), **limits):
    chosen = dict(QUICK)
    chosen.update(limits)
    house = House(two_relays, inputs, SOON, limits=chosen)
    for _ in range(20):
        house.tick(500)
    return house


def on_v2l(two_relays=False, inputs=("km1", "km2", "car"), **limits):
    house = near(two_relays, inputs, **limits)
    house.until(lambda h: h.state == "v2l", 10)
    return house.run(ms=500)


def latched(house):
    bits = house.core.faults.latched
    return [faults.CODES[i] for i in range(len(faults.CODES)) if bits >> i & 1]


def picture(house):
    plant, gate = house.plant, house.core.gate
    return (("km1", plant.km1.closed), ("km2", plant.km2.closed), ("pilot", gate.pilot), ("guard", gate.guard))


def trace(house, state):
    """Until that state: everything that moved, in order."""
    moved, before = [], picture(house)
    while house.state != state:
        house.tick()
        now = picture(house)
        moved += ["%s %d" % new for old, new in zip(before, now) if new != old]
        before = now
    return moved


def last_transfer(house):
    told, problem = jsontext.read(jsontext.write(status.pairs(house.core, status.About())))
    assert problem is None, problem
    return told["last_transfer"]


def check_transfer(two_relays, there, back, there_ms, back_ms):
    house = near(two_relays)
    house.until(lambda h: h.core.gate.pilot, 10)
    assert trace(house, "v2l") == there
    told = last_transfer(house)
    assert told["to"] == "v2l" and abs(told["drop_ms"] - there_ms[0]) <= 2 and abs(told["ms"] - there_ms[1]) <= 2, told
    assert house.plant.supply() == "v2l"
    house.run(seconds=1)
    house.core.set_remote_hold(1)
    house.until(lambda h: not h.core.watch.enabled(), 1)
    assert trace(house, "grid") == back
    told = last_transfer(house)
    assert told["to"] == "grid" and abs(told["drop_ms"] - back_ms[0]) <= 2 and abs(told["ms"] - back_ms[1]) <= 2, told
    assert house.plant.supply() == "grid" and not house.overlap_ms
    assert house.core.transfer.count == 2


def do(house, what):
    kind, _space, name = what.partition(" ")
    if kind == "weld":
        getattr(house.plant, name).welded = 1
    elif kind == "readback":
        house.lies["pilot_on"] = 0
    else:
        house.plant.stuck[name] = kind


def check_fault(what, where, names, off_ms):
    house = near(False, ALL) if where in ("entering", "grid") else on_v2l(False, ALL)
    if where == "grid":
        house.core.set_remote_hold(1)
    do(house, what)
    if where == "entering":
        house.until(lambda h: h.core.gate.pilot, 10)
    if where == "leaving":
        house.core.set_remote_hold(1)
    took_ms = house.until(lambda h: h.outputs == (0, 0), 5)
    assert not off_ms or took_ms <= off_ms + 1, (what, took_ms)
    house.until(lambda h: h.core.faults.is_latched(), 2)
    assert latched(house) == names, (what, latched(house))
    house.run(seconds=2)
    assert house.state == "fault" and house.core.faults.first == names[0] and house.outputs == (0, 0)


def check_long_press(ms, accepted):
    house = near(False, ALL)
    house.core.latch(faults.BOND_STUCK)
    house.run(ms=100)
    house.press(ms)
    assert house.core.faults.is_latched() != accepted, ms
    assert house.state == ("startup" if accepted else "fault")


def check_gestures():
    house = on_v2l()
    house.world["button"] = 1
    assert house.until(lambda h: not h.core.gate.pilot, 1) <= 60
    house.world["button"] = 0
    house.run(ms=1500)
    assert house.core.holds.local == 1 and house.core.holds.until_s == house.clock_s - house.clock_s % 86_400 + 20_700
    house.press()  # an anxious second press
    assert house.core.holds.local == 1
    house.run(seconds=10)
    house.press()
    assert house.core.holds.local == 0
    house.press(2500)
    assert house.core.holds.local == 2
    house.press(2500)
    assert house.core.holds.local == 0


def check_record():
    """What was latched and held comes back through the file, unplanned resets are counted, nothing is invented."""
    house = on_v2l(False, ALL)
    house.press()
    house.run(seconds=2)
    house.core.set_remote_hold(1)
    house.core.latch(faults.BOND_STUCK)
    house.core.latch(faults.BOTH_CLOSED)
    text = jsontext.write(record.pairs(house.core))
    file, problem = jsontext.read(text)
    assert problem is None, problem
    again = House(False, ALL, SOON)
    record.start(again.core, file, True, -1, -1)
    assert latched(again) == ["both-closed", "bond-stuck"] and again.core.faults.first == "bond-stuck"
    assert again.core.holds.local == 1 and again.core.holds.remote == 1
    assert again.core.holds.until_s == house.core.holds.until_s
    assert again.core.governor.entries.ages == house.core.governor.entries.ages
    for (key, value), (_key, before) in zip(record.pairs(again.core), record.pairs(house.core)):
        assert value == before or key == "saved", key
    for key in [key for key in file if key != "proof"]:  # a build that knew nothing of it has left none
        damaged = dict(file)
        del damaged[key]
        lost = House(False, ALL, SOON)
        record.start(lost.core, damaged, True, -1, -1)
        assert latched(lost) == ["state-lost"], key
    return text


def run():
    for row in TRANSFERS:
        check_transfer(*row)
    for row in FAULTS:
        check_fault(*row)
    for row in LONG_PRESSES:
        check_long_press(*row)
    check_gestures()
    return check_record()
