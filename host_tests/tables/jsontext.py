"""The JSON reader and writer: what each text must give."""

from firmware.core.jsontext import LARGEST, LEVELS, LONGEST, read, write

# Text and its value.
READ = (
    ("null", None),
    (" \t\r\n true \n", True),
    ("false", False),
    ("0", 0),
    ("-0", 0),
    ("-17", -17),
    ("1073741823", LARGEST),
    ("-1073741823", -LARGEST),
    ('""', ""),
    ('"a/b"', "a/b"),
    ('"\x7f"', "\x7f"),
    ('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
    ('"\\u0041\\u00e9\\u00E9\\uABcd\\u0000"', "A\u00e9\u00e9\uabcd\x00"),
    ('"\\ud83d\\ude00\\uD800\\uDC00\\udbff\\udfff"', "\U0001f600\U00010000\U0010ffff"),
    ('"\\ud7ff\\ue000\\uffff\\uD800\\uDFFF"', "\ud7ff\ue000\uffff\U000103ff"),
    ('" ~"', " ~"),
    ('"\u00fc \u20ac \U0001f600"', "\u00fc \u20ac \U0001f600"),
    (b'"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"',
     "\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"),
    ("[]", []),
    ("[ ]", []),
    ("[1,2 , 3]", [1, 2, 3]),
    ("{}", {}),
    ('{"a":{"b":[null,{}]},"":-1}', {"a": {"b": [None, {}]}, "": -1}),
    ('{"a":1,"A":2,"\\u0061b":3}', {"a": 1, "A": 2, "ab": 3}),
    ("[" * LEVELS + "]" * LEVELS, [[[[[[[[]]]]]]]]),
    (b"[1]" + b" " * (LONGEST - 3), [1]),
)

# Text and the whole refusal.
VALUE = "line 1: found %s; write a value"
NO_NUMBER = "line 1: this is not a number as JSON has it; write a whole number"
POINT = "line 1: a number with a point or an exponent; write a whole number"
QUOTES = 'line 1: a date or a time without quotation marks; write it like "05:30"'
BIG = "line 1: a number beyond 1073741823; write a smaller one"
LONG = "line 1: the text is longer than 8192 bytes; make it shorter"
DEEP = "line 1: brackets stand more than 8 deep in one another; use fewer"
OPEN = 'line 1: this text has no end on its line; close it with "'
HEX = "line 1: \\u without four hexadecimal digits; write it like \\u00e9"
HALF = "line 1: half of a surrogate pair; write both halves, or the character itself"
BACKSLASH = "line 1: a backslash before something it does not go with; write \\\\ for a backslash"
MARK = "line 1: the text begins with a byte order mark; save it as plain UTF-8 without one"
UTF8 = "line 1: byte 0x%s is not UTF-8; save the text as plain UTF-8"
COMMENT = "this is a comment, which JSON does not have; remove it"
WORD = "line 1: this is not a word of JSON, which has true, false and null; write one of these"
COMMA = "line %d: a comma stands before %s; remove the comma"
AFTER = "line 1: found %s; write nothing after the end of the value"
REFUSED = (
    (None, "line 1: this is not text; give the text of a JSON file"),
    (17, "line 1: this is not text; give the text of a JSON file"),
    ("", VALUE % "the end of the text"),
    ("\n\n ", "line 3: found the end of the text; write a value"),
    ("{}{}", AFTER % "{"),
    ("[] x", AFTER % "x"),
    ("1 2", AFTER % "2"),
    ("true1", AFTER % "1"),
    ("null // why", "line 1: " + COMMENT),
    ("truely", VALUE % "truely"),
    ("nul", VALUE % "nul"),
    ("\x00", VALUE % "byte 0x00"),
    ("!", VALUE % "!"),
    ("~", VALUE % "~"),
    ("/", VALUE % "/"),
    (":", VALUE % ":"),
    ("[1/2]", "line 1: found /; write a comma or ]"),
    ("a" * 21, VALUE % ("a" * 20)),
    ("\u00e9", VALUE % "byte 0xc3"),
    ("\x0b1", VALUE % "byte 0x0b"),
    (b"\x7f", VALUE % "byte 0x7f"),
    ("True", WORD),
    ("[None]", WORD),
    ("NaN", NO_NUMBER),
    ("-Infinity", NO_NUMBER),
    ("Infinity", NO_NUMBER),
    ("+1", NO_NUMBER),
    (".5", NO_NUMBER),
    ("-", "line 1: found -; write a whole number"),
    ("-a", "line 1: found -; write a whole number"),
    ("0x10", AFTER % "x"),
    ("1.0", POINT),
    ("-1e3", POINT),
    ("1E3", POINT),
    ("007", "line 1: a number that begins with 0; leave the 0 out"),
    ("-01", "line 1: a number that begins with 0; leave the 0 out"),
    ("05:30", QUOTES),
    ("2026-12-25", QUOTES),
    ("1073741824", BIG),
    ("-1073741824", BIG),
    ("9" * 8000, BIG),
    (" " * LONGEST + "1", LONG),
    (b"1" + b" " * LONGEST, LONG),
    ('"' + "\u20ac" * 2731 + '"', LONG),
    ("[" * 9 + "]" * 9, DEEP),
    ("[" * 8 + "{" + "]" * 8, DEEP),
    ("[" * 8000, DEEP),
    ('{"a":' * 1600, DEEP),
    ("[1,]", COMMA % (1, "]")),
    ('{"a": 1,\n}', COMMA % (1, "}")),
    ("[\n1\n,\n]", COMMA % (3, "]")),
    ("[,1]", VALUE % ","),
    ("[1,,2]", VALUE % ","),
    ("[1 2]", "line 1: found 2; write a comma or ]"),
    ("[1}", "line 1: found }; write a comma or ]"),
    ("[1", "line 1: found the end of the text; write a comma or ]"),
    ('{"a": 1 "b": 2}', 'line 1: found "; write a comma or }'),
    ('{"a": 1', "line 1: found the end of the text; write a comma or }"),
    ("{a: 1}", "line 1: found a; write a key in double quotes"),
    ("{1: 1}", "line 1: found 1; write a key in double quotes"),
    ("{,}", "line 1: found ,; write a key in double quotes"),
    ('{"a" 1}', "line 1: found 1; write a colon after the key"),
    ('{"a": }', "line 1: found }; write a value"),
    ("{'a': 1}", 'line 1: this is a single quotation mark; put text and keys into double ones: "..."'),
    ("[\u201ca\u201d]", 'line 1: this is a typographic quotation mark; put text and keys into plain ones: "..."'),
    ("{\n# why\n}", "line 2: " + COMMENT),
    ("[1 /* why */]", "line 1: " + COMMENT),
    ('{"zone":1,\n"a":{"zone":2},\n"zone"\n:3}',
     'line 3: the key "zone" stands twice in the same object; keep one of the two'),
    ('{"a":1,"\\u0061":2}', 'line 1: the key "a" stands twice in the same object; keep one of the two'),
    ('{"\u00e9\\u0007":1,"\u00e9\\u0007":2}',
     'line 1: the key "\\u00e9\\u0007" stands twice in the same object; keep one of the two'),
    ('{"%s":1,"%s":2}' % ("k" * 41, "k" * 41),
     'line 1: the key "%s" stands twice in the same object; keep one of the two' % ("k" * 40)),
    ('"abc', OPEN),
    ('["abc\n"]', OPEN),
    ('\n\n"abc\r\n"', OPEN.replace("line 1", "line 3")),
    ('"a\tb"', "line 1: a control character inside text; write it as \\u0009"),
    ('"\x1f"', "line 1: a control character inside text; write it as \\u001f"),
    (b'"\x00"', "line 1: a control character inside text; write it as \\u0000"),
    ('"C:\\path"', BACKSLASH),
    ('"\\', BACKSLASH),
    ('"\\U0041"', BACKSLASH),
    ('"\\u12"', HEX),
    ('"\\u 123"', HEX),
    ('"\\u+123"', HEX),
    ('"\\u1_23"', HEX),
    ('"\\u00g0"', HEX),
    ('"\\u00/0"', HEX),
    ('"\\u00:0"', HEX),
    ('"\\u00`0"', HEX),
    ('"\\u00@0"', HEX),
    ('"\\u123', HEX),
    ('"\\u', HEX),
    ('"\\ud83d"', HALF),
    ('"\\ud800"', HALF),
    ('"\\udfff"', HALF),
    ('"\\ud800\\udbff"', HALF),
    ('"\\ud800\\ue000"', HALF),
    ('"\\udc00\\udc00"', HALF),
    ('"\\ude00"', HALF),
    ('"\\ude00\\ud83d"', HALF),
    ('"\\ud83d\\ud83d"', HALF),
    ('"\\ud83d\\n"', HALF),
    ("\ufeff{}", MARK),
    (b"\xef\xbb\xbf{}", MARK),
    (b"\xff\xfe{\x00", MARK),
    (b"\xfe\xff\x00{", MARK),
    (b"\x80", UTF8 % "80"),
    (b"\xbf\xbf", UTF8 % "bf"),
    (b'"\xc3"', UTF8 % "c3"),
    (b'"\xc3', UTF8 % "c3"),
    (b'"\xc3\x7f"', UTF8 % "c3"),
    (b'"\xc3\xc0"', UTF8 % "c3"),
    (b'"\xe2\x82\xc0"', UTF8 % "e2"),
    (b'"\xe2\x7f\x80"', UTF8 % "e2"),
    (b'"\xed\xbf\xbf"', UTF8 % "ed"),
    (b'"\xc0\xaf"', UTF8 % "c0"),
    (b'"\xc1\xbf"', UTF8 % "c1"),
    (b'"\xe0\x9f\xbf"', UTF8 % "e0"),
    (b'"\xed\xa0\x80"', UTF8 % "ed"),
    (b'"\xe2\x82"', UTF8 % "e2"),
    (b'"\xf0\x8f\xbf\xbf"', UTF8 % "f0"),
    (b'"\xf4\x90\x80\x80"', UTF8 % "f4"),
    (b'"\xf5\x80\x80\x80"', UTF8 % "f5"),
    (b'"\xf8\x90\x80\x80\x80"', UTF8 % "f8"),
    (b"1\n\xff", (UTF8 % "ff").replace("line 1", "line 2")),
    (bytes(range(256)), (UTF8 % "80").replace("line 1", "line 2")),
)

# Value and its text: objects as tuples of pairs.
WRITTEN = (
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-1073741824, "-1073741824"),
    (1795156800, "1795156800"),
    ([], "[]"),
    ((), "{}"),
    ([1, [True, None]], "[1, [true, null]]"),
    ((("b", 1), ("a", (("c", []),))), '{"b": 1, "a": {"c": []}}'),
    ('"\\/\b\f\n\r\t\x00\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f"'),
    (" ~", '" ~"'),
    ("\u00fc\u20ac\uffff\U00010000\U0010ffff", '"\\u00fc\\u20ac\\uffff\\ud800\\udc00\\udbff\\udfff"'),
)


def run():
    for text, value in READ:
        got, problem = read(text)
        assert problem is None, (text, problem)
        assert got == value and type(got) is type(value), (text, got)
    for text, refusal in REFUSED:
        assert read(text) == (None, refusal), (text, read(text))
    for value, text in WRITTEN:
        assert write(value) == text, (value, write(value))
    for value in 1.5, b"bytes", {}:
        try:
            write(value)
        except TypeError:
            continue
        assert False, value
    return [read(text)[1] for text, _refusal in REFUSED]
