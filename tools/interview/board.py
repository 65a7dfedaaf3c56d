"""The board and what belongs to it: the relays, the button, the battery clock."""

from firmware.core import chips
from firmware.core.config_shapes import shown
from tools.asking import Question, Refused, one_of
from tools.board_words import DRIVEN, count, head
from tools.draft import Draft
from tools.interview.talk import example, pin, unless_none

NAMES = tuple(row[0] for row in DRIVEN)
NUMBERS = tuple(str(number) for number in range(1, len(NAMES) + 1))
NORMALLY_OPEN = '"kind": "no"'  # the cautions say so of a board whose own button is of that kind
BOOT_PIN = 0  # what holds it low while an ESP32 starts keeps the firmware from starting


def ask(talk):
    _board(talk)
    _relays(talk)
    _button(talk)
    _clock(talk)


def _board(talk):
    for number, row in zip(NUMBERS, DRIVEN):
        talk.asking.write(f"  {number:>2}  {row[0]:<24}{row[1]:<9}{count(row)}")

    def judge(answer):
        draft = Draft(NAMES[NUMBERS.index(answer)] if answer in NUMBERS else answer.lower(), talk.start)
        # A board without a button is asked for its pin presently.
        wrong = [problem for problem in draft.problems if problem[0] != "button.pin"]
        if wrong:
            raise Refused(*wrong)
        return draft

    talk.draft = talk.asking.ask(Question(
        "Board, by number or name",
        "Pins are never guessed: a board that is not in this list is not driven. An ESP32 module with relays of your "
        "own choice is one of the generic ones. tools/gridrest boards tells what is on which pin."), judge)
    for line in head(talk.draft.profile):
        talk.asking.write("  " + line)
    for caution in talk.draft.profile[4]:
        talk.asking.say("- " + caution)


def _relays(talk):
    own = talk.draft.own_pin("guard") is not None
    wanted = talk.asking.ask(Question(
        "Relays, 1 or 2",
        "With two, the second is a guard in series with KM2's coil: break-before-make is confirmed, and a welded pilot "
        "relay cannot hold V2L. With one, the dead time is measured and not set.", "2" if own else "1"),
        lambda answer: one_of("relays", answer, ("1", "2")))
    if own and wanted == "1":
        talk.take("guard", "none")
    elif wanted == "2" and not own:
        like = example(talk.draft, chips.OUT)
        talk.settle("guard", Question(
            f"Pin of the guard relay, like {like}, or {like} low where low means on",
            "The second relay is your own, on a pin of your choice. none: one relay after all.", "none"), _output)


def _output(answer):
    """A pin, perhaps with the level that means on; none: the relay is left out."""
    if unless_none(answer) is None:
        return None
    number, *level = answer.lower().split()
    if len(level) > 1:
        raise Refused(("guard", f"{shown(answer)} is more than a pin and a level; write one like 17, or 17 low"))
    return {"pin": pin("guard", number), "kind": one_of("guard", level[0], ("high", "low"))} if level else pin(
        "guard", number)


def _button(talk):
    own = talk.draft.own_pin("button")
    kind = "no" if any(NORMALLY_OPEN in caution for caution in talk.draft.profile[4]) else "nc"
    like = example(talk.draft, chips.CONTACT, kind)
    where = f"with a pin, like {like}" if own is None else f"pin {own}"

    def make(answer):
        chosen, *number = answer.lower().split()
        made = {"kind": one_of("button.kind", chosen, ("nc", "no"))}
        if number:
            made["pin"] = pin("button.pin", " ".join(number))
        if made["kind"] == "nc" and made.get("pin", own) == BOOT_PIN:
            raise Refused(("button.kind", "a normally closed one on pin 0 keeps the chip from starting; write no, or "
                           f"another pin, like {example(talk.draft, chips.CONTACT, 'nc')}"))
        return made

    made = talk.settle("button", Question(
        f"Button, {where}:\n  nc, no (normally open)",
        "A press means grid, at once. With nc a broken wire looks like a pressed button and holds grid; with no it "
        f"looks like one that nobody presses. Another pin is written behind it, like {like}.",
        None if own is None else kind), make)
    if made["kind"] == "nc":
        talk.asking.say("A broken wire looks like a pressed button, which holds grid.")
    talk.settle("button.as", Question(
        "  momentary (a push button), selector (GRID / AUTO)",
        "A selector stays where it is put: GRID holds grid, AUTO lifts that.", "momentary"),
        lambda answer: one_of("button.as", answer, ("momentary", "selector")))


def _clock(talk):
    if talk.draft.own_pin("sda") is None:
        talk.asking.say("This board has no pins for a battery clock.")
        return
    talk.settle("rtc", Question(
        "Battery clock: ds3231, none",
        "A DS3231 keeps the time while the board has no supply. Without it, V2L rests after each power cut until a "
        "time server or a person has set the clock.", "ds3231"),
        lambda answer: one_of("rtc", answer, ("ds3231", "none")))
