"""The configuration check: what each key accepts and how it refuses."""

from firmware.core import boards, config
from tools import advice

ONE = '{"board": "generic-1-relay", "zone": "UTC0"%s}'
TWO = '{"board": "generic-2-relay", "zone": "UTC0"%s}'
WINDOW = ', "v2l": [{"days": %s, "from": %s, "to": %s}]'

# Days and their bits, Monday the lowest; None: refused.
DAYS = (
    ("daily", 127), ("mon", 1), ("sun", 64), ("mon-fri", 31), ("sat,sun", 96), ("fri-mon", 113), ("sun-mon", 65),
    ("mon-sun", 127), ("tue-mon", 127), ("mon,wed-thu,sat", 45), ("mon,mon-tue", 3), ("", None), ("Mon", None),
    ("mon-", None), ("-mon", None), ("mon-mon", None), ("mon,,tue", None), ("mon, tue", None), ("mon-tue-wed", None),
    ("weekdays", None), ("daily,mon", None), ("monday", None), ("mon,", None),
)
# A time and the minute it begins or ends on; None: refused.
TIMES = (
    ("00:00", 0, 0), ("00:01", 1, 1), ("05:30", 330, 330), ("23:59", 1439, 1439), ("24:00", None, 1440),
    ("24:01", None, None), ("25:00", None, None), ("12:60", None, None), ("5:30", None, None), ("05:3", None, None),
    ("0530", None, None), ("05.30", None, None), ("05:30:00", None, None), ("-1:30", None, None),
    ("+1:30", None, None), (" 1:30", None, None), ("1_:30", None, None), ("05: 3", None, None), ("05:+3", None, None),
    ("05:_3", None, None), ("", None, None), ("\u0660\u0665:30", None, None),
)

PIN = "13, 14, 18, 19, 21 to 23, 25 to 27, 32 or 33"
STRAP = "is read by the chip while it starts and may move then, and what hangs on it with it; choose " + PIN
CONTACT = '"no", "nc" or "mirror" on the board\'s own pin, or an object like {"pin": 25, "kind": "no"}'
DETECTOR = '"high" or "low" on the board\'s own pin, or an object like {"pin": 25, "kind": "high"}'
DRIVEN = 'a pin like 25, an object like {"pin": 25, "kind": "low"} where low means on, or "none"'
LIKE = 'like {"days": "mon-fri", "from": "05:30", "to": "23:20"}'
HOST = "a host name or an address"
PLACE = "%s cannot stand here; write %s"

