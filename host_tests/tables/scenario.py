"""Scenarios and the lines of a run: what is accepted, how everything else is refused, and each line to the byte."""

from firmware.core.jsontext import LARGEST
from tools import advice
from tools.sim import scenario, verbs
from tools.sim.trace import Trace

# A time, and its milliseconds as an instant; None: refused.
CLOCKS = (
    ("0:00:00", 0), ("00:00:01", 1000), ("1:02:03.004", 3_723_004), ("87600:00:00", verbs.TEN_YEARS_MS),
    ("87600:00:00.001", None), ("0:60:00", None), ("0:00:60", None), ("0:0:00", None), ("00:00", None), ("", None),
    ("1:00:00.", None), ("1:00:00.1", None), ("1:00:00.1234", None), (":00:00", None), ("-1:00:00", None),
    ("+1:00:00", None), (" 1:00:00", None), ("1:00:00Z", None), ("1_0:00:00", None), ("9999999999:00:00", None),
    ("\u0661:00:00", None), ("1:00:00.00x", None),
)
# A length as the command line takes it.
SPANS = (
    ("24h", 86_400_000), ("90m", 5_400_000), ("30s", 30_000), ("2d", 172_800_000), ("1y", 31_536_000_000),
    ("10y", verbs.TEN_YEARS_MS), ("11y", None), ("3651d", None), ("0h", None), ("h", None), ("", None), ("24", None),
    ("1.5h", None), ("-1h", None), ("24H", None), ("1 h", None), ("0:00:00", None), ("0:00:00.001", 1),
    ("24:00:00", 86_400_000), ("1w", None), ("9999999999s", None),
)

SOUND = '{"name": "n", "for": "1:00:00"%s}'
EVENT = ', "events": [{"at": "0:00:01", %s}]'
FITTED = ', "config": {"inputs": {"bond": "no", "charging": "high", "enable": "no"}}'
NETWORK = ', "config": {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20"]}, "mqtt": {"host": "192.0.2.10"}}'
NAMED = ', "config": {"wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20", "time.example"]}}'
GUARD = ', "config": {"board": "generic-2-relay"}'
SELECTOR = ', "config": {"button": {"as": "selector"}}'

# Every verb as it is accepted: what is added to a sound scenario, and the event that comes out.
ACCEPTED = (
    ("", '"do": "press", "ms": 1', "press - - 1 - -"),
    ("", '"do": "press", "ms": 3600000', "press - - 3600000 - -"),
    (SELECTOR, '"do": "selector", "to": "grid"', "selector - grid - - -"),
    (SELECTOR, '"do": "selector", "to": "auto"', "selector - auto - - -"),
    ("", '"do": "car", "to": "off"', "car - off - - -"),
    ("", '"do": "grid", "to": "on"', "grid - on - - -"),
    (FITTED, '"do": "charging", "to": "on"', "charging - on - - -"),
    (FITTED, '"do": "enable", "to": "off"', "enable - off - - -"),
    ("", '"do": "weld", "what": "km2"', "weld km2 - - - -"),
    (GUARD, '"do": "free", "what": "guard"', "free guard - - - -"),
    ("", '"do": "coil-open", "what": "pilot"', "coil-open pilot - - - -"),
    ("", '"do": "coil-mend", "what": "km1"', "coil-mend km1 - - - -"),
    ("", '"do": "interlock", "to": "failed"', "interlock - failed - - -"),
    ("", '"do": "fuse", "to": "ok"', "fuse - ok - - -"),
    ("", '"do": "feedback", "what": "km1", "to": "bounce"', "feedback km1 bounce - - -"),
    (FITTED, '"do": "feedback", "what": "bond", "to": "broken"', "feedback bond broken - - -"),
    ("", '"do": "stall", "ms": 7000', "stall - - 7000 - -"),
    ("", '"do": "flash", "to": "read-only"', "flash - read-only - - -"),
    ("", '"do": "power", "to": "off"', "power - off - - -"),
    ("", '"do": "reset", "cause": "brownout"', "reset - - - brownout -"),
    ("", '"do": "emi", "what": "km1", "cause": "panic"', "emi km1 - - panic -"),
    ("", '"do": "emi", "what": "none"', "emi none - - - -"),
    ("", '"do": "hang"', "hang - - - - -"),
    ("", '"do": "clock", "jump_s": -%d' % LARGEST, "clock - - - - -%d" % LARGEST),
    ("", '"do": "rtc", "to": "lost"', "rtc - lost - - -"),
    (NETWORK, '"do": "wifi", "to": "off"', "wifi - off - - -"),
    (NETWORK, '"do": "broker", "to": "silent"', "broker - silent - - -"),
    (NAMED, '"do": "name-server", "to": "silent"', "name-server - silent - - -"),
    (NETWORK, '"do": "message", "payload": "x"', "message - - - - -"),
    (NETWORK, '"do": "time-server", "to": "origin"', "time-server - origin - - -"),
)

