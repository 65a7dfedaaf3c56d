"""Small firmwares for the linker's tests: each is run as it stands and linked, and must print the same.

A row is a name; the files; what the text has when everything is in one file (a regular expression each); and what it
has not. firmware/app/main.py has run(), which the outside calls.
"""

SAMPLES = (
    ("a number stands where its name stood, with brackets where a sign needs them", """
# firmware/core/a.py
LOW, HIGH = -3, 4
NEAR = HIGH * 2 - 1
FIRST, SECOND, THIRD = range(3)
# firmware/app/main.py
from firmware.core import a
from firmware.core.a import LOW as LEAST, HIGH
TABLE = ((HIGH, LEAST), (a.NEAR, a.SECOND))
def run():
    print(LEAST ** 2, a.LOW ** 2, -a.LOW, a.HIGH - LEAST, HIGH.to_bytes(1, "little"), 2 ** -LEAST)
    print(f"{HIGH} {a.NEAR:0{HIGH}d} {LEAST}", [a.NEAR][0], (a.FIRST, a.SECOND, a.THIRD)[a.LOW + a.HIGH], TABLE)
    print(*["ab"[a.SECOND:a.THIRD], not a.FIRST, a.LOW if HIGH > LEAST else 0, a.SECOND <= a.THIRD < HIGH])
    if a.FIRST:
        print(a.LOW.bit_length())
""", (r"\(-3\) \*\* 2", r"4 \.to_bytes\(", r"\(-3\)\.bit_length", r"f'\{4\} \{7:0\{4\}d\} \{-3\}'"),
     ("LOW", "LEAST", "HIGH", "NEAR", "range")),

    ("a function of one expression that a table mentions, and nothing else does, stands in the table", """
# firmware/core/a.py
LEAST = 2
def is_two(row):
    return row == LEAST
def is_more(row, by=LEAST):
    return row > by
def is_less(row):
    return row < LEAST
def is_one(row):
    return is_less(row) and row == 1
def is_three(row):
    row -= LEAST
    return row == 1
def is_four(row):
    return row == 4
def is_five(row):
    return row == 5
def is_six(row):
    return row == 6
def nothing(row):
    return
FIVE = is_five(5)
SIXES = [is_six(row) for row in (5, 6)]
TABLE = [("two", is_two), ("more", is_more), ("less", is_less), ("one", is_one), ("three", is_three),
         ("nothing", nothing)]
LATER = [lambda: is_four]
# firmware/app/main.py
from firmware.core import a
from firmware.core.a import TABLE
def over(row):
    return row > a.LEAST
OWN = dict([("over", over)])
def show():
    for name, fits in TABLE + sorted(OWN.items()):
        print(name, [fits(row) for row in (0, 1, 2, 3)], name, a.FIVE, a.SIXES)
    print(a.LATER[0]()(4), a.LATER[0]() is a.LATER[0](), len(WAYS))
def run():
    return show()
WAYS = [run]
""", (r"\('two', lambda row: row == 2\)", r"\('one', lambda row: \w+\(row\) and row == 1\)",
      r"'over', lambda row: row > 2", r"\('more', \w+\), \('less', (\w+)\), .*\('three', \w+\), \('nothing', \w+\)",
      r"\[lambda: \w+\]"), ("is_",)),

    ("a number keeps its name where it is no small number, or not the only one of that name", """
# firmware/core/a.py
FAR, NEAR = 1 << 30, (1 << 30) - 1
YES = True
TWICE = 1
TWICE = TWICE + 1
THEN = TWICE
HALF = 0.5
WORD, COUNT = "word", 2
ONE, (TWO, THREE) = 1, (2, 3)
SAME = LIKE = 5
SUM = sum((1, 2))
# firmware/app/main.py
from firmware.core import a
def run():
    print(a.FAR, a.NEAR, a.YES, a.TWICE, a.THEN, a.HALF, a.WORD * a.COUNT, a.ONE + a.TWO * a.THREE, a.SAME, a.LIKE)
    print(a.SUM)
""", ("= 1 << 30, ", "= True", r"\b(\w+) = 1\n\1 = \1 \+ 1", "= 0.5", r"sum\(\(1, 2\)\)"), ("FAR", "TWICE")),

    ("one of several numbers is reached from outside, and keeps its name there", """
# firmware/app/main.py
FIRST, run_s = 3, 4
run = [FIRST, run_s]
SECOND, run = 5, lambda: print(FIRST, run_s, SECOND)
""", ("run", ), ("FIRST =",)),

    ("a local name, an argument or a comprehension's hides a number of the same name, there and nowhere else", """
# firmware/core/a.py
N = 7
def argument(N):
    return N + 1
def default(a, N=N):
    return a + N
def local():
    N = 1
    for N in (2, 3):
        pass
    return N
def deleted():
    N = [1]
    del N[0]
    return N
def comprehension(a):
    return [N for N in a] + [N] + [N for b in a] + list({N: N for N in a}) + [N for N in (N, N)]
def generator(a):
    return sum(N for N in a if N > 1) + N
def closure(N):
    return lambda: N
def inner():
    def own(N):
        return N
    return own(1) + N
def handler():
    try:
        raise ValueError("raised")
    except ValueError as N:
        return N.args
def opened():
    with open("/dev/null") as N:
        return N.read() + "closed"
def keyword(*, N=N):
    return N
def star(*N, **more):
    return N, sorted(more)
# firmware/app/main.py
from firmware.core import a
def run():
    print(a.argument(1), a.default(1), a.local(), a.deleted(), a.comprehension([1, 2]), a.generator([1, 2]))
    print(a.closure(3)(), a.inner(), a.handler(), a.opened(), a.keyword(N=2), a.keyword(), a.star(1, N=2))
""", (), ()),

    ("a local name hides a function or a module of the same name, there and nowhere else", """
# firmware/core/count.py
def count(count):
    return count + 1
def twice(number):
    rows = [count for count in range(number)]
    return count(number) + len(rows)
def thrice(number):
    def inner(row):
        count = row
        return count
    return count(number) + inner(number)
def first(rows):
    return [each for each in each(rows)]
def each(rows):
    return [[each for each in (row, row)] for row in rows]
def called(dates):
    return dates.year
# firmware/core/dates.py
year = 2026
def named(year):
    return lambda year=year: year
class Day:
    def __init__(self, year, month):
        self.year, self.month = year, month
# firmware/app/main.py
from firmware.core import count, dates
def run():
    print(count.count(1), count.twice(2), count.thrice(3), count.first([1, 2]), count.called(dates.Day(1, 2)))
    print(dates.year, dates.named(5)(), [dates.month for dates in [dates.Day(3, 4)]], years(dates.Day(6, 7)))
def years(dates):
    return dates.year, dates.month
""", (), ()),

    ("what nothing mentions is left out, and what only that mentioned", """
# firmware/core/a.py
from firmware.core.b import helper, used
UNREAD = ("never", "read")
def unread():
    return helper() + other()
def other():
    return unread()
class Unread:
    def never(self):
        return helper()
class Read:
    level = ("of", "nobody")
    seen = 3
    def __init__(self):
        self.kept = used()
    def asked_never(self):
        return self.asked_by_it()
    def asked_by_it(self):
        return 1
    def __repr__(self):
        return "Read"
    def __getattr__(self, name):
        return "no " + name
    def __rmatmul__(self, other):
        return "multiplied"
    def ioctl(self, code):
        return "a driver's"
# firmware/core/b.py
def helper():
    return "helper"
def used():
    return "used"
# firmware/app/main.py
from firmware.core.a import Read, UNREAD
def run():
    print(Read(), Read().kept, Read().seen, Read().nothing_of_it, 1 @ Read())
""", ("'Read'", "'no '", "'used'", "def ioctl", "def __repr__"),
     ("never", "helper", "unread", "asked", "Unread", "UNREAD")),

    ("what does something as it is defined stays", """
# firmware/core/a.py
TOLD = []
def tell(text):
    TOLD.append(text)
    return text
UNREAD = tell("defined")
FIRST = ["a"]
UNREAD_TOO = FIRST[0]
def never(default=tell("default")):
    return default
tell("called")
# firmware/app/main.py
from firmware.core.a import TOLD
def run():
    print(TOLD)
""", ("'defined'", "'default'", "'called'"), ()),

    ("each module stands after those it imports", """
# firmware/core/z.py
BASE = ("z", "y")
# firmware/core/m.py
from firmware.core import z
TABLE = z.BASE + ("m",)
# firmware/core/a.py
from firmware.core.m import TABLE as ROWS
ROWS_TOO = ROWS + ("a",)
# firmware/app/main.py
from firmware.core import a
from firmware.core.a import ROWS
def run():
    print(a.ROWS_TOO, ROWS)
""", (r"(?s)'z', 'y'.*'m',.*'a',",), ("import", "TABLE", "ROWS")),

    ("a module of Python's is imported once, wherever it was", """
# firmware/core/a.py
import binascii
from struct import pack
def text():
    return binascii.hexlify(pack("<I", 5))
# firmware/core/b.py
import binascii, struct as layouts
def text(data):
    import select
    import struct
    return binascii.unhexlify(data) == layouts.pack("<I", 5) == struct.pack("<I", 5) and select.__class__
# firmware/app/main.py
import binascii
from firmware.core import a, b
from firmware.core.a import text
def run():
    print(text(), b.text(text()), binascii.hexlify(b"a"), a.text())
""", (r"^(lambda.*\n)from struct import pack\nimport binascii\nimport struct as layouts\n",), ("import binascii, ",)),

    ("classes share the short names of what no object has together", """
# firmware/core/a.py
class First:
    ceiling = 5
    def __init__(self):
        self.colour_of_first = "red"
        self.both = 1
        self.alike = "a"
        self.of_all = 2
    def paint(self):
        return self._mix() + self.colour_of_first + self.alike
    def _mix(self):
        return "mixed "
class Second:
    def __init__(self, first):
        self.number_of_second = 4
        self.both = first.both + 1
        self.other = first
        self.alike = 7
        first.noted_by_second = first.also_noted = 6
    def sum(self):
        return self.number_of_second + self.both + self._sum() + self.alike
    def _sum(self):
        return self.other.of_all + First.ceiling
# firmware/app/main.py
from firmware.core.a import First, Second
def run():
    first = First()
    print(first.paint(), Second(first).sum(), first.paint(), First().paint(), First().of_all, First.ceiling)
""", (r"(?s)    (\w) = 5\n.*self\.\1 = 4", r"(?s)def (\w)\(self\):\n        return self\.\w\(\) \+.*def \1\(self\):\n"),
     ("colour", "number_of", "_mix", "of_all", "ceiling")),

    ("an attribute keeps its name if a text, the outside, a keyword or MicroPython has it", """
# firmware/core/a.py
class Slots:
    __slots__ = ("from_slots",)
    def __init__(self):
        self.from_slots = 1
class Lamp:
    def __init__(self, **more):
        setattr(self, "a", "set as it is")
        for name in ("colour", "level"):
            setattr(self, name, name + " is set")
        self.sleep_ms = "as of time"
        self.hue = sorted(more)
        self.by_path = "found"
        self.main = "outside's"
        self.shade = dict(shade=3)["shade"]
        self.outlook = "plain"
# firmware/app/main.py
from firmware.core.a import Lamp, Slots
def run():
    lamp = Lamp(hue=1, shade=2)
    print(getattr(lamp, "colour"), hasattr(lamp, "level"), lamp.sleep_ms, lamp.hue, Slots().from_slots, lamp.main)
    for part in "lamp.by_path".split(".")[1:]:
        print(getattr(lamp, part), lamp.shade, lamp.outlook, lamp.colour, getattr(lamp, "a"))
""", ("self.sleep_ms", "self.hue", "self.by_path", "self.main", "self.shade", "from_slots"), ()),

    ("the words of a sentence keep no names, but those of a text that is split do, and of one without blanks", """
# firmware/core/a.py
class Lamp:
    def __init__(self):
        self.amber = self.green = self.colour = "dark"
        for name in "amber green".split():
            setattr(self, name, name + " shines")
        setattr(self, "rear.colour".split(".")[1], "red")
        self.shines = "as the sentence says"
# firmware/app/main.py
from firmware.core.a import Lamp
def run():
    lamp = Lamp()
    print(lamp.amber, lamp.green, lamp.colour, lamp.shines, "it shines on")
""", ("lamp.amber, lamp.green, lamp.colour",), ("lamp.shines",)),

    ("arguments of a function with others inside get letters too, where nothing inside has the same name", """
# firmware/core/a.py
def plain(first, second):
    return [first + other for other in second] + list(map(lambda other: other * first, second))
def inside(first, second, third):
    def given(first, more=third):
        return first + second + more
    return given(second) + first
def made(first, second):
    def given():
        first = second + 1
        return first
    return given() + first
def deep(first):
    return lambda second: lambda third: (first, second, third)
# firmware/app/main.py
from firmware.core import a
def run():
    print(a.plain(1, [2, 3]), a.inside(1, 2, 3), a.made(1, 2), a.deep(1)(2)(3))
""", (r"def \w+\(a, b\):\n    return \[a \+ other for other in b\]", r"def \w+\(first, a, b\)", r"def given\(c, d=b\)",
      r"def \w+\(first, a\):", r"def \w+\(a\):\n    return lambda second: lambda third: \(a, second"), ("more",)),

    ("what is left of the names is most useful for what is mentioned most", """
# firmware/core/a.py
def seldom():
    return "seldom"
def often():
    return "often"
class Thing:
    def __init__(self):
        self.asked_once = self.asked_often = 1
        self.asked_often += 1
        self.asked_often += self.asked_once
# firmware/app/main.py
from firmware.core.a import Thing, often, seldom
def run():
    told = 1
    print(Thing().asked_often + told, often(), often(), often(), seldom(), [told for told in (told, told)])
""", (r"self\.a \+= self\.b", r"^def aa\(\):\n    return 'often'"), ("_.told", "asked_")),

    ("arguments get letters, but for those that are given by name or mean something else as well", """
# firmware/core/a.py
import time
def plain(first, second, third=3):
    return first + second * third
def named(first, limit=2):
    return first * limit
def outside(unit):
    return unit
def hidden(error):
    try:
        return error + "x"
    except TypeError as error:
        return len(error.args)
def imported(select, a):
    import select
    return select.__class__ is a.__class__
def comprehended(row, rows):
    return [row for row in rows] + [row]
def nested(outer, value):
    def inner(value, outer):
        return value - outer
    return inner(value, outer), (lambda value: value + outer)(1)
def defaulted(time=time, value=plain, plain=plain):
    return time.gmtime(0)[0], value(1, 2), plain(1, 1)
def varied(value, *values, last=1, **more):
    value += 1
    values += (value,)
    return value, values, last, sorted(more)
def deleted(value, a, b):
    value = [value, a, b]
    del value[0], a
    return value
class Thing:
    def method(self, value, other):
        self.value = value
        return other.value if other else value
# firmware/app/main.py
from firmware.core import a
def run():
    print(a.plain(1, 2), a.named(2, limit=5), a.outside(1), a.hidden("a"), a.hidden(1), a.imported(1, 2))
    print(a.comprehended(1, [2, 3]), a.nested(1, 2), a.defaulted(), a.varied(1, 2, last=3, more=4))
    print(a.deleted(1, 2, 3), a.Thing().method(5, None))
""", (r"def \w+\(a, b, c=3\)", r"def \w+\(a, limit=2\)", r"def \w+\(row, a\)",
      r"def \w+\(a, \*values, last=1, \*\*more\)",
      r"def \w+\(a=time, b=(\w+), c=\1\)", r"def \w+\(self, a, c\)", r"def \w+\(outer, value\)",
      r"def inner\(a, b\)"), ("third", "first")),

    ("every kind of statement does what it did", """
# firmware/core/a.py
class Trouble(Exception):
    def __init__(self, code, told=None):
        super().__init__(code)
        self.code_of_it = code
        self.told = told
class Kept:
    names = ()
    def __init__(self):
        self.entered, self.left, self.rows = 0, 0, {}
    def __enter__(self):
        self.entered += 1
        return self
    def __exit__(self, kind, value, trace):
        self.left += 1
    def __getitem__(self, key):
        return self.rows[key]
    def __setitem__(self, key, value):
        self.rows[key] = value
    def __iter__(self):
        yield from sorted(self.rows)
    @property
    def size(self):
        return len(self.rows)
    @staticmethod
    def added(first, second):
        return first + second
    @classmethod
    def made(cls, key):
        kept = cls()
        kept[key] = cls.added(1, 2)
        return kept
    def callback(self, given):
        given.append(self.size)
        return self.callback
def raising(kept, finals):
    with kept as own:
        try:
            own.rows["x"] += 1
            raise Trouble(own["x"], told="told")
        except (KeyError, Trouble) as trouble:
            return trouble.code_of_it if isinstance(trouble, Trouble) else "no key"
        else:
            return "else"
        finally:
            finals.append(own.left)
def counting(limit):
    number = 0
    while True:
        got = yield number
        if got is not None:
            number = got
        number += 1
        if number == 3:
            continue
        if number >= limit:
            break
    else:
        number = -1
    yield number
def targets(kept):
    (kept.first, [kept.second, *kept.rest]), kept.rows["t"] = (1, [2, 3, 4]), 5
    for kept.first, kept.rows["u"] in ((6, 7), (8, 9)):
        pass
    a, b = kept.first, kept.second
    a, b = b, a
    kept.first, b = (b, a)
    del kept.second, kept.rows["t"]
    return a, b, kept.first, hasattr(kept, "second"), kept.rest, kept.rows
# firmware/app/main.py
from firmware.core.a import Kept, Trouble, counting, raising, targets
def run():
    kept, finals = Kept(), []
    print(raising(kept, finals), kept.entered, kept.left, finals)
    kept["x"] = 1
    print(raising(kept, finals), kept.entered, kept.left, finals, [key for key in kept], kept.size)
    numbers = counting(6)
    print(next(numbers), next(numbers), numbers.send(3), list(numbers), targets(kept), Kept.made("k").rows)
    given = []
    print(Kept().callback(given)(given) is not None, given, 0 < kept.left <= 2 < 3, "x" in kept.rows, kept is not None)
    try:
        raise Trouble(*[7])
    except Trouble as trouble:
        print(type(trouble).__name__, repr(trouble), trouble.told, (lambda *a, b=1: (a, b))(1, b=2))
""", (r"@property\n    def size", "self.code_of_it", r"class Trouble\(Exception\)"), ("made", "raising")),

    ("a text keeps every character", r'''
# firmware/core/a.py
N = 3
def texts(name, n):
    return ("it's \"both\"", 'line\nend\ttab\\', "a, b = (c, d)", b"\x00\xff'",
            "caf\u00e9 \U0001f600 \ud800".encode("utf-8", "replace"),
            f"{name}'s \"{n:>{N}}\"\n{{}} {n + N:04d} {'it' if n else 'no'} {name[0]}{n % N}%",
            "%s = (%d)" % (name, n), f"a, b = (1, 2){n}", "caf" "é")
# firmware/app/main.py
"""A docstring: texts."""
from firmware.core.a import texts
def run():
    """Another."""
    for text in texts("name", 5):
        print(text)
''', (r"\{n \+ 3:04d\}|\{b \+ 3:04d\}",), ("docstring", "Another")),

    ("a class of Python's is taken from, and all that the class says keeps its name", """
# umqtt/simple.py
class MQTTClient:
    def __init__(self, client_id, server, port=0):
        self.client_id = client_id
        self.sock = self.aa = self.ab = self.cb = "the base's own"
    def publish(self, topic, msg, retain=False):
        self._send_str(text=topic)
        print("published", msg, retain, self.aa, self.ab)
    def _send_str(self, text):
        print("sent", text)
    def check_msg(self):
        return self.cb(b"topic", b"message")
# firmware/app/client.py
from umqtt.simple import MQTTClient
from umqtt import simple
class Client(MQTTClient):
    waiting = ()
    def __init__(self, name, core):
        super().__init__(name, "host")
        self.number_sent = 0
        self.core = core
        self.cb = self.received
    def _send_str(self, text):
        self.number_sent += 1
        super()._send_str(text)
    def received(self, topic, message):
        self.core.received_bytes += len(message)
        return self.core.received_bytes
    def never_asked(self):
        return 1
class Second(simple.MQTTClient):
    pass
class Core:
    def __init__(self):
        self.received_bytes = 0
        self.sock = 5
# firmware/app/main.py
from firmware.app.client import Client, Core, Second
def run():
    core = Core()
    client = Client("name", core)
    client.publish("topic", b"m", retain=True)
    print(client.check_msg(), client.number_sent, client.client_id, core.received_bytes, core.sock, client.sock)
    print(Second("a", "b").client_id)
""", (r"def _send_str\(self, text\)", "def never_asked", "self.number_sent", r"class \w+\(simple.MQTTClient\)"), ()),

    ("a name can come by several ways", """
# firmware/core/a.py
VALUES = (1, 2)
def shown(values):
    return str(values)
# firmware/core/b.py
from firmware.core.a import VALUES as ROWS, shown
from firmware.core import a as first
def again():
    return shown(ROWS) + first.shown(first.VALUES)
# firmware/app/main.py
from firmware.core import b, a as source
from firmware.core.b import ROWS, again, shown as display
shown = again
def run():
    print(display(ROWS), again(), shown(), b.shown(b.ROWS), b.again(), source.shown(source.VALUES), Later().now())
class Later:
    def now(self):
        return later
later = display(ROWS)
""", (), ("ROWS", "again", "display", "source")),

    ("packages and modules without anything of their own are nothing", """
# firmware/__init__.py
# firmware/core/__init__.py
'''A package.'''
# firmware/core/empty.py
'''Nothing.'''
# firmware/app/main.py
from firmware.core import empty
def run():
    print("ran")
""", (), ()),
)

# These import inside a function, which only goes to another file.
LATE = (
    ("an import inside a function stays one", """
# firmware/core/a.py
print("loaded")
N = 5
def text(value):
    return "%d %s" % (N, value)
class Thing:
    def __init__(self):
        self.value = N
# firmware/core/b.py
def other():
    return "other"
# firmware/app/main.py
def run():
    print("runs")
    print(made().value, [again() for _ in range(2)])
    alone()
def made():
    from firmware.core.a import Thing, N
    return Thing() if N else None
def again():
    from firmware.core import a as first
    from firmware.core.a import text
    def inner():
        return first.text(text(first.N))
    return inner()
def alone():
    import firmware.core.b
    from firmware.core import b
    print(b.other())
"""),
    ("a module that another file's module imports late can import that in its turn", """
# firmware/core/early.py
def shown(value):
    from firmware.app import late
    return late.shown(value, (LIMIT, value))
LIMIT = (1, 2)
# firmware/app/late.py
from firmware.core import early
def shown(value, rows):
    return value, rows, early.LIMIT
# firmware/app/main.py
from firmware.core import early
def run():
    print(early.shown(3))
"""),
)
