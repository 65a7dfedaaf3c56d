"""The board's files: what is in them, that nothing is missing, and that the same input gives the same bytes."""

import ast
import hashlib
import json
import time

import pytest

from firmware.core import boards, chips, config, jsontext
from host_tests import architecture
from tools import staging

EXAMPLE = (staging.ROOT / "config.example.json").read_text()
ONE = '{"board": "generic-1-relay", "zone": "UTC0"%s}'
SIM = staging.stage(EXAMPLE)
BOARD = staging.stage(EXAMPLE, compiled=True, fw=None)


def sources(files=None):
    return {path: data.decode() for path, data in (files or SIM).items() if path.endswith(".py")}


def relays(files):
    lines = [line for line in files["boot.py"].decode().splitlines() if line.startswith("RELAYS = ")]
    assert len(lines) == 1
    return ast.literal_eval(lines[0][9:])


def test_boot_differs_from_the_projects_by_the_one_line():
    theirs, ours = SIM["boot.py"].decode().splitlines(), (staging.ROOT / "boot.py").read_text().splitlines()
    assert len(theirs) == len(ours)
    assert [pair for pair in zip(ours, theirs) if pair[0] != pair[1]] == [
        ("RELAYS = ()", "RELAYS = ((17, 0), (16, 0))")]


@pytest.mark.parametrize("text, expected", [
    (ONE % "", ((16, 0),)),
    (ONE % ', "guard": {"pin": 14, "kind": "low"}', ((14, 1), (16, 0))),
    ('{"board": "lctech-x4", "zone": "UTC0"}', ((33, 0), (32, 0), (25, 0), (26, 0))),
    ('{"board": "lctech-x4-modbus", "zone": "UTC0"}', ((13, 1), (23, 1), (5, 1), (4, 1))),
])
def test_the_line_names_every_relay_of_the_board_guard_first(text, expected):
    assert relays(staging.stage(text)) == expected


@pytest.mark.parametrize("source", ["RELAYS = ()", "\nRELAYS = ((1, 0),)\n", "\nRELAYS = ()\n\nRELAYS = ()\n", ""])
def test_a_boot_without_exactly_one_such_line_is_not_staged(source):
    with pytest.raises(ValueError, match="exactly one"):
        staging._baked(source.encode(), ())


def test_the_build_holds_copies_of_boot_and_main_and_the_configuration_is_as_given():
    for name in ("boot.py", "main.py"):
        assert SIM[name] == SIM["firmware/" + name]
        assert BOARD[name] == BOARD["firmware/" + name] == SIM[name]
    assert SIM["main.py"] == (staging.ROOT / "main.py").read_bytes()
    assert SIM["config.json"] == BOARD["config.json"] == EXAMPLE.encode()
    assert staging.stage(EXAMPLE.encode()) == SIM


def test_every_module_of_the_firmware_goes_to_the_board_but_those_of_the_host():
    here = {path.relative_to(staging.ROOT).as_posix() for path in (staging.ROOT / "firmware").rglob("*.py")}
    assert set(staging.HOST_ONLY) < here
    top = {"boot.py", "main.py", "firmware/boot.py", "firmware/main.py"}
    assert sources().keys() - top == here - set(staging.HOST_ONLY) | {"firmware/build.py"}
    for path in here - set(staging.HOST_ONLY) - set(staging.MADE):
        assert SIM[path] == (staging.ROOT / path).read_bytes()


def test_nothing_on_the_board_imports_what_was_left_behind():
    modules = {path[:-3].replace("/", ".").replace(".__init__", "") for path in sources()}
    for path, text in sources().items():
        for node, name in architecture.imported(ast.parse(text)):
            if name.startswith("firmware"):
                assert name in modules or name.rpartition(".")[0] in modules, f"{path}:{node.lineno}: {name}"
                package = name.rpartition(".")[0]
                gone = name.replace(".", "/") + ".py" in staging.HOST_ONLY
                gone = gone or package.replace(".", "/") + ".py" in staging.HOST_ONLY
                assert not gone, f"{path}:{node.lineno}: {name}"


def test_the_board_carries_its_own_profile_and_no_other():
    namespace = {}
    exec(SIM["firmware/core/boards.py"], namespace)
    (profile,) = namespace["PROFILES"]
    whole = chips.find(boards.PROFILES, "generic-2-relay")
    assert profile == (*whole[:4], ())
    assert config.check(EXAMPLE, namespace["PROFILES"])[1] == []
    for rule in (architecture.no_module_state, architecture.no_outside_world, architecture.imports_point_one_way):
        assert not list(rule(ast.parse(SIM["firmware/core/boards.py"]), "firmware/core/boards.py"))
        assert not list(rule(ast.parse(SIM["firmware/build.py"]), "firmware/build.py"))


