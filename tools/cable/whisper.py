"""`python whisper.py PORT`: runs what comes on standard input at a board's prompt, and prints what that prints.

For passwords, which must stand neither on a command line, as mpremote would have them, nor in a file.
"""

import sys

from mpremote.transport_serial import SerialTransport


def main():
    transport = SerialTransport(sys.argv[1])
    transport.enter_raw_repl(soft_reset=False)
    print(transport.exec(sys.stdin.read()).decode())
    transport.exit_raw_repl()
    transport.close()


if __name__ == "__main__":
    main()
