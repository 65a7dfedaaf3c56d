"""What each input pin shows: the installation as it is, seen through contacts, detectors and wires."""


class Wiring:
    def __init__(self, rows, plant):
        self.plant = plant
        self.rows = {}  # pin -> (signal, kind)
        for signal, pin, kind in rows:
            self.rows[pin] = (signal, kind)
        self.broken = []  # signals whose wire is broken
        self.charging = 0
        self.enable = 1
        self.pressed = 0

    def level(self, pin):
        """0 or 1. A contact pulls its pin down when it is closed; a detector's kind is the level that means yes."""
        signal, kind = self.rows.get(pin, (None, None))
        if signal is None or signal in self.broken:
            return 1  # every input is pulled up
        value = self._value(signal)
        return 1 - value if kind in ("no", "low") else value

    def _value(self, signal):
        plant = self.plant
        if signal in ("km1", "km2", "bond"):
            return plant.feedback(signal)
        if signal == "car":
            return plant.car_live
        if signal == "grid":
            return plant.grid_live
        if signal == "charging":
            return self.charging
        if signal == "enable":
            return self.enable
        return self.pressed if signal == "button" else 0
