"""Houses led about by chance, so that tests can look at the core in many states it can really be in."""

from hypothesis import strategies as st

from firmware.core import status
from host_tests.house import House

EVERYTHING = ("km1", "km2", "bond", "car", "grid", "charging", "enable")
UNSEEN = ("seq", "uptime_s", "time", "counters", "loop", "net")  # what may change without anything being told

HOUSES = st.fixed_dictionaries(
    {"two_relays": st.booleans(),
     "inputs": st.sampled_from((("car",), ("km1", "km2", "car"), ("km2", "car", "grid"), EVERYTHING, EVERYTHING)),
     "start": st.sampled_from(("2026-11-20T05:28:30Z", "2026-11-20T05:30:00Z", "2026-11-20T05:35:00Z",
                               "2026-11-20T05:43:15Z", "2026-11-20T23:58:30Z"))},
    optional={"selector": st.just(True), "soc_reserve": st.just(40), "budget_s": st.sampled_from((20, 300, 3600)),
              "charge": st.just(((127, 335, 338),)),
              "limits": st.sampled_from(({"confirm_s": 0, "dwell_s": 10, "startup_s": 6, "car_s": 1},
                                         {"confirm_s": 1, "max_v2l_min": 1, "max_error_s": 5},
                                         {"entries_per_hour": 1, "dwell_s": 10}))})
ON_OFF = st.integers(0, 1)
EVENTS = st.one_of(
    st.tuples(st.just("run"), st.sampled_from((20, 60, 200, 1000, 2500))),
    st.tuples(st.just("pass"), st.sampled_from((2000, 5000, 10_000, 15_000, 60_000))),
    st.tuples(st.just("jump"), st.sampled_from((100, 5000, 60_000, 3_600_000))),
    st.tuples(st.just("press"), st.sampled_from((20, 100, 2500, 5500))),
    st.tuples(st.just("world"), st.dictionaries(
        st.sampled_from(("car", "grid", "charging", "enable", "button")), ON_OFF, min_size=1, max_size=2)),
    st.tuples(st.just("stuck"), st.dictionaries(
        st.sampled_from(("km1", "km2", "bond")), st.sampled_from(("open", "closed")), max_size=1)),
    st.tuples(st.just("welded"), st.sampled_from(("km1", "km2", "pilot", "guard"))),
    st.tuples(st.just("soc"), st.sampled_from((30, 42, 90))),
    st.tuples(st.just("charging"), ON_OFF),
    st.tuples(st.just("remote"), ON_OFF),
    st.tuples(st.just("service"), ON_OFF),
    st.tuples(st.just("clock"), st.sampled_from((-600, -7, 0, 7, 600))),
    st.tuples(st.just("moved"), st.just(5)),
)


def settled(options):
    """A house that has had the time to come to rest, or to V2L."""
    house = House(**options)
    house.core.reports.hear_soc(90)
    for ms in (60_000, 5000, 5000):
        let_pass(house, ms)
    return house


def let_pass(house, ms):
    """Most of that time in one long step; before and after it the loop's own pace, so that inputs are believed."""
    house.run(ms=600)
    house.tick(ms)
    house.run(ms=400)


def happen(house, event):
    """Let it happen, and the board take notice of it: one tick at least."""
    what, value = event
    core = house.core
    if what in ("run", "press"):
        house.run(ms=value) if what == "run" else house.press(value)
    elif what == "pass":
        let_pass(house, value)
    elif what == "jump":
        house.tick(value)
    elif what == "world":
        house.world_changes(**value)
    elif what == "stuck":
        house.plant.stuck = value
    elif what == "welded":
        getattr(house.plant, value).welded = 1
    elif what == "soc":
        core.reports.hear_soc(value)
    elif what == "charging":
        core.reports.hear_charging(value)
    elif what == "remote":
        core.set_remote_hold(value)
    elif what == "service":
        core.set_service(value)
    elif what == "clock":
        core.clock.set(core.clock.now_s + value, 1, "hand")
    else:
        core.clock.system_moved(value)
    if what in ("clock", "moved"):
        core.slow()  # the clock is the slow part's business
    house.tick()


def visible(core):
    """What the published status says, but for what changes all the time."""
    pairs = [(key, value) for key, value in status.pairs(core, status.About()) if key not in UNSEEN]
    return [(key, value[:2] if key == "clock" else value) for key, value in pairs]
