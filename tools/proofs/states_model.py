"""The shipped core as one function of one small key: what is kept of its state, what is left to chance, what is cut.

KEPT is what a step may look at later. Everything that comes from outside and has no bound (clock, plan, holds, reports,
budget, ages, the button) is not kept: it is chosen anew at every step, by the weather of `states_weather`. NOT_READ
decides nothing. Times that only run out (`flag`) are kept as "still running" and may run out at any step; evidence is
counted in samples, against limits that are scaled down and stand in the order of the real ones.
"""

import ast
import contextlib
import importlib

from firmware.core import changeover, controller, gate, permits, setup, snapshot, watch
from firmware.core.changeover import BREAK_GRID, BREAK_V2L
from firmware.core import signals as signals_module
from tools.proofs import states_rules, states_weather
from tools.proofs.states_fold import Fold, Known, made

MODULES = ("ages", "button", "changeover", "contacts", "controller", "faults", "gate", "gestures", "governor", "holds",
           "permits", "proof", "signals", "supervision", "watch")
# In samples. The real ones, in the same order, are 10, 20, 30, 50, 100, 200 ms, and 100, 200, 300, 500 by default.
SAMPLES = {"SETTLE_MS": 1, "SAMPLE_MS": 1, "SEEN_MS": 1, "READBACK_MS": 2, "THREE_SAMPLES_MS": 3, "INPUT_MS": 3,
           "DECIDE_MS": 3, "BOTH_MS": 3, "NAME_MS": 4, "DEAD_MS": 5, "BOND_MS": 5, "SLACK_MS": 5}
LIMITS = {"uncommanded_ms": 4, "dead_time_ms": 5, "release_ms": 6, "pull_ms": 7}
RUNNING = 2  # a time that still runs; handed in as 1 it runs out in this step
LEAST = 1 << 29

COUNTED, FLAG, REACHED, WORD, WHOLE = "count", "flag", "reached", "word", "whole"
ANY = "any"  # of the latched faults only whether there are any: which they are, no rule asks
# part, field, how it is kept
KEPT = (
    ("core", "phase", COUNTED), ("core", "mark", COUNTED), ("request", "entry", WHOLE),
    ("core", "confirm_ms", FLAG), ("core", "startup_ms", FLAG), ("core", "dwell_ms", FLAG), ("core", "unwell_ms", FLAG),
    ("km1", "raw", COUNTED), ("km1", "run_ms", COUNTED), ("km2", "raw", COUNTED), ("km2", "run_ms", COUNTED),
    ("bond", "raw", COUNTED), ("bond", "run_ms", COUNTED), ("grid", "raw", COUNTED), ("grid", "run_ms", COUNTED),
    ("car", "raw", COUNTED), ("car", "run_ms", COUNTED), ("car", "held_ms", REACHED),
    ("faults", "latched", ANY), ("faults", "lasting", WORD),
    *[(f"tally{i}", "retry_ms", FLAG) for i in range(5)],
    ("watch", "pilot", COUNTED), ("watch", "guard", COUNTED), ("watch", "pilot_for_ms", COUNTED),
    ("watch", "enabled_for_ms", COUNTED), ("watch", "both_ms", COUNTED), ("watch", "readback_ms", COUNTED),
    ("watch", "km2_seen_open", COUNTED), ("watch", "late", COUNTED), ("watch", "unnamed_ms", COUNTED),
    ("watch", "collapse_ms", FLAG),
    ("gate", "pilot", COUNTED), ("gate", "guard", COUNTED), ("gate", "refused", COUNTED), ("gate", "both_ms", COUNTED),
    ("gate", "apart_ms", COUNTED), ("gate", "leaving_ms", COUNTED),
    ("world", "car_dead_ms", COUNTED), ("world", "car_live", COUNTED), ("world", "unconfirmed", COUNTED),
)
# Written and never looked at by a rule: they stay as the weather has them, whatever is written.
NOT_READ = ("faults_first", "km1_changes", "km2_changes", "bond_changes", "core_dirty", "core_entry_open",
            "gate_waived_ms")
