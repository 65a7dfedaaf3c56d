"""A witness beside the core: sees only the world and the outputs, and says at every tick whether they may go together.

It shares no code with permits, changeover, watch or gate; what it knows of waiting it counts itself from the samples.
"""

from host_tests.story import Home

SAMPLE_MS = 20
INPUTS = ("km1", "km2", "bond", "car", "grid", "charging", "enable", "button")


class Seen:
    """An input as sampled: for how long (`ms`), and with how much evidence (`run_ms`, one pace a sample)."""

    def __init__(self):
        self.value = None
        self.ms = self.run_ms = 0

    def sample(self, value, dt_ms):
        if value != self.value:
            self.value, self.ms, self.run_ms = value, 0, 0
        else:
            self.ms += dt_ms
        self.run_ms += min(dt_ms, SAMPLE_MS)

    def proves(self, value, ms):
        return self.value == value and self.run_ms >= ms


class Observed(Home):
    """A house that is watched in every tick."""

    def boot(self, saved, *arguments, **options):
        self.bits_before = self.core.faults.latched if hasattr(self, "core") else 0
        super().boot(saved, *arguments, **options)
        self.seen = {name: Seen() for name in INPUTS}
        self.enabled_before = self.pilot_before = self.guard_before = 0
        self.since_boot_ms = self.since_v2l_ms = self.since_pilot_ms = 0
        if not hasattr(self, "entries"):
            self.entries = []  # ms of every pilot on
            self.overall_ms = 0
            self.pressed_ms = 0

    def tick(self, dt_ms=None):
        before_ms = self.ms
        super().tick(dt_ms)
        dt_ms = self.ms - before_ms
        self.overall_ms += dt_ms
        self.since_boot_ms += dt_ms
        self.since_v2l_ms += dt_ms
        self.since_pilot_ms += dt_ms
        for name in INPUTS:
            self.seen[name].sample(getattr(self.inputs, name), dt_ms)
        self._judge_latches()
        self._judge_outputs()
        del self.core.events[:]

    def fits(self, name):
        return getattr(self.setup, name)

    def _judge_latches(self):
        bits = self.core.faults.latched
        if self.bits_before & ~bits:
            assert ("ack", "accepted", None) in self.core.events, "unlatched by itself"
            assert self.setup.selector or self.pressed_ms >= 5000 - 80, "acknowledged without a person"
        self.bits_before = bits
        self.pressed_ms = self.seen["button"].ms if self.inputs.button else self.pressed_ms

    def _judge_outputs(self):
        pilot, guard = self.outputs
        enabled = guard if self.setup.two_relays else pilot
        if self.state in ("startup", "grid", "fault", "service"):
            assert not pilot and not guard, "on in %s" % self.state
        if guard:
            assert pilot and self.setup.two_relays
        if enabled:
            self._judge_stay()
        if pilot and not self.pilot_before:
            self._judge_entry()
        if guard and not self.guard_before:
            self._judge_guard()
        if pilot != self.pilot_before:
            self.since_pilot_ms = 0
        if pilot or self.state == "to_grid":
            self.since_v2l_ms = 0
        self.pilot_before, self.guard_before = pilot, guard

    def _judge_stay(self):
        core, seen = self.core, self.seen
        assert not core.faults.is_latched(), "on with a latched fault"
        assert not core.service and not core.holds.remote and not core.holds.local
        assert core.clock.trust, "on without a clock"
        assert core.schedule.effective(core.clock.now_s), "on outside the plan"
        assert not seen["button"].proves(1, 60), "on with the button down"
        assert not (self.fits("enable") and seen["enable"].proves(0, 60)), "on without enable"
        assert not (self.fits("charging") and seen["charging"].proves(1, 60)), "on while charging"
        assert not (self.fits("car") and seen["car"].proves(0, 200)), "on with a dead car"
        assert not (self.fits("km1") and self.fits("km2") and self.inputs.km1 and seen["km1"].proves(1, 60)
                    and seen["km2"].proves(1, 60)), "on with both closed"

    def _judge_entry(self):
        limits, seen = self.setup.limits, self.seen
        assert self.state == "to_v2l"
        self._judge_stay()
        assert self.since_boot_ms >= limits.startup_s * 1000, "too soon after the start"
        assert self.since_v2l_ms >= limits.dwell_s * 1000, "too soon after V2L"
        if self.fits("car"):
            assert seen["car"].value == 1 and seen["car"].ms >= limits.car_s * 1000
        for name, rest in (("km1", 1), ("km2", 0), ("bond", 0), ("grid", 1), ("enable", 1), ("charging", 0)):
            assert not self.fits(name) or seen[name].value == rest, "entered with %s wrong" % name
        assert dict(self.written)["mark"] is not None, "entered without a mark"
        hour = [ms for ms in self.entries if self.overall_ms - ms < 3600_000]
        assert len(hour) < limits.entries_per_hour
        self.entries.append(self.overall_ms)

    def _judge_guard(self):
        limits = self.setup.limits
        if self.fits("km1"):
            km1 = self.seen["km1"]
            assert km1.value == 0 and km1.run_ms >= limits.dead_time_ms, "guard on too soon"
        else:
            assert self.since_pilot_ms >= limits.release_ms + limits.dead_time_ms, "guard on too soon"
