"""One run of one step: what was measured and asked, and what came of it.

A step calls these; the first thing that is not as it should be becomes the finding. `stop` ends the step at once,
where going on would prove nothing or could do harm.
"""

from firmware.core import faults, sentences
from tools.commission.board import Refused
from tools.timeline_words import FAULTS

PASS, FAIL, SKIPPED = "pass", "fail", "skipped"
CLEAR_S = 90  # the retry time of a counted fault, and then some
COUNTED = {faults.CODES[number] for number in faults.COUNTED}
GOVERNOR_S = 3700  # entries that went wrong count for an hour
ACK_MS, PRESS_MS = 6000, 800  # a write to flash may take half a second, in which no press is seen
ANXIOUS_S = 11  # a second press before that does not lift the first
SETTLE_S, SOON_S, RETRY_S = 1.5, 0.4, 15
OFF_S, START_S = 5, 40
YES, NO = "yes", "no"
FUSE_OUT = ("Open the control fuse, so that the coils have no supply: by its carrier, if that is made to be worked "
            "live, else by the device before it.")
FUSE_BACK = "Close the control fuse."
ISOLATE = ("Isolate the control circuit and both sources, the grid upstream of KM1, lock them off, and prove the "
           "poles and the control circuit dead; the cable keeps the board alive.")
RESTORE = "Restore the control circuit and both sources."


class Failed(Exception):
    """The step cannot go on."""


class NotHere(Exception):
    """The installation has nothing that the step could prove; the message is why."""


class Trial:
    def __init__(self, step_id, board, person, facts):
        self.step_id = step_id
        self.board, self.person, self.facts = board, person, facts
        self.limits = facts.limits
        self.measured, self.asked = [], []
        self.finding = None

    # What is found.

    def fail(self, finding):
        self.finding = self.finding or finding

    def stop(self, finding):
        self.fail(finding)
        raise Failed

    def measure(self, what, value, unit=None, limit=None, ok=True, finding=None):
        """A reading with its limit; not `ok`, it is a finding."""
        self.measured.append({"what": what, "value": value, "unit": unit, "limit": limit, "ok": ok})
        self.person.show(self.measured[-1])
        if ok is False:
            self.fail(finding or f"{what}: {value if value is not None else 'nothing'}{' ' + unit if unit else ''}, "
                                 f"and the limit is {limit}")

    # The person.

    def tell(self, text):
        self.person.tell(text)

    def do(self, text, *deed):
        """Have something done; `deed` is the same for a simulated world."""
        self.person.do(text, deed)

    def yes(self, key, question, right, finding=None):
        """What the person sees; an answer that is not the right one is a finding."""
        answer = self.person.yes(key, question)
        self.asked.append({"question": question, "answer": YES if answer else NO})
        if right is not None and answer != right:
            self.fail(finding or f"'{question}' was answered {YES if answer else NO}")
        return answer

    def reading(self, key, question, unit, limit, is_good):
        """A figure that somebody reads off an instrument; None: it showed none."""
        value = self.person.reading(key, question, unit)
        ok = value is not None and is_good(value)
        self.measure(question, value, unit, limit, ok)
        return value

    # The board.

    def status(self):
        return self.board.status()

    def sees_km2(self):
        return "km2" in self.facts.kinds

    def press(self, ms=PRESS_MS):
        if self.facts.setup.selector:
            self.do("Turn the selector to GRID, wait a second, and turn it back to AUTO.", "press", 1000)
        elif ms >= ACK_MS:
            self.do("Hold the button down for six seconds, then let go.", "press", ms)
        else:
            self.do("Press the button at the board for about a second.", "press", ms)

    def window(self, seconds, entries=1):
        """A supervised window with so much left."""
        left = self.board.left()
        if left[0] >= seconds and left[1] >= entries:
            return
        self.board.serve()
        status, _free = self.board.until(lambda status: "dwell" not in status["blocked_by"], self.limits.dwell_s + 60)
        if "governor" in status["blocked_by"]:
            self.tell("The board allows no more entries within this hour, and that is waited for. Ctrl-C leaves; what "
                      "is done is kept, and it goes on from here.")
            self.board.until(lambda status: "governor" not in status["blocked_by"], GOVERNOR_S)
        try:
            opened = self.board.open(self.press)
        except Refused as refusal:
            self.stop(f"the board opens no supervised window: {refusal}; {why_not(self.status())}")
        if not opened:
            self.stop("the board has not seen the button within a minute, so that no supervised window opened")

    def to_v2l(self, stay_s=30):
        """V2L in a window that will be there for so long more; the status in which it is there."""
        self.window(self.facts.enter_s() + stay_s)
        self.board.say("v2l")
        if self.board.on_v2l_s is not None:
            early_s = self.board.on_v2l_s + self.limits.dwell_s + self.limits.confirm_s
            self.board.wait(max(0, early_s - self.board.link.now_s()))
        status, reached = self.board.until(lambda status: on_v2l(status) or ended(status), self.facts.enter_s())
        if not reached or not on_v2l(status):
            self.stop("V2L does not come: " + why_not(status))
        return status

    def to_grid(self, limit_s=None):
        """Back again; the status in which the feedback says so."""
        self.board.say("grid")
        status, reached = self.board.until(lambda status: on_grid(status) or status["state"] == "fault", limit_s or 8)
        if not reached or not on_grid(status):
            self.stop(f"it does not come back to grid: {why_not(status)}")
        return status

    def service(self):
        """Outputs off, and feedback shown and not judged."""
        self.board.serve()

    def clear(self):
        """What the step has provoked is acknowledged and over, and no hold is left. The board is in service then."""
        self.board.wait(SETTLE_S)
        status = self.status()
        if standing(status):
            self.board.serve()
            if set(standing(status)) <= COUNTED:  # they end by themselves
                status, _quiet = self.board.until(lambda status: not standing(status), CLEAR_S, RETRY_S)
            if standing(status):
                status = self._acknowledged()
        if standing(status):
            self.stop(f"{named(status)} still stands after what was provoked is mended")
        self.lift_hold(status)

    def _acknowledged(self):
        status = self.board.unserve()
        if status["state"] == "fault":
            self.tell("What the board has latched is acknowledged at the board.")
            self.press(ACK_MS)
            status, _quiet = self.board.until(lambda status: not standing(status), CLEAR_S, SOON_S)
        self.board.serve()
        return status

    def lift_hold(self, status):
        if status["hold"]["local"] == "none" or self.facts.setup.selector:
            return
        self.board.serve()
        self.board.wait(ANXIOUS_S)
        self.press()
        _status, lifted = self.board.until(lambda status: status["hold"]["local"] == "none", 5)
        if not lifted:
            self.fail("the hold at the board is not lifted by a second press")


