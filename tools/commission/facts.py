"""What is known of an installation from its configuration: what is fitted, and its limits."""

from firmware.core import boards, config, dates
from tools import preview, preview_text
from tools.cable.ports import Trouble

CONTACTORS = ("km1", "km2", "bond")
SUPPLIES = ("car", "grid", "charging", "enable")
NO_SECRETS = ("password", "secret")


class Facts:
    def __init__(self, config_text):
        self.config, problems = config.check(config_text, boards.PROFILES)
        if problems:
            raise Trouble(f"the board's configuration would be refused ({problems[0][0]}: {problems[0][1]})")
        self.setup = self.config.setup
        self.limits = self.setup.limits
        self.kinds = {signal: kind for signal, _pin, kind in self.config.pins}
        self.two_relays = self.setup.two_relays

    def fitted(self, *names):
        return [name for name in names if name in self.kinds]

    def enter_s(self):
        """How long V2L may take to come once it is wanted, all permits but time being there."""
        limits = self.limits
        moving_ms = limits.release_ms + limits.pull_ms + limits.dead_time_ms
        return limits.startup_s + limits.dwell_s + limits.confirm_s + limits.car_s + moving_ms / 1000 + 10

    def wiring(self):
        """For the record. Whether a dead-man stage is fitted does not stand in a configuration; its step asks."""
        return {"relays": 2 if self.two_relays else 1, "fitted": self.fitted(*CONTACTORS, *SUPPLIES),
                "kinds": {name: self.kinds[name] for name in self.fitted(*CONTACTORS, *SUPPLIES, "button")},
                "heartbeat": False, "clock": self.config.rtc,
                "button": "selector" if self.setup.selector else "momentary"}

    def configuration(self):
        """For the record, without anything that might be a secret."""
        return {key: value for key, value in self.config.raw.items() if not any(word in key for word in NO_SECRETS)}

    def week(self, now_s):
        """The coming seven days as lines."""
        zone = self.config.zone
        survey = preview.Survey(self.config, (now_s + zone.offset(now_s)) // dates.DAY_S, 7)
        return preview_text.draw(survey, preview_text.SIGNS)
