"""Mutants that no test can notice, each with the reason why it makes no difference: (file, name, reason).

One that no longer exists, or that some test does notice, fails the proof: the list shrinks by itself.
"""

from tools.proofs.mutants_allowed_app import ALLOWED_APP

ALLOWED = (
    *ALLOWED_APP,
    (
        "boot.py",
        'bring_back: "firmware" in there or "firmware.old" not in there -> (("firmware" in there))',
        "without an old build its renaming fails, and a job of boot.py that fails has done nothing, as one that "
        "refuses",
    ),
    (
        "boot.py",
        "clear: attempt(lambda dog: dog.feed(), DOG) names = attempt(os.listdir, path) -> names = attempt(os.listdir, "
        "path) attempt(lambda dog: dog.feed(), DOG)",
        "the watchdog is fed once for each name either way; neither of the two takes long by itself",
    ),
    (
        "boot.py",
        "clear: os.remove(path) if names is None else os.rmdir(path) -> (os.remove(path))",
        "littlefs removes a file and an empty folder by either name; both are written because other file systems do "
        "not",
    ),
    (
        "boot.py",
        "clear: os.remove(path) if names is None else os.rmdir(path) -> (os.rmdir(path))",
        "littlefs removes a file and an empty folder by either name; both are written because other file systems do "
        "not",
    ),
    (
        "boot.py",
        "clear: os.remove(path) if names is None else os.rmdir(path) -> os.remove(path) if names is not None else "
        "os.rmdir(path)",
        "littlefs removes a file and an empty folder by either name; both are written because other file systems do "
        "not",
    ),
    (
        "boot.py",
        'switch: renewed = copy("firmware") write("trial", b"0") -> write("trial", b"0") renewed = copy("firmware")',
        "as long as the file `switch` is there both are done again at the next start, and it is removed after both",
    ),
    (
        "firmware/core/changeover.py",
        'ROWS: (MARK, _mark_failed, GRID, "the entry could not be recorded"), (MARK, _mark_written, BREAK_GRID, "all '
        'entry permits held") -> (MARK, _mark_written, BREAK_GRID, "all entry permits held"), (MARK, _mark_failed, '
        'GRID, "the entry could not be recorded")',
        "the mark is written or has failed, never both: the order of the two rows cannot matter",
    ),
    (
        "firmware/core/changeover.py",
        'ROWS: (BREAK_V2L, _v2l_parted, MAKE_GRID, "KM2 let go"), (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not '
        'let go in time") -> (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not let go in time"), (BREAK_V2L, '
        '_v2l_parted, MAKE_GRID, "KM2 let go")',
        "the first needs KM2 and the bond to read open, the second one of them to read closed: never both",
    ),
    (
        "firmware/core/gate.py",
        "Gate.decide: self.pilot and (self.guard and not request.guard or not staying) -> "
        "((self.guard and not request.guard or not staying))",
        "with the pilot off there is no guard, and without every stay permit the pilot does not go on, which ends the "
        "leaving in the same tick",
    ),
    (
        "firmware/core/gate.py",
        "Gate._guard_may: may = self.two_relays and self.pilot and not self.leaving_ms -> may = ((self.two_relays) "
        "and (self.pilot))",
        "while leaving, a request for the guard is refused the pilot too; said twice, because the guard must not "
        "depend on how the pilot is judged",
    ),
    (
        "firmware/core/permits.py",
        "_soc_still: return c.setup.soc_reserve < 0 or c.reports.soc_at_least(c.setup.soc_reserve) -> return "
        "((c.reports.soc_at_least(c.setup.soc_reserve)))",
        "no reserve is -1 and an unknown state of charge is -1 too, so the comparison alone happens to say yes",
    ),
    (
        "firmware/core/permits.py",
        "weigh: may_stay and (holds if may_stay is may_enter else may_stay(c)) -> may_stay and ((may_stay(c)))",
        "a test asked twice in one tick answers the same twice; asking once only saves time",
    ),
    (
        "firmware/core/config_schema.py",
        'CONFIG: ("alarm", _OWN, _DRIVEN) -> ("alarm", FILLED, _DRIVEN)',
        "an empty object asks for the board's own pin and level, as nothing at all does",
    ),
    (
        "firmware/core/config_schema.py",
        'CONFIG: ("guard", _OWN, _DRIVEN) -> ("guard", FILLED, _DRIVEN)',
        "an empty object asks for the board's own pin and level, as nothing at all does",
    ),
    (
        "firmware/core/config_schema.py",
        'CONFIG: ("heartbeat", _OWN, _DRIVEN) -> ("heartbeat", FILLED, _DRIVEN)',
        "an empty object asks for the board's own pin and level, as nothing at all does",
    ),
    (
        "firmware/core/config_schema.py",
        'CONFIG: ("led", _OWN, _DRIVEN) -> ("led", FILLED, _DRIVEN)',
        "an empty object asks for the board's own pin and level, as nothing at all does",
    ),
)