# What is added to a sound configuration of one relay and is as sound.
ACCEPTED = (
    ', "charge_lead_min": 720',
    ', "v2l": [], "charge": [], "skip": [], "assume": [], "inputs": {}, "button": {}, "limits": {}',
    ', "charge_lead_min": 0',
    ', "id": "%s"' % ("i" * 32),
    ', "v2l": [%s]' % ", ".join(['{"days": "mon", "from": "05:30", "to": "06:30"}'] * 16),
    ', "skip": [%s]' % ", ".join(['"2026-12-25"'] * 64),
    ', "inputs": {"km1": "no", "car": "high", "enable": "no"}',
    ', "inputs": {"car": {"pin": 34, "kind": "high"}}',
    ', "limits": {"entries_per_hour": 5, "entries_per_day": 5}',
    ', "limits": {"watchdog_ms": 3000}, "mqtt": {"host": "a", "ca": "ca.der"}',
    ', "limits": {"watchdog_ms": 2000}, "mqtt": {"host": "a"}',
    ', "mqtt": {"host": "a", "user": " ~", "discovery": true, "commands": false}',
    ', "wifi": {"ssid": "%s"}' % ("\u00fc" * 16),
    ', "ntp": {"hosts": ["a", "b.example", "192.0.2.1", "2001:db8::1"]}',
    ', "guard": "none", "led": "none", "alarm": "none", "heartbeat": "none"',
)
# What is added to a sound configuration of one relay, and every problem it must bring.
REFUSED = (
    (', "id": ""', [("id", PLACE % ('""', "at most 32 letters, digits and - _ ."))]),
    (', "id": "a b"', [("id", PLACE % ('"a b"', "at most 32 letters, digits and - _ ."))]),
    (', "v2l": {}', [("v2l", PLACE % ("an object", "a list of at most 16 windows " + LIKE))]),
    (', "v2l": [%s]' % ", ".join(["{}"] * 17),
     [("v2l", "17 entries cannot stand here; write a list of at most 16 windows " + LIKE)]),
    (', "charge": [null]', [("charge[0]", PLACE % ("null", "a window " + LIKE))]),
    (', "charge": [{"days": "daily", "from": "23:30"}]',
     [("charge[0].to", 'is missing; write a time from "00:00" to "24:00"')]),
    (WINDOW % ('"weekdays"', "530", '"24:01"'),
     [("v2l[0].days", PLACE % ('"weekdays"', 'days like "mon-fri", "sat,sun" or "daily"')),
      ("v2l[0].from", PLACE % ("530", 'a time from "00:00" to "23:59"')),
      ("v2l[0].to", PLACE % ('"24:01"', 'a time from "00:00" to "24:00"'))]),
    (WINDOW % ('"mon"', '"05:30"', '"05:30"'),
     [("v2l[0].to", '"05:30" is also where the window begins; write the time at which it ends; '
       'a whole day is "00:00" to "24:00"')]),
    (', "charge_lead_min": 721', [("charge_lead_min", PLACE % ("721", "a whole number from 0 to 720"))]),
    (', "charge_lead_min": true', [("charge_lead_min", PLACE % ("true", "a whole number from 0 to 720"))]),
    (', "charge_lead_min": "10"', [("charge_lead_min", PLACE % ('"10"', "a whole number from 0 to 720"))]),
    (', "skip": ["2026-02-29", 20261225]',
     [("skip[0]", PLACE % ('"2026-02-29"', 'a date like "2026-12-25"')),
      ("skip[1]", PLACE % ("20261225", 'a date like "2026-12-25"'))]),
    (', "skip": [%s]' % ", ".join(['"2026-12-25"'] * 65),
     [("skip", '65 entries cannot stand here; write a list of at most 64 dates like "2026-12-25"')]),
    (', "inputs": []', [("inputs", PLACE % ("a list", 'an object like {"km1": "mirror", "car": "low"}'))]),
    (', "inputs": {"km1": "high", "car": true}',
     [("inputs.km1", PLACE % ('"high"', CONTACT)), ("inputs.car", PLACE % ("true", DETECTOR))]),
    (', "inputs": {"enable": "mirror"}', [("inputs.enable", PLACE % ('"mirror"', CONTACT.replace(
        '"no", "nc" or "mirror"', '"no" or "nc"')))]),
    (', "inputs": {"km2": {"pin": 14}}', [("inputs.km2.kind", 'is missing; write "no", "nc" or "mirror"')]),
    (', "inputs": {"km2": {"pin": 49, "kind": "no"}}',
     [("inputs.km2.pin", PLACE % ("49", "a whole number from 0 to 48"))]),
    (', "inputs": {"km2": {"pin": 24, "kind": "no"}}',
     [("inputs.km2.pin", "pin 24 does not exist on this chip; choose " + PIN)]),
    (', "inputs": {"km2": {"pin": 6, "kind": "no"}}',
     [("inputs.km2.pin", "pin 6 carries the flash memory; choose " + PIN)]),
    (', "inputs": {"car": {"pin": 3, "kind": "low"}}',
     [("inputs.car.pin", "pin 3 carries the console; choose " + PIN)]),
    (', "inputs": {"car": {"pin": 18, "kind": "low"}}',
     [("inputs.car.pin", "pin 18 already serves button; choose another for one of the two")]),
    (', "inputs": {"km1": {"pin": 14, "kind": "no"}, "km2": {"pin": 14, "kind": "no"}}',
     [("inputs.km2.pin", "pin 14 already serves km1; choose another for one of the two")]),
    (', "inputs": {"car": "low"}, "assume": ["car"]',
     [("assume", '"car" is fitted as an input, and what is seen is not assumed; leave it out in one place')]),
    (', "inputs": {"km1": "mirror", "bond": "no"}',
     [("inputs.bond", "without km2 nothing tells when it should be closed; fit km2 too, or leave it out")]),
    (', "assume": ["grid"]', [("assume[0]", PLACE % ('"grid"', '"car"'))]),
    (', "assume": ["car", "car"]', [("assume", '2 entries cannot stand here; write a list: ["car"], or an empty one')]),
    (', "assume": "car"', [("assume", PLACE % ('"car"', 'a list: ["car"], or an empty one'))]),
    (', "button": "nc"', [("button", PLACE % ('"nc"', 'an object like {"kind": "nc", "as": "momentary"}'))]),
    (', "button": {"kind": "mirror", "as": "switch"}',
     [("button.kind", PLACE % ('"mirror"', '"nc" or "no"')),
      ("button.as", PLACE % ('"switch"', '"momentary" or "selector"'))]),
    (', "button": {"pin": 16}', [("button.pin", "pin 16 already serves pilot; choose another for one of the two")]),
    (', "guard": "fitted"', [("guard", PLACE % ('"fitted"', DRIVEN))]),
    (', "guard": {"kind": "high"}',
     [("guard", 'generic-1-relay has no pin of its own for guard; choose a "pin", or leave it out')]),
    (', "guard": 12', [("guard", "pin 12 " + STRAP)]),
    (', "guard": 34', [("guard", "pin 34 can only be an input; choose " + PIN)]),
    (', "guard": false', [("guard", PLACE % ("false", "a whole number from 0 to 48"))]),
    (', "led": 99, "alarm": {"pin": 13, "kind": "on"}, "heartbeat": []',
     [("led", PLACE % ("99", "a whole number from 0 to 48")), ("alarm.kind", PLACE % ('"on"', '"high" or "low"')),
      ("heartbeat", PLACE % ("a list", "a whole number from 0 to 48"))]),
    (', "alarm": 2', [("alarm", "pin 2 " + STRAP)]),
    (', "rtc": "ds1307"', [("rtc", PLACE % ('"ds1307"', '"ds3231" or "none"'))]),
    (', "rtc": "ds3231", "led": 21', [("led", "pin 21 already serves sda; choose another for one of the two")]),
    (', "soc": 40', [("soc", PLACE % ("40", 'an object like {"reserve": 40}'))]),
    (', "soc": {}', [("soc.reserve", "is missing; write a whole number from 0 to 95")]),
    (', "soc": {"reserve": 96, "max_age_min": 0}',
     [("soc.reserve", PLACE % ("96", "a whole number from 0 to 95")),
      ("soc.max_age_min", PLACE % ("0", "a whole number from 1 to 60"))]),
    (', "budget_min": 1441', [("budget_min", PLACE % ("1441", "a whole number from 1 to 1440"))]),
    (', "budget_min": null', [("budget_min", PLACE % ("null", "a whole number from 1 to 1440"))]),
    (', "limits": {"dwell_s": 9, "pull_ms": false, "watchdog_ms": 1000000}',
     [("limits.dwell_s", PLACE % ("9", "a whole number from 10 to 86400")),
      ("limits.pull_ms", PLACE % ("false", "a whole number from 50 to 2000")),
      ("limits.watchdog_ms", PLACE % ("1000000", "a whole number from 2000 to 30000"))]),
    (', "limits": {"entries_per_day": 3}',
     [("limits.entries_per_hour", "4 is more than entries_per_day allows; write at most 3")]),
    (', "limits": {"watchdog_ms": 2999}, "mqtt": {"host": "a", "ca": "ca.der"}',
     [("limits.watchdog_ms", "2999 is too short for an encrypted connection to be made; "
       "write at least 3000, or leave mqtt.ca out")]),
    (', "id": "%s"' % ("i" * 33), [("id", PLACE % ('"%s"' % ("i" * 33), "at most 32 letters, digits and - _ ."))]),
    (', "mqtt": {"host": "%s"}' % ("h" * 129), [("mqtt.host", PLACE % ('"%s..."' % ("h" * 40), HOST))]),
    (', "mqtt": {"host": "a b%s"}' % ("h" * 37), [("mqtt.host", PLACE % ('"a b%s"' % ("h" * 37), HOST))]),
    (', "mqtt": {"host": "a b%s"}' % ("h" * 38), [("mqtt.host", PLACE % ('"a b%s..."' % ("h" * 37), HOST))]),
    (', "mqtt": {"host": "a", "user": "\\u001f"}',
     [("mqtt.user", PLACE % ('"\\u001f"', "a user name, at most 64 bytes"))]),
    (', "wifi": {"ssid": ""}', [("wifi.ssid", PLACE % ('""', "the name of the network, at most 32 bytes"))]),
    (', "wifi": {"ssid": "%s"}' % ("\u00fc" * 17),
     [("wifi.ssid", PLACE % ('"%s"' % ("\\u00fc" * 17), "the name of the network, at most 32 bytes"))]),
    (', "wifi": {"ssid": "home", "password": "secret"}',
     [("wifi.password", "a password must not stand here; put it into secrets.json")]),
    (', "ntp": {"hosts": []}',
     [("ntp.hosts", "0 entries cannot stand here; write a list of one to four time servers")]),
    (', "ntp": {"hosts": ["a", "b c"]}', [("ntp.hosts[1]", PLACE % ('"b c"', "a host name or an address"))]),
    (', "mqtt": {}', [("mqtt.host", "is missing; write a host name or an address")]),
    (', "mqtt": {"host": "a", "port": 0, "user": "\\u0007", "ca": "../ca", "base": "a/#", "commands": "no"}',
     [("mqtt.port", PLACE % ("0", "a whole number from 1 to 65535")),
      ("mqtt.user", PLACE % ('"\\u0007"', "a user name, at most 64 bytes")),
      ("mqtt.ca", PLACE % ('"../ca"', 'the name of a certificate file on the board, like "ca.der"')),
      ("mqtt.base", PLACE % ('"a/#"', "at most 64 letters, digits and - _ . /")),
      ("mqtt.commands", PLACE % ('"no"', "true or false"))]),
    (', "mqtt": {"host": "%s"}' % ("h" * 200),
     [("mqtt.host", PLACE % ('"%s..."' % ("h" * 40), "a host name or an address"))]),
)
# Unknown keys: the whole text, the place, what is said with a search for the nearest name, and without.
UNKNOWN = (
    (', "limts": {}', "limts", '"limts" is not known here; did you mean "limits"?'),
    (', "limits": {"dwel_s": 60}', "limits.dwel_s", '"dwel_s" is not known here; did you mean "dwell_s"?'),
    (', "inputs": {"km3": "no"}', "inputs.km3", '"km3" is not known here; did you mean "km1"?'),
    (', "timezone": "UTC0"', "timezone", '"timezone" is not known here; did you mean "zone"?'),
    (', "soc": {"reserve": 1, "xyzzy": 1}', "soc.xyzzy",
     '"xyzzy" is not known here; the known ones are reserve, max_age_min'),
    (', "b\\u001b[2J": 1', '"b\\u001b[2J"', '"b\\u001b[2J" is not known here; the known ones are board, '),
    (', "%s": 1' % ("k" * 50), '"%s..."' % ("k" * 40),
     '"%s..." is not known here; the known ones are board, ' % ("k" * 40)),
    (', "%s": 1' % ("k" * 41), '"%s..."' % ("k" * 40),
     '"%s..." is not known here; the known ones are board, ' % ("k" * 40)),
    (', "%s": 1' % ("k" * 40), "k" * 40, '"%s" is not known here; the known ones are board, ' % ("k" * 40)),
    (', "k": 1', "k", '"k" is not known here; the known ones are board, '),
    (', "": 1', '""', '"" is not known here; the known ones are board, '),
)
DRIVEN = [row[0] for row in boards.PROFILES if row[2] is None]
# Whole texts that are no configuration.
TEXTS = (
    ("{}", [("board", "is missing; write the name of a known board"),
            ("zone", 'is missing; write a POSIX zone like "GMT0BST,M3.5.0/1,M10.5.0"')]),
    ("[]", [("config", PLACE % ("a list", 'an object like {"board": "generic-1-relay", "zone": "UTC0"}'))]),
    ("7", [("config", PLACE % ("7", 'an object like {"board": "generic-1-relay", "zone": "UTC0"}'))]),
    ('{"board": "generic-1-relay",\n "zone": "UTC0",\n}', [("line 2", "a comma stands before }; remove the comma")]),
    ('{"board": 5, "zone": 5}',
     [("board", PLACE % ("5", "the name of a known board")),
      ("zone", PLACE % ("5", 'a POSIX zone like "GMT0BST,M3.5.0/1,M10.5.0"'))]),
    ('{"board": "generic-1-relay", "zone": "GMT0BST"}',
     [("zone", '"GMT0BST": the text ends after "GMT0BST"; write a comma and two rules that say when that time starts '
       "and ends, such as ,M3.5.0/1,M10.5.0")]),
    ('{"board": "generic-3-relay", "zone": "UTC0"}',
     [("board", '"generic-3-relay" is not known here; use ' + " or ".join(DRIVEN))]),
)
# Boards that do not exist, to show what the table can carry.
OTHERS = (
    ("low", "esp32", None, (("pilot", 5, 0), ("button", 0, None)), ()),
    ("expander", "esp32", "its relays hang on an I2C expander, which keeps them on through a reset", (), ()),
    ("bare", "esp32c3", None, (("pilot", 4, 1),), ()),
)


