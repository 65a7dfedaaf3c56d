"""The gate: the last word on the outputs. Default deny, and no code shared with the changeover it does not trust.

It sees the request, the raw feedback, the two permit masks and the age of the inputs, nothing else. An output is a
lease of one tick. What is once refused stays refused until the request has been withdrawn, so a wrong request can not
make a contactor hammer. The pilot goes on only with every entry permit, and stays on only with every stay permit; with
a guard fitted it may be held for a bounded time after the guard has gone, because KM2 cannot pull then. The guard goes
on only when KM1 has been apart from the load for the dead time, and never twice in one entry.

What a supervised window waives it counts as held only while the cable speaks, only what may be waived at all, and for
no longer than such a window lasts.
"""

AGE_MS_MAX = 500
BOTH_MS = 50  # three samples
SEEN_MS = 20  # what one sample can prove
SLACK_MS = 200
SILENT_MS = 3000
WINDOW_MS = 900_000


class Gate:
    FIELDS = ("pilot", "guard", "refused", "both_ms", "apart_ms", "leaving_ms", "waived_ms")

    def __init__(self, setup, entry_all, stay_all, waivable):
        self.two_relays = setup.two_relays
        self.km1_fitted = setup.km1
        self.entry_all = entry_all
        self.stay_all = stay_all
        self.waivable = waivable
        self.apart_ms_min = max(1, setup.limits.dead_time_ms + (0 if setup.km1 else setup.limits.release_ms))
        self.leaving_ms_max = setup.limits.release_ms + setup.limits.dead_time_ms + SLACK_MS
        self.pilot = 0
        self.guard = 0
        self.refused = 0
        self.both_ms = 0  # both contactors' raw feedback closed
        self.apart_ms = 0  # KM1 has read open for so long or, not fitted, has had so long to open
        self.leaving_ms = 0  # the guard has gone, or may not come: only the pilot's rest is left
        self.waived_ms = 0  # something has been waived for so long

    def decide(self, request, inputs, dt_ms):
        """Grant what may be granted, in `pilot` and `guard`."""
        seen_ms = min(dt_ms, SEEN_MS)
        self.both_ms = min(self.both_ms + seen_ms, BOTH_MS) if inputs.km1 and inputs.km2 else 0
        apart = not inputs.km1 if self.km1_fitted else self.pilot
        self.apart_ms = min(self.apart_ms + seen_ms, self.apart_ms_min) if apart else 0
        waived = self._waived(request.waived, inputs.cable_ms, dt_ms)
        staying = request.stay | waived == self.stay_all
        if self.leaving_ms:
            self.leaving_ms += seen_ms
        elif self.pilot and (self.guard and not request.guard or not staying):
            self.leaving_ms = 1
        sound = not self.refused and self.both_ms < BOTH_MS and inputs.age_ms <= AGE_MS_MAX
        entering = staying and request.entry | waived == self.entry_all
        pilot = 1 if sound and request.pilot and self._pilot_may(request, entering) else 0
        guard = 1 if pilot and request.guard and self._guard_may(request) else 0
        if not request.pilot and not request.guard:
            self.refused = 0
        elif pilot != request.pilot or guard != request.guard:
            self.refused = 1
        if not pilot:
            self.leaving_ms = 0
        self.pilot = pilot
        self.guard = guard

    def _waived(self, waived, cable_ms, dt_ms):
        self.waived_ms = min(self.waived_ms + dt_ms, WINDOW_MS) if waived else 0
        return waived & self.waivable if cable_ms <= SILENT_MS and self.waived_ms < WINDOW_MS else 0

    def _pilot_may(self, request, entering):
        if not self.pilot:
            return entering
        if not self.leaving_ms:
            return True
        return self.two_relays and not request.guard and self.leaving_ms <= self.leaving_ms_max

    def _guard_may(self, request):
        may = self.two_relays and self.pilot and not self.leaving_ms
        return may and (self.guard or self.apart_ms >= self.apart_ms_min)
