"""What the linker refuses: a module of the core, what is said of it, and the line."""

FOLLOWED = "nothing is followed but definitions, imports and calls"
BASES = "only taking from MicroPython's is followed"
LEVEL = "at a class's own level"
NAMES = "tells or takes names as they stand"
READING = "nothing but reading"
MEANING = "has another meaning in this module"
HIDES = "hides Python's own"

# Beside it there are firmware/core/b.py and c.py, which define B, C and N, and c.py's list ROWS.
REFUSED = (
    ("def f():\n    global X\n    X = 1", "Global is not followed", 2),
    ("def f():\n    x = 1\n    def g():\n        nonlocal x", "Nonlocal is not followed", 4),
    ("def f():\n    return (x := 1)", "NamedExpr is not followed", 2),
    ("def f(x):\n    match x:\n        case 1:\n            pass", "Match is not followed", 2),
    ("def f(x):\n    x: int = 1", "AnnAssign is not followed", 2),
    ("async def f():\n    pass", FOLLOWED, 1),
    ("X: int = 1", FOLLOWED, 1),
    ("X = 1\nX += 1", FOLLOWED, 2),
    ("for i in range(3):\n    pass", FOLLOWED, 1),
    ("if True:\n    X = 1", FOLLOWED, 1),
    ("try:\n    import time\nexcept ImportError:\n    pass", FOLLOWED, 1),
    ("with open('x') as f:\n    pass", FOLLOWED, 1),
    ("X = 1\ndel X", FOLLOWED, 2),
    ("X = [1]\nX[0] = 2", FOLLOWED, 2),
    ("X = print\nX.y = 1", FOLLOWED, 2),
    ("X, X.y = 1, 2", FOLLOWED, 1),
    ("N = 1\ndef open(path):\n    pass", HIDES, 2),
    ("N, range = 1, 2", HIDES, 1),
    ("from os import remove as print", HIDES, 1),
    ("from firmware.core.b import B as list", HIDES, 1),
    ("def f():\n    class A:\n        pass", "not at the top of its module", 2),
    ("class A:\n    class B:\n        pass", "nothing else is followed", 2),
    ("@staticmethod\nclass A:\n    pass", "as it is made", 2),
    ("class A(metaclass=type):\n    pass", "as it is made", 1),
    ("class A:\n    pass\nclass D(A):\n    pass", BASES, 3),
    ("from firmware.core.b import B\nclass D(B):\n    pass", BASES, 2),
    ("from firmware.core import b\nclass D(b.B):\n    pass", BASES, 2),
    ("X = 1\nclass A:\n    x = X", LEVEL, 3),
    ("X = (1,)\nclass A:\n    def f(self, x=X):\n        return x", LEVEL, 3),
    ("class A:\n    x = 1\n    y = x", LEVEL, 3),
    ("X = 1\nclass A:\n    f = lambda self: X", LEVEL, 3),
    ("import time\nclass A:\n    f = time.time", LEVEL, 3),
    ("class A:\n    @property\n    def x(self): pass\n    @x.setter\n    def x(self, y): pass", LEVEL, 4),
    ("class A:\n    if True:\n        x = 1", "nothing else is followed", 2),
    ("class A:\n    x = [1]\n    x[0] = 2", "nothing else is followed", 3),
    ("def d(f):\n    return f\n@d\ndef g():\n    pass", "decorators that are followed", 4),
    ("from time import *", "an import says in full", 1),
    ("from firmware.core.b import *", "an import says in full", 1),
    ("from . import b", "an import says in full", 1),
    ("from .b import B", "an import says in full", 1),
    ("import umqtt.simple", "write 'from ... import ...'", 1),
    ("import firmware.core.b", "write 'from ... import ...'", 1),
    ("def f():\n    import firmware.core.b as b", "write 'from ... import ...'", 2),
    ("import os, json", "what json has is not known", 1),
    ("def f():\n    from json import loads", "what json has is not known", 2),
    ("from firmware.core import nothing", "no module of the build", 1),
    ("from firmware.net import nothing", "no module of the build", 1),
    ("from firmware.core.b import nothing\nX = nothing()", "b.py defines no nothing", 2),
    ("from firmware.core import b\nX = b.nothing()", "b.py defines no nothing", 2),
    ("from firmware.core import b\nX = b.time.time()", "b.py defines no time", 2),
    ("from firmware.core.b import time\nX = time.time()", "b.py defines no time", 2),
    ("from firmware.core import b\nX = (b, 1)", READING, 2),
    ("from firmware.core import b\ndef f():\n    return getattr(b, 'B')", READING, 3),
    ("from firmware.core import b\ndef f():\n    b.N = 1", READING, 3),
    ("from firmware.core import b\ndef f():\n    b.N += 1", READING, 3),
    ("from firmware.core import b\ndef f():\n    del b.N", READING, 3),
    ("from firmware.core import b\ndef b():\n    pass", MEANING, 1),
    ("from firmware.core.b import N\nfrom firmware.core.c import N", MEANING, 2),
    ("from firmware.core.b import N\ndef f():\n    from firmware.core.c import N", MEANING, 3),
    ("import time\ntime = 1", MEANING, 1),
    ("import time\nfrom firmware.core.b import N as time", MEANING, 2),
    ("def f(**more):\n    return f(**more)", "arguments are to have their names in the call", 2),
    ("def f(x):\n    return getattr(x, '_' + x.y)", "made of parts", 2),
    ("def f(x, y):\n    setattr(x, f'_{y}', 1)", "made of parts", 2),
    ("def f(x, y):\n    return hasattr(x, '_%s' % y)", "made of parts", 2),
    ("def f(x, y):\n    delattr(x, '_'.join(y))", "made of parts", 2),
    ("def f(x):\n    return type(x).__name__", NAMES, 2),
    ("def f(x):\n    try:\n        x()\n    except OSError as y:\n        return type(x).__name__", NAMES, 5),
    ("def f(x):\n    return x.__dict__", NAMES, 2),
    ("def f(x):\n    return vars(x)", NAMES, 2),
    ("def f(x):\n    return globals()[x]", NAMES, 2),
    ("def f(x):\n    return __name__", NAMES, 2),
    ("def f(x):\n    return f.__doc__", NAMES, 2),
    ("def f(x):\n    return eval(x)", NAMES, 2),
    ("def f(x):\n    return __import__(x)", NAMES, 2),
    ("def f():\n    import firmware.core.b\n    return firmware.core.b.N", NAMES, 3),
    ("from firmware.core.b import B\ndef f():\n    from firmware.core import b\n    return b.B, B\nX = f()",
     "both at the top and inside a function", 4),
    ("def f():\n    from firmware.core import b\n    b = b.B()\n    return b", "is also a local name", 2),
    ("from firmware.core import b\ndef f(B):\n    return b.B(B)\nX = f(1), f(2)", "a name of its own hides", 2),
    ("def f():\n    from firmware.core import b, c\n    return b.B, c.C\nX = f()", "takes from one other file", 2),
)

