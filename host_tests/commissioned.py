"""Records of commissionings, for tests: sound, failed, incomplete, hostile, long."""

import copy

STEPS = (
    ("inputs", "Inputs and polarity", "Every input follows what it is wired to, the right way round.",
     ("BS 7671 Part 6",)),
    ("fail-safe-grid", "Coil supply lost on grid", "Without its coil supply the changeover drops, and returns to grid.",
     ("BS 7671 section 537",)),
    ("fail-safe-v2l", "Coil supply lost on V2L", "V2L ends with the coil supply, and the load is back on grid.",
     ("BS 7671 section 537", "BS 7671 section 551")),
    ("interlock", "Mechanical interlock by hand", "KM1 and KM2 cannot be closed together.",
     ("BS EN IEC 60947-4-1", "BS 7671 section 551")),
    ("transfers", "Ten transfers", "Every transfer breaks before it makes, and takes as long as the one before.",
     ("BS EN IEC 60947-6-1",)),
    ("guard", "Guard alone", "KM2 does not pull while the guard is held off.", ()),
    ("pilot", "Pilot alone", "KM2 drops with the guard although the pilot stays on.", ()),
    ("feedback", "Each feedback unplugged in turn", "A feedback that is missing keeps V2L away, by its own name.", ()),
    ("bond", "Neutral-earth bond on V2L only", "The bond is there on V2L and nowhere else.",
     ("BS 7671 section 551", "BS 7671 section 411")),
    ("button", "Button in each state", "A press means grid, at once, from wherever.", ()),
    ("network", "Network and clock taken away", "Neither can bring V2L about, and without a clock it ends.", ()),
    ("watchdog", "Watchdog", "A loop that hangs on V2L is ended by the watchdog, and the load rests on grid.", ()),
    ("heartbeat", "Dead-man stage", "Without pulses the stage drops both relays.", ()),
    ("rcd-grid", "RCD and loop on grid", "The RCD trips in time on grid, and the loop is low enough.",
     ("BS 7671 section 415", "BS 7671 section 643")),
    ("rcd-v2l", "RCD and loop on V2L", "The RCD trips in time on V2L, and the loop is low enough.",
     ("BS 7671 section 415", "BS 7671 section 643")),
)
READINGS = {
    "inputs": [("Inputs that read as configured", 6, None, "all 6", True)],
    "fail-safe-grid": [("Both feedbacks open after", 24, "ms", "at most 300 ms", True)],
    "fail-safe-v2l": [("KM2 open after", 21, "ms", "at most 300 ms", True),
                      ("On grid again after", 54, "ms", None, None)],
    "transfers": [("drop to V2L, median of 10", 21, "ms", "at most 300 ms", True),
                  ("spread of the drop to V2L", 2, "ms", "at most 20 ms", True),
                  ("gap to V2L, median of 10", 234, "ms", "at least 200 ms, at most 500 ms", True),
                  ("drop to grid, median of 10", 20, "ms", "at most 300 ms", True),
                  ("spread of the drop to grid", 3, "ms", "at most 20 ms", True),
                  ("gap to grid, median of 10", 236, "ms", "at least 200 ms, at most 500 ms", True)],
    "guard": [("KM2 with the guard off", "open", None, "open", True)],
    "pilot": [("KM2 open after", 20, "ms", "at most 300 ms", True)],
    "watchdog": [("Loop stood still for", 5004, "ms", "at most 5100 ms", True),
                 ("Feedback said grid after the start", 812, "ms", "at most 3000 ms", True)],
    "heartbeat": [("Relays off after the last pulse", 3.1, "s", "at most 5 s", True)],
    "rcd-grid": [("RCD trip time at 30 mA", 24.5, "ms", "at most 300 ms", True),
                 ("Zs", 0.62, "Ω", "at most 1.37 Ω", True)],
    "rcd-v2l": [("RCD trip time at 30 mA", 26.1, "ms", "at most 300 ms", True), ("Zs", 0.88, "Ω", "≤ 1.37 Ω", True)],
}
QUESTIONS = {
    "interlock": [("With KM1 pressed in, can KM2 be pressed in?", "no"), ("With KM2 pressed in, can KM1 be?", "no")],
    "bond": [("Is there continuity between N and E of the load on V2L, the car's lead unplugged?", "yes"),
             ("And on grid, the grid's neutral disconnected?", "no")],
    "button": [("Did the lamp show the hold?", "yes")],
}
WEEK = ["20 to 26 November 2026, zone GMT0BST,M3.5.0/1,M10.5.0", "",
        " " * 16 + "".join(f"{hour:<6}" for hour in range(0, 25, 3)).rstrip(),
        *(f"{day} Nov 2026 {'▒' * 11}{'█' * 35}▒▒  V2L 05:30 to 23:20, charging 23:30 to 05:30"
          for day in range(20, 27)), "",
        "█ V2L   ▄ V2L for a part   · grid   ▒ grid, the car is charging, or less than 10 min before it"]


