"""Weekly windows: stories of single windows and days, with every boundary in order."""

from firmware.core import dates, schedule, zone

DAILY, WEEKDAYS, MON, WED, SAT, SUN = 127, 31, 1, 4, 32, 64
LONDON = "GMT0BST,M3.5.0/1,M10.5.0"
LORD_HOWE = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
TROLL = "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3"


def hm(text):
    """Minutes of a time like 05:30."""
    return int(text[:2]) * 60 + int(text[3:])


def window(days, start, end):
    return days, hm(start), hm(end)


def make(zone_text, v2l, charge=(), lead_min=0, skip=()):
    rows = [tuple([window(*row) for row in rows]) for rows in (v2l, charge)]
    return schedule.Schedule(zone.parse(zone_text)[0], rows[0], rows[1], lead_min,
                             tuple([dates.parse_date(text) for text in skip]))


# what it shows; zone, v2l, charge, lead, skip; an instant, whether the plan is V2L then; the transfers after it
STORIES = (
    ("an ordinary Friday and the Monday after it, with the lead of a charging window cutting the evening",
     (LONDON, ((WEEKDAYS, "05:30", "23:20"),), ((DAILY, "23:25", "05:30"),), 10, ()), "2026-11-20T00:00:00Z", False,
     (("2026-11-20T05:30:00Z", "v2l", "schedule"), ("2026-11-20T23:15:00Z", "grid", "charge_window"),
      ("2026-11-23T05:30:00Z", "v2l", "schedule"))),
    ("where both begin at once the window is the reason",
     ("UTC0", ((DAILY, "05:30", "23:00"),), ((DAILY, "23:10", "05:30"),), 10, ()), "2026-11-20T12:00:00Z", True,
     (("2026-11-20T23:00:00Z", "grid", "schedule"), ("2026-11-21T05:30:00Z", "v2l", "schedule"))),
    ("charging inside a window, with no lead",
     ("UTC0", ((MON, "08:00", "20:00"),), ((DAILY, "12:00", "13:00"),), 0, ()), "2026-11-23T09:00:00Z", True,
     (("2026-11-23T12:00:00Z", "grid", "charge_window"), ("2026-11-23T13:00:00Z", "v2l", "charge_window"),
      ("2026-11-23T20:00:00Z", "grid", "schedule"), ("2026-11-30T08:00:00Z", "v2l", "schedule"))),
    ("a lead longer than the day bridges the gap between two charging windows",
     ("UTC0", ((SUN, "00:00", "24:00"),), ((SUN, "06:00", "07:00"), (SUN, "09:00", "10:00")), 120, ()),
     "2026-11-22T00:00:00Z", True,
     (("2026-11-22T04:00:00Z", "grid", "charge_window"), ("2026-11-22T10:00:00Z", "v2l", "charge_window"),
      ("2026-11-23T00:00:00Z", "grid", "schedule"))),
    ("over midnight and over the week's end, its day is the one on which it starts",
     ("UTC0", ((SUN, "22:00", "06:00"),), (), 0, ()), "2026-11-22T00:00:00Z", False,
     (("2026-11-22T22:00:00Z", "v2l", "schedule"), ("2026-11-23T06:00:00Z", "grid", "schedule"),
      ("2026-11-29T22:00:00Z", "v2l", "schedule"))),
    ("windows that touch or overlap are one, also at midnight",
     ("UTC0", ((SAT, "10:00", "12:00"), (SAT, "11:00", "13:00"), (SAT, "13:00", "24:00"), (SUN, "00:00", "01:00")), (),
      0, ()), "2026-11-21T00:00:00Z", False,
     (("2026-11-21T10:00:00Z", "v2l", "schedule"), ("2026-11-22T01:00:00Z", "grid", "schedule"))),
    ("24:00 is the end of the day, and the next day's 00:00 joins it",
     ("UTC0", ((SAT | SUN, "00:00", "24:00"),), (), 0, ()), "2026-11-20T00:00:00Z", False,
     (("2026-11-21T00:00:00Z", "v2l", "schedule"), ("2026-11-23T00:00:00Z", "grid", "schedule"))),
    ("a skipped date takes its window away, the part after midnight too, and leaves the one from the day before",
     ("UTC0", ((DAILY, "22:00", "06:00"),), (), 0, ("2026-12-25",)), "2026-12-24T12:00:00Z", False,
     (("2026-12-24T22:00:00Z", "v2l", "schedule"), ("2026-12-25T06:00:00Z", "grid", "schedule"),
      ("2026-12-26T22:00:00Z", "v2l", "schedule"))),
    ("charging takes no notice of skipped dates",
     ("UTC0", ((DAILY, "00:00", "24:00"),), ((DAILY, "12:00", "13:00"),), 0, ("2026-12-25",)), "2026-12-24T12:30:00Z",
     False,
     (("2026-12-24T13:00:00Z", "v2l", "charge_window"), ("2026-12-25T00:00:00Z", "grid", "schedule"),
      ("2026-12-26T00:00:00Z", "v2l", "schedule"), ("2026-12-26T12:00:00Z", "grid", "charge_window"))),
    ("a fortnight of skipped dates is passed over",
     ("UTC0", ((WED, "10:00", "11:00"),), (), 0, ("2026-12-02", "2026-12-09", "2026-12-16")), "2026-11-25T12:00:00Z",
     False, (("2026-12-23T10:00:00Z", "v2l", "schedule"),)),
    ("an hour that repeats counts twice: one window holds for two hours",
     (LONDON, ((SUN, "01:00", "02:00"),), (), 0, ()), "2026-10-24T12:00:00Z", False,
     (("2026-10-25T00:00:00Z", "v2l", "schedule"), ("2026-10-25T02:00:00Z", "grid", "schedule"))),
    ("a window inside the hour that repeats holds twice",
     (LONDON, ((SUN, "01:15", "01:45"),), (), 0, ()), "2026-10-24T12:00:00Z", False,
     (("2026-10-25T00:15:00Z", "v2l", "schedule"), ("2026-10-25T00:45:00Z", "grid", "schedule"),
      ("2026-10-25T01:15:00Z", "v2l", "schedule"), ("2026-10-25T01:45:00Z", "grid", "schedule"))),
    ("a window that began before the repeated hour and ends within it comes back",
     (LONDON, ((SUN, "00:30", "01:30"),), (), 0, ()), "2026-10-24T12:00:00Z", False,
     (("2026-10-24T23:30:00Z", "v2l", "schedule"), ("2026-10-25T00:30:00Z", "grid", "schedule"),
      ("2026-10-25T01:00:00Z", "v2l", "schedule"), ("2026-10-25T01:30:00Z", "grid", "schedule"))),
    ("an hour that is skipped does not count: no window at all that day",
     (LONDON, ((SUN, "01:15", "01:45"),), (), 0, ()), "2026-03-28T12:00:00Z", False,
     (("2026-04-05T00:15:00Z", "v2l", "schedule"),)),
    ("a window that starts in the skipped hour begins at the clock change",
     (LONDON, ((SUN, "01:30", "03:00"),), (), 0, ()), "2026-03-28T12:00:00Z", False,
     (("2026-03-29T01:00:00Z", "v2l", "schedule"), ("2026-03-29T02:00:00Z", "grid", "schedule"))),
    ("a window that ends in the skipped hour ends at the clock change",
     (LONDON, ((SUN, "00:00", "01:30"),), (), 0, ()), "2026-03-28T12:00:00Z", False,
     (("2026-03-29T00:00:00Z", "v2l", "schedule"), ("2026-03-29T01:00:00Z", "grid", "schedule"))),
    ("a lead is elapsed time: 90 minutes before 02:30 is 00:00 where an hour between is skipped",
     (LONDON, ((SUN, "00:00", "06:00"),), ((SUN, "02:30", "04:00"),), 90, ()), "2026-03-28T12:00:00Z", False,
     (("2026-03-29T03:00:00Z", "v2l", "charge_window"),)),
    ("and 01:00, the second one, where that hour repeats",
     (LONDON, ((SUN, "00:00", "06:00"),), ((SUN, "02:30", "04:00"),), 90, ()), "2026-10-24T12:00:00Z", False,
     (("2026-10-24T23:00:00Z", "v2l", "schedule"), ("2026-10-25T01:00:00Z", "grid", "charge_window"))),
    ("half an hour repeats on Lord Howe Island: 01:30 to 02:00 comes twice",
     (LORD_HOWE, ((SUN, "01:30", "02:00"),), (), 0, ()), "2026-04-04T00:00:00Z", False,
     (("2026-04-04T14:30:00Z", "v2l", "schedule"), ("2026-04-04T15:30:00Z", "grid", "schedule"))),
    ("two hours are skipped at Troll, and the window with them",
     (TROLL, ((SUN, "01:00", "03:00"),), (), 0, ()), "2026-03-28T12:00:00Z", False,
     (("2026-04-04T23:00:00Z", "v2l", "schedule"), ("2026-04-05T01:00:00Z", "grid", "schedule"))),
    ("and in October they repeat, so that it lasts for four",
     (TROLL, ((SUN, "01:00", "03:00"),), (), 0, ()), "2026-10-24T12:00:00Z", False,
     (("2026-10-24T23:00:00Z", "v2l", "schedule"), ("2026-10-25T03:00:00Z", "grid", "schedule"))),
)
# zone, v2l, charge, lead, skip; whether the plan is V2L; it never changes
NEVER = (
    (("UTC0", (), (), 10, ()), False),
    ((LONDON, (), ((DAILY, "00:00", "24:00"),), 10, ()), False),
    ((LONDON, ((DAILY, "00:00", "24:00"),), (), 10, ()), True),
    ((LONDON, ((DAILY, "12:00", "11:00"), (DAILY, "11:00", "12:00")), (), 0, ("2020-01-01",)), True),
    ((LONDON, ((DAILY, "12:00", "13:00"),), ((DAILY, "00:00", "24:00"),), 0, ("2026-12-25",)), False),
    ((LONDON, ((DAILY, "12:00", "13:00"),), ((DAILY, "11:00", "14:00"),), 0, ()), False),
    ((LONDON, ((DAILY, "00:00", "24:00"),), ((DAILY, "00:00", "12:00"), (DAILY, "13:00", "24:00")), 60, ()), False),
    ((LORD_HOWE, ((DAILY, "10:00", "11:00"),), ((DAILY, "09:00", "09:01"), (DAILY, "11:30", "11:31")), 720, ()), False),
)


