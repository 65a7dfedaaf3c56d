"""What a commissioning begins with: the board found out about, its configuration known, and an empty record."""

import hashlib
import json

from firmware.core import dates
from tools import advice, staging
from tools.cable.ports import WrongUse
from tools.commission import defects, keeping
from tools.commission.board import Board
from tools.commission.facts import Facts
from tools.commission.hands import Hands
from tools.commission.simulated import SimLink
from tools.sim import scenario as scenarios
from tools.sim.stage import Stage

NOON = "2026-11-20T12:00:00Z"
WAKE_S = 3


class Simulated:
    """A simulated installation with its board, from what a file of answers says of it."""

    def __init__(self, told, defect=None):
        text = json.dumps({"name": "commissioning", "start": told.get("start", NOON), "for": "1:00:00",
                           "config": told.get("config", {}), "plant": told.get("plant", {})})
        scenario, problems = scenarios.read(text, advise=advice)
        if problems:
            raise WrongUse(f"simulated: {problems[0][0]}: {problems[0][1]}")
        scenario.set_clock = scenario.config.rtc == "none" and scenario.config.ntp is None  # nobody else would
        planted = defects.Planted(defect)
        self.hands = None
        self.link = SimLink(scenario, lambda line: self._hear(planted, line))
        self.hands = Hands(self.link)
        if told.get("stage"):
            self.link.world.stage = Stage()
        planted.begin(self.link.world)
        self.board = Board(self.link)
        self.facts = Facts(scenario.config_text)
        self.text = scenario.config_text.encode()
        self.link.wait(WAKE_S)

    def _hear(self, planted, line):
        planted.hear(line)
        if self.hands:
            self.hands.hear(line)

    def identity(self, status):
        return {"id": status["id"], "fw": status["fw"], "config_sha256": hashlib.sha256(self.text).hexdigest(),
                "micropython": None, "chip": self.facts.config.profile[1], "profile": self.facts.config.board}

    def close(self):
        self.link.close()


def fresh(place, status):
    """An empty record of this board."""
    link, facts = place.link, place.facts
    now_s, known = link.date_s(), status["time"] is not None
    return {
        "record": 1, "made_at": dates.iso(now_s), "kind": link.kind,
        "installation": {"address": None}, "people": [], "instruments": [],
        "board": place.identity(status), "host": {"gridrest_fw": fw(place.text, link.kind == "real")},
        "clock": {**status["clock"], "differs_s": dates.parse_iso(status["time"]) - now_s if known else None},
        "wiring": facts.wiring(), "configuration": facts.configuration(), "week": facts.week(now_s),
        "steps": [], "not_tested": [], "verdict": "incomplete"}


def fw(config_text, compiled):
    """The name of the build that this project makes of a configuration."""
    return json.loads(staging.stage(config_text, compiled=compiled, fw=None)[staging.MANIFEST])["fw"]


def go_on(place, status, folder):
    """The record of an interrupted commissioning of this board, or None. Raises WrongUse where it is of another."""
    record = keeping.kept(folder)
    if record is None:
        return None
    known = {**record["board"], "kind": record["kind"]}
    for key, value in {**place.identity(status), "kind": place.link.kind}.items():
        if known.get(key) != value:
            raise WrongUse(f"{keeping.path_of(folder)} is about a board whose {key} is {known.get(key)}, and here it "
                           f"is {value}: give --afresh to begin anew, or another folder with --out")
    return record
