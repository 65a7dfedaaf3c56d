"""The figures that the rules use: their defaults and their ranges. What each one limits stands in sentences."""

# name, default, lowest, highest. The one source: reader, documents and tests all use these rows.
LIMITS = (
    ("confirm_s", 5, 0, 600),
    ("startup_s", 10, 6, 600),
    ("dwell_s", 60, 10, 86400),
    ("car_s", 10, 1, 600),
    ("max_v2l_min", 1440, 1, 10080),
    ("entries_per_hour", 4, 1, 12),
    ("entries_per_day", 12, 1, 24),
    ("release_ms", 300, 50, 2000),
    ("pull_ms", 500, 50, 2000),
    ("dead_time_ms", 200, 0, 5000),
    ("uncommanded_ms", 100, 60, 1000),
    ("max_error_s", 120, 5, 3600),
    ("watchdog_ms", 5000, 2000, 30000),
    ("proof_days", 400, 1, 3650),
)
