"""The jails that the host's files define, as jail(8) reads them and rc.d/jail chooses among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui import jailconf
from jailtui.config.hooks.summary import configured
from jailtui.exchange import Capture, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.configured import Configured


class Configuration(NamedTuple):
    """The configured jails by name, what is wrong with the files, and whether jail(8) would load all of them.

    `chosen` is all that jailconf makes of the files, the very same object as long as no file changed.
    """

    jails: Mapping[str, Configured]
    troubles: tuple[Trouble, ...]
    complete: bool
    chosen: jailconf.HostConfig


class ConfigurationReader:
    """Reads the files of one host. Only what changed is read again; of a file that no longer parses the last good
    jails stay.
    """

    def __init__(self) -> None:
        self._asked: tuple[Mapping[str, str], Mapping[str, str], str] | None = None
        self._answer = Configuration({}, (), True, jailconf.HostConfig((), {}, ()))
        self._good: dict[str, dict[str, Configured]] = {}
        self._cache = jailconf.Cache()

    @property
    def chosen(self) -> jailconf.HostConfig:
        """What jailconf made of the files that were read last."""
        return self._answer.chosen

    def read(self, texts: Mapping[str, str], rcconf: Mapping[str, str], release: str) -> Configuration:
        """What `texts`, the files by path, come to. `release` says whose jail(8) reads them."""
        asked = (texts, rcconf, release)
        if asked != self._asked:
            self._answer, self._asked = self._read(texts, rcconf, release), asked
        return self._answer

    def _read(self, texts: Mapping[str, str], rcconf: Mapping[str, str], release: str) -> Configuration:
        files = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
        # One file alone is read again only when it changed, so its tree, ten times its size, is not worth keeping.
        cache = self._cache if len(files) > 1 else None
        chosen = jailconf.choose(files, dialect_of(release), rcconf, cache)
        troubles: list[Trouble] = []
        complete = True
        found: dict[str, Configured] = {}
        good: dict[str, dict[str, Configured]] = {path: {} for path in chosen.evaluations}
        for one in chosen.jails:
            params = tuple((it.name, it.values) for it in one.jail.params if it.bool is not False)
            found[one.name] = good[one.file][one.name] = configured(params, one.file)
        for path, evaluation in chosen.evaluations.items():
            fatal = (*evaluation.faults, *((evaluation.crash,) if evaluation.crash else ()))
            told = (*fatal[:1], *evaluation.warnings)
            troubles += (Trouble(fault.file or path, fault.message) for fault in told)
            if fatal:
                complete = False
                good[path] = self._good.get(path, {})
                found = good[path] | found
        self._good = good
        return Configuration(found, tuple(troubles), complete, chosen)


def files_of(capture: Capture) -> dict[str, str]:
    """The texts of the files that define jails, by path; one that could not be read is not among them."""
    return {
        one.name.removeprefix("file "): one.out
        for one in capture.sections
        if one.name.startswith("file ") and one.rc == 0
    }


def release_of(capture: Capture) -> str:
    """The release that `uname -nsrm` told (system, host name, release, machine), or an empty text."""
    words = capture.facts.get("uname", "").split(" ")
    return words[2] if len(words) > 3 else ""


def dialect_of(release: str) -> jailconf.Dialect:
    """How the jail(8) of that release reads: 13 and 14 in their own ways, any other as 15."""
    major = release.partition(".")[0]
    return "13" if major == "13" else "14" if major == "14" else "15"
