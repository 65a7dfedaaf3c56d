"""`gridrest check` as a person meets it: what it prints, where, and the exit code."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tools import configuration
from tools.main import main

BROKEN = pathlib.Path(__file__).parent / "broken"
EXAMPLE = str(configuration.EXAMPLE)
WINDOW = '{"board": "generic-1-relay", "zone": "UTC0", "v2l": [{"days": "mon", "from": "05:30", "to": "06:30"}]'

# File, key, words of the refusal. A file with several problems names the number of them.
REFUSALS = (
    ("binary-junk", "line 1", "byte 0xa5 is not UTF-8; save the text as plain UTF-8"),
    ("bond-without-km2", "inputs.bond", "without km2 nothing tells when it should be closed; fit km2 too, or leave it"),
    ("boolean-as-number", "limits.entries_per_hour", "true cannot stand here; write a whole number from 1 to 12"),
    ("byte-order-mark", "line 1", "begins with a byte order mark; save it as plain UTF-8 without one"),
    ("comment", "line 2", "a comment, which JSON does not have; remove it"),
    ("cut-off", "line 3", 'no end on its line; close it with "'),
    ("duplicate-key", "line 4", 'the key "limits" stands twice in the same object; keep one of the two'),
    ("empty", "line 1", "found the end of the text; write a value"),
    ("fraction", "line 2", "a point or an exponent; write a whole number"),
    ("guard-without-a-pin", "guard", 'generic-1-relay has no pin of its own for guard; choose a "pin"'),
    ("huge-number", "line 2", "a number beyond 1073741823; write a smaller one"),
    ("input-on-the-flash", "inputs.car.pin", "pin 9 carries the flash memory; choose 13, 14"),
    ("junk-after-the-end", "line 3", "found }; write nothing after the end"),
    ("latin-1", "line 2", "byte 0xfc is not UTF-8; save the text as plain UTF-8"),
    ("limit-out-of-range", "limits.release_ms", "30000 cannot stand here; write a whole number from 50 to 2000"),
    ("misspelt-key", "charge_led_min", '"charge_led_min" is not known here; did you mean "charge_lead_min"?'),
    ("misspelt-limit", "limits.dwell_ms", '"dwell_ms" is not known here; did you mean "dwell_s"?'),
    ("more-an-hour-than-a-day", "limits.entries_per_hour", "6 is more than entries_per_day allows; write at most 5"),
    ("no-such-date", "skip[1]", '"2027-02-29" cannot stand here; write a date like "2026-12-25"'),
    ("no-such-pin", "inputs.car.pin", "pin 28 does not exist on this chip; choose 13, 14"),
    ("not-a-number", "line 2", "not a number as JSON has it; write a whole number"),
    ("not-an-object", "config", "a list cannot stand here; write an object like"),
    ("number-as-text", "charge_lead_min", '"10" cannot stand here; write a whole number from 0 to 720'),
    ("password", "wifi.password", "a password must not stand here; put it into secrets.json"),
    ("pin-used-twice", "inputs.km2.pin", "pin 32 already serves km1; choose another"),
    ("relay-on-a-strapping-pin", "guard", "pin 12 is read by the chip while it starts"),
    ("relay-on-an-input", "guard", "pin 35 can only be an input; choose 13, 14"),
    ("seen-and-assumed", "assume", '"car" is fitted as an input, and what is seen is not assumed; leave it out'),
    ("single-quotes", "line 1", "a single quotation mark; put text and keys into double ones"),
    ("time-without-quotes", "line 2", "a date or a time without quotation marks; write it like"),
    ("time-without-zero", "v2l[0].from", '"5:30" cannot stand here; write a time from "00:00" to "23:59"'),
    ("too-deep", "line 1", "brackets stand more than 8 deep in one another; use fewer"),
    ("too-long", "line 1", "the text is longer than 8192 bytes; make it shorter"),
    ("trailing-comma", "line 3", "a comma stands before }; remove the comma"),
    ("typographic-quotes", "line 1", "a typographic quotation mark; put text and keys into plain ones"),
    ("unknown-board", "board", '"generic-2-relays" is not known here; did you mean "generic-2-relay"?'),
    ("unknown-day", "v2l[0].days", '"weekdays" cannot stand here; write days like "mon-fri"'),
    ("utf-16", "line 1", "begins with a byte order mark; save it as plain UTF-8 without one"),
    ("watchdog-against-encryption", "limits.watchdog_ms", "2000 is too short for an encrypted connection"),
    ("window-without-length", "v2l[0].to", '"05:30" is also where the window begins; write the time at which it ends'),
    ("zone-by-name", "zone", "(the name of a place is not enough)"),
    ("zone-without-rules", "zone", "write a comma and two rules"),
)
SEVERAL = (
    ("nothing-given", ["board", "zone"]),
    ("a-bit-of-everything", ["bord", "board", "zone", "v2l[0].from", "v2l[0].to", "v2l[1]", "inputs.car", "button.as",
                             "limits.dwell_s", "mqtt.host", "mqtt.port"]),
)


@pytest.fixture
def check(capsys):
    """Run the command; returns (exit code, lines of stdout, stderr)."""
    def run(*arguments):
        code = main(["check", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err
    return run


def in_folder(folder, *arguments, given=b"", **environment):
    """The command as a process of its own, started in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(EXAMPLE).parent), **environment}
    return subprocess.run([sys.executable, "-m", "tools.main", "check", *arguments], cwd=folder, env=environment,
                          input=given, capture_output=True)


