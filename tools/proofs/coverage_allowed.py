"""Lines that no test on CPython can reach, each with the reason: (file, line, reason).

The line is its text, or its text and after "->" that of the line to which it never goes on.

One that is reached after all, or is gone, fails the proof: the list shrinks by itself.
"""

ALLOWED = ()
