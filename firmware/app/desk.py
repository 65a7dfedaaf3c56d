"""What somebody at the console may ask for. Nothing here gets past a permit, and all of it can be refused."""

from firmware.core import dates, gestures


class Desk:
    def __init__(self, core, outbox, storage, timekeeper):
        self.core = core
        self.outbox = outbox
        self.storage = storage
        self.journal = storage.journal
        self.timekeeper = timekeeper

    def status(self):
        return self.outbox.now()

    def set_time(self, now_s):
        """None, or what went wrong."""
        if not dates.seconds(2025, 1, 1) <= now_s < dates.seconds(2053, 1, 1):
            return "the year cannot be right; write the time in UTC, between 2025 and 2052"
        took = self.timekeeper.set(now_s, self.storage.up_s)
        self.core.slow()  # the plan follows the clock in the same turn
        return None if took else "the clock is set, but the battery clock does not answer; test its wiring and battery"

    def set_service(self, on):
        """None, or what went wrong."""
        self.core.set_service(gestures.BY_PERSON if on else gestures.NO_SERVICE)
        return None
