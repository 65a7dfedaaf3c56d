"""Wi-Fi. It is joined once, and its driver tries again by itself; one that got stuck is left and joined anew."""

import time

import network

STUCK_MS = 120_000
REST_MS = 5_000
NOT_FOUND = (201, 210, 211, 212)  # what the driver says of its last attempt
REFUSED = (2, 15, 202, 204)


class Wlan:
    def __init__(self, ssid, password):
        self.ssid = ssid
        self.password = password
        self.joining = False
        self.since_ms = 0  # it was joined, left or last seen connected
        self.trouble = None  # why it could not be joined, as far as the driver tells

    def bring_up(self):
        """Start the driver, which nothing else can do meanwhile: only while the board starts."""
        self.wlan = network.WLAN(network.STA_IF)
        self.wlan.active(True)

    def tend(self, now_ms):
        """True while connected."""
        if self.joining and self.wlan.isconnected():
            self.trouble = None
            self.since_ms = now_ms
            return True
        waited_ms = time.ticks_diff(now_ms, self.since_ms)
        if self.joining and waited_ms > STUCK_MS:
            self.joining = False
            self.since_ms = now_ms
            self.wlan.disconnect()
        elif not self.joining and (waited_ms > REST_MS or not self.since_ms):
            if self.since_ms:
                self.trouble = _in_words(self.wlan.status())
            self.joining = True
            self.since_ms = now_ms
            self.wlan.connect(self.ssid, self.password)
        return False

    def rssi(self):
        return self.wlan.status("rssi")


def _in_words(status):
    """Only while it is left does the driver tell why: until then it says that it is connecting."""
    return "not found" if status in NOT_FOUND else "password" if status in REFUSED else "status %d" % status
