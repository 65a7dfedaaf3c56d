"""The controller: owns every part, and runs them in order once a tick.

    see -> let time pass -> gesture -> judge -> weigh permits -> one row of the changeover -> gate

`step` is the tick: it allocates nothing while nothing changes. `slow` is called at most once a second and never during
a transfer: it works out the plan. What happened is left in `events` as (kind, code, data) for the journal; `dirty`
says that what must survive a reset has changed and is to be written once all outputs are off.
"""

from firmware.core import button, changeover, clock, contacts, faults, gestures, governor, holds, permits, plan
from firmware.core import proof, reports, stay, supervision
from firmware.core import gate as gate_module
from firmware.core import transfer as transfer_module
from firmware.core import watch as watch_module
from firmware.core.changeover import BREAK_GRID, BREAK_V2L, FAULT, GRID, MAKE_GRID
from firmware.core.changeover import MAKE_V2L, MARK, SERVICE, STARTUP, V2L
from firmware.core.signals import SAMPLE_MS, STEP_MS_MAX, Request

EVENTS_MAX = 32
STEPS_AHEAD = 48  # boundaries of the schedule that one slow part looks at, at most, for the next transfer
UNWELL_MS = 60_000  # after the gate refused, or an entry could not be recorded


class Controller:
    FIELDS = (
        "phase", "mark", "entry_open", "entered_s", "confirm_ms", "startup_ms", "dwell_ms", "sign_ms", "unwell_ms",
        "service", "resets", "dirty",
    )  # fmt: skip

    def __init__(self, setup, schedule):
        limits = setup.limits
        self.setup = setup
        self.limits = limits
        self.schedule = schedule
        if schedule is not None:
            schedule.steps = STEPS_AHEAD
        run_ms = max(limits.dead_time_ms, limits.pull_ms, limits.uncommanded_ms, watch_module.DEAD_MS)
        self.km1 = contacts.Contact(setup.km1, run_ms)
        self.km2 = contacts.Contact(setup.km2, run_ms)
        self.bond = contacts.Contact(setup.bond, run_ms)
        self.car = contacts.Contact(setup.car, run_ms, limits.car_s * 1000)
        self.grid = contacts.Contact(setup.grid, run_ms)
        self.charging = contacts.Contact(setup.charging, permits.INPUT_MS)
        self.enable = contacts.Contact(setup.enable, permits.INPUT_MS)
        self.button = button.Button(setup.selector)
        self.holds = holds.Holds()
        self.reports = reports.Reports(setup.soc_max_age_s)
        self.clock = clock.Clock(limits.max_error_s)
        self.plan = plan.Plan()
        self.stay = stay.Stay(setup)
        self.governor = governor.Governor(limits)
        self.faults = faults.Faults()
        self.watch = watch_module.Watch(setup)
        self.supervision = supervision.Supervision()
        self.proof = proof.Proof(limits)
        self.transfer = transfer_module.Transfer()
        self.gate = gate_module.Gate(setup, permits.ENTRY_ALL, permits.STAY_ALL, supervision.WAIVABLE)
        self.request = Request()
        self.phase_outputs = changeover.TWO_RELAYS if setup.two_relays else changeover.ONE_RELAY
        self.phase = STARTUP
        self.mark = changeover.NO_MARK
        self.entry_open = 0  # from the mark to the orderly return
        self.entered_s = 0
        self.confirm_ms = limits.confirm_s * 1000
        self.startup_ms = limits.startup_s * 1000
        self.dwell_ms = limits.dwell_s * 1000
        self.sign_ms = gestures.SIGN_MS
        self.unwell_ms = 0
        self.service = gestures.NO_SERVICE
        self.resets = 0
        self.dirty = 0
        self.events = []
        self.events_dropped = 0

    # The tick.

    def step(self, dt_ms, inputs):
        """Take one sample, `dt_ms` after the last; the outputs are then in `gate.pilot` and `gate.guard`."""
        dt_ms = min(dt_ms, STEP_MS_MAX)
        seen_ms = min(dt_ms, SAMPLE_MS)
        self._see(inputs, dt_ms, seen_ms)
        self._wait(dt_ms)
        seconds = self.clock.advance(dt_ms)
        if seconds:
            self._pass(seconds)
        if self.supervision.asked_ms or self.supervision.left_ms:
            self._supervise(inputs.cable_ms, dt_ms)
        gesture = self.button.step(inputs.button, dt_ms, seen_ms)
        if gesture:
            gestures.heed(self, gesture)
        watch_module.judge(self, seen_ms, dt_ms)
        self._weigh(dt_ms)
        row = changeover.next_row(self)
        if row:
            self._enter(row[2], row[3])
        outputs = self.phase_outputs[self.phase]
        self.request.pilot = outputs[0]
        self.request.guard = outputs[1]
        self.gate.decide(self.request, inputs, dt_ms)
        self.watch.commanded(self.gate.pilot, self.gate.guard, self.km2.raw == 1)
        if self.gate.refused:
            self.distrust()

    def _see(self, inputs, dt_ms, seen_ms):
        counting = not self.is_transferring()
        self.km1.watch(inputs.km1, dt_ms, seen_ms, counting)
        self.km2.watch(inputs.km2, dt_ms, seen_ms, counting)
        self.bond.watch(inputs.bond, dt_ms, seen_ms, counting)
        if self.car.fitted:
            self.car.see(inputs.car, dt_ms, seen_ms)
        if self.grid.fitted:
            self.grid.see(inputs.grid, dt_ms, seen_ms)
        if self.charging.fitted:
            self.charging.see(inputs.charging, dt_ms, seen_ms)
        if self.enable.fitted:
            self.enable.see(inputs.enable, dt_ms, seen_ms)
        self.watch.see(inputs, self.km1, self.km2, seen_ms)
        if self.transfer.running:
            self._time_transfer(dt_ms)

    def _time_transfer(self, dt_ms):
        t = self.transfer
        if t.to == transfer_module.TO_V2L:
            t.watch(self.km1.raw, self.km2.raw, dt_ms)
        else:
            t.watch(self.km2.raw, self.km1.raw, dt_ms)
            moves = self.is_transferring()
            if not moves and (t.close_ms != transfer_module.UNSEEN or t.ms >= self._transfer_ms_max()):
                t.end()

    def _transfer_ms_max(self):
        limits = self.limits
        return limits.release_ms + limits.dead_time_ms + limits.pull_ms

    def _wait(self, dt_ms):
        self.startup_ms = max(0, self.startup_ms - dt_ms)
        self.sign_ms = max(0, self.sign_ms - dt_ms)
        self.unwell_ms = max(0, self.unwell_ms - dt_ms)
        self.holds.wait(dt_ms)
        self.faults.wait(dt_ms)
        if BREAK_GRID <= self.phase <= V2L:
            if not self.supervision.entered:
                self.stay.run(dt_ms)
            self.stay.use(self.transfer.feed(dt_ms), self.plan.day)
        if BREAK_GRID <= self.phase <= MAKE_GRID:
            self.dwell_ms = self.limits.dwell_s * 1000
        else:
            self.dwell_ms = max(0, self.dwell_ms - dt_ms)

    def _supervise(self, cable_ms, dt_ms):
        s = self.supervision
        if cable_ms > supervision.SILENT_MS:
            self.end_supervision("the cable is silent")
        elif self.phase == FAULT or self.service:
            self.end_supervision("service" if self.service else "fault")
        elif 0 < s.left_ms <= dt_ms:
            self.end_supervision("time is up")
        elif s.left_ms and self.button.is_selector and self.button.down:
            self.end_supervision("button")
        elif s.asked_ms and self.phase == GRID and self.button.was_turned_back():
            self.begin_supervision()
        else:
            s.wait(dt_ms)

    def _pass(self, seconds):
        """Whole seconds have passed."""
        resets_were_young = self.governor.resets.ages[0] < governor.HOUR_S
        self.governor.grow(seconds)
        if resets_were_young and self.governor.resets.ages[0] >= governor.HOUR_S:
            self.dirty = 1
        self.faults.grow(seconds)
        self.reports.grow(seconds)
        now_s = self.clock.now_s
        if self.clock.trust != clock.UNSET and self.plan.holds_at(now_s):
            was_spent = self.stay.spent
            if self.stay.schedule_says(self.plan.says_v2l(), seconds):
                self.clock.contradict(clock.NEEDS_SET)
                self.note("clock", "contradicted")
            elif was_spent and not self.stay.spent:
                self.dirty = 1
            if self.holds.is_over(now_s):
                self.holds.local = holds.NONE
                self.hold_changed("ended")
        self.show_clock()

    def _weigh(self, dt_ms):
        held = permits.may_enter(self.request)
        permits.weigh(self, self.request)
        if not permits.may_enter(self.request):
            self.confirm_ms = self.limits.confirm_s * 1000
        elif held:
            self.confirm_ms = max(0, self.confirm_ms - dt_ms)
        entry = self.request.entry | self.request.waived
        alone = self.phase == GRID and entry == permits.ENTRY_ALL & ~permits.GOVERNOR
        if self.governor.stood_alone(alone):
            self.latch(faults.TRANSFER_STORM)

    def _enter(self, phase, reason):
        was = self.phase
        self.phase = phase
        if phase == MARK:
            self.mark = changeover.NO_MARK
            self.entry_open = 1
            self.entered_s = self.clock.now_s
            self.governor.enter()
            self.supervision.entered = 1 if self.supervision.left_ms else 0
        elif phase == BREAK_GRID:
            if self.supervision.entered:
                self.supervision.entries += 1
            else:
                self.stay.enter(self.clock.now_s, self.plan)
            self._begin_transfer(transfer_module.TO_V2L, reason)
        elif phase == BREAK_V2L:
            self._begin_transfer(transfer_module.TO_GRID, self.why_not_stay() or reason)
        elif phase == V2L:
            self._transferred()
            self.faults.forgive(faults.KM2_NOT_CLOSED)
        elif phase == STARTUP:
            self.startup_ms = self.limits.startup_s * 1000
        elif phase == FAULT and BREAK_GRID <= was <= V2L:
            self._begin_transfer(transfer_module.TO_GRID, "fault")
        elif phase == GRID and was == MAKE_GRID:
            self._transferred()
        unmade = was == MARK and phase != BREAK_GRID
        if unmade or (phase == GRID and self.supervision.entered):
            self.governor.take_back()
        if was == MARK or (self.supervision.entered and phase != MARK):
            self.governor.weigh()
        if phase in (GRID, FAULT, SERVICE):
            self.supervision.entered = 0
            self.entry_open = 0
            self.dirty = 1
        if SERVICE in (phase, was):
            self.note("hold", "service", "began" if phase == SERVICE else "ended")

    def _begin_transfer(self, to, reason):
        if self.supervision.entered:
            reason = "supervised"
        if to == transfer_module.TO_V2L:
            self.transfer.begin(to, self.km1.raw, self.km2.raw)
        else:
            self.transfer.begin(to, self.km2.raw, self.km1.raw)
        self.note("transfer", "v2l" if to else "grid", reason)

    def _transferred(self):
        self.transfer.end()
        self.proof.compare(self.transfer)
        self.show(faults.TIMING_DRIFT, self.proof.has_drifted())

    # What the loop, the console and the network may say.

    def slow(self):
        """Work out the plan where it has run out. At most once a second, never while transferring."""
        now_s = self.clock.known_s()
        self.show_clock()
        if now_s < 0 or self.schedule is None:
            return
        if self.plan.is_stale(now_s):
            self.plan.refresh(self.schedule, now_s)
            permits.weigh(self, self.request)  # or the status would tell of a plan that has just run out
        self.stay.new_day(self.plan.day)
        if BREAK_GRID <= self.phase <= V2L and not self.supervision.entered:
            self.stay.shorten(now_s, self.plan)
        if self.holds.needs_end():
            asked_s = self.holds.asked_s
            ends_s = self.schedule.stretch_end(asked_s if asked_s >= 0 else now_s)
            self.holds.until_s = plan.NEVER_S if ends_s is None else ends_s
            self.dirty = 1

    def wants_mark(self):
        """True while the changeover waits for the coming entry to be written to flash."""
        return self.phase == MARK and self.mark == changeover.NO_MARK

    def marked(self, written):
        self.mark = changeover.MARK_WRITTEN if written else changeover.MARK_FAILED
        if not written:
            self.distrust()

    def distrust(self):
        """Something in the board itself went wrong: no V2L for a while."""
        self.unwell_ms = UNWELL_MS

    def set_service(self, why):
        """One of the gestures' NO_SERVICE, BY_PERSON, FOR_UPDATE."""
        self.service = why

    def set_remote_hold(self, on):
        if self.holds.remote != on:
            self.holds.remote = on
            self.hold_changed("remote" if on else "remote lifted")

    def begin_supervision(self):
        self.supervision.open()
        self.button.disown()
        self.note("hold", "supervised", "began")

    def end_supervision(self, why):
        """The window is over, or the press that would have opened it is not waited for any more."""
        if self.supervision.left_ms:
            self.note("hold", "supervised", "ended: " + why)
        self.supervision.close()

    def hold_changed(self, how):
        self.dirty = 1
        self.note("hold", how)

    # What the parts ask about the whole.

    def is_transferring(self):
        return BREAK_GRID <= self.phase <= MAKE_GRID and self.phase != V2L

    def is_breaking_grid(self):
        return self.phase == BREAK_GRID

    def is_making_v2l(self):
        return self.phase == MAKE_V2L

    def is_on_v2l(self):
        return self.phase == V2L

    def is_in_service(self):
        return self.phase == SERVICE

    def is_grid_dead(self):
        return self.grid.is_for(0, watch_module.DEAD_MS)

    def why_not_stay(self):
        names = permits.failing(self.request.stay | self.request.waived, permits.STAY_ALL)
        return names[0] if names else None

    def latch(self, fault):
        if self.faults.latch(fault):
            self._fault_changed(fault, "latched")

    def show(self, fault, seen):
        """A condition begins or ends; a counted one counts when it begins."""
        if not self.faults.last(fault, seen):
            return
        if seen and fault in faults.COUNTED and not self.is_in_service():
            self.happen(fault)
        else:
            self.note("fault", faults.CODES[fault], "seen" if seen else "over")

    def happen(self, fault):
        self._fault_changed(fault, "latched" if self.faults.happen(fault) else "counted")

    def _fault_changed(self, fault, how):
        if how == "latched":
            self.button.disown()
        self.dirty = 1
        self.note("fault", faults.CODES[fault], how)

    def show_clock(self):
        if self.clock.changed:
            self.clock.changed = 0
            self.dirty = 1
        self.show(faults.CLOCK_LOST, 1 if self.clock.trust == clock.UNSET else 0)
        was_ageing = self.faults.lasting >> faults.CLOCK_AGEING & 1
        self.show(faults.CLOCK_AGEING, 1 if self.clock.is_ageing(was_ageing) else 0)
        self.show(faults.CLOCK_DISAGREES, 1 if self.clock.barred == clock.NEEDS_PERSON else 0)
        self.show(faults.PROOF_OLD, self.proof.is_old(self.clock.known_s()))

    def note(self, kind, code, data=None):
        if len(self.events) < EVENTS_MAX:
            self.events.append((kind, code, data))
        else:
            self.events_dropped += 1
