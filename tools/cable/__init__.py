"""A board at the end of a USB cable: its console while the firmware runs, its prompt where files are to change."""
