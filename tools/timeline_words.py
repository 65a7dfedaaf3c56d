"""What the timeline calls things, and the page it writes on."""

import textwrap

from firmware.core import dates, sentences
from tools import preview
from tools.terminal import paint

WIDTH = 100
TAG = 9
INDENT = " " * (8 + 2 + TAG + 2)
HEADING = ('Local time, zone %s. The times of a transfer, what feeds the load and what is marked "really" are the '
           "installation as it truly is; the rest is what the board says.")
COLOURS = {"fault": "red", "latched": "red", "alarm": "red", "no supply": "red", "BOTH": "red", "reset": "yellow",
           "notice": "yellow", "really": "yellow", "feedback": "yellow", "to V2L": "green", "to grid": "blue"}
PERMITS = dict(sentences.PERMITS)
FAULTS = {code: (seen, remedy) for code, seen, remedy in sentences.FAULTS}
RESETS = {
    "watchdog": "the watchdog restarted the board",
    "panic": "the board crashed and restarted",
    "brownout": "the board's supply dipped, and it restarted",
    "power": "the board had no supply, and started anew",
    "soft": "the board restarted itself",
}
STARTS = {"power": "its supply came, or had dipped", "watchdog": "the watchdog", "soft": "a restart from the prompt",
          "restart": "a crash, or a restart of its own", "sleep": "an end of sleep", "unknown": "none that it knows"}
INPUTS = {"car": "the V2L detector", "grid": "the grid detector", "charging": "the charging signal",
          "enable": "the lock-out"}
TRUST = {"unset": "the board no longer knows the time", "holdover": "unconfirmed for a while", "synced": "trusted"}
SOURCES = {"ntp": "set by the network", "hand": "set by hand", "ds3231": "from the battery clock",
           "stamp": "from what the board noted before it restarted"}
HOLDS = {
    "none": "lifted at the board",
    "window": "somebody at the board asks for grid until the V2L window ends",
    "fixed": "somebody at the board asks for grid until further notice",
    "ended": "over, because the V2L window has ended",
    "remote": "somebody far away asks for grid",
    "remote lifted": "lifted from afar",
    "supervised": "a window in which a person at the board proves the installation by test",
}
STATES = {"startup": "starting, and commands grid", "grid": "commanding grid", "to_v2l": "on its way to V2L",
          "v2l": "commanding V2L", "to_grid": "on its way to grid", "fault": "in a latched fault, and commands grid",
          "service": "in service, and commands grid"}


class Page:
    """Where entries go: under the date, in columns. `zone` says what the local time is."""

    def __init__(self, zone, write):
        self.zone = zone
        self.write = write
        self.day = None

    def put(self, utc, tag, text):
        utc_s = dates.parse_iso(utc)
        day, second = divmod(utc_s + self.zone.offset(utc_s), dates.DAY_S)
        if day != self.day:
            self.day = day
            self.write("")
            self.write(paint(preview.date_text(day), "bold"))
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        shown = tag.ljust(TAG)
        shown = paint(shown, COLOURS[tag]) if tag in COLOURS else shown
        lines = textwrap.wrap(text, WIDTH - len(INDENT), break_on_hyphens=False) or [""]
        self.write(f"{clock}  {shown}  {lines[0]}")
        for more in lines[1:]:
            self.write(INDENT + more)
