"""The benchmark's figures as a table, with what they are in times of the alternative's."""

COLUMNS = 3
NOTES = (
    "Times are of this computer, not of an ESP32: the ratios say more. Both are connected to the broker,",
    "gridrest in a thread of its own, the polling loop in its slow turns.",
)  # fmt: skip


def spent(us):
    if us < 10_000:
        return f"{us} us"
    return f"{us / 1000:.1f} ms" if us < 1_000_000 else f"{us / 1_000_000:.1f} s"


def size(count):
    return f"{count} B" if count < 10_000 else f"{count / 1000:.1f} KB"


def pressed(found):
    apart = f", without {found['disturbed']} that the computer disturbed" if found["disturbed"] else ""
    return f"{found['presses']} presses of the button beside a silent broker{apart}."


def waited(found, key):
    return f"not in {found['within_s']} s" if found[key] is None else spent(found[key])


def days(count):
    return f"{count:.1f}"


# What a row says, where its figure is, and how it is written.
ROWS = (
    ("steady turn: median", ("tick", "median_us"), spent),
    ("  99.9 % within", ("tick", "p999_us"), spent),
    ("  worst", ("tick", "worst_us"), spent),
    ("  allocated", ("tick", "bytes"), size),
    ("slow turn, once a second: median", ("slow", "median_us"), spent),
    ("  worst", ("slow", "worst_us"), spent),
    ("  allocated, mean", ("slow", "bytes"), size),
    ("network thread, each 0.2 s: median", ("network", "median_us"), spent),
    ("  worst", ("network", "worst_us"), spent),
    ("  allocated, mean", ("network", "bytes"), size),
    ("all that in a second, mean", ("second", "us"), spent),
    ("start: import", ("start", "import_us"), spent),
    ("  power-up to the end of the first turn", ("start", "first_turn_us"), spent),
    ("heap, as it runs", ("heap", "total"), size),
    ("  the smallest that it starts in", ("heap", "smallest"), size),
    ("button to off, broker silent: median", ("silent_broker",), lambda found: waited(found, "p50_us")),
    ("  99 % within", ("silent_broker",), lambda found: waited(found, "p99_us")),
    ("  worst", ("silent_broker",), lambda found: waited(found, "p100_us")),
    ("simulated days a second: CPython", ("simulated", "cpython_days_per_s"), days),
    ("  MicroPython", ("simulated", "micropython_days_per_s"), days),
)


def table(found):
    """The lines that `bench` prints."""
    [(name, other)] = found["alternatives"].items()
    speaks = found["micropython"]
    lines = [f"MicroPython {speaks['version']}, {speaks['bits']} bits, heap of {found['heap_kib']} KiB; "
             f"{found['broker']}; medians of {found['rounds']} rounds of {found['turns']} turns.", *NOTES,
             pressed(found["silent_broker"]), "",
             line("", "gridrest", name.replace("-", " "), "ratio")]
    for words, place, write in ROWS:
        ours, theirs = figure(found, place), figure(other, place)
        lines.append(line(words, *("-" if value is None else write(value) for value in (ours, theirs)),
                          ratio(ours, theirs)))
    return lines + ["", *modules("gridrest", found["heap"]), "", *modules(name.replace("-", " "), other["heap"])]


def line(words, ours, theirs, times):
    return f"{words:<42}{ours:>14}{theirs:>16}{times:>10}".rstrip()


def figure(found, place):
    for key in place:
        found = found.get(key) if found else None
    return found


def ratio(ours, theirs):
    """Ours in times of theirs; "-" where there is nothing to compare."""
    if not isinstance(ours, (int, float)) or not theirs:
        return "-"
    times = ours / theirs
    return f"{times:.{0 if times >= 10 or not times else 1 if times >= 1 else 2}f}"


def modules(name, heap):
    """The heap by module, the largest first, in columns to be read downwards."""
    sizes = sorted(heap["modules"].items(), key=lambda row: (-row[1], row[0]))
    cells = [f"{count:6} {module.removeprefix('firmware.'):<24}" for module, count in sizes]
    rows = -(-len(cells) // COLUMNS)
    return [f"heap of {name} by module, each compiled by itself, {size(sum(heap['modules'].values()))} in all:",
            *("  ".join(cells[row::rows]).rstrip() for row in range(rows))]
