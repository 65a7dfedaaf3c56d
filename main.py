"""The start of the firmware, and every way out of it: relays off first, by code of boot.py that allocates nothing.

Ctrl-C leaves to the prompt, which mpremote needs, with the watchdog set long. Whatever else ends the firmware ends in
a restart: never a bare prompt with a relay on. A board that ends again and again rests between two attempts, so that
somebody with a cable can get a word in.
"""

LONG_MS = 600_000
ENDS_IN_A_ROW = 3
REST_S = 30

try:
    relays_off, RELAYS, CRASHES  # noqa: B018  boot.py's: both files share one namespace
except NameError:  # boot.py is gone; the firmware will find that out and stay on grid
    RELAYS, CRASHES = (), 0

    def relays_off():
        pass


def off():
    try:
        relays_off()
    finally:  # a second Ctrl-C may fall into the first try
        relays_off()


def leave_word(planned, ended):
    """For the next start, as far as that still works."""
    try:
        from firmware.device import rtcmem

        rtcmem.leave(planned, ended)
    except Exception:  # the next start then counts this end as one that nobody asked for
        pass


def run_firmware():
    """Run it; answer how it ended, which it should not."""
    try:
        from firmware.app import bring_up

        bring_up.bring_up(RELAYS).run()
    except Exception as failure:
        off()
        return type(failure).__name__
    off()
    return "returned"


def rest(ended):
    import time

    import machine

    machine.WDT(timeout=LONG_MS)
    print("gridrest: it ends again and again (%s). Relays off; next attempt in %d s." % (ended, REST_S))
    time.sleep(REST_S)


def go_to_prompt():
    import machine

    machine.WDT(timeout=LONG_MS)
    leave_word(1, "prompt")
    print("gridrest: stopped, relays off. The watchdog restarts the board in ten minutes; Ctrl-D does it now.")


def run():
    try:
        ended = run_firmware()
        leave_word(0, ended)
        if CRASHES >= ENDS_IN_A_ROW:
            rest(ended)
    except KeyboardInterrupt:
        off()
        go_to_prompt()
        return
    except BaseException:
        off()
    import machine

    machine.reset()


run()
