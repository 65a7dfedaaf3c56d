"""`proof`: parts in processes of their own, how far all of them are, what is left when one fails, and the report."""

import argparse
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

from host_tests.watched import Clock
from tools.commands import proof
from tools.proofs import footing, report
from tools.proofs.side_by_side import ALL, ONE, WAITS, Part, Runner, descendants

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOUND = '''
SENTENCE = "All is well."
def run(progress, quick, seed):
    progress.update(1, 2, "half")
    print("noise")
    return {"ok": True, "cases": 12345, "quick": quick, "seed": seed, "failures": [],
            "rows": [{"a_b": 1, "c": "x|y"}, {"a_b": 2, "more": ["p", "q"]}]}
'''
FAILING = SOUND.replace('"ok": True', '"ok": False').replace('"failures": []', '"failures": ["at 7 ms: it was both"]')
RAISING = SOUND.replace('print("noise")', 'raise KeyError("lost")')
DYING = SOUND.replace('print("noise")', 'import os, sys; print("last words", file=sys.stderr, flush=True); os._exit(3)')
ENDLESS = SOUND.replace('print("noise")', '''
    import subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    print(child.pid, file=sys.stderr)
    time.sleep(600)''').replace("    \n    import", "    import")


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """A function that puts these sources in the place of the proof's parts."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(**sources):
        rows = []
        for name, source in sources.items():
            module = f"part_{name}_{tmp_path.name.replace('-', '_')}"
            (tmp_path / (module + ".py")).write_text(source)
            rows.append((name, module, ALL if name.startswith("wide") else ONE, 10, 1))
        monkeypatch.setattr(proof, "PARTS", tuple(rows))
        return rows

    return put


@pytest.fixture
def at(monkeypatch):
    """Stands on a commit, in which what one part stands on differs from every other commit."""
    def stand(commit, changed="", clean=True):
        monkeypatch.setattr(report, "commit", lambda: {"commit": commit * 40, "clean": clean})
        monkeypatch.setattr(footing, "digest", lambda module: commit if changed and changed in module else "same")
    return stand


def run(capsys, *arguments):
    """(exit code, stdout, stderr)."""
    parser = argparse.ArgumentParser()
    proof.add(parser.add_subparsers())
    code = proof.run(parser.parse_args(["proof", *arguments]))
    return (code, *capsys.readouterr())


def test_a_part_that_fails_raises_or_dies_fails_the_whole_and_the_others_still_run(capsys, parts):
    parts(sound=SOUND, raising=RAISING, failing=FAILING, dying=DYING, other=SOUND)
    code, out, _ = run(capsys, "--json", "--quick", "--seed", "7")
    told = json.loads(out)
    assert code == 1 and not told["ok"] and told["seed"] == 7 and told["quick"]
    assert {name: part["ok"] for name, part in told["parts"].items()} == {
        "sound": True, "raising": False, "failing": False, "dying": False, "other": True}
    assert told["parts"]["sound"]["cases"] == 12345 and told["parts"]["sound"]["seed"] == 7
    assert told["parts"]["raising"]["failures"][0] == "it raised KeyError: 'lost'"
    assert "3" in told["parts"]["dying"]["failures"][0] and "last words" in told["parts"]["dying"]["failures"]
    assert all(part["seconds"] >= 0 for part in told["parts"].values())


def test_one_part_is_told_in_words(capsys, parts):
    parts(sound=SOUND, failing=FAILING)
    code, out, _ = run(capsys, "failing")
    assert code == 1 and "failing: NOT OK in" in out and "    at 7 ms: it was both\n" in out and "sound" not in out
    code, out, _ = run(capsys, "sound")
    assert code == 0 and "sound: ok in" in out and "noise" not in out


def test_an_unknown_part_is_wrong_use_and_the_nearest_is_named(capsys):
    code, out, err = run(capsys, "mutant")
    assert (code, out) == (2, "") and "did you mean mutants?" in err
    assert f"the parts are {proof.PARTS[0][0]}, " in run(capsys, "quite-something")[2]


def test_there_is_nothing_to_resume_without_a_report(capsys):
    code, out, err = run(capsys, "zones", "--resume")
    assert (code, out) == (2, "") and err.endswith("use --report --resume\n")


def test_every_part_of_the_table_says_what_it_proves(capsys):
    code, out, _ = run(capsys, "--list")
    lines = out.splitlines()
    assert code == 0 and [line.split()[0] for line in lines] == [row[0] for row in proof.PARTS]
    assert all(line.endswith(".") and len(line) > 40 for line in lines)
    for seconds, most in ((3, 2 * 3600), (4, 180)):
        assert sum(row[seconds] * row[2] / ALL for row in proof.PARTS) < most


def test_narrow_parts_run_side_by_side_and_wide_ones_alone_but_for_one_that_waits(tmp_path):
    """That one ends only once all the others have."""
    class Recorded(Part):
        def start(self, quick, seed):
            code = "import pathlib, time\nwhile not pathlib.Path(%r).exists():\n    time.sleep(0.01)\n" % str(last)
            code = (code if self.takes == WAITS else "") + "print('{\"result\": {\"ok\": true}}')"
            self.process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
                                            start_new_session=True)
            self.stderr, self.began = io.BytesIO(), time.monotonic()

    def done(part):
        together.append((part.name, [one.name for one in runner.running]))
        if len(together) == 5:
            last.touch()

    last = tmp_path / "last"
    takes = (("a", ONE), ("waits", WAITS), ("wide1", ALL), ("b", ONE), ("c", ONE), ("wide2", ALL))
    runner, together = Runner([Recorded(name, "none", of_all, 1) for name, of_all in takes], True, 1, slots=2), []
    runner.play(lambda running: None, done)
    assert together[5] == ("waits", [])
    assert sorted(name for name, _ in together[:5]) == ["a", "b", "c", "wide1", "wide2"]
    for name, others in together[:5]:
        others.remove("waits")
        assert len(others) <= 1 and not (others and (name + others[0]).count("wide"))


def test_how_far_all_are_is_told_by_the_time_each_is_known_to_take():
    quick, slow = Part("quick", "none", ONE, 10), Part("slow", "none", ALL, 90)
    clock, stream = Clock(), io.StringIO()
    progress = proof.Overall("proof", [quick, slow], stream=stream, clock=clock)
    quick.share, quick.result, slow.share, slow.note = 1.0, {"ok": True}, 0.5, "31 of 62"
    clock.now_s = 110.0
    progress.look([slow])
    assert stream.getvalue() == ("proof: 55 %, 1 of 2 parts, 1 min 50 s so far, about 1 min 30 s left: "
                                 "slow 50 % (31 of 62)\n")


@pytest.mark.parametrize("waits_s, share, told", (
    (50, 0.6, "23 %, 2 of 4 parts, 30 s so far, about 1 min 40 s left"),
    (400, 0.1, "10 %, 2 of 4 parts, 30 s so far, about 4 min 30 s left")))
def test_what_runs_beside_others_takes_no_time_of_its_own_unless_it_is_the_longest(waits_s, share, told):
    waits, wide = Part("waits", "none", WAITS, waits_s), Part("wide", "none", ALL, 100)
    narrow = [Part(name, "none", ONE, 30) for name in ("one", "other")]
    clock, stream = Clock(), io.StringIO()
    progress = proof.Overall("proof", [waits, *narrow, wide], slots=2, stream=stream, clock=clock)
    for part in narrow:
        part.share, part.result = 1.0, {"ok": True}
    waits.share, clock.now_s = share, 30.0
    progress.look([waits])
    assert told in stream.getvalue()


@pytest.mark.parametrize("order", (signal.SIGINT, signal.SIGTERM))
def test_whoever_ends_it_is_told_what_was_done_and_no_children_are_left(parts, tmp_path, order):
    rows = parts(sound=SOUND, wide_endless=ENDLESS)
    code = f"""
