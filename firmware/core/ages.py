"""How long ago the last few times were, in powered seconds: no wall clock, so none can be wrong.

Ages saturate. Time without power does not count unless somebody can say how long it was, which errs towards more
caution: an event is remembered for longer than it would have to be, never for less.
"""

LONG_AGO_S = 90_000  # ages grow no further; the longest window the rules look at is a day
NEVER_S = LONG_AGO_S + 1  # has not happened; as a window, it holds everything that ever has


class Ages:
    FIELDS = ("ages",)

    def __init__(self, size):
        self.ages = [NEVER_S] * size  # newest first

    def add(self):
        ages = self.ages
        for i in range(len(ages) - 1, 0, -1):
            ages[i] = ages[i - 1]
        ages[0] = 0

    def take_back(self):
        """The newest did not happen after all."""
        ages = self.ages
        for i in range(len(ages) - 1):
            ages[i] = ages[i + 1]
        ages[-1] = NEVER_S

    def grow(self, seconds):
        ages = self.ages
        for i in range(len(ages)):
            if ages[i] < LONG_AGO_S:
                ages[i] = min(ages[i] + seconds, LONG_AGO_S)

    def count(self, within_s):
        n = 0
        for age in self.ages:
            if age < within_s:
                n += 1
        return n

    def clear(self):
        for i in range(len(self.ages)):
            self.ages[i] = NEVER_S

    def restore(self, ages):
        """Take up saved ages, newest first; more than fit are the oldest and are dropped."""
        for i in range(min(len(ages), len(self.ages))):
            self.ages[i] = min(ages[i], NEVER_S)
