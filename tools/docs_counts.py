"""The figures in docs/proof.md that are counted and not measured: mutants and listed ones, entries of the evidence."""

import pathlib

from tools.proofs import evidence, mutation
from tools.proofs.mutants_allowed import ALLOWED
from tools.proofs.mutants_tests import MODULES, ORDERED

PAGE = "docs/proof.md"
ROOT = pathlib.Path(__file__).resolve().parent.parent
APP = tuple(path for path, _tests in MODULES if path.startswith("firmware/app/"))
DECIDE = ("firmware/core/changeover.py", "firmware/core/gate.py", "firmware/core/permits.py")
SETTINGS = ("firmware/core/limits.py", "firmware/core/config_schema.py", "firmware/core/setup.py")
ALL = tuple(path for path, _tests in MODULES)
GROUPS = (("boot.py", ("boot.py",)), ("main.py", ("main.py",)), ("firmware/app", APP),
          ("state machine, gate, permits", DECIDE), ("limits, config schema, setup", SETTINGS), ("together", ALL))


def mutants(paths):
    """(how many there are of these files, how many of them are listed)."""
    texts = [(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths]
    return (sum(1 for path, text in texts for _mutant in mutation.mutants(text, path in ORDERED)),
            sum(row[0] in paths for row in ALLOWED))


def mutants_table():
    rows = ["| | mutants | listed |", "|---|---|---|"]
    return "\n".join(rows + [f"| {name} | {{:,}} | {{}} |".format(*mutants(paths)) for name, paths in GROUPS])


def evidence_figures():
    found = evidence.counts(evidence.table()[0])
    return (f"{found['rules']} rules and {found['promises']} promises, of which {found['shown_by_running']} are shown "
            f"by running, by {found['tests_named']} tests\nbeside scenarios and parts; {found['carried_by_others']} "
            "are carried by the installer, the designer or the chip, and proven by nobody here; "
            f"{found['sentences_that_promise_nothing']}\nmore sentences promise nothing.")


TABLES = (("mutants", mutants_table), ("evidence", evidence_figures))
