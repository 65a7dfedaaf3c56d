"""Zones: the offset just before and at each change, and every refusal in full."""

from firmware.core import dates, zone

LONDON = "GMT0BST,M3.5.0/1,M10.5.0"
# zone, then the changes in order: (instant, seconds east before it, seconds east from it on)
CHANGES = (
    (LONDON, (("2026-03-29T01:00:00Z", 0, 3600), ("2026-10-25T01:00:00Z", 3600, 0), ("2027-03-28T01:00:00Z", 0, 3600))),
    ("CET-1CEST,M3.5.0,M10.5.0/3", (("2026-03-29T01:00:00Z", 3600, 7200), ("2026-10-25T01:00:00Z", 7200, 3600))),
    ("EST5EDT,M3.2.0,M11.1.0", (("2026-03-08T07:00:00Z", -18000, -14400), ("2026-11-01T06:00:00Z", -14400, -18000))),
    # South: summer is at New Year. Half an hour of it on Lord Howe Island.
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", (("2026-04-04T16:00:00Z", 39600, 36000), ("2026-10-03T16:00:00Z", 36000, 39600))),
    ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
     (("2026-04-04T15:00:00Z", 39600, 37800), ("2026-10-03T15:30:00Z", 37800, 39600))),
    # Ireland's law has it the other way round: winter time is the exception, one hour behind.
    ("IST-1GMT0,M10.5.0,M3.5.0/1", (("2026-03-29T01:00:00Z", 0, 3600), ("2026-10-25T01:00:00Z", 3600, 0))),
    # Times of day outside the day: the Saturday evening before, and 50 hours after a Thursday began.
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
     (("2026-03-29T01:00:00Z", -7200, -3600), ("2026-10-25T01:00:00Z", -3600, -7200))),
    ("EET-2EEST,M3.4.4/50,M10.4.4/50", (("2026-03-28T00:00:00Z", 7200, 10800), ("2026-10-23T23:00:00Z", 10800, 7200))),
    ("EET-2EEST,M3.4.4/167,M10.4.4/-167",
     (("2026-04-01T21:00:00Z", 7200, 10800), ("2026-10-14T22:00:00Z", 10800, 7200))),
    # 2028 is a leap year: J60 is 1 March in every year, 60 is 1 March in leap years only.
    ("AAA0BBB,J60/0,J300/0", (("2027-03-01T00:00:00Z", 0, 3600), ("2027-10-26T23:00:00Z", 3600, 0),
                              ("2028-03-01T00:00:00Z", 0, 3600), ("2028-10-26T23:00:00Z", 3600, 0))),
    ("AAA0BBB,J59/0,J365/0", (("2028-02-28T00:00:00Z", 0, 3600), ("2028-12-30T23:00:00Z", 3600, 0))),
    ("AAA0BBB,60/0,299/0", (("2027-03-02T00:00:00Z", 0, 3600), ("2027-10-26T23:00:00Z", 3600, 0),
                            ("2028-03-01T00:00:00Z", 0, 3600), ("2028-10-25T23:00:00Z", 3600, 0))),
    # Day 365 is 31 December of a leap year, and the day after it in any other.
    ("AAA0BBB,365/0,90/0", (("2027-03-31T23:00:00Z", 3600, 0), ("2028-01-01T00:00:00Z", 0, 3600),
                            ("2028-03-30T23:00:00Z", 3600, 0), ("2028-12-31T00:00:00Z", 0, 3600))),
    # Changes that lie in the next year and in the year before.
    ("AAA0BBB,J365/167,J100/0", (("2027-01-06T23:00:00Z", 0, 3600), ("2027-04-09T23:00:00Z", 3600, 0))),
    ("AAA0BBB,J200/0,J1/-167", (("2026-12-25T00:00:00Z", 3600, 0), ("2027-07-19T00:00:00Z", 0, 3600))),
    # Seconds, and offsets of more than a day's width between them.
    ("AAA0:00:01BBB-0:29:59,J100/0:00:01,J200/23:59:59",
     (("2027-04-10T00:00:02Z", -1, 1799), ("2027-07-19T23:30:00Z", 1799, -1))),
    ("AAA24BBB-24,J100/0,J200/0", (("2027-04-11T00:00:00Z", -86400, 86400), ("2027-07-18T00:00:00Z", 86400, -86400))),
    # Start and end change places from year to year.
    ("AAA0BBB,M6.1.0/0,M6.1.3/0", (("2025-06-03T23:00:00Z", 3600, 0), ("2026-06-07T00:00:00Z", 0, 3600),
                                   ("2027-06-01T23:00:00Z", 3600, 0), ("2027-06-06T00:00:00Z", 0, 3600))),
)
# zone, seconds east for ever
STEADY = (
    ("UTC0", 0), ("<+0545>-5:45", 20700), ("<-03>3", -10800), ("XYZ+3", -10800), ("XYZ24:59:59", -89999),
    ("XYZ-24:59:59", 89999), ("GMT-0", 0), ("<" + "x" * 125 + ">0", 0),
    ("AAA3BBB3,M3.5.0,M10.5.0", -10800),  # a second name for the same time changes nothing
    ("EST5EDT,0/0,J365/25", -14400),  # dst all year: it ends at the instant at which it begins
    ("XXX3EDT4,0/0,J365/23", -14400),
    ("EST5EDT4,J1/0,J365/30", -14400),  # ends and begins overlap
    ("AAA0BBB,J100/0,J100/1", 0),  # it begins at the instant at which it ends
)
LONG = "x" * 129
OFFSET = "write the offset, as in GMT0BST,M3.5.0/1,M10.5.0 (the name of a place is not enough)"
NAME = "write a name of at least three letters, or in <> also of digits, + and -"
COMMA = "write a comma and two rules that say when that time starts and ends, such as ,M3.5.0/1,M10.5.0"
RULE = "write a rule such as M3.5.0, J60, or a day from 0 to 365"
REFUSED = (
    ("", 'the text ends after ""; ' + NAME),
    ("UTC", 'the text ends after "UTC"; ' + OFFSET),
    ("Europe/London", 'character 7 does not fit after "Europe"; ' + OFFSET),
    ("AB0", 'character 3 does not fit after "AB"; ' + NAME),
    (":UTC0", 'character 1 does not fit after ""; ' + NAME),
    (" UTC0", 'character 1 does not fit after ""; ' + NAME),
    ("<+3>-3", 'character 4 does not fit after "<+3"; ' + NAME),
    ("<+03-3", 'the text ends after "<+03-3"; write > at the end of the name'),
    ("<+0\xe9>-3", 'character 4 does not fit after "<+0"; ' + NAME),
    ("\xc9ST5", 'character 1 does not fit after ""; ' + NAME),
    ("EST\u0665", 'character 4 does not fit after "EST"; ' + OFFSET),
    ("EST25", 'character 4 does not fit after "EST"; write hours from 0 to 24'),
    ("EST5EDT25,J1,J2", 'character 8 does not fit after "EST5EDT"; write hours from 0 to 24'),
    ("EST--5", 'character 5 does not fit after "EST-"; write hours from 0 to 24'),
    ("EST0005", 'character 4 does not fit after "EST"; write hours from 0 to 24'),
    ("EST5:", 'the text ends after "EST5:"; write two digits of minutes from 0 to 59'),
    ("EST5:3", 'character 6 does not fit after "EST5:"; write two digits of minutes from 0 to 59'),
    ("EST5:60", 'character 6 does not fit after "EST5:"; write two digits of minutes from 0 to 59'),
    ("EST5:30:7", 'character 9 does not fit after "EST5:30:"; write two digits of seconds from 0 to 59'),
    ("EST5 ", 'character 5 does not fit after "EST5"; ' + NAME),
    ("EST5EDT", 'the text ends after "EST5EDT"; ' + COMMA),
    ("EST5EDT4", 'the text ends after "EST5EDT4"; ' + COMMA),
    ("EST5EDT4:00EDT", 'character 12 does not fit after "EST5EDT4:00"; ' + COMMA),
    ("EST5EDT,M3.2.0",
     'the text ends after "EST5EDT,M3.2.0"; write a comma and the rule that says when that time ends'),
    ("EST5,M3.2.0,M11.1.0", 'character 5 does not fit after "EST5"; ' + NAME),
    ("EST5EDT,M13.2.0,J1", 'character 10 does not fit after "EST5EDT,M"; write a month from 1 to 12'),
    ("EST5EDT,M0.2.0,J1", 'character 10 does not fit after "EST5EDT,M"; write a month from 1 to 12'),
    ("EST5EDT,M3.6.0,J1", 'character 12 does not fit after "EST5EDT,M3."; write a week from 1 to 5'),
    ("EST5EDT,M3.0.0,J1", 'character 12 does not fit after "EST5EDT,M3."; write a week from 1 to 5'),
    ("EST5EDT,M3.2.7,J1", 'character 14 does not fit after "EST5EDT,M3.2."; write a weekday, 0 is Sunday, from 0 to 6'),
    ("EST5EDT,M3-2.0,J1", 'character 11 does not fit after "EST5EDT,M3"; write a point and the week'),
    ("EST5EDT,M3.2,J1", 'character 13 does not fit after "EST5EDT,M3.2"; write a point and the weekday'),
    ("EST5EDT,J0,J1", 'character 10 does not fit after "EST5EDT,J"; write a day from 1 to 365'),
    ("EST5EDT,J366,J1", 'character 10 does not fit after "EST5EDT,J"; write a day from 1 to 365'),
    ("EST5EDT,366,J1", 'character 9 does not fit after "EST5EDT,"; ' + RULE),
    ("EST5EDT,,J1", 'character 9 does not fit after "EST5EDT,"; ' + RULE),
    ("EST5EDT,J1/168,J2", 'character 12 does not fit after "EST5EDT,J1/"; write hours from 0 to 167'),
    ("EST5EDT,J1/,J2", 'character 12 does not fit after "EST5EDT,J1/"; write hours from 0 to 167'),
    ("EST5EDT,J1/-168,J2", 'character 13 does not fit after "EST5EDT,J1/-"; write hours from 0 to 167'),
    (LONDON + ",J1", 'character 25 does not fit after "GMT0BST,M3.5.0/1,M10.5.0"; write nothing more'),
    (LONDON + "\n", 'character 25 does not fit after "GMT0BST,M3.5.0/1,M10.5.0"; write nothing more'),
    (LONG, "129 characters are too long for a zone; write at most 128"),
)


def check_changes(text, changes):
    place = zone.parse(text)[0]
    for at, before, after in changes:
        t = dates.parse_iso(at)
        assert (place.offset(t - 1), place.offset(t)) == (before, after), (text, at)
        assert place.next_change(t - 1) == t, (text, at, dates.iso(place.next_change(t - 1)))
        assert place.next_change(t) > t, (text, at)
    for i in range(1, len(changes)):
        assert place.next_change(dates.parse_iso(changes[i - 1][0])) == dates.parse_iso(changes[i][0]), (text, i)


def run():
    for text, changes in CHANGES:
        check_changes(text, changes)
    for text, offset in STEADY:
        place = zone.parse(text)[0]
        for year in (1999, 2020, 2026, 2028, 2053):
            t = dates.seconds(year, 1, 1)
            assert place.offset(t) == offset, (text, year)
            assert place.next_change(t) is None, (text, year)
    for text, problem in REFUSED:
        assert zone.parse(text) == (None, problem), (text, zone.parse(text)[1])
    return len(CHANGES), len(STEADY), len(REFUSED)
