"""What goes wrong with contactors, relays and their feedback in a life of years, and how the board must name it.

A row: its name, the installations it is for, where it begins (on grid or on V2L), what is done and what mends it, from
which moment its time runs (None: at once), the limit, the codes one of which must be told in time, and what else may
be told until it is mended. Several causes look the same from the board: then they have the same code.
"""

ONE, TWO = (False,), (True,)
ANY = (False, True)
GRID, V2L = "grid", "v2l"
# The moments: what the outputs say, or what the contacts do.
ENTERING, ENABLED, LEFT, RELEASED = "pilot on", "enabled", "disabled", "pilot off"
KM1_OPENS, KM2_OPENS, KM2_CLOSES = "km1 open", "km2 open", "km2 closed"

RELEASE_MS, PULL_MS, UNCOMMANDED_MS, BOTH_MS, BOND_MS, CHATTER_MS = 300, 500, 100, 60, 200, 1000
DROP_MS = 60  # that the guard is to blame is known once KM2 has let go with the pilot
RETRIED = ("km2-not-closed",)
DRAGGED = ("km2-uncommanded",)  # seen a little later, and does not rename what was seen first
BOND = ("bond-stuck",)  # where the bond's contact is watched, it contradicts KM2's


def _weld(what):
    return ("weld", {"what": what}), ("free", {"what": what})


def _coil(what):
    return ("coil-open", {"what": what}), ("coil-mend", {"what": what})


def _reads(what, to):
    return ("feedback", {"what": what, "to": to}), ("feedback", {"what": what, "to": "true"})


FUSE = ("fuse", {"to": "failed"}), ("fuse", {"to": "ok"})
BRIDGED = ("bridge", {"what": "guard"}), ("free", {"what": "guard"})

ROWS = (
    ("KM1 welded", ANY, GRID, _weld("km1"), ENTERING, RELEASE_MS, ("km1-not-open",), ()),
    ("KM1 stuck open", ANY, V2L, _weld("km1"), RELEASED, PULL_MS, ("km1-not-closed",), ()),
    ("KM2 welded", ANY, V2L, _weld("km2"), RELEASED, RELEASE_MS, ("km2-stuck",), ("guard-stuck", "km1-not-closed")),
    ("KM2 stuck open", ANY, GRID, _weld("km2"), ENABLED, PULL_MS, RETRIED, ()),
    ("pilot stuck off", ANY, GRID, _weld("pilot"), ENTERING, RELEASE_MS, ("km1-not-open",), ()),
    ("pilot welded", ONE, V2L, _weld("pilot"), RELEASED, RELEASE_MS, ("km2-stuck",), ("km1-not-closed",)),
    ("pilot welded", TWO, V2L, _weld("pilot"), RELEASED, PULL_MS, ("km1-not-closed",), ()),
    ("guard welded", TWO, V2L, _weld("guard"), LEFT, RELEASE_MS + DROP_MS, ("guard-stuck",), ()),
    ("guard stuck off", TWO, GRID, _weld("guard"), ENABLED, PULL_MS, RETRIED, ()),
    ("guard bridged", TWO, GRID, BRIDGED, KM2_CLOSES, UNCOMMANDED_MS, ("guard-stuck",), DRAGGED),
    ("KM1's coil open", ANY, GRID, _coil("km1"), KM1_OPENS, UNCOMMANDED_MS, ("km1-not-closed",), ()),
    ("KM1's coil open", ANY, V2L, _coil("km1"), RELEASED, PULL_MS, ("km1-not-closed",), ()),
    ("KM2's coil open", ANY, GRID, _coil("km2"), ENABLED, PULL_MS, RETRIED, ()),
    ("KM2's coil open", ANY, V2L, _coil("km2"), KM2_OPENS, UNCOMMANDED_MS, ("km2-dropped",), RETRIED),
    ("pilot's coil open", ANY, GRID, _coil("pilot"), ENTERING, RELEASE_MS, ("km1-not-open",), ()),
    ("pilot's coil open", ANY, V2L, _coil("pilot"), KM2_OPENS, UNCOMMANDED_MS, ("relay-dropped",), ("km1-not-open",)),
    ("guard's coil open", TWO, GRID, _coil("guard"), ENABLED, PULL_MS, RETRIED, ()),
    ("guard's coil open", TWO, V2L, _coil("guard"), KM2_OPENS, UNCOMMANDED_MS, ("km2-dropped",), RETRIED),
    ("control fuse blown", ANY, GRID, FUSE, KM1_OPENS, UNCOMMANDED_MS, ("km1-not-closed",), ()),
    ("control fuse blown", ANY, V2L, FUSE, KM2_OPENS, UNCOMMANDED_MS, ("km2-dropped",), ("km1-not-closed",)),
    ("KM1's auxiliary open", ANY, GRID, _reads("km1", "open"), None, UNCOMMANDED_MS, ("km1-not-closed",), ()),
    ("KM1's auxiliary open", ANY, V2L, _reads("km1", "open"), RELEASED, PULL_MS, ("km1-not-closed",), ()),
    ("KM1's auxiliary closed", ANY, GRID, _reads("km1", "closed"), ENTERING, RELEASE_MS,
     ("km1-not-open", "both-closed"), ()),
    ("KM1's auxiliary closed", ANY, V2L, _reads("km1", "closed"), None, BOTH_MS, ("both-closed",), ()),
    ("KM1's auxiliary loose", ANY, GRID, _reads("km1", "bounce"), None, CHATTER_MS, ("feedback-chatter",), ()),
    ("KM2's auxiliary open", ANY, GRID, _reads("km2", "open"), ENABLED, PULL_MS, RETRIED + BOND,
     RETRIED + BOND),
    ("KM2's auxiliary open", ANY, V2L, _reads("km2", "open"), None, UNCOMMANDED_MS, ("km2-dropped",) + BOND,
     RETRIED),
    ("KM2's auxiliary closed", ANY, GRID, _reads("km2", "closed"), None, BOTH_MS, ("both-closed",), DRAGGED),
    ("KM2's auxiliary closed", ANY, V2L, _reads("km2", "closed"), RELEASED, RELEASE_MS, ("km2-stuck", "both-closed"),
     ("km2-stuck", "both-closed", "guard-stuck")),
    ("KM2's auxiliary loose", ANY, V2L, _reads("km2", "bounce"), None, CHATTER_MS, ("feedback-chatter",), ()),
    ("KM2's wire broken", ANY, GRID, _reads("km2", "broken"), None, BOTH_MS, ("both-closed",), DRAGGED),
    ("bond contact welded", TWO, GRID, _reads("bond", "closed"), None, UNCOMMANDED_MS, ("bond-stuck",), ()),
    ("bond contact open", TWO, V2L, _reads("bond", "open"), None, BOND_MS, ("bond-missing",), ()),
    ("bond contact open", TWO, GRID, _reads("bond", "open"), KM2_CLOSES, BOND_MS, ("bond-missing",), ()),
)
