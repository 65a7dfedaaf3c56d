"""Small firmwares made up for the linker's tests: read from one text, and run as they are written or linked."""

import builtins
import re

OUTSIDE = "from firmware.app import main\nmain.run()\n"  # what boot.py and main.py are to the real one
MAIN = "firmware/app/main.py"


def files_of(text):
    """{path: text} from one text in which each file begins with a line `# path`."""
    parts = re.split(r"^# (\S+\.py)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def sources_of(files):
    """What of them is to be linked."""
    return {path: text.encode() for path, text in files.items() if path.startswith("firmware/")}


def together(files):
    return {MAIN: [path for path in sources_of(files) if path != MAIN]}


def apart(_files):
    return {}


def in_two(files):
    """The app in one file, the rest in another."""
    core = [path for path in sorted(sources_of(files)) if "/app/" not in path]
    app = [path for path in sources_of(files) if "/app/" in path and path != MAIN]
    return {MAIN: app, **({core[-1]: core[:-1]} if core else {})}


class Board:
    """Imports modules from their texts, and nothing of the same name that this process has; keeps what they print."""

    def __init__(self, files):
        self.files = files
        self.modules = {}
        self.printed = []
        self.builtins = {**vars(builtins), "__import__": self._import, "print": self._print}

    def run(self, text):
        exec(compile(text, "main.py", "exec"), {"__name__": "__main__", "__builtins__": self.builtins})
        return "\n".join(self.printed)

    def module(self, name):
        if name in self.modules:
            return self.modules[name]
        made = self.modules[name] = type(builtins)(name)
        made.__builtins__ = self.builtins
        parent, _dot, last = name.rpartition(".")
        if parent:
            self.module(parent)
        path = name.replace(".", "/") + ".py"
        if path in self.files:
            exec(compile(self.files[path], path, "exec"), vars(made))
        elif not any(other.startswith(path[:-3] + "/") for other in self.files):
            raise ImportError(f"no module named '{name}'")
        if parent:
            setattr(self.modules[parent], last, made)
        return made

    def _import(self, name, space=None, local=None, names=(), level=0):
        top = name.partition(".")[0]
        if not any(path.startswith((top + "/", top + ".py")) for path in self.files):
            return __import__(name, space, local, names, level)
        found = self.module(name)
        for inner in names or ():
            if not hasattr(found, inner):
                self.module(name + "." + inner)
        return found if names else self.modules[top]

    def _print(self, *values):
        self.printed.append(" ".join([str(value) for value in values]))
