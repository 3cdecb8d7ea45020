"""Findings that the configuration file hides: `ignore: [CODE, {code: CODE, jail: NAME}]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.rules.finding import RULES, Finding, cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Ignored(NamedTuple):
    """The code of a rule, or a prefix of codes (`EPAIR`); `jail`: only findings about that jail, "" for all."""

    code: str
    jail: str = ""

    def hides(self, finding: Finding) -> bool:
        if finding.code not in codes_of(self.code):
            return False
        subject = finding.subject
        named = subject.kind == "jail" and self.jail in (subject.key, subject.name)
        return not self.jail or named or cause("jail", self.jail) in finding.all_causes


def ignored(entries: Iterable[str | dict[str, str]]) -> tuple[Ignored, ...]:
    """The entries of the configuration file, whose form is already checked."""
    return tuple(
        Ignored(entry) if isinstance(entry, str) else Ignored(entry["code"], entry.get("jail", "")) for entry in entries
    )


def unknown(entries: Iterable[Ignored]) -> Iterator[str]:
    """The codes in the entries that no rule has."""
    return (entry.code for entry in entries if not codes_of(entry.code))


def codes_of(word: str) -> tuple[str, ...]:
    """The code that a word is, or all codes that begin with it and a hyphen."""
    code = word.upper()
    return (code,) if code in RULES else tuple(name for name in RULES if name.startswith(f"{code}-"))


def shown(findings: Sequence[Finding], hiding: Sequence[Ignored]) -> tuple[Finding, ...]:
    """The findings that nothing hides, in their order."""
    return tuple(finding for finding in findings if not any(entry.hides(finding) for entry in hiding))
