"""What others tell the board: state of charge, and that the car is charging. Both go stale; a stale word is no word."""

CHARGING_S_MAX = 900
UNKNOWN = -1
STALE_S = 1_000_000


class Reports:
    FIELDS = ("soc", "soc_age_s", "charging", "charging_age_s")

    def __init__(self, soc_max_age_s):
        self.soc_max_age_s = soc_max_age_s
        self.soc = UNKNOWN
        self.soc_age_s = STALE_S
        self.charging = 0
        self.charging_age_s = STALE_S

    def grow(self, seconds):
        self.soc_age_s = min(self.soc_age_s + seconds, STALE_S)
        self.charging_age_s = min(self.charging_age_s + seconds, STALE_S)

    def hear_soc(self, per_cent):
        self.soc = per_cent
        self.soc_age_s = 0

    def hear_charging(self, on):
        self.charging = on
        self.charging_age_s = 0

    def soc_known(self):
        """Per cent, or -1 if never heard or stale."""
        return self.soc if self.soc_age_s <= self.soc_max_age_s else UNKNOWN

    def soc_at_least(self, per_cent):
        return self.soc_known() >= per_cent

    def says_charging(self):
        return self.charging and self.charging_age_s <= CHARGING_S_MAX
