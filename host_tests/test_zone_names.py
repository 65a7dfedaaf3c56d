"""Zones by name: which one is meant, the rule a board keeps of it, and where that rule is not the whole truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import dates, zonetext
from tools import zone_names
from tools.proofs import zone_truth


def test_the_rule_of_every_name_is_one_that_a_board_reads():
    assert len(zone_names.names()) > 500
    assert [name for name in zone_names.names() if zonetext.read(zone_names.rule(name))[1] is not None] == []


@pytest.mark.parametrize("name", ["Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "America/Argentina/Ushuaia"])
def test_the_rule_is_that_of_the_tz_database(name):
    assert zone_names.rule(name) == zone_truth.load(name)[1]


@pytest.mark.parametrize("text, name", [
    ("Europe/London", "Europe/London"), ("europe/london", "Europe/London"), ("LONDON", "Europe/London"),
    ("Dublin", "Europe/Dublin"), ("Ireland", "Europe/Dublin"), ("ie", "Europe/Dublin"),
    ("new york", "America/New_York"), ("New_York", "America/New_York"), ("Zürich", "Europe/Zurich"),
    ("são  paulo", "America/Sao_Paulo"), ("port au prince", "America/Port-au-Prince"), ("germany", "Europe/Berlin"),
    ("UTC", "UTC"), ("indianapolis", "America/Indiana/Indianapolis"), ("GMT-5", "Etc/GMT-5"), ("gmt+5", "Etc/GMT+5"),
])
def test_a_name_a_city_or_a_country_is_enough(text, name):
    assert zone_names.find(text)[0] == name


@pytest.mark.parametrize("text, first", [
    ("Spain", ["Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"]),
    ("Korea", ["Asia/Pyongyang", "Asia/Seoul"]),
    ("Samoa", ["Pacific/Samoa", "US/Samoa", "Pacific/Pago_Pago", "Pacific/Apia"]),
    ("UK", ["Europe/London"]),
    ("york", ["America/New_York"]),
    ("lndon", ["Europe/London"]),
    ("Europe", ["Europe/Amsterdam", "Europe/Andorra"]),
    ("us", ["America/New_York"]),
])
def test_what_is_not_clear_gives_the_names_to_choose_from(text, first):
    name, near = zone_names.find(text)
    assert name is None and near[:len(first)] == first and len(set(near)) == len(near)


def test_a_place_that_is_not_known_gives_none():
    assert zone_names.find("Bergen") == (None, [])


@given(st.text(max_size=12))
def test_any_text_gives_names_that_exist(text):
    name, near = zone_names.find(text)
    assert set(near) <= set(zone_names.names()) and (name is None or name in near)


def test_a_zone_that_will_not_do_what_its_rule_says_is_known_with_the_days():
    start = dates.seconds(2023, 1, 1)
    last = dates.parse_date("2024-02-29")  # Kazakhstan went from six hours east to five
    assert zone_names.departs("Asia/Almaty", start) == (start // dates.DAY_S, last)
    assert zone_names.departs("Asia/Almaty", dates.seconds(2024, 3, 1)) is None
    assert zone_names.departs("Europe/London", start) is None


def test_the_machines_own_zone_is_found_and_utc_where_it_does_not_tell(tmp_path):
    link, nowhere = tmp_path / "localtime", str(tmp_path / "none")
    link.symlink_to("/usr/share/zoneinfo/Europe/Dublin")
    assert zone_names.here({}, str(link)) == "Europe/Dublin"
    assert zone_names.here({"TZ": ":Asia/Tokyo"}, str(link)) == "Asia/Tokyo"
    assert zone_names.here({"TZ": "GMT0BST"}, str(link)) == zone_names.here({}, nowhere) == "UTC"
