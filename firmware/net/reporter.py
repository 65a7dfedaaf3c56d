"""What the board says to the broker: availability, status, events, plan and, to Home Assistant, what all that is.

The loop leaves a new status and keeps the last events; whether anybody listens is nothing to it. An event counts as
told once the broker has said that it has it. What was gone by then is counted.
"""

from firmware.core import dates, jsonwrite
from firmware.net import orders

DISCOVERY = "firmware/net/discovery.json"
COMMANDS = b"$commands"
PLAN_S = 7 * 86400
PLAN_MOST = 64
LOOK_S = 3600  # so often the plan is worked out again, and whenever a change of it has passed


class Reporter:
    """`topics`: {word: topic}, where "cmd" is None if nobody may command anything. Without `discovers` the broker is
    made to forget what Home Assistant may once have been told.
    """

    def __init__(self, link, about, topics, discovers, schedule):
        self.link = link
        self.about = about
        self.topics = topics
        self.discovers = discovers
        self.schedule = schedule
        self.accepted = {}  # when the last command of each kind expires
        self.told = 0  # events
        self.begin()

    def begin(self):
        """Nothing retained is known to be at the broker."""
        self.status = self.plan = None
        self.plan_until_s = -1

    def greet(self, client):
        """The first words on a new connection."""
        self.begin()
        client.tell(self.topics["availability"], b"online", True)
        client.tell(self.topics["discovery"], self._discovery() if self.discovers else b"", True)
        self.tell(client)  # the status, before anything that is kept there for us can end the connection
        if self.topics["cmd"] and not client.hear(self.topics["cmd"]):
            self.link.post(("note", "broker", "refuses cmd"))

    def tell(self, client):
        """One thing that is news; true if there was any."""
        box = self.link.outbox
        if self.status is not box.status:
            self.status = box.status
            client.tell(self.topics["status"], self.status.encode(), True)
        elif self.told != box.count:
            return self._tell_event(client)
        elif not self.plan_until_s - LOOK_S <= self.link.known_s < self.plan_until_s:
            return self._tell_plan(client)
        else:
            return False
        return True

    def _tell_event(self, client):
        box = self.link.outbox
        gone = box.oldest() - self.told
        if gone > 0:
            if not self.link.post(("note", "events dropped", gone)):
                return False
            self.told += gone
        record = box.event(self.told)
        if record is not None:
            client.tell(self.topics["event"], record.encode(), False, 1)
            self.told += 1
        return True

    def _tell_plan(self, client):
        now_s = self.link.known_s
        if now_s < 0:
            return False
        changes, at_s = [], now_s
        self.plan_until_s = now_s + LOOK_S
        while len(changes) < PLAN_MOST:
            change = self.schedule.next_change(at_s) if self.schedule else None
            if change is None or change[0] > now_s + PLAN_S:
                break
            at_s = change[0]
            if not changes:
                self.plan_until_s = min(self.plan_until_s, at_s)
            changes.append((("at", dates.iso(at_s)), ("source", change[1])))
        plan = jsonwrite.write(changes).encode()
        if plan == self.plan:
            return False
        self.plan = plan
        client.tell(self.topics["plan"], plan, True)
        return True

    def _discovery(self):
        """The build brings its text; only the names are the board's own."""
        with open(DISCOVERY, "rb") as file:
            text, commands = file.read().split(b"\n", 1)
        text = text.replace(COMMANDS, commands.strip() if self.topics["cmd"] else b"")
        for word, value in ((b"$id", self.about.id), (b"$fw", self.about.fw), (b"$base", self.topics["base"])):
            text = text.replace(word, value.encode() if isinstance(value, str) else value)
        return text

    def listen(self, client):
        self.client = client
        client.set_callback(self.hear)

    def hear(self, topic, payload):
        """Something has come, asked for or not. What is no command to be done is counted, and nothing else happens."""
        link, letter = self.link, None
        if topic == self.topics["cmd"] and link.has_room():  # what is not taken for want of it may be said again
            is_retained = self.client.is_retained()
            letter, _why = orders.read(payload, is_retained, link.known_s, link.up_s, self.accepted)
        if letter is None:
            link.refused += 1
        else:
            link.post(letter)
