"""What a careful installer would say of a configuration that is allowed. For the host; a board does not load it."""

from firmware.core import chips, dates
from firmware.core.schedule import Schedule
from tools import week as weeks

FEWEST_YEARS = 10
WATCHDOG_MS = 6000  # beside it a dead-man stage may hold for 3 s: the loop writes for no longer than half of it
YEARS_AHEAD_S = 4 * 366 * dates.DAY_S
START = 2192 * dates.DAY_S  # 2026-01-01

# Inputs are pulled up: a broken wire reads as an open contact and as a high level. Signal, kind, what that looks like.
_BROKEN_WIRES = (
    ("km2", "no", 'a KM2 that has let go; use a "mirror" or "nc" contact'),
    ("bond", "no", 'a bond that is open; use an "nc" contact'),
    ("car", "high", 'a live V2L supply; use a detector that is "low" when live'),
    ("grid", "high", 'a live grid; use a detector that is "low" when live'),
    ("charging", "low", 'a car that does not charge; use a signal that is "high" while it charges'),
    ("enable", "nc", 'permission; use a "no" contact that is closed to allow V2L'),
    ("button", "no", 'a button nobody presses; use an "nc" one, with which it holds grid'),
)
_NOT_FITTED = (
    ("km1", "the board cannot see KM1 let go, and calls every transfer unconfirmed; fit its auxiliary contact"),
    ("km2", "the board cannot see KM2 let go, nor that it is welded; fit its auxiliary contact"),
)


def lint(config, start=START):
    """Every piece of advice as (key, sentence). Clock changes are sought in the years after `start`."""
    week = weeks.Week(config)
    return (_windows(config, week) + _stretches(config, week) + _rate(config, week) + _clock_changes(config, start)
            + _inputs(config) + _pins(config) + _time(config) + _without_effect(config))


