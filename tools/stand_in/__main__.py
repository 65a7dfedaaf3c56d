"""A board to try things out on: `python -m tools.stand_in FOLDER` says its port and runs it until Ctrl-C.

It is begun with a blank flash, or with the one that is in the folder from the last time.
"""

import pathlib
import sys
import threading

from tools import stand_in
from tools.packaged import Unavailable


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    kept = pathlib.Path(arguments[0], "flash.img")
    try:
        with stand_in.Board(arguments[0], image=kept.read_bytes() if kept.exists() else None) as board:
            print(f"the port is {board.port}; Ctrl-C ends the board", flush=True)
            threading.Event().wait()
    except Unavailable as sentence:
        print(f"stand-in: {sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
