"""tools/gridrest, from the first byte on: what it says and how it ends. No test here makes a .venv; .ci/run does."""

import ast
import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

from tools import main, terminal
from tools.commands import test

ROOT = pathlib.Path(__file__).resolve().parent.parent
GRIDREST = ROOT / "tools" / "gridrest"


def run(*arguments, program=GRIDREST, **options):
    options = {"cwd": ROOT, **options}
    return subprocess.run([sys.executable, str(program), *arguments], capture_output=True, text=True, **options)


def command(*arguments, **options):
    """tools.main as tools/gridrest starts it, in the interpreter that runs the tests."""
    start = [sys.executable, "-c", gridrest().HANDOVER, str(ROOT)]
    return subprocess.run([*start, *arguments], capture_output=True, text=True, **{"cwd": ROOT, **options})


def gridrest():
    """The entry as a module; it has no .py at its end."""
    loader = importlib.machinery.SourceFileLoader("gridrest_entry", str(GRIDREST))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gridrest_entry", loader))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture
def copy(tmp_path):
    """A fresh copy of what the entry needs, in a folder whose name has spaces, without a .venv."""
    project = tmp_path / "a fresh copy"
    (project / "tools").mkdir(parents=True)
    for name in ("gridrest", "requirements.txt", "terminal.py", "main.py", "__init__.py"):
        shutil.copy(ROOT / "tools" / name, project / "tools" / name)
    return project


def one_sentence(ran):
    """What was said, if it is a single line on stderr, nothing on stdout and exit code 1."""
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("gridrest: ") and ran.stderr.count("\n") == 1
    return ran.stderr


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_begins_with_two_examples_and_needs_no_venv(arguments, copy):
    ran = run(*arguments, program=copy / "tools" / "gridrest")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == "Examples:"
    assert all(line.startswith("  tools/gridrest ") for line in lines[1:3])
    assert lines[4] == "Commands:"
    assert [line.split()[0] for line in lines[5:5 + len(main.COMMANDS)]] == [name for name, _ in main.COMMANDS]
    assert not (copy / ".venv").exists()


def test_help_is_the_same_from_another_folder_and_through_a_symlink(tmp_path):
    link = tmp_path / "my link"
    link.symlink_to(GRIDREST)
    assert run("--help", program=link, cwd=tmp_path).stdout == run("--help").stdout


def test_an_unknown_command_is_wrong_use_and_is_met_with_the_nearest():
    ran = command("chek")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no command 'chek'; did you mean check?" in ran.stderr
    assert "the commands are init, boards, check, preview" in command("zzz").stderr


@pytest.mark.parametrize("arguments", [("proof", "nonsense"), ("proof", "--nonsense"), ("proof", "--seed", "x"),
                                       ("test", "--nonsense-for-pytest"), ("test", "-n", "0", "no/such/file.py")])
def test_wrong_use_of_a_command_is_exit_code_2_and_no_traceback(arguments):
    ran = command(*arguments)
    assert ran.returncode == 2
    assert ran.stderr and "Traceback" not in ran.stderr


def test_what_a_run_compiles_is_kept_elsewhere_where_python_is_to_leave_nothing_beside_the_sources(monkeypatch):
    for name, value in (("dont_write_bytecode", True), ("pycache_prefix", None)):
        monkeypatch.setattr(sys, name, value)
    told = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    test.keep_compiled(told)
    ran = subprocess.run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"],
                         env=told, capture_output=True, text=True)
    assert ran.stdout == f"{sys.dont_write_bytecode} {sys.pycache_prefix}\n" == f"False {test.COMPILED}\n"


def test_a_proof_part_that_does_not_exist_is_met_with_those_that_do():
    assert "the parts are evidence, cable, crashes, zones, config" in command("proof", "nonsense").stderr


@pytest.mark.parametrize("name", [name for name, _ in main.COMMANDS])
def test_every_command_explains_itself(name):
    ran = command(name, "--help")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("usage: gridrest " + name)


