"""A person's hands and eyes in the simulated world: does there what a step asks for, and sees what is really so."""

from tools.sim.plant import GRID, NONE, V2L

PULSE_S = 0.1
BACK = {"off": "on", "unplugged": "plugged", "closed": "open", "fitted": "removed", "grid": "auto"}
POLES, CONTROL = "poles", "control"  # isolated and proven dead: both sources of the load; the coils


def undone(deed):
    """The deed that puts back what this one takes off, or None."""
    verb, *arguments = deed
    if verb == "unplug":
        return ("plug", *arguments)
    if verb == "hold-in":
        return (verb,) if arguments else None
    if verb == "isolate":
        return ("restore",)
    if verb == "supply" and arguments[0] == "charging":
        return (verb, "charging", "off") if arguments[1] == "on" else None
    back = BACK.get(arguments[-1]) if arguments else None
    return (verb, *arguments[:-1], back) if back else None


class Hands:
    def __init__(self, link):
        self.link = link
        self.world = link.world
        self.owed = []  # deeds that put back what other deeds have taken off
        self.dead = ()  # what is isolated and proven dead
        self.bond_lead = True  # the bond's conductor is on the earth bar
        self.cuts = False  # the board's supply as soon as KM1 lets go

    def do(self, verb, *arguments):
        """One deed of a step. What takes a while has been done when this returns."""
        deed = (verb, *arguments)
        if deed in self.owed:
            self.owed.remove(deed)
        elif undone(deed) and undone(deed) not in self.owed:
            self.owed.append(undone(deed))
        getattr(self, "_" + verb.replace("-", "_"))(*arguments)

    def _tidy(self):
        """Put back whatever is still taken off, last things first."""
        self.cuts = False
        for deed in reversed(self.owed[:]):
            self.do(*deed)

    def hear(self, line):
        """A line of the simulator's story."""
        if self.cuts and '"kind": "plant"' in line and '"km1": "open"' in line:
            self.cuts = False
            self.world.after(1, self.world.lose_power)

    def sees(self, key):
        """True or False of what can be seen in the world; None: that is nothing of the world's."""
        plant = self.world.plant
        seen = {
            "load-lit": lambda: plant.supply() != NONE,
            "load-on-grid": lambda: plant.supply() == GRID,
            "load-on-v2l": lambda: plant.supply() == V2L,
            "km1-in": lambda: plant.km1.closed,
            "km2-in": lambda: plant.km2.closed,
            "bond-contact": lambda: True,
            "bond-made": plant.bonded,
            "bond-lead": lambda: self.bond_lead,
            "bonded-at-the-board": self._bonded,
            "stage-fitted": lambda: self.world.stage is not None,
            "led-to-km1": lambda: plant.is_led_to("km1"),
            "led-to-km2": lambda: plant.is_led_to("km2"),
            "both-poles": lambda: plant.two_pole,
        }.get(key)
        return None if seen is None else bool(seen())

    def reads(self, key, value):
        """What the instrument shows, `value` being what it would in a sound installation."""
        needs_bond = key in ("rcd-v2l-ms", "loop-v2l-ohm")
        return None if needs_bond and not self._bonded() else value

    def _bonded(self):
        return self.bond_lead and self.world.plant.bonded()

    # Deeds.

    def _isolate(self, *what):
        """Switched off, locked, and proven dead."""
        self.dead = what
        if CONTROL in what:
            self._coil_supply("off")

    def _restore(self):
        if CONTROL in self.dead:
            self._coil_supply("on")
        self.dead = ()

    def _bond_conductor(self, to):
        self.bond_lead = to == "on"

    def _change(self, **world):
        def change():
            self.world.plant.change(**world)
            self.world.show()

        self.link.do(change)

    def _press(self, ms):
        wiring = self.world.wiring

        def press():
            wiring.pressed = 1
            self.world.after(ms, lambda: setattr(wiring, "pressed", 0))

        self.link.do(press)
        self.link.wait(ms / 1000 + PULSE_S)

    def _turn(self, to):
        self.link.do(lambda: setattr(self.world.wiring, "pressed", 1 if to == "grid" else 0))

    def _coil_supply(self, to):
        self._change(fuse=1 if to == "on" else 0)

    def _hold_in(self, *names):
        """Contactors pushed in by hand, in that order."""
        for count in range(len(names) + 1 if names else 1):
            self._change(by_hand=names[:count])
            self.link.wait(0.5)

    def _unplug(self, signal):
        """The wire of an input, or of the pulses."""
        if signal == "heartbeat":
            self.link.do(lambda: self.world.stage and setattr(self.world.stage, "plugged", False))
        else:
            self.link.do(lambda: self.world.wiring.broken.append(signal))

    def _plug(self, signal):
        if signal == "heartbeat":
            self.link.do(lambda: self.world.stage and setattr(self.world.stage, "plugged", True))
        else:
            self.link.do(lambda: self.world.wiring.broken.remove(signal))

    def _relay(self, what, to):
        """The wire of a relay's coil, or of both."""
        def change():
            for name in ("pilot", "guard") if what == "both" else (what,):
                getattr(self.world.plant, name).coil_open = 1 if to == "unplugged" else 0
            self.world.command()
            self.world.plant.change()
            self.world.show()

        self.link.do(change)

    def _switch(self, what, to):
        """One for mains across a relay's contact: fitted, closed, open, removed."""
        if to in ("closed", "open"):
            self._change(bridged=(what,) if to == "closed" else ())

    def _supply(self, signal, to):
        live = 1 if to == "on" else 0
        if signal in ("car", "grid"):
            self._change(**{signal + "_live": live})
        else:
            self.link.do(lambda: setattr(self.world.wiring, signal, live))

    def _power(self, to):
        """The board's supply and its cable."""
        self.cuts = to == "off when KM1 lets go"
        if self.cuts:
            return
        self.link.do(self.world.regain_power if to == "on" else self.world.lose_power)

    def _battery_clock(self, to):
        if to == "out":  # back in, it has still to be set
            self.link.do(self.world.chip.lose)

    def _network(self, to):
        if self.world.network:
            self.link.do(lambda: self.world.network.set_wifi(to == "on"))
