"""A real Chromium, for the tests of the page: found on this machine, never fetched.

Looked for in this order: $GRIDREST_CHROMIUM, then the names under which systems install it.
"""

import os
import shutil
import subprocess

from tools.packaged import Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "install it (on Debian: apt-get install chromium) or name one in GRIDREST_CHROMIUM."
# It starts in a container and as root too, and asks nobody on the network for anything.
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")


class Chromium:
    def __init__(self, command, version):
        self.command = command
        self.version = version

    def __str__(self):
        return f"Chromium {self.version}"


def find():
    """One that answers. Raises Unavailable with a sentence."""
    named = os.environ.get("GRIDREST_CHROMIUM")
    command = named or next(filter(None, map(shutil.which, NAMES)), None)
    if command is None:
        raise Unavailable(f"there is no Chromium on PATH; {REMEDY}")
    try:
        said = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise Unavailable(f"{command} does not start ({trouble}); {REMEDY}") from None
    words = [word for word in said.split() if word[:1].isdigit()]
    if not words:
        raise Unavailable(f"{command} does not say its version; {REMEDY}")
    return Chromium(command, words[0].partition(".")[0])
