"""A transfer as it really went: from the relay that switched to the contactor that closed, as one sentence."""

from tools.terminal import span

OVERDUE_MS = 10_000  # longer than any limit of a transfer


class Movement:
    """One movement of the contactors after the relays have switched. Fed with the plant lines of a run."""

    def __init__(self, was, now, now_ms):
        self.to = direction(was, now)
        self.tag = "to V2L" if self.to == "v2l" else "to grid"
        self.utc = now["utc"]
        self.began_ms = now_ms
        self.old, self.new = ("km1", "km2") if self.to == "v2l" else ("km2", "km1")
        self.opened_ms = self.closed_ms = None  # how long each took
        self.was_open = was[self.old] == "open"
        self.was_closed = was[self.new] == "closed"
        self.dark_ms = None  # when the supply went
        self.gap_ms = None
        self.was_dark = was["supply"] == "none"

    def follow(self, line, now_ms):
        """Take up a plant line; True once both contactors are where they should be."""
        after_ms = now_ms - self.began_ms
        is_open, is_closed = line[self.old] == "open", line[self.new] == "closed"
        if is_open and self.opened_ms is None:
            self.opened_ms = after_ms
        if is_closed and self.closed_ms is None:
            self.closed_ms = after_ms
        if line["supply"] == "none":
            self.dark_ms = now_ms if self.dark_ms is None else self.dark_ms
        elif self.dark_ms is not None and self.gap_ms is None:
            self.gap_ms = now_ms - self.dark_ms
        return is_open and is_closed

    def is_overdue(self, now_ms):
        return now_ms - self.began_ms > OVERDUE_MS

    def story(self):
        text = f"{_step(self.old, 'open', self.was_open, self.opened_ms)}, "
        text += _step(self.new, "closed", self.was_closed, self.closed_ms)
        if self.gap_ms is not None and not self.was_dark:
            text += f"; load without supply for {in_words(self.gap_ms)}"
        return text


def direction(was, now):
    """Where the relays now ask the contactors to go: one that switches on asks for V2L."""
    on = [relay for relay in ("pilot", "guard") if was[relay] != "on" and now[relay] == "on"]
    return "v2l" if on else "grid"


def _step(name, aim, was_there, after_ms):
    if was_there:
        return f"{name.upper()} was {aim} already"
    if after_ms is None:
        return f"{name.upper()} did not {'open' if aim == 'open' else 'close'}"
    return f"{name.upper()} {aim} after {in_words(after_ms)}"


def why_dark(line):
    """Why the load has no supply, as far as the contactors tell."""
    if line["km1"] == line["km2"]:
        return "the load has no supply: KM1 and KM2 are open"
    if line["km1"] == "closed":
        return "the load has no supply: KM1 is closed, and the grid is dead"
    return "the load has no supply: KM2 is closed, and the V2L supply is dead"


def fed_from(supply):
    return {"grid": "grid", "v2l": "V2L", "none": "nothing", "both": "BOTH at once"}[supply]


def in_words(ms):
    """A length of time, to the millisecond where that can matter."""
    if ms < 1000:
        return f"{ms} ms"
    return f"{ms // 1000}.{ms % 1000:03d} s" if ms < 10_000 else span(ms / 1000)
