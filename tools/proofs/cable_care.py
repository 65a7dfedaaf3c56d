"""The care of a board at a cable, by the commands themselves: looking, setting, exchanging its configuration."""

import csv
import json
import signal

from tools import stand_in
from tools.cable import session, update
from tools.proofs.cable_house import OLD_TEXT, TEXT, begun, builds, expect, expect_sound, files, gridrest, has, running

PASSWORD = "it's \"hush\" \\n"
PATIENCE_S, TOLD_S = 30, 2
JOURNAL_S = 90  # until what has happened is on flash
LOOKS = 5  # a board that is looked at in its first moments has not taken enough samples yet


def said(ran, code, *words):
    """That a command ended so and said that; its output."""
    expect(ran.returncode == code, f"it ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    for word in words:
        expect(word in ran.stdout + ran.stderr, f"not said: {word}; but: {ran.stdout}{ran.stderr}")
    expect("Traceback" not in ran.stderr, ran.stderr)
    return ran.stdout


def looks(folder):
    """Status, time and service, while the firmware goes on."""
    new, _old = builds()
    with stand_in.Board(folder / "board", running(new), ds3231=True) as board:
        def command(*words):
            return gridrest(folder, *words, "--port", board.port)

        looked = (json.loads(said(command("status", "--json"), 0)) for _ in range(LOOKS))
        status = next((status for status in looked if session.seen_at_rest(status)), None)
        expect(status, "it does not see its contacts", board)
        expect(status["fw"] == new.fw and status["v"] == 1, str(status))
        said(command("status"), 0, f"build {new.fw}", "feedback  KM1 closed, KM2 open", "clock     not set")
        said(command("time", "set", "2026-11-20T10:00:00Z"), 0, "clock     2026-11-20 10:00:0", "set by hand")
        said(command("time", "set", "today"), 2, "'today' is no time; write it in UTC, like 2026-11-20T10:00:00Z")
        said(command("time", "set", "1999-01-01T00:00:00Z"), 1, "the board says: the year cannot be right")
        said(command("service", "on"), 0, "service   on, outputs off; feedback says KM1 closed, KM2 open")
        said(command("status"), 0, "in service, and commands grid")
        said(command("service", "off"), 0, "the board's state is startup")
        expect(board.starts == ["power"], "looking has stopped it", board)
        expect_sound(board)


def exchanges(folder):
    """Push and pull: the board's file, byte for byte; what is refused changes nothing."""
    new, _old = builds()
    other = TEXT.replace('"dwell_s": 60', '"dwell_s": 61')
    (folder / "config.json").write_text(other)
    (folder / "one.json").write_text(OLD_TEXT)
    (folder / "wifi.json").write_text(json.dumps({**json.loads(TEXT), "wifi": {"ssid": "home"}}))
    with stand_in.Board(folder / "board", running(new)) as board:
        def command(*words, given=None):
            return gridrest(folder, "config", *words, "--port", board.port, given=given)

        expect(said(command("pull"), 0) == TEXT, "another text came back")
        said(command("push", "one.json"), 1, "this configuration is for other relays", "use tools/gridrest flash")
        expect(has(board, new), "a refused configuration has changed something", board)
        said(command("push"), 0, "config.json is the new one; the one before it is kept", "well")
        expect(has(board, update.Build(other)) and files(board)["config.old"] == new.text, "it is not there", board)
        ran = command("push", "wifi.json", "--secrets", given=PASSWORD + "\n")
        said(ran, 0, "the board has a password for the Wi-Fi network")
        expect(PASSWORD not in ran.stdout + ran.stderr, "it is told")
        expect(json.loads(files(board)["secrets.json"]) == {"wifi": {"password": PASSWORD}}, "it is another one")
        expect(PASSWORD.encode() not in board.said, "the board says it")
        said(command("pull", "config.json"), 2, "config.json exists, and is not written over")
        said(command("pull", "back.json"), 0, "saved")
        expect((folder / "back.json").read_bytes() == (folder / "wifi.json").read_bytes(), "another text came back")
        expect_sound(board)


def journal(folder):
    """The whole journal in three forms, and what is added to it."""
    new, _old = builds()
    with stand_in.Board(folder / "board", running(new)) as board:
        def command(*words):
            return gridrest(folder, "log", *words, "--port", board.port)

        expect(board.wait_until(lambda: "journal.0" in files(board), JOURNAL_S), "nothing is written", board)
        rows = [json.loads(row) for row in said(command("--json"), 0).splitlines()]
        expect(rows[0]["kind"] == "boot" and rows[0]["n"] == 1, str(rows))
        table = list(csv.DictReader(said(command("--csv"), 0).splitlines()))
        expect([int(row["n"]) for row in table] == [row["n"] for row in rows], str(table))
        said(command("--last", "1"), 0, f"{rows[-1]['n']:>6}  ")
        said(command("--last", "x"), 2, "'x' is no number of records")
        expect_sound(board)


def follows(folder):
    """What happens shows as it happens; Ctrl-C ends the looking, and nothing else."""
    new, _old = builds()
    with stand_in.Board(folder / "board", running(new)) as board:
        process = begun(folder, "log", "--follow", "--port", board.port)
        expect(board.wait_until(lambda: b'{"status"' in board.said, PATIENCE_S), "it does not follow", board)
        board.set("button", True)
        expect(board.wait_until(lambda: b'"kind":"hold"' in board.said, PATIENCE_S), "nothing happened", board)
        board.wait_until(lambda: False, TOLD_S)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=PATIENCE_S)
        expect(process.returncode == 0 and "  hold      " in said, said + complaint)
        expect(board.starts == ["power"], "it was stopped", board)


def silent(folder):
    """At the prompt, and where nothing answers, every command says what to do."""
    with stand_in.Board(folder / "board", None) as board:
        for words in (("status",), ("log",), ("service", "off"), ("time", "set"), ("config", "pull")):
            said(gridrest(folder, *words, "--port", board.port), 1, "at MicroPython's prompt", "tools/gridrest flash")
        board.unplug()
        said(gridrest(folder, "status", "--port", board.port), 1, "plug the board in, or name another port")


STORIES = {story.__name__: story for story in (looks, exchanges, journal, follows, silent)}
