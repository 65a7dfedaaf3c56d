"""What the start finds on flash: the build's own files, the last run's record, the configuration and its passwords."""

import hashlib
import json
import types
import zlib

import pytest

from host_tests.netface import Here
from tools.sim.files import Flash

MANIFEST = "firmware/manifest.json"
FILES = {"main.py": b"m" * 600, "firmware/core/gate.mpy": b"g" * 1500, "firmware/app/loop.mpy": b""}
CONFIG = {"board": "generic-1-relay", "zone": "UTC0"}
PIN = 16


class Chip(Here):
    """The firmware's modules on a simulated flash; `unlistable` folders cannot be read."""

    def __init__(self, files=(), unlistable=()):
        super().__init__()
        self.flash = Flash(lambda ms: None, dict(files))
        self.flash.mount()
        self.modules["os"] = self.flash
        self.modules["machine"] = types.SimpleNamespace(Pin=None)
        self.builtins["open"] = self.flash.open
        self.unlistable = unlistable
        self.list, self.flash.ilistdir = self.flash.ilistdir, self._ilistdir

    def _ilistdir(self, folder):
        if folder in self.unlistable:
            raise OSError(5)
        return self.list(folder)

    def wrong_file(self):
        return self.load("firmware.app.selfcheck").wrong_file()

    def record(self):
        return self.load("firmware.app.recall").load()

    def found(self, relays=((PIN, 0),)):
        return self.load("firmware.app.survey").survey(relays)


def manifest(files=None, **more):
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in (FILES if files is None else files).items()}
    return json.dumps({"fw": "x", "files": hashes, **more}).encode()


def whole(**changed):
    return {**FILES, MANIFEST: manifest(), **changed}


# The build's own files.


def test_a_build_that_is_as_its_manifest_says_has_no_wrong_file():
    assert Chip(whole()).wrong_file() is None


@pytest.mark.parametrize("text", (None, b"", b"junk", b"[]", b"7", b'{"fw": "x"}', b'{"files": []}',
                                  b'{"files": null}'))
def test_without_a_sound_manifest_it_is_the_manifest_that_is_wrong(text):
    files = whole()
    files[MANIFEST] = text or b""
    if text is None:
        del files[MANIFEST]
    assert Chip(files).wrong_file() == MANIFEST


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("data", (None, b"other", b"g" * 1501))
def test_a_file_that_is_missing_or_not_as_it_was_put_there_is_named(path, data):
    files = whole()
    if data is None:
        del files[path]
    else:
        files[path] = data
    assert Chip(files).wrong_file() == path


def test_of_several_wrong_files_the_first_by_name_is_told():
    assert Chip(whole(**dict.fromkeys(FILES, b"other"))).wrong_file() == "firmware/app/loop.mpy"


@pytest.mark.parametrize("path", ("firmware/gate.py", "firmware/core/gate.py", "firmware/new/a/b.py"))
def test_a_file_that_the_manifest_does_not_know_is_a_stray_one_inside_the_build_alone(path):
    assert Chip(whole(**{path: b""})).wrong_file() == path
    assert Chip(whole(**{"notes.txt": b"", "lib/a.py": b""})).wrong_file() is None


@pytest.mark.parametrize("folder", ("firmware", "firmware/app"))
def test_a_folder_that_cannot_be_listed_may_hold_anything(folder):
    assert Chip(whole(), unlistable=(folder,)).wrong_file() == folder


@pytest.mark.parametrize("relays, pin", (
    (((16, 0), (17, 1)), None), (((17, 1), (16, 0), (5, 0)), None), (((16, 0),), 17), (((17, 1),), 16),
    (((16, 1), (17, 1)), 16), ((), 16)))
def test_every_relay_must_be_one_that_boot_turns_off_at_its_own_level(relays, pin):
    assert Chip().load("firmware.app.selfcheck").wrong_pin(relays, ((16, 0), (17, 1))) == pin


# The record of the last run.


def signed(text, wrong=0):
    return text[:-1] + b', "sum": "%08x"}' % (zlib.crc32(text[:-1]) ^ wrong)


SOUND = b'{"v": 1}'


@pytest.mark.parametrize("text, value", (
    (SOUND, {"v": 1}), (signed(SOUND), {"v": 1, "sum": "%08x" % zlib.crc32(SOUND[:-1])}),
    (b'{"v": "' + b"x" * (4096 - 9) + b'"}', {"v": "x" * 4087})))
