"""Lets go of what only a start needs: about a quarter of the firmware, on a chip that has little memory."""

import gc
import sys

FOR_STARTING = (
    "firmware.app.start",
    "firmware.app.recall",
    "firmware.app.selfcheck",
    "firmware.build",
    "firmware.core.config",
    "firmware.core.config_schema",
    "firmware.core.config_shapes",
    "firmware.core.jsontext",
    "firmware.core.limits",
    "firmware.core.record",
    "firmware.core.zonetext",
    "firmware.core.chips",
    "firmware.core.boards",
)


def release():
    """Forget those modules. What they made stays, as far as somebody holds it."""
    for name in FOR_STARTING:
        sys.modules.pop(name, None)
        parent, _dot, last = name.rpartition(".")
        if hasattr(sys.modules[parent], last):
            delattr(sys.modules[parent], last)
    gc.collect()
