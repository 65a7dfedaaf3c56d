"""What is mutated, and which tests must notice: (file, tests), the fastest first. A test is a file of host_tests, or
one in it.
"""

RECORDED = "test_scenarios.py::test_every_line_is_as_recorded"
MODULES = (
    ("boot.py", ("test_boot.py", "test_boot_update.py", "test_cover_boot.py")),
    ("main.py", ("test_cover_main.py",)),
    ("firmware/app/bring_up.py", ("test_cover_bring_up.py",)),
    ("firmware/app/connect.py", ("test_secrets.py", "test_cover_connect.py")),
    ("firmware/app/console.py", ("test_console.py", "test_cover_console.py")),
    ("firmware/app/desk.py", ("test_cover_desk.py",)),
    ("firmware/app/first_time.py", ("test_cover_time.py",)),
    ("firmware/app/keepsake.py", ("test_cover_telling.py",)),
    ("firmware/app/loop.py", ("test_cover_loop.py",)),
    ("firmware/app/outbox.py", ("test_cover_telling.py",)),
    ("firmware/app/recall.py", ("test_cover_found.py",)),
    ("firmware/app/selfcheck.py", ("test_cover_found.py",)),
    ("firmware/app/start.py", ("test_cover_start.py",)),
    ("firmware/app/storage.py", ("test_cover_storage.py",)),
    ("firmware/app/survey.py", ("test_cover_found.py", "test_secrets.py")),
    ("firmware/app/timekeeping.py", ("test_cover_time.py", "test_timekeeping.py")),
    ("firmware/core/changeover.py", ("test_changeover_edges.py", "test_changeover_table.py")),
    ("firmware/core/gate.py", ("test_gate.py", "test_gate_waived.py")),
    ("firmware/core/permits.py", ("test_permits.py", "test_supervision.py")),
    ("firmware/core/limits.py", ("test_cover_config.py",)),
    ("firmware/core/config_schema.py", ("test_cover_config.py",)),
    ("firmware/core/setup.py", ("test_cover_config.py",)),
)
# In which calls that stand one after the other are exchanged, too.
ORDERED = ("boot.py", "main.py", "firmware/app/bring_up.py", "firmware/app/loop.py")
