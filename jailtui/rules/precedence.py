"""Joins findings with one cause: the most severe one stays, with the sentences of the others as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jailtui.rules.finding import SEVERITIES, Evidence, Finding

COVERS: Mapping[str, tuple[str, ...]] = {
    "EPAIR-IN-THE-WAY": ("EPAIR-FAILED-START", "EPAIR-RETURNED", "EPAIR-NOBODY"),
    "JAIL-FAILED": ("EPAIR-FAILED-START",),
    "EPAIR-FAILED-START": ("EPAIR-NOBODY",),
    "JAIL-HALF-STARTED": (
        "EPAIR-OUTSIDE",
        "ADDR-NONE",
        "ADDR-NO-ROUTE",
        "DRIFT-ADDRESS",
        "DRIFT-GATEWAY",
        "DRIFT-MTU",
        "DRIFT-MAC",
    ),
    "BRIDGE-MISSING": ("BRIDGE-GONE",),
    "IF-MISSING": ("BRIDGE-GONE",),
    "ADDR-NONE": ("DRIFT-ADDRESS",),
    "ADDR-GATEWAY": ("ADDR-NO-ROUTE", "DRIFT-GATEWAY"),
    "ADDR-NO-ROUTE": ("DRIFT-GATEWAY",),
}
"""By the code of a rule: the rules whose findings about the same pair, jail or route are consequences of its."""


def most_severe(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that no other one covers, in their order.

    A finding covers another by `COVERS` if it has all causes of the other and is at least as severe. It gets the
    other's sentence as evidence, and its remedies after its own.
    """
    judged = list(findings)
    above: dict[tuple[str, str], list[int]] = defaultdict(list)
    coverable: set[str] = set()
    for number, finding in enumerate(judged):
        for code in COVERS.get(finding.code, ()):
            coverable.add(code)
            for cause in finding.all_causes:
                above[code, cause].append(number)
    covered: dict[int, list[int]] = defaultdict(list)
    standing: list[int] = []
    for number, finding in enumerate(judged):
        if finding.code not in coverable:
            standing.append(number)
            continue
        first, *more = (set(above.get((finding.code, cause), ())) for cause in finding.all_causes)
        covering = [other for other in first.intersection(*more) if _as_severe(judged[other], finding)]
        (covered[min(covering)] if covering else standing).append(number)
    return [
        _with(judged[number], [judged[below] for below in _below(number, covered)])
        if number in covered
        else judged[number]
        for number in standing
    ]


def _as_severe(finding: Finding, other: Finding) -> bool:
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(other.severity)


def _below(number: int, covered: Mapping[int, list[int]]) -> Iterator[int]:
    """The findings that a finding covers, directly or indirectly."""
    for below in covered.get(number, ()):
        yield below
        yield from _below(below, covered)


def _with(finding: Finding, others: Sequence[Finding]) -> Finding:
    """The finding with the sentences and remedies of the others; those that force something come last."""
    steps = {remedy.task.steps for remedy in finding.remedies}
    remedies = [
        remedy for other in others for remedy in other.remedies if remedy.task.steps and remedy.task.steps not in steps
    ]
    joined = (*finding.remedies, *{remedy.task.steps: remedy for remedy in remedies}.values())
    return finding._replace(
        evidence=(*finding.evidence, *(Evidence(other.code, other.text) for other in others)),
        remedies=tuple(sorted(joined, key=lambda remedy: remedy.force == "forced")),
    )
