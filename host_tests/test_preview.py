"""The preview: its list against zoneinfo, its drawing in full for the days that matter, its picture, its exit codes."""

import argparse
import datetime
import io
import json
import time
import xml.etree.ElementTree as xml

import pytest

from firmware.core import boards, config, dates
from tools import configuration, preview, preview_svg, preview_text
from tools.commands import preview as command
from tools.proofs import zone_truth as truth
from tools.proofs import zones as proof

LONDON = "Europe/London"
SVG = "{http://www.w3.org/2000/svg}"
BUSY = {"v2l": [{"days": "mon-fri", "from": "05:30", "to": "23:20"},
                {"days": "sat,sun", "from": "22:00", "to": "01:30"}],
        "charge": [{"days": "daily", "from": "12:00", "to": "13:45"}, {"days": "sun", "from": "01:15", "to": "01:20"}],
        "skip": ["2026-10-27"]}
ALWAYS = {"v2l": [{"days": "daily", "from": "00:00", "to": "24:00"}]}


@pytest.fixture
def house(tmp_path):
    """A function that writes a configuration of the example's board with these keys and returns its path."""
    def write(name, keys):
        path = tmp_path / "house.json"
        path.write_text(json.dumps({"board": "generic-2-relay", "zone": truth.load(name)[1], **keys}))
        return str(path)
    return write


def checked(path):
    with open(path, "rb") as file:
        return config.check(file.read(), boards.PROFILES)[0]


def run(capsys, *arguments):
    """(exit code, stdout, stderr) of the command."""
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    code = command.run(parser.parse_args(["preview", *arguments]))
    return (code, *capsys.readouterr())


def survey(path, date, days):
    return preview.Survey(checked(path), dates.parse_date(date), days)


