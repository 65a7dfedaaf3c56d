"""What goes wrong with a board and its cable, when it is told to."""


class Cut:
    """A power cut, or a pulled cable, that is to come."""

    def __init__(self, after_bytes=None, back_s=None, unplug=False):
        self.after_bytes = after_bytes  # from the host; None: some other event brings it
        self.back_s = back_s  # until the power comes back by itself
        self.unplug = unplug  # it is only the cable

    def let_through(self, data):
        """What of these bytes from the host still arrives."""
        if self.after_bytes is None:
            return data
        data = data[: self.after_bytes]
        self.after_bytes -= len(data)
        return data

    def is_due(self):
        return self.after_bytes == 0


class Noise:
    """What others say in between: `text` after every so many lines."""

    def __init__(self, text=b"", every=0):
        self.text, self.every = text, every
        self.lines = 0

    def add(self, data):
        pieces = data.split(b"\n")
        for i in range(1, len(pieces)):
            self.lines += 1
            if self.every and self.lines % self.every == 0:
                pieces[i] = self.text + pieces[i]
        return b"\n".join(pieces)
