"""The boards Gridrest knows, as data. Pins are never guessed: a board that is not in this table is not driven.

Data only, because a board carries its own row and no other; what a chip's pins can do is in chips.
A row: name, chip, why the board is refused (None: it is not), its pins, what its builder must know.
A pin: signal, number, and for an output the level that means on (1 high, 0 low), None for an input or a bus line.
A pin listed here is there to be used; an input counts as fitted only when the configuration names it.
"spare" is a relay that Gridrest does not use: boot.py writes its off level and nothing touches it afterwards, unless
the configuration makes it the guard or the alarm.
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

# What is to be said of most ready-made boards.
_LISTED = "These pins are a published list that we have not measured: prove every relay and input with a meter first."
_PULLS = "Whether its relays stay off until the firmware runs is not known: watch them at power-on and at a reset."
_BUTTON_0 = (
    'Its own button is normally open, so write "kind": "no"; held while the board starts, it keeps the firmware from '
    "starting. A normally closed one cannot be on pin 0: give it another pin."
)
_NO_BUTTON = "It has no button of its own: give one a pin."
_NO_INPUTS = "It has no input terminals: give contacts and detectors pins on its headers, at 3.3 V and never more."
_PSRAM = "Make sure that its module has no PSRAM (WROOM, not WROVER), which would need pin 16."
_SUPPLY = "It takes mains directly: its low-voltage side may be live when it is faulty, so touch neither side powered."
_SEE_NC = "See for yourself that its relays have NC terminals: without them the board cannot rest on grid."
_HEADERS = (_LISTED, _PULLS, _BUTTON_0, _NO_INPUTS)

# Why a board is not driven.
_STRAPS = "its relays hang on pins that the chip reads while it starts, and may move then"
_EXPANDER = "its relays hang on an I2C expander, which keeps a relay on through every reset of the chip"
_SHIFT = "its relays hang on shift registers, which keep a relay on through every reset of the chip"
_NO_NC = "its relay has no changeover contact, so that off could not mean grid"

PROFILES = (
    ("generic-1-relay", "esp32", None, _GENERIC, _GENERIC_CAUTIONS),
    ("generic-2-relay", "esp32", None, _GENERIC + (("guard", 17, 1),), _GENERIC_CAUTIONS),
    ("szhjw-x1-ac", "esp32", None, (
        ("pilot", 16, 1), ("button", 0, None), ("led", 23, 1),
    ), (_SUPPLY, _SEE_NC, _PSRAM) + _HEADERS),
    ("lctech-x2", "esp32", None, (
        ("pilot", 16, 1), ("guard", 17, 1), ("button", 0, None), ("led", 23, 1),
    ), (_PSRAM,) + _HEADERS),
    ("lctech-x4", "esp32", None, (
        ("pilot", 32, 1), ("guard", 33, 1), ("spare", 25, 1), ("spare", 26, 1), ("button", 0, None), ("led", 23, 1),
    ), ("The version fed with mains has its low-voltage side beside it: touch neither side powered.",) + _HEADERS),
    ("lctech-x4-modbus", "esp32", None, (
        ("pilot", 23, 0), ("guard", 13, 0), ("spare", 5, 0), ("spare", 4, 0), ("km1", 25, None), ("km2", 26, None),
        ("car", 27, None), ("button", 33, None), ("led", 15, 0),
    ), (
        "This is version 1.3; others may differ. Its relays are the first and the fourth.",
        "Leave the second and third relay unconnected: they hang on pins 5 and 4, and may click while the chip starts.",
        "Its inputs are optocouplers that want a supply of their own, up to 24 V: a closed contact must light them.",
        "Pins 18, 19 and 32 belong to its RS-485 interface, and pin 15, its lamp, is read by the chip at the start.",
        _LISTED, _PULLS,
    )),
    ("lctech-x8", "esp32", None, (
        ("pilot", 32, 1), ("guard", 33, 1), ("spare", 25, 1), ("spare", 26, 1), ("spare", 27, 1), ("spare", 14, 1),
        ("spare", 12, 1), ("spare", 13, 1), ("button", 0, None), ("led", 23, 1),
    ), ("One relay hangs on pin 12, which must be low while the chip starts: add nothing to that pin.",) + _HEADERS),
    ("olimex-esp32-evb", "esp32", None, (
        ("pilot", 32, 1), ("guard", 33, 1), ("button", 34, None), ("sda", 13, None), ("scl", 16, None),
    ), (
        "Its drawings show transistors with pull-downs, so that its relays stay off until the firmware runs.",
        'Its own button is normally open, so write "kind": "no".',
        _PSRAM, _NO_INPUTS, _LISTED,
    )),
    ("waveshare-s3-relay-6ch", "esp32s3", None, (
        ("pilot", 1, 1), ("guard", 2, 1), ("spare", 41, 1), ("spare", 42, 1), ("spare", 45, 1), ("spare", 46, 1),
        ("button", 0, None), ("alarm", 21, 1),
    ), (
        "Leave the fifth and sixth relay unconnected: they hang on pins 45 and 46, which the chip reads at the start.",
        'Its buzzer may only click, as some want a tone and not a level: then write "alarm": "none".',
    ) + _HEADERS),
    ("lilygo-t-relay-4", "esp32", None, (
        ("pilot", 21, 1), ("guard", 19, 1), ("spare", 18, 1), ("spare", 5, 1),
    ), (
        "Leave the fourth relay unconnected: it hangs on pin 5, which is high while the chip starts.",
        _NO_BUTTON, _NO_INPUTS, _LISTED, _PULLS,
    )),
    ("makerfabs-8ch", "esp32", None, (
        ("pilot", 32, 0), ("guard", 33, 0), ("spare", 14, 0), ("spare", 13, 0), ("spare", 15, 0), ("spare", 4, 0),
        ("spare", 16, 0), ("spare", 5, 0),
    ), (
        "Its relays are on when their pin is low. Those on pins 4, 5, 14 and 15 may click while the chip starts: leave "
        "them unconnected.",
        _PSRAM, _NO_BUTTON, _NO_INPUTS, _LISTED, _PULLS,
    )),
    ("athom-2ch-r2", "esp32", None, (
        ("pilot", 27, 1), ("guard", 14, 1), ("button", 36, None), ("led", 15, 1),
    ), (
        'Its own buttons, on pins 36 and 39, are normally open, so write "kind": "no".',
        "The guard hangs on pin 14, which may move while the chip starts; the pilot in series with it does not.",
        "Pin 16 belongs to its radio receiver, and pin 15, its lamp, is read by the chip at the start.",
        _NO_INPUTS, _LISTED, _PULLS,
    )),
    ("lctech-x1", "esp32", "the lists published of its pins contradict each other", (), ()),
    ("lctech-x8-modbus", "esp32", _SHIFT, (), ()),
    ("lctech-x16", "esp32", _SHIFT, (), ()),
    ("lilygo-t-relay-s3", "esp32s3", _SHIFT, (), ()),
    ("kincony-a2", "esp32", _STRAPS, (), ()),
    ("kincony-a4", "esp32", _STRAPS, (), ()),
    ("kincony-a6", "esp32", _EXPANDER, (), ()),
    ("kincony-a8", "esp32", _EXPANDER, (), ()),
    ("kincony-a16", "esp32", _EXPANDER, (), ()),
    ("shelly-plus-1", "esp32", _NO_NC, (), ()),
    ("shelly-1-mini", "esp32c3", _NO_NC, (), ()),
    ("sonoff-minir4m", "esp32c3", "its flash memory is locked", (), ()),
)
