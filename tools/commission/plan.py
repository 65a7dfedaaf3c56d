"""The plan: every step with what it proves, which clauses are cited for it, and where it has its place."""

import typing

from tools.commission import steps_dead, steps_end, steps_power, steps_proof, steps_rest, steps_unplugged, steps_v2l

BS_551 = "BS 7671 551 (switched alternative sources)"
BS_PART_6 = "BS 7671 Part 6 (initial verification)"
EN_TRANSFER = "BS EN IEC 60947-6-1 (transfer switching equipment)"
EN_CONTACTOR = "BS EN IEC 60947-4-1 (contactors, mirror contacts)"
BS_ISOLATION = "BS 7671 537 (isolation and switching)"
BS_PME = "BS 7671 722.411.4.1 (PME)"


class Step(typing.NamedTuple):
    id: str
    title: str
    proves: str
    clauses: tuple
    run: typing.Callable  # run(trial)
    lacks: typing.Callable = lambda facts: None  # why it has no place in an installation, or None


def _two_relays(facts):
    return None if facts.two_relays else "there is one relay; this is about two"


def _needs(signal, sentence):
    return lambda facts: None if signal in facts.kinds else sentence


def _network(facts):
    return None if facts.config.wifi else "the configuration has no network"


# What can be proven dead or on grid is, before V2L comes for the first time; the RCD on V2L is tested next.
# Steps in which the board latches what is provoked stand last: such an entry counts against those of the hour.
STEPS = (
    Step("board", "The board and its clock", "The board answers, knows the time, and is the one that is meant.", (),
         steps_rest.board),
    Step("dead", "Dead tests", "Protective conductors are continuous, and polarity and fuses are right.", (BS_PART_6,),
         steps_rest.dead),
    Step("coil-supply-grid", "Coil supply lost on grid",
         "Without coil supply both contactors let go, and with it the load is on grid.", (BS_551,),
         steps_rest.coil_supply_grid),
    Step("inputs", "Inputs and polarity", "Every input follows what it is wired to, the right way round.",
         (EN_CONTACTOR,), steps_rest.inputs),
    Step("interlock", "Interlocks by hand",
         "Neither contactor goes in while the other is in, nor can its coil be fed then.", (BS_551, EN_TRANSFER),
         steps_dead.interlock),
    Step("poles", "Two poles", "Line and neutral of each source are switched together.", (BS_551, BS_ISOLATION),
         steps_dead.poles),
    Step("bond", "Neutral-earth bond", "Neutral and earth are joined with KM2, and by this installation only there.",
         (BS_551, BS_PME), steps_dead.bond),
    Step("rcd-grid", "RCD and loop on grid", "The protection works on grid.", (BS_PART_6,), steps_end.rcd_grid),
    Step("peace", "Nothing stands", "No fault stands before V2L is tried for the first time.", (),
         steps_rest.at_peace),
    Step("guard-holds", "The guard keeps KM2 out", "KM2 cannot pull while the guard relay is off.", (),
         steps_v2l.guard_holds, _two_relays),
    Step("first-transfer", "First transfer, watched", "The load goes to V2L and comes back to grid.", (EN_TRANSFER,),
         steps_v2l.first_transfer),
    Step("rcd-v2l", "RCD and loop on V2L", "The protection works on V2L.", (BS_PART_6, BS_PME), steps_end.rcd_v2l),
    Step("coil-supply-v2l", "Coil supply lost on V2L",
         "Without coil supply V2L ends, and with it the load is back on grid.", (BS_551,), steps_v2l.coil_supply_v2l),
    Step("transfers", "Ten transfers, measured",
         "Each source is parted from the load before the other is joined to it, at a steady pace.", (EN_TRANSFER,),
         steps_v2l.transfers),
    Step("button", "The button", "In each state the button brings the load to grid, or keeps it there.",
         (BS_ISOLATION,), steps_proof.button),
    Step("car-lost", "Loss of V2L", "When the car stops, the load is back on grid.", (), steps_proof.car_lost,
         _needs("car", "no detector on the V2L supply is fitted")),
    Step("network-lost", "Loss of network", "V2L and grid do not depend on the network.", (), steps_proof.network_lost,
         _network),
    Step("heartbeat", "Dead-man stage", "Without pulses the relays lose their supply.", (), steps_proof.heartbeat,
         _needs("heartbeat", "the board gives no pulses")),
    Step("guard-alone", "The guard alone ends V2L", "A pilot contact that does not let go cannot hold V2L.", (),
         steps_v2l.guard_alone, _two_relays),
    Step("pilot-alone", "The pilot alone ends V2L", "A guard contact that does not let go cannot hold V2L.", (),
         steps_v2l.pilot_alone, _two_relays),
    Step("unplugged", "Every input unplugged",
         "An input without its wire reads as documented, and V2L is not held where that can be so.", (),
         steps_unplugged.unplugged),
    Step("unpowered", "Relays and board unpowered", "V2L ends with the supply of the relays, and with that of the "
                                                    "board.",
         (BS_551,), steps_power.unpowered),
    Step("cut-in-transfer", "Supply cut in a transfer", "A board that loses its supply in a transfer leaves the load "
         "on grid.", (BS_551,), steps_power.cut_in_transfer),
    Step("clock-lost", "Loss of clock", "Without a clock V2L is refused.", (), steps_proof.clock_lost),
    Step("watchdog", "Watchdog", "A firmware that hangs on V2L is ended by the watchdog, and the relays let go.", (),
         steps_proof.watchdog),
    Step("handover", "Handing over", "Who comes later is told of two sources, and the board is left at rest.",
         (BS_ISOLATION,), steps_end.handover),
)
IDS = tuple(step.id for step in STEPS)
TITLES = {step.id: step.title for step in STEPS}