# Fields that mean nothing in some phases, and what stands there instead. The mark is set anew whenever it will be read,
# and so is the start-up hold. A dwell may run out at any step, so "still running" stands for every other value of it.
RESTING = {"mark": ("!= 2", 0), "startup_ms": (">= 8", 0), "dwell_ms": (">= 8", RUNNING),
           "unwell_ms": (">= 8", RUNNING)}
ANY_OUTPUTS = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 1), (1, 0), (0, 0), (1, 1), (1, 0))
SAMPLED = ("km1", "km2", "bond", "grid", "car")  # not kept where they are not fitted


@contextlib.contextmanager
def scaled(samples=SAMPLES):
    """Inside, the shipped modules hold the scaled limits."""
    before = []
    try:
        for name in MODULES:
            module = importlib.import_module("firmware.core." + name)
            for constant in samples.keys() & vars(module).keys():
                before.append((module, constant, getattr(module, constant)))
                setattr(module, constant, samples[constant])
        yield
    finally:
        for module, constant, value in before:
            setattr(module, constant, value)


class Variant:
    """What is installed, and how much is left to chance."""

    def __init__(self, two_relays, fitted, **options):
        self.two_relays, self.fitted = two_relays, fitted
        self.samples = options.pop("samples", SAMPLES)
        self.limits = options.pop("limits", LIMITS)
        self.gate = options.pop("gate", "shipped")  # "open": grants what is asked; "alone": whatever is asked of it
        self.weather = options.pop("weather", states_weather.EVERY_DAY)
        self.options = options

    def setup(self):
        chosen = setup.Setup()
        chosen.two_relays = self.two_relays
        for name in self.fitted:
            setattr(chosen, name, True)
        chosen.car_assumed = "car" not in self.fitted
        chosen.soc_reserve = states_weather.RESERVE
        for name, value in self.limits.items():
            setattr(chosen.limits, name, value)
        return chosen


