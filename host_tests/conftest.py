"""What every test stands on: the import path, one deterministic Hypothesis profile, and the tiers.

A test that asks for a fixture of a tier, or for one that stands on it, belongs to that tier and is marked so. Where
what the tier needs is not to be had, the test is skipped with the reason, or fails where nothing may be left out:
CI=true, or `tools/gridrest test --strict`.

Files marked `campaign` try the proof's campaigns themselves, or measure for long. A run of everything leaves them out,
unless it is to have all: CI=true, or `tools/gridrest test --all`. A run of chosen ones leaves out nothing.
"""

import os
import pathlib
import signal
import sys
import typing

import pytest
from hypothesis import settings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tools import chromium as browsers  # noqa: E402  the line above makes it importable
from tools import micropython as interpreters  # noqa: E402
from tools import mosquitto as brokers  # noqa: E402
from tools.main import main  # noqa: E402
from tools.packaged import Unavailable  # noqa: E402

settings.register_profile("gridrest", derandomize=True, deadline=None, max_examples=60, database=None)
settings.load_profile("gridrest")

# What was started in the background or by nohup ignores these, and so would every program that a test sends them to.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)

IN_CI = os.environ.get("CI") == "true"
STRICT = IN_CI or os.environ.get("GRIDREST_STRICT") == "1"
ALL = IN_CI or os.environ.get("GRIDREST_ALL") == "1"
WITHOUT_CAMPAIGNS = "not campaign"
LEFT_OUT = "left out: the tests of the proof's own campaigns; tools/gridrest test --all runs them too"


class Tier(typing.NamedTuple):
    """Tests that need more than CPython."""

    marker: str  # is also in pyproject.toml
    fixtures: tuple  # the fixtures that give what it needs, whose str() says what it is
    title: str
    counted: str  # between the number of its tests and what they ran on

    def missing(self):
        return f"the {self.title} tier could not run: "


TIERS = (
    Tier("micropython", ("micropython", "micropython_32"), "MicroPython", "on"),
    Tier("mosquitto", ("mosquitto",), "Mosquitto", "with"),
    Tier("browser", ("chromium",), "Chromium", "with"),
)
MICROPYTHON, MOSQUITTO, BROWSER = TIERS


@pytest.fixture
def sim(capsys):
    """Run that command; returns (exit code, stdout, stderr)."""
    def run(*arguments):
        code = main(["sim", *map(str, arguments)])
        return code, *capsys.readouterr()
    return run


@pytest.fixture(scope="session")
def micropython():
    """Real MicroPython, of whatever word length."""
    return _found(MICROPYTHON, interpreters.find)


@pytest.fixture(scope="session")
def micropython_32():
    """Real MicroPython with the board's word length, for everything that measures memory."""
    return _found(MICROPYTHON, lambda: interpreters.find(32))


@pytest.fixture(scope="session")
def mosquitto():
    """A real Mosquitto, for tests that start their own."""
    return _found(MOSQUITTO, brokers.find)


@pytest.fixture(scope="session")
def broker(mosquitto):
    """One that runs, open to everybody; each test keeps to topics of its own."""
    with mosquitto.running() as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium, for tests that start their own."""
    return _found(BROWSER, browsers.find)


@pytest.fixture(scope="session")
def browser(chromium):
    """One that runs, driven by Playwright; each test makes a page of its own."""
    from playwright import sync_api

    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.command, args=list(browsers.FLAGS))
        yield running
        running.close()


@pytest.fixture
def figure(record_property):
    """figure("core: 1412 lines of code") puts a line under the test run, for figures that people follow."""
    return lambda text: record_property("figure", text)


def _found(tier, find):
    try:
        return find()
    except Unavailable as sentence:
        reason = tier.missing() + str(sentence)
    if STRICT:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Before the processes of a run are started, which take over its options."""
    if not ALL and _is_whole(config):
        config.option.markexpr = WITHOUT_CAMPAIGNS


def pytest_collection_modifyitems(items):
    for item in items:
        for tier in TIERS:
            if any(name in item.fixturenames for name in tier.fixtures):
                item.add_marker(tier.marker)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    """Every report says on what its test ran, for where tests run in many processes nothing else comes back."""
    for tier in TIERS:
        item.user_properties += [(tier.marker, str(item.funcargs[name])) for name in tier.fixtures
                                 if name in item.funcargs]


class Count:
    """What a run says of one tier: the tests that ran, on what, and why some or all could not."""

    def __init__(self, tier):
        self.tier = tier
        self.tests = set()
        self.programs = set()
        self.reasons = set()

    def __str__(self):
        return f"{len(self.tests)} {self.tier.counted} {' and '.join(sorted(self.programs)) or self.tier.title}"


def _counts(reporter):
    """How many tests ran on CPython alone, and the Count of each tier."""
    plain, counts = set(), [Count(tier) for tier in TIERS]
    for kind in ("passed", "failed", "error", "skipped"):
        for report in reporter.stats.get(kind, ()):
            said = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            missing = [count for count in counts if count.tier.missing() in said]
            for count in missing:
                count.reasons.add(said.partition(count.tier.missing())[2].strip())
            if missing or kind == "skipped" or not hasattr(report, "keywords"):  # a file not collected is no test
                continue
            mine = [count for count in counts if count.tier.marker in report.keywords]
            for count in mine:
                count.tests.add(report.nodeid)
                count.programs.update(text for name, text in report.user_properties if name == count.tier.marker)
            if not mine:
                plain.add(report.nodeid)
    return len(plain), counts


def _is_whole(config):
    """Whether nobody has chosen among the tests."""
    chosen = config.option.keyword or config.option.markexpr not in ("", WITHOUT_CAMPAIGNS) or config.option.collectonly
    return config.args_source == config.ArgsSource.TESTPATHS and not chosen


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """A whole strict run in which a tier has no tests at all has not tested what it says it does."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if STRICT and reporter and _is_whole(session.config) and not all(count.tests for count in _counts(reporter)[1]):
        session.exitstatus = session.exitstatus or 1


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    figures = [text for report in reports for name, text in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.line(text)
    plain, counts = _counts(terminalreporter)
    line = f"tiers: {plain} tests on CPython, " + ", ".join(str(count) for count in counts)
    for count in counts:
        if not count.tests and not count.reasons and _is_whole(terminalreporter.config):
            count.reasons.add("the run has no test for it")
        if count.reasons:
            line += f"; THE {count.tier.title.upper()} TIER DID NOT RUN: {'; '.join(sorted(count.reasons))}"
    loud = any(count.reasons for count in counts)
    terminalreporter.line("")
    terminalreporter.line(line, bold=True, red=loud, green=not loud)
    if terminalreporter.config.option.markexpr == WITHOUT_CAMPAIGNS:
        terminalreporter.line(LEFT_OUT)
