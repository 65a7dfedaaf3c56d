"""The figures that the rules use: their defaults, their ranges, and what each one limits."""

# name, default, lowest, highest, what it limits. The one source: reader, documents and tests all use these rows.
LIMITS = (
    ("confirm_s", 5, 0, 600, "how long every entry permit must hold before the board enters V2L"),
    ("startup_s", 10, 6, 600, "how long the board rests on grid after every start"),
    ("dwell_s", 60, 10, 86400, "how long the board rests on grid between two transfers"),
    ("car_s", 10, 1, 600, "how long the V2L supply must be live before it counts"),
    ("max_v2l_min", 1440, 1, 10080, "the longest single stay on V2L"),
    ("entries_per_hour", 4, 1, 12, "entries into V2L in any hour, tries included"),
    ("entries_per_day", 12, 1, 24, "entries into V2L in any 24 hours, tries included"),
    ("release_ms", 300, 50, 2000, "how long a contactor may take to let go"),
    ("pull_ms", 500, 50, 2000, "how long a contactor may take to pull"),
    ("dead_time_ms", 200, 0, 5000, "both feedbacks say open so long, to one sample, before a coil is fed (two relays)"),
    ("uncommanded_ms", 100, 60, 1000, "how long a change nobody commanded must last to be believed"),
    ("max_error_s", 120, 5, 3600, "the largest clock error with which V2L is allowed"),
    ("watchdog_ms", 5000, 2000, 30000, "the hardware watchdog's time-out"),
)