NO = "%s cannot stand here; write %s"
MS = "a whole number from 1 to 3600000"
ON_OFF = '"on" or "off"'
TIME = 'a time since the start, H+:MM:SS or H+:MM:SS.mmm, like "0:30:00"'
LENGTH = 'how long it runs, H+:MM:SS or H+:MM:SS.mmm, like "24:00:00"'
CAUSES = '"watchdog", "panic", "brownout", "power" or "soft"'
INSTANT = 'an instant in UTC from 2020 to 2043, like "2026-11-20T05:00:00Z"'
LIKE = 'like {"at": "0:40:00", "do": "weld", "what": "km2"}'
UNFITTED = "%s is not fitted in this configuration, so %s; add it to the inputs"

# An event, and what is wrong with it: the key inside the event, and the sentence.
EVENTS = (
    ('"do": "press"', "ms", "is missing; write " + MS),
    ('"do": "press", "ms": 0', "ms", NO % ("0", MS)),
    ('"do": "press", "ms": 3600001', "ms", NO % ("3600001", MS)),
    ('"do": "press", "ms": "200"', "ms", NO % ('"200"', MS)),
    ('"do": "press", "ms": true', "ms", NO % ("true", MS)),
    ('"do": "press", "ms": 1, "to": "on"', "to", '"to" is not known here; did you mean "do"?'),
    ('"do": "hang", "ms": 1', "ms", '"ms" is not known here; the known ones are at, do'),
    ('"do": "car", "to": "yes"', "to", NO % ('"yes"', ON_OFF)),
    ('"do": "car", "to": 1', "to", NO % ("1", ON_OFF)),
    ('"do": "weld", "what": "km3"', "what", NO % ('"km3"', '"km1", "km2", "pilot" or "guard"')),
    ('"do": "reset", "cause": "bored"', "cause", NO % ('"bored"', CAUSES)),
    ('"do": "reset"', "cause", "is missing; write " + CAUSES),
    ('"do": "emi", "what": "km1"', "cause", "is missing; write the cause of the resets that it brings"),
    ('"do": "emi", "what": "none", "cause": "soft"', "cause",
     '"none" ends the interference and has no cause; leave it out'),
    ('"do": "emi", "what": "pilot"', "what", NO % ('"pilot"', '"km1", "km2" or "none"')),
    ('"do": "flash", "to": "failed"', "to", NO % ('"failed"', '"ok", "full" or "read-only"')),
    ('"do": "clock", "jump_s": "1"', "jump_s", NO % ('"1"', "a whole number from -%d to %d" % (LARGEST, LARGEST))),
    ('"do": "feedback", "what": "car", "to": "true"', "what", NO % ('"car"', '"km1", "km2" or "bond"')),
    ('"do": "feedback", "what": "bond", "to": "true"', "what", UNFITTED % ("bond", "it reads nothing")),
    ('"do": "charging", "to": "on"', "do", UNFITTED % ("charging", "nobody would see it")),
    ('"do": "enable", "to": "on"', "do", UNFITTED % ("enable", "nobody would see it")),
    ('"do": "selector", "to": "grid"', "do", 'the button of this configuration is momentary; write "press" with "ms", '
     'or put "button": {"as": "selector"} into the configuration'),
    ('"do": "weld", "what": "guard"', "what",
     'this configuration has no guard relay; write another, or use the board "generic-2-relay"'),
    ('"do": "wifi", "to": "off"', "do",
     'this configuration has no network for it; add "wifi"'),
    ('"do": "broker", "to": "off"', "do",
     'this configuration has no network for it; add "wifi" and "mqtt"'),
    ('"do": "name-server", "to": "on"', "do",
     'this configuration has no network for it; add "wifi"'),
    ('"do": "message", "payload": "x"', "do",
     'this configuration has no network for it; add "wifi" and "mqtt"'),
    ('"do": "time-server", "lie_s": 9', "do",
     'this configuration has no network for it; add "wifi" and "ntp"'),
    ('"do": "wield"', "do", '"wield" is not known here; did you mean "weld"?'),
    ('"do": 7', "do", NO % ("7", "one of " + ", ".join([row[0] for row in verbs.VERBS]))),
    ('"to": "on"', "do", "is missing; write one of " + ", ".join([row[0] for row in verbs.VERBS])),
)

