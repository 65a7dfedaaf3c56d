"""Passwords: asked for without echo, and on their way to the board never on a command line, in a file or in a line."""

import getpass
import sys

NAMES = {"wifi": "the Wi-Fi network", "mqtt": "the MQTT user"}


def needed(config):
    """For what this configuration needs one."""
    return [name for name, need in (("wifi", config.wifi), ("mqtt", config.mqtt and config.mqtt["user"])) if need]


def bring(prompt, config, there, every, say):
    """Ask for those that the board has none for, or for all, and give them to the board."""
    names = [name for name in needed(config) if every or name not in there["passwords"]]
    if names and not every and not sys.stdin.isatty():
        say("warning", f"the board has no password for {' and '.join(NAMES[name] for name in names)}; --secrets asks")
        return
    given = {name: _asked(name, config) for name in names}
    given = {name: password for name, password in given.items() if password}
    if given:
        prompt.whisper(f"keep_passwords({given!r})")
        say("secrets", f"the board has a password for {' and '.join(NAMES[name] for name in given)}")


def _asked(name, config):
    whose = config.wifi["ssid"] if name == "wifi" else config.mqtt["user"]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(f"password for {NAMES[name]} {whose} (not shown; Enter for none): ")
