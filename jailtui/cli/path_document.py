"""The JSON that `jailtui path` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jailtui.cli.document import Document
from jailtui.exchange import shell_line
from jailtui.pathcheck.hops import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.pathcheck.hops import PathReport
    from jailtui.rules.finding import Evidence, Remedy


class PathEvidenceEntry(Document):
    """What shows it."""

    source: str = Field(description="a command, or a file")
    said: str = Field(description="what it printed, or what stands there")


class PathRemedyEntry(Document):
    """A way to repair it."""

    label: str
    commands: list[str] = Field(description="lines of shell; none: wait, or edit by hand")
    form: list[str] | None = Field(description="the form that makes the edit, its subject and its field; null for none")


class PathHopEntry(Document):
    """One part of the path."""

    hop: str = Field(description="its name")
    result: Literal["ok", "broken", "unknown", "skipped"]
    text: str
    evidence: list[PathEvidenceEntry]
    remedies: list[PathRemedyEntry]


class PathFaultEntry(Document):
    """A fault beside the first one."""

    hop: str
    verdict: str
    text: str
    evidence: list[PathEvidenceEntry]
    remedies: list[PathRemedyEntry]


class PathDocument(Document):
    """What `jailtui path --json` prints."""

    host: str = Field(description="the host by the name it was reached by")
    jail: str
    target: str | None = Field(description="the target of the command line; null: as far as the gateway")
    sends: str = Field(description="the packets that the check sends")
    verdict: str = Field(description=f"ok, raw-denied, unknown, or the first fault: {' '.join(VERDICTS)}")
    broken: str | None = Field(description="the name of the first broken hop; null for none")
    hops: list[PathHopEntry] = Field(description="in the order in which they were judged")
    also: list[PathFaultEntry] = Field(description="the other faults that were seen")

    @classmethod
    def of(cls, report: PathReport, host: str) -> PathDocument:
        return cls(
            host=host,
            jail=report.jail,
            target=report.target or None,
            sends=report.sends,
            verdict=report.verdict,
            broken=report.broken,
            hops=[
                PathHopEntry(
                    hop=hop.hop,
                    result=hop.result,
                    text=hop.text,
                    evidence=evidence(hop.evidence),
                    remedies=remedies(hop.remedies),
                )
                for hop in report.hops
            ],
            also=[
                PathFaultEntry(
                    hop=fault.hop,
                    verdict=fault.verdict,
                    text=fault.text,
                    evidence=evidence(fault.finding.evidence),
                    remedies=remedies(fault.finding.remedies),
                )
                for fault in report.also
            ],
        )


def evidence(facts: Iterable[Evidence]) -> list[PathEvidenceEntry]:
    return [PathEvidenceEntry(source=fact.source, said=fact.said) for fact in facts]


def remedies(ways: Iterable[Remedy]) -> list[PathRemedyEntry]:
    return [
        PathRemedyEntry(
            label=way.task.label,
            commands=[shell_line(step.argv) for step in way.task.steps],
            form=list(way.form) if way.form else None,
        )
        for way in ways
    ]
