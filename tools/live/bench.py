"""An installation that lives while pages look on and lay hands on it: the simulator, in a thread of its own.

Whatever a page asks for is held against the same shapes as a scenario's events. The firmware and its world are played
as they always are; only the pace is another.
"""

import threading
import typing

from firmware.core.config_shapes import Report
from tools import advice, staging
from tools.live import truth
from tools.live.pace import SPEEDS, Pace
from tools.live.playing import Playing
from tools.sim import scenario, verbs

SCENARIOS = staging.ROOT / "host_tests" / "scenarios"
BOARD = "bench"  # what its room is called
PATIENCE_S = 8
TOLD_PROBLEMS = 3
LONGEST_SAID = 200
PACES = ("pause", "go", "step", "jump")


class Home(typing.NamedTuple):
    """What is played at first, and whenever somebody begins anew."""

    scenario: scenario.Scenario
    config: str  # what the configuration is called
    folder: str = "."  # where its certificates and secrets lie
    base: dict | None = None  # the configuration under a scenario's own; None: the simulator's installation
    broker: tuple | None = None  # (host, port) of one that is there already


def scenarios():
    """The names of those that can be asked for by name."""
    return sorted(path.stem for path in SCENARIOS.glob("*.json"))


def about():
    """What a page is told of a bench, for its Hub."""
    return {"speeds": list(SPEEDS), "scenarios": scenarios(), "verbs": truth.orders()}


class Bench:
    """with Bench(hub, home): ... Its run is `playing`, or is about to be."""

    def __init__(self, hub, home, pace=None):
        self.room = hub.room(BOARD, truth=True)
        self.home = home
        self.changed = threading.Condition()
        self.playing = self.wanted = Playing(self.room, home.scenario, pace or Pace(10), home.config)
        self.is_closed = False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_failure):
        """End it, and everything that it has started."""
        with self.changed:
            self.is_closed = True
            self.playing.pace.end()
            self.changed.notify_all()
        self.thread.join(PATIENCE_S)
        if self.thread.is_alive():
            self.playing.stack.close()

    def watch(self):
        self.playing.watch()

    def _run(self):
        while True:
            with self.changed:
                while self.wanted is None and not self.is_closed:
                    self.changed.wait()
                if self.is_closed:
                    return
                playing, self.wanted = self.wanted, None
            playing.play(self.home)

    # What pages ask for.

    def order(self, message):
        """(done?, sentence)."""
        if "play" in message:
            return self._play(message["play"])
        if self.playing.state in ("over", "broken"):
            return False, "nothing runs that this could happen to; begin anew, or run a scenario"
        if "do" in message:
            return self._do(message)
        return self._set_pace(message["pace"]) if "pace" in message else (
            False, 'an order has "do", "pace", "play" or "board"')

    def _do(self, message):
        report = Report(advice)
        event = None if "at" in message else scenario.event(None, {"at": "0:00:00", **message}, "", report)
        if "at" in message:
            report.add("at", "cannot stand here, because it happens now; leave it out")
        found = None if report.problems else verbs.hindrance(event, self.playing.scenario.config)
        problems = report.problems + ([found] if found else [])
        if problems:
            return False, _refusal(problems)
        if not self.playing.pace.interfere(event):
            return False, "too much is to happen at once; wait a moment"
        return True, " ".join(str(value) for value in message.values())[:LONGEST_SAID]

    def _set_pace(self, asked):
        pace = self.playing.pace
        if isinstance(asked, str) and asked in PACES:
            {"pause": pace.pause, "go": pace.go, "step": pace.step, "jump": pace.jump}[asked]()
        elif isinstance(asked, int) and not isinstance(asked, bool) and asked in SPEEDS:
            pace.set_speed(asked)
        else:
            return False, f"a pace is one of {', '.join(map(str, SPEEDS + PACES))}"
        return True, f"pace {asked}"

    def _play(self, named):
        if named is None:
            return self._begin(self.home.scenario, self.home.config)
        if not isinstance(named, str):
            return False, "what to play is the name of a scenario, or its text"
        text = (SCENARIOS / (named + ".json")).read_bytes() if named in scenarios() else named.encode()
        chosen, problems = scenario.read(text, self.home.base, advise=advice)
        return (False, _refusal(problems)) if problems else self._begin(chosen, None)

    def _begin(self, chosen, config):
        """From now on orders are for the new run, and nothing more is told of the old one."""
        with self.changed, self.room.lock:
            before = self.playing.pace
            before.end()
            self.room.begin()
            self.playing = self.wanted = Playing(self.room, chosen, Pace(before.speed, clock=before.clock), config)
            self.changed.notify_all()
        return True, f"plays {chosen.name}"


def _refusal(problems):
    lines = [f"{key.lstrip('.')}: {message}" for key, message in problems[:TOLD_PROBLEMS]]
    more = len(problems) - len(lines)
    return "refused: " + "; ".join(lines) + (f"; and {more} more" if more else "")
