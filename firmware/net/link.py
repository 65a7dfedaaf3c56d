"""What the loop and the network thread hand each other.

Each field is written by one side alone, with values that nobody changes afterwards, so that neither side ever waits for
the other, and neither sees half of anything. The letters lie in a ring that never grows: on a MicroPython without an
interpreter lock a list must not be made longer while the other side reads it.
"""

LETTERS = 8
COUNT_MAX = (1 << 29) - 1


class Link:
    def __init__(self):
        # Written by the loop.
        self.outbox = None  # what keeps the latest status and the journal records that were told
        self.gate = None  # what drives the outputs, which the thread looks at as it stands
        self.known_s = -1  # seconds since 2020, or -1
        self.up_s = 0  # since the start: the loop's sign of life
        self.taken = 0
        # Written by the thread.
        self.beat = 0
        self.rssi = None
        self.refused = 0  # commands
        self.online = False  # a broker has accepted us
        self.ended = None  # the name of the exception that ended the thread
        self.posted = 0
        self.letters = [None] * LETTERS

    def has_room(self):
        return (self.posted - self.taken) & COUNT_MAX < LETTERS

    def post(self, letter):
        """The thread's: leave a letter for the loop. False if there is no room."""
        if not self.has_room():
            return False
        self.letters[self.posted % LETTERS] = letter
        self.posted = (self.posted + 1) & COUNT_MAX
        return True

    def take(self):
        """The loop's: the oldest letter, or None."""
        if self.taken == self.posted:
            return None
        letter = self.letters[self.taken % LETTERS]
        self.taken = (self.taken + 1) & COUNT_MAX
        return letter

    def live(self):
        """The thread's sign of life."""
        self.beat = (self.beat + 1) & COUNT_MAX
