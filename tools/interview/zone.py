"""The time zone, by the name of a place. A board keeps a rule and no names."""

from firmware.core import dates, zonetext
from firmware.core.config_shapes import shown
from tools import zone_names
from tools.asking import Question, Refused
from tools.preview import WEEKDAYS, clock_text

MOST = 12


def ask(talk):
    listed = []

    def judge(answer):
        name, rule = _meant(talk, answer, listed)
        talk.take("zone", rule)
        return name

    name = talk.asking.ask(Question(
        "Time zone, by city or country",
        "Like Dublin, Europe/London or Ireland. It becomes a rule such as GMT0BST,M3.5.0/1,M10.5.0, which may be "
        "written too. All windows are in its time.", zone_names.here()), judge)
    zone = talk.draft.config.zone
    day, second = divmod(talk.start + zone.offset(talk.start), dates.DAY_S)
    talk.asking.say(f"{name or 'The rule'}{' is ' + talk.draft.config.zone_text if name else ' is taken'}; there it is "
                    f"{WEEKDAYS[dates.weekday(day)]}, {clock_text(second // 60 * 60)}.")
    if name:
        _departure(talk, name)


def _meant(talk, answer, listed):
    """(name or None, rule). `listed` has what the numbers of the last list stand for."""
    if answer in [str(number) for number in range(1, len(listed) + 1)]:
        name, near = listed[int(answer) - 1], []
    else:
        name, near = zone_names.find(answer)
    if name:
        return name, zone_names.rule(name)
    if zonetext.read(answer)[1] is None:
        return None, answer
    listed[:] = near[:MOST]
    for number, one in enumerate(listed, 1):
        talk.asking.write(f"  {number:>2}  {one}")
    if near:
        more = f", or more of its name for the other {len(near) - MOST}" if near[MOST:] else ""
        raise Refused(("zone", f"{shown(answer)} is not clear; write the number of one of these{more}"))
    if any(sign in answer for sign in "0123456789,<"):
        return None, answer  # it was to be a rule: the check says what is wrong with it
    raise Refused(("zone", f"{shown(answer)} is no place that is known here; write the largest city whose clocks are "
                   "the same"))


def _departure(talk, name):
    days = zone_names.departs(name, talk.start)
    if days:
        first, last = [dates.iso(day * dates.DAY_S)[:10] for day in days]
        talk.asking.tell([("warning", "zone", f"between {first} and {last} the clocks of {name} do not always keep to "
                           "this rule; on such days every window is early or late by the difference")])
