"""The shortest way to a state, step by step, and in words; `states_scenario` makes a scenario of it."""

from firmware.core import changeover, faults
from tools.proofs.states_plant import NAMES
from tools.proofs.states_search import SHIFT


def places(search, place):
    """The states on the shortest way, by their places, the first one first."""
    found = []
    while place >= 0:
        found.append(place)
        place = search.parents[place]
    return found[::-1]


def steps(search, place):
    """(what happened, key after, plant after) of every step of the shortest way there."""
    way = places(search, place)
    for before, after in zip(way, way[1:]):
        new = search.order[after]
        yield cause(search, search.order[before], new), search.keys[new >> SHIFT], plant_of(search, new)


def plant_of(search, state):
    return search.plants.states[state & (1 << SHIFT) - 1]


def cause(search, before, after):
    """(sample, weather, car, tired) that leads from one state to the other; "restart" where none does."""
    key, plant = search.keys[before >> SHIFT], before & (1 << SHIFT) - 1
    pilot, guard = key[search.outputs_at[0]], key[search.outputs_at[1]]
    for sample, plants in search.plants.moves(plant, pilot, guard).items():
        if after & (1 << SHIFT) - 1 not in plants:
            continue
        for phase, weather, then, car in search.ways(key, search.all):
            for tired in (0, 2):
                if search.number(search.step(phase, weather)(then, *sample, car, tired)[0]) == after >> SHIFT:
                    return sample, weather, car, tired
    return None, "restart", 0, 0


def outcome(search, key):
    """(phase, pilot, guard, latched) of a key: what can be seen of it from outside; the phase may be None."""
    now = search.model.read(key)
    return now.get(("core", "phase")), now["gate", "pilot"], now["gate", "guard"], now["faults", "latched"]


def told(search, place, last=None):
    """The whole way as lines of text; `last` is a further line."""
    lines = []
    for number, ((sample, weather, car, _tired), key, plant) in enumerate(steps(search, place), 1):
        what = f"{number:3} {seen(search, sample, car)} {weather:<11}"
        lines.append(f"{what} -> {situation(search, key)} | {shown(plant)}")
    return shortened(lines) + ([last] if last else [])


def seen(search, sample, car):
    if sample is None:
        return "-"
    values = dict(zip(("km1", "km2", "bond", "grid"), sample), car=car)
    return " ".join(f"{name}={values[name]}" for name in values if name in search.variant.fitted)


def situation(search, key):
    now = search.model.read(key)
    phase = now.get(("core", "phase"))
    state = "any phase" if phase is None else f"{changeover.STATES[phase]} ({phase})"
    on = [name for name in ("pilot", "guard") if now["gate", name]]
    standing = faults.codes(now["faults", "lasting"]) + (["latched"] if now["faults", "latched"] else [])
    return f"{state}, on: {' '.join(on) or 'none'}" + (f", faults: {' '.join(standing)}" if standing else "")


def shown(plant):
    contacts, _waited, live, broken = plant
    closed = [name for name, contact in zip(NAMES, contacts) if contact]
    text = f"closed: {' '.join(closed) or 'none'}" + ("" if live else ", coils dead")
    return text + (", broken: " + ", ".join(" ".join(one).strip() for one in broken) if broken else "")


def shortened(lines):
    """Steps that are alike become one line."""
    kept, count = [], 0
    for one, following in zip(lines, lines[1:] + [""]):
        count += 1
        if one[3:] != following[3:]:
            kept.append(one + (f"  ({count} times)" if count > 1 else ""))
            count = 0
    return kept
