"""The deterministic JSON writer: what it writes is the same on the board and on the host, to the last byte."""

ESCAPES = ((34, '"'), (92, "\\"), (47, "/"), (98, "\b"), (102, "\f"), (110, "\n"), (114, "\r"), (116, "\t"))


def write(value):
    """JSON in ASCII on one line. Objects are tuples of (key, value) pairs, in their order; arrays are lists."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        for character in value:
            if _escaped(character) != character:  # else it needs no list of its characters
                return '"' + "".join([_escaped(each) for each in value]) + '"'
        return '"' + value + '"'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join([write(item) for item in value]) + "]"
    if isinstance(value, tuple):
        return "{" + ", ".join([write(key) + ": " + write(item) for key, item in value]) + "}"
    raise TypeError(f"there is no JSON for {type(value)}")


def _escaped(character):
    code = ord(character)
    if 32 <= code < 127 and code not in (34, 92):
        return character
    for letter, meaning in ESCAPES:
        if character == meaning:
            return "\\" + chr(letter)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
