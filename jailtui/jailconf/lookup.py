"""The files of a host, and the names that `.include` asks for."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from jailtui.jailconf.glob import dotted, matches

MOST_MISSING = 250
"""Names that may be missing before the reader stops: files that include each other anew would double them each time."""


class OtherPaths(NamedTuple):
    """`errors` are the paths where something is that is no file or could not be read, with what open(2) or read(2) says
    (errno): EISDIR, EACCES, or ENOENT of a symbolic link to nothing.

    `asked` are the names and patterns that the host was asked for; None: what is not known does not exist. `alone` are
    those of files that jail(8) is given with -f, beside the files that rc.d/jail looks for.
    """

    errors: Mapping[str, int] = MappingProxyType({})
    asked: frozenset[str] | None = None
    alone: tuple[str, ...] = ()


NO_OTHERS = OtherPaths()


class Lookup:
    """The files of a host by path, and the `others`. `wanted` collects what is asked for, `missing` of that what the
    host was not asked yet: it counts as an empty file, or as a pattern without more files than are known."""

    def __init__(self, files: Mapping[str, bytes], others: OtherPaths = NO_OTHERS) -> None:
        self.files = files
        self.others = others
        self.wanted: dict[str, None] = {}
        self.missing: dict[str, None] = {}
        self._matched: set[str] = set()

    def want(self, name: str) -> bool:
        """Note that this name or pattern is asked for; whether the answer is known."""
        self.wanted[name] = None
        asked = self.others.asked
        if asked is None or name in asked or name in self.files or name in self.others.errors:
            return True
        self.missing[name] = None
        return False

    def read(self, name: str) -> bytes:
        """The text of the file. Raises OSError as open(2) would; of one that could not be read nothing is known."""
        known = name in self._matched or self.want(name)
        if name in self.files:
            return self.files[name]
        error = self._error(name)
        if error == errno.EACCES or (not known and len(self.missing) <= MOST_MISSING):
            return b""
        raise OSError(error, os.strerror(error), name)

    def _error(self, name: str) -> int:
        """What open(2) says of a name that is no file."""
        if name.endswith("/") and self.want(file := name.rstrip("/")) and file in self.files:
            return errno.ENOTDIR
        return self.others.errors.get(name, errno.ENOENT)

    def glob(self, pattern: str) -> Sequence[str]:
        """The paths that the pattern finds, sorted."""
        for wanted in (pattern, *dotted(pattern)):
            self.want(wanted)
        paths = {path for known in (self.files, self.others.errors) for path in known if matches(pattern, path)}
        self._matched |= paths
        return sorted(paths, key=os.fsencode)
