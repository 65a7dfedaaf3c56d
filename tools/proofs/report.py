"""The report of a run of the proof, kept in the repository: for people as Markdown, for programs as JSON.

The Markdown is made from the JSON and nothing else, so that the two can be held against each other.
"""

import datetime
import json
import os
import pathlib
import platform
import subprocess

from tools import micropython
from tools.packaged import Unavailable
from tools.terminal import span

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = "docs/proof-report.md"
ROWS_MAX = 60
TEXT_MAX = 400
COUNTED = ("ok", "seconds", "processor_seconds", "began", "commit", "footing", "shows")
HEAD = """\
# Proof report

What `{command}` found. It is the record of one run on one machine; the command repeats it, and
[proof.md](proof.md) says what each part explores, how, and what it leaves out.

| | |
|---|---|
| verdict | {verdict} |
| commit | `{commit}`{clean} |{earlier}
| run on | {date} |
| took | {took} on {cores} processors ({machine}) |
| Python | {python} |
| MicroPython | {micropython} |

"""


def made(results, sentences, arguments, begun_at, footings, kept=None):
    """The report as plain values; `begun_at` is what commit() said before the run, `kept` the parts it goes on from.

    `sentences` has every part that was asked for, in order; those without a result are still to come.
    """
    done = {**(kept or {}),
            **{name: {"shows": sentences[name], **_small(result), "commit": begun_at["commit"],
                      "footing": footings[name]} for name, result in results.items()}}
    command = ["tools/gridrest proof", *arguments.parts, *(["--quick"] if arguments.quick else [])]
    command += [f"--seed {arguments.seed}", "--report"]
    return {
        "ok": all(part["ok"] for part in done.values()) and set(done) == set(sentences),
        "unfinished": [name for name in sentences if name not in done], "command": " ".join(command),
        "commit": begun_at["commit"], "clean": begun_at["clean"] and commit() == begun_at,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "seconds": took_s(done.values()), "cores": os.cpu_count() or 1,
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(), "micropython": _micropython(),
        "parts": {name: done[name] for name in sentences if name in done},
    }


def commit():
    """Which commit was run, and whether anything in the tree differed from it; an older report does not count."""
    def git(*words):
        ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        return ran.stdout if ran.returncode == 0 else ""

    changed = [line for line in git("status", "--porcelain").splitlines() if "docs/proof-report." not in line]
    return {"commit": git("rev-parse", "HEAD").strip() or "unknown", "clean": not changed}


def _micropython():
    try:
        return str(micropython.find(bits=32)).replace("MicroPython ", "")
    except Unavailable:
        return "none found"