def power_off(trial, text):
    """The board's own supply, and the cable with it."""
    trial.board.miss()
    trial.do(text, "power", "off")
    trial.board.pass_over(OFF_S)


def power_on(trial):
    """Supply and cable again, and the board in service before anything else. It stops where no board comes."""
    trial.do("Put the board's supply and the cable back.", "power", "on")
    if trial.board.back(START_S) is None:
        trial.stop("the board does not answer after its supply and the cable are back")
    trial.board.serve()


def let_go(status):
    """KM2 does not read closed any more; without its feedback nobody can tell, and this is not asked."""
    return status["inputs"]["km2"] == "open"


def on_v2l(status):
    return status["state"] == "v2l" and status["feedback"] in ("v2l", "unknown")


def on_grid(status):
    return status["state"] == "grid" and status["feedback"] in ("grid", "unknown")


def ended(status):
    """Waiting for V2L leads nowhere any more."""
    window = status["supervised"]
    return status["state"] == "fault" or not window or not window["open"] or bool(standing(status))


def standing(status):
    """Codes of what stands and is more than a notice."""
    return [code for code in status["faults"] if sentences.severity(code) != "notice"]


def named(status):
    return ", ".join(standing(status)) or "nothing"


def why_not(status):
    """What the board says about it."""
    codes = standing(status)
    if codes:
        return f"the board says {codes[0]}: {FAULTS.get(codes[0], ('', ''))[0]}".rstrip(": ")
    if status["blocked_by"]:
        return f"the board waits for {', '.join(status['blocked_by'])}"
    return f"the board is in state {status['state']}, and its feedback says {status['feedback']}"