@pytest.mark.parametrize("name, key, words", REFUSALS)
def test_a_broken_file_is_refused_in_one_line_with_its_remedy(check, name, key, words):
    code, lines, errors = check(BROKEN / f"{name}.json")
    assert code == 1
    assert len(lines) == 1 and lines[0].startswith(f"refused: {key}: ") and words in lines[0] and "; " in lines[0]
    assert errors == f"{name}.json: the board would refuse this and stay on grid.\n"


@pytest.mark.parametrize("name, refused", SEVERAL)
def test_every_problem_of_a_broken_file_is_told_at_once(check, name, refused):
    code, lines, _errors = check(BROKEN / f"{name}.json")
    assert code == 1
    assert [line.split(": ")[:2] for line in lines] == [["refused", key] for key in refused]


def test_every_broken_file_is_in_the_tables():
    listed = [row[0] for row in REFUSALS] + [row[0] for row in SEVERAL]
    assert sorted(listed) == sorted(path.stem for path in BROKEN.iterdir())
    assert len(listed) > 20


def test_the_example_is_one_calm_line_that_says_what_it_amounts_to(check):
    assert check(EXAMPLE) == (0, [
        "config.example.json: all well; generic-2-relay, two relays, zone GMT0BST,M3.5.0/1,M10.5.0, 1 V2L window, "
        "1 charging window, 5 entries into V2L a week, contact life about 114 years."], "")


def test_warnings_alone_are_no_refusal(check, tmp_path):
    fitted = '"rtc": "ds3231", "inputs": {"km1": "no", "km2": "no", "car": "low"}'
    (tmp_path / "mine.json").write_text(f"{WINDOW}, {fitted}}}")
    code, lines, errors = check(tmp_path / "mine.json")
    assert code == 0
    assert lines == ['warning: inputs.km2: with "no" a broken wire looks like a KM2 that has let go; '
                     'use a "mirror" or "nc" contact']
    assert errors == ("mine.json: accepted; generic-1-relay, one relay, zone UTC0, 1 V2L window, 0 charging windows, "
                      "1 entry into V2L a week, contact life about 574 years.\n")


def test_a_plan_without_transfers_is_summed_up_too(check, tmp_path):
    (tmp_path / "never.json").write_text('{"board": "generic-1-relay", "zone": "UTC0"}')
    code, lines, errors = check(tmp_path / "never.json")
    assert code == 0 and lines[0].startswith("warning: v2l: ")
    assert errors.endswith("0 V2L windows, 0 charging windows, no regular transfers.\n")


def test_json_gives_the_same_findings_as_objects(check, tmp_path):
    code, lines, _errors = check(BROKEN / "no-such-date.json", "--json")
    assert code == 1
    assert json.loads("\n".join(lines)) == [{
        "level": "refused", "key": "skip[1]",
        "message": '"2027-02-29" cannot stand here; write a date like "2026-12-25"'}]
    (tmp_path / "mine.json").write_text(WINDOW + "}")
    code, lines, _errors = check(tmp_path / "mine.json", "--json")
    assert code == 0
    assert [(row["level"], row["key"]) for row in json.loads("\n".join(lines))] == [
        ("warning", "inputs.km1"), ("warning", "inputs.km2"), ("warning", "inputs.car"), ("warning", "rtc")]
    assert check(EXAMPLE, "--json") == (0, ["[]"], "")


