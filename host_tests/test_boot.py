"""boot.py and main.py as the board runs them, against a `machine` module that writes down what is asked of it."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MACHINE = """
class Pin:
    OUT = "out"

    def __init__(self, number, mode, value):
        if number == 99:
            raise ValueError("no such pin")
        print(number, mode, value)
"""
UNBAKED = "\nRELAYS = ()\n"


@pytest.fixture
def boot(tmp_path):
    """Write boot.py as the flashing tool would, beside the simulated `machine`, and return its path."""
    def bake(relays, machine=MACHINE):
        (tmp_path / "machine.py").write_text(machine)
        source = (ROOT / "boot.py").read_text()
        assert source.count(UNBAKED) == 1
        path = tmp_path / "boot.py"
        path.write_text(source.replace(UNBAKED, f"\nRELAYS = {relays!r}\n"))
        return path
    return bake


def on_cpython(path):
    return subprocess.run([sys.executable, str(path)], capture_output=True, text=True, cwd=path.parent)


def test_every_relay_is_written_off_in_the_order_of_the_line(boot):
    ran = on_cpython(boot(((17, 0), (16, 1))))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "17 out 0\n16 out 1\n", "")


def test_a_pin_that_refuses_does_not_keep_the_others_from_being_written(boot):
    ran = on_cpython(boot(((17, 0), (99, 0), (16, 0))))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "17 out 0\n16 out 0\n", "")


@pytest.mark.parametrize("machine", ["raise ImportError('no')", "raise RuntimeError('no')", "Pin = None"])
def test_nothing_about_machine_can_stop_it(boot, machine):
    ran = on_cpython(boot(((17, 0),), machine))
    assert (ran.returncode, ran.stderr) == (0, "")


def test_as_it_stands_in_the_project_it_guesses_no_pin(boot):
    assert on_cpython(boot(())).stdout == ""


def test_it_does_the_same_on_micropython(boot, micropython):
    path = boot(((17, 0), (99, 0), (16, 1)))
    ran = micropython.run(path, cwd=path.parent)
    assert (ran.returncode, ran.stdout) == (0, "17 out 0\n16 out 1\n")


def test_main_says_in_one_line_what_this_build_does_not_do(micropython):
    ran = micropython.run(ROOT / "main.py")
    assert ran.returncode == 0
    assert ran.stdout.count("\n") == 1
    assert "does not switch" in ran.stdout and "No relay is turned on" in ran.stdout
