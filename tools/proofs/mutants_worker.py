"""Runs tests against one mutated module after another, each in a fork of a process that has everything else loaded.

Jobs come in on stdin and verdicts go out on stdout, one JSON object a line. Only the forked children ever import the
firmware and the tests, so that each begins with nothing but the mutant it is given.
"""

import gc
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import time

import hypothesis  # noqa: F401  loaded once here rather than once in each child
import hypothesis.strategies  # noqa: F401
import pytest

import tools.micropython  # noqa: F401  what conftest.py needs

OPTIONS = ("-x", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:junitxml", "-p", "no:doctest")
VERDICTS = {0: "survived", 1: "killed", 2: "killed"}  # 2: the tests could not even be collected
MEMORY_MAX = 2 << 30
LOOK_S = 0.005


class Swap(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives out the mutant where the module is asked for."""

    def __init__(self, name, source):
        self.name = name
        self.source = source

    def find_spec(self, name, _path=None, _target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module):
        exec(compile(self.source, self.name, "exec"), module.__dict__)


def child(job):
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    if job["source"] is not None:
        sys.meta_path.insert(0, Swap(job["module"], job["source"]))
    return int(pytest.main([*OPTIONS, *job["tests"]]))


def verdict(job):
    """Fork, run, and say what became of it; a mutant that hangs is noticed, which is all that is asked."""
    pid = os.fork()
    if not pid:
        code = 70
        try:
            code = child(job)
        finally:
            os._exit(code)
    end = time.monotonic() + job["limit_s"]
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
        return "crashed"
    return VERDICTS.get(os.WEXITSTATUS(status), "not run: pytest ended with %d" % os.WEXITSTATUS(status))


def main():
    gc.freeze()  # what is loaded now is shared with every child for as long as nobody writes to it
    try:
        for line in sys.stdin:
            print(json.dumps(verdict(json.loads(line))), flush=True)
    except BrokenPipeError:  # nobody waits for the verdict any more
        os._exit(1)


if __name__ == "__main__":
    main()
