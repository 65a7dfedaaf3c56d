"""What is on flash, read before anything is built: the configuration, the last run's record, the build's own files.

All that reads and checks takes a third of the firmware and is of no use later. So what was found is plain values, and
holds on to nothing of it.
"""

from firmware.app import recall, selfcheck
from firmware.core import boards, chips, config, jsontext, setup
from firmware.device import files, pins

CONFIG = "config.json"
SECRETS = "secrets.json"
SECRETS_BYTES = 1024


class Found:
    """What the start needs, by name."""


def survey(relays):
    """`relays` of (pin, off level): those that boot.py turns off."""
    found = Found()
    profile = _configure(found)
    found.saved, found.state_problem = recall.load()
    found.stray = selfcheck.wrong_file()
    _prepare_network(found)
    found.wrong_pin = selfcheck.wrong_pin(relays, chips.relays_off(profile, found.pins))
    return found


def _configure(found):
    """Take what a sound configuration says, or what can be done without one; answers the board's profile."""
    text = files.read(CONFIG, jsontext.LONGEST)
    if text is None:
        checked, problems = None, [(CONFIG, "missing")]
    else:
        checked, problems = config.check(text, boards.PROFILES)
    if checked is None:
        found.problem = problems[0][0]
        return _assume(found, boards.PROFILES[0])
    found.problem = None
    found.pins, found.setup, found.schedule = checked.pins, checked.setup, checked.schedule
    found.id, found.rtc = checked.id, checked.rtc
    found.wifi, found.ntp, found.mqtt = checked.wifi, checked.ntp, checked.mqtt
    return checked.profile


def _assume(found, profile):
    """In place of a configuration that is refused: the board's own outputs, all off, and nothing else.

    How the inputs are wired is not known then, and a button that is read wrongly would leave a hold behind.
    """
    found.pins = [(row[0], row[1], "high" if row[2] else "low") for row in profile[3] if row[0] in pins.OUTPUTS]
    found.setup, found.schedule = setup.Setup(), None
    found.id, found.rtc = None, "none"
    found.wifi = found.ntp = found.mqtt = None
    return profile


def _prepare_network(found):
    """Add the passwords, which have a file of their own so that the configuration can be shown to anybody."""
    text = files.read(SECRETS, SECRETS_BYTES)
    value, problem = ({}, files.exists(SECRETS) or None) if text is None else jsontext.read(text)
    found.secrets_problem = None
    for name, target in (("wifi", found.wifi), ("mqtt", found.mqtt)):
        password = value.get(name, {}) if problem is None and isinstance(value, dict) else None
        password = password.get("password", "") if isinstance(password, dict) else None
        if not isinstance(password, str):
            found.secrets_problem = SECRETS
        if target is not None:
            target["password"] = password if isinstance(password, str) else ""
