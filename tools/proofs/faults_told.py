"""What the board tells, against what was really done: causes that a sentence leaves out, causes that look alike."""

import json

from firmware.core import sentences

# fault: each phrase of its sentence, and the causes that it stands for. A cause that is found and not here is left out.
LISTED = {
    "both-closed": {
        "an auxiliary contact is stuck": ("KM1 feedback stuck closed", "KM2 feedback stuck closed"),
        "its wires are shorted or broken": ("KM1 feedback wire broken", "KM2 feedback wire broken"),
    },
    "km2-stuck": {
        "KM2 or the pilot relay has welded": ("KM2 welded", "pilot welded"),
        "its auxiliary is stuck": ("KM2 feedback stuck closed",),
        "chatters": ("KM2 feedback chatters",),
        "its wire broken": ("KM2 feedback wire broken",),
    },
    "km2-uncommanded": {
        "the auxiliary is stuck or its wiring damaged": ("KM2 feedback stuck closed", "KM2 feedback wire broken"),
    },
    "guard-stuck": {
        "The guard relay has welded": ("guard welded",),
        "KM2's auxiliary is stuck": ("KM2 feedback stuck closed",),
        "chatters": ("KM2 feedback chatters",),
        "its wire broken": ("KM2 feedback wire broken",),
    },
    "km1-not-open": {
        "KM1 has welded": ("KM1 welded",),
        "the pilot relay did not switch": ("pilot welded", "pilot coil broken"),
        "the auxiliary is stuck": ("KM1 feedback stuck closed",),
        "chatters": ("KM1 feedback chatters",),
        "has its wire broken": ("KM1 feedback wire broken",),
    },
    "bond-stuck": {
        "has welded": ("bond feedback stuck closed",),
        "an auxiliary is wrong": ("KM2 feedback stuck open",),
        "has its wire broken": ("bond feedback wire broken",),
    },
    "bond-missing": {
        "its auxiliary or wire is broken": ("bond feedback stuck open", "bond feedback wire broken"),
    },
    "feedback-chatter": {
        "A loose wire": ("KM1 feedback chatters", "KM2 feedback chatters", "bond feedback chatters"),
    },
    "relay-dropped": {"The pilot relay let go": ("pilot coil broken",)},
    "km2-dropped": {
        "The grid that feeds the coils failed": ("grid lost, board on a UPS", "grid lost for 5 s, board on a UPS"),
        "KM2's coil has failed": ("KM2 coil broken",),
        "the control fuse has blown": ("control fuse blown",),
        "the guard let go": ("guard coil broken",),
        "the auxiliary opened or its wire broke": ("KM2 feedback stuck open",),
    },
    "km2-not-closed": {
        "KM2's coil or its wiring is broken": ("KM2 coil broken",),
        "it is jammed": ("KM2 welded",),
        "the guard or the pilot relay did not switch": (
            "guard welded", "guard coil broken", "pilot welded", "pilot coil broken"),
        "the coils' supply or fuse failed": (
            "control fuse blown", "grid lost, board on a UPS", "grid lost for 5 s, board on a UPS"),
        "the auxiliary is stuck": ("KM2 feedback stuck open",),
        "chatters": ("KM2 feedback chatters",),
    },
    "v2l-collapsed": {"its adapter tripped": ("car supply trips for 5 s",)},
    "km1-not-closed": {
        "The grid has failed and no detector says so": (
            "grid lost, board on a UPS", "grid lost for 5 s, board on a UPS"),
        "KM1's coil or its fuse has failed": ("KM1 coil broken", "control fuse blown"),
        "it is jammed": ("KM1 welded",),
        "the pilot relay did not let go": ("pilot welded",),
        "KM2 blocks it": ("KM2 welded",),
        "the auxiliary is broken": ("KM1 feedback stuck open", "KM1 feedback wire broken"),
    },
    "reset-storm": {
        "Interference from a contactor coil": (
            "interference from KM1: watchdog", "interference from KM1: brownout", "interference from KM2: watchdog",
            "interference from KM2: brownout"),
    },
    "grid-dead": {
        "The mains has failed": ("grid lost, board on a UPS", "grid lost for 5 s, board on a UPS"),
        "the detector's wire is broken": ("grid input's wire broken",),
    },
    "clock-lost": {
        "does not know the time": ("system clock an hour ahead", "system clock an hour back", "battery clock lost"),
    },
    "flash-full": {"the flash is full, worn or read-only": ("flash full", "flash read-only")},
}


def unlisted(rows, said=sentences.FAULTS):
    """A line for each phrase that its sentence lacks, and for each cause that was named and is in no phrase."""
    words = {code: seen for code, seen, _do in said}
    problems = [f"the sentence of {code} lacks '{phrase}'" for code, phrases in LISTED.items() for phrase in phrases
                if phrase not in words[code]]
    found = {(code, cause) for (_house, cause, _state), row in rows.items() for told in row[5] for code in told.split()}
    return problems + [f"the sentence of {code} does not list this cause: {cause}" for code, cause in sorted(found)
                       if not any(cause in causes for causes in LISTED.get(code, {}).values())]


def look(answer):
    """All that the board shows of how it went: names, state, why, feedback, inputs."""
    return json.dumps([answer["names"], answer["end"][0], answer["says"]])


def groups(looks):
    """[fitting, what it says, [causes]] wherever several causes showed the same; of each only the largest."""
    alike = {}
    for (house, cause, state), shown in looks.items():
        for one in shown:
            alike.setdefault((house, state, one), []).append(cause)
    sets = {}
    for (house, _state, one), causes in alike.items():
        names, ended, says = json.loads(one)
        if len(set(causes)) > 1 and (names or ended == "grid"):
            told = names[0] if names else "only why: " + str(says[0])
            sets.setdefault((house.partition(", ")[2], told), set()).add(frozenset(causes))
    return [[fitting, told, sorted(causes)] for (fitting, told), found in sorted(sets.items())
            for causes in sorted(found, key=sorted) if not any(causes < other for other in found)]


def worst(rows):
    """The longest times of all with the row that has them, and what else is to be said of the whole."""
    figures = {}
    for name, place, counts in (
        ("deciding_output_off_ms_worst", 1, lambda row: True),
        ("deciding_output_off_ms_worst_with_a_name", 1, lambda row: row[5] != [""]),
        ("all_outputs_off_ms_worst_with_a_name", 2, lambda row: row[5] != [""]),
    ):
        times = [(row[place], key) for key, row in rows.items() if row[place] and counts(row)]
        ms, key = max(times) if times else (0, ())
        figures[name] = f"{ms} ({'; '.join(key)})"
    figures["moments_the_board_could_not_know_of"] = sum(row[-1] for row in rows.values())
    figures["names"] = len({told for row in rows.values() for names in row[5] for told in names.split()})
    return figures
