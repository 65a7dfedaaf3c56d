"""What the pins of each chip can carry: rules as rows, and the questions the configuration check asks of them.

The rules are for pins that somebody chooses. A ready-made board is wired as it is, and its row in boards says what
follows from that.
"""

REFUSED = "refused"
WARNED = "warned"

# What a pin is used for.
OUT = "output"
LAMP = "lamp"  # an output that may flicker while the chip starts; many bare modules have theirs on pin 2
CONTACT = "contact"  # needs a pull-up, the chip's or one outside
DETECTOR = "detector"
BUS = "bus line"

# The signals of a board that are relays, and what a configuration may make of such a relay.
RELAYS = ("pilot", "guard", "spare")
RELAY_USES = ("pilot", "guard", "alarm")

_IN = (CONTACT, DETECTOR)
_DRIVEN = (OUT, LAMP, BUS)
_STARTS = (LAMP, CONTACT, DETECTOR, BUS)
_ANY = (OUT, LAMP, CONTACT, DETECTOR, BUS)

_FLASH = "carries the flash memory"
_CONSOLE = "carries the console"
_STRAP_OUT = "is read by the chip while it starts and may move then, and what hangs on it with it"
_STRAP_IN = "is read by the chip while it starts: what holds it high or low at that moment can keep it from starting"
_INPUT_ONLY = "can only be an input"
_NO_PULL = "has no pull-up inside: fit 10 kilohms to 3.3 V"
_GLITCH = "can see false edges from the chip's own sensors"
_PSRAM = "is taken on a module with PSRAM (WROVER)"
_OCTAL = "is taken on a module with octal PSRAM"

# Chip; first and last of each run of pins; pins to propose; rules (pins, uses, verdict, what the pin does).
_CHIPS = (
    ("esp32", ((0, 19), (21, 23), (25, 27), (32, 39)), "13, 14, 18, 19, 21 to 23, 25 to 27, 32 or 33", (
        ((6, 7, 8, 9, 10, 11), _ANY, REFUSED, _FLASH),
        ((1, 3), _ANY, REFUSED, _CONSOLE),
        ((34, 35, 36, 37, 38, 39), _DRIVEN, REFUSED, _INPUT_ONLY),
        ((34, 35, 36, 37, 38, 39), (CONTACT,), WARNED, _NO_PULL),
        ((36, 39), _IN, WARNED, _GLITCH),
        ((0, 2, 4, 5, 12, 15), (OUT,), REFUSED, _STRAP_OUT),
        ((0, 2, 4, 5, 12, 15), _STARTS, WARNED, _STRAP_IN),
        ((16, 17), _ANY, WARNED, _PSRAM),
    )),
    ("esp32s3", ((0, 21), (26, 48)), "4 to 18, 21, 38 to 42, 47 or 48", (
        ((26, 27, 28, 29, 30, 31, 32), _ANY, REFUSED, _FLASH),
        ((19, 20, 43, 44), _ANY, REFUSED, _CONSOLE),
        ((0, 3, 45, 46), (OUT,), REFUSED, _STRAP_OUT),
        ((0, 3, 45, 46), _STARTS, WARNED, _STRAP_IN),
        ((33, 34, 35, 36, 37), _ANY, WARNED, _OCTAL),
    )),
    ("esp32c3", ((0, 21),), "0, 1, 3 to 7 or 10", (
        ((11, 12, 13, 14, 15, 16, 17), _ANY, REFUSED, _FLASH),
        ((18, 19, 20, 21), _ANY, REFUSED, _CONSOLE),
        ((2, 8, 9), (OUT,), REFUSED, _STRAP_OUT),
        ((2, 8, 9), _STARTS, WARNED, _STRAP_IN),
    )),
)


def findings(chip, pin, use):
    """Every rule that meets this use of this pin: a list of (verdict, what the pin does, pins to propose)."""
    for name, runs, proposal, rules in _CHIPS:
        if name == chip:
            if not any(first <= pin <= last for first, last in runs):
                return [(REFUSED, "does not exist on this chip", proposal)]
            return [(verdict, why, proposal) for pins, uses, verdict, why in rules if pin in pins and use in uses]
    return [(REFUSED, "is on a chip that is not known here", "a known board")]


def use_of(signal, kind):
    """What a pin is used for, from its signal and its kind."""
    if signal in ("sda", "scl"):
        return BUS
    if signal == "led":
        return LAMP
    if signal in ("pilot", "guard", "alarm", "heartbeat"):
        return OUT
    return DETECTOR if kind in ("high", "low") else CONTACT


def find(profiles, name):
    """The row of this name in a table of profiles, or None."""
    for profile in profiles:
        if profile[0] == name:
            return profile
    return None


def own_pin(profile, signal):
    """(pin, on level) of a signal on this board; (None, None) where the board has no pin for it."""
    for name, pin, level in profile[3]:
        if name == signal:
            return pin, level
    return None, None


def relay_kind(profile, pin):
    """The level, "high" or "low", that switches the board's own relay on this pin on; None: there is no relay."""
    for signal, number, level in profile[3]:
        if number == pin and signal in RELAYS:
            return "low" if level == 0 else "high"
    return None


def relays_off(profile, pins):
    """What boot.py writes first: (pin, the level that is off) of every relay; guard, pilot, then those not in use.

    `pins` are those of the configuration. A board's relay is listed whether or not it is used, because a pin that
    nobody writes keeps whatever it had before the reset.
    """
    line = [(pin, 0 if kind == "high" else 1)
            for relay in ("guard", "pilot") for signal, pin, kind in pins if signal == relay]
    listed = [pin for pin, _off in line]
    line += [(pin, 1 - level) for signal, pin, level in profile[3] if signal in RELAYS and pin not in listed]
    return tuple(line)
