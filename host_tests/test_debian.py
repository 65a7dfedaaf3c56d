"""How the machine's Debian sources are read, and what happens when the packages are out of reach."""

import pytest

from tools import debian, micropython, packaged

# What apt's own documentation shows, in both of its formats. The mirror's name means nothing; its suites do.
ONE_LINE = """\
# deb http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/keys/debian.gpg trusted=yes] http://mirror.example/pool bookworm main contrib  # ours
deb-src http://mirror.example/pool bookworm main
"""
DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/pool
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw/NZJPR8lsD3K87ZM18gzyQZJD+w
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://mirror.example/other
Suites: nodistro
Components: main
Enabled: no
"""
WANTED = ("Types: deb\nURIs: http://mirror.example/pool\nSuites: trixie\nComponents: main\nArchitectures: i386\n"
          "Signed-By:")


def the_debian_entry(text):
    found = debian.stanzas(text)
    return [debian.entry(stanza, "i386") for stanza in found if debian.is_debian(stanza)]


def test_a_one_line_source_gives_its_mirror_and_its_key_but_no_trust_on_its_word():
    assert the_debian_entry(ONE_LINE) == [WANTED + " /keys/debian.gpg\n"]


def test_a_deb822_source_gives_its_mirror_and_the_key_written_in_it():
    assert len(debian.stanzas(DEB822)) == 2
    [entry] = the_debian_entry(DEB822)
    assert entry.startswith(WANTED + " \n -----BEGIN PGP")
    assert entry.endswith(" -----END PGP PUBLIC KEY BLOCK-----\n")


@pytest.mark.parametrize("text", [
    "", "deb\n", "deb [\n", "nonsense", "Types deb", " leading: space\n",
    "deb cdrom:[Debian 12]/ bookworm main\n",
    "deb http://mirror.example/pool jammy main\n",
    "deb http://mirror.example/security bookworm-security main\n",
    "Types: deb\nURIs: http://mirror.example/pool\nSuites: bookworm\nComponents: main\nEnabled: no\n",
])
def test_other_sources_are_no_debian_mirror_and_junk_does_no_harm(text):
    assert the_debian_entry(text) == []


needs_apt = pytest.mark.skipif(not debian.can_fetch("i386"), reason="fetching is for Debian-like systems on x86")


@needs_apt
def test_the_first_debian_source_of_the_machine_is_the_one_used(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "b.sources").write_text(DEB822)
    (tmp_path / "sources.list.d" / "a.list").write_text(ONE_LINE)
    assert debian.machine_entry("i386", tmp_path) == WANTED + " /keys/debian.gpg\n"


@needs_apt
def test_a_machine_without_a_debian_source_says_so(tmp_path):
    with pytest.raises(debian.Unfetchable, match="no Debian mirror"):
        debian.machine_entry("i386", tmp_path)


@needs_apt
def test_unreachable_packages_are_one_sentence_and_leave_nothing_behind(tmp_path):
    """The mirror is a closed port of this machine: apt fails at once, as with a dead network."""
    source = debian.entry({"uris": "http://127.0.0.1:9/debian"}, "i386")
    with pytest.raises(debian.Unfetchable, match="apt-get said: .*127.0.0.1"):
        micropython.PACKAGE.fill(tmp_path / "home", source)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_not_kept_yet_is_only_looked_for_when_asked_to_look(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDREST_CACHE", str(tmp_path))
    with pytest.raises(packaged.Unavailable, match="MicroPython is not here (yet; it is fetched once|and cannot)"):
        micropython.PACKAGE.seen(micropython.probe)
    assert list(tmp_path.iterdir()) == []


def test_a_system_on_which_nothing_can_be_fetched_says_so_and_what_else_would_help(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDREST_CACHE", str(tmp_path))
    foreign = packaged.Packaged("abacus", "m68k", "usr/bin/abacus", "Abacus", 1, "count by hand.")
    with pytest.raises(packaged.Unavailable, match="is not here and cannot be fetched: .* m68k programs, .* by hand."):
        foreign.seen(micropython.probe)
    with pytest.raises(packaged.Unavailable, match="could not be fetched: .* m68k programs, .* or count by hand."):
        foreign.fetched(micropython.probe)
    assert list(tmp_path.iterdir()) == []
