"""Who stands at the installation: somebody at a terminal, or a file of answers with hands in the simulated world.

Whoever it is hears what to do, does it, answers, reads off instruments, and says how to go on after each step.
"""

from tools.cable.ports import Trouble

GO, SKIP, BACK, REPEAT, LEAVE = "go", "skip", "back", "repeat", "leave"
HOLD_S = 120


class Turned(Exception):
    """The person wants something else than to go on with this step: (what, why)."""


class Scripted:
    """Answers from a file; what it does not have is seen in the simulated world, where there is one."""

    def __init__(self, answers, hands, say=lambda text: None, hold_s=HOLD_S):
        self.answers, self.hands = answers, hands
        self.say = say
        self.hold_s = hold_s

    def begin(self, record):
        """What is typed for the record."""
        record["installation"].update(self.answers.installation)
        record["people"] += self.answers.people
        record["instruments"] += self.answers.instruments

    def before(self, step, _done):
        if step.id in self.answers.skip:
            return SKIP, self.answers.skip[step.id]
        self.say(f"{step.id}: {step.title}")
        return GO, None

    def after(self, _step, run):
        return LEAVE if run["result"] == "fail" else GO

    def tell(self, _text):
        pass

    def show(self, _reading):
        pass

    def progress(self, _text):
        pass

    def count_down(self, _left_s):
        return False

    def do(self, _text, deed):
        if deed and not self.hands:
            raise Trouble("a file of answers has no hands: leave --answers out to be led at the terminal")
        if deed:
            self.hands.do(*deed)

    def yes(self, key, _question):
        answer = self.answers.answers.get(key)
        if answer is None and self.hands:
            answer = self.hands.sees(key)
        if answer is None:
            raise Trouble(f'the file of answers has none for "{key}": write "answers": {{"{key}": true}}, or false')
        return answer

    def reading(self, key, _question, _unit):
        if key not in self.answers.readings:
            raise Trouble(f'the file of answers has no reading "{key}": write "readings": {{"{key}": 20}}, or null')
        value = self.answers.readings[key]
        return self.hands.reads(key, value) if self.hands else value
