"""What the documents count is counted again: small changes to the firmware, defects of an installation."""

import re

from tools import docs_counts
from tools.commission import defects

README = (docs_counts.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_counts_the_mutants_and_the_defects_that_there_are():
    made, listed = docs_counts.mutants(docs_counts.DECIDE)
    told = re.findall(r"none of (\d+), but for (\d+) that change nothing", README)
    assert [tuple(map(int, row)) for row in told] == [(made, listed)]
    assert re.findall(r"the (\d+) planted defects", README) == [str(len(defects.DEFECTS))]


def test_every_file_that_is_mutated_is_counted_in_one_row():
    *parts, together = [paths for _name, paths in docs_counts.GROUPS]
    assert sorted(path for part in parts for path in part) == sorted(together)
