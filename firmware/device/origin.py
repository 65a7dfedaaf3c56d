"""What the chip says of this run and of itself, and its I2C bus: asked at the start alone."""

import machine

_CAUSES = (
    ("PWRON_RESET", "power"),  # a brownout reads the same
    ("WDT_RESET", "watchdog"),
    ("HARD_RESET", "restart"),  # machine.reset(); a panic reads the same
    ("SOFT_RESET", "soft"),
    ("DEEPSLEEP_RESET", "sleep"),
)


def cause():
    """What the chip says began this run. Nothing is decided by it: some causes cannot be told apart."""
    number = machine.reset_cause()
    for name, word in _CAUSES:
        if number == getattr(machine, name, -1):
            return word
    return "unknown"


def identity():
    return "gridrest-" + "".join(["%02x" % byte for byte in machine.unique_id()[-3:]])


def bus(sda, scl):
    return machine.SoftI2C(sda=machine.Pin(sda), scl=machine.Pin(scl), freq=100_000)
