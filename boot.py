"""The first code after every reset: every relay off, before anything is imported or read that could fail.

A watchdog, a panic and machine.reset() leave the pins as they were, so a relay stays on until this runs. It therefore
knows its pins by itself, from one line that the flashing tool writes from the board profile: (pin, the level that is
off), guard first. As it stands in the project the line is empty, because pins are never guessed.
"""

RELAYS = ()


def relays_off():
    """Write every relay's off level; one pin that refuses does not keep the others from being written."""
    for number, off in RELAYS:
        try:
            from machine import Pin

            Pin(number, Pin.OUT, value=off)
        except Exception:  # nothing may stop this file: an exception here would skip main.py and leave a bare prompt
            pass


relays_off()
