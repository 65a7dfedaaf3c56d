"""Where most stories begin, and what they all look at. Limits that only cost waiting are short here."""

from firmware.core import faults, jsontext, permits, record, status
from firmware.core.changeover import BREAK_GRID, V2L
from host_tests.house import House

SOON = "2026-11-20T05:29:55Z"  # five seconds before the morning window
QUICK = {"startup_s": 6, "dwell_s": 10, "confirm_s": 1, "car_s": 1}
ALL_INPUTS = ("km1", "km2", "bond", "car", "grid", "charging", "enable")


class Home(House):
    """A house with a file, written as the board does: with all outputs off, and before every entry."""

    written = None

    def tick(self, dt_ms=None):
        if self.core.wants_mark():
            self.write()
        super().tick(dt_ms)
        if self.core.dirty and self.outputs == (0, 0):
            self.write()

    def write(self):
        if self.flash_works:
            self.written = record.pairs(self.core)
            self.core.dirty = 0

    @property
    def file(self):
        """What was last written, as the next start reads it."""
        return as_read(self.written)


def near(two_relays=False, inputs=("km1", "km2", "car"), limits=(), **options):
    """A house that is about to enter V2L: ten seconds after its start, all its permits just fulfilled."""
    start = options.pop("start", SOON)
    return idle(Home(two_relays, inputs, start, limits={**QUICK, **dict(limits)}, **options), 10)


def on_v2l(two_relays=False, **options):
    house = near(two_relays, **options)
    house.until(lambda house: house.state == "v2l", 60)
    return house.run(ms=600)


def idle(house, seconds=0, step_ms=500, ms=0):
    """Let time pass with large steps while nothing moves."""
    end_ms = house.ms + seconds * 1000 + ms
    while house.ms < end_ms:
        busy = house.core.is_transferring() or house.core.wants_mark()
        house.tick(None if busy else min(step_ms, end_ms - house.ms))
    return house


def idle_until(house, condition, seconds, step_ms=500):
    """The seconds that took; fails after `seconds`."""
    start_ms = house.ms
    while not condition(house):
        assert house.ms - start_ms <= seconds * 1000, "not within %d s: %s, %s" % (seconds, house.state, house.why)
        idle(house, ms=step_ms, step_ms=step_ms)
    return (house.ms - start_ms) // 1000


def trace(house, state, seconds=10):
    """Until the board says `state`: [(ms from now, what changed)] of the outputs and of the real contacts."""
    start_ms, changes, before = house.ms, [], picture(house)
    while house.state != state:
        house.tick()
        now = picture(house)
        changes += [(house.ms - start_ms, "%s %s" % (name, now[name])) for name in now if now[name] != before[name]]
        before = now
        assert house.ms - start_ms <= seconds * 1000, "still %s: %s" % (house.state, changes)
    return changes


def picture(house):
    core, plant = house.core, house.plant
    return {
        "pilot": ("off", "on")[core.gate.pilot],
        "guard": ("off", "on")[core.gate.guard],
        "km1": ("open", "closed")[plant.km1.closed],
        "km2": ("open", "closed")[plant.km2.closed],
    }


def order(changes):
    return [what for _ms, what in changes]


def at(changes, what):
    """When that happened first."""
    return [ms for ms, change in changes if change == what][0]


def ms_to_off(house, limit_ms=5000):
    """Milliseconds from now until all outputs are off."""
    return house.until(lambda house: house.outputs == (0, 0), limit_ms / 1000)


def first(house):
    """The name of the first latched fault."""
    return house.core.faults.first


def latched(house):
    bits = house.core.faults.latched
    return [faults.CODES[i] for i in range(len(faults.CODES)) if bits >> i & 1] + list(house.core.faults.foreign)


def events(house, kind):
    return [event[1:] for event in house.core.events if event[0] == kind]


def says(house):
    """The published status as plain values."""
    return as_read(status.pairs(house.core, status.About()))


def missing(house):
    """The entry permits that do not hold."""
    return permits.failing(house.core.request.entry, permits.ENTRY_ALL)


def as_read(pairs):
    """Pairs written to a file and read again as the board reads it."""
    value, problem = jsontext.read(jsontext.write(pairs))
    assert problem is None
    return value


def saved(house):
    """What the file holds if it is written now."""
    return as_read(record.pairs(house.core))


def reboot(house, planned=False, since_entry_s=-1, clock=True, **known):
    """Reset the board: what was last written to the file (or is given as `file`) comes back, and nothing else."""
    house.clock_s = house.core.clock.now_s
    file = known.get("file") or house.file
    house.boot(None, clock=False)
    record.start(house.core, file, planned, since_entry_s, known.get("away_s", -1))
    if clock:
        house.core.clock.set(house.clock_s, 1, "hand")
    return house


def commands_v2l(house):
    return BREAK_GRID <= house.core.phase <= V2L
