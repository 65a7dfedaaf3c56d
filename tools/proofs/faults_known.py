"""Whether the board knows, at the end of a case, what the load is fed from, and says so; and whether it could."""

from firmware.core import faults
from tools.proofs import faults_told
from tools.sim.plant import GRID, NONE

# What is said of the contactors and so of the supply. A notice does it only if its sentence lists what was done.
OF_THE_CONTACTORS = (
    "both-closed", "km2-stuck", "km2-uncommanded", "guard-stuck", "km1-not-open", "relay-dropped", "km2-dropped",
    "km2-not-closed", "km1-not-closed",
)
OF_THE_SUPPLY = faults.CODES[faults.GRID_DEAD]


def knows(answer, causes):
    status, supply = answer["status"], answer["end"][1]
    if not status:  # nothing runs: of that `faults_case` has judged
        return True
    if supply == status["command"] or any(_explains(code, causes) for code in answer["faults"]):
        return True
    return supply == NONE and status["command"] == GRID and _says_that_grid_is_dead(status)


def _explains(code, causes):
    listed = [cause for phrase in faults_told.LISTED.get(code, {}).values() for cause in phrase]
    return code in OF_THE_CONTACTORS or code == OF_THE_SUPPLY and any(cause.name in listed for cause in causes)


def _says_that_grid_is_dead(status):
    """KM1's feedback says closed, so it is no notice; but the detector is shown, and what it bars."""
    return status["inputs"]["grid"] == "off" and "rest" in status["blocked_by"]


def can_know(house, causes):
    """The inputs that would tell are fitted, and nothing makes them tell untruth."""
    setup, names = house.setup, [cause.name for cause in causes]
    blind = not setup.km1 or not setup.car and any(name.startswith("car ") for name in names)
    # A KM1 that has welded closed shows nothing of a grid that has gone: only a detector would.
    dark = not setup.grid and "KM1 welded" in names and any(name.startswith("grid lost") for name in names)
    return not blind and not dark and not any(cause.hides for cause in causes)
