"""What the board's network modules are made to do in tests, on either interpreter. Each talk prints what came of it."""

import time

from firmware.net import link, mqtt, orders, sntp, wire

KEEPALIVE_S = 30
PATIENCE_MS = 10_000
NOTES = 10  # of what is heard


def client(port, name="board", host="127.0.0.1", user=None, password=None):
    """One with a will, which keeps the first that it hears in `notes`."""
    made = mqtt.Client(name.encode(), host, port, user, password, KEEPALIVE_S)
    made.set_last_will(name.encode() + b"/availability", b"offline", True)
    made.notes = []

    def heard(topic, payload):
        if len(made.notes) < NOTES:
            made.notes.append((topic, payload, made.is_retained()))

    made.set_callback(heard)
    return made


def attend(made, until, within_ms=PATIENCE_MS):
    """Tend it until it is so; false if that does not come to pass."""
    begun_ms = time.ticks_ms()
    while not until():
        if time.ticks_diff(time.ticks_ms(), begun_ms) > within_ms:
            return False
        made.tend(time.ticks_ms())
        time.sleep_ms(1)
    return True


def outcome(action, *arguments):
    """What an action returns, or the exception that it ends with, as a text."""
    try:
        return action(*arguments)
    except Exception as trouble:
        return "%s %s" % (type(trouble).__name__, trouble.args[:1])


def converse(port, name):
    """All that a board does on a good day, until it has heard "end"; then it is gone without a word."""
    made = client(port, name)
    print(made.open(None, PATIENCE_MS))
    topic = name.encode()
    made.tell(topic + b"/availability", b"online", True)
    made.sock.allow(-1)  # what was allowed for one thing has nothing to do with the next
    made.hear(topic + b"/cmd")
    made.tell(topic + b"/status", b"here" * 200)
    made.pid = 65_535
    made.tell(topic + b"/event", b"for sure", False, 1)
    print(attend(made, lambda: made.notes and made.notes[-1][1] == b"end"), made.notes)
    made.sock.heard = False
    made.ping()
    before_ms = made.heard_ms
    time.sleep_ms(2)
    print(attend(made, lambda: made.heard_ms != before_ms))
    made.close()


def knock(port, host="127.0.0.1", user=None, password=None, ca=None, within_ms=PATIENCE_MS):
    """What it is told at the door, and whether a connection stays."""
    made = client(port, "knock", host, user, password)
    print(made.open(ca, within_ms), made.sock is not None)
    made.close()


def put_off(port):
    """A handshake that must not begin any more once the broker has been reached."""
    made = client(port, "put off")
    print(made.open("no such file", PATIENCE_MS, lambda: False), made.sock is not None)


def be_refused(port):
    """Be there where nobody may listen, and tell something all the same."""
    made = client(port)
    made.open(None, PATIENCE_MS)
    print(made.hear(b"cmd"))
    made.tell(b"board/event", b"for sure", False, 1)
    print(made.hear(b"cmd"))
    made.close()


def outlast(port, name):
    """Be there, lose the broker, find nobody, be there again."""
    made = client(port, name)
    made.open(None, PATIENCE_MS)
    made.tell(name.encode(), b"first")
    print(outcome(lambda: attend(made, lambda: False)))
    made.close()
    begun_ms = time.ticks_ms()
    while made.open(None, PATIENCE_MS) is not None and time.ticks_diff(time.ticks_ms(), begun_ms) < PATIENCE_MS:
        time.sleep_ms(10)
    made.tell(name.encode(), b"second", True, 1)
    made.close()


def wait_in_vain(port):
    """Ask for a sign of life, in a time of its own, of one who gives none."""
    made = client(port)
    print(made.open(None, PATIENCE_MS))
    half_ms, begun_ms = KEEPALIVE_S * 500, made.heard_ms
    made.tend(begun_ms)
    for after_ms in (half_ms - 1, half_ms, half_ms + 1, 2 * half_ms, 3 * half_ms, 3 * half_ms + 1):
        print(after_ms, outcome(made.tend, time.ticks_add(begun_ms, after_ms)))
    made.close()


def suffer(port, times, within_ms):
    """Connect so many times to one who means no good: how each time ended, a line each, and what was heard."""
    for _time in range(times):
        made = client(port)
        print(outcome(endure, made, within_ms), made.notes)
        made.close()


def endure(made, within_ms):
    why = made.open(None, within_ms)
    if why is None:
        made.hear(b"cmd")
        attend(made, lambda: made.notes, within_ms)
    return why


def shout(port, size, within_ms):
    """Tell more than the other side takes in."""
    made = client(port)
    print(made.open(None, PATIENCE_MS))
    made.within_ms = within_ms
    print(outcome(lambda: [made.tell(b"topic", bytes(size)) for _time in range(1000)]))
    made.close()


def recite(port, size):
    """Tell something long to one who listens slowly."""
    made = client(port)
    made.open(None, PATIENCE_MS)
    made.sock.raw.setsockopt(1, 7, 4096)  # how much Linux takes over at once
    made.sock.allow(-1)
    print(outcome(made.tell, b"topic", b"long" * (size // 4)))
    made.close()


class Fed:
    """A stream that has come to its end already."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def read(self, size):
        self.at += size
        return self.data[self.at - size : self.at]

    def write(self, data):
        return len(data)

    def close(self):
        pass


def swallow(streams):
    """Each of them is what a broker sends: the letters that came of it, and all the ways in which it ended."""
    made = client(0)
    made.within_ms, made.heard_ms, made.asked_ms = PATIENCE_MS, 0, 0
    ends, letters, last = set(), set(), {}
    made.set_callback(lambda topic, payload: letters.add(orders.read(payload, made.is_retained(), -1, 0, last)[0]))
    for data in streams:
        made.sock = wire.Wire(Fed(data))
        ends.add(outcome(lambda: [made.tend(0) for _packet in range(100)]))
    print(sorted([str(end) for end in ends]))
    print(sorted([str(letter) for letter in letters]))


def judge(rows):
    """Each is (payload, is_retained, now_s); they have nothing to do with each other."""
    for payload, is_retained, now_s in rows:
        print(orders.read(payload, is_retained, now_s, 86_400, {}))


def ask(port, times=1, within_ms=PATIENCE_MS, host="127.0.0.1"):
    """Ask a time server so many times."""
    for _time in range(times):
        print(sntp.ask(host, within_ms, port))


def hand_over(letters):
    """One thread posts, the other takes: how many arrived in order, and what is left."""
    import _thread

    shared = link.Link()
    count = 0

    def post():
        for number in range(letters):
            while not shared.post(("note", "number", number)):
                time.sleep_ms(0)

    _thread.start_new_thread(post, ())
    while count < letters:
        letter = shared.take()
        if letter is None:
            time.sleep_ms(0)
        elif letter != ("note", "number", count):
            print("out of order:", letter, count)
            return
        else:
            count += 1
    print(count, shared.take())
