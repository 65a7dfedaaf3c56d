"""The clock's trust: what each reading, step and age must lead to."""

from firmware.core import clock

UNSET, HOLDOVER, SYNCED = clock.UNSET, clock.HOLDOVER, clock.SYNCED
T = 217_332_000
DAY = 86_400

# error of the set, its age, the bound
ERRORS = ((0, 0, 0), (0, 1, 1), (0, 20_000, 1), (0, 20_001, 2), (3, 40_000, 5), (1, 10 * DAY, 45))
# error of the last set, seconds since, is the chip believed with max_error_s 5
CHIPS = ((0, 0, True), (0, 1, True), (3, 200_000, True), (3, 200_001, False), (4, 0, True), (4, 1, False),
         (5, 0, False), (0, 800_000, True), (0, 800_001, False), (0, -1, False))
# steps of (what, arguments ...), then trust, source and how far the time is off what it was
LIE = ("network", 99, 1)
STORIES = (
    ((), UNSET, None, None),
    ((("set", 0, 1),), SYNCED, "hand", 0),
    ((("set", 0, 121),), UNSET, "hand", 0),
    ((("network", 0, 1),), SYNCED, "ntp", 0),
    ((("stamp", 0, 120),), HOLDOVER, "stamp", 0),
    ((("stamp", 0, 121),), UNSET, None, None),
    ((("set", 0, 1), ("stamp", 900, 1)), SYNCED, "hand", 0),
    ((("chip", 0),), UNSET, None, None),
    ((("stamp", 0, 90), ("network", 30, 1)), SYNCED, "ntp", 30),
    # A stamp is good enough to go on with until the chip confirms it.
    ((("set", 0, 1), ("reset",), ("stamp", 50, 90), ("chip", 0)), SYNCED, "ds3231", 0),
    ((("set", 0, 1), ("reset",), ("chip", 0)), SYNCED, "ds3231", 0),
    # Steps of the system clock.
    ((("set", 0, 1), ("moved", 2)), SYNCED, "hand", 0),
    ((("set", 0, 1), ("moved", -2)), SYNCED, "hand", 0),
    ((("set", 0, 1), ("moved", 3)), UNSET, "hand", 0),
    ((("set", 0, 1), ("moved", -3)), UNSET, "hand", 0),
    ((("set", 0, 1), ("moved", 3), ("chip", 0)), SYNCED, "ds3231", 0),
    # The network against a healthy chip.
    ((("set", 0, 1), ("chip", 0), ("network", 60, 1)), SYNCED, "ntp", 60),
    ((("set", 0, 1), ("chip", 0), ("network", -60, 1)), SYNCED, "ntp", -60),
    ((("set", 0, 1), ("chip", 0), ("network", 61, 1)), SYNCED, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), ("network", -61, 1)), SYNCED, "ds3231", 0),
    ((("set", 0, 1), ("network", 61, 1)), SYNCED, "ntp", 61),
    ((("set", 0, 1), ("chip", 0), ("moved", 9), ("network", 61, 1)), UNSET, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), ("wait", DAY), ("network", DAY + 61, 1)), SYNCED, "ds3231", DAY),
    ((("set", 0, 1), ("chip", 0), ("wait", DAY + 1), ("network", DAY + 62, 1)), SYNCED, "ntp", DAY + 62),
    ((("set", 0, 1), ("chip", 0), LIE, LIE), SYNCED, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), LIE, LIE, LIE), UNSET, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), LIE, ("network", 104, 1), ("network", 100, 1)), UNSET, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), LIE, LIE, ("network", 105, 1)), SYNCED, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), LIE, LIE, ("network", 0, 1), ("chip", 0), LIE),
     SYNCED, "ds3231", 0),
    # Once contradicted by the network, only a person is believed.
    ((("set", 0, 1), ("chip", 0), LIE, LIE, LIE, LIE, ("chip", 0),
      ("stamp", 0, 1)), UNSET, "ds3231", 0),
    ((("set", 0, 1), ("chip", 0), LIE, LIE, LIE, ("set", 50, 1)), SYNCED, "hand", 50),
    # Contradicted by the deadline: the network will do, the chip and the stamp will not.
    ((("set", 0, 1), ("contradict", clock.NEEDS_SET), ("chip", 0), ("stamp", 0, 1)), UNSET, "hand", 0),
    ((("set", 0, 1), ("contradict", clock.NEEDS_SET), ("network", 900, 1)), SYNCED, "ntp", 900),
    ((("set", 0, 1), ("chip", 0), ("contradict", clock.NEEDS_SET), ("network", 900, 1)), SYNCED, "ntp", 900),
    # Age.
    ((("set", 0, 1), ("wait", DAY)), SYNCED, "hand", DAY),
    ((("set", 0, 1), ("wait", DAY + 1)), HOLDOVER, "hand", DAY + 1),
    ((("set", 0, 118), ("wait", 40_000)), SYNCED, "hand", 40_000),
    ((("set", 0, 118), ("wait", 40_001)), UNSET, "hand", 40_001),
    ((("set", 0, 1), ("wait", DAY + 1), ("chip", DAY + 1)), SYNCED, "ds3231", DAY + 1),
)


def tell(story):
    part = clock.Clock(120)
    for what, *arguments in story:
        if what == "set":
            part.set(T + arguments[0], arguments[1], clock.BY_HAND)
        elif what in ("network", "stamp"):
            getattr(part, what)(T + arguments[0], arguments[1])
        elif what == "chip":
            part.chip(T + arguments[0])
        elif what == "moved":
            part.system_moved(arguments[0])
        elif what == "contradict":
            part.contradict(arguments[0])
        elif what == "wait":
            part.advance(arguments[0] * 1000)
        else:
            kept = part
            part = clock.Clock(120)
            part.last_set_s, part.last_set_error_s, part.barred = kept.last_set_s, kept.last_set_error_s, kept.barred
    return part


def run():
    for set_error_s, age_s, error_s in ERRORS:
        part = clock.Clock(3600)
        part.set(T, set_error_s, clock.BY_HAND)
        assert part.advance(age_s * 1000) == age_s and part.now_s == T + age_s
        assert part.error_s() == error_s, (set_error_s, age_s, part.error_s())
    for last_error_s, since_s, believed in CHIPS:
        part = clock.Clock(5)
        part.last_set_s, part.last_set_error_s = T, last_error_s
        part.chip(T + since_s)
        assert (part.trust == SYNCED) == believed, (last_error_s, since_s)
    for story, trust, source, off_s in STORIES:
        part = tell(story)
        assert (part.trust, part.source) == (trust, source), (story, part.trust, part.source)
        assert off_s is None or part.now_s == T + off_s, (story, part.now_s - T)
        assert part.known_s() == (part.now_s if trust != UNSET else -1)
    part = clock.Clock(120)
    part.set(T, 0, clock.BY_HAND)
    whole = [part.advance(ms) for ms in (999, 1, 1999, 1, 0, 60_000_000)]
    assert whole == [0, 1, 1, 1, 0, 60_000] and part.now_s == T + 60_003
    for error_s, ageing in ((60, False), (61, True), (120, True), (121, False)):
        part.set(T, error_s, clock.BY_HAND)
        assert part.is_ageing() == ageing, error_s
    return len(ERRORS), len(CHIPS), len(STORIES)
