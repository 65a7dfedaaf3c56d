"""A board's serial edge behind a pseudo-terminal: real MicroPython, started anew after every reset, on a littlefs."""

from tools.stand_in.board import Board, wiring

__all__ = ["Board", "wiring"]
