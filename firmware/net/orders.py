"""Commands, read strictly: a message is exactly one of them, or it is refused.

A command is one flat JSON object of plain words and whole numbers. Nothing that is allowed in it contains a comma, a
colon or a backslash, so the text is cut at those, and whatever else JSON knows falls through.
"""

LONGEST = 200
AHEAD_S = 300
UNIX_S = 1_577_836_800  # of 2020
BLANK = " \t\r\n"


def read(payload, retained, now_s, up_s, last):
    """(letter for the loop, None), or (None, a word for why not). `now_s` counts from 2020, or is -1.

    `last` says of each command when the last accepted one expires, and is kept up here. Nobody knows which ones a run
    before has accepted, `up_s` ago or earlier; each of them expires within AHEAD_S of that. Only grid may come again.
    """
    if retained:
        return None, "retained"
    found = _members(payload)
    expires = found.pop('"expires"', None)
    letter = _letter(found.pop('"cmd"', None), sorted(found.items()))
    expires_s = _number(expires or "") - UNIX_S
    if letter == ("grid",) and (expires is None or (now_s < 0 <= expires_s)):
        return letter, None  # it only takes away, and needs no clock for that
    if letter is None or expires_s < 0:
        return None, "malformed"
    before_s = -1 if letter == ("grid",) else now_s - up_s + AHEAD_S
    why = _stale(expires_s, now_s, last.get(letter[0], before_s))
    if why:
        return None, why
    last[letter[0]] = expires_s
    return letter, None


def _members(payload):
    """{key: the text of its value}, still with their quotation marks; {} if it is not an object with each key once."""
    try:
        text = str(payload, "ascii").strip(BLANK)
    except ValueError:
        return {}
    if len(payload) > LONGEST or text[:1] != "{" or text[-1:] != "}":
        return {}
    found = {}
    for member in text[1:-1].split(","):
        key, _colon, value = member.partition(":")
        key = key.strip(BLANK)
        if key in found:
            return {}
        found[key] = value.strip(BLANK)
    return found


def _letter(cmd, details):
    if cmd == '"grid"' and not details:
        return ("grid",)
    if cmd == '"auto"' and not details:
        return ("auto",)
    if len(details) == 1:
        key, value = details[0]
        if cmd == '"soc"' and key == '"value"' and 0 <= _number(value) <= 100:
            return "soc", _number(value)
        if cmd == '"charging"' and key == '"on"' and value in ("true", "false"):
            return "charging", 1 if value == "true" else 0
    return None


def _number(text):
    """Plain digits as JSON has them, -1 for anything else."""
    return int(text) if text.isdigit() and len(text) <= 10 and (text[:1] != "0" or text == "0") else -1


def _stale(expires_s, now_s, last_s):
    if now_s < 0:
        return "no clock"
    if expires_s <= now_s:
        return "expired"
    if expires_s > now_s + AHEAD_S:
        return "too far ahead"
    # An older one from beyond that was accepted by a clock that was wrong, and counts no longer.
    return "replayed" if expires_s <= last_s <= now_s + AHEAD_S else None
