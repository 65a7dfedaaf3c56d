"""A configuration while it is being written: every value held, as it comes, against the check that the board makes."""

import copy
import json

from firmware.core import boards, chips, config, config_schema
from tools import advice
from tools.board_words import free_pins


class Draft:
    """What has been answered so far. `problems` is empty once it is a configuration; then there is `config` too."""

    def __init__(self, board, start):
        self.tree = {"board": board, "zone": "UTC0"}
        self._start = start
        self.config, self.problems = _check(self.tree)
        self.profile = chips.find(boards.PROFILES, board)
        self._warnings = self._lint()

    def put(self, key, value):
        """Take a value for a key like "inputs.km1"; None leaves it out. Returns the problems why it is not taken."""
        tree = _with(self.tree, key.split("."), value)
        made, problems = _check(tree)
        wrong = [problem for problem in problems if problem not in self.problems or _is_within(problem[0], key)]
        if not wrong:
            self.tree, self.config, self.problems = tree, made, problems
        return wrong

    def news(self):
        """The warnings that have come since this was last asked; none where there was no configuration to warn of."""
        before, self._warnings = self._warnings, self._lint()
        return [] if before is None else [warning for warning in self._warnings if warning not in before]

    def own_pin(self, signal):
        """The board's own pin for a signal, or None."""
        return chips.own_pin(self.profile, signal)[0]

    def free(self, use):
        """The pins that are left for such a use."""
        taken = [pin for _signal, pin, _kind in self.config.pins] if self.config else []
        return [pin for pin in free_pins(self.profile, use) if pin not in taken]

    def text(self):
        """The file: the keys in the order of the documents, one to a line, and one line for each of several entries."""
        keys = [row[0] for row in config_schema.CONFIG if row[0] in self.tree]
        return "{\n" + ",\n".join(f'  "{key}": {_laid_out(self.tree[key])}' for key in keys) + "\n}\n"

    def _lint(self):
        return advice.lint(self.config, self._start) if self.config else None


def _check(tree):
    return config.check(json.dumps(tree, ensure_ascii=False).encode(), boards.PROFILES, advice)


def _with(tree, path, value):
    """The tree with one value replaced; an object that would be empty is left out."""
    tree = copy.deepcopy(tree)
    if len(path) > 1:
        value = _with(tree.get(path[0], {}), path[1:], value) or None
    if value is None:
        tree.pop(path[0], None)
    else:
        tree[path[0]] = value
    return tree


def _is_within(place, key):
    return place == key or place.startswith((key + ".", key + "["))


def _laid_out(value):
    if isinstance(value, list) and len(value) > 1:
        return "[\n    " + ",\n    ".join(_laid_out(item) for item in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)
