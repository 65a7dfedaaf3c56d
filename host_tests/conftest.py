"""What every test stands on: the import path, one deterministic Hypothesis profile, and the two tiers.

A test that asks for a `micropython` fixture belongs to the MicroPython tier and is marked so. Where no MicroPython is
to be had it is skipped with the reason, or fails where nothing may be left out: CI=true, or `tools/gridrest test
--strict`.
"""

import os
import pathlib
import sys

import pytest
from hypothesis import settings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools import micropython as interpreters  # noqa: E402  the line above makes it importable

settings.register_profile("gridrest", derandomize=True, deadline=None, max_examples=60, database=None)
settings.load_profile("gridrest")

NO_TIER = "the MicroPython tier could not run: "
STRICT = os.environ.get("CI") == "true" or os.environ.get("GRIDREST_STRICT") == "1"


@pytest.fixture(scope="session")
def micropython():
    """Real MicroPython, of whatever word length."""
    return _find(None)


@pytest.fixture(scope="session")
def micropython_32():
    """Real MicroPython with the board's word length, for everything that measures memory."""
    return _find(32)


@pytest.fixture
def figure(record_property):
    """figure("core: 1412 lines of code") puts a line under the test run, for figures that people follow."""
    return lambda text: record_property("figure", text)


def _find(bits):
    try:
        return interpreters.find(bits)
    except interpreters.Unavailable as sentence:
        reason = NO_TIER + str(sentence)
    if STRICT:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items):
    for item in items:
        if {"micropython", "micropython_32"} & set(item.fixturenames):
            item.add_marker("micropython")


def _tiers(reporter):
    """How many tests ran on CPython alone, how many on MicroPython, and why some of those could not."""
    ran, on_micropython, reasons = set(), set(), set()
    for kind in ("passed", "failed", "error", "skipped"):
        for report in reporter.stats.get(kind, ()):
            said = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            if NO_TIER in said:
                reasons.add(said.partition(NO_TIER)[2].strip())
            elif kind != "skipped" and hasattr(report, "keywords"):  # a file that was not collected is no test
                (on_micropython if "micropython" in report.keywords else ran).add(report.nodeid)
    return len(ran), len(on_micropython), sorted(reasons)


def _is_whole(config):
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    return config.args_source == config.ArgsSource.TESTPATHS and not chosen


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A whole strict run in which the MicroPython tier has no tests at all has not tested what it says it does."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if STRICT and reporter and _is_whole(session.config) and not _tiers(reporter)[1]:
        session.exitstatus = session.exitstatus or 1


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    figures = [text for report in reports for name, text in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.line(text)
    plain, real, reasons = _tiers(terminalreporter)
    line = f"tiers: {plain} tests on CPython, {real} on MicroPython"
    if not real and not reasons and _is_whole(terminalreporter.config):
        reasons = ["the run has no test for it"]
    if reasons:
        line += f"; THE MICROPYTHON TIER DID NOT RUN: {'; '.join(reasons)}"
    terminalreporter.line("")
    terminalreporter.line(line, bold=True, red=bool(reasons), green=not reasons)