def problems(text, advise=None):
    checked, found = config.check(text, boards.PROFILES, advise)
    assert (checked is None) == bool(found), text
    return found


def digest(found):
    """A number that tells lists of problems apart; the lists themselves would fill a small heap."""
    number = 0
    for key, sentence in found:
        for letter in key + sentence:
            number = (number * 31 + ord(letter)) % 1000003
    return number


def days_and_times(said):
    for text, bits in DAYS:
        checked, found = config.check(ONE % (WINDOW % ('"%s"' % text, '"05:30"', '"06:30"')), boards.PROFILES)
        assert (bits is None) == (checked is None) and (checked is None or checked.v2l[0][0] == bits), text
        said.append(digest(found))
    for text, begin, end in TIMES:
        for span, minute, at in ((('"%s"' % text, '"12:01"'), begin, 1), (('"12:01"', '"%s"' % text), end, 2)):
            checked, found = config.check(ONE % (WINDOW % (('"mon"',) + span)), boards.PROFILES)
            assert (minute is None) == (checked is None), (text, at)
            assert checked is None or checked.v2l[0][at] == minute, (text, at)
            said.append(digest(found))


def refusals(said):
    for added in ACCEPTED:
        assert problems(ONE % added) == [], (added, problems(ONE % added))
    for added, expected in REFUSED:
        assert problems(ONE % added) == expected, (added, problems(ONE % added))
        said.append(digest(problems(TWO % added)))
    for text, expected in TEXTS:
        assert problems(text) == expected, (text, problems(text))
    for added, key, sentence in UNKNOWN:
        found = problems(ONE % added, advice)
        assert len(found) == 1 and found[0][0] == key and found[0][1].startswith(sentence), found
        name = sentence[:sentence.find(" is not")]
        assert problems(ONE % added) == [(key, name + " is not known here; leave it out")], added
        said.append(digest(found))
    many = problems(ONE % "".join([', "x%d": 1' % i for i in range(200)]))
    assert len(many) == 65 and many[-1] == ("config", "there are more problems; mend these first, then check again")


