"""What people typed, in letters that can be printed.

Names hold any character there is. None may vanish, and none may do anything but be read: a character that orders text
about, or has no shape, is written by its number, like [U+202E].
"""

import unicodedata

UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")  # controls, order of text, private, half a character, none at all
JOINERS = "\u200c\u200d"  # they shape emoji and some scripts, and order nothing
# Scripts that a line of glyphs from left to right writes rightly; others need more than the PDF's typeface knows.
PLAIN = ((0x20, 0x590), (0x1E00, 0x2C00))


def coded(character):
    return f"[U+{ord(character):04X}]"


def seen(text):
    """For the page, whose reader has typefaces for everything."""
    if _is_plain(text):
        return text
    return "".join(character if character in JOINERS or unicodedata.category(character) not in UNSEEN
                   else coded(character) for character in _even(text))


def drawn(text, has):
    """For a typeface that has ASCII at least: `has(number)` says whether it has that character."""
    if _is_plain(text):
        return text
    return "".join(character if has(ord(character)) and any(low <= ord(character) < high for low, high in PLAIN)
                   and unicodedata.category(character) not in UNSEEN else coded(character)
                   for character in _even(text))


def _is_plain(text):
    return text.isascii() and text.isprintable()


def _even(text):
    """One way to write each letter, and a space for whatever is one."""
    return "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
