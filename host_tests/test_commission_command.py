"""`commission`: its answers files, the person at the terminal, and the stage and the hands of the simulated world."""

import json
import pathlib
import subprocess
import sys

import pytest

from tools.cable.ports import WrongUse
from tools.commission import answers, defects, hands, keeping, plan, sitting, table
from tools.main import main
from tools.proofs import commission as proof
from tools.sim.stage import HOLD_MS, STEADY_MS, Stage

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = json.loads((table.FOLDER / "one-relay.json").read_text())


@pytest.mark.parametrize("text, words", [
    ("{", "is no JSON"), ("[]", "is no object"), ('{"instalation": {}}', '"instalation" is not known'),
    ('{"people": {}}', '"people" is not what it should be'), ('{"answers": {"labels": "yes"}}', "true or false"),
    ('{"readings": {"rcd-grid-ms": "20"}}', "an object of numbers"), ('{"skip": {"bond": ""}}', "an object of reasons"),
    ('{"skip": {"bonds": "why"}}', 'there is no step "bonds"'), ('{"simulated": {"board": 1}}', '"board" is not known'),
    ('{"simulated": {"config": {"board": "x"}}}', "simulated: config.board"),
])
def test_a_bad_file_of_answers_is_told_in_a_sentence(text, words, tmp_path, capsys):
    path = tmp_path / "answers.json"
    path.write_text(text)
    assert main(["commission", "--sim", "--answers", str(path), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert words in told and told.startswith("gridrest: ") and told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_file_of_answers_that_is_not_there_is_told_so():
    with pytest.raises(WrongUse, match="cannot be read"):
        answers.read("/nowhere.json", plan.IDS)


@pytest.mark.parametrize("arguments, words", [
    (["--defect", "weld-km1"], "give --sim, too"), (["--sim", "--defect", "weld-km3"], "did you mean weld-km"),
    (["--sim", "--defect", "weld-guard"], "has no place in this installation"),
])
def test_defects_are_for_simulated_installations_that_have_a_place_for_them(arguments, words, tmp_path, capsys):
    assert main(["commission", *arguments, "--out", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("afresh, kept, refused", [(False, False, True), (True, True, True), (False, True, False)])
def test_a_record_of_a_real_installation_is_not_written_over(afresh, kept, refused, tmp_path, capsys):
    (tmp_path / "commissioning.json").write_text("{}")
    if kept:
        keeping.keep(str(tmp_path), {"steps": [], "board": {}})
    arguments = ["commission", "--port", "/nowhere", "--out", str(tmp_path), *(["--afresh"] if afresh else [])]
    assert main(arguments) != 0
    assert ("is not written over: give --out another folder" in capsys.readouterr().err) == refused
    assert (tmp_path / "commissioning.json").read_text() == "{}"


def test_a_missing_answer_is_named_where_it_is_asked_for(tmp_path, capsys):
    found = {**EXAMPLE, "answers": {}, "skip": {name: "not now" for name in plan.IDS if name != "handover"}}
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(found))
    assert main(["commission", "--sim", "--answers", str(path), "--out", str(tmp_path)]) == 1
    assert 'none for "labels"' in capsys.readouterr().err
    assert keeping.kept(str(tmp_path))["verdict"] == "incomplete"


def test_what_is_kept_of_another_board_is_not_gone_on_with(tmp_path, capsys):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({**EXAMPLE, "skip": {name: "not now" for name in plan.IDS}}))
    run = ["commission", "--sim", "--answers", str(path), "--out", str(tmp_path)]
    assert main(run) == 1
    kept = keeping.kept(str(tmp_path))
    kept["board"]["config_sha256"] = "0" * 64
    keeping.keep(str(tmp_path), kept)
    capsys.readouterr()
    assert main(run) == 2
    assert "whose config_sha256 is" in capsys.readouterr().err
    assert main([*run, "--afresh"]) == 1


@pytest.mark.parametrize("text", ["", "{}", '{"state": 2, "record": {}}', '{"state": 1, "record": {"steps": []}}'])
def test_a_damaged_state_file_is_told_in_a_sentence(text, tmp_path):
    pathlib.Path(keeping.path_of(tmp_path)).write_text(text)
    with pytest.raises(WrongUse, match="--afresh"):
        keeping.kept(str(tmp_path))


def at_the_terminal(folder, *lines):
    ran = subprocess.run([sys.executable, "-m", "tools.main", "commission", "--sim", "--out", str(folder)], cwd=ROOT,
                         input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=120)
    return ran.returncode, ran.stdout, ran.stderr


def test_a_person_at_the_terminal_is_led_may_skip_go_back_and_leave_and_goes_on_later(tmp_path):
    typed = ("1 Example Lane", "A. Owner", "", "10", "", "tester", "C. Tester", "X1", "", "")
    code, out, _err = at_the_terminal(tmp_path, *typed, "", "s not now", "s the fuse is sealed", "b", "", "", "", "n",
                                      "q", "")
    record = json.loads((tmp_path / "commissioning.json").read_text())
    assert code == 1 and "Is the load on grid now?" in out and "the board stays in service" in out
    assert record["people"] == [{"role": "tester", "name": "C. Tester", "registration": "X1"}]
    runs = {row["id"]: [run["result"] for run in row["runs"]] for row in record["steps"]}
    assert runs["board"] == ["pass"] and runs["coil-supply-grid"][0] == "skipped"
    code, out, err = at_the_terminal(tmp_path, "", "q")
    assert "going on with what is kept" in err and "(board)" not in out


def test_when_the_answers_end_what_is_done_is_kept(tmp_path):
    code, _out, err = at_the_terminal(tmp_path, "1 Example Lane", "", "", "", "", "", "", "")
    assert code == 1 and "the answers have ended" in err and "V2L is off, and the board stays in service" in err
    assert "'tools/gridrest service off'" in err and "held for 5 s" in err and "a restart" in err
    assert [row["id"] for row in keeping.kept(str(tmp_path))["steps"]] == ["board"]


def test_answers_that_end_before_the_first_step_leave_the_board_in_service_too(tmp_path):
    code, _out, err = at_the_terminal(tmp_path, "1 Example Lane")
    assert code == 1 and "the board stays in service" in err


def test_a_pass_says_that_the_board_follows_its_schedule_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sitting, "STEPS", [step for step in plan.STEPS if step.id in ("board", "peace")])
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(EXAMPLE))
    assert main(["commission", "--sim", "--answers", str(path), "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "follows its schedule again" in told and "stays in service" not in told


def test_an_answer_that_is_missing_says_how_the_board_is_left(tmp_path, capsys):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({**EXAMPLE, "answers": {}}))
    assert main(["commission", "--sim", "--answers", str(path), "--out", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert 'none for "protective-conductors"' in told and "the board stays in service" in told


def test_the_table_of_defects_names_the_step_and_says_where_there_is_none():
    row = {"installation": "one-relay", "defect": "weld-km1", "sentence": "a weld", "for": "coil-supply-grid",
           "found": "coil-supply-grid", "finding": "a contactor stays in", "left_on_v2l": False}
    two = {**row, "installation": "two-relays", "found": None}
    told = "| `weld-km1` | a weld | Coil supply lost on grid (`coil-supply-grid`) | found | - |"
    assert table.markdown([row])[2] == told
    assert "**none**" in table.markdown([row, two])[2] and "**not found**" in table.markdown([row, two])[2]
    assert table.is_well(row) and not table.is_well(two) and not table.is_well({**row, "left_on_v2l": True})


NAMED = {
    "fail-safe without coil supply": ("coil-supply-grid", "coil-supply-v2l"),
    "protective conductors and polarity": ("dead",), "both interlocks by hand": ("interlock",),
    "both poles": ("poles",), "the neutral-earth bond": ("bond",),
    "RCD and loop in both positions": ("rcd-grid", "rcd-v2l"),
    "break before make with its times": ("transfers",), "every input with its wire off": ("inputs", "unplugged"),
    "the button in each state": ("button",),
    "loss of car, network and clock": ("car-lost", "network-lost", "clock-lost"),
    "relays and board without supply": ("unpowered",), "the supply cut in a transfer": ("cut-in-transfer",),
    "each relay alone": ("guard-alone", "pilot-alone"), "the dead-man stage": ("heartbeat",),
    "and the watchdog": ("watchdog",)}


def test_what_the_readme_names_are_steps_of_the_plan():
    told = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "step by step: " + ", ".join(NAMED) in told
    assert {step for steps in NAMED.values() for step in steps} <= set(plan.IDS)


def test_the_campaign_says_what_was_found_elsewhere(monkeypatch):
    row = {"installation": "one-relay", "defect": "weld-km1", "for": "coil-supply-grid", "found": "inputs",
           "left_on_v2l": True}
    monkeypatch.setattr(proof.table, "commissioned", lambda _told: ({"verdict": "pass"}, False))
    monkeypatch.setattr(proof.table, "rows", lambda _names, _each: [row])
    found = proof.run(Quiet(), True, 1)
    assert not found["ok"] and "found by inputs" in found["failures"][0] and "left on" in found["failures"][0]


class Quiet:
    def update(self, *_what):
        pass


def test_a_dead_man_stage_lets_go_without_pulses_and_closes_only_after_steady_ones():
    stage = Stage()
    for ms in range(0, STEADY_MS + 1, 20):
        assert not stage.passes()
        stage.pulse(ms)
    assert stage.passes() and stage.lets_go_ms() == STEADY_MS + HOLD_MS
    stage.plugged = False
    stage.pulse(STEADY_MS + 20)
    stage.look(STEADY_MS + HOLD_MS - 1)
    assert stage.passes()
    stage.look(STEADY_MS + HOLD_MS)
    assert not stage.passes()
    stage.plugged = True
    stage.pulse(2 * HOLD_MS)
    assert not stage.passes()
    stage.welded = True
    assert stage.passes()


@pytest.mark.parametrize("deed, back", [
    (("coil-supply", "off"), ("coil-supply", "on")), (("coil-supply", "on"), None),
    (("unplug", "km1"), ("plug", "km1")), (("supply", "car", "off"), ("supply", "car", "on")),
    (("hold-in", "km1", "km2"), ("hold-in",)), (("hold-in",), None),
    (("supply", "charging", "on"), ("supply", "charging", "off")), (("supply", "charging", "off"), None),
    (("relay", "pilot", "unplugged"), ("relay", "pilot", "plugged")), (("press", 300), None), (("tidy",), None),
    (("switch", "pilot", "closed"), ("switch", "pilot", "open")), (("switch", "pilot", "open"), None),
    (("switch", "pilot", "fitted"), ("switch", "pilot", "removed")), (("isolate", "poles"), ("restore",)),
    (("bond-conductor", "off"), ("bond-conductor", "on")), (("power", "off when KM1 lets go"), None),
])
def test_what_was_taken_off_is_owed_back(deed, back):
    assert hands.undone(deed) == back


def test_the_examples_are_what_the_table_is_made_of_and_nothing_of_them_is_a_real_place():
    for name in table.EXAMPLES:
        told = table.example(name)
        assert "Example" in told.installation["address"] and told.simulated["config"]["board"]
    assert all(defect.sentence[0].islower() or defect.sentence.startswith("KM") for defect in defects.DEFECTS)