def whole():
    """What a full configuration becomes."""
    checked, found = config.check(TWO % (
        ', "id": "shed", "v2l": [{"days": "sat", "from": "22:00", "to": "06:00"}], "charge_lead_min": 0'
        ', "skip": ["2020-01-02"], "inputs": {"km1": "nc", "car": {"pin": 14, "kind": "high"}, "grid": "low"}'
        ', "button": {"pin": 4, "kind": "no", "as": "selector"}, "led": {"pin": 2, "kind": "low"}, "alarm": "none"'
        ', "heartbeat": {"kind": "low"}, "rtc": "ds3231", "soc": {"reserve": 30, "max_age_min": 5}, "budget_min": 90'
        ', "limits": {"dwell_s": 61}, "wifi": {"ssid": "home"}, "ntp": {"hosts": ["192.0.2.20"]}'
        ', "mqtt": {"host": "192.0.2.10", "ca": "ca.der"}'), boards.PROFILES)
    assert found == [] and checked.board == checked.profile[0] == "generic-2-relay"
    assert checked.pins == [
        ("pilot", 16, "high"), ("guard", 17, "high"), ("heartbeat", 27, "low"), ("km1", 32, "nc"), ("grid", 35, "low"),
        ("sda", 21, "bus"), ("scl", 22, "bus"), ("led", 2, "low"), ("car", 14, "high"), ("button", 4, "no")]
    assert (checked.id, checked.rtc, checked.zone_text) == ("shed", "ds3231", "UTC0")
    assert (checked.v2l, checked.charge, checked.skip, checked.lead_min) == (((32, 1320, 360),), (), (1,), 0)
    assert checked.wifi == {"ssid": "home"} and checked.ntp == {"hosts": ["192.0.2.20"]}
    assert checked.mqtt == {"host": "192.0.2.10", "port": 8883, "user": None, "ca": "ca.der", "base": None,
                            "discovery": False, "prefix": "homeassistant", "commands": False, "tls_on_v2l": False}
    setup = checked.setup
    assert setup.two_relays and setup.km1 and setup.car and setup.grid and setup.selector
    assert not (setup.km2 or setup.bond or setup.charging or setup.enable or setup.car_assumed)
    assert (setup.soc_reserve, setup.soc_max_age_s, setup.budget_s) == (30, 300, 5400)
    assert (setup.limits.dwell_s, setup.limits.confirm_s) == (61, 5)


