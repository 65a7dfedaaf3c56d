"""A sample of the nonsense that `proof fuzz` tells the network code, and that its judges notice what they are for."""

import contextlib
import io
import os
import shutil

import pytest

from host_tests.libraries import umqtt_folder
from tools import micropython
from tools.proofs import fuzz
from tools.terminal import Progress

pytestmark = pytest.mark.campaign
FIRST, HOUSES, CASES = 1, 3, 250
SHORT, LONG = 100, 300
RARE = ("became", "its memory", "a bad time")


def sample(*extent, root=micropython.ROOT):
    umqtt_folder()
    return fuzz.Campaign(*extent).run(Progress("fuzz", io.StringIO()), 1, root)


def test_a_sample_of_nonsense_ends_nothing_hangs_nothing_and_turns_nothing_on(figure):
    found = sample(HOUSES, 0, CASES, FIRST)
    assert found["failures"] == [] and found["ok"] and found["cases"] == HOUSES * CASES
    assert found["refused_and_counted"] > 300 and found["times_believed"] > 10 and found["transfers"] > 5
    figure(f"fuzz: {found['cases']} cases, of {found['messages']} messages {found['refused_and_counted']} refused")


def test_on_micropython_a_life_is_told_in_the_same_words(micropython_32):
    found = sample(1, 1, SHORT)
    assert found["ok"] and found["of_them_on_micropython_too"] == SHORT, found["failures"]


# The life in which it shows, a file of the firmware, what is broken in it, and how that is told.
DAMAGES = (
    (3, "orders", "    if retained:", "    if False:", "became ("),
    (3, "orders", "expires_s > now_s + AHEAD_S", "False", "became ("),
    (3, "orders", "last[letter[0]] = expires_s", "pass", "became ("),
    (3, "orders", "if key in found:", "if False:", "became ("),
    (3, "reporter", 'topic == self.topics["cmd"] and ', "", "became ("),
    (3, "reporter", " link.refused += 1", " pass", "what was refused is not counted"),
    (7, "exchange", "core.set_remote_hold(1", "core.holds.local = core.set_remote_hold(1", "a command changed Holds"),
    (0, "exchange", "core.set_remote_hold(1", "core.set_remote_hold(0", "the desk did not do what the letters say"),
    (3, "reporter", "refused += 1", "refused += 1; self.accepted[payload] = [payload]", "its memory grew"),
    (15, "sntp", "answer[24:32] != mark", "False", "a bad time was believed"),
    (3, "sntp", "return now_s, 2 +", "return now_s, 1 +", "the time was made"),
    (3, "wire", "LONGEST = 1024", "LONGEST = 1 << 30", "bytes at once"),
    (3, "wire", "self.opcode = self.last", "self.opcode = 1", "it heard ["),
    (3, "mqtt", "raise OSError(JUNK)", "raise OSError(JUMK)", "NameError came of it"),
    (3, "thread", "Exception as failure:  # umqtt", "IndexError as failure:  # umqtt", "has ended with OSError"),
    (3, "thread", "time.sleep_ms(PASS_MS)", "time.sleep_ms(0)", "does not come to an end"),
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project whose network code can be broken: one for all, so that it is compiled once."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(micropython.ROOT / "firmware", folder / "firmware", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tools").symlink_to(micropython.ROOT / "tools")
    return folder


@contextlib.contextmanager
def broken(project, name, old, new, time_s):
    """The project with that in one file of its network code. What is compiled of it is kept under its time and size."""
    path = project / "firmware" / "net" / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, (time_s, time_s))
    try:
        yield project
    finally:
        shutil.copy2(micropython.ROOT / "firmware" / "net" / f"{name}.py", path)


@pytest.mark.parametrize("damage", DAMAGES, ids=[f"{row[1]}-{row[3]}" for row in DAMAGES])
def test_what_is_broken_shows(damage, project):
    number, name, old, new, words = damage
    with broken(project, name, old, new, DAMAGES.index(damage)) as root:
        found = sample(1, 0, LONG if words.startswith(RARE) else SHORT, number, root=root)
    assert not found["ok"] and any(words in failure for failure in found["failures"]), found["failures"]
