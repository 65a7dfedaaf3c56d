"""What the board tells: the latest status as one text, and the last journal records, each a whole immutable value.

The console, the network and the simulator read it, and none of them can disturb the loop by reading late, not even from
another thread: the list of records never changes its length.
"""

from firmware.core import jsonwrite, status

KEPT = 40  # more than one slow part can tell
VOLATILE = ("seq", "uptime_s", "time", "counters", "loop", "net")  # a change of these alone is no news
RUNNING = ("clock", "supervised")  # what comes third in them changes all the time


class Outbox:
    def __init__(self, core, about):
        self.core = core
        self.about = about
        self.status = None
        self.events = [(-1, "")] * KEPT
        self.count = 0  # of events ever told
        self.essence = None

    def look(self):
        """Make a new status text if there is news."""
        pairs = status.pairs(self.core, self.about)
        essence = _essence(pairs)
        if essence != self.essence:
            self.essence = essence
            self.renew()

    def renew(self):
        """A new status text, news or not."""
        self.about.seq += 1
        self.status = self.now()

    def now(self):
        """The status as it stands."""
        return jsonwrite.write(status.pairs(self.core, self.about))

    def tell(self, record):
        self.events[self.count % KEPT] = (self.count, record)
        self.count += 1

    def oldest(self):
        """The number of the oldest record that is still here."""
        return max(0, self.count - KEPT)

    def event(self, number):
        """The record of that number, 0 the first ever told; None if it has gone or is still to come."""
        kept, record = self.events[number % KEPT]
        return record if kept == number else None


def _essence(pairs):
    """All that makes a status worth telling, to compare with the one before."""
    kept = [value for key, value in pairs if key not in VOLATILE and key not in RUNNING]
    for key, value in pairs:
        if key in RUNNING:
            kept.append(value and value[:2])
    return kept