def least():
    """What the defaults are."""
    checked, found = config.check(ONE % ', "assume": ["car"], "mqtt": {"host": "a"}', boards.PROFILES)
    assert found == [] and not checked.setup.two_relays and checked.setup.car_assumed and not checked.setup.car
    assert checked.pins == [("pilot", 16, "high"), ("led", 19, "high"), ("alarm", 23, "high"),
                            ("heartbeat", 27, "high"), ("button", 18, "nc")]
    assert (checked.id, checked.rtc, checked.mqtt["port"]) == (None, "none", 1883)
    assert checked.wifi is None and checked.ntp is None
    assert (checked.v2l, checked.charge, checked.skip, checked.lead_min) == ((), (), (), 10)
    assert (checked.setup.soc_reserve, checked.setup.budget_s, checked.setup.selector) == (-1, -1, False)
    two, _none = config.check(TWO % ', "guard": "none"', boards.PROFILES)
    assert not two.setup.two_relays and "guard" not in [row[0] for row in two.pins]
    one, _none = config.check(ONE % ', "guard": 14, "soc": {"reserve": 0}', boards.PROFILES)
    assert (one.setup.soc_reserve, one.setup.soc_max_age_s) == (0, 900)
    assert one.setup.two_relays and ("guard", 14, "high") in one.pins


def other_boards():
    low, found = config.check('{"board": "low", "zone": "UTC0"}', OTHERS)
    assert found == [] and low.pins == [("pilot", 5, "low"), ("button", 0, "nc")]
    for board, expected in (
        ("bare", [("inputs.km1", 'bare has no pin of its own for km1; choose a "pin", or leave it out'),
                  ("button.pin", 'bare has no pin of its own for button; choose a "pin", or leave it out')]),
        ("expander", [("board", '"expander" is not driven, because its relays hang on an I2C expander, '
                       "which keeps them on through a reset; use another board")]),
    ):
        text = '{"board": "%s", "zone": "UTC0", "inputs": {"km1": "no"}}' % board
        assert config.check(text, OTHERS) == (None, expected), board


def run():
    said = []
    days_and_times(said)
    refusals(said)
    whole()
    least()
    other_boards()
    return said
