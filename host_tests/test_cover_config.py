"""What config.json may hold, written out a second time: every default, every edge, every word, and their order."""

import json

import pytest

from firmware.core import config_schema, config_shapes
from firmware.core.limits import LIMITS
from firmware.core.setup import Limits, Setup
from tools.configuration import EXAMPLE

NAME, OF_TOPICS = "aZ09-_.", "aZ09-_./"
WINDOW = {"days": "mon", "from": "05:30", "to": "06:30"}
# name, default, lowest, highest.
FIGURES = (
    ("confirm_s", 5, 0, 600), ("startup_s", 10, 6, 600), ("dwell_s", 60, 10, 86400), ("car_s", 10, 1, 600),
    ("max_v2l_min", 1440, 1, 10080), ("entries_per_hour", 4, 1, 12), ("entries_per_day", 12, 1, 24),
    ("release_ms", 300, 50, 2000), ("pull_ms", 500, 50, 2000), ("dead_time_ms", 200, 0, 5000),
    ("uncommanded_ms", 100, 60, 1000), ("max_error_s", 120, 5, 3600), ("watchdog_ms", 5000, 2000, 30000),
    ("proof_days", 400, 1, 3650),
)
NOTHING_GIVEN = {
    "id": None, "v2l": (), "charge": (), "charge_lead_min": 10, "skip": (),
    "inputs": dict.fromkeys(("km1", "km2", "bond", "car", "grid", "charging", "enable")), "assume": (),
    "button": {"pin": None, "kind": "nc", "as": "momentary"}, "guard": (None, None), "led": (None, None),
    "alarm": (None, None), "heartbeat": (None, None), "rtc": "none", "soc": None, "budget_min": None,
    "limits": {row[0]: row[1] for row in FIGURES}, "wifi": None, "ntp": None, "mqtt": None,
}
HOST_GIVEN = {"host": "a", "port": None, "user": None, "ca": None, "base": None, "discovery": False,
              "prefix": "homeassistant", "commands": False, "tls_on_v2l": False}


def walked(**given):
    """(the tree, the problems) of a configuration that is sound but for what is given."""
    report = config_shapes.Report()
    tree = config_schema.walk({"board": "b", "zone": "UTC0", **given}, report)
    return tree, report.problems


def given(path, value):
    """A configuration in which all is sound but what stands at that place."""
    outer, _dot, inner = path.partition(".")
    beside = {"mqtt": {"host": "a"}, "soc": {"reserve": 40}}.get(outer, {})
    return {outer: {**beside, inner: value} if inner else value}


def at(path, tree):
    outer, _dot, inner = path.partition(".")
    return tree[outer][inner] if inner else tree[outer]


def taken(path, value, as_read=None):
    tree, problems = walked(**given(path, value))
    return problems == [] and at(path, tree) == (value if as_read is None else as_read)


def refused(path, value):
    """The one thing that is said of it, from where it says what would be right."""
    problems = walked(**given(path, value))[1]
    assert len(problems) == 1, problems
    return problems[0][0], problems[0][1].partition("; write ")[2]


def test_every_figure_has_its_default_and_its_range_in_the_order_of_the_documents():
    assert LIMITS == FIGURES
    made = Limits()
    assert [(name, getattr(made, name)) for name in vars(made)] == [row[:2] for row in FIGURES]
    made = Limits((("car_s", 7), ("dwell_s", 8)))
    assert (made.car_s, made.dwell_s, made.confirm_s) == (7, 8, 5)


def test_nothing_is_fitted_until_a_configuration_says_so():
    made = vars(Setup())
    assert vars(made.pop("limits")) == vars(Limits())
    assert {name: value for name, value in made.items() if value is not False} == {
        "soc_reserve": -1, "soc_max_age_s": 900, "budget_s": -1}
    assert set(made) == {"two_relays", "km1", "km2", "bond", "car", "car_assumed", "grid", "charging", "enable",
                         "selector", "soc_reserve", "soc_max_age_s", "budget_s"}


def test_what_is_not_given_has_its_default():
    tree, problems = walked()
    assert problems == []
    assert {key: value for key, value in tree.items() if key not in ("board", "zone")} == NOTHING_GIVEN
    assert walked(mqtt={"host": "a"})[0]["mqtt"] == HOST_GIVEN
    assert walked(soc={"reserve": 40})[0]["soc"] == {"reserve": 40, "max_age_min": 15}


NUMBERS = (
    ("charge_lead_min", 0, 720), ("budget_min", 1, 1440), ("soc.reserve", 0, 95), ("soc.max_age_min", 1, 60),
    ("mqtt.port", 1, 65535), ("button.pin", 0, 48),
) + tuple(("limits." + name, low, high) for name, _default, low, high in FIGURES)


@pytest.mark.parametrize("path, low, high", NUMBERS, ids=[row[0] for row in NUMBERS])
def test_a_number_is_taken_at_its_edges_and_refused_beyond(path, low, high):
    assert taken(path, low) and taken(path, high)
    for value in (low - 1, high + 1):
        assert refused(path, value) == (path, f"a whole number from {low} to {high}")


