"""`gridrest sim` as a person meets it: what it refuses and how, what it prints where, and the exit code."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from tools import configuration

SOUND = '{"name": "a minute \\u00fc", "start": "2026-11-20T05:00:00Z", "for": "0:00:20"%s}'


@pytest.fixture
def file(tmp_path):
    def write(text, name="scenario.json"):
        (tmp_path / name).write_text(text)
        return tmp_path / name
    return write


def as_process(*arguments, given=b"", **environment):
    root = pathlib.Path(configuration.EXAMPLE).parent
    return subprocess.run([sys.executable, "-m", "tools.main", "sim", *arguments], cwd=root, input=given,
                          env={**os.environ, **environment}, capture_output=True)


def test_a_broken_scenario_is_refused_one_line_a_problem(sim, file):
    events = ', "events": [{"at": "0:00:00", "do": "hang"}, {"at": "0:70:00", "do": "wield"}], "config": {"zne": 1}'
    code, out, err = sim("--headless", "--scenario", file(SOUND % events))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        'refused: events[1].at: "0:70:00" cannot stand here; write a time since the start, H+:MM:SS or H+:MM:SS.mmm, '
        'like "0:30:00"',
        'refused: events[1].do: "wield" is not known here; did you mean "weld"?',
        'refused: config.zne: "zne" is not known here; did you mean "zone"?',
    ]


def test_a_scenario_from_standard_input_is_refused_the_same(file):
    ran = as_process("--headless", "--scenario", "-", given=b'{\n"name": 1.5}')
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr == b"refused: line 2: a number with a point or an exponent; write a whole number\n"


def test_a_scenario_of_endless_length_is_refused_after_its_beginning(sim):
    code, _out, err = sim("--headless", "--scenario", "/dev/zero")
    assert code == 1 and err == "refused: line 1: the text is longer than 65536 bytes; make it shorter\n"


@pytest.mark.parametrize("arguments, words", [
    (["--scenario", "/no/such/file"], "'/no/such/file' cannot be read (No such file or directory); name a scenario"),
    (["--scenario", "/"], "'/' cannot be read (it is a folder); name a scenario file."),
    (["--scenario", "a\0b"], "'a\\x00b' cannot be read (embedded null byte); name a scenario file."),
    (["--config", "/no/such/file"], "/no/such/file cannot be read (No such file or directory); name a configuration"),
    (["--scenario", "-", "--config", "-"], "only one of --scenario and --config can come from standard input; name"),
    (["--for", "1w"], '--for 1w is no length of time; write like "24h", "90m", "30s", "2d", "1y" or "0:30:00"'),
    (["--for", "11y"], "--for 11y is no length of time"),
    (["--start", "soon"], "--start soon is no instant to begin at; write one in UTC from 2020 to 2043, like 2026-"),
    (["--start", "2044-01-01"], "--start 2044-01-01 is no instant"),
    (["--start", "2026-02-29"], "--start 2026-02-29 is no instant"),
])
def test_wrong_use_is_one_sentence_and_exit_code_2(sim, arguments, words):
    code, out, err = sim("--headless", *arguments)
    assert (code, out) == (2, "") and words in err and err.endswith(".\n") and err.count("\n") == 1


def test_a_broken_configuration_is_refused_as_check_refuses_it(sim, file):
    broken = file('{"board": "generic-1-relay", "zone": "UTC0", "led": 99}', "config.json")
    for more in ([], ["--scenario", file(SOUND % "")]):
        code, out, err = sim("--headless", "--config", broken, *more)
        assert (code, out) == (1, "")
        assert err == "refused: led: 99 cannot stand here; write a whole number from 0 to 48\n"


def test_a_scenario_is_laid_over_the_configuration_that_is_named(sim, file):
    own = file('{"board": "generic-1-relay", "zone": "UTC0"}', "config.json")
    bounce = ', "events": [{"at": "0:00:01", "do": "feedback", "what": "km1", "to": "bounce"}]'
    code, _out, err = sim("--headless", "--config", own, "--scenario", file(SOUND % bounce))
    assert code == 1 and "events[0].what: km1 is not fitted in this configuration" in err
    fitted = bounce + ', "config": {"inputs": {"km1": "no"}}'
    assert sim("--headless", "--config", own, "--scenario", file(SOUND % fitted))[0] == 0


def test_json_is_one_object_a_line_ending_with_the_summary(sim, file):
    code, out, err = sim("--headless", "--json", "--scenario", file(SOUND % ""))
    told = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert told[0]["kind"] == "plant" and told[0]["utc"] == "2026-11-20T05:00:00Z"
    assert {line["kind"] for line in told[:-1]} == {"plant", "status", "event"}
    assert told[-1]["kind"] == "summary" and told[-1]["supply"] == "grid"
    times = [line["t"] for line in told[:-1]]
    assert times == sorted(times) and times[-1] <= 20


def test_the_command_line_goes_before_the_scenario(sim, file):
    scenario = file(SOUND % "")
    _code, out, _err = sim("--headless", "--json", "--scenario", scenario, "--for", "12s", "--start", "2027-01-02")
    told = [json.loads(line) for line in out.splitlines()]
    assert told[0]["utc"] == "2027-01-02T00:00:00Z" and told[-2]["t"] <= 12


def test_without_json_it_is_a_story(sim, file):
    code, out, _err = sim("--headless", "--scenario", file(SOUND % ""))
    lines = out.splitlines()
    assert code == 0 and lines[0] == "a minute \u00fc" and lines[1].startswith("Local time, zone UTC0. ")
    assert "Friday 20 November 2026" in lines and "In the end" in lines
    assert any(line.startswith("05:00:0") and "grid       commanded until: " in line for line in lines)


def test_a_stream_without_umlauts_gets_none(file):
    ran = as_process("--headless", "--scenario", str(file(SOUND % "")), PYTHONIOENCODING="ascii")
    assert ran.returncode == 0 and ran.stdout.startswith(b"a minute \\xfc\n"), ran.stderr


def test_a_board_without_a_clock_of_its_own_is_told_the_time(sim, file):
    """Else its day would be one long wait for it."""
    alone = file('{"board": "generic-1-relay", "zone": "UTC0", "inputs": {"km1": "no", "km2": "no"}}', "config.json")
    code, out, _err = sim("--headless", "--json", "--config", alone, "--for", "20s", "--start", "2026-11-20")
    told = [json.loads(line) for line in out.splitlines()]
    trust = [line["status"]["clock"]["trust"] for line in told if line["kind"] == "status"]
    assert code == 0 and (trust[0], trust[-1]) == ("unset", "synced")
    scenario = file(SOUND % ', "config": {"rtc": null}')
    _code, out, _err = sim("--headless", "--json", "--scenario", scenario)
    assert '"trust": "synced"' not in out, "a scenario says itself what happens"


def test_a_run_without_a_scenario_is_the_configuration_found_here(sim, file, monkeypatch):
    monkeypatch.chdir(file('{"board": "generic-1-relay", "zone": "EST5"}', "config.json").parent)
    code, out, err = sim("--headless", "--for", "11s")
    assert (code, err) == (0, "") and "Local time, zone EST5. " in out
    os.remove("config.json")
    code, out, err = sim("--headless", "--for", "11s")
    assert code == 0 and "so this is about the example" in err and "zone GMT0BST" in out


@pytest.fixture
def endless():
    """A run of years whose first line has been read."""
    root = pathlib.Path(configuration.EXAMPLE).parent
    with subprocess.Popen([sys.executable, "-m", "tools.main", "sim", "--headless", "--json", "--for", "10y"], cwd=root,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert json.loads(running.stdout.readline())["kind"] == "plant"
        yield running
        running.kill()


def test_an_interruption_ends_the_run_and_not_only_the_firmware_in_it(endless):
    endless.send_signal(signal.SIGINT)
    assert endless.wait(30) == 130
    assert endless.stderr.read().endswith(b"gridrest: interrupted\n")


def test_a_reader_that_has_seen_enough_ends_the_run(endless):
    endless.stdout.close()
    assert endless.wait(30) == 141
    assert b"Error" not in endless.stderr.read()
