"""The boards Gridrest knows, as data. Pins are never guessed: a board that is not in this table is not driven.

Data only, because a board carries its own row and no other; what a chip's pins can do is in chips.
A row: name, chip, why the board is refused (None: it is not), its pins, what its builder must know.
A pin: signal, number, and for an output the level that means on (1 high, 0 low), None for an input or a bus line.
A pin listed here is there to be used; an input counts as fitted only when the configuration names it.
"""

# A bare ESP32 module with relays and terminals of one's own choice. The relay outputs keep clear of every pin that the
# chip reads, or lets move, while it starts.
_GENERIC = (
    ("pilot", 16, 1),
    ("km1", 32, None),
    ("km2", 33, None),
    ("bond", 25, None),
    ("car", 34, None),
    ("grid", 35, None),
    ("charging", 26, None),
    ("enable", 13, None),
    ("button", 18, None),
    ("led", 19, 1),
    ("alarm", 23, 1),
    ("heartbeat", 27, 1),
    ("sda", 21, None),
    ("scl", 22, None),
)
_GENERIC_CAUTIONS = (
    "Choose a module without PSRAM (WROOM, not WROVER): pins 16 and 17 are taken on a WROVER.",
    "Pull each relay output to its off level with a resistor: until the firmware runs, the pins float.",
    "Pins 34 and 35 have no pull-up inside: fit 10 kilohms to 3.3 V where a detector has an open collector.",
    "The relay inputs must switch at 3.3 V, high for on.",
)

PROFILES = (
    ("generic-1-relay", "esp32", None, _GENERIC, _GENERIC_CAUTIONS),
    ("generic-2-relay", "esp32", None, _GENERIC + (("guard", 17, 1),), _GENERIC_CAUTIONS),
)
