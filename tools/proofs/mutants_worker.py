"""Runs tests against one changed file after another, each in a fork of a process that has everything else loaded.

It stands in a copy of the project of its own: a change is made there, on disk, so that it reaches whoever asks for the
file, be it an import, the staging of a board's files or a process that a test starts. Jobs come in on stdin and
verdicts go out on stdout, one JSON object a line. Only the forked children import the tests and whatever of the
firmware may be changed, so that each begins with nothing but the change it is given.
"""

import argparse  # noqa: F401  this, and all that are not used here: loaded once rather than once in each child
import difflib  # noqa: F401
import gc
import hashlib  # noqa: F401
import itertools
import json
import os
import pathlib
import random  # noqa: F401
import resource
import select  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import time

import fastjsonschema  # noqa: F401
import hypothesis  # noqa: F401
import hypothesis.strategies  # noqa: F401
import pytest

import tools.chromium  # noqa: F401  what conftest.py needs
import tools.micropython  # noqa: F401
import tools.mosquitto  # noqa: F401

OPTIONS = ("-x", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:junitxml", "-p", "no:doctest",
           "-m", "not micropython and not mosquitto and not browser")
VERDICTS = {0: "survived", 1: "killed", 2: "killed"}  # 2: the tests could not even be collected
MEMORY_MAX = 2 << 30
LOOK_S = 0.005
WAITING, STARTING_S = 10, 60  # where the processor is not even used: times its limit, and on top
TIMES_S = itertools.count(1_000_000_000)  # long ago: no real file has any of them


class Measure:
    """A plugin: which test reaches which line, and how long it takes, written into a file."""

    def __init__(self, path, patterns):
        import coverage

        self.path = path
        self.seconds = {}
        self.begun = 0
        include = [os.path.join(os.getcwd(), pattern) for pattern in patterns]
        self.coverage = coverage.Coverage(data_file=path, branch=True, config_file=False, include=include)
        self.coverage.set_option("run:relative_files", True)
        self.coverage.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid):
        self.coverage.switch_context(nodeid)
        self.begun = time.process_time()

    def pytest_runtest_logfinish(self, nodeid):
        self.seconds[nodeid] = time.process_time() - self.begun
        self.coverage.switch_context("")

    def end(self):
        self.coverage.stop()
        self.coverage.save()
        pathlib.Path(self.path + ".json").write_text(json.dumps(self.seconds))


class Patience:
    """A plugin: ends the process when one test takes far more of the processor than it should."""

    def __init__(self, limit_s):
        self.limit_s = limit_s
        self.pytest_runtest_logstart()  # collecting is limited, too

    def pytest_runtest_logstart(self):
        signal.setitimer(signal.ITIMER_PROF, self.limit_s)


class Change:
    """The changed file in place of the real one, for as long as this lasts."""

    def __init__(self, path, source):
        self.path = pathlib.Path(path) if source is not None else None
        self.source = source

    def __enter__(self):
        if self.path:
            self.real = self.path.read_bytes()
            self._put(self.source.encode())

    def __exit__(self, *_trouble):
        if self.path:
            self._put(self.real)

    def _put(self, data):
        """What is compiled of it is kept under its time and size, so no two may have the same time."""
        self.path.write_bytes(data)
        time_s = next(TIMES_S)
        os.utime(self.path, (time_s, time_s))


def warm_up():
    """Load what no change to come concerns: the core, the simulator, and how the firmware's other files compile."""
    from tools import staging
    from tools.proofs import branches

    branches.Run(branches.house(length="00:00:10")).play()
    staging._source.cache_clear()  # it has the files as they are


def child(job):
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    measure = Measure(job["data"], job["patterns"]) if job["data"] else None
    plugins = [Patience(job["limit_s"])] + ([measure] if measure else [])
    code = int(pytest.main([*OPTIONS, *job["tests"]], plugins))
    if measure:
        measure.end()
    return code


def verdict(job):
    """Fork, run, and say what became of it; a change that hangs is noticed, which is all that is asked."""
    if not job["tests"]:
        return "survived"  # pytest without a name would run all there is, until something took too long
    pid = os.fork()
    if not pid:
        code = 70
        try:
            code = child(job)
        finally:
            os._exit(code)
    end = time.monotonic() + WAITING * job["limit_s"] + STARTING_S
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return "hung"
        time.sleep(LOOK_S)
    if os.WIFSIGNALED(status):
        return "hung" if os.WTERMSIG(status) == signal.SIGPROF else "crashed"
    return VERDICTS.get(os.WEXITSTATUS(status), "not run: pytest ended with %d" % os.WEXITSTATUS(status))


def main():
    is_warm = False
    gc.freeze()  # what is loaded now is shared with every child for as long as nobody writes to it
    try:
        for line in sys.stdin:
            job = json.loads(line)
            assert job["warm"] or not is_warm, "what is loaded by now is what this job changes"
            if job["warm"] and not is_warm:
                is_warm = True
                warm_up()
                gc.freeze()
            with Change(job["path"], job["source"]):
                answer = verdict(job)
            print(json.dumps(answer), flush=True)
    except BrokenPipeError:  # nobody waits for the verdict any more
        os._exit(1)


if __name__ == "__main__":
    main()
