"""The steps in which a supply goes on V2L: that of the relays, that of the board, and the board's in a transfer."""

from tools.commission.trial import SETTLE_S, let_go, power_off, power_on

STAY_S = 31  # on V2L: a reset sooner after an entry would count towards a storm of them
GONE_S = 60  # for the hand that cuts


def unpowered(trial):
    """V2L ends with the supply of the relays, and with that of the board."""
    trial.to_v2l(stay_s=60)
    trial.do("Take the supply off the relays, or the wires to their coils, at the board's extra-low voltage.", "relay",
             "both", "unplugged")
    finding = "V2L does not end without the relays' supply"
    if trial.sees_km2():
        status, gone = trial.board.until(let_go, 5)
        trial.measure("feedback km2 without the relays' supply", status["inputs"]["km2"], None, "open", gone, finding)
    trial.service()
    trial.yes("load-on-grid", "Is the load on grid?", True, finding)
    trial.do("Put the relays' supply back.", "relay", "both", "plugged")
    trial.clear()
    trial.to_v2l(stay_s=STAY_S + 60)
    trial.board.wait(STAY_S)
    power_off(trial, "Take the board's supply away, and the USB cable with it.")
    _without(trial)


def cut_in_transfer(trial):
    """As near to the transfer as a hand can cut it."""
    trial.window(trial.facts.enter_s() + GONE_S)
    trial.do("Stand ready to take the board's supply away, and the USB cable with it, in the moment in which a "
             "contactor moves. V2L is wanted from now on; nothing is to be entered here.", "power", "off when KM1 "
                                                                                                    "lets go")
    trial.board.say("v2l")
    state, gone = trial.board.gone(trial.facts.enter_s() + GONE_S)
    if not gone:
        trial.stop("the board has not lost its supply")
    trial.measure("state that the board told last", state, None, "told, not judged", None)
    trial.board.pass_over(SETTLE_S)
    _without(trial)


def _without(trial):
    trial.yes("load-on-grid", "Is the load on grid, while the board has no supply?", True,
              "the load is not on grid without the board's supply")
    power_on(trial)
    trial.yes("load-on-grid", "Is the load on grid now?", True, "the load is not on grid once the supply is back")
    trial.clear()
