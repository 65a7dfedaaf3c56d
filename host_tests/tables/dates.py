"""Dates and their text: what each calendar rule must give."""

from firmware.core import dates

# date, day number, weekday (0 Monday)
DAYS = (
    ((2020, 1, 1), 0, 2),
    ((2019, 12, 31), -1, 1),
    ((2020, 2, 28), 58, 4),
    ((2020, 2, 29), 59, 5),
    ((2020, 3, 1), 60, 6),
    ((2020, 12, 31), 365, 3),
    ((2021, 1, 1), 366, 4),
    ((2023, 2, 28), 1154, 1),
    ((2023, 3, 1), 1155, 2),
    ((2026, 11, 20), 2515, 4),
    ((2053, 12, 31), 12418, 2),
    ((2100, 2, 28), 29278, 6),
    ((2100, 3, 1), 29279, 0),
    ((2000, 2, 29), -7246, 1),
    ((2400, 2, 29), 138851, 1),
    ((1970, 1, 1), -18262, 3),
    ((1, 1, 1), -737424, 0),
)
MONTHS = ((2026, 1, 31), (2026, 2, 28), (2024, 2, 29), (2100, 2, 28), (2000, 2, 29), (2026, 4, 30), (2026, 6, 30),
          (2026, 7, 31), (2026, 8, 31), (2026, 9, 30), (2026, 11, 30), (2026, 12, 31))
# seconds, in UTC, offset, with that offset
INSTANTS = (
    (0, "2020-01-01T00:00:00Z", 0, "2020-01-01T00:00:00+00:00"),
    (-1, "2019-12-31T23:59:59Z", 3600, "2020-01-01T00:59:59+01:00"),
    (217332000, "2026-11-20T10:00:00Z", 3600, "2026-11-20T11:00:00+01:00"),
    (217332000, "2026-11-20T10:00:00Z", -34200, "2026-11-20T00:30:00-09:30"),
    (217332061, "2026-11-20T10:01:01Z", -1, "2026-11-20T10:01:00-00:00:01"),
    (217332000, "2026-11-20T10:00:00Z", 86399 + 3600, "2026-11-21T10:59:59+24:59:59"),
    (1073741823, "2054-01-09T13:37:03Z", 0, "2054-01-09T13:37:03+00:00"),
)
NO_DATES = ("", "2026-1-01", "2026-01-1", "2026-13-01", "2026-00-10", "2026-02-29", "2026-04-31", "2026-01-00",
            "26-01-01", "2026/01/01", "2026-01-01 ", " 026-01-01", "+026-01-01", "2026-0a-01", "2026-01--1",
            "0000-01-01", "\u0662\u0660\u0662\u0666-01-01", "2026-01-01T00:00:00Z", "2026\u201301-01", "2100-02-29")
NO_INSTANTS = ("", "2026-11-20", "2026-11-20T10:00:00", "2026-11-20t10:00:00Z", "2026-11-20T10:00:00z",
               "2026-11-20 10:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T10:60:00Z", "2026-11-20T10:00:60Z",
               "2026-11-20T10-00-00Z", "2026-11-20T1:00:00Z0", "2026-11-31T10:00:00Z", "2026-11-20T10:00:00+00:00",
               "2026-11-20T-1:00:00Z", "2026-11-20T10: 0:00Z", "2026-11-20T10:00:0\u0665Z", "2026-11-20T10:00:00ZZ")


def run():
    for date, day, weekday in DAYS:
        assert dates.day_number(*date) == day, date
        assert dates.civil(day) == date, date
        assert dates.weekday(day) == weekday, date
        assert dates.parse_date("%04d-%02d-%02d" % date) == day, date
        assert dates.seconds(*date) == day * 86400, date
    for year, month, days in MONTHS:
        assert dates.days_in_month(year, month) == days, (year, month)
    for t, utc, offset, local in INSTANTS:
        assert dates.iso(t) == utc, utc
        assert dates.parse_iso(utc) == t, utc
        assert dates.iso_local(t, offset) == local, local
    assert dates.seconds(2026, 11, 20, 10, 1, 2) == 217332062
    for text in NO_DATES:
        assert dates.parse_date(text) is None, text
    for text in NO_INSTANTS:
        assert dates.parse_iso(text) is None, text
    return len(DAYS), len(INSTANTS), len(NO_DATES), len(NO_INSTANTS)