def test_the_manifest_names_the_hash_of_every_file_of_the_build():
    for files, fw in ((SIM, "sim"), (BOARD, staging.identity(without_names(BOARD)))):
        text = files["firmware/manifest.json"]
        manifest = json.loads(text)
        assert manifest["fw"] == fw
        assert manifest["files"] == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()
                                     if path not in ("config.json", "firmware/manifest.json")}
        assert text.decode("ascii") == json.dumps(manifest, sort_keys=True, separators=(",", ":"))
        assert jsontext.read(text) == (manifest, None) and len(text) <= jsontext.LONGEST


def without_names(files):
    """What a build is named after."""
    return {path: data for path, data in files.items()
            if path not in ("config.json", "firmware/manifest.json", "firmware/build.py", "firmware/build.mpy")}


def test_a_manifest_too_long_for_the_board_is_refused():
    with pytest.raises(ValueError, match="at most 8192"):
        staging._manifest({"x" * 64 + str(i): b"" for i in range(99)}, "sim")


def test_a_build_is_named_after_the_version_and_its_content():
    version, _plus, content = json.loads(BOARD["firmware/manifest.json"])["fw"].partition("+")
    assert f'\nversion = "{version}"\n' in (staging.ROOT / "pyproject.toml").read_text()
    assert len(content) == 7 and int(content, 16) >= 0
    names = {staging.identity(without_names(files)) for files in (
        SIM, BOARD, staging.stage(ONE % ""), {**SIM, "main.py": b"other"})}
    assert len(names) == 4
    namespace = {}
    exec(staging.stage(EXAMPLE, fw="0.1.0+abcdef0")["firmware/build.py"], namespace)
    assert namespace["FW"] == "0.1.0+abcdef0"


def test_the_configuration_alone_does_not_rename_a_build():
    other = staging.stage(EXAMPLE.replace('"dwell_s": 60', '"dwell_s": 61'), compiled=True, fw=None)
    assert other["config.json"] != BOARD["config.json"]
    assert other["firmware/manifest.json"] == BOARD["firmware/manifest.json"]


def test_compiled_only_boot_and_main_stay_text_and_the_rest_is_a_few_files():
    assert sorted(sources(BOARD)) == ["boot.py", "firmware/boot.py", "firmware/main.py", "main.py"]
    compiled = {path for path in BOARD if path.endswith(".mpy")}
    packages = {path for path in compiled if path.endswith("__init__.mpy")}
    assert compiled - packages == {"firmware/" + name + ".mpy" for name in (
        "app/bring_up", "app/loop", "app/start", "app/survey", "build", "core/boards", "device/rtcmem", "net/thread")}
    assert all(BOARD[path][:2] == b"M\x06" for path in compiled)  # byte code of version 6
    assert sum(map(len, BOARD.values())) < sum(map(len, SIM.values())) // 2


def test_the_simulator_s_question_comes_along_when_asked_for_and_is_not_part_of_the_build():
    for compiled, name in ((True, "quiet.mpy"), (False, "quiet.py")):
        asked = staging.stage(EXAMPLE, compiled, linked=True, quiet=True)
        assert asked.pop(name) and asked == staging.stage(EXAMPLE, compiled, linked=True)


def test_the_same_input_gives_the_same_bytes():
    for function in (staging._source, staging._shipped, staging._compiled, staging._linked):
        function.cache_clear()
    assert staging.stage(EXAMPLE) == SIM
    assert staging.stage(EXAMPLE, True, None) == BOARD


@pytest.mark.parametrize("text, keys", [
    ("{", ["line 1"]), ('{"board": "kincony-a4", "zone": 1}', ["zone", "board"]), (ONE % ', "guard": 12', ["guard"])])
def test_a_bad_configuration_is_refused_with_every_problem(text, keys):
    with pytest.raises(staging.Refused) as refusal:
        staging.stage(text)
    assert [key for key, _message in refusal.value.problems] == keys
    assert all(message in str(refusal.value) for _key, message in refusal.value.problems)


def test_staging_is_quick_enough_to_be_called_hundreds_of_times():
    staging.stage(EXAMPLE)
    best = min(_timed() for _ in range(5))
    assert best < 0.03


def _timed():
    begin = time.perf_counter()
    staging.stage(EXAMPLE)
    return time.perf_counter() - begin


ON_THE_BOARD = """
from firmware import build
from firmware.core import boards, config, jsontext, controller
checked, problems = config.check(open("config.json").read(), boards.PROFILES)
manifest, wrong = jsontext.read(open("firmware/manifest.json").read())
print(build.FW, checked.board, problems, len(boards.PROFILES), manifest["fw"], wrong)
"""


@pytest.mark.parametrize("files", [SIM, staging.stage(EXAMPLE, True, None, linked=False)], ids=["sources", "compiled"])
def test_the_staged_modules_load_on_micropython(micropython_32, files, tmp_path):
    staging.lay_out(files, tmp_path)
    script = tmp_path / "look.py"
    script.write_text('import sys\nsys.path[:] = [".frozen", "."]\n' + ON_THE_BOARD)
    ran = micropython_32.run(script, cwd=tmp_path)
    fw = json.loads(files["firmware/manifest.json"])["fw"]
    assert ran.stdout == f"{fw} generic-2-relay [] 1 {fw} None\n", ran.stderr
