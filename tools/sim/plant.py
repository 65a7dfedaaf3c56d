"""The installation as it really is: relays and contactors that take time, bounce, weld and die, and two supplies.

The pilot relay's changeover contact feeds KM1's coil at rest and, through the guard where there is one, KM2's when it
is on. Coils are fed from the grid through the control fuse. The mechanical interlock keeps a contactor from closing
while the other is closed. Time is whole milliseconds; `advance` stops at every movement, so nothing happens in between.
"""

GRID, V2L, NONE, BOTH = "grid", "v2l", "none", "both"
NEVER_MS = 1 << 29


class Moving:
    """A relay or contactor: its contact follows its coil after a while, unless something is broken."""

    def __init__(self, on_ms, off_ms, bounce_ms=0):
        self.on_ms = on_ms
        self.off_ms = off_ms
        self.bounce_ms = bounce_ms
        self.coil = 0  # energised
        self.closed = 0
        self.left_ms = NEVER_MS  # until the contact moves
        self.bouncing_ms = 0
        self.welded = 0
        self.blocked = 0  # the interlock holds back what the coil pulls
        self.coil_open = 0

    def energise(self, coil, by_hand=False):
        coil = 1 if by_hand else 0 if self.coil_open else coil
        if coil == self.coil:
            return
        self.coil = coil
        self.blocked = 0
        if coil == self.closed:
            self.left_ms = NEVER_MS
        else:
            self.left_ms = self.on_ms if coil else self.off_ms

    def pass_ms(self, ms):
        self.bouncing_ms = max(0, self.bouncing_ms - ms)
        if self.left_ms != NEVER_MS:
            self.left_ms = max(0, self.left_ms - ms)

    def move(self, may_close):
        """Take up the position the coil asks for; True if the contact moved."""
        if self.left_ms != 0 or self.welded:
            return False
        if self.coil and not may_close:
            self.blocked = 1
            return False
        if self.blocked:
            self.blocked = 0
            self.left_ms = self.on_ms // 2  # of its way it has still to go
            return False
        self.left_ms = NEVER_MS
        self.closed = self.coil
        self.bouncing_ms = self.bounce_ms if self.closed else 0
        return True

    def free(self):
        self.welded = 0
        if self.closed != self.coil:
            self.left_ms = self.on_ms if self.coil else self.off_ms


class Plant:
    def __init__(self, two_relays=False):
        self.two_relays = two_relays
        self.pilot = Moving(8, 5)
        self.guard = Moving(8, 5)
        self.km1 = Moving(30, 20, 5)
        self.km2 = Moving(30, 20, 5)
        self.grid_live = 1
        self.car_live = 1
        self.interlock = 1
        self.fuse = 1
        self.by_hand = ()  # contactors that somebody holds in, by the means that their maker provides
        self.bypassed = 0  # KM2's coil is wired past the guard
        self.bridged = ()  # relays with a closed switch across the contact that feeds KM2
        self.barred = ("km1", "km2")  # whose coil has the other contactor's NC auxiliary before it
        self.unfused = 0  # 1: the coils are fed past the control fuse; 2: KM2's is, from the V2L side
        self.bond = "km2"  # what the neutral-earth bond goes with: "km2", "always" or "never"
        self.two_pole = 1  # both poles of each source are switched
        self.stuck = {}  # what the feedback of km1, km2 or bond is stuck at: "open", "closed", "bounce"
        self.ms = 0
        self._feed()

    def settle(self):
        """Let everything come to rest, as it was long before the board started."""
        self.advance(200)
        return self

    def command(self, pilot, guard):
        """What the relay outputs say now."""
        self.pilot.energise(pilot)
        self.guard.energise(guard)
        self._feed()

    def advance(self, ms):
        while ms > 0:
            step = ms
            for part in (self.pilot, self.guard, self.km1, self.km2):
                if 0 < part.left_ms < step:
                    step = part.left_ms
            for part in (self.pilot, self.guard, self.km1, self.km2):
                part.pass_ms(step)
            ms -= step
            self.ms += step
            self._settle_contacts()

    def next_ms(self):
        """Until something moves by itself, if nobody interferes. What is welded or blocked does not."""
        soon_ms = NEVER_MS
        for part in (self.pilot, self.guard, self.km1, self.km2):
            if 0 < part.left_ms < soon_ms:
                soon_ms = part.left_ms
        return soon_ms

    def is_still(self):
        """True if nothing moves, bounces or chatters."""
        for part in (self.pilot, self.guard, self.km1, self.km2):
            if part.bouncing_ms or 0 < part.left_ms < NEVER_MS:
                return False
        return "bounce" not in self.stuck.values()

    def change(self, **world):
        """Supplies come and go, things break and are mended: any plain attribute of the plant."""
        for name, value in world.items():
            setattr(self, name, value)
        self._settle_contacts()

    def supply(self):
        """What the load is fed from."""
        if self.km1.closed and self.km2.closed:
            return BOTH
        if self.km1.closed and self.grid_live:
            return GRID
        return V2L if self.km2.closed and self.car_live else NONE

    def feedback(self, name):
        """What the auxiliary contact of km1, km2 or the bond shows: 1 closed."""
        stuck = self.stuck.get(name)
        if stuck == "bounce":
            return self.ms // 7 & 1
        if stuck:
            return 1 if stuck == "closed" else 0
        if name == "bond" and self.bond != "km2":
            return self.bonded()
        part = self.km1 if name == "km1" else self.km2
        if part.bouncing_ms:
            return self.ms & 1
        return part.closed

    def bonded(self):
        """Whether neutral and earth of the V2L side are joined."""
        return self.km2.closed if self.bond == "km2" else 1 if self.bond == "always" else 0

    def is_led_to(self, coil):
        """Whether the control circuit is continuous to KM1's or KM2's coil, past what the relays do.

        What moves is left to the mechanical interlock, which holds for as long as this does.
        """
        other = self.km2 if coil == "km1" else self.km1
        return not (coil in self.barred and other.closed)

    def _settle_contacts(self):
        self._feed()
        while (
            self.pilot.move(True)
            or self.guard.move(True)
            or self.km1.move(not (self.interlock and self.km2.closed))
            or self.km2.move(not (self.interlock and self.km1.closed))
        ):
            self._feed()

    def _feed(self):
        """Which coils have current."""
        supply = self.grid_live and (self.fuse or self.unfused == 1)
        other = self.car_live if self.unfused == 2 else supply
        first = self.pilot.closed or "pilot" in self.bridged
        second = self.guard.closed or self.bypassed or "guard" in self.bridged if self.two_relays else 1
        self.km1.energise(1 if supply and not self.pilot.closed else 0, "km1" in self.by_hand)
        self.km2.energise(1 if other and first and second else 0, "km2" in self.by_hand)
