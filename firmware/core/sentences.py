"""Words for people: what each permit asks, what each fault saw, and what to do. Not loaded on a running board.

A fault's sentence says what was seen and lists every cause that looks the same from the board; it never says that a
contactor *is* open or closed, only what its feedback says.
"""

from firmware.core import faults

# permit, what must be true, when a fitted or configured thing is meant
PERMITS = (
    ("fault", "no latched fault, and no other fault active or inside its retry time"),
    ("service", "the board is not in service"),
    ("selfcheck", "configuration and files are sound, pins are the profile's, entries can be recorded"),
    ("hold", "nobody asks for grid, at the board or remotely, and the button is not down"),
    ("enable", "the lock-out is closed, where one is fitted"),
    ("clock", "the clock is trusted: synced, or in holdover within its error bound"),
    ("schedule", "it is within a V2L window whose time is not used up"),
    ("charge_window", "it is neither within a charging window nor within the lead before one"),
    ("charging", "the car is not charging, as far as anything fitted or reported says"),
    ("car", "the V2L supply is live: for 10 s to enter, not dead for 200 ms to stay"),
    ("soc", "a fresh state of charge is at or above the reserve, 5 % above it to enter"),
    ("budget", "the V2L time of this local day is not used up"),
    ("rest", "the feedback shows rest: KM1 closed, KM2 open, bond absent, grid not dead"),
    ("dwell", "the board has been on grid for the dwell time since the last transfer or the start"),
    ("governor", "fewer entries than allowed in the last hour and the last 24 hours, tries included"),
    ("startup", "the start-up hold is over"),
)

# fault, what was seen and every cause that looks like it, what to do
FAULTS = (
    (
        "both-closed",
        "KM1 and KM2 feedback say closed together. A contactor has welded and the interlock has failed, or an "
        "auxiliary contact is stuck or its wires are shorted or broken.",
        "The firmware cannot part them. Switch off both supplies by hand, then test contactors, interlock and "
        "auxiliaries.",
    ),
    (
        "km2-stuck",
        "Told to go to grid, and KM2 feedback has not been seen open since. KM2 or the pilot relay has welded, "
        "its coil is held by leakage, or its auxiliary is stuck, chatters or has its wire broken.",
        "Switch off the V2L supply, isolate both supplies, test KM2, the relay contact and the coil's "
        "suppression.",
    ),
    (
        "km2-uncommanded",
        "On grid, KM2 feedback was open and then closed by itself. A relay contact closed unasked, KM2 was moved "
        "by hand, or the auxiliary is stuck or its wiring damaged.",
        "Isolate both supplies and find what closed KM2 or its auxiliary.",
    ),
    (
        "guard-stuck",
        "KM2 feedback says closed with the guard off, or it opened only when the pilot let go. The guard relay "
        "has welded, its contact is bridged, or KM2's auxiliary is stuck, chatters or has its wire broken.",
        "Isolate both supplies, test the guard relay and KM2's auxiliary, and replace or rewire what is wrong.",
    ),
    (
        "km1-not-open",
        "Told to go to V2L, and KM1 feedback still said closed at its limit. KM1 has welded, the pilot relay did "
        "not switch, or the auxiliary is stuck, chatters or has its wire broken.",
        "Isolate both supplies, and have KM1, its auxiliary and the pilot relay tested.",
    ),
    (
        "bond-stuck",
        "The bond contact says closed while KM2 feedback says open. The contact that makes the V2L neutral-earth "
        "bond has welded, or an auxiliary is wrong or has its wire broken.",
        "Isolate both supplies. Two neutral-earth references must never be in circuit: test the bond contact.",
    ),
    (
        "bond-missing",
        "KM2 feedback said closed, and the bond contact did not within 200 ms. The bond was not made, or its "
        "auxiliary or wire is broken.",
        "V2L without its bond leaves RCDs with nothing to work against. Isolate both supplies and test the bond "
        "contact.",
    ),
    (
        "pilot-readback",
        "A relay pin does not read back what was written to it. The output is shorted or overloaded, or the board "
        "is damaged.",
        "Isolate both supplies, and have the relay board's inputs tested; replace the board if the pin is damaged.",
    ),
    (
        "feedback-chatter",
        "A feedback input changed more than 20 times in 10 s outside a transfer. A loose wire, a dirty auxiliary "
        "contact, interference, or a contactor that really chatters.",
        "Listen to the contactors; then isolate both supplies, and have the feedback wiring tightened and tested.",
    ),
    (
        "relay-dropped",
        "On V2L, KM1 feedback said closed and KM2 feedback open by themselves. The pilot relay let go, its supply "
        "dipped, or its wire is loose.",
        "Isolate both supplies, and have the relay board's supply and the pilot relay's wiring tested.",
    ),
    (
        "km2-dropped",
        "On V2L, both feedbacks said open by themselves. The grid that feeds the coils failed and no detector "
        "says so, KM2's coil has failed, the control fuse has blown, the guard let go, or the auxiliary "
        "opened or its wire broke.",
        "Isolate both supplies, and have the control supply and fuse, KM2's coil and its wiring tested.",
    ),
    (
        "km2-not-closed",
        "Told to go to V2L, and KM2 feedback still said open at its limit. KM2's coil or its wiring is broken or "
        "it is jammed, the coils' supply or fuse failed, the interlock holds it, the guard or the pilot relay did not "
        "switch, or the auxiliary is stuck or chatters.",
        "Isolate both supplies, and have the control supply and fuse, KM2's coil, the electrical and the mechanical "
        "interlock and the relays tested.",
    ),
    (
        "v2l-collapsed",
        "The V2L supply went dead under a closed KM2 and came back within 10 minutes. The load was too much for "
        "it, its adapter tripped, the car was unplugged and plugged in again, or its detector's wire is loose.",
        "Reduce what the essential board draws on V2L; test the adapter.",
    ),
    (
        "km1-not-closed",
        "Told to go to grid, and KM1 feedback says open although the grid is, or may be, live: the load may have "
        "no supply. The grid has failed and no detector says so, KM1's coil or its fuse has failed or it is "
        "jammed, the pilot relay did not let go, KM2 blocks it, or the auxiliary is broken.",
        "Where a manual changeover is fitted, it can feed the load meanwhile. Isolate both supplies, and have the "
        "control fuse, KM1's coil and the pilot relay tested.",
    ),
    (
        "reset-storm",
        "The board has restarted unasked again and again, or right after entering V2L. Interference from a "
        "contactor coil, a weak supply, or a failing board.",
        "Fit suppression at the coils, test the board's supply, then acknowledge.",
    ),
    (
        "transfer-storm",
        "Ten times within an hour only the limit on entries kept the board from V2L. Something comes and goes: "
        "the V2L supply, an input, the car.",
        "Look at the journal for what kept changing.",
    ),
    (
        "state-lost",
        "The state file is missing or unreadable, so whatever was latched is unknown. A first start without the "
        "flashing tool, a damaged file system, or somebody deleted it.",
        "With both supplies isolated, have it checked that neither contactor is stuck in; then hold the button "
        "for 5 s.",
    ),
    (
        "config-bad",
        "The configuration was refused.",
        "Run the configuration check, mend what it names, and load it again. Acknowledging does not help.",
    ),
    (
        "firmware-mismatch",
        "A file is not the one the manifest names, or the pins boot.py turns off are not those of the board's "
        "profile.",
        "Flash the firmware again. Acknowledging does not help.",
    ),
    (
        "grid-dead",
        "The grid detector says no mains, and both feedbacks say open. The mains has failed or, if this comes and goes "
        "with each transfer, the detector or the detector's wire is broken.",
        "With the mains off, nothing: the board goes on from grid when it is back. Otherwise test the detector.",
    ),
    (
        "clock-disagrees",
        "Three network answers that agree contradict a healthy battery clock. One of them is wrong and the board "
        "cannot tell which.",
        "Set the clock by hand.",
    ),
    (
        "clock-lost",
        "The board does not know the time, so the schedule rests.",
        "Set the clock, or wait for the network to do it. Replace the battery of the clock chip if this comes "
        "back.",
    ),
    (
        "clock-ageing",
        "The clock has not been confirmed for so long that it may be wrong by more than half of what is allowed.",
        "Set the clock before it is no longer trusted.",
    ),
    (
        "flash-full",
        "The board cannot write its files: the flash is full, worn or read-only. V2L stays away while no entry can be "
        "recorded.",
        "Save the journal, then flash the firmware again.",
    ),
    (
        "net-dead",
        "The network part has stopped. Control is not affected.",
        "Nothing, unless it stays: then restart the board while on grid.",
    ),
    (
        "proof-old",
        "The watchdog was last proven on this installation longer ago than proof_days, or nobody knows when.",
        "Have the installation tested again: commission leads through it.",
    ),
    (
        "timing-drift",
        "The last two transfers in one direction took half as long again as when the installation was commissioned, "
        "or half as long. A contactor, a relay, a suppressor or the coil supply has changed.",
        "Have the contactors and their coil supply tested, then commission again.",
    ),
)