def _small(value):
    """Without this machine's paths, and no longer than somebody reads."""
    if isinstance(value, dict):
        return {str(key): _small(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        kept = [_small(item) for item in value[:ROWS_MAX]]
        return kept + [f"and {len(value) - ROWS_MAX} more"] if len(value) > ROWS_MAX else kept
    if isinstance(value, str):
        text = value.replace(str(ROOT) + os.sep, "").replace(str(pathlib.Path.home()), "~")
        return text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + " ..."
    return value


def write(place, values):
    """Both files; `place` is where the Markdown goes. Answers the paths."""
    path = pathlib.Path(place)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    path.write_text(markdown(values), encoding="utf-8")
    return str(path), str(beside)


def _left(place):
    """What an earlier run has left there as plain values, or None."""
    try:
        return json.loads(pathlib.Path(place).with_suffix(".json").read_text(encoding="utf-8"))
    except OSError:
        return None


def took_s(parts):
    """The time in which any of them ran; some ran beside others, and a run may have gone on from another."""
    whole, until = 0.0, 0.0
    for began, ended in sorted((part["began"], part["began"] + part["seconds"]) for part in parts):
        whole += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return round(whole)


def begun(place, arguments, begun_at, footings):
    """The parts that an earlier run with this seed has left there: those that are ok, and stand on what is here now."""
    kept = _left(place)
    if not kept:
        return {}
    command = kept["command"]
    same = f"--seed {arguments.seed} " in command and arguments.quick == ("--quick" in command)
    same = same and (kept["python"], kept["micropython"]) == (platform.python_version(), _micropython())
    if not same or not kept["clean"] or not begun_at["clean"] or begun_at["commit"] == "unknown":
        return {}
    return {name: part for name, part in kept["parts"].items() if part["ok"] and part["footing"] == footings.get(name)}


def known_seconds():
    """How long each part took in the run that is kept, where it was a full one."""
    kept = _left(ROOT / PLACE)
    if not kept or "--quick" in kept["command"]:
        return {}
    return {name: part["seconds"] for name, part in kept["parts"].items()}


def stands(footing_of):
    """Whether the report that is kept still says what is so, as a sentence: which of its parts stand on something that
    has changed since. None where there is no report, or no commit to hold it against.
    """
    kept = _left(ROOT / PLACE)
    if not kept or commit()["commit"] == "unknown":
        return None
    changed = [name for name, part in kept["parts"].items() if part["footing"] != footing_of(name)]
    since = f"what these parts stand on has changed since: {', '.join(changed)}" if changed else (
        "nothing that any part stands on has changed since")
    return f"{PLACE} is of commit {kept['commit'][:7]}; {since}"


def markdown(values):
    text = HEAD.format(
        command=values["command"], verdict=_overall(values), commit=values["commit"],
        clean="" if values["clean"] else ", **with changes that are not in it**", earlier=_earlier(values),
        date=values["date"],
        took=span(values["seconds"]), cores=values["cores"], machine=values["machine"], python=values["python"],
        micropython=values["micropython"])
    rows = [f"| [{name}](#{name}) | {_verdict(part['ok'])} | {span(part['seconds'])} | {part['shows']} |"
            for name, part in values["parts"].items()]
    text += "\n".join(["| part | verdict | took | what it shows |", "|---|---|---|---|", *rows]) + "\n"
    for name, part in values["parts"].items():
        text += f"\n## {name}\n\n{part['shows']}\n\n" + _figures(part)
    return text


def _earlier(values):
    """A line of the table for each earlier commit that parts were run at."""
    by_commit = {}
    for name, part in values["parts"].items():
        by_commit.setdefault(part["commit"], []).append(name)
    by_commit.pop(values["commit"], None)
    return "".join(f"\n| run at an earlier commit, since when nothing these parts stand on has changed | `{commit}`: "
                   f"{', '.join(names)} |" for commit, names in by_commit.items())


def _overall(values):
    if values["unfinished"] and all(part["ok"] for part in values["parts"].values()):
        return f"**not finished**: {', '.join(values['unfinished'])} still to come"
    return _verdict(values["ok"])


def _verdict(ok):
    return "ok" if ok else "**NOT OK**"


def _figures(part):
    """One line a figure; rows that are alike become a table."""
    lines, tables = [], []
    for key, value in part.items():
        if key in COUNTED:
            continue
        label = key.replace("_", " ")
        if _is_table(value):
            tables.append(_table(label, value))
        else:
            lines += _lines(label, value, "")
    return "\n".join(lines) + "\n" + "".join(tables)


def _is_table(value):
    """Rows that begin with the same column; some may lack others."""
    rows = isinstance(value, list) and value
    return rows and all(isinstance(row, dict) and row and list(row)[0] == list(value[0])[0] for row in value)


def _lines(label, value, indent):
    if isinstance(value, dict) and value:
        return [f"{indent}- {label}:"] + [line for key, item in value.items()
                                           for line in _lines(str(key).replace("_", " "), item, indent + "  ")]
    if isinstance(value, list) and value:
        return [f"{indent}- {label}:", *[f"{indent}  - {_plain(item)}" for item in value]]
    return [f"{indent}- {label}: {'none' if value in ([], {}, '', None) else _plain(value)}"]


def _table(label, rows):
    keys = list(dict.fromkeys(key for row in rows for key in row))
    head = "| " + " | ".join(key.replace("_", " ") for key in keys) + " |"
    lines = ["", f"{label}:", "", head, "|" + "---|" * len(keys)]
    lines += ["| " + " | ".join(_plain(row.get(key, "")) for key in keys) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _plain(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ") if abs(value) >= 10_000 else str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
