"""The reader's browser, where there is one that has a window of its own."""

import os
import sys
import threading
import webbrowser


def has_windows(environment=os.environ, platform=sys.platform):
    """Whether a browser that is started here can show itself; one for terminals would take over this one."""
    return platform == "darwin" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def open_page(url):
    """Open it, without waiting for what may take long or fail."""
    if has_windows():
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
