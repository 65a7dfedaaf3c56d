"""Damaged configurations by the hundred thousand: nothing raises, and every refusal names a key and a remedy."""

import json
import random
import traceback

from firmware.core import boards, config, config_schema, jsontext
from firmware.core.limits import LIMITS
from tools import advice
from tools.configuration import EXAMPLE
from tools.proofs import json_truth

SENTENCE = "No file, however damaged, makes the reader or the check raise; each is accepted, or refused with a remedy."
CASES, CASES_QUICK = 100_000, 3_000
PROGRESS_EVERY = 200

ROWS = (config_schema.CONFIG, config_schema.INPUTS, config_schema.BUTTON, config_schema.WINDOW, config_schema.SOC,
        config_schema.MQTT, LIMITS)
KEYS = tuple(row[0] for rows in ROWS for row in rows)
ZONES = ("UTC0", "GMT0BST,M3.5.0/1,M10.5.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "EST5EDT,M3.2.0/2,M11.1.0/2",
         "EET-2EEST,M3.4.4/50,M10.4.4/50", "AAA0BBB,0/0,J365/23", "AAA12BBB-12,J1/-167,364/167",
         "IST-1GMT0,M10.5.0,M3.5.0/1")
LEAVES = (None, True, False, 0, 1, -1, 2, 12, 16, 25, 34, 60, 1440, 5000, 1073741823, 1073741824, -1073741824, 10**30,
          1.5, float("nan"), "", "no", "nc", "mirror", "high", "low", "none", "daily", "mon-fri", "fri-mon", "05:30",
          "24:00", "00:00", "2026-12-25", "2027-02-29", *ZONES, "generic-1-relay", "ds3231", "car", "selector", "\x00",
          "\u00e9", "\ud800", "\U0001f600", "x" * 300, [], {}, ["car"], [[]])
PIECES = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"\\ud83d", b"e9", b"0", b"-", b"1.", b"1e", b"true",
          b"NaN", b" ", b"\n", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"//", b"'", b"\x00", b'"v2l"',
          b'"limits"')
EXAMPLE_TEXT = EXAMPLE.read_bytes()


def structure(chance, levels=4):
    """Any JSON-like value, of known keys and odd leaves."""
    kind = chance.randrange(4) if levels else 0
    if kind == 1:
        return [structure(chance, levels - 1) for _ in range(chance.randrange(4))]
    if kind >= 2:
        return {chance.choice(KEYS): structure(chance, levels - 1) for _ in range(chance.randrange(6))}
    return chance.choice(LEAVES)


def mutated(chance, value):
    """The value with one thing in it deleted, replaced, added, renamed or repeated."""
    if not isinstance(value, (dict, list)) or not value or chance.randrange(6) == 0:
        return structure(chance, 2)
    value = value.copy()
    key = chance.choice(sorted(value)) if isinstance(value, dict) else chance.randrange(len(value))
    action = chance.randrange(8)
    if action == 0:
        del value[key]
    elif action == 1 and isinstance(value, dict):
        value[chance.choice(KEYS)] = value.pop(key)
    elif action == 1:
        value *= chance.choice((2, 20))
    elif action == 2 and isinstance(value, dict):
        value[chance.choice(KEYS)] = structure(chance, 2)
    else:
        value[key] = mutated(chance, value[key])
    return value


def plausible(chance):
    """A configuration that is most likely accepted, for the advice to look at."""
    def some(number, make):
        return [make() for _ in range(chance.randrange(number))]

    def window():
        begin, end = chance.sample(range(0, 1441, chance.choice((1, 15, 60))), 2)
        return {"days": chance.choice(("daily", "mon-fri", "sat,sun", "fri-mon", "sun", "wed")),
                "from": f"{begin % 1440 // 60:02d}:{begin % 60:02d}", "to": f"{end // 60:02d}:{end % 60:02d}"}

    value = {"board": chance.choice(boards.PROFILES[:4])[0], "zone": chance.choice(ZONES), "v2l": some(17, window),
             "charge": some(4, window), "charge_lead_min": chance.choice((0, 10, 720)),
             "inputs": {name: chance.choice(shape[1:]) for name, _default, shape in config_schema.INPUTS
                        if chance.randrange(2)},
             "button": {"kind": chance.choice(("no", "nc")), "as": chance.choice(("momentary", "selector"))},
             "limits": {name: chance.choice((low, high)) for name, _default, low, high in LIMITS
                        if name != "entries_per_hour" and chance.randrange(4) == 0}}
    if "km2" not in value["inputs"]:
        value["inputs"].pop("bond", None)
    if chance.randrange(2):
        value["led"], value["heartbeat"] = chance.choice((2, 4, 14)), chance.choice(("none", 27))
    if chance.randrange(3) == 0:
        value["mqtt"], value["soc"] = {"host": "a", "tls_on_v2l": True}, {"reserve": chance.randrange(96)}
    return value


def damaged(chance, text):
    """The text with a few bytes deleted, replaced, added or repeated."""
    text = bytearray(text)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice((0, 1, 1, 8, 200))
        text[at:end] = chance.choice((b"", bytes([chance.randrange(256)]), chance.choice(PIECES), text[at:end] * 2))
    return bytes(text)


def case(chance):
    """One text to try."""
    kind = chance.randrange(8)
    if kind == 0:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
    if kind == 1:
        return b"".join(chance.choice(PIECES) for _ in range(chance.randrange(40)))
    if kind == 2:
        return json.dumps(structure(chance, 6)).encode()
    if kind == 3:
        return damaged(chance, EXAMPLE_TEXT)
    value = json.loads(EXAMPLE_TEXT) if kind < 6 else plausible(chance)
    for _ in range(chance.randrange(1, 4) if kind < 6 else chance.randrange(2)):
        value = mutated(chance, value)
    text = json.dumps(value, ensure_ascii=bool(chance.randrange(2))).encode("utf-8", "surrogatepass")
    return damaged(chance, text) if kind == 4 else text


def judged(text):
    """What is wrong with the answers to one text, or None; and the keys that were refused, or None if none was."""
    accepted, value = json_truth.judge(text)
    got, problem = jsontext.read(text)
    if accepted != (problem is None) or repr(got) != repr(value):
        return "the reader and the json module differ", []
    checked, problems = config.check(text, boards.PROFILES, advice)
    for key, message in problems if checked is None else advice.lint(checked):
        if not key or "; " not in message or not (key + message).isprintable() or not (key + message).isascii():
            return f"a finding without key, remedy or plain letters: {key}: {message}", []
    if (checked is None) != bool(problems):
        return "neither accepted nor refused", []
    return None, None if checked else [key for key, _message in problems]


def run(progress, quick, seed):
    """The campaign. `failures` holds what it takes to see each one again."""
    chance = random.Random(seed)
    cases = CASES_QUICK if quick else CASES
    accepted, failures, keys = 0, [], set()
    for number in range(cases):
        if number % PROGRESS_EVERY == 0:
            progress.update(number, cases, f"{accepted} accepted")
        text = case(chance)
        try:
            wrong, refused = judged(text)
        except Exception:  # whatever it is, it is a failure, and the campaign goes on
            wrong, refused = traceback.format_exc().splitlines()[-1], []
        if wrong:
            failures.append(f"{wrong}: {text!r:.400}")
        accepted += refused is None
        keys.update(key for key in refused or () if key.replace("_", "").replace(".", "").isalnum())
    return {"ok": not failures, "cases": cases, "accepted": accepted, "refused": cases - accepted,
            "keys_refused": len(keys), "failures": failures[:10]}
