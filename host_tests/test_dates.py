"""Calendar arithmetic against datetime, and the strictness of what is read."""

import datetime
import re

from hypothesis import given
from hypothesis import strategies as st

from firmware.core import dates
from host_tests.tables import dates as table

EPOCH = datetime.datetime(2020, 1, 1)
MOMENTS = st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59))


def test_table():
    table.run()


def test_every_day_of_three_centuries_is_the_day_datetime_says():
    first, last = datetime.date(1890, 1, 1), datetime.date(2210, 1, 1)
    date = first
    while date < last:
        day = (date - EPOCH.date()).days
        assert dates.civil(day) == (date.year, date.month, date.day)
        assert dates.day_number(date.year, date.month, date.day) == day
        assert dates.weekday(day) == date.weekday()
        date += datetime.timedelta(1)


@given(MOMENTS)
def test_text_and_instants_are_each_other_inverse_and_agree_with_datetime(moment):
    moment = moment.replace(microsecond=0)
    t = (moment - EPOCH) // datetime.timedelta(seconds=1)
    text = moment.isoformat() + "Z"
    assert dates.seconds(*moment.timetuple()[:6]) == t
    assert dates.iso(t) == text
    assert dates.parse_iso(text) == t
    assert dates.parse_date(text[:10]) == t // 86400


@given(MOMENTS.filter(lambda moment: 2 < moment.year < 9998), st.integers(-86399, 86399))
def test_local_text_agrees_with_datetime(moment, offset_s):
    zone = datetime.timezone(datetime.timedelta(seconds=offset_s))
    moment = moment.replace(microsecond=0)
    t = (moment - EPOCH) // datetime.timedelta(seconds=1)
    assert dates.iso_local(t, offset_s) == moment.replace(tzinfo=datetime.timezone.utc).astimezone(zone).isoformat()


def as_datetime_reads(text, pattern):
    """An independent strict reader: digits in their places, and a date and time that datetime accepts."""
    if not re.fullmatch(pattern, text):
        return None
    try:
        return datetime.datetime(*[int(part) for part in re.split("[-T:]", text.rstrip("Z"))])
    except ValueError:
        return None


NEARLY = st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z", fullmatch=True)
CHARACTERS = st.one_of(st.sampled_from("0123456789-:TZ +.\u0660\uff11"), st.characters())


@given(NEARLY, st.integers(0, 21), CHARACTERS, st.booleans())
def test_only_exact_dates_and_times_are_read_and_nothing_raises(text, place, character, spoil):
    if spoil:
        text = text[:place] + character + text[place + 1:]
    moment = as_datetime_reads(text, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
    expected = None if moment is None else (moment - EPOCH) // datetime.timedelta(seconds=1)
    assert dates.parse_iso(text) == expected
    day = as_datetime_reads(text[:10], r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
    assert dates.parse_date(text[:10]) == (None if day is None else (day - EPOCH).days)


@given(st.text())
def test_no_text_at_all_makes_the_readers_raise(text):
    day, t = dates.parse_date(text), dates.parse_iso(text)
    assert day is None or text == dates.iso(day * 86400)[:10]
    assert t is None or text == dates.iso(t)
