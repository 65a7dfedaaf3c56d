"""How far a part of the proof is, where it does one thing after another."""


class Stage:
    """Stands in for the progress of the whole, in its stretch from `begins` to `ends`, which are shares of one."""

    def __init__(self, progress, begins, ends):
        self.progress, self.begins, self.ends = progress, begins, ends

    def update(self, done, total=None, note=""):
        share = done / total if total else 0
        self.progress.update(self.begins + (self.ends - self.begins) * share, 1, note)


def each(progress, things):
    """(its stage, the thing) of each, all of them as long as each other."""
    things = list(things)
    return [(Stage(progress, place / len(things), (place + 1) / len(things)), thing)
            for place, thing in enumerate(things)]
