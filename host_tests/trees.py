"""Trees of objects and lists, as JSON has them, with something in them changed."""

import copy

GONE = object()


def put(tree, place, value):
    """A copy of the tree with that value there; nothing at all for GONE."""
    made = copy.deepcopy(tree)
    within = made
    for key in place[:-1]:
        within = within[key]
    if value is GONE:
        del within[place[-1]]
    else:
        within[place[-1]] = value
    return made