# The lamp's codes, in the order of its patterns: name, and what it means.
LAMP = (
    ("service offered", "just started: press the button now for service"),
    ("service", "in service: all outputs off; hold the button for 5 s to end it"),
    ("no supply", "the load may have no supply: KM1 should be closed and does not say so"),
    ("fault 1", "contactors, relays or their feedback"),
    ("fault 2", "the neutral-earth bond"),
    ("fault 3", "V2L or its contactor dropped out: supply, overload, wiring"),
    ("fault 4", "too many resets or transfers"),
    ("fault 5", "state file, configuration or firmware"),
    ("starting", "start-up: not ready yet, or waiting for the grid"),
    ("v2l", "on V2L"),
    ("hold", "on grid, because somebody asked for it"),
    ("clock", "on grid, because the clock has to be set"),
    ("notice", "on grid, and the status has a notice to read"),
    ("grid", "on grid, all well"),
)


def severity(code):
    """How grave a fault is; one of another build counts as grave."""
    bit = 1 << faults.CODES.index(code) if code in faults.CODES else 0
    return "notice" if bit & faults.NOTICES else "alarm" if bit & faults.ALARMS else "fault"


# What each figure limits, in the order of limits.LIMITS.
LIMITS = (
    ("confirm_s", "how long every entry permit must hold before the board enters V2L"),
    ("startup_s", "how long the board rests on grid after every start"),
    ("dwell_s", "how long the board rests on grid between two transfers"),
    ("car_s", "how long the V2L supply must be live before it counts"),
    ("max_v2l_min", "the longest single stay on V2L"),
    ("entries_per_hour", "entries into V2L in any hour, tries included"),
    ("entries_per_day", "entries into V2L in any 24 hours, tries included"),
    ("release_ms", "how long a contactor may take to let go"),
    ("pull_ms", "how long a contactor may take to pull"),
    ("dead_time_ms", "both feedbacks say open so long, to one sample, before a coil is fed (two relays)"),
    ("uncommanded_ms", "how long a change nobody commanded must last to be believed"),
    ("max_error_s", "the largest clock error with which V2L is allowed"),
    ("watchdog_ms", "the hardware watchdog's time-out"),
    ("proof_days", "how long a proof of the watchdog counts before a notice asks for a new one"),
)
