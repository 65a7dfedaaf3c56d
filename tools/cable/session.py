"""A board through all the states in which one can be found: running, at its prompt, hung, foreign, on its way back."""

import time

from tools.cable import line
from tools.cable.ports import Trouble
from tools.cable.prompt import Prompt

LOOK_S = 8  # longer than a transfer, in which the console rests
REST_S = 15
HUNG_S = 50  # the longest watchdog is 30 s; then the chip starts
BACK_S = 300  # three starts that fail, a rest among them, and one that takes the old build back
SETTLE_S = 15
POLL_S = 1
RUNNING, PROMPT, SILENT = "running", "at its prompt", "silent"


class Session:
    """What is done with the board on one port. `say(tag, text)` tells a step."""

    def __init__(self, port, say, patience=1):
        self.port = port
        self.say = say
        self.patience = patience  # 1 for a board; less where many boards in turn never answer
        self.prompt = Prompt(port, lambda text: self.say("again", text), patience)
        self.stopped = self.resting = False  # by our doing: the firmware does not run; it is in service

    def look(self):
        """(RUNNING, status), (PROMPT, None) or (SILENT, the last that was heard)."""
        with line.Line(self.port) as opened:
            status = opened.status(LOOK_S * self.patience)
            if status:
                return RUNNING, status
            return (PROMPT, None) if opened.at_prompt() else (SILENT, opened.heard)

    def status(self):
        """The status of a running firmware. Raises Trouble where there is none."""
        found, status = self.look()
        if found != RUNNING:
            raise Trouble(silence(self.port, found == PROMPT))
        return status

    def tell(self, words):
        """Have the console do something. Raises Trouble with what it says."""
        with line.Line(self.port) as opened:
            answer = opened.ask(words, ("ok", "error"), LOOK_S)
        if answer is None:
            raise Trouble(silence(self.port, opened.at_prompt()))
        if answer[0] == "error":
            raise Trouble(f"the board says: {answer[1]}")

    def rest(self, status, bench=False):
        """Service on, until the feedback shows grid. Raises Trouble; let_go() then has the board go on as it was."""
        if status["state"] == "service":
            self.say("rest", "it is in service already")
        elif status["command"] == "v2l":
            self.say("rest", "it commands V2L; it goes to grid now")
        self.resting = True
        status = self.serve(bench)
        if not bench and not seen_at_rest(status):
            raise Trouble(f"the board is not seen at rest: {feedback(status)}, {REST_S} s after its outputs went off. "
                          "Nothing was changed. Find out why (tools/gridrest log), and do it again; --bench is for a "
                          "board to which nothing is wired yet")
        self.say("rest", f"service on, outputs off; {feedback(status)}")

    def serve(self, bench=False):
        """Service on; the status in which that shows, and the feedback grid if it comes to that."""
        self.tell("service on")
        status = self.wait(lambda status: status["state"] == "service" and (bench or seen_at_rest(status)))
        if status["state"] != "service":
            raise Trouble(f"the board does not go into service, but is in state {status['state']}: do it again")
        return status

    def wait(self, reached, limit_s=REST_S):
        """The first status that is so, or the last one within that time."""
        end, status = time.monotonic() + limit_s * self.patience, None
        with line.Line(self.port) as opened:
            while time.monotonic() < end and not (status and reached(status)):
                status = opened.status(end - time.monotonic()) or status
                time.sleep(line.SLICE_S)
        if status is None:
            raise Trouble(silence(self.port, opened.at_prompt()))
        return status

    def stop(self):
        """To the prompt with the relays off and the watchdog set long, out of whatever runs or hangs."""
        self.stopped = True
        patience = f"it does not heed Ctrl-C; its watchdog may, within {HUNG_S} s, or press its reset button (EN)"
        if not line.interrupt(self.port, HUNG_S * self.patience, lambda: self.say("wait", patience)):
            raise Trouble(f"{self.port} never came to MicroPython's prompt. If this chip has no MicroPython yet, "
                          "tools/gridrest flash --base puts it there; else power the board anew and do it again")
        self.prompt.soft_reset()

    def restart(self, word):
        """Have the board start again, with the word that it was asked for."""
        self.prompt.leave(f"restart({word!r})")
        self.stopped = self.resting = False
        self.say("restart", "asked for")

    def let_go(self, word):
        """After trouble: the board goes back to its work, as far as that can still be brought about."""
        try:
            if self.stopped and line.interrupt(self.port, line.TRY_S, lambda: None):
                self.restart(word)
            elif self.resting and not self.stopped:
                self.tell("service off")
        except Trouble:  # what has gone wrong is told already, and what comes of it next
            pass
        if self.stopped:
            self.say("left", "the board could not be told to go on: power it anew, or do this again")

    def report(self, fw=None, limit_s=BACK_S, least_s=0):
        """The first status after a restart, of this build if one is named and it comes; None: there was none.

        `least_s`: how long the board must have run.
        """
        end, status = time.monotonic() + limit_s * self.patience, None
        while time.monotonic() < end:
            try:
                with line.Line(self.port) as opened:
                    status = self._listen(opened, end, fw, least_s)
                    if status or opened.at_prompt():
                        return status
            except line.Gone:
                time.sleep(POLL_S)
        return status

    def _listen(self, opened, end, fw, least_s):
        while time.monotonic() < end and not opened.at_prompt():
            status = opened.status(POLL_S)
            for row in opened.told:
                self.say("start", row)
            opened.told.clear()
            if status and status["uptime_s"] >= least_s:
                return self._settled(opened, status, fw)
        return None

    def _settled(self, opened, status, fw):
        """Give the inputs a moment to be read, and the contactors one to be seen."""
        end = time.monotonic() + SETTLE_S
        while fw in (None, status["fw"]) and not seen_at_rest(status) and time.monotonic() < end:
            time.sleep(POLL_S)
            status = opened.status(SETTLE_S) or status
        return status


def seen_at_rest(status):
    """Whether nothing contradicts that the house is on grid: what is fitted of the feedback says so."""
    inputs = status["inputs"]
    good = inputs["km1"] in ("closed", "unfitted") and inputs["km2"] in ("open", "unfitted")
    return status["command"] == "grid" and good


def feedback(status):
    inputs = status["inputs"]
    fitted = [f"{name.upper()} {inputs[name]}" for name in ("km1", "km2") if inputs[name] != "unfitted"]
    if not fitted:
        return "no feedback is fitted, so whether the house is on grid is for you to see"
    lacking = [name.upper() for name in ("km1", "km2") if inputs[name] == "unfitted"]
    return f"feedback says {', '.join(fitted)}" + (f" ({lacking[0]} has none fitted)" if lacking else "")


def silence(port, at_prompt):
    """What to do about a board whose firmware does not answer."""
    if at_prompt:
        return (f"the board on {port} is at MicroPython's prompt, where no firmware runs: if somebody works with it, "
                "it starts by itself after ten minutes; else tools/gridrest flash")
    return (f"no firmware of ours answers on {port}. It may be starting: try again in a minute. Else tools/gridrest "
            "flash finds out what is there, and mends it")