def test_a_sound_record_is_taken_with_a_check_sum_or_without(text, value):
    assert Chip({"state.json": text}).record() == (value, None)


@pytest.mark.parametrize("text", (b"", b"{", b"null", b"junk", signed(SOUND, 1), signed(SOUND)[:-2] + b"}",
                                  signed(SOUND).replace(b'"v": 1', b'"v": 2'), signed(b'{"v":"' + b"\xff" + b'"}')))
def test_a_record_that_makes_no_sense_is_set_aside_as_damaged(text):
    chip = Chip({"state.json": text})
    assert chip.record() == (None, "damaged")
    assert chip.flash.kept == {"": None, "state.json.bad": text}


def test_a_record_that_is_not_there_is_missing_and_one_that_cannot_be_read_is_set_aside():
    assert Chip().record() == (None, "missing")
    too_long = b'{"v": "' + b"x" * (4096 - 8) + b'"}'
    for files in ({"state.json": too_long}, {"state.json/a": b""}):
        chip = Chip(files)
        assert chip.record() == (None, "unreadable")
        assert "state.json" not in chip.flash.kept and "state.json.bad" in chip.flash.kept


# The configuration.


def board(config=CONFIG, **more):
    text = json.dumps({**config, **more}).encode() if isinstance(config, dict) else config
    return Chip({**whole(), "state.json": SOUND, **({} if text is None else {"config.json": text})})


def test_all_that_is_found_on_a_sound_board_is_there_by_name():
    found = board(id="garage", rtc="none", wifi={"ssid": "home"}, ntp={"hosts": ["192.0.2.1"]},
                  mqtt={"host": "192.0.2.2"}).found()
    assert (found.problem, found.secrets_problem, found.stray, found.wrong_pin) == (None, None, None, None)
    assert (found.saved, found.state_problem) == ({"v": 1}, None)
    assert (found.id, found.rtc, found.wifi["ssid"], found.ntp["hosts"]) == ("garage", "none", "home", ["192.0.2.1"])
    assert found.mqtt["host"] == "192.0.2.2" and found.wifi["password"] == found.mqtt["password"] == ""
    assert found.schedule is not None and found.setup is not None and found.pins[0][0] == "pilot"


@pytest.mark.parametrize("relays, pin", ((((PIN, 0),), None), (((PIN, 1),), PIN), ((), PIN)))
def test_the_pin_that_boot_leaves_is_found(relays, pin):
    assert board().found(relays).wrong_pin == pin


@pytest.mark.parametrize("config, problem", (
    (None, "config.json"), (b"junk", "line 1"), ({**CONFIG, "zone": "x"}, "zone"), (b" " * 9000, "config.json")))
def test_without_a_sound_configuration_the_boards_own_outputs_are_known_and_nothing_else(config, problem):
    found = board(config).found()
    assert found.problem == problem
    assert found.pins == [("pilot", 16, "high"), ("led", 19, "high"), ("alarm", 23, "high"), ("heartbeat", 27, "high")]
    assert (found.schedule, found.id, found.rtc) == (None, None, "none")
    assert found.wifi is found.ntp is found.mqtt is None
    assert not found.setup.km1 and not found.setup.two_relays


def test_outputs_of_a_board_without_a_configuration_are_off_at_their_own_level():
    chip = board(None)
    chip.load("firmware.core.boards").PROFILES = ((
        "odd", "esp32", None, (("guard", 16, 0), ("button", 0, None), ("pilot", 17, 1)), ()),)
    assert chip.found().pins == [("guard", 16, "low"), ("pilot", 17, "high")]
    assert chip.found(((16, 1), (17, 0))).wrong_pin is None and chip.found(((16, 0), (17, 0))).wrong_pin == 16


@pytest.mark.parametrize("size, read", ((1024, True), (1025, False)))
def test_passwords_are_read_from_a_file_of_at_most_a_kilobyte(size, read):
    text = b'{"wifi": {"password": "secret"}}'
    chip = board(wifi={"ssid": "home"})
    chip.flash.kept["secrets.json"] = text + b" " * (size - len(text))
    found = chip.found()
    assert (found.wifi["password"] == "secret") == read and (found.secrets_problem is None) == read
