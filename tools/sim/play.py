"""Plays one scenario under whatever interpreter runs this, and prints its lines.

    micropython -m tools.sim.play SCENARIO FOLDER [every] [outside HOST PORT LIBRARY [MS]]

FOLDER holds the board's files, staged. With `every` no idle time is skipped. `outside` is a broker, and the folder of
umqtt, for the board to talk to; MS is how long it is waited for where it says nothing.
"""

import os
import sys

from tools.sim import run, scenario

FOLDER = 0x4000


def files_below(folder, prefix=""):
    """Every file of a folder and those inside it: {path: bytes}."""
    found = {}
    for entry in os.listdir(folder + "/" + prefix):
        path = prefix + entry
        if os.stat(folder + "/" + path)[0] & FOLDER:
            found.update(files_below(folder, path + "/"))
        else:
            with open(folder + "/" + path, "rb") as file:
                found[path] = file.read()
    return found


def main(arguments):
    with open(arguments[0]) as file:
        told, problems = scenario.read(file.read())
    for key, message in problems:
        print("refused:", key + ":", message)
    if told:
        say = print  # the program on the board will have a print of its own
        outside = None
        if "outside" in arguments:
            host, port, *others = arguments[arguments.index("outside") + 1 :]
            outside = ((host, int(port)), others[0]) + tuple([int(ms) for ms in others[1:]])
        run.play(told, say, "every" not in arguments, files_below(arguments[1]), outside)


if __name__ == "__main__":
    main(sys.argv[1:])
