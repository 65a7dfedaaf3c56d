"""Time zones by name: which one is meant by a name, a city or a country, and the rule that a board keeps of it.

All of it comes from the tz database as Python packs it. The rule is the last line of a zone's table; it says what holds
after the table's end, so that a government's next whim may be in the table and not in the rule.
"""

import datetime
import difflib
import functools
import io
import os
import re
import unicodedata
import zoneinfo
from importlib import resources

from firmware.core import dates
from firmware.core.zone import parse
from tools.wall import UNIX_2020

YEARS_AHEAD = 4
NO_PLACES = ("Factory",)


@functools.cache
def names():
    """Every name of the tz database, in order."""
    listed = (resources.files("tzdata") / "zones").read_text(encoding="ascii").split()
    return tuple(sorted(name for name in listed if name not in NO_PLACES))


def table(name):
    """The compiled table of a zone, as bytes."""
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def rule(name):
    """The POSIX rule of a zone, such as GMT0BST,M3.5.0/1,M10.5.0."""
    return table(name).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def find(text):
    """(the name that is meant, or None; the names that may be meant)."""
    wanted = _plain(text)
    known = {name: _plain(name) for name in names()}
    countries = _countries()
    exact = [name for name in known if known[name] == wanted]
    if "/" in wanted and exact:
        return exact[0], exact
    # Samoa is a name of the database and, elsewhere, "Samoa (western)": it is clear only where all of them agree.
    exact += [name for name in known if known[name].rpartition("/")[2] == wanted] + countries.get(wanted, [])
    partly = [zone for country in countries if country.startswith(wanted + " (") for zone in countries[country]]
    if exact or partly:
        clear = not partly and len({rule(name) for name in exact}) == 1
        return exact[0] if clear else None, list(dict.fromkeys(exact + partly))
    near = [name for country in countries if wanted in country for name in countries[country]]
    near += [name for name in known if wanted in known[name]]
    return None, list(dict.fromkeys(near)) or _misspelt(wanted, known, countries)


def _misspelt(wanted, known, countries):
    cities = {known[name].rpartition("/")[2]: [name] for name in known}
    places = {**countries, **cities}
    close = difflib.get_close_matches(wanted, places, 3, 0.7)
    return list(dict.fromkeys(name for place in close for name in places[place]))


def here(environment=os.environ, link="/etc/localtime"):
    """The zone that this machine keeps, or UTC where it does not tell."""
    told = environment.get("TZ", "").removeprefix(":") or os.path.realpath(link).partition("zoneinfo/")[2]
    return told if told in names() else "UTC"


def departs(name, start):
    """(first, last) day number on which a zone will not do what its rule says, in the years after `start`; or None."""
    place = zoneinfo.ZoneInfo.from_file(io.BytesIO(table(name)), name)
    zone, _problem = parse(rule(name))
    wrong = [t // dates.DAY_S for t in range(start, start + YEARS_AHEAD * 366 * dates.DAY_S, dates.DAY_S)
             if zone.offset(t) != _offset(place, t)]
    return (wrong[0], wrong[-1]) if wrong else None


def _offset(place, t):
    return datetime.datetime.fromtimestamp(t + UNIX_2020, place).utcoffset() // datetime.timedelta(seconds=1)


@functools.cache
def _countries():
    """The zones of each country by its name and its code."""
    country = dict(_tab("iso3166.tab"))
    found = {}
    for code, _place, zone, *_remark in _tab("zone.tab"):
        for name in (_plain(country[code]), code.lower()):
            found.setdefault(name, []).append(zone)
    return found


def _tab(name):
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def _plain(text):
    """A name without case, accents, and the signs that stand for a space; GMT-5 keeps its sign."""
    letters = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[-_\s]+(?=[a-z])", " ", bare.strip())
