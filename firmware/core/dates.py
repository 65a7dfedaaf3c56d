"""Calendar arithmetic for one count of time: whole seconds since 2020-01-01T00:00:00Z.

The MicroPython of an ESP32 keeps integers below 2^30 in a machine word and allocates memory for larger ones. Unix
seconds passed that mark in 2004; counted from 2020 they stay small until 2054. Days are counted from the same midnight,
those before it are negative. As in Unix time there are no leap seconds. The calendar is the Gregorian one throughout.
"""

DAY_S = 86400


def day_number(year, month, day):
    """Return the days from 2020-01-01 to a date."""
    # The year is taken to begin in March: the day that leap years add then comes last and disturbs no month's offset.
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 737731


def civil(day):
    """Return the date (year, month, day) of a day number."""
    day += 737730  # days since 0000-03-01
    era, day = day // 146097, day % 146097  # 400 years always have the same number of days
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    year += 400 * era
    if month < 10:
        return year, month + 3, day + 1
    return year + 1, month - 9, day + 1


def weekday(day):
    """Return the weekday of a day number: 0 is Monday, 6 is Sunday."""
    return (day + 2) % 7


def is_leap(year):
    """Say whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year, month):
    """Return how many days a month has."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def seconds(year, month, day, hour=0, minute=0, second=0):
    """Return the instant of a date and time in UTC."""
    return day_number(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second


def iso(t):
    """Return an instant as text, such as 2026-11-20T10:00:00Z."""
    return _wall_text(t) + "Z"


def iso_local(t, offset_s):
    """Return an instant as local time with its offset, such as 2026-11-20T11:00:00+01:00."""
    away = abs(offset_s)
    zone = f"{'-' if offset_s < 0 else '+'}{away // 3600:02d}:{away // 60 % 60:02d}"
    if away % 60:
        zone += f":{away % 60:02d}"
    return _wall_text(t + offset_s) + zone


def parse_date(text):
    """Return the day number of a date written exactly YYYY-MM-DD, or None if it is not one."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    year, month, day = _number(text[:4]), _number(text[5:7]), _number(text[8:])
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return day_number(year, month, day)


def parse_iso(text):
    """Return the instant written exactly YYYY-MM-DDTHH:MM:SSZ, or None if it is not one."""
    if len(text) != 20 or text[10] != "T" or text[13] != ":" or text[16] != ":" or text[19] != "Z":
        return None
    day = parse_date(text[:10])
    hour, minute, second = _number(text[11:13]), _number(text[14:16]), _number(text[17:19])
    if day is None or not 0 <= hour <= 23 or not 0 <= minute <= 59 or not 0 <= second <= 59:
        return None
    return day * DAY_S + hour * 3600 + minute * 60 + second


def _wall_text(t):
    year, month, day = civil(t // DAY_S)
    return f"{year:04d}-{month:02d}-{day:02d}T{t // 3600 % 24:02d}:{t // 60 % 60:02d}:{t % 60:02d}"


def _number(text):
    """Return the value of plain digits, -1 for anything else: int() would also take signs, blanks, foreign digits."""
    for character in text:
        if character not in "0123456789":
            return -1
    return int(text)
