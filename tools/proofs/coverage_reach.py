"""Which tests reach which line of the firmware, measured by running them."""

import json
import pathlib

import coverage

from tools.proofs.mutants_pool import Job, judge

PATTERNS = ("boot.py", "main.py", "firmware/*")
ALONE_S = 600  # of the processor's time, for one test under measurement: far more than any takes


class Reach:
    """What was measured: `data` is coverage.py's, `seconds` what each test takes, `failed` what did not pass."""

    def __init__(self, jobs):
        self.data = coverage.CoverageData(no_disk=True)
        self.seconds = {}
        self.failed = ["%s: %s" % (job.name, job.verdict) for job in jobs if job.verdict != "survived"]
        self.lines = {}
        for job in jobs:
            if pathlib.Path(job.data).exists():
                part = coverage.CoverageData(job.data)
                part.read()
                self.data.update(part)
            if pathlib.Path(job.data + ".json").exists():
                self.seconds.update(json.loads(pathlib.Path(job.data + ".json").read_text()))

    def tests_of(self, path, lines):
        """The tests that reach one of these lines of a file, the fastest first."""
        if path not in self.lines:
            self.lines[path] = self.data.contexts_by_lineno(path)
        found = {test for line in lines for test in self.lines[path].get(line, ()) if test}
        return sorted(found, key=lambda test: (self.seconds[test], test))


def measure(entries, progress, folder, patterns=PATTERNS):
    """Run tests, each entry a file of host_tests or a test in one, and give what they reach. The longest come first."""
    jobs = [Job("", entry, None, [entry], ALONE_S) for entry in entries]
    for i, job in enumerate(jobs):
        job.data, job.patterns = str(pathlib.Path(folder, "reach%d" % i)), patterns
    return Reach(judge(jobs, progress, folder, "what the tests reach"))
