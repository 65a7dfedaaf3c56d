"""What decides the table of single faults: a hash over the programs, without their comments and descriptions."""

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHAT = ("boot.py", "main.py", "firmware/core/*.py", "firmware/device/*.py", "firmware/app/*.py", "tools/staging.py",
        "tools/sim/*.py", "tools/proofs/branches.py", "tools/proofs/limits.py", "tools/proofs/faults_case.py",
        "tools/proofs/faults_causes.py", "tools/proofs/faults_house.py", "tools/proofs/faults_known.py",
        "tools/proofs/faults_rows.py", "tools/proofs/faults_told.py")
# Words for people, and a network that is never brought up here.
WITHOUT = ("firmware/core/sentences.py", "tools/sim/network", "tools/sim/sockets.py", "tools/sim/real.py",
           "tools/sim/opened.py", "tools/sim/on_micropython.py")
UNTOLD = ("kind", "type_comment", "type_ignores", "type_params")  # differs between Pythons, and says nothing


def digest(root=ROOT):
    found = hashlib.sha256()
    for path in sorted(path for pattern in WHAT for path in root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        if not name.startswith(WITHOUT):
            found.update(f"{name}\n{essence(path.read_text(encoding='utf-8'))}\n".encode())
    return found.hexdigest()[:16]


def essence(text):
    """The program in `text` as its syntax tree says it."""
    return repr(_plain(ast.parse(text)))


def _plain(node):
    if isinstance(node, list):
        return [_plain(one) for one in node if not _is_description(one)]
    if not isinstance(node, ast.AST):
        return node
    fields = [(name, _plain(value)) for name, value in ast.iter_fields(node) if name not in UNTOLD]
    return type(node).__name__, [(name, value) for name, value in fields if value not in (None, [])]


def _is_description(node):
    """A text that stands alone does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
