"""A scripted person at a simulated installation, for tests of the commissioning: quick limits, and a say in things."""

import copy

from tools.commission import beginning, defects, person, sitting, table

QUICK = {"dwell_s": 10, "confirm_s": 1, "startup_s": 6, "car_s": 1}
HOLD_S = 5


class Person(person.Scripted):
    """Does what the file says, except where `meddle(number of the deed, deed)` does something else."""

    def __init__(self, answers, hands, meddle=lambda number, deed: False):
        super().__init__(answers, hands, hold_s=HOLD_S)
        self.meddle = meddle
        self.deeds = 0

    def do(self, text, deed):
        self.deeds += 1
        if not self.meddle(self.deeds, deed):
            super().do(text, deed)


class Place:
    """A simulated installation that is being commissioned."""

    def __init__(self, name, defect=None, only=None, **config):
        """`only` these steps are done, and what they stand on; the others are skipped by the person."""
        self.told = copy.deepcopy(table.example(name))
        self.told.simulated["config"]["limits"] = QUICK
        self.told.simulated["config"].update(config)
        if only:
            self.told.skip = {step.id: "not in this test" for step in sitting.STEPS if step.id not in only}
        self.place = beginning.Simulated(self.told.simulated, defect and defects.find(defect))
        self.hands = self.place.hands
        self.link, self.board, self.world = self.place.link, self.place.board, self.place.link.world
        self.record = beginning.fresh(self.place, self.board.status())

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.place.close()

    def sit(self, folder, meddle=lambda number, deed: False):
        """One sitting, on the record as it stands; the verdict."""
        self.person = Person(self.told, self.place.hands, meddle)
        return sitting.Sitting(self.board, self.person, self.place.facts, self.record, str(folder)).run()

    def careful(self, _number, deed):
        """Mains terminals and armatures are touched dead alone, and V2L is let come only when all is whole again."""
        dead = self.hands.dead
        if deed[:1] == ("hold-in",) and deed[1:]:
            assert "poles" in dead and not self.world.plant.fuse, deed
        if deed[:1] == ("bond-conductor",) or (deed[:1] == ("switch",) and deed[2] in ("fitted", "removed")):
            assert dead == ("poles", "control"), deed
        if deed[:1] == ("press",):
            assert dead == () and self.hands.bond_lead and not self.world.plant.by_hand, deed

    def results(self):
        return {row["id"]: row["runs"][-1]["result"] for row in self.record["steps"]}

    def measured(self, step):
        """What -> (value, whether that was well)."""
        rows = next(row["runs"][-1]["measured"] for row in self.record["steps"] if row["id"] == step)
        return {row["what"]: (row["value"], row["ok"]) for row in rows}

    def finding(self, step):
        return next(row["runs"][-1]["finding"] for row in self.record["steps"] if row["id"] == step)

    def is_off(self, after_s=5):
        """V2L is not commanded, and nobody is let in again."""
        self.link.pulled = False
        self.link.wait(after_s)
        status = self.board.status()
        return not self.world.commanded and status["command"] == "grid" and status["supervised"] is None