def by_zoneinfo(path, name, begin, end):
    """The list that --json must print, made without the firmware. Both ends are local times."""
    place = truth.load(name)[0]
    made = checked(path)
    begin, end = (int(moment.replace(tzinfo=place).timestamp()) - truth.UNIX_2020 for moment in (begin, end))
    # A day before, to know what holds at the beginning; a day after, for charging that leads into the last one.
    timeline = truth.Timeline(place, begin // 86400 * 86400 - 86400, end // 86400 * 86400 + 2 * 86400)
    found = []
    for at, source, why in proof.transfers(timeline.plan(made.v2l, made.charge, made.lead_min, made.skip)):
        utc = datetime.datetime.fromtimestamp(at + truth.UNIX_2020, datetime.timezone.utc)
        if begin < at <= end:
            found.append({"at": utc.strftime("%Y-%m-%dT%H:%M:%SZ"), "local": utc.astimezone(place).isoformat(),
                          "source": source, "why": why})
    return found


# --- The list.


def test_the_list_is_in_the_form_that_was_promised(capsys, house):
    path = house(LONDON, {"v2l": [{"days": "sun", "from": "00:30", "to": "01:30"}]})
    code, out, _ = run(capsys, path, "--from", "2026-10-24", "--days", "3", "--json")
    assert code == 0
    assert json.loads(out) == [
        {"at": "2026-10-24T23:30:00Z", "local": "2026-10-25T00:30:00+01:00", "source": "v2l", "why": "schedule"},
        {"at": "2026-10-25T00:30:00Z", "local": "2026-10-25T01:30:00+01:00", "source": "grid", "why": "schedule"},
        {"at": "2026-10-25T01:00:00Z", "local": "2026-10-25T01:00:00+00:00", "source": "v2l", "why": "schedule"},
        {"at": "2026-10-25T01:30:00Z", "local": "2026-10-25T01:30:00+00:00", "source": "grid", "why": "schedule"}]
    assert '\n {"at": "2026-10-25T01:30:00Z", "local": "2026-10-25T01:30:00+00:00", "source": "grid", ' in out


@pytest.mark.parametrize("start", ["2026-10-24", "2026-03-28", "2026-07-01"])
def test_the_list_of_the_example_is_what_zoneinfo_says(capsys, start):
    code, out, _ = run(capsys, str(configuration.EXAMPLE), "--from", start, "--days", "3", "--json")
    begin = datetime.datetime.fromisoformat(start)
    assert code == 0
    assert json.loads(out) == by_zoneinfo(configuration.EXAMPLE, LONDON, begin, begin + datetime.timedelta(3))


@pytest.mark.parametrize("name", [LONDON, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk"])
@pytest.mark.parametrize("start", ["2026-03-24", "2026-10-01", "2026-10-24"])
def test_the_list_of_a_busy_house_is_what_zoneinfo_says(capsys, house, name, start):
    path = house(name, BUSY)
    begin = datetime.datetime.fromisoformat(start)
    for days in (1, 8, 33):
        out = run(capsys, path, "--from", start, "--days", str(days), "--json")[1]
        assert json.loads(out) == by_zoneinfo(path, name, begin, begin + datetime.timedelta(days))


def test_the_list_begins_after_an_instant_and_ends_at_that_local_time(capsys, house):
    path = house(LONDON, {"v2l": [{"days": "daily", "from": "12:00", "to": "13:00"}]})

    def listed(*arguments):
        return [row["at"] for row in json.loads(run(capsys, path, "--json", *arguments)[1])]
    assert listed("--from", "2026-10-24T11:00:00Z", "--days", "1") == [
        "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"]  # noon in summer time to noon in winter time
    assert listed("--from", "2026-10-24T10:59:59Z", "--days", "1") == ["2026-10-24T11:00:00Z", "2026-10-24T12:00:00Z"]
    before = dates.iso(int(time.time()) - truth.UNIX_2020)
    assert len(listed("--days", "2")) == 4 and min(listed()) > before


def test_a_plan_that_never_changes_is_an_empty_list(capsys, house):
    assert run(capsys, house(LONDON, ALWAYS), "--from", "2026-10-24", "--json")[:2] == (0, "[]\n")


# --- The drawing.

HOURS = "                0     3     6     9     12    15    18    21    24"
FOOT = """
█ V2L   ▄ V2L for a part   · grid   ▒ grid, the car is charging, or less than 10 min before it
A sign is half an hour of local time. Where the clocks go forward the skipped ones are left empty;
where they go back the repeated ones stand for both runs.
"""
AUTUMN = f"""\
Saturday 24 October to Tuesday 27 October 2026, zone GMT0BST,M3.5.0/1,M10.5.0

{HOURS}
Sat 24 Oct 2026 ·······················▒▒▒▒▒················████  22:00 V2L
Sun 25 Oct 2026 ██▄····················▒▒▒▒▒················████  first 01:05 grid for charging,
                                                                  first 01:20 V2L after charging, first 01:30 grid,
                                                                  second 01:00 V2L, second 01:05 grid for charging,
                                                                  second 01:20 V2L after charging, second 01:30 grid,
                                                                  22:00 V2L, clocks go back 02:00 to 01:00
Mon 26 Oct 2026 ███········████████████▄▒▒▒▄██████████████████▄·  01:30 grid, 05:30 V2L, 11:50 grid for charging,
                                                                  13:45 V2L after charging, 23:20 grid
Tue 27 Oct 2026 ·······················▒▒▒▒▒····················  grid all day, skipped date
{FOOT}
14 transfers, 22 h 55 min of V2L in 97 h.
"""
SPRING = f"""\
Sunday 29 March 2026, zone GMT0BST,M3.5.0/1,M10.5.0

{HOURS}
Sun 29 Mar 2026 ██  ···················▒▒▒▒▒················████  02:00 grid, 22:00 V2L,
                                                                  clocks go forward 01:00 to 02:00
{FOOT}
2 transfers, 3 h of V2L in 23 h.
"""


@pytest.mark.parametrize("start, days, drawing", [("2026-10-24", "4", AUTUMN), ("2026-03-29", "1", SPRING)],
                         ids=("autumn", "spring"))
def test_the_drawing_of_the_days_that_matter(capsys, house, start, days, drawing):
    """Ordinary days, one of 25 hours, one of 23, and a skipped date."""
    code, out, _ = run(capsys, house(LONDON, BUSY), "--from", start, "--days", days)
    assert (code, out) == (0, drawing)


def test_a_week_after_the_first_stands_apart_and_no_line_is_too_long(capsys, house):
    out = run(capsys, house(LONDON, BUSY), "--from", "2026-01-01", "--days", "366")[1]
    lines = out.splitlines()
    assert max(len(line) for line in lines) <= 118
    assert sum(line[15:16] == " " and line[:3] in ("Mon", "Sun") for line in lines) == 52 + 52
    assert all(lines[place - 1] == "" for place, line in enumerate(lines) if line.startswith("Mon "))


def test_the_drawing_begins_with_the_day_in_which_an_instant_lies(capsys, house):
    path = house("America/New_York", ALWAYS)
    out = run(capsys, path, "--from", "2026-10-25T02:00:00Z", "--days", "1")[1]
    assert out.startswith("Saturday 24 October 2026, zone EST5EDT,M3.2.0,M11.1.0\n")
    assert "Sat 24 Oct 2026 " + "█" * 48 + "  V2L all day\n" in out
    assert out.endswith("\n0 transfers, 24 h of V2L in 24 h.\n")


def test_a_transfer_at_the_very_end_is_the_last_days_midnight(capsys, house):
    path = house(LONDON, {"v2l": [{"days": "sat", "from": "00:00", "to": "24:00"}]})
    out = run(capsys, path, "--from", "2026-10-23", "--days", "2")[1]
    assert "Fri 23 Oct 2026 " + "·" * 48 + "  grid all day\n" in out
    assert "Sat 24 Oct 2026 " + "█" * 48 + "  00:00 V2L, 24:00 grid\n" in out


@pytest.mark.parametrize("name", [LONDON, "Australia/Lord_Howe", "Antarctica/Troll", "America/Nuuk", "Africa/Cairo"])
def test_every_half_hour_is_drawn_as_its_minutes_are(house, name):
    """Each day of a year against the local time of each of its minutes."""
    path = house(name, BUSY)
    place, made = truth.load(name)[0], checked(path)
    drawn = survey(path, "2026-01-01", 365)
    timeline = truth.Timeline(place, drawn.begin // 86400 * 86400 - 86400, drawn.end // 86400 * 86400 + 2 * 86400)
    plan = timeline.plan(made.v2l, made.charge, made.lead_min, made.skip)
    expected = [[set() for _ in range(48)] for _ in range(365)]
    v2l_s = 0
    for (start, v2l, charge), (stop, _, _) in zip(plan, plan[1:]):
        state = "charging" if charge else "v2l" if v2l else "grid"
        for t in range(max(start, drawn.begin), min(stop, drawn.end), 300):
            wall = t + truth.offset(place, t)
            expected[wall // 86400 - drawn.days[0].number][wall % 86400 // 1800].add(state)
            v2l_s += 300 if state == "v2l" else 0
    assert [day.cells for day in drawn.days] == expected
    assert drawn.v2l_s == v2l_s


@pytest.mark.parametrize("name", [LONDON, "Africa/Cairo", "America/Santiago", "America/Nuuk", "America/Havana"])
def test_a_date_begins_with_the_first_minute_that_bears_it(name):
    place, text = truth.load(name)
    zone = config.check(json.dumps({"board": "generic-2-relay", "zone": text}), boards.PROFILES)[0].zone
    changes = truth.clock_changes(place, dates.seconds(2026, 1, 1), dates.seconds(2028, 1, 1))
    for day in {change // 86400 + step for change in changes for step in (-1, 0, 1, 2)}:
        around = range(day * 86400 - 50000, day * 86400 + 50000, 400)
        dated = [(t + truth.offset(place, t)) // 86400 >= day for t in around]
        first = around[dated.index(True)]
        start = preview.instant(zone, day)
        assert first - 400 < start <= first
        before, after = ((t + truth.offset(place, t)) // 86400 for t in (start - 1, start))
        assert before < day <= after


def test_a_local_time_that_comes_twice_is_said_to_be_the_first_or_the_second():
    place, text = truth.load("Australia/Lord_Howe")
    zone = config.check(json.dumps({"board": "generic-2-relay", "zone": text}), boards.PROFILES)[0].zone
    for change in truth.clock_changes(place, dates.seconds(2026, 1, 1), dates.seconds(2027, 1, 1)):
        for t in range(change - 7200, change + 7200, 60):
            moment = datetime.datetime.fromtimestamp(t + truth.UNIX_2020, place)
            twice = moment.replace(fold=0).utcoffset() > moment.replace(fold=1).utcoffset()
            expected = ("second" if moment.fold else "first") if twice else None
            assert preview.Transfer(zone, t, "grid", "schedule").run == expected


def test_the_signs_differ_without_colour_and_ascii_will_do(house):
    assert len(set(preview_text.SIGNS.values())) == len(set(preview_text.ASCII_SIGNS.values())) == 5
    drawn = preview_text.draw(survey(house(LONDON, BUSY), "2026-10-24", 9), preview_text.ASCII_SIGNS)
    assert "\n".join(drawn).isascii()
    assert command.speaks_utf8(io.TextIOWrapper(io.BytesIO(), "UTF-8"))
    assert not command.speaks_utf8(io.TextIOWrapper(io.BytesIO(), "latin-1"))


def test_only_a_terminal_gets_colour(capsys, house):
    drawn = survey(house(LONDON, BUSY), "2026-10-24", 9)
    plain = preview_text.draw(drawn, preview_text.SIGNS)
    coloured = preview_text.draw(drawn, preview_text.SIGNS, lambda text, colour: f"<{colour}>{text}</>")
    assert any("<green>████</>" in line for line in coloured)
    for colour in ("green", "yellow", "dim"):
        coloured = [line.replace(f"<{colour}>", "").replace("</>", "") for line in coloured]
    assert coloured == plain
    assert "\x1b" not in run(capsys, house(LONDON, BUSY))[1]


# --- The picture.


def test_the_picture_is_self_contained_accessible_xml_that_holds_each_transfer(capsys, house):
    path = house(LONDON, BUSY)
    code, out, _ = run(capsys, path, "--from", "2026-10-19", "--days", "14", "--svg", "-")
    root = xml.fromstring(out)
    assert code == 0 and root.tag == SVG + "svg" and root.get("role") == "img"
    assert root.find(SVG + "title").text == "Grid and V2L, Monday 19 October to Sunday 1 November 2026"
    assert root.find(SVG + "desc").text.startswith("Local time, zone GMT0BST,M3.5.0/1,M10.5.0. ")
    assert "http" not in out.replace("http://www.w3.org/2000/svg", "") and "href" not in out
    days = root.findall(SVG + "g")
    drawn = survey(path, "2026-10-19", 14)
    assert len(days) == 14
    for day, group in zip(drawn.days, days):
        said = " ".join(text.text for text in group.findall(SVG + "text"))
        assert all(words in said for words in day.texts())
        assert preview.date_text(day.number) in group.find(SVG + "title").text
    assert sum(len(day.transfers) for day in drawn.days) == len(drawn.transfers) > 30


def test_the_picture_is_to_scale_and_shows_both_runs_of_an_hour_that_repeats(house):
    root = xml.fromstring(preview_svg.picture(survey(house(LONDON, BUSY), "2026-10-25", 1)))
    boxes = [(box.get("class"), box.find(SVG + "title").text, float(box.get("x")), float(box.get("width")))
             for box in root.find(SVG + "g").findall(SVG + "rect") if box.get("class")]
    titles = [title for _, title, _, _ in boxes]
    assert titles[:3] == ["V2L 01:00 to 01:05, first run", "V2L 00:00 to 01:00", "charging 01:05 to 01:20, first run"]
    assert "V2L 01:20 to 01:30, second run" in titles
    ordinary = [(x, width) for _, title, x, width in boxes if title == "charging 11:50 to 13:45"]
    assert ordinary == [(preview_svg.at(42600), pytest.approx(preview_svg.HOUR * 115 / 60, abs=0.02))]


def test_the_picture_of_a_skipped_hour_has_an_empty_frame(house):
    root = xml.fromstring(preview_svg.picture(survey(house(LONDON, BUSY), "2026-03-29", 1)))
    titles = [box.find(SVG + "title").text for box in root.find(SVG + "g").findall(SVG + "rect") if box.get("class")]
    assert "skipped 01:00 to 02:00" in titles
    assert not any("01:00 to" in title for title in titles if not title.startswith("skipped"))


def test_the_picture_is_written_to_the_file_named(capsys, house, tmp_path):
    target = tmp_path / "plan.svg"
    code, out, err = run(capsys, house(LONDON, BUSY), "--from", "2026-10-24", "--days", "2", "--svg", str(target))
    assert (code, out) == (0, "")
    assert "Saturday 24 October to Sunday 25 October 2026, 9 transfers" in err
    assert xml.parse(target).getroot().tag == SVG + "svg"


# --- What is not right.


@pytest.mark.parametrize("arguments, sentence", [
    (("--from", "2026-02-30"), "gridrest: --from 2026-02-30 is no day; write a date like 2026-10-25, or an instant in "
                               "UTC like 2026-10-25T00:00:00Z."),
    (("--from", "tomorrow"), "gridrest: --from tomorrow is no day; write"),
    (("--from", "2026-10-25T00:00:00"), "gridrest: --from 2026-10-25T00:00:00 is no day; write"),
    (("--days", "0"), "gridrest: --days 0 cannot be drawn; write a whole number from 1 to 3660."),
    (("--days", "-1"), "gridrest: --days -1 cannot be drawn"), (("--days", "1.5"), "gridrest: --days 1.5 cannot"),
    (("--days", "3661"), "gridrest: --days 3661 cannot"), (("--days", "\u0667"), "gridrest: --days \u0667 cannot"),
    (("--svg", "/nowhere/at/all.svg"), "gridrest: /nowhere/at/all.svg cannot be written (No such file or directory); "
                                       "name another file."),
])
def test_wrong_use_is_one_sentence_and_exit_code_2(capsys, house, arguments, sentence):
    code, out, err = run(capsys, house(LONDON, BUSY), *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(sentence) and err.count("\n") == 1


def test_a_file_that_is_not_there_is_wrong_use(capsys, tmp_path):
    code, out, err = run(capsys, str(tmp_path / "none.json"))
    assert (code, out) == (2, "") and "cannot be read" in err


def test_a_refused_configuration_is_shown_as_check_shows_it_and_the_exit_code_is_1(capsys, house):
    path = house(LONDON, {"zone": "Europe/London"})
    code, out, err = run(capsys, path)
    assert code == 1 and err == ""
    assert out.startswith("refused: zone: ") and "GMT0BST,M3.5.0/1,M10.5.0" in out
    code, out, err = run(capsys, path, "--json")
    assert (code, out) == (1, "") and err.startswith("refused: zone: ")