def run(at, result="pass", measured=(), asked=(), finding=None, reason=None):
    return {"at": at, "result": result, "finding": finding, "reason": reason,
            "measured": [dict(zip(("what", "value", "unit", "limit", "ok"), row)) for row in measured],
            "asked": [{"question": question, "answer": answer} for question, answer in asked]}


def sound():
    """Of two relays, everything passed."""
    steps = [{"id": key, "title": title, "proves": proves, "clauses": list(clauses),
              "runs": [run(f"2026-11-20T10:{5 + 3 * index:02d}:00Z", "pass", READINGS.get(key, ()),
                           QUESTIONS.get(key, ()))]}
             for index, (key, title, proves, clauses) in enumerate(STEPS)]
    return {
        "record": 1, "made_at": "2026-11-20T11:02:30Z", "kind": "real",
        "installation": {"address": "The Old Dairy, 4 Mill Lane, Hartwell", "owner": "A. Mercer",
                         "description": "Outbuilding made TT, essential board of six ways", "v2l_rating_a": "15",
                         "changeover": "two 2-pole contactors of 25 A, mechanical and electrical interlock"},
        "people": [{"role": "designer", "name": "Priya Nair", "registration": "EN-20417"},
                   {"role": "installer", "name": "Łukasz Wiśniewski", "registration": "EN-33190"},
                   {"role": "inspector and tester", "name": "Łukasz Wiśniewski", "registration": "EN-33190"},
                   {"role": "owner", "name": "A. Mercer", "registration": None}],
        "instruments": [{"what": "Multifunction tester", "serial": "MFT-11873", "calibrated": "2026-03-02"},
                        {"what": "Two-pole voltage detector and proving unit", "serial": "VD-2281",
                         "calibrated": "2026-03-02"}],
        "board": {"id": "gridrest-a1b2c3", "fw": "0.1.0+4f2a9c1", "profile": "generic-2-relay", "chip": "ESP32",
                  "micropython": "1.26.1",
                  "config_sha256": "9b1d7c06f2a4e8350b6d7f91c2a3e4d5061728394a5b6c7d8e9f00112233aabb"},
        "host": {"gridrest_fw": "0.1.0+4f2a9c1"},
        "clock": {"trust": "synced", "source": "ds3231", "error_s": 1, "differs_s": 0},
        "wiring": {"relays": 2, "fitted": ["km1", "km2", "bond", "car", "grid", "enable"], "heartbeat": True},
        "configuration": {"board": "generic-2-relay", "zone": "GMT0BST,M3.5.0/1,M10.5.0",
                          "v2l": [{"days": "mon-fri", "from": "05:30", "to": "23:20"}],
                          "charge": [{"days": "daily", "from": "23:30", "to": "05:30"}],
                          "inputs": {"km1": "mirror", "km2": "mirror", "bond": "nc", "car": "low", "grid": "low",
                                     "enable": "no"},
                          "limits": {"dwell_s": 60, "confirm_s": 5, "dead_time_ms": 200, "watchdog_ms": 5000}},
        "week": WEEK,
        "steps": steps, "not_tested": [], "verdict": "pass",
    }


def step(record, key):
    return next(found for found in record["steps"] if found["id"] == key)


