"""This machine's clock, in the seconds that the board counts: since 2020, in UTC."""

import time

UNIX_2020 = 1577836800


def now_s():
    return int(time.time()) - UNIX_2020
