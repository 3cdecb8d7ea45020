"""The jails that the host's files define, as jail(8) reads them and rc.d/jail chooses among them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass

from jailtui import jailconf
from jailtui.model.hooks import configured
from jailtui.model.state import Configured, Trouble

MAIN = "/etc/jail.conf"
OWN_FILE = re.compile(r"/etc/jail\.[^/]+\.conf|/etc/jail\.conf\.d/[^/]+\.conf")
Jails = tuple[tuple[str, Configured], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file with its includes came to. Where jail(8) would load nothing of it `complete` is False, and
    `jails` are those of the last time it parsed.
    """

    jails: Jails
    troubles: tuple[Trouble, ...]
    files: frozenset[str]
    complete: bool = True


class Configuration:
    """Reads the files of one host. Files that came as before are not read again; of one that no longer parses the
    last good jails stay.
    """

    def __init__(self) -> None:
        self._texts: Mapping[str, str] = {}
        self._readings: dict[str, Reading] = {}
        self._good: dict[str, Jails] = {}
        self._cache = jailconf.Cache()

    def read(self, texts: Mapping[str, str], release: str) -> tuple[dict[str, Configured], list[Trouble], bool]:
        """The jails by name, what is wrong with the files, and whether all of them could be read.

        `texts` are the files by path, decoded so that their bytes can be told; `release` says whose jail(8) it is.
        """
        if texts != self._texts:
            self._readings = self._read_again(texts, dialect_of(release))
            self._texts = dict(texts)
        found: dict[str, Configured] = {}
        troubles: list[Trouble] = []
        for path, reading in self._readings.items():
            choose(path, reading.jails, found)
            troubles += reading.troubles
        return found, troubles, all(one.complete for one in self._readings.values())

    def _read_again(self, texts: Mapping[str, str], dialect: jailconf.Dialect) -> dict[str, Reading]:
        data = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
        readings: dict[str, Reading] = {}
        included: frozenset[str] = frozenset()
        for path in (MAIN, *sorted(filter(OWN_FILE.fullmatch, data))):
            if path in data and path not in included:
                readings[path] = reading = self._read_file(path, data, dialect)
                included |= reading.files - {path}
        return readings

    def _read_file(self, path: str, data: Mapping[str, bytes], dialect: jailconf.Dialect) -> Reading:
        """One file and what it includes."""
        evaluation = evaluate(path, data, dialect, self._cache)
        fatal = (*evaluation.faults, *((evaluation.crash,) if evaluation.crash else ()))
        told = tuple(Trouble(fault.file or path, fault.message) for fault in (*fatal[:1], *evaluation.warnings))
        files = frozenset({path, *(one.name for one in evaluation.files)})
        if fatal:
            return Reading(self._good.get(path, ()), told, files, complete=False)
        jails = tuple(
            (jail.name, configured(tuple((one.name, one.values) for one in jail.params if counts(one)), path))
            for jail in evaluation.jails
        )
        self._good[path] = jails
        return Reading(jails, told, files)


def counts(setting: jailconf.Setting) -> bool:
    """Whether a parameter stands: no boolean that was denied."""
    return setting.bool is not False


def evaluate(
    path: str, texts: Mapping[str, bytes], dialect: jailconf.Dialect, cache: jailconf.Cache | None = None
) -> jailconf.Evaluation:
    """A file with what it includes, all of it taken from `texts`."""

    def read(name: str) -> bytes:
        if name not in texts:
            raise FileNotFoundError(2, "No such file or directory", name)
        return texts[name]

    cache = cache or jailconf.Cache()
    file = cache.parse(texts[path], path, dialect)
    return jailconf.evaluate(file, read, lambda pattern: sorted(fnmatch.filter(texts, pattern)), cache)


def dialect_of(release: str) -> jailconf.Dialect:
    """How the jail(8) of that release reads: 13 and 14 in their own ways, any other as 15."""
    major = release.partition(".")[0]
    return "13" if major == "13" else "14" if major == "14" else "15"


def choose(file: str, found: Jails, into: dict[str, Configured]) -> None:
    """Add the jails of one file. jail.NAME.conf wins over jail.conf.d/NAME.conf, that over the rest (rc.d/jail)."""
    for name, config in found:
        known = into.get(name)
        if known is None or rank(name, file) < rank(name, known.file):
            into[name] = config


def rank(name: str, file: str) -> int:
    """Which file rc.d/jail looks into first for the jail `name`; the first is 0."""
    order = (f"/etc/jail.{name}.conf", f"/etc/jail.conf.d/{name}.conf")
    return order.index(file) if file in order else len(order)
