"""The jails that the host's files define, as jail(8) reads them and rc.d/jail chooses among them."""

from __future__ import annotations

from errno import EACCES, EISDIR, ENOENT
from typing import TYPE_CHECKING, NamedTuple

from jailtui import jailconf
from jailtui.config.network import configured
from jailtui.config.ownfiles import own_files
from jailtui.exchange import Capture, Trouble
from jailtui.jailconf.lookup import NO_OTHERS, OtherPaths
from jailtui.jailconf.parse import collections_paused
from jailtui.net import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.view import Configured


class Configuration(NamedTuple):
    """The configured jails by name, what is wrong with the files, and whether jail(8) would load all of them.

    `chosen` is what jailconf reads from the files, the same object as long as no file changes.
    """

    jails: Mapping[str, Configured]
    troubles: tuple[Trouble, ...]
    complete: bool
    chosen: jailconf.HostConfig


class ConfigurationReader:
    """Reads the files of one host, only what changed. A file that no longer parses keeps the jails that it had."""

    def __init__(self) -> None:
        self._asked: tuple[Mapping[str, str], Mapping[str, str], str, OtherPaths] | None = None
        self._answer = Configuration({}, (), True, jailconf.HostConfig((), {}, ()))
        self._good: dict[str, dict[str, Configured]] = {}
        self._jails: dict[str, tuple[jailconf.HostJail, Configured]] = {}
        self._cache = jailconf.Cache()

    @property
    def chosen(self) -> jailconf.HostConfig:
        """The configuration that was read last."""
        return self._answer.chosen

    def read(
        self, texts: Mapping[str, str], rcconf: Mapping[str, str], release: str, others: OtherPaths = NO_OTHERS
    ) -> Configuration:
        """The configuration in `texts`, the files by path, as jail(8) of that release reads it, and what is at the
        `others`."""
        asked = (texts, rcconf, release, others)
        if asked != self._asked:
            self._answer, self._asked = self._read(texts, rcconf, release, others), asked
        return self._answer

    def _configured(self, jail: jailconf.HostJail) -> Configured:
        """The jail as `Configured`, taken from the last reading if it is the same and does not fail."""
        known, config = self._jails.get(jail.name, (None, None))
        if known is None or config is None or jail.jail.failed or known.jail != jail.jail:
            return configured(jail.jail, jail.file)
        return config if config.file == jail.file else config._replace(file=jail.file)

    @collections_paused()
    def _read(
        self, texts: Mapping[str, str], rcconf: Mapping[str, str], release: str, others: OtherPaths
    ) -> Configuration:
        files = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
        # One file alone is read again only when it changed, so its tree, ten times its size, is not worth keeping.
        cache = self._cache if len(files) > 1 else None
        chosen = jailconf.choose(files, dialect_of(release), rcconf, cache, others)
        troubles: list[Trouble] = []
        complete = True
        jails: dict[str, Configured] = {}
        good: dict[str, dict[str, Configured]] = {path: {} for path in chosen.evaluations}
        last: dict[str, tuple[jailconf.HostJail, Configured]] = {}
        for jail in chosen.jails:
            config = self._configured(jail)
            last[jail.name] = jail, config
            jails[jail.name] = good[jail.file][jail.name] = config
        self._jails = last
        for path, evaluation in chosen.evaluations.items():
            fatal = (*evaluation.faults, *((evaluation.crash,) if evaluation.crash else ()))
            faults = (*fatal[:1], *evaluation.warnings)
            troubles += (Trouble(fault.file or path, fault.text) for fault in faults)
            if fatal:
                complete = False
                good[path] = self._good.get(path, {})
                jails = good[path] | jails
        if not chosen.missing:  # else what a file includes counted as empty
            self._good = good
        lend(jails)
        return Configuration(jails, tuple(troubles), complete, chosen)


def lend(jails: dict[str, Configured]) -> None:
    """Give each jail the addresses that the hooks of others give it (`ifconfig -j NAME`)."""
    for config in tuple(jails.values()):
        for name, addresses in config.view.lent:
            if (other := jails.get(name)) is not None:
                lent = [address for address in addresses if not is_loopback(address)]
                jails[name] = other._replace(addresses=tuple(dict.fromkeys((*other.addresses, *lent))))


def files_of(capture: Capture) -> dict[str, str]:
    """The texts of the files that define jails, by path, except files that could not be read."""
    return {
        section.name.removeprefix("file "): section.out
        for section in capture.sections
        if section.name.startswith("file ") and section.rc == 0
    }


def others_of(capture: Capture) -> OtherPaths:
    """The paths with something else than a readable file, and the names that the host was asked for."""
    errors = {"directory": EISDIR, "dangling": ENOENT, "file": EACCES}
    in_place: dict[str, int] = {}
    asked: frozenset[str] | None = None
    for section in capture.sections:
        kind, _, path = section.name.partition(" ")
        if kind == "asked":
            asked = frozenset(section.out.split("\0"))
        elif path and kind in errors and (kind != "file" or section.rc):
            in_place[path] = errors[kind]
    return OtherPaths(in_place, asked, own_files(capture).patterns)


def release_of(capture: Capture) -> str:
    """The release, from `uname -nsrm` (system, host name, release, machine), or ""."""
    words = capture.facts.get("uname", "").split(" ")
    return words[2] if len(words) > 3 else ""


def dialect_of(release: str) -> jailconf.Dialect:
    """The dialect of the jail(8) of that release: 13 and 14 their own, any other that of 15."""
    major = release.partition(".")[0]
    return "13" if major == "13" else "14" if major == "14" else "15"