def nearest(name, known):
    """The known name that was probably meant, or None: one a few letters off, else one that contains it or is in it."""
    name = name[:40].lower()
    best, least = None, max(1, len(name) // 3) + 1
    for candidate in known:
        distance = _distance(name, candidate)
        if distance < least:
            best, least = candidate, distance
    for candidate in known:
        if best is None and ((len(name) > 2 and name in candidate) or (len(candidate) > 3 and candidate in name)):
            best = candidate
    return best


def _distance(one, other):
    """How many letters to change, add, drop or swap with their neighbour."""
    before, row = [], list(range(len(other) + 1))
    for i in range(len(one)):
        older, before, row = before, row, [i + 1]
        for j in range(len(other)):
            steps = min(before[j] + (0 if one[i] == other[j] else 1), before[j + 1] + 1, row[j] + 1)
            if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
                steps = min(steps, older[j - 1] + 1)
            row.append(steps)
    return row[-1]


def _windows(config, week):
    """Windows against charging, and against each other."""
    found = [] if config.v2l else [("v2l", "there is no V2L window, so the board stays on grid for good; give one")]
    for i in range(len(config.v2l)):
        lost = weeks.runs_of(week.windows[i] & week.charging)
        if sum([length for _first, length in lost]) == len(week.windows[i]):
            found.append((f"v2l[{i}]", "all of it lies within charging or its lead, so it never happens; move one"))
        elif lost:
            sentence = f"charging and its lead of {config.lead_min} min take away {weeks.named(lost)}"
            found.append((f"v2l[{i}]", sentence + "; end it sooner, or begin it later"))
        for j in range(i):
            if week.windows[i] & week.windows[j]:
                found.append((f"v2l[{i}]", f"it overlaps v2l[{j}]; the two count as one window"))
    return found


def _stretches(config, week):
    """Stretches that are too short, too long or too close to be meant."""
    limits, runs = config.setup.limits, week.runs
    least_s = max(60, limits.dwell_s, limits.startup_s, limits.confirm_s)
    hasty = [runs[i] for i in range(week.entries) if weeks.pause(runs[i - 1], runs[i]) * 60 < limits.dwell_s]
    judged = (
        ("v2l", [run for run in runs if run[1] * 60 <= least_s],
         f"no longer than {least_s} s, too short to be worth two transfers; make it longer or leave it out"),
        ("v2l", [run for run in runs if run[1] > 1440], "no return to grid within 24 h; leave a pause in each day"),
        ("limits.max_v2l_min", [run for run in runs if run[1] > limits.max_v2l_min],
         f"longer than this allows; the board returns to grid after {limits.max_v2l_min} min, until the next window"),
        ("limits.dwell_s", hasty,
         f"less than {limits.dwell_s} s after the one before, so entered late; leave more between them"),
    )
    return [(key, f"V2L {weeks.named(some)}: {what}") for key, some, what in judged if some]


def _rate(config, week):
    """How often the contacts work, against the governor and against their life."""
    found = []
    limits = config.setup.limits
    for key, span_min, most in (("hour", 60, limits.entries_per_hour), ("day", 1440, limits.entries_per_day)):
        entries = week.most_entries(span_min)
        if entries > most:
            sentence = f"the plan enters V2L {entries} times within one {key}; only {most} of them will happen"
            found.append((f"limits.entries_per_{key}", sentence))
    if week.entries and week.life_years() < FEWEST_YEARS:
        sentence = f"{week.entries} entries a week wear out contacts made for {weeks.CONTACT_LIFE} operations"
        found.append(("v2l", f"{sentence} in about {week.life_years()} years; plan fewer, longer stretches"))
    return found


# --- Clock changes.


def _clock_changes(config, start):
    """For each window the first clock change ahead, and the first one back, that cuts its beginning or its end."""
    found = []
    for name, windows in (("v2l", config.v2l), ("charge", config.charge)):
        for i in range(len(windows)):
            told = []
            change = config.zone.next_change(start)
            while change is not None and change < start + YEARS_AHEAD_S:
                before, after = config.zone.offset(change - 1), config.zone.offset(change)
                if (after > before) not in told and _is_cut(windows[i], change + before, change + after):
                    told.append(after > before)
                    found.append((f"{name}[{i}]", _cut_sentence(config.zone, windows[i], change)))
                change = config.zone.next_change(change)
    return found


def _is_cut(window, before, after):
    """Whether the window begins or ends in local time that a step of the clock skips or repeats."""
    low, high = min(before, after), max(before, after)
    for day in range(low // dates.DAY_S - 1, high // dates.DAY_S + 1):
        begin = day * dates.DAY_S + window[1] * 60
        end = begin + weeks.length(window) * 60
        # A beginning at the very edge is no longer there after a step ahead. After a step back it is as good as ever,
        # unless the whole window comes twice.
        edge = begin == low and (before == low or end == high)
        if window[0] >> dates.weekday(day) & 1 and (low < begin < high or low < end < high or edge):
            return True
    return False


def _cut_sentence(zone, window, change):
    before, after = zone.offset(change - 1), zone.offset(change)
    plan = Schedule(zone, (window,), (), 0, ())
    t, near, runs = change - 8 * dates.DAY_S, abs(after - before), []
    while t is not None and t <= change + near:
        until = plan.until(t)
        if plan.in_v2l(t) and until is not None and until >= change - near:
            runs.append(f"{dates.iso(t)} to {dates.iso(until)}")
        t = until
    step = f"{weeks.clock_text((change + before) // 60)} to {weeks.clock_text((change + after) // 60)}"
    told = f"on {dates.iso_local(change, before)[:10]} local time steps from {step}, where this window begins or ends"
    return f"{told}; then it {'runs ' + ' and '.join(runs) if runs else 'does not run'}"


# --- What is fitted.


def _inputs(config):
    """Inputs whose broken wire reads as permission, and inputs that are missing."""
    setup = config.setup
    fitted = {signal: kind for signal, _pin, kind in config.pins}
    found = [("inputs." + signal, what) for signal, what in _NOT_FITTED if signal not in fitted]
    if setup.car_assumed:
        found.append(("assume", "the V2L supply is taken to be live without being seen; fit a detector for car"))
    elif not setup.car:
        found.append(("inputs.car", 'not fitted, so V2L is never entered; fit a detector, or write "assume": ["car"]'))
    for signal, kind, looks in _BROKEN_WIRES:
        if fitted.get(signal) == kind:
            key = "button.kind" if signal == "button" else "inputs." + signal
            found.append((key, f'with "{kind}" a broken wire looks like {looks}'))
    return found


def _pins(config):
    """Pins chosen in the configuration that the chip has other plans for."""
    found = []
    chip = config.profile[1]
    for signal, pin, kind in config.pins:
        if pin == chips.own_pin(config.profile, signal)[0]:
            # The chip reads it as it starts, and a push button there is made to be open then.
            if (signal, kind) == ("button", "nc") and chips.findings(chip, pin, chips.DETECTOR):
                found.append(("button.kind", f'pin {pin} has to be high while the chip starts, and "nc" holds it low, '
                              'so that the board does not start; write "no", or give the button another pin'))
        else:
            for _verdict, why, proposal in chips.findings(chip, pin, chips.use_of(signal, kind)):
                key = signal if signal in config.raw else "inputs." + signal
                found.append((key, f"pin {pin} {why}; {proposal} are free of this"))
    return found


def _time(config):
    """A board that forgets the time, and one that may hang for long."""
    found = []
    watchdog_ms = config.setup.limits.watchdog_ms
    if config.rtc == "none" and not (config.ntp and config.wifi):
        found.append(("rtc", "no battery clock and no time server, so V2L rests after every power cut until the clock "
                      'is set by hand; write "ds3231", or give wifi and ntp'))
    if watchdog_ms > WATCHDOG_MS:
        found.append(("limits.watchdog_ms", f"firmware that hangs on V2L stays there for {watchdog_ms / 1000:g} s and "
                      "a second more, and a dead-man stage has to outlast every healthy gap; 5000 is enough"))
    return found


def _without_effect(config):
    """Keys that are given and can change nothing."""
    wifi, mqtt = config.wifi, config.mqtt or {"ca": None, "commands": False, "tls_on_v2l": False}
    judged = (
        ("ntp", config.ntp and not wifi, "without wifi nobody is asked for the time; give wifi, or leave it out"),
        ("mqtt", config.mqtt and not wifi, "without wifi no broker is reached; give wifi, or leave it out"),
        ("limits.dead_time_ms", not config.setup.two_relays and "dead_time_ms" in config.raw.get("limits", {}),
         "one relay cannot set a dead time, so this has no effect; leave it out, or fit a guard relay"),
        ("mqtt.tls_on_v2l", mqtt["tls_on_v2l"] and not mqtt["ca"],
         "without mqtt.ca nothing is encrypted, so this has no effect; leave it out"),
        ("soc", config.setup.soc_reserve >= 0 and not mqtt["commands"],
         'a state of charge arrives by MQTT only, so V2L is never entered; set "commands": true in mqtt'),
    )
    return [(key, sentence) for key, given, sentence in judged if given]
