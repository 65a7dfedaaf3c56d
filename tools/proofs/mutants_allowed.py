"""Mutants that no test can notice, each with the reason why it makes no difference: (module, name, reason).

One that no longer exists, or that some test does notice, fails the proof: the list shrinks by itself.
"""

ALLOWED = (
    (
        "changeover",
        'ROWS: (MARK, _mark_failed, GRID, "the entry could not be recorded"), (MARK, _mark_written, BREAK_GRID, '
        '"all entry permits held") -> (MARK, _mark_written, BREAK_GRID, "all entry permits held"), (MARK, '
        '_mark_failed, GRID, "the entry could not be recorded")',
        "the mark is written or has failed, never both: the order of the two rows cannot matter",
    ),
    (
        "changeover",
        'ROWS: (BREAK_V2L, _v2l_parted, MAKE_GRID, "KM2 let go"), (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not '
        'let go in time") -> (BREAK_V2L, _release_over, MAKE_GRID, "KM2 did not let go in time"), (BREAK_V2L, '
        '_v2l_parted, MAKE_GRID, "KM2 let go")',
        "the first needs KM2 and the bond to read open, the second one of them to read closed: never both",
    ),
    (
        "gate",
        "Gate.decide: self.pilot and (self.guard and not request.guard or request.stay != self.stay_all) -> "
        "((self.guard and not request.guard or request.stay != self.stay_all))",
        "with the pilot off there is no guard, and without every stay permit the pilot does not go on, which ends the "
        "leaving in the same tick",
    ),
    (
        "gate",
        "Gate._guard_may: may = self.two_relays and self.pilot and not self.leaving_ms -> may = ((self.two_relays) and "
        "(self.pilot))",
        "while leaving, a request for the guard is refused the pilot too; said twice, because the guard must not "
        "depend on how the pilot is judged",
    ),
    (
        "permits",
        "_soc_still: return c.setup.soc_reserve < 0 or c.reports.soc_at_least(c.setup.soc_reserve) -> return "
        "((c.reports.soc_at_least(c.setup.soc_reserve)))",
        "no reserve is -1 and an unknown state of charge is -1 too, so the comparison alone happens to say yes",
    ),
    (
        "permits",
        "weigh: may_stay and (holds if may_stay is may_enter else may_stay(c)) -> may_stay and ((may_stay(c)))",
        "a test asked twice in one tick answers the same twice; asking once only saves time",
    ),
)
