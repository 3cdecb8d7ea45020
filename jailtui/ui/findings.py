"""The findings, looked up by the rows of the panels."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.model.state import Epair, HostState
    from jailtui.rules.finding import Finding, Kind, Severity

PANEL_KINDS: Mapping[str, Kind] = {"jails": "jail", "epairs": "epair", "bridges": "bridge", "vlans": "vlan"}
"""The kind of subject of a panel's rows."""
KIND_PANELS: Mapping[str, str] = {kind: panel for panel, kind in PANEL_KINDS.items()}


class _Fields(NamedTuple):
    findings: tuple[Finding, ...] = ()
    judged: bool = True
    error: str = ""
    hidden: int = 0


class Findings(_Fields):
    """The findings of one state, worst first. `hidden`: how many more the configuration file hides.

    `judged`: whether the state was judged; `error`: why judging failed or is not complete.
    """

    @cached_property
    def by_row(self) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
        """The findings of each subject, by its kind and its row's key."""
        rows: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in self.findings:
            rows[finding.subject.kind, finding.subject.key].append(finding)
        return {row: tuple(group) for row, group in rows.items()}

    def of(self, kind: str, key: str) -> tuple[Finding, ...]:
        """The findings about that row, worst first."""
        return self.by_row.get((kind, key), ())

    def worst(self, kind: str, key: str) -> Severity | None:
        """The severity of the worst finding about that row."""
        group = self.by_row.get((kind, key))
        return group[0].severity if group else None

    def about_pair(self, pair: Epair) -> tuple[Finding, ...]:
        """The findings about a pair; for an orphan without findings, those about its jail, which name it."""
        return self.of("epair", pair.key) or (self.of("jail", pair.owner) if pair.orphan and pair.owner else ())

    def worst_of_pair(self, pair: Epair) -> Severity | None:
        return next((finding.severity for finding in self.about_pair(pair)), None)

    def worst_orphan(self, state: HostState) -> Severity:
        """The severity of the worst finding about orphans; warning if there is none yet."""
        return "error" if "error" in map(self.worst_of_pair, state.orphans) else "warning"

    def count(self, severity: Severity) -> int:
        return self._counts[severity]

    @cached_property
    def _counts(self) -> Counter[Severity]:
        return Counter(finding.severity for finding in self.findings)


UNJUDGED = Findings(judged=False)
