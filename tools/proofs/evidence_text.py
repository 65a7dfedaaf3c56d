"""What the documents say, and what docs/evidence.txt says of it, both as text read into pieces.

A document comes in blocks: a paragraph, a point of a list, a row of a table. Programs, pictures, generated tables and
the heads of tables are left out; the generated ones are held against the code elsewhere.
"""

import re

EVERYTHING = "*"
GUIDANCE = "guidance"
KINDS = ("test", "scenario", "proof", "figure", "installer", "fact", "nothing")
CELLS = " · "  # between the cells of a row
FIRST = "Gridrest"  # the heading of the README itself


class Entry:
    """A promise in the documents' own words, or a rule in ours, and its evidence: [(kind, words)]."""

    def __init__(self, place, number):
        self.place = place  # (document, heading)
        self.number = number  # of its line
        self.words = ""
        self.evidence = []

    def of(self, kind):
        return [words for name, words in self.evidence if name == kind]


def entries(text):
    """(entries, problems) of the table's text: a heading `# DOCUMENT: HEADING`, then for each entry its words, and
    below them, indented, lines of `kind: what`. An indented line without a kind goes on with the one before.
    """
    found, problems, place, entry = [], [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# "):
            document, _, heading = line[2:].partition(": ")
            place, entry = (document, heading), None
        elif not line.strip() or line.startswith("##"):
            entry = None
        elif line.startswith("    "):
            if not entry or not _goes_on(entry, line.strip()):
                problems.append(f"line {number}: an indented line says `kind: what`, of {', '.join(KINDS)}")
        elif not place:
            problems.append(f"line {number}: it stands below no heading")
        else:
            if not entry or entry.evidence:
                entry = Entry(place, number)
                found.append(entry)
            entry.words = (entry.words + " " + line.strip()).strip()
    return found, problems


def _goes_on(entry, line):
    kind, colon, words = line.partition(":")
    if colon and kind in KINDS:
        entry.evidence.append((kind, words.strip()))
    elif entry.evidence:
        kind, before = entry.evidence.pop()
        entry.evidence.append((kind, before + " " + line))
    return bool(entry.evidence)


def sections(text):
    """{heading: [block]} of a document in Markdown, in its order."""
    found, block = {}, None
    for line in _prose(text):
        if line.startswith("#"):
            block, blocks = None, found.setdefault(line.lstrip("# "), [])
        elif not line or line.startswith("!["):
            block = None
        elif line.startswith("|"):
            blocks.append([line])
            block = None
        elif block is None or re.match(r"(- |\d+\. )", line):
            block = [re.sub(r"^(- |\d+\. )", "", line)]
            blocks.append(block)
        else:
            block.append(line)
    return {heading: [plain(" ".join(block)) for block in _without_heads(blocks)] for heading, blocks in found.items()}


def _prose(text):
    """The lines that say something in words, and the rules of tables."""
    within = None
    for line in text.splitlines():
        line = line.strip()
        if within:
            within = None if line.startswith(within) else within
        elif line.startswith("```"):
            within = "```"
        elif line.startswith("<!-- generated: "):
            within = "<!-- end: "
        elif not line.startswith("<!-- "):
            yield line


def _without_heads(blocks):
    rules = [i for i, block in enumerate(blocks) if re.fullmatch(r"[|:\- ]+", block[0])]
    return [block for i, block in enumerate(blocks) if i not in rules and i + 1 not in rules]


def plain(text):
    """As it is read: a link is its words, and a table's cells stand beside one another."""
    text = re.sub(r"\[([^\]]*)\]\([^)\s]*\)", r"\1", text)
    if text.startswith("|"):
        text = CELLS.join(cell.strip() for cell in text.strip("|").split("|") if cell.strip())
    return " ".join(text.split())


def unsaid(blocks, quotes):
    """(what of the blocks is in no quote, the quotes that are in no block)."""
    stale, gaps = list(quotes), []
    for block in blocks:
        covered = [False] * len(block)
        for quote in quotes:
            at = block.find(quote)
            if at >= 0:
                covered[at:at + len(quote)] = [True] * len(quote)
                stale = [other for other in stale if other != quote]
        left = "".join("\n" if is_said else letter for letter, is_said in zip(block, covered))
        gaps += [piece.strip() for piece in left.split("\n") if re.search(r"\w", piece)]
    return gaps, stale