@pytest.mark.parametrize("name, words", [
    ("missing.json", "cannot be read (No such file or directory)"), ("", "is a folder; name a file in it"),
    ("no\x00name", "cannot be read (embedded null byte)"), ("a" * 300, "cannot be read (File name too long)"),
])
def test_what_cannot_be_read_is_wrong_use_told_in_one_sentence(check, tmp_path, name, words):
    code, lines, errors = check(f"{tmp_path}/{name}")
    assert (code, lines) == (2, [])
    assert errors.startswith("gridrest: ") and words in errors and errors.count("\n") == 1


def test_config_json_in_this_folder_is_the_default(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    ran = in_folder(tmp_path)
    assert ran.returncode == 1 and ran.stdout.startswith(b"refused: board: is missing")
    assert b"config.json: the board would refuse this" in ran.stderr


def test_without_a_config_json_the_example_is_taken_and_said(tmp_path):
    ran = in_folder(tmp_path)
    assert ran.returncode == 0 and ran.stdout.startswith(b"config.example.json: all well; ")
    assert ran.stderr == b"gridrest: there is no config.json here, so this is about the example, config.example.json\n"


def test_standard_input_is_read_when_asked_for(tmp_path):
    ran = in_folder(tmp_path, "-", given=b'{"board": "generic-1-relay"}')
    assert ran.returncode == 1
    assert ran.stdout.decode() == 'refused: zone: is missing; write a POSIX zone like "GMT0BST,M3.5.0/1,M10.5.0"\n'
    assert ran.stderr == b"standard input: the board would refuse this and stay on grid.\n"


def test_standard_input_that_cannot_be_read_is_wrong_use(tmp_path):
    with open(tmp_path / "for writing only", "wb") as file:
        ran = subprocess.run([sys.executable, "-m", "tools.main", "check", "-"], cwd=pathlib.Path(EXAMPLE).parent,
                             stdin=file, capture_output=True)
    assert ran.returncode == 2 and ran.stderr.startswith(b"gridrest: standard input cannot be read (")


def test_ten_megabytes_on_standard_input_are_refused_without_being_read_whole(tmp_path):
    ran = in_folder(tmp_path, "-", given=b"\x00" * 10_000_000)
    assert ran.returncode == 1 and ran.stdout.startswith(b"refused: line 1: the text is longer than 8192 bytes")
    assert b"Traceback" not in ran.stderr


def test_a_file_with_an_unprintable_name_is_checked_like_any_other(tmp_path):
    odd = os.fsencode(tmp_path) + b"/\xff\x1b.json"
    with open(odd, "wb") as file:
        file.write(pathlib.Path(EXAMPLE).read_bytes())
    ran = in_folder(tmp_path, odd)
    assert ran.returncode == 0 and b"all well" in ran.stdout and b"\x1b" not in ran.stdout


def test_odd_names_in_a_file_do_not_reach_the_terminal_as_they_are(tmp_path):
    ran = in_folder(tmp_path, "-", given=b'{"\\u001b[2J\\u00e9": "\\u001b[2J"}', LC_ALL="C", PYTHONUTF8="0")
    assert ran.returncode == 1 and ran.stdout.startswith(b'refused: "\\u001b[2J\\u00e9": ')
    assert b"\x1b" not in ran.stdout


def test_colour_is_for_terminals_that_want_it(tmp_path):
    class Terminal:
        def __init__(self):
            self.text = ""

        def isatty(self):
            return True

        def write(self, text):
            self.text += text

    stream = Terminal()
    configuration.print_problems([("refused", "zone", "is missing"), ("warning", "soc", "idle")], stream)
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        assert stream.text == "refused: zone: is missing\nwarning: soc: idle\n"
    else:
        assert stream.text == "\x1b[31mrefused\x1b[0m: zone: is missing\n\x1b[33mwarning\x1b[0m: soc: idle\n"