# Whole firmwares: how they are put together (host_tests/linking.py), the files, and what is said of them.
REFUSED_TOGETHER = (
    ("together", "firmware/app/main.py:2: an import inside a function takes from one other file", """
# firmware/core/b.py
N = (1,)
# firmware/app/main.py
def run():
    from firmware.core import b
    return b.N
"""),
    ("apart", "imports itself by way of", """
# firmware/core/b.py
from firmware.core import c
def f():
    return c.g()
# firmware/core/c.py
from firmware.core import b
def g():
    return b.f
# firmware/app/main.py
from firmware.core import b
def run():
    return b.f()
"""),
    ("in_two", "imports itself by way of", """
# firmware/app/low.py
def f():
    return 1
# firmware/core/c.py
from firmware.app import low
def g():
    return low.f()
# firmware/app/main.py
from firmware.core import c
def run():
    return c.g()
"""),
    ("together", "time would have two meanings in one file: from time import time, import time", """
# firmware/core/b.py
from time import time
def f():
    return time()
# firmware/app/main.py
import time
from firmware.core import b
def run():
    return b.f(), time.time()
"""),
    ("together", "firmware/app/main.py: run would have two meanings there", """
# firmware/core/b.py
from time import time as run
def f():
    return run()
# firmware/app/main.py
from firmware.core import b
def run():
    return b.f()
"""),
    ("together", "firmware/app/main.py: Trouble would have two meanings there", """
# firmware/core/b.py
class Trouble(Exception):
    pass
# firmware/app/main.py
from firmware.core import b
class Trouble(Exception):
    pass
def run():
    return b.Trouble, Trouble
"""),
    ("together", "firmware/core/b.py:2: a name of its own hides", """
# firmware/core/b.py
from firmware.app.main import run as go
def f(x):
    run = go(x)
    return run
FIRST = f(1)
# firmware/app/main.py
def run(x=1):
    return x
"""),
)
