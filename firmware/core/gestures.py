"""What a gesture at the board means: a hold, service, or an acknowledgement.

A press is a hold from its edge on, whatever it turns out to be; if it turns out to be a long press in a fault or in
service, holds are put back as they were. Acknowledging exists only here: at the board, by a person, and only while the
feedback shows that all is at rest.
"""

from firmware.core import button, holds
from firmware.core.changeover import FAULT, GRID, STARTUP

SIGN_MS = 5000  # a press this soon after the start asks for service
NO_SERVICE, BY_PERSON, FOR_UPDATE = range(3)  # an update's service ends by a restart only


def heed(c, gesture):
    if gesture == button.PRESS:
        _pressed(c)
    elif c.faults.is_latched() or c.service:
        if gesture == button.LONG:
            _held_long(c)
    elif c.holds.held(gesture != button.STILL_DOWN):
        c.hold_changed(holds.NAMES[c.holds.local])


def _pressed(c):
    if c.sign_ms and c.phase in (STARTUP, FAULT):
        c.button.disown()
        c.set_service(BY_PERSON)
    elif c.supervision.asked_ms and c.phase == GRID:
        c.begin_supervision()
    else:
        if c.supervision.left_ms:
            c.end_supervision("button")
        c.holds.press(c.clock.known_s())
        c.hold_changed(holds.NAMES[c.holds.local])


def _held_long(c):
    if not c.button.is_selector:
        c.holds.undo_press()
        c.hold_changed(holds.NAMES[c.holds.local])
    if c.service == BY_PERSON:
        c.set_service(NO_SERVICE)
    elif not c.service:
        _acknowledge(c)


def _acknowledge(c):
    if not _picture_is_right(c):
        c.note("ack", "refused", "the feedback does not show rest")
        return
    c.faults.acknowledge()
    c.governor.forgive()
    c.watch.late = 0
    for contact in (c.km1, c.km2, c.bond):
        contact.forget_changes()
    c.dirty = 1
    c.note("ack", "accepted")


def _picture_is_right(c):
    """Rest, and steadily so: one sample between two bounces is not enough to forget a fault for."""
    for contact, raw in ((c.km1, 1), (c.km2, 0), (c.bond, 0)):
        steady = not contact.fitted or contact.is_for(raw, c.limits.uncommanded_ms)
        if not steady and not (contact is c.km1 and c.is_grid_dead()):
            return False
    return c.watch.readback_ms == 0