def run():
    for title, config, start, now, transfers in STORIES:
        made = make(*config)
        t = dates.parse_iso(start)
        assert made.effective(t) == now, title
        for at, source, why in transfers:
            change = made.next_change(t)
            assert change == (dates.parse_iso(at), source, why), (title, dates.iso(change[0]), change)
            assert made.effective(change[0]) == (source == "v2l") != made.effective(change[0] - 1), (title, at)
            t = change[0]
    for config, now in NEVER:
        made = make(*config)
        t = dates.seconds(2026, 3, 1)
        assert made.effective(t) == now, config
        assert made.next_change(t) is None, config
        assert made.stretch_end(t) is None, config
    raw_boundaries()
    return len(STORIES), len(NEVER)


def raw_boundaries():
    """until() stops where either kind of window changes, whatever the plan; stretch_end() looks past the grid."""
    made = make("UTC0", ((WEEKDAYS, "05:30", "23:20"),), ((DAILY, "23:20", "06:00"),), 10, ("2026-11-23",))
    t = dates.parse_iso("2026-11-20T05:00:00Z")
    expected = (("2026-11-20T05:30:00Z", True, True), ("2026-11-20T06:00:00Z", True, False),
                ("2026-11-20T23:10:00Z", True, True), ("2026-11-20T23:20:00Z", False, True),
                ("2026-11-21T06:00:00Z", False, False), ("2026-11-21T23:10:00Z", False, True))
    for at, in_v2l, in_charge in expected:
        t = made.until(t)
        assert (dates.iso(t), made.in_v2l(t), made.in_charge(t)) == (at, in_v2l, in_charge), at
    for asked, end in (("2026-11-20T05:00:00Z", "2026-11-20T23:10:00Z"),
                       ("2026-11-20T23:09:59Z", "2026-11-20T23:10:00Z"),
                       ("2026-11-20T23:10:00Z", "2026-11-24T23:10:00Z")):
        assert dates.iso(made.stretch_end(dates.parse_iso(asked))) == end, asked
    for day in range(2, 20):
        skipped = "2026-01-%02d" % day
        made = make("UTC0", ((DAILY, "00:00", "24:00"),), (), 0, (skipped, "2045-01-01"))
        assert dates.iso(made.until(dates.seconds(2026, 1, 1))) == skipped + "T00:00:00Z", skipped
    made = make("UTC0", ((DAILY, "00:00", "24:00"),), (), 0, ("2045-01-01",))
    assert dates.iso(made.until(dates.seconds(2026, 1, 1))) == "2045-01-01T00:00:00Z"
    assert dates.iso(made.until(dates.seconds(2045, 1, 1))) == "2045-01-02T00:00:00Z"