def failed():
    """The bond stays, found at the second try too, and one step went well only at the second."""
    record = sound()
    asked = [(QUESTIONS["bond"][0][0], "yes"), (QUESTIONS["bond"][1][0], "yes")]
    finding = "The neutral-earth bond is there on grid as well: two references in parallel."
    step(record, "bond")["runs"] = [run(f"2026-11-20T10:{minute}:00Z", "fail", (), asked, finding)
                                    for minute in (29, 41)]
    slow = [("drop to V2L, median of 10", 388, "ms", "at most 300 ms", False)]
    step(record, "transfers")["runs"].insert(
        0, run("2026-11-20T10:15:00Z", "fail", slow, (), "KM1 lets go too slowly: look for a suppressor at its coil."))
    step(record, "rcd-v2l")["runs"] = [run("2026-11-20T10:50:00Z", "fail", [
        ("RCD trip time at 30 mA", 412, "ms", "at most 300 ms", False), ("Zs", 0.88, "Ω", "at most 1.37 Ω", True)])]
    return {**record, "verdict": "fail"}


def incomplete():
    """No dead-man stage, and somebody had to go before the last step."""
    record = sound()
    step(record, "heartbeat")["runs"] = [run("2026-11-20T10:41:00Z", "skipped", reason="No dead-man stage is fitted.")]
    step(record, "rcd-v2l")["runs"] = []
    record["wiring"]["heartbeat"] = False
    record["not_tested"] = [{"id": "heartbeat", "title": "Dead-man stage", "reason": "No dead-man stage is fitted."},
                            {"id": "selector", "title": "Selector", "reason": "The button is a push button."}]
    return {**record, "verdict": "incomplete"}


def simulated():
    return {**sound(), "kind": "simulated"}


HOSTILE = ("<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "]]></style><b>", "&lt;&amp;", "'; --",
           "{nb}", "**bold** __x__ [link](javascript:alert(3))", "\u202egnimmus\u202c", "\x00\x07\x1b[2J",
           "a\nb\r\tc", "\u738b\u5c0f\u660e", "\u0645\u062d\u0645\u062f",
           "👩🏽‍🔧", "e\u0301", "\ud800", "\\(unbalanced", "", "   ", "½ µΩ ≤ ∞", "ﬁ", "\ufeff")


def _typed(value, words):
    """The tree with each text that a person may have typed made another, of these in turn."""
    if isinstance(value, dict):
        return {key: _typed(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner, words) for inner in value]
    if isinstance(value, str):
        word = words.pop(0)
        words.append(word)
        return word
    return value


def typed(words, record=None):
    """A record that says nothing but these words wherever it may say anything."""
    record = copy.deepcopy(record or failed())
    words = list(words)
    record["not_tested"] = [{"id": "x", "title": "", "reason": ""}]
    for part in ("installation", "people", "instruments", "board", "host", "wiring", "configuration", "week"):
        record[part] = _typed(record[part], words)
    for each in record["not_tested"]:
        each["title"], each["reason"] = _typed([each["title"], each["reason"]], words)
    for each in record["steps"]:
        for key in ("title", "proves", "clauses"):
            each[key] = _typed(each[key], words)
        for one in each["runs"]:
            for key in ("measured", "asked", "finding", "reason"):
                one[key] = _typed(one[key], words)
    return record


def hostile():
    return {**typed(HOSTILE), "week": list(HOSTILE)}


def long_names():
    return typed(["N" * 300, "Wolfeschlegelsteinhausen " * 12, "é" * 300])


def fifty():
    """Fifty runs of one step."""
    record = sound()
    found = step(record, "transfers")
    found["runs"] = [copy.deepcopy(found["runs"][0]) for _ in range(50)]
    for index, one in enumerate(found["runs"]):
        one["at"] = f"2026-11-20T10:17:{index:02d}Z"
    return record


def earlier():
    """A year before, with other firmware, other people and a slower contactor since."""
    record = sound()
    record["made_at"] = "2025-11-18T15:40:00Z"
    record["board"]["fw"] = record["host"]["gridrest_fw"] = "0.1.0+08be771"
    record["board"]["config_sha256"] = "00" * 32
    record["configuration"]["limits"]["dwell_s"] = 120
    record["people"][2] = {"role": "inspector and tester", "name": "Tom Hale", "registration": "EN-10022"}
    record["instruments"][0] = {"what": "Multifunction tester", "serial": "MFT-09001", "calibrated": "2025-01-09"}
    step(record, "transfers")["runs"][0]["measured"][0]["value"] = 13
    step(record, "bond")["runs"][0]["result"] = "pass"
    step(record, "heartbeat")["runs"] = []
    return record
