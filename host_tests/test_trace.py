"""Every line of a run is one JSON object in ASCII, with its time exact to the millisecond."""

import decimal
import json

from hypothesis import given
from hypothesis import strategies as st

from firmware.core import dates
from tools.sim import trace, verbs

MOMENT = st.integers(0, verbs.TEN_YEARS_MS)


@given(MOMENT, st.integers(0, dates.seconds(2043, 12, 31)))
def test_time_is_told_exactly_and_in_utc_as_a_whole_second_before_it(now_ms, start_s):
    lines = []
    trace.Trace(start_s, lines.append).reset(now_ms, "panic")
    told = json.loads(lines[0], parse_float=decimal.Decimal)
    assert told["t"] * 1000 == now_ms and lines[0].partition('"t": ')[2].partition(",")[0][-4] == "."
    assert dates.parse_iso(told["utc"]) == start_s + now_ms // 1000
    assert list(told) == ["kind", "t", "utc", "cause"]


@given(MOMENT, st.text(), st.lists(st.text()))
def test_odd_text_stays_on_its_line(v2l_ms, text, texts):
    lines = []
    trace.Trace(0, lines.append).summary(0, texts, text, "grid", v2l_ms)
    assert lines[0].isascii() and lines[0].isprintable()
    told = json.loads(lines[0], parse_float=decimal.Decimal)
    assert told["faults"] == texts and told["state"] == text and told["v2l_s"] * 1000 == v2l_ms


def test_the_plant_is_told_in_words():
    lines = []
    teller = trace.Trace(0, lines.append)
    teller.plant(0, 1, 0, 0, 1, "v2l")
    teller.plant(0, 0, None, 1, 0, "grid")
    told = [list(json.loads(line).values())[3:] for line in lines]
    assert told == [["on", "off", "open", "closed", "v2l"], ["off", None, "closed", "open", "grid"]]