import argparse, sys
sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]
from tools.commands import proof
proof.PARTS = {tuple(rows)!r}
parser = argparse.ArgumentParser()
proof.add(parser.add_subparsers())
try:
    proof.run(parser.parse_args(["proof"]))
except KeyboardInterrupt:
    sys.exit(130)
"""
    told = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)}, start_new_session=True)
    family = []
    until = time.monotonic() + 30
    assert "sound: ok" in told.stdout.readline()
    while len(family) < 2 and time.monotonic() < until:
        family = descendants(told.pid)
    told.send_signal(order)
    _out, err = told.communicate(timeout=30)
    assert told.returncode == 130 and "interrupted; done: sound ok; not finished: wide_endless" in err, err
    assert len(family) >= 2 and not [pid for pid in family if is_alive(pid)]


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_report_is_markdown_and_json_that_say_the_same_and_name_no_machine(capsys, parts, tmp_path, at):
    at("c")
    parts(sound=SOUND.replace("x|y", str(ROOT / "tools")), failing=FAILING)
    place = tmp_path / "found.md"
    code, _out, err = run(capsys, "--seed", "3", "--report", str(place))
    values = json.loads((tmp_path / "found.json").read_text())
    text = place.read_text()
    assert code == 1 and str(place) in err and text == report.markdown(values)
    assert "| verdict | **NOT OK** |" in text and "tools/gridrest proof --seed 3 --report" in text
    assert "- cases: 12 345" in text and "at 7 ms: it was both" in text
    assert "| a b | c | more |" in text and "| 2 |  | p, q |" in text
    assert values["commit"] == "c" * 40 and "earlier commit" not in text
    assert str(ROOT) not in text + json.dumps(values) and os.uname().nodename not in text


def resumed(capsys, place, *words):
    """(which parts were run, the report)."""
    out = run(capsys, *words, "--report", str(place), "--resume")[1]
    return re.findall(r"^(\w+): (?:ok|NOT OK)", out, re.MULTILINE), json.loads(place.with_suffix(".json").read_text())


def test_an_unfinished_report_is_gone_on_from_and_what_failed_is_run_again(capsys, parts, tmp_path, at):
    parts(sound=SOUND, failing=FAILING, late=SOUND)
    at("c")
    place = tmp_path / "found.md"
    run(capsys, "sound", "failing", "--report", str(place))
    ran, values = resumed(capsys, place)
    assert sorted(ran) == ["failing", "late"]
    assert list(values["parts"]) == ["sound", "failing", "late"] and not values["ok"] and values["unfinished"] == []


def test_what_stands_on_the_same_is_kept_of_an_earlier_commit_and_told(capsys, parts, tmp_path, at):
    parts(sound=SOUND, changed=SOUND)
    place = tmp_path / "found.md"
    at("c")
    run(capsys, "--report", str(place))
    at("d", changed="changed")
    ran, values = resumed(capsys, place)
    assert ran == ["changed"] and values["ok"] and values["commit"] == "d" * 40
    text = place.read_text()
    assert f"nothing these parts stand on has changed | `{'c' * 40}`: sound |" in text
    assert text == report.markdown(values)
    at("d", changed="changed")
    assert resumed(capsys, place)[0] == []
    assert len(resumed(capsys, place, "--seed", "2")[0]) == 2
    at("d", changed="changed", clean=False)
    assert len(resumed(capsys, place)[0]) == 2
    at("d", changed="changed")
    assert len(resumed(capsys, place)[0]) == 2  # that report was of a tree that no commit has


def test_the_list_says_whether_the_report_that_is_kept_still_stands(capsys, parts, tmp_path, at, monkeypatch):
    parts(sound=SOUND, changed=SOUND)
    at("c")
    monkeypatch.setattr(report, "ROOT", tmp_path)
    assert run(capsys, "--list")[2] == ""
    place = tmp_path / report.PLACE
    place.parent.mkdir()
    run(capsys, "--report", str(place))
    at("d")
    assert run(capsys, "--list")[2] == (
        "docs/proof-report.md is of commit ccccccc; nothing that any part stands on has changed since\n")
    at("d", changed="changed")
    assert run(capsys, "--list")[2] == (
        "docs/proof-report.md is of commit ccccccc; what these parts stand on has changed since: changed\n")
    parts(changed=SOUND)
    assert run(capsys, "--list")[2].endswith("since: sound, changed\n")
    monkeypatch.setattr(report, "commit", lambda: {"commit": "unknown", "clean": True})
    assert run(capsys, "--list")[2] == ""


def test_what_was_run_with_another_micropython_is_run_again(capsys, parts, tmp_path, at, monkeypatch):
    parts(sound=SOUND)
    at("c")
    place = tmp_path / "found.md"
    run(capsys, "--report", str(place))
    monkeypatch.setattr(report, "_micropython", lambda: "9.99")
    assert resumed(capsys, place)[0] == ["sound"]


def test_a_report_is_there_after_every_part_and_says_what_is_still_to_come():
    values = report.made({"sound": {"ok": True, "seconds": 1, "began": 5}}, {"sound": "All.", "late": "Late."},
                         argparse.Namespace(parts=[], quick=False, seed=1), {"commit": "c", "clean": True},
                         {"sound": "f"})
    assert not values["ok"] and "| verdict | **not finished**: late still to come |" in report.markdown(values)


@pytest.mark.parametrize("parts, took_s", [([(0, 10), (2, 5), (10, 3)], 13), ([(0, 10), (100, 7)], 17), ([], 0)])
def test_a_report_took_the_time_in_which_any_of_its_parts_ran(parts, took_s):
    assert report.took_s({"began": began, "seconds": seconds} for began, seconds in parts) == took_s


@pytest.mark.skipif(not (ROOT / report.PLACE).exists(), reason="no full run has been recorded yet")
def test_the_report_that_is_kept_is_what_its_figures_say():
    values = json.loads((ROOT / report.PLACE).with_suffix(".json").read_text())
    assert (ROOT / report.PLACE).read_text() == report.markdown(values)
    assert values["ok"] and values["clean"] and list(values["parts"]) == [row[0] for row in proof.PARTS]
