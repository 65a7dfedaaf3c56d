"""All state of the core in one flat tuple, out and in again: small integers, and a few codes as text.

The tests explore the core by stepping it from one such tuple to the next, so nothing that a rule looks at may be left
out: each part lists its own fields. Events for the journal are output, not state.
"""


def parts_of(c):
    """Every object that has state of its own, as (object, field names)."""
    objects = [c, c.km1, c.km2, c.bond, c.car, c.grid, c.charging, c.enable, c.button, c.button.contact, c.holds]
    objects += [c.reports, c.clock, c.plan, c.stay, c.governor, c.faults, c.watch, c.transfer, c.gate, c.request]
    objects += [c.supervision, c.proof]
    objects += c.faults.tallies
    return [(o, o.FIELDS) for o in objects]


def lists_of(c):
    """The fixed-length lists inside those objects."""
    return [c.governor.entries.ages, c.governor.resets.ages] + [t.before.ages for t in c.faults.tallies]


def take(c):
    values = []
    for part, fields in parts_of(c):
        for field in fields:
            values.append(getattr(part, field))
    for ages in lists_of(c):
        values.extend(ages)
    return tuple(values)


def put_back(c, values):
    i = 0
    for part, fields in parts_of(c):
        for field in fields:
            setattr(part, field, values[i])
            i += 1
    for ages in lists_of(c):
        ages[:] = values[i : i + len(ages)]
        i += len(ages)
