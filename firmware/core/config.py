"""config.json checked whole, and what a sound one amounts to. The same check on the host and on the board.

The rows of config_schema judge each value by itself; what is here judges it against the board and the others.
"""

from firmware.core import chips, config_schema, config_shapes, jsontext
from firmware.core.schedule import Schedule
from firmware.core.setup import Limits, Setup

OUTPUTS = ("guard", "led", "alarm", "heartbeat")
TLS_STALL_MS = 3000  # a handshake holds the interpreter for 1 to 2 s, and the watchdog must outlast it


class Config:
    """A configuration in which nothing was refused. Made by check()."""

    def __init__(self, tree, raw, profile, pins):
        self.raw = raw
        self.board = tree["board"]
        self.profile = profile
        self.pins = pins  # (signal, pin, kind), all that are in use; an output's kind is the level that means on
        self.zone_text = raw["zone"]
        self.v2l, self.charge, self.skip = tuple(tree["v2l"]), tuple(tree["charge"]), tuple(tree["skip"])
        self.lead_min = tree["charge_lead_min"]
        self.zone = tree["zone"]
        self.schedule = Schedule(self.zone, self.v2l, self.charge, self.lead_min, self.skip)
        self.setup = _setup(tree, pins)
        self.id = tree["id"]
        self.rtc = tree["rtc"]
        self.wifi, self.ntp, self.mqtt = tree["wifi"], tree["ntp"], tree["mqtt"]
        if self.mqtt and self.mqtt["port"] is None:
            self.mqtt["port"] = 8883 if self.mqtt["ca"] else 1883


def check(text, boards, advise=None):
    """(Config, []), or (None, problems): every problem at once, as (key, "what is wrong; what would be right").

    `boards` is a table of profiles. `advise`, where memory allows, has nearest(name, known) for mistyped names.
    A text that cannot be read has one problem, and its key is the line.
    """
    try:
        return _checked(text, boards, advise)
    except MemoryError:  # on a board, of a file of junk
        return None, [("config", "it takes more memory to check than there is; make it simpler")]


def _checked(text, boards, advise):
    raw, wrong = jsontext.read(text)
    if wrong is not None:
        line, _colon, message = wrong.partition(": ")
        return None, [(line, message)]
    report = config_shapes.Report(advise)
    tree = config_schema.walk(raw, report)
    profile = pins = None
    if tree is not None:
        profile = _profile(tree["board"], boards, report)
        if profile is not None:
            pins = _pins(tree, profile, report)
        _against_one_another(tree, report)
    if report.problems:
        return None, report.problems
    return Config(tree, raw, profile, pins), []


def _profile(name, boards, report):
    """The board's row, or None once it is reported why there is none."""
    if name is None:
        return None
    profile = chips.find(boards, name)
    if profile is None:
        names = [row[0] for row in boards if row[2] is None]
        report.unknown("board", name, names, "use " + " or ".join(names))
    elif profile[2] is not None:
        report.add("board", f'"{name}" is not driven, because {profile[2]}; use another board')
        return None
    return profile


def _wanted(tree):
    """(key, signal, pin or None, kind or None) of all that is fitted; None stands for what the board has of its own."""
    wanted = [("board", "pilot", None, None)]
    for signal in OUTPUTS:
        if tree[signal] is not None:
            wanted.append((signal, signal) + tree[signal])
    for signal, _default, _shape in config_schema.INPUTS:
        given = tree["inputs"] and tree["inputs"][signal]
        if given:
            key = "inputs." + signal
            wanted.append((key if given[0] is None else key + ".pin", signal) + given)
    if tree["button"]:
        wanted.append(("button.pin", "button", tree["button"]["pin"], tree["button"]["kind"]))
    if tree["rtc"] == "ds3231":
        wanted += [("rtc", "sda", None, "bus"), ("rtc", "scl", None, "bus")]
    return wanted


def _pins(tree, profile, report):
    """Every pin in use as (signal, pin, kind). The board's own come first: a clash is laid to the one chosen here."""
    used = []
    wanted = _wanted(tree)
    wanted = [row for row in wanted if row[2] is None] + [row for row in wanted if row[2] is not None]
    for key, signal, pin, kind in wanted:
        own, level = chips.own_pin(profile, signal)
        if pin is None and own is None:
            if kind is not None:
                report.add(key, f'{profile[0]} has no pin of its own for {signal}; choose a "pin", or leave it out')
            continue
        if pin is not None and pin != own:
            _refuse_pin(key, profile[1], pin, chips.use_of(signal, kind), report)
        pin = own if pin is None else pin
        for other, taken, _kind in used:
            if taken == pin:
                report.add(key, f"pin {pin} already serves {other}; choose another for one of the two")
                break
        else:
            _refuse_relay(key, (signal, pin, kind), chips.relay_kind(profile, pin), report)
        used.append((signal, pin, kind or ("low" if level == 0 else "high")))
    return used


def _refuse_pin(key, chip, pin, use, report):
    for verdict, why, proposal in chips.findings(chip, pin, use):
        if verdict == chips.REFUSED:
            report.add(key, f"pin {pin} {why}; choose {proposal}")


def _refuse_relay(key, wanted, on, report):
    """Refuse one of the board's own relays as anything but a relay, or driven the wrong way round: at rest it is on."""
    signal, pin, kind = wanted
    if on is not None and signal not in chips.RELAY_USES:
        report.add(key, f"pin {pin} drives a relay of this board; choose another")
    elif on is not None and kind not in (None, on):
        report.add(key, f'the relay on pin {pin} is on when its pin is {on}; write {{"pin": {pin}, "kind": "{on}"}}')


def _against_one_another(tree, report):
    """What is right by itself and wrong beside another key."""
    limits, mqtt, inputs = tree["limits"] or {}, tree["mqtt"] or {}, tree["inputs"] or {}
    if inputs.get("bond") and not inputs["km2"]:
        report.add("inputs.bond", "without km2 nothing tells when it should be closed; fit km2 too, or leave it out")
    if "car" in (tree["assume"] or ()) and inputs.get("car"):
        report.add("assume", '"car" is fitted as an input, and what is seen is not assumed; leave it out in one place')
    hour, day = limits.get("entries_per_hour"), limits.get("entries_per_day")
    if hour and day and hour > day:
        report.add("limits.entries_per_hour", f"{hour} is more than entries_per_day allows; write at most {day}")
    watchdog_ms = limits.get("watchdog_ms")
    if mqtt.get("ca") and watchdog_ms and watchdog_ms < TLS_STALL_MS:
        remedy = f"write at least {TLS_STALL_MS}, or leave mqtt.ca out"
        report.add("limits.watchdog_ms", f"{watchdog_ms} is too short for an encrypted connection to be made; {remedy}")


def _setup(tree, pins):
    setup = Setup()
    fitted = [row[0] for row in pins]
    setup.two_relays = "guard" in fitted
    for signal, _default, _shape in config_schema.INPUTS:
        setattr(setup, signal, signal in fitted)
    setup.car_assumed = "car" in tree["assume"]
    setup.selector = tree["button"]["as"] == "selector"
    if tree["soc"] is not None:
        setup.soc_reserve = tree["soc"]["reserve"]
        setup.soc_max_age_s = tree["soc"]["max_age_min"] * 60
    if tree["budget_min"] is not None:
        setup.budget_s = tree["budget_min"] * 60
    setup.limits = Limits(tree["limits"].items())
    return setup
