"""Programs that come out of a Debian package: unpacked into a cache, never installed, and started through their own
loader and libraries, so that the system they run on may be older or newer.
"""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import typing

from tools import debian


class Unavailable(Exception):
    """Why a program is not here, as a sentence with what to do about it."""


def cache_folder():
    """Where fetched things are kept: outside the project, and safe to delete at any time."""
    named = os.environ.get("GRIDREST_CACHE")
    if named:
        return pathlib.Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base).absolute() / "gridrest"


class Packaged(typing.NamedTuple):
    """A program that can be fetched once."""

    package: str  # its name in Debian
    architecture: str
    path: str  # the program within what is unpacked
    title: str  # what people call it
    size_mb: int  # what is fetched, roughly, packages and lists together
    otherwise: str  # what else would help, as the end of a sentence

    def kept(self, probe):
        """What `probe` makes of the program in the cache; None if it is not there or does not run."""
        loader = next(self._home().glob("**/ld-linux*.so.*"), None)
        libraries = next(self._home().glob("**/libc.so.6"), None)
        if not loader or not libraries:
            return None
        return probe([str(loader), "--library-path", str(libraries.parent), str(self._home() / self.path)])

    def seen(self, probe):
        """The same, but raises Unavailable, and says whether it could be fetched."""
        found = self.kept(probe)
        if found:
            return found
        try:
            debian.machine_entry(self.architecture)
        except debian.Unfetchable as reason:
            raise Unavailable(f"{self.title} is not here and cannot be fetched: {reason}; {self.otherwise}") from None
        raise Unavailable(f"{self.title} is not here yet; it is fetched once, about {self.size_mb} MB, when it is "
                          "first needed.")

    def fetched(self, probe):
        """The same, but fetched first if it is not there. Raises Unavailable."""
        found = self.kept(probe)
        if found:
            return found
        try:
            found = self._fetched_once(probe)
        except debian.Unfetchable as reason:
            raise Unavailable(f"{self.title} could not be fetched: {reason}. Is the network down? Try again when it is "
                              f"up, or {self.otherwise}") from None
        except OSError as trouble:
            raise Unavailable(f"{self.title} could not be put into its cache: {trouble}. Make room or rights there, or "
                              "name another folder in GRIDREST_CACHE.") from None
        if not found:
            raise Unavailable(f"{self.title} was fetched but does not start: this system cannot run "
                              f"{self.architecture} programs. Instead, {self.otherwise}")
        return found

    def fill(self, home, source):
        """Fill the cache: everything happens in a folder beside it, which takes its name only once it is whole."""
        work = pathlib.Path(tempfile.mkdtemp(prefix="fetching-", dir=home.parent))
        try:
            print(f"gridrest: fetching {self.title}, once (about {self.size_mb} MB) ...", file=sys.stderr, flush=True)
            root = debian.unpack(self.package, self.architecture, source, work)
            shutil.rmtree(home, ignore_errors=True)  # a damaged one
            root.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _home(self):
        return cache_folder() / f"{self.package}-{debian.SUITE}-{self.architecture}"

    def _fetched_once(self, probe):
        source = debian.machine_entry(self.architecture)
        home = self._home()
        home.parent.mkdir(parents=True, exist_ok=True)
        with _locked(home.with_suffix(".lock")):
            found = self.kept(probe)  # another process may have fetched it meanwhile
            if not found:
                self.fill(home, source)
                found = self.kept(probe)
        return found


@contextlib.contextmanager
def _locked(path):
    import fcntl  # not on Windows, which does not come this far

    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
