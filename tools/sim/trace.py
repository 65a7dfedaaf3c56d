"""The lines of a run: one JSON object each, the same to the last byte on every interpreter."""

from firmware.core import dates, jsontext

ON = ("off", "on")
CLOSED = ("open", "closed")


def seconds(ms):
    """Whole milliseconds printed as seconds with three decimals."""
    return f"{ms // 1000}.{ms % 1000:03d}"


class Trace:
    """Writes lines to `emit`. Times are milliseconds since `start_s`, itself seconds since 2020."""

    def __init__(self, start_s, emit):
        self.start_s = start_s
        self.emit = emit

    def plant(self, now_ms, pilot, guard, km1, km2, supply):
        """What is really so. 1 is on or closed; `guard` is None where there is none."""
        self._pairs("plant", now_ms, (
            ("pilot", ON[pilot]),
            ("guard", None if guard is None else ON[guard]),
            ("km1", CLOSED[km1]),
            ("km2", CLOSED[km2]),
            ("supply", supply),
        ))

    def status(self, now_ms, status_text):
        """What the board believes, as the JSON text it publishes."""
        self._line("status", now_ms, '"status": ' + status_text)

    def event(self, now_ms, record_text):
        """A journal record, as its JSON text."""
        self._line("event", now_ms, '"event": ' + record_text)

    def reset(self, now_ms, cause):
        self._pairs("reset", now_ms, (("cause", cause),))

    def summary(self, transfers, faults, state, supply, v2l_ms):
        """The last line. `state` is None where the board is not running."""
        told = jsontext.write((
            ("kind", "summary"),
            ("transfers", transfers),
            ("faults", faults),
            ("state", state),
            ("supply", supply),
        ))
        self.emit(told[:-1] + ', "v2l_s": ' + seconds(v2l_ms) + "}")

    def _pairs(self, kind, now_ms, pairs):
        self._line(kind, now_ms, jsontext.write(pairs)[1:-1])

    def _line(self, kind, now_ms, rest):
        utc = dates.iso(self.start_s + now_ms // 1000)
        self.emit(f'{{"kind": "{kind}", "t": {seconds(now_ms)}, "utc": "{utc}", {rest}}}')
