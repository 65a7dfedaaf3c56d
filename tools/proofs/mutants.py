"""Whether the tests would notice: small changes to the modules that decide, each of which must make a test fail."""

import json
import os
import pathlib
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from tools.proofs import mutation
from tools.proofs.mutants_allowed import ALLOWED

SENTENCE = ("Every small change to the state machine, the gate and the permits makes a test fail, but for the few "
            "listed with the reason why they change nothing.")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Module of the core, and the tests that must notice, the fastest first.
MODULES = (
    ("changeover", ("test_changeover_edges.py", "test_changeover_table.py")),
    ("gate", ("test_gate.py",)),
    ("permits", ("test_permits.py",)),
)
TESTS = dict(MODULES)
WORKERS = 2
QUICK = 60
LIMIT_S = 30  # for one mutant, where it is not known how long its tests take
PATIENCE = 5  # times as long as the tests take without a mutant: slower than that is a hang
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "", "CI": "",
               "GRIDREST_STRICT": ""}


class Job:
    """One module, one changed text of it (None: as it is), and what the tests made of it."""

    def __init__(self, module, name, source, limit_s=LIMIT_S):
        self.module = module
        self.name = name
        self.source = source
        self.limit_s = limit_s
        self.verdict = None
        self.seconds = 0

    def key(self):
        return self.module, self.name

    def order(self):
        return json.dumps({"module": "firmware.core." + self.module, "source": self.source, "limit_s": self.limit_s,
                           "tests": ["host_tests/" + name for name in TESTS[self.module]]})

    def noticed(self):
        return self.verdict in ("killed", "hung", "crashed")


class Worker(threading.Thread):
    """Hands jobs to a process of its own until there are none left."""

    def __init__(self, jobs, done, compiled):
        super().__init__(daemon=True)
        self.jobs, self.done = jobs, done
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.proofs.mutants_worker"], cwd=ROOT,
            env={**os.environ, **ENVIRONMENT, "PYTHONPYCACHEPREFIX": compiled},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def run(self):
        while True:
            try:
                job = self.jobs.get_nowait()
            except queue.Empty:
                break
            begun = time.monotonic()
            try:
                self.process.stdin.write(job.order() + "\n")
                self.process.stdin.flush()
                job.verdict = json.loads(self.process.stdout.readline())
            except (OSError, ValueError):
                job.verdict = "not run: the process that runs the tests has died"
            job.seconds = time.monotonic() - begun
            self.done.put(job)

    def end(self):
        """Stop; in the middle of a job, too, when the campaign is interrupted."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.join()
        self.process.communicate()


def judge(jobs, progress, compiled, note=""):
    """Run the tests against every job, two at a time; `compiled` is a folder in which they share what they compile."""
    waiting, done = queue.Queue(), queue.Queue()
    for job in jobs:
        waiting.put(job)
    workers = [Worker(waiting, done, compiled) for _ in range(min(WORKERS, len(jobs)))]
    try:
        for worker in workers:
            worker.start()
        for count in range(len(jobs)):
            progress.update(count, len(jobs), note or jobs[count].module)
            done.get()
    finally:
        waiting.queue.clear()
        for worker in workers:
            worker.end()
    return jobs


def all_mutants():
    """Every mutant of every module, as jobs."""
    return [Job(module, mutant.name, mutant.source)
            for module, _tests in MODULES for mutant in mutation.mutants(text_of(module))]


def text_of(module):
    return (ROOT / "firmware" / "core" / (module + ".py")).read_text(encoding="utf-8")


def parted(mutants, allowed=ALLOWED):
    """Those that a test must notice, and those that are listed as beyond noticing."""
    listed = {row[:2] for row in allowed}
    return [job for job in mutants if job.key() not in listed], [job for job in mutants if job.key() in listed]


def run(progress, quick, seed):
    """Return the figures; "ok" is false if an unlisted mutant survived, or the list of allowed ones is out of date."""
    with tempfile.TemporaryDirectory() as compiled:
        plain = [Job(module, "as it is", None, 10 * LIMIT_S) for module, _tests in MODULES]
        judge(plain, progress, compiled, "without a mutant")
        broken = ["%s: %s" % (job.module, job.verdict) for job in plain if job.verdict != "survived"]
        if broken:
            return {"ok": False, "tests_that_fail_without_a_mutant": broken}
        mutants = all_mutants()
        limits = {job.module: max(LIMIT_S, PATIENCE * job.seconds) for job in plain}
        for job in mutants:
            job.limit_s = limits[job.module]
        must, need_not = parted(mutants)
        if quick:
            must = random.Random(seed).sample(must, QUICK)
        return figures(mutants, judge(must + need_not, progress, compiled))


def figures(mutants, judged, allowed=ALLOWED):
    """What came of it, in the order in which a reader wants to know."""
    listed = {row[:2] for row in allowed}
    survivors = {job.key() for job in judged if job.verdict == "survived"}
    result = {
        "mutants": len(mutants),
        "judged": len(judged),
        "noticed": sum(job.noticed() for job in judged),
        "allowed": len(survivors & listed),
        "survivors": told(survivors - listed),
        "allowed_but_gone": told(listed - {job.key() for job in mutants}),
        "allowed_but_noticed": told({job.key() for job in judged if job.noticed()} & listed),
        "not_run": [job.module + ": " + job.verdict for job in judged
                    if not job.noticed() and job.verdict != "survived"],
    }
    return {"ok": not any(isinstance(value, list) and value for value in result.values()), **result}


def told(keys):
    return ["%s.py %s" % key for key in sorted(keys)]
