"""The start of the firmware. This build has no device layer yet: it turns no relay on, and boot.py turned them off."""

print("gridrest: this build decides but does not switch: the device layer is not in it yet. No relay is turned on.")
