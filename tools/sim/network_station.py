"""A simulated `network.WLAN`: the station, with the troubles that an ESP32's driver makes of wrong use."""

from tools.sim import real

STA_IF, AP_IF = 0, 1
JOIN_MS = 20
RSSI = -61
NO_AP_FOUND, CONNECTING, GOT_IP = 201, 1001, 1010
OPTIONS = ("pm", "reconnects", "txpower")


def make(run):
    """The class, for one start of the program."""
    driver = Driver(run)

    class WLAN:
        def __init__(self, interface=STA_IF):
            run.check()
            if interface != STA_IF:
                raise ValueError("only the station is simulated")

        def active(self, on=None):
            run.check()
            if on is not None:
                driver.active = bool(on)
                driver.joining = driver.joining and driver.active
            return driver.active

        def config(self, *names, **options):
            run.check()
            if not all([name in OPTIONS for name in names + tuple(sorted(options))]):
                raise ValueError("unknown config param")

        def connect(self, ssid, key=None):
            driver.ask()
            if not 0 < len(ssid) <= 32 or (key and len(key) > 64):
                raise ValueError
            driver.connect()

        def disconnect(self):
            driver.ask()
            driver.joining = False

        def isconnected(self):
            run.check()
            return driver.is_connected()

        def status(self, what=None):
            run.check()
            if what is None:
                return GOT_IP if driver.is_connected() else CONNECTING if driver.joining else NO_AP_FOUND
            if what != "rssi":
                raise ValueError("unknown status param")
            if not driver.is_connected():
                raise OSError("Wifi Not Connected")
            return RSSI

    return WLAN


class Driver:
    def __init__(self, run):
        self.run = run
        self.active = self.joining = False
        self.joined_ms = 0  # when it will have joined

    def ask(self):
        self.run.check()
        if not self.active:
            raise OSError("Wifi Not Started")

    def connect(self):
        if self.joining and not self.is_connected():
            raise OSError("Wifi Internal State Error")  # on a chip this costs the interpreter its lock
        self.joining = True
        self._begin()

    def is_connected(self):
        if not self.run.network.wifi:
            self._begin()  # it tries again by itself
        return self.joining and real.ticks_diff(self.run.ticks_ms(), self.joined_ms) >= 0

    def _begin(self):
        self.joined_ms = real.ticks_add(self.run.ticks_ms(), JOIN_MS)
