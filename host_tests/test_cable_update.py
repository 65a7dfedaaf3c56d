"""What of an update needs no board: which port, what differs, what is refused, and what an answer must be."""

import ast
import binascii
import json

import pytest
from serial.tools.list_ports_common import ListPortInfo

from firmware.core import jsontext, record
from tools.cable import base, ports, prompt, session, update
from tools.cable.ports import Trouble, WrongUse
from tools.proofs.cable_house import OLD_TEXT, TEXT, Told

BUILD = update.Build(TEXT)
CHIP = {"name": "micropython", "version": [1, 26, 1], "machine": "Generic ESP32 module with ESP32", "mpy": 6,
        "block": 4096, "free": 1 << 20}
THERE = {"names": ["boot.py", "main.py", "firmware", "config.json"], "fw": BUILD.fw, "relays": None,
         "files": {**BUILD.hashes, "boot.py": BUILD.hashes["firmware/boot.py"],
                   "main.py": BUILD.hashes["firmware/main.py"], "config.json": None, "config.new": None}}


def port(device, vid=None, description="n/a"):
    found = ListPortInfo(device)
    found.vid, found.description = vid, description
    return found


def test_the_one_port_with_a_usb_device_is_the_boards():
    assert ports.choose(None, [port("/dev/ttyS0"), port("/dev/ttyUSB0", 0x10C4)]) == "/dev/ttyUSB0"
    assert ports.choose("/dev/other", []) == "/dev/other"


def test_where_there_is_none_the_sentence_names_the_ports_that_were_seen():
    with pytest.raises(Trouble, match="there is only /dev/ttyS0, /dev/ttyS1. Use a cable with data wires"):
        ports.choose(None, [port("/dev/ttyS1"), port("/dev/ttyS0")])
    with pytest.raises(Trouble, match="there is no serial port"):
        ports.choose(None, [])


def test_of_two_boards_one_has_to_be_named():
    two = [port("/dev/ttyUSB1", 1, "CP2102"), port("/dev/ttyACM0", 2, "USB JTAG")]
    with pytest.raises(WrongUse, match=r"ttyACM0 \(USB JTAG\), /dev/ttyUSB1 \(CP2102\): name the PORT"):
        ports.choose(None, two)


def test_a_port_that_is_not_there_or_may_not_be_opened_says_so(tmp_path):
    assert "plug the board in" in ports.why_closed(str(tmp_path / "none"))
    (tmp_path / "there").write_text("")
    assert "in use" in ports.why_closed(str(tmp_path / "there"))


@pytest.mark.parametrize("machine, chip", [
    ("Generic ESP32 module with ESP32", "esp32"), ("Generic ESP32S3 module with ESP32S3", "esp32s3"),
    ("Generic ESP32S3 module with ESP32-S3", "esp32s3"), ("ESP32C3 module with ESP32C3", "esp32c3"),
    ("Generic ESP32 module with SPIRAM with ESP32", "esp32"), ("", None), ("linux", None)])
def test_the_chip_is_read_from_what_micropython_calls_it(machine, chip):
    assert update.kind_of(machine) == chip


@pytest.mark.parametrize("change, word", [
    ({"version": [1, 23, 0]}, "1.23.0 is too old; put 1.26 or newer on it with tools/gridrest flash --base"),
    ({"mpy": 5}, "too old"), ({"name": "circuitpython"}, "circuitpython on it and not MicroPython"),
    ({"machine": "ESP32C3 module with ESP32C3"}, "generic-2-relay has an esp32, and this is an esp32c3"),
    ({"machine": ""}, "an unknown chip")])
def test_a_chip_that_cannot_run_the_build_is_refused_with_the_remedy(change, word):
    with pytest.raises(Trouble, match=word):
        update.refuse_chip({**CHIP, **change}, BUILD, Told())


@pytest.mark.parametrize("version, warned", [([1, 24, 0], True), ([1, 25, 9], True), ([1, 26, 0], False)])
def test_a_version_that_will_do_is_warned_about(version, warned):
    told = Told()
    update.refuse_chip({**CHIP, "version": version}, BUILD, told)
    assert ("warning" in told.tags()) == warned


def test_a_board_has_the_build_only_if_every_file_is_and_no_other():
    assert update.is_settled(BUILD, THERE)
    for change in ({"boot.py": "x"}, {"main.py": None}, {"firmware/main.py": "x"}, {"firmware/stray.py": "x"}):
        assert not update.is_settled(BUILD, {**THERE, "files": {**THERE["files"], **change}})


def test_only_what_differs_in_the_new_folder_is_sent():
    there = {update.NEW + path[8:]: sha for path, sha in BUILD.hashes.items()}
    assert update.missing(BUILD, {"files": there}) == {}
    there["firmware.new/build.mpy"] = "other"
    del there["firmware.new/main.py"]
    assert update.missing(BUILD, {"files": there}) == {
        "firmware.new/build.mpy": BUILD.files["firmware/build.mpy"],
        "firmware.new/main.py": BUILD.files["firmware/main.py"]}
    assert len(update.missing(BUILD, {"files": BUILD.hashes})) == len(BUILD.files)


def test_room_is_counted_by_the_block():
    assert update.needed_bytes({"a": b"", "b": b"x", "c": b"x" * 4096, "d": b"x" * 4097}) == (0 + 1 + 1 + 2 + 16) * 4096