class Model:
    """The core of one variant, ready to be stepped by its keys. Use it inside `scaled(variant.samples)`."""

    def __init__(self, variant):
        self.variant = variant
        self.core = core = controller.Controller(variant.setup(), None)
        self.inputs, self.world = signals_module.Inputs(), states_rules.World(core)
        states_weather.make_fine(core, self.inputs)
        core.car.held_ms_max = RUNNING
        limits = core.limits  # nothing but these is asked of the evidence of these contacts
        for contact in (core.km1, core.km2, core.bond, core.car):
            contact.run_ms_max = max(limits.dead_time_ms, limits.uncommanded_ms, watch.DEAD_MS, watch.BOND_MS)
        if variant.gate == "alone":
            core.phase_outputs = ANY_OUTPUTS
        self.parts = {"core": core, "inputs": self.inputs, "world": self.world, "button.contact": core.button.contact}
        for name in ("km1", "km2", "bond", "grid", "car", "charging", "enable", "button", "holds", "reports", "clock",
                     "plan", "stay", "governor", "faults", "watch", "transfer", "gate", "request", "supervision",
                     "proof"):
            self.parts[name] = getattr(core, name)
        for i, tally in enumerate(core.faults.tallies):
            self.parts[f"tally{i}"] = tally
        unfitted = [name for name in SAMPLED if name not in variant.fitted]
        if "car" in unfitted:
            unfitted += ["car_dead_ms", "car_live"]
        if variant.gate == "alone":
            unfitted += ["phase", "mark", "unconfirmed"]
        kept = [row for row in KEPT if row[0] not in unfitted and row[1] not in unfitted]
        self.kept = kept
        self.names = [variable(part, field) for part, field, _how in kept]
        self.fields = self._fields()
        self.bytes = [(row, byte) for row in kept for byte in range(3 if row[2] == WORD else 1)]
        self.place = {}
        for place, (row, _byte) in enumerate(self.bytes):
            self.place.setdefault(row[:2], place)
        self.made = {}

    def _fields(self):
        """(id of object, attribute) -> variable, for everything that may be assigned at all."""
        names = {id(part): name for name, part in self.parts.items()}
        fields = {(id(part), field): variable(names[id(part)], field)
                  for part, rows in snapshot.parts_of(self.core) for field in rows}
        for name in ("request", "inputs", "world"):
            for field in vars(self.parts[name]):
                if field not in ("setup", "car_fitted"):
                    fields[id(self.parts[name]), field] = variable(name, field)
        return fields

    # Keys.

    def key_of(self):
        """The key of the core as it stands now: the same as what the folded step answers, the long way."""
        row, phase = [], self.core.phase
        for part, field, how in self.kept:
            value = getattr(self.parts[part], field)
            if how == WHOLE:
                value |= self.core.request.waived
            if field in RESTING and self.variant.gate != "alone":
                test, instead = RESTING[field]
                value = instead if (phase != 2 if test == "!= 2" else phase >= 8) else value
            if field in ("pilot_for_ms", "enabled_for_ms") and self.variant.gate != "alone":
                value = self._cut_short(field, value, phase)
            if (part, field) == ("car", "run_ms") and self.core.car.raw == 1 and not self.core.watch.collapse_ms:
                value = 1
            if how == WORD:
                row += [value & 255, value >> 8 & 255, value >> 16]
            else:
                row.append(self._kept(value, how, part))
        return bytes(row)

    def _kept(self, value, how, part):
        if how == FLAG:
            return RUNNING if value else 0
        if how == ANY:
            return 1 if value else 0
        if how == REACHED:
            return RUNNING if value == self.parts[part].held_ms_max else 0
        if how == WHOLE:
            return 1 if value == permits.ENTRY_ALL else 0
        return value if value >= 0 else RUNNING

    def read(self, key):
        """The fields of a key by name."""
        values, place = {}, 0
        for part, field, how in self.kept:
            if how == WORD:
                values[part, field] = key[place] | key[place + 1] << 8 | key[place + 2] << 16
                place += 3
            else:
                values[part, field] = key[place]
                place += 1
        return values

    def first_key(self, latched=0):
        """A board that has just started."""
        fresh = Model(self.variant)
        fresh.core.faults.latched = latched
        return fresh.key_of()

    # Steps.

    def step(self, phase, weather):
        """The function (key, km1, km2, bond, grid, car, tired) -> (key, asked, what is wrong)."""
        if (phase, weather) not in self.made:
            self.made[phase, weather] = self._made(phase, weather)
        return self.made[phase, weather]

    def _made(self, phase, weather):
        core, variant = self.core, self.variant
        at_first = {name: Known(self._now(key)) for key, name in self.fields.items()}
        changes, cuts = states_weather.meaning(weather)
        for (part, field), value in changes.items():
            at_first[variable(part, field)] = Known(value)
        for name in self.names:
            at_first[name] = ast.Name(name, ast.Load())
        at_first["core_phase"] = Known(phase)
        for name in SAMPLED:
            if name in variant.fitted:
                at_first[variable("inputs", name)] = ast.Name("inputs_" + name, ast.Load())
        at_first["asked"] = Known(0)
        if variant.gate == "alone":
            cuts[changeover.next_row] = None
            at_first["world_any_phase"] = Known(1)
        elif variant.gate == "open":
            cuts[gate.Gate.decide] = states_weather.grant
        fold = Fold(self.fields, cuts, at_first, NOT_READ)
        self._load(fold)
        fold.expr(ast.parse("turn(core, inputs, world)", mode="eval").body, Root(core, self.inputs, self.world))
        answer = ast.Tuple([self._answer(fold), fold.lift(fold.store["asked"]),
                            fold.lift(fold.store["world_wrong"])], ast.Load())
        parameters = ["key", *("inputs_" + name for name in SAMPLED), "tired"]
        taken = [self._byte_name(row, byte) for row, byte in self.bytes]
        return made(fold, f"step_{phase}_{weather}", parameters, taken, answer)

    def _now(self, key):
        owner = next(part for part in self._owners() if id(part) == key[0])
        return getattr(owner, key[1])

    def _owners(self):
        return [part for part, _fields in snapshot.parts_of(self.core)] + [self.inputs, self.world]

    def _byte_name(self, row, byte):
        name = variable(row[0], row[1])
        return f"{name}_byte{byte}" if row[2] == WORD else name + "_held" if row[2] == WHOLE else name

    def _load(self, fold):
        """Bytes become what the core reads."""
        for (_part, _field, how), name in zip(self.kept, self.names):
            if how == WORD:
                fold.out.append(ast.parse(f"{name} = {name}_byte0 | {name}_byte1 << 8 | {name}_byte2 << 16").body[0])
            elif how == WHOLE:
                fold.out.append(ast.parse(f"{name} = {permits.ENTRY_ALL} if {name}_held else 0").body[0])

    def _answer(self, fold):
        parts = []
        phase = ast.unparse(fold.lift(fold.store["core_phase"]))
        for (_part, field, how), name in zip(self.kept, self.names):
            text = ast.unparse(fold.lift(fold.store[name]))
            resting = RESTING.get(field) if self.variant.gate != "alone" else None
            if resting is not None:
                text = f"({resting[1]} if {phase} {resting[0]} else {text})"
            if how == WORD:
                parts += [f"{text} & 255", f"{text} >> 8 & 255", f"{text} >> 16"]
            elif field in ("pilot_for_ms", "enabled_for_ms"):
                parts.append(self._long_enough(field, text, phase))
            elif name == "car_run_ms":  # how long it has been live is asked for after a collapse only
                collapse = ast.unparse(fold.lift(fold.store["watch_collapse_ms"]))
                parts.append(f"1 if car_raw and not {collapse} else {text}")
            elif how == FLAG:
                parts.append(f"{RUNNING} if {text} else 0")
            elif how == ANY:
                parts.append(f"1 if {text} else 0")
            elif how == REACHED:
                parts.append(f"{RUNNING} if {text} == {RUNNING} else 0")
            elif how == WHOLE:
                waived = ast.unparse(fold.lift(fold.store["request_waived"]))
                parts.append(f"1 if {text} | {waived} == {permits.ENTRY_ALL} else 0")
            else:
                parts.append(text)
        return ast.parse(f"bytes(({', '.join(parts)},))", mode="eval").body

    def _patience(self, field):
        """Patience to its very end is asked for in one phase only; elsewhere nothing looks past the other limits."""
        limits = self.core.limits
        most = max(limits.release_ms, limits.pull_ms)
        if field == "pilot_for_ms":
            return BREAK_GRID, most
        if not self.core.km2.fitted:
            most += max(limits.uncommanded_ms, limits.dead_time_ms, watch.BOND_MS)
        return BREAK_V2L, most

    def _long_enough(self, field, text, phase):
        patient, most = self._patience(field)
        alone = self.variant.gate == "alone"
        return text if alone else f"{text} if {text} < {most} or {phase} == {patient} else {most}"

    def _cut_short(self, field, value, phase):
        patient, most = self._patience(field)
        return value if value < most or phase == patient else most


class Root:
    """The names that the outermost call uses."""

    pure = False
    number = 0

    def __init__(self, core, inputs, world):
        self.values = {"core": Known(core), "inputs": Known(inputs), "world": Known(world)}
        self.values["turn"] = Known(states_rules.turn)


def variable(part, field):
    return f"{part.replace('.', '_')}_{field}"