def test_a_command_runs_from_any_folder(tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("raise SystemExit('the wrong tools')")
    ran = command("proof", "--help", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_a_reader_that_has_seen_enough_is_no_error():
    process = subprocess.Popen([sys.executable, "-c", gridrest().HANDOVER, str(ROOT), "--help"], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == main.PIPE_CLOSED


def test_an_interruption_is_one_line_and_130(tmp_path):
    """The configuration is a pipe to which nobody writes; that it can be opened here says that it is being read."""
    pipe = tmp_path / "config.json"
    os.mkfifo(pipe)
    start = [sys.executable, "-c", gridrest().HANDOVER, str(ROOT), "check", str(pipe)]
    # Whoever runs the tests in the background may have told them, and through them this child, to ignore it.
    process = subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    with open(pipe, "wb"):
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"gridrest: interrupted\n")
    assert process.returncode == main.INTERRUPTED


def test_a_python_that_is_too_old_is_told_which_one_is_needed():
    assert "this is Python 3.9, and Gridrest's tools need 3.10 or newer" in gridrest().old_python((3, 9, 18))
    assert gridrest().old_python((3, 10, 0)) is None
    assert gridrest().old_python((4, 0, 0)) is None


def test_the_entry_can_be_read_by_a_python_that_is_too_old():
    ast.parse(GRIDREST.read_text(), feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("if (x := 1): pass", feature_version=(3, 6))


def test_windows_is_told_where_the_tools_run():
    assert "inside WSL" in gridrest().wrong_system("nt")
    assert gridrest().wrong_system("posix") is None


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_that_cannot_make_venvs_is_one_sentence(module, copy, tmp_path):
    """As Debian ships it without python3-venv: the interpreter is told at its start that it has no such module."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{module!r}] = None\n")
    ran = run("check", program=copy / "tools" / "gridrest", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert f"has no {module} module" in one_sentence(ran)
    assert "sudo apt install python3-venv" in ran.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_may_not_be_written_to_is_one_sentence(copy):
    copy.chmod(0o555)
    try:
        ran = run("check", program=copy / "tools" / "gridrest")
    finally:
        copy.chmod(0o755)
    assert "may not be written to" in one_sentence(ran)


def test_a_file_in_the_way_of_the_venv_is_one_sentence(copy):
    (copy / ".venv").write_text("")
    ran = run("check", program=copy / "tools" / "gridrest")
    assert ran.returncode == 1
    assert "could not be made" in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize("output, word", [
    ("WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for x\n",
     "check the network"),
    ("ERROR: Could not find a version that satisfies the requirement x (from versions: none)\n", "check the network"),
    ("ERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1)\n", "x==9"),
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "free some space"),
    ("", "pip said: nothing"),
])
def test_what_pip_complained_about_becomes_a_sentence(output, word):
    assert word in gridrest().pip_trouble(output)
    assert "\n" not in gridrest().pip_trouble(output)


def test_other_pins_or_another_interpreter_make_another_fingerprint():
    fingerprint = gridrest().fingerprint
    first = fingerprint("a==1", (3, 11, 7), ("linux", "x86_64"))
    assert first == fingerprint("a==1", (3, 11, 7), ("linux", "x86_64"))
    assert first not in (fingerprint("a==2", (3, 11, 7), ("linux", "x86_64")),
                         fingerprint("a==1", (3, 11, 8), ("linux", "x86_64")),
                         fingerprint("a==1", (3, 11, 7), ("linux", "aarch64")))


def test_every_requirement_is_pinned_to_one_version():
    text = (ROOT / "tools" / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if line[:1] not in ("", "#")]
    assert gridrest().pins("\n".join(lines)) == [line.partition("==")[0] for line in lines]
    assert all(line.partition(";")[0].count("==") == 1 for line in lines)


def test_two_started_at_once_wait_for_each_other(tmp_path):
    """The first holds the folder; the second says that it waits, and goes on when the first lets go."""
    entry = gridrest()
    handle = entry.locked(str(tmp_path), lambda: pytest.fail("nobody else holds it"))
    code = f"import runpy; g = runpy.run_path({str(GRIDREST)!r}); "
    code += f"g['locked']({str(tmp_path)!r}, lambda: print('waiting', flush=True)); print('mine')"
    second = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert second.stdout.readline() == "waiting\n"
    os.close(handle)
    assert second.communicate()[0] == "mine\n"


class Stream:
    """A stream that keeps what is written; a terminal or not."""

    def __init__(self, live):
        self.live = live
        self.text = ""

    def isatty(self):
        return self.live

    def fileno(self):
        raise OSError("not a real one")

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def progress_of(live, updates):
    """What Progress writes for (seconds since the start, done, total, note) updates."""
    now = [0]
    stream = Stream(live)
    with terminal.Progress("zones", stream, lambda: now[0]) as progress:
        for now[0], done, total, note in updates:
            progress.update(done, total, note)
    return stream.text


def test_progress_on_a_terminal_rewrites_one_line_and_removes_it():
    text = progress_of(True, [(0, 0, 4, ""), (10, 1, 4, "Europe/London"), (20, 3, 4, "")])
    assert text.split("\r")[2].rstrip() == "zones: 25 % (1 of 4), 10 s so far, about 30 s left, Europe/London"
    assert "\n" not in text and text.endswith(" \r")


def test_progress_elsewhere_is_a_line_now_and_then():
    text = progress_of(False, [(second, second, 100, "") for second in range(31)])
    assert text.splitlines() == ["zones: 10 % (10 of 100), 10 s so far, about 1 min 30 s left",
                                 "zones: 20 % (20 of 100), 20 s so far, about 1 min 20 s left",
                                 "zones: 30 % (30 of 100), 30 s so far, about 1 min 10 s left"]


def test_progress_without_a_total_says_what_is_known():
    assert progress_of(False, [(3661, 7, None, "")]) == "zones: 7, 1 h 01 min so far\n"
