"""One sitting: the steps in their order, forwards and backwards, until the last one or until somebody leaves.

However a step ends, V2L is not commanded after it; however the sitting ends, the board is left in service, unless
everything has passed. The record is kept after each step, so that nothing is lost with a cable.
"""

from firmware.core import dates
from tools.cable.line import Gone
from tools.commission import keeping, person
from tools.commission.board import Refused
from tools.commission.plan import STEPS
from tools.commission.trial import FAIL, PASS, SKIPPED, Failed, NotHere, Trial

INCOMPLETE = "incomplete"
TIDY = ("See that the control fuse is in, every wire and conductor is back in its place, and nothing is held, bridged "
        "or switched off any more.")
NOT_REACHED = "the commissioning was left before it"


class Sitting:
    def __init__(self, board, somebody, facts, record, folder):
        self.board, self.person, self.facts = board, somebody, facts
        self.record = record
        board.startup_s = facts.limits.startup_s
        self.folder = folder
        self.again = None  # of one that is to be done though it has a result
        self.absent = {step.id: step.lacks(facts) for step in STEPS if step.lacks(facts)}

    def run(self):
        """The verdict. What ends it early leaves the board in service and the record kept, and goes on to whoever
        called; a pass alone gives the board back to its schedule.
        """
        place = 0
        try:
            self.board.serve()
            if self.record["steps"]:
                self._take_up()
            while place < len(STEPS):
                place = self._step(place)
        finally:
            self.board.let_go()
            self._keep()
        if self.record["verdict"] == PASS:
            self.board.unserve()
        return self.record["verdict"]

    def _take_up(self):
        """What an interruption may have left."""
        trial = Trial("", self.board, self.person, self.facts)
        trial.do(TIDY, "tidy")
        try:
            trial.clear()
        except Failed:  # the steps themselves will come upon it
            pass
        self.board.serve()

    def _step(self, place):
        """Where to go on."""
        step = STEPS[place]
        if step.id in self.absent or self._result(step) in (PASS, SKIPPED):
            return place + 1
        answer = person.REPEAT
        while answer == person.REPEAT:
            answer, reason = self.person.before(step, self._result(step))
            run = None
            if answer == person.GO:
                try:
                    run = self._play(step)
                except person.Turned as turned:
                    answer, reason = turned.args
                else:
                    if run is None:
                        return place + 1
            if answer == person.SKIP:
                run = self._skipped(reason)
            if run:
                self._note(step, run)
                answer = self.person.after(step, run)
        if answer == person.BACK:
            return self._back(place)
        return len(STEPS) if answer == person.LEAVE else place + 1

    def _back(self, place):
        """The step before this one that has a place here; it is done anew."""
        earlier = [index for index in range(place) if STEPS[index].id not in self.absent]
        place = earlier[-1] if earlier else place
        self.again = STEPS[place].id
        return place

    def _play(self, step):
        """The run, or None: the step turned out to have no place here."""
        trial = Trial(step.id, self.board, self.person, self.facts)
        at, is_untidy = self._now(), False
        self.again = None
        try:
            step.run(trial)
        except Failed:
            pass
        except person.Turned:
            is_untidy = True
            raise
        except Refused as refusal:
            trial.fail(f"the board says: {refusal}")
        except NotHere as reason:
            self.absent[step.id] = str(reason)
            return None
        finally:
            self._come_to_rest(trial, is_untidy)
        return {"at": at, "result": FAIL if trial.finding else PASS, "measured": trial.measured, "asked": trial.asked,
                "finding": trial.finding, "reason": None}

    def _come_to_rest(self, trial, is_untidy):
        """A step that failed, or was left in its middle, leaves no window open either, and nothing taken off."""
        is_untidy = is_untidy or bool(trial.finding)
        try:
            if is_untidy or not self.board.wish:
                self.board.serve()
            status = self.board.rest()
            if is_untidy:
                self.person.do(TIDY, ("tidy",))
            if status["command"] != "grid":
                trial.fail("the board does not end V2L: switch the V2L supply off at the car")
        except Refused as refusal:
            trial.fail(f"the board says: {refusal}")
        except Gone:
            self.board.wish = None
            raise

    def _skipped(self, reason):
        return {"at": self._now(), "result": SKIPPED, "measured": [], "asked": [], "finding": None, "reason": reason}

    def _result(self, step):
        """Of its last run; None: there is none that counts."""
        if step.id == self.again:
            return None
        runs = next((row["runs"] for row in self.record["steps"] if row["id"] == step.id), [])
        return runs[-1]["result"] if runs else None

    def _note(self, step, run):
        """Into the record, which is kept."""
        rows = self.record["steps"]
        row = next((row for row in rows if row["id"] == step.id), None)
        if row is None:
            row = {"id": step.id, "title": step.title, "proves": step.proves, "clauses": list(step.clauses), "runs": []}
            rows.append(row)
            order = [one.id for one in STEPS]
            rows.sort(key=lambda one: order.index(one["id"]))
        row["runs"].append(run)
        if step.id == "heartbeat" and run["result"] != SKIPPED:
            self.record["wiring"]["heartbeat"] = True
        self._keep()

    def _keep(self):
        """The record as it stands, with its verdict."""
        found = {row["id"]: row["runs"][-1] for row in self.record["steps"]}
        missing = [(step, self.absent.get(step.id) or self._why_missing(found.get(step.id))) for step in STEPS]
        self.record["not_tested"] = [{"id": step.id, "title": step.title, "reason": reason}
                                     for step, reason in missing if reason]
        wanted = [step.id for step in STEPS if step.id not in self.absent]
        results = [found[name]["result"] if name in found else None for name in wanted]
        self.record["verdict"] = (FAIL if FAIL in results else PASS if all(one == PASS for one in results)
                                  else INCOMPLETE)
        self.record["made_at"] = self._now()
        keeping.keep(self.folder, self.record)

    def _why_missing(self, run):
        if run is None:
            return NOT_REACHED
        return run["reason"] if run["result"] == SKIPPED else None

    def _now(self):
        return dates.iso(self.board.link.date_s())