# A whole text, and every problem it must bring.
REFUSED = (
    ("", [("line 1", "found the end of the text; write a value")]),
    ('{\n"name": "n",\n"for": 1.5}', [("line 3", "a number with a point or an exponent; write a whole number")]),
    (" " * (scenario.LONGEST + 1), [("line 1", "the text is longer than 65536 bytes; make it shorter")]),
    ("[]", [("scenario", NO % ("a list", 'an object like {"name": "a-quiet-hour", "for": "1:00:00"}'))]),
    ("{}", [("name", "is missing; write a name of at most 64 bytes"), ("for", "is missing; write " + LENGTH)]),
    ('{"name": "", "for": 60}', [("name", NO % ('""', "a name of at most 64 bytes")), ("for", NO % ("60", LENGTH))]),
    ('{"name": "n", "for": "0:00:00"}', [("for", NO % ('"0:00:00"', LENGTH))]),
    ('{"name": "n", "for": "24h"}', [("for", NO % ('"24h"', LENGTH))]),
    (SOUND % (NETWORK + EVENT % '"do": "name-server", "to": "on"'), [
        ("events[0].do", 'this configuration looks up no name; give a host in "mqtt" or "ntp" a name, like '
                         '"broker.home", in place of its address')]),
    (SOUND % ', "start": "2026-11-20"', [("start", NO % ('"2026-11-20"', INSTANT))]),
    (SOUND % ', "start": "2019-12-31T23:59:59Z"', [("start", NO % ('"2019-12-31T23:59:59Z"', INSTANT))]),
    (SOUND % ', "start": "2044-01-01T00:00:00Z"', [("start", NO % ('"2044-01-01T00:00:00Z"', INSTANT))]),
    (SOUND % ', "evnts": []', [("evnts", '"evnts" is not known here; did you mean "events"?')]),
    (SOUND % ', "events": {}', [("events", NO % ("an object", "a list of at most 1000 events " + LIKE))]),
    (SOUND % ', "events": [7]', [("events[0]", NO % ("7", "an event " + LIKE))]),
    (SOUND % ', "events": [{"do": "hang"}]', [("events[0].at", "is missing; write " + TIME)]),
    (SOUND % ', "events": [{"at": "0:00:00", "do": "hang"}, {"at": "0:70:00", "do": "hang"}]',
     [("events[1].at", NO % ('"0:70:00"', TIME))]),
    (SOUND % ', "events": [{"at": 1, "do": "wifi"}]',
     [("events[0].at", NO % ("1", TIME)),
      ("events[0].to", "is missing; write " + ON_OFF),
      ("events[0].do", 'this configuration has no network for it; add "wifi"')]),
    (SOUND % ', "events": [{"at": "1:00:00.001", "do": "hang"}]',
     [("events[0].at", 'the run is over by then, so it never happens; write an earlier time, or a longer "for"')]),
    (SOUND % ', "plant": []', [("plant", NO % ("a list", 'an object like {"board_supply": "ups"}'))]),
    (SOUND % ', "plant": {"km3": {}, "pilot": {"bounce_ms": 1}, "km1": {"drop_ms": 0}, "board_supply": "car"}',
     [("plant.km3", '"km3" is not known here; did you mean "km1"?'),
      ("plant.pilot.bounce_ms", '"bounce_ms" is not known here; the known ones are pull_ms, drop_ms'),
      ("plant.km1.drop_ms", NO % ("0", "a whole number from 1 to 10000")),
      ("plant.board_supply", NO % ('"car"', '"grid" or "ups"'))]),
    (SOUND % ', "config": []',
     [("config", NO % ("a list", 'an object like {"zone": "UTC0"}, which is laid over the installation'))]),
    (SOUND % ', "config": {"zne": 1, "limits": {"dwell_s": 1}, "v2l": [{"days": "mon", "to": "06:00"}]}',
     [("config.zne", '"zne" is not known here; did you mean "zone"?'),
      ("config.v2l[0].from", 'is missing; write a time from "00:00" to "23:59"'),
      ("config.limits.dwell_s", NO % ("1", "a whole number from 10 to 86400"))]),
    (SOUND % ', "config": {"zone": null}',
     [("config.zone", 'is missing; write a POSIX zone like "GMT0BST,M3.5.0/1,M10.5.0"')]),
    (SOUND % (', "config": {"id": "%s"}' % ("i" * 9000)),
     [("config", "the text is longer than 8192 bytes; make it shorter")]),
    (SOUND % (', "config": {"button": {"as": "selector"}}' + EVENT % '"do": "press", "ms": 1'),
     [("events[0].do", 'the button of this configuration is a selector; write "selector" with "to"')]),
    (SOUND % (', "config": {"rtc": null}' + EVENT % '"do": "rtc", "to": "ok"'),
     [("events[0].do", 'this configuration has no battery clock; add "rtc": "ds3231"')]),
    (SOUND % (', "config": {"inputs": {"km1": null}}' + EVENT % '"do": "feedback", "what": "km1", "to": "open"'),
     [("events[0].what", UNFITTED % ("km1", "it reads nothing"))]),
)

