"""A house for the tests: the core, a plant between command and feedback, and a loop at the board's own pace."""

from firmware.core import changeover, controller, dates, record, schedule, setup, signals, status, zone
from tools.sim.plant import BOTH, Plant

EVERY_DAY = 127
MORNING = ((EVERY_DAY, 5 * 60 + 30, 5 * 60 + 45),)
LONDON = "GMT0BST,M3.5.0/1,M10.5.0"


def fitted(*names, **values):
    """A setup with these inputs fitted; further attributes, and limits as `limits={...}`, by name."""
    made = setup.Setup()
    for name in names:
        setattr(made, name, True)
    limits = values.pop("limits", {})
    for name, value in values.items():
        setattr(made, name, value)
    made.limits = setup.Limits(tuple(limits.items()))
    return made


class House:
    """Starts at rest on grid, with the clock set by hand, half an hour before the morning window by default."""

    def __init__(self, two_relays=False, inputs=("km1", "km2", "car"), start="2026-11-20T05:00:00Z", **options):
        self.v2l = options.pop("v2l", MORNING)
        self.charge = options.pop("charge", ())
        self.lead_min = options.pop("lead_min", 10)
        self.skip = options.pop("skip", ())
        self.zone_text = options.pop("zone", "UTC0")
        self.make_core = options.pop("core", controller.Controller)
        self.setup = fitted(*inputs, two_relays=two_relays, **options)
        self.plant = Plant(two_relays).settle()
        self.world = {"grid": 1, "car": 1, "charging": 0, "enable": 1, "button": 0}
        self.inputs = signals.Inputs()
        self.clock_s = dates.parse_iso(start)
        self.overlap_ms = 0
        self.flash_works = True
        self.lies = {}  # what single inputs read instead of the truth, by name
        self.ms = 0  # since the board started
        self.boot(None)

    def boot(self, saved, planned=True, since_entry_s=-1, clock=True):
        """Start the board: a new core, all outputs off, the record of before (None: a clean first one)."""
        made, _problem = zone.parse(self.zone_text)
        plan = schedule.Schedule(made, self.v2l, self.charge, self.lead_min, self.skip)
        self.core = self.make_core(self.setup, plan)
        if saved is not None:
            record.start(self.core, saved, planned, since_entry_s, -1)
        if clock:
            self.core.clock.set(self.clock_s, 1, "hand")
        self.plant.command(0, 0)
        self.ms = 0
        self.second_ms = 0

    def tick(self, dt_ms=None):
        """One turn of the loop: outputs to the plant, time, feedback, step."""
        core = self.core
        if dt_ms is None:
            dt_ms = 1 if core.is_transferring() else 20
        self.plant.command(core.gate.pilot, core.gate.guard)
        self.plant.advance(dt_ms)
        self.ms += dt_ms
        if self.plant.supply() == BOTH:
            self.overlap_ms += dt_ms
        self._read()
        self.second_ms += dt_ms
        if self.second_ms >= 1000 and not core.is_transferring():
            self.second_ms = 0
            core.slow()
        if core.wants_mark():
            core.marked(self.flash_works)
        core.step(dt_ms, self.inputs)

    def _read(self):
        plant, inputs = self.plant, self.inputs
        inputs.km1 = plant.feedback("km1") if self.setup.km1 else 0
        inputs.km2 = plant.feedback("km2") if self.setup.km2 else 0
        inputs.bond = plant.feedback("bond") if self.setup.bond else 0
        inputs.car = self.world["car"]
        inputs.grid = self.world["grid"]
        inputs.charging = self.world["charging"]
        inputs.enable = self.world["enable"]
        inputs.button = self.world["button"]
        inputs.pilot_on = self.core.gate.pilot
        inputs.guard_on = self.core.gate.guard
        for name, value in self.lies.items():
            setattr(inputs, name, value)

    def run(self, seconds=0, ms=0):
        end_ms = self.ms + seconds * 1000 + ms
        while self.ms < end_ms:
            self.tick()
        return self

    def until(self, condition, seconds=3600):
        """Run until `condition(house)`; the milliseconds that took. Fails after `seconds`."""
        start_ms = self.ms
        while not condition(self):
            self.tick()
            assert self.ms - start_ms <= seconds * 1000, "it did not happen within %d s" % seconds
        return self.ms - start_ms

    def to_v2l(self):
        self.until(lambda house: house.state == "v2l")
        return self.run(seconds=2)

    def world_changes(self, **changes):
        self.world.update(changes)
        self.plant.change(grid_live=self.world["grid"], car_live=self.world["car"])
        return self

    def press(self, ms=200):
        self.world["button"] = 1
        self.run(ms=ms)
        self.world["button"] = 0
        return self.run(ms=100)

    @property
    def state(self):
        return changeover.STATES[self.core.phase]

    @property
    def outputs(self):
        return self.core.gate.pilot, self.core.gate.guard

    @property
    def faults(self):
        return status.fault_codes(self.core.faults)

    @property
    def why(self):
        return dict(status.pairs(self.core, status.About()))["why"]
