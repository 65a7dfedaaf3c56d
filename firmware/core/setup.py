"""What is fitted, and the figures the rules use: the two records a checked configuration becomes.

Kept apart from the configuration reader so that the rules can be read, and explored by the tests, without it.
"""

class Limits:
    """One attribute for each row of LIMITS, which a running board need not keep."""

    def __init__(self, chosen=()):
        from firmware.core.limits import LIMITS

        for name, default, _low, _high in LIMITS:
            setattr(self, name, default)
        for name, value in chosen:
            setattr(self, name, value)


class Setup:
    """What is fitted at the board. True means fitted; the polarity of each input is the device layer's business."""

    def __init__(self):
        self.two_relays = False
        self.km1 = False
        self.km2 = False
        self.bond = False
        self.car = False
        self.car_assumed = False  # not fitted, and the owner accepts that: the permit holds
        self.grid = False
        self.charging = False
        self.enable = False
        self.selector = False  # the button is a maintained GRID / AUTO switch
        self.soc_reserve = -1  # per cent; -1: state of charge does not matter
        self.soc_max_age_s = 900
        self.budget_s = -1  # V2L seconds a local day; -1: no budget
        self.limits = Limits()