# What is laid over what, and what comes out.
OVERLAYS = (
    ({}, {}, {}),
    ({"a": 1}, {}, {"a": 1}),
    ({"a": 1}, {"a": 2, "b": 3}, {"a": 2, "b": 3}),
    ({"a": 1, "b": 2}, {"a": None, "c": None}, {"b": 2}),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": 3}}, {"a": {"c": 2, "d": 3}}),
    ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    ({"a": [1]}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ({"a": {"b": 1}}, {"a": "none"}, {"a": "none"}),
    ({}, {"a": {"b": None, "c": {"d": None}}}, {"a": {"c": {}}}),
    ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": [None]}}}, {"a": {"b": {"c": 1, "d": [None]}}}),
)

LINES = (
    '{"kind": "plant", "t": 0.000, "utc": "2026-11-20T05:00:00Z", "pilot": "off", "guard": null, "km1": "closed", '
    '"km2": "open", "supply": "grid"}',
    '{"kind": "plant", "t": 1805.008, "utc": "2026-11-20T05:30:05Z", "pilot": "on", "guard": "off", "km1": "open", '
    '"km2": "closed", "supply": "v2l"}',
    '{"kind": "status", "t": 59.999, "utc": "2026-11-20T05:00:59Z", "status": {"v": 1}}',
    '{"kind": "event", "t": 60.000, "utc": "2026-11-20T05:01:00Z", "event": {"n": 7}}',
    '{"kind": "reset", "t": 68400.010, "utc": "2026-11-21T00:00:00Z", "cause": "watchdog"}',
    '{"kind": "summary", "transfers": 2, "faults": ["km2-stuck"], "state": "fault", "supply": "v2l", '
    '"v2l_s": 1794.950}',
    '{"kind": "summary", "transfers": 0, "faults": [], "state": null, "supply": "none", "v2l_s": 315360000.001}',
)


def check_times():
    for text, ms in CLOCKS:
        assert verbs.clock_ms(text) == ms, text
        assert verbs.length_ms(text) == (ms or None), text
    for text, ms in SPANS:
        assert verbs.span_ms(text) == ms, text


def check_accepted():
    for added, keys, wanted in ACCEPTED:
        made, problems = scenario.read(SOUND % (added + EVENT % keys), advise=advice)
        assert problems == [], (keys, problems)
        event = made.events[0]
        values = (event.do, event.what, event.to, event.ms, event.cause, event.jump_s)
        assert event.at_ms == 1000 and " ".join(["-" if v is None else str(v) for v in values]) == wanted, keys
    assert sorted(set([row[2].split()[0] for row in ACCEPTED])) == sorted([row[0] for row in verbs.VERBS])


def check_refused():
    for keys, key, message in EVENTS:
        made, problems = scenario.read(SOUND % (EVENT % keys), advise=advice)
        assert made is None and problems == [("events[0]." + key, message)], (keys, problems)
    for text, wanted in REFUSED:
        made, problems = scenario.read(text, advise=advice)
        assert made is None and problems == wanted, (text[:200], problems)


def check_defaults():
    made, problems = scenario.read(SOUND % "")
    assert problems == [] and made.name == "n" and made.for_ms == 3_600_000 and made.events == []
    assert made.start_s == scenario.START_S and made.board_supply == "grid" and not made.set_clock
    relay = [("drop_ms", 5), ("pull_ms", 8)]
    contactor = [("bounce_ms", 5), ("drop_ms", 20), ("pull_ms", 30)]
    assert [sorted(made.timing[part].items()) for part in scenario.PARTS] == [relay, relay, contactor, contactor]
    assert made.config_text == ('{"board": "generic-1-relay", "inputs": {"car": "low", "km1": "no", "km2": "mirror"}, '
                                '"rtc": "ds3231", "zone": "UTC0"}')
    assert made.config.setup.car and not made.config.setup.two_relays
    made, problems = scenario.read(SOUND % ', "plant": {"km2": {"drop_ms": 80}, "board_supply": "ups"}')
    assert made.timing["km2"]["drop_ms"] == 80 and made.timing["km2"]["pull_ms"] == 30 and made.board_supply == "ups"


def check_command_line_first():
    text = '{"name": "n", "start": "2026-01-01T00:00:00Z"%s}'
    made, problems = scenario.read(text % "", {"board": "generic-2-relay", "zone": "UTC0"}, 86_400, "2d")
    assert problems == [] and (made.start_s, made.for_ms) == (86_400, 172_800_000)
    assert made.config_text == '{"board": "generic-2-relay", "zone": "UTC0"}'
    made, problems = scenario.read(text % ', "for": "0:00:01"', None, None, "2d")
    assert problems == [] and made.for_ms == 172_800_000
    made, problems = scenario.read(text % "", None, None, "2w")
    assert [problem[0] for problem in problems] == ["for"]


def check_overlays():
    for base, over, wanted in OVERLAYS:
        before = repr(base)
        assert scenario.laid_over(base, over) == wanted and repr(base) == before, (base, over)


def check_order():
    events = ['{"at": "0:00:0%d", "do": "press", "ms": %d}' % (second, n + 1)
              for n, second in enumerate((5, 1, 5, 0, 1, 5) * 7)]
    made, problems = scenario.read(SOUND % (', "events": [%s]' % ", ".join(events)))
    assert problems == []
    got = [(event.at_ms, event.ms) for event in made.events]
    assert got == sorted(got) and len(got) == 42
    last, problems = scenario.read(SOUND % ', "events": [{"at": "1:00:00", "do": "hang"}]')
    assert problems == [] and last.events[0].at_ms == last.for_ms


def check_without_advice():
    made, problems = scenario.read(SOUND % ', "evnts": [], "events": [{"at": "0:00:00", "do": "wield"}]')
    assert problems[0] == ("evnts", '"evnts" is not known here; leave it out')
    assert problems[1][1].startswith('"wield" is not known here; write one of press, selector, ')


def traced():
    lines = []
    trace = Trace(217_314_000, lines.append)
    trace.plant(0, 0, None, 1, 0, "grid")
    trace.plant(1_805_008, 1, 0, 0, 1, "v2l")
    trace.status(59_999, '{"v": 1}')
    trace.event(60_000, '{"n": 7}')
    trace.reset(68_400_010, "watchdog")
    trace.summary(2, ["km2-stuck"], "fault", "v2l", 1_794_950)
    trace.summary(0, [], None, "none", 315_360_000_001)
    return tuple(lines)


def run():
    check_times()
    check_accepted()
    check_refused()
    check_defaults()
    check_command_line_first()
    check_overlays()
    check_order()
    check_without_advice()
    assert traced() == LINES
    return traced(), [scenario.read(text, advise=advice)[1] for text, _wanted in REFUSED]