TEXTS = (
    ("board", 40, NAME, "the name of a known board"),
    ("id", 32, NAME, "at most 32 letters, digits and - _ ."),
    ("wifi.ssid", 32, None, "the name of the network, at most 32 bytes"),
    ("mqtt.host", 128, NAME + ":", "a host name or an address"),
    ("mqtt.user", 64, None, "a user name, at most 64 bytes"),
    ("mqtt.ca", 32, NAME, 'the name of a certificate file on the board, like "ca.der"'),
    ("mqtt.base", 64, OF_TOPICS, "at most 64 letters, digits and - _ . /"),
    ("mqtt.prefix", 64, OF_TOPICS, "at most 64 letters, digits and - _ . /"),
)


@pytest.mark.parametrize("path, longest, letters, right", TEXTS, ids=[row[0] for row in TEXTS])
def test_a_text_is_taken_up_to_its_longest_and_of_its_own_letters(path, longest, letters, right):
    assert taken(path, "a" * longest) and taken(path, letters or "any thing: /%")
    for value in ("a" * (longest + 1), "", "a\n") + (tuple("/: %" if letters == NAME else " %") if letters else ()):
        assert refused(path, value) == (path, right)


CHOICES = (("rtc", ("ds3231", "none")), ("button.kind", ("nc", "no")), ("button.as", ("momentary", "selector")))


@pytest.mark.parametrize("path, words", CHOICES, ids=[row[0] for row in CHOICES])
def test_a_choice_is_one_of_its_words(path, words):
    assert all(taken(path, word) for word in words)
    assert refused(path, "other") == (path, " or ".join(f'"{word}"' for word in words))


@pytest.mark.parametrize("path", ("mqtt.discovery", "mqtt.commands", "mqtt.tls_on_v2l"))
def test_a_question_is_answered_with_true_or_false(path):
    assert taken(path, True) and taken(path, False)
    assert refused(path, 1) == (path, "true or false")


SIGNALS = (("km1", ("no", "nc", "mirror")), ("km2", ("no", "nc", "mirror")), ("bond", ("no", "nc", "mirror")),
           ("car", ("high", "low")), ("grid", ("high", "low")), ("charging", ("high", "low")), ("enable", ("no", "nc")))


@pytest.mark.parametrize("name, kinds", SIGNALS, ids=[row[0] for row in SIGNALS])
def test_an_input_is_of_one_of_its_kinds_on_the_boards_own_pin_or_another(name, kinds):
    path = "inputs." + name
    for kind in kinds:
        assert taken(path, kind, (None, kind)) and taken(path, {"pin": 4, "kind": kind}, (4, kind))
    for kind in {"no", "nc", "mirror", "high", "low"} - set(kinds):
        assert refused(path, kind)[1].startswith(", ".join(f'"{word}"' for word in kinds[:-1]) + f' or "{kinds[-1]}"')


@pytest.mark.parametrize("path", ("guard", "led", "alarm", "heartbeat"))
def test_an_output_is_on_the_boards_own_pin_or_another_or_left_out(path):
    assert taken(path, 25, (25, "high")) and taken(path, {"pin": 25, "kind": "low"}, (25, "low"))
    assert taken(path, {}, (None, None)) and taken(path, {"kind": "high"}, (None, "high"))
    tree, problems = walked(**{path: "none"})
    assert problems == [] and tree[path] is None
    assert refused(path, "some")[1].startswith("a pin like 25, an object like")


ARRAYS = (("v2l", 0, 16, WINDOW, "a list of at most 16 windows"), ("charge", 0, 16, WINDOW, "a list of at most 16 win"),
          ("skip", 0, 64, "2026-12-25", "a list of at most 64 dates"), ("assume", 0, 1, "car", 'a list: ["car"]'),
          ("ntp.hosts", 1, 4, "a", "a list of one to four time servers"))


@pytest.mark.parametrize("path, least, most, item, right", ARRAYS, ids=[row[0] for row in ARRAYS])
def test_a_list_has_at_most_so_many_entries(path, least, most, item, right):
    for count in {least, most}:
        tree, problems = walked(**given(path, [item] * count))
        assert problems == [] and len(at(path, tree)) == count
    for value in ([item] * (most + 1), *([[]] if least else []), 7):
        assert refused(path, value)[1].startswith(right)
    assert refused(path, [7])[0] == path + "[0]"


DAYS = (("mon", 1), ("sun", 64), ("daily", 127), ("mon-fri", 31), ("sat,sun", 96), ("fri-mon", 113), ("sun-mon", 65),
        ("mon,wed-thu", 13), ("tue-mon", 127))
MINUTES = (("00:00", 0), ("05:30", 330), ("09:59", 599), ("23:59", 1439))
NO_TIMES = ("24:01", "25:00", "05:60", "5:30", "05:3", "05.30", "0a:30", "05:3b", "", "05:300", "99:99", "-1:30",
            "05:-5", "05:+5", "05: 5")


