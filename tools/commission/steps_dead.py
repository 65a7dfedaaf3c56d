"""The steps with everything dead and contactors moved by hand: the interlocks, the poles, the neutral-earth bond."""

from tools.commission.trial import ISOLATE, RESTORE, SETTLE_S


def interlock(trial):
    """Neither contactor goes in while the other is, and neither coil can be fed while the other contactor is in."""
    trial.service()
    trial.do("Both contactors are going to be moved by hand. " + ISOLATE, "isolate", "poles", "control")
    for first, second in (("km1", "km2"), ("km2", "km1")):
        _mechanical(trial, first, second)
        _electrical(trial, first, second)
    trial.do(RESTORE, "restore")
    trial.board.wait(SETTLE_S)


def _mechanical(trial, first, second):
    one, other = first.upper(), second.upper()
    trial.do(f"Hold {one} in by hand, and try to push {other} in.", "hold-in", first, second)
    trial.board.wait(SETTLE_S)
    finding = f"the mechanical interlock does not hold: {other} goes in while {one} is held"
    trial.yes(second + "-in", f"Does {other} go in while {one} is held?", False, finding)
    shown = trial.status()["inputs"]
    if len(trial.facts.fitted("km1", "km2")) == 2:
        both = shown["km1"] == shown["km2"] == "closed"
        trial.measure(f"feedback with {one} held and {other} pushed", f"km1 {shown['km1']}, km2 {shown['km2']}", None,
                      "never both closed", not both, finding)


def _electrical(trial, first, second):
    """By continuity; in service the relays are off, so that a coil without voltage would prove nothing."""
    one, other, key = first.upper(), second.upper(), "led-to-" + second
    way = f"from the pilot relay's NC to {other}'s coil"
    if second == "km2":
        past = ", past the guard's contact," if trial.facts.two_relays else ""
        way = f"from the pilot relay's NO{past} to {other}'s coil"
    trial.do(f"Let go of {other}, and go on holding {one} in.", "hold-in", first)
    trial.yes(key, f"{one} held in: is there continuity {way}?", False, "the electrical interlock does not hold: "
              f"{other}'s coil can be fed while {one} is in")
    trial.do(f"Let go of {one}.", "hold-in")
    trial.yes(key, f"{one} released: is there continuity {way}?", True, f"{other}'s coil cannot be fed though {one} is "
              "not in: what was measured before proves nothing")


def poles(trial):
    """Both poles of a source move together."""
    trial.service()
    trial.do("Each contactor is going to be moved by hand. " + ISOLATE, "isolate", "poles", "control")
    for held, other in (("km1", "km2"), ("km2", "km1")):
        one, two = held.upper(), other.upper()
        trial.do(f"Hold {one} in by hand, {two} out.", "hold-in", held)
        trial.yes("both-poles", f"By continuity: do both poles of {one} conduct, and are both poles of {two} open?",
                  True, f"line and neutral are not switched together: see both poles of {one} and of {two}")
        trial.do(f"Let go of {one}.", "hold-in")
    trial.do(RESTORE, "restore")
    trial.board.wait(SETTLE_S)


def bond(trial):
    """Neutral and earth of the V2L side are joined with KM2, and by nothing else; V2L has not been on so far."""
    trial.service()
    trial.do(ISOLATE, "isolate", "poles", "control")
    if trial.yes("bond-contact", "Is the bond made by a contact of the changeover, and not fixed on a transformer's "
                 "secondary?", None):
        _by_contact(trial)
    else:
        _fixed(trial)
    trial.do(RESTORE, "restore")
    trial.board.wait(SETTLE_S)


def _by_contact(trial):
    trial.do("Take the bond's conductor off the earth bar.", "bond-conductor", "off")
    where = "between the V2L neutral and the conductor that is off, across the bonding contact"
    _open_and_joined(trial, where)
    trial.do("Put the bond's conductor back on the earth bar, and tighten it.", "bond-conductor", "on")
    if not trial.yes("bond-lead", "Is the bond's conductor back on the earth bar, and tight?", True,
                     "the bond's conductor is not on the earth bar"):
        trial.stop("the bond's conductor is not on the earth bar: V2L would have no reference to earth")


def _fixed(trial):
    _open_and_joined(trial, "between neutral and earth at the essential board, its loads off")


def _open_and_joined(trial, where):
    trial.yes("bond-made", f"With KM1 and KM2 open: are they joined? Measure {where}.", False,
              "the neutral-earth bond is there without KM2, too")
    trial.do("Hold KM2 in by hand, everything still dead.", "hold-in", "km2")
    trial.yes("bond-made", f"With KM2 held in: are they joined? Measure {where}.", True,
              "there is no neutral-earth bond with KM2 in")
    trial.do("Let go of KM2.", "hold-in")
