"""Tests of changed files, two at a time: jobs, and the processes that do them, each in a copy of the project."""

import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPIED = ("boot.py", "main.py", "config.example.json", "pyproject.toml", "README.md", "docs", "firmware", "tools",
          "host_tests")
NOT_COPIED = ("__pycache__", ".pytest_cache", ".ruff_cache", "*.png", "*.svg")
RUN_FROM_FLASH = ("boot.py", "main.py", "firmware/app/")
LOADED_FROM_DISK = ("firmware/app/bring_up.py",)
WORKERS = 2
LIMIT_S = 30  # of the processor's time for one test, where it is not known how long the tests take
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "",
               "PYTHONPYCACHEPREFIX": "", "CI": "", "GRIDREST_STRICT": "", "OPENBLAS_NUM_THREADS": "1"}


class Job:
    """One file, one changed text of it (None: as it is), the tests that look at it, and what they made of it."""

    def __init__(self, path, name, source, tests, limit_s=LIMIT_S):
        self.path = path
        self.name = name
        self.source = source
        self.tests = tests
        self.limit_s = limit_s
        self.data, self.patterns = None, ()  # where to write what the tests reach, and of which files
        self.verdict = None
        self.seconds = 0

    def key(self):
        return self.path, self.name

    def order(self):
        return json.dumps({"path": self.path, "source": self.source, "limit_s": self.limit_s, "data": self.data,
                           "patterns": self.patterns, "warm": self.is_warm(),
                           "tests": ["host_tests/" + name for name in self.tests]})

    def is_warm(self):
        """Whether core and simulator may be loaded already: the change is in none of what they load from disk."""
        return self.path.startswith(RUN_FROM_FLASH) and self.path not in LOADED_FROM_DISK

    def noticed(self):
        return self.verdict in ("killed", "hung", "crashed")


class Worker(threading.Thread):
    """Hands jobs to a process of its own until there are none left."""

    def __init__(self, jobs, done, folder):
        super().__init__(daemon=True)
        self.jobs, self.done = jobs, done
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.proofs.mutants_worker"], cwd=folder, env={**os.environ, **ENVIRONMENT},
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


def judge(jobs, progress, folder, note="", workers=WORKERS):
    """Do every job, two at a time, in copies of the project that are made and kept in `folder`."""
    waiting, done = queue.Queue(), queue.Queue()
    for job in sorted(jobs, key=Job.is_warm):  # what is loaded early is there for good
        waiting.put(job)
    workers = [Worker(waiting, done, copied(pathlib.Path(folder, str(i)))) for i in range(min(workers, len(jobs)))]
    try:
        for worker in workers:
            worker.start()
        for count in range(len(jobs)):
            progress.update(count, len(jobs), note or jobs[count].path)
            done.get()
    finally:
        waiting.queue.clear()
        for worker in workers:
            worker.end()
    return jobs


def copied(folder):
    """A copy of the project, without what is of no use to a test."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(*NOT_COPIED), dirs_exist_ok=True)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return folder
