"""What a part of the proof stands on: as long as none of that changes, what the part has found stays true.

That is every file of the repository but the report itself; prose, pictures and the list of who shows what, where the
part's own module does not name them; and those programs of tools and host_tests that the part cannot come by: that are
neither imported nor named, by path, by name or by their folder, in any that it comes by. It is meant to be too much
rather than too little.
"""

import ast
import fnmatch
import functools
import hashlib
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS = (".md", ".png", ".svg", ".pdf", "docs/evidence.txt")  # read by people, and by the part `evidence`
REPORT = "docs/proof-report."
PROGRAMS = ("tools/", "host_tests/")
BELOW_ALL = "tools/proofs/one_part.py"  # runs each of them


def digest(module, root=ROOT):
    """A hash over all that the part in `module` stands on."""
    found = hashlib.sha256()
    for path in sorted(stands_on(module, root)):
        data = (root / path).read_bytes()
        found.update(f"{path} {len(data)}\n".encode() + data)
    return found.hexdigest()[:16]


def stands_on(module, root=ROOT):
    """The paths, relative to the root."""
    known = _known(root)
    reached = set()
    own = module.replace(".", "/") + ".py"
    left = [BELOW_ALL, own]
    while left:
        path = left.pop()
        if path not in reached:
            reached.add(path)
            if path.endswith(".py"):
                left += known.named_in(path)
    reached = {path for path in reached if not path.endswith(WORDS)} | known.named_in(own)
    reached |= {path for path in known.every if not _is_apart(path)}
    return {path for path in reached if not path.startswith(REPORT)}


@functools.lru_cache(maxsize=None)
def _known(root):
    return Known(root)


def _is_apart(path):
    """Whether a part that does not come by it is not touched by it."""
    is_program = path.startswith(PROGRAMS) and path.endswith(".py") and not path.endswith("/__init__.py")
    return is_program or path.endswith(WORDS)


class Known:
    """The files of a repository, to be found by what a program says of them."""

    def __init__(self, root):
        ran = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                             capture_output=True, text=True, check=True)
        self.root = root
        self.every = {path for path in ran.stdout.split("\0") if path and (root / path).is_file()}
        self.by_name, self.in_folder = {}, {}
        for path in self.every:
            folders = path.split("/")
            name = folders.pop()
            if name != "__init__.py":
                self.by_name.setdefault(name, set()).add(path)
            for count in range(len(folders)):
                self.in_folder.setdefault("/".join(folders[:count + 1]), set()).add(path)

    @functools.lru_cache(maxsize=None)  # noqa: B019 (one of these lasts as long as the process)
    def named_in(self, path):
        """What a program imports, or says in any text of one word."""
        tree = ast.parse((self.root / path).read_text(encoding="utf-8"))
        folder = path.rpartition("/")[0]
        found = {module for node in ast.walk(tree) for module in self._imported(node)}
        return found.union(*(self._meant(text, folder) for text in _texts(tree)))

    def _imported(self, node):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        else:
            return []
        paths = [name.replace(".", "/") + end for name in names for end in (".py", "/__init__.py")]
        return [path for path in paths if path in self.every]

    def _meant(self, text, folder):
        """The files a text can mean: a path, a module, a pattern or a folder with all in it; if none, a name."""
        found = set()
        for place in {text.strip("/"), text.strip(".").replace(".", "/")}:
            for whole in (place, f"{folder}/{place}") if "/" in place else (place,):
                found |= {one for one in (whole, whole + ".py") if one in self.every}
                found |= self.in_folder.get(whole, set())
                if "*" in place and "/" in place:
                    found |= set(fnmatch.filter(self.every, whole))
        return found or self.by_name.get(text, set())


def _texts(tree):
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and len(node.value.split()) == 1}