@pytest.mark.parametrize("names, fw, trial", [
    ({"trial", "firmware.old"}, "other", "other"), ({"trial"}, "other", None), ({"firmware.old"}, "other", None),
    ({"trial", "firmware.old"}, BUILD.fw, None)])
def test_only_another_build_on_trial_with_one_to_go_back_to_has_to_be_waited_for(names, fw, trial):
    assert update.on_trial(BUILD, {"names": names, "fw": fw}) == trial


@pytest.mark.parametrize("name", ["firmware", "firmware.old", "firmware.bad", "state.json", "state.json.bad",
                                  "state.json.tmp", "journal.0", "journal.1.bad"])
def test_a_board_that_ever_ran_this_firmware_is_not_new(name):
    assert update.is_new(["boot.py", "main.py", "lib", "firmware.new", "config.json"])
    assert not update.is_new(["boot.py", name])


def test_the_first_state_is_one_that_the_firmware_takes_up_with_nothing_in_it():
    value, problem = jsontext.read(update.first_state())
    assert problem is None and record.is_sound(value)
    assert value["latched"] == [] and value["mark"] is None and value["counters"]["resets"] == 0


def test_the_pins_are_the_builds_only_if_boot_turns_them_off():
    line = next(row for row in BUILD.files["firmware/boot.py"].decode().split("\n") if row.startswith("RELAYS"))
    assert update.same_pins(BUILD, {"relays": line})
    assert not update.same_pins(update.Build(OLD_TEXT), {"relays": line})
    assert not update.same_pins(BUILD, {"relays": None})


def answer(value):
    text = json.dumps(value)
    return f"{prompt.MARK}{binascii.crc32(text.encode()):08x} {text}"


def test_an_answer_counts_only_alone_and_undamaged():
    good = answer({"ok": [1]})
    assert prompt.parse(f"noise\r\n{good}\r\nnoise") == {"ok": [1]}
    for text in ("", "ok", good + "\n" + good, good[:-1], good.replace("[1]", "[2]"), "x" + good):
        assert prompt.parse(text) is None, text


def test_what_travels_to_the_board_is_whole_and_has_no_comments():
    code = prompt._code("chip()")
    assert ast.unparse(ast.parse(code)) == code and code.endswith("\ntell(lambda: chip())")


INPUTS = {name: "unfitted" for name in ("km1", "km2")}


@pytest.mark.parametrize("command, km1, km2, rests, says", [
    ("grid", "closed", "open", True, "feedback says KM1 closed, KM2 open"),
    ("grid", "unfitted", "open", True, "feedback says KM2 open (KM1 has none fitted)"),
    ("grid", "unfitted", "unfitted", True, "no feedback is fitted, so whether the house is on grid is for you to see"),
    ("grid", "open", "open", False, "KM1 open"), ("grid", "closed", "closed", False, "KM2 closed"),
    ("grid", "unknown", "open", False, "KM1 unknown"), ("v2l", "closed", "open", False, "KM1 closed")])
def test_a_board_rests_where_nothing_that_is_fitted_contradicts_it(command, km1, km2, rests, says):
    status = {"command": command, "inputs": {"km1": km1, "km2": km2}}
    assert session.seen_at_rest(status) == rests
    assert says in session.feedback(status)


RECORDER = "#!/bin/sh\necho \"$0\" \"$@\" > '%s'\nexit %d\n"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program of that name on PATH, which writes down how it was called."""
    def make(name, code=0):
        (tmp_path / name).write_text(RECORDER % (tmp_path / "called", code))
        (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return tmp_path / "called"
    return make


@pytest.mark.parametrize("chip, erase, words", [
    ("esp32", False, "--chip esp32 --port P write-flash 0x1000 {}"),
    ("esp32s3", True, "--chip esp32s3 --port P write-flash --erase-all 0x0 {}"),
    ("esp32c3", False, "--chip esp32c3 --port P write-flash 0x0 {}")])
def test_esptool_is_called_with_the_chips_own_place(program, tmp_path, chip, erase, words):
    called = program("esptool")
    (tmp_path / "base.bin").write_bytes(b"")
    base.put("P", chip, str(tmp_path / "base.bin"), erase, Told())
    assert called.read_text() == f"{tmp_path}/esptool " + words.format(tmp_path / "base.bin") + "\n"


def test_without_a_file_mpflash_fetches_it(program, tmp_path):
    called = program("mpflash")
    base.put("P", "esp32s3", "", False, Told())
    assert called.read_text().endswith("flash --serial P --board ESP32_GENERIC_S3 --version stable --no-erase\n")


def test_what_is_missing_or_fails_says_what_to_do(program, tmp_path):
    program("mpflash", 3)
    with pytest.raises(Trouble, match="mpflash ended with 3, and says why above. If the chip is not found, hold its"):
        base.put("P", "esp32", None, False, Told())
    with pytest.raises(Trouble, match="there is no file"):
        base.put("P", "esp32", str(tmp_path / "none.bin"), False, Told())
    (tmp_path / "base.bin").write_bytes(b"")
    with pytest.raises(Trouble, match="esptool is not here: pipx install esptool"):
        base.put("P", "esp32", str(tmp_path / "base.bin"), False, Told())


def test_small_files_go_together_and_in_their_order():
    content = {"a": b"x", "b": b"x" * 4095, "c": b"x" * 9000, "d": b"", "e": b"x"}
    assert list(update.batches(content, list("abcde"))) == [["a", "b"], ["c"], ["d", "e"]]
    assert list(update.batches(content, [])) == []
