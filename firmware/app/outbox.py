"""What the board tells: the latest status as one text, and the last journal records, each a whole immutable value.

The console, the network and the simulator read it, and none of them can disturb the loop by reading late.
"""

from firmware.core import jsonwrite, status

KEPT = 40  # more than one slow part can tell
VOLATILE = ("seq", "uptime_s", "time", "counters", "loop", "net")  # a change of these alone is no news


class Outbox:
    def __init__(self, core, about):
        self.core = core
        self.about = about
        self.status = None
        self.events = []
        self.count = 0  # of events ever told
        self._essence = None

    def look(self):
        """Make a new status text if there is news."""
        pairs = status.pairs(self.core, self.about)
        essence = _essence(pairs)
        if essence == self._essence:
            return
        self._essence = essence
        self.about.seq += 1
        self.status = self.now()

    def now(self):
        """The status as it stands, news or not."""
        return jsonwrite.write(status.pairs(self.core, self.about))

    def tell(self, record):
        self.events.append(record)
        self.count += 1
        if len(self.events) > KEPT:
            self.events.pop(0)

    def event(self, number):
        """The record of that number, 0 the first ever told; None once it has gone."""
        place = number - self.count + len(self.events)
        return self.events[place] if 0 <= place < len(self.events) else None


def _essence(pairs):
    """All that makes a status worth telling, to compare with the one before."""
    kept = [value for key, value in pairs if key not in VOLATILE and key != "clock"]
    for key, value in pairs:
        if key == "clock":
            kept.append(value[:2])  # its error grows all the time
    return kept
