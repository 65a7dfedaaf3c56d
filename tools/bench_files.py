"""The benchmark's alternative, as the files of a board."""

from tools import heap, umqtt


def alternative(library):
    """Compiled as ours are."""
    return heap.compiled({"alternative.py": (heap.TOOLS / "alternative.py").read_bytes(),
                          umqtt.PLACE.as_posix(): (library / umqtt.PLACE).read_bytes()})