@pytest.mark.parametrize("text, bits", DAYS)
def test_days_are_read_as_bits_with_monday_the_lowest(text, bits):
    assert walked(v2l=[{**WINDOW, "days": text}])[0]["v2l"] == [(bits, 330, 390)]


@pytest.mark.parametrize("text", ("", "mo", "mon-mon", "mon-", "-mon", "mon,,tue", "mon-fry", "mon--fri", "Mon",
                                  "daily,mon"))
def test_what_are_no_days_is_refused(text):
    assert refused("v2l", [{**WINDOW, "days": text}]) == ("v2l[0].days", 'days like "mon-fri", "sat,sun" or "daily"')


def test_times_are_minutes_of_the_day_and_only_an_end_may_be_its_last():
    for text, minute in MINUTES:
        assert walked(v2l=[{**WINDOW, "from": text, "to": "24:00"}])[0]["v2l"] == [(1, minute, 1440)]
        assert walked(v2l=[{**WINDOW, "from": "12:00", "to": text}])[0]["v2l"] == [(1, 720, minute)]
    assert refused("v2l", [{**WINDOW, "from": "24:00"}]) == ("v2l[0].from", 'a time from "00:00" to "23:59"')
    for text in NO_TIMES:
        assert refused("v2l", [{**WINDOW, "from": text}])[0] == "v2l[0].from"
        assert refused("v2l", [{**WINDOW, "to": text}]) == ("v2l[0].to", 'a time from "00:00" to "24:00"')


def test_a_window_has_a_length():
    assert refused("v2l", [{**WINDOW, "from": "05:30", "to": "05:30"}]) == (
        "v2l[0].to", 'the time at which it ends; a whole day is "00:00" to "24:00"')


def told_in_order(**wrong):
    return [key for key, _message in walked(**wrong)[1]]


def test_problems_are_told_in_the_order_in_which_people_write_the_file():
    order = ["board", "zone", "id", "v2l", "charge", "charge_lead_min", "skip", "inputs", "assume", "button", "guard",
             "led", "alarm", "heartbeat", "rtc", "soc", "budget_min", "limits", "wifi", "ntp", "mqtt"]
    assert told_in_order(**dict.fromkeys(order, "\0")) == order
    for outer, inner in (
        ("inputs", ["km1", "km2", "bond", "car", "grid", "charging", "enable"]), ("button", ["pin", "kind", "as"]),
        ("soc", ["reserve", "max_age_min"]), ("wifi", ["ssid"]), ("ntp", ["hosts"]),
        ("mqtt", ["host", "port", "user", "ca", "base", "discovery", "prefix", "commands", "tls_on_v2l"]),
        ("limits", [row[0] for row in FIGURES]), ("guard", ["pin", "kind"])):
        assert told_in_order(**{outer: dict.fromkeys(inner, 1 << 29)}) == [outer + "." + key for key in inner]
    assert told_in_order(v2l=[dict.fromkeys(WINDOW, 7)]) == ["v2l[0].days", "v2l[0].from", "v2l[0].to"]


NEEDED = (("board",), ("zone",), ("v2l", "days"), ("v2l", "from"), ("v2l", "to"), ("soc", "reserve"), ("wifi", "ssid"),
          ("ntp", "hosts"), ("mqtt", "host"))


@pytest.mark.parametrize("path", NEEDED, ids=[".".join(path) for path in NEEDED])
def test_what_is_needed_is_missed_where_its_object_is_given(path):
    if path[1:]:
        made = {"v2l": [{key: value for key, value in WINDOW.items() if key != path[1]}]} if path[0] == "v2l" else {
            path[0]: {}}
        found = walked(**made)[1]
    else:
        report = config_shapes.Report()
        config_schema.walk({key: "UTC0" for key in ("board", "zone") if key != path[0]}, report)
        found = report.problems
    place = path[0] + ("[0]" if path[0] == "v2l" else "") + "".join("." + key for key in path[1:])
    assert [key for key, message in found if message.startswith("is missing; write ")] == [place]


@pytest.mark.parametrize("path, like", (
    ("inputs", '{"km1": "mirror", "car": "low"}'), ("button", '{"kind": "nc", "as": "momentary"}'),
    ("soc", '{"reserve": 40}'), ("limits", '{"dwell_s": 60}'), ("wifi", '{"ssid": "home"}'),
    ("ntp", '{"hosts": ["192.0.2.20"]}'), ("mqtt", '{"host": "192.0.2.10"}')))
def test_what_must_be_an_object_is_shown_one(path, like):
    assert refused(path, 7) == (path, "an object like " + like)


def test_what_is_no_object_at_all_is_shown_the_least_there_is():
    report = config_shapes.Report()
    assert config_schema.walk([], report) is None
    assert report.problems == [("config", 'a list cannot stand here; write an object like {"board": "generic-1-relay", '
                                          '"zone": "UTC0"}')]
    assert set(json.loads(EXAMPLE.read_text())) <= {"board", "zone", *NOTHING_GIVEN}
