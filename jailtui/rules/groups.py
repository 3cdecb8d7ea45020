"""Joins many findings of one rule, such as those about 200 jails made from one template."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from jailtui.exchange import Task, Verb
from jailtui.rules.finding import RULES, SEVERITIES, Evidence, Finding, Remedy, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GROUP_FROM = 4
"""How many findings of one rule are at least shown as one."""
PLURALS = {"jail": "jails", "epair": "epairs", "bridge": "bridges", "vlan": "VLANs", "file": "files"}


def groups(findings: Iterable[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    """The findings of rules with many findings, by code, in their order."""
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_code[finding.code].append(finding)
    return {code: tuple(group) for code, group in by_code.items() if len(group) >= GROUP_FROM}


def summed(findings: Sequence[Finding]) -> Finding:
    """The findings of one rule as one: the worst severity, each sentence as evidence, and remedies for all."""
    first = min(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    kinds = {finding.subject.kind for finding in findings}
    count = len({finding.subject for finding in findings})
    name = f"{count} {PLURALS.get(first.subject.kind, 'objects') if len(kinds) == 1 else 'objects'}"
    return Finding(
        first.code,
        first.severity,
        Subject("host", "", name),
        RULES[first.code].title if first.code in RULES else first.text,
        tuple(Evidence(str(finding.subject), finding.text) for finding in findings),
        "certain" if all(finding.confidence == "certain" for finding in findings) else "likely",
        remedies=tuple(_joined(findings)),
    )


def _joined(findings: Sequence[Finding]) -> Iterable[Remedy]:
    """The remedies that several of the findings have, joined."""
    by_label: dict[tuple[object, ...], list[tuple[str, Remedy]]] = defaultdict(list)
    for finding in findings:
        name = finding.subject.name
        for remedy in finding.remedies:
            if remedy.task.steps or (remedy.form is not None and remedy.answer):
                field = (remedy.form[0], remedy.form[2]) if remedy.form is not None else ()
                by_label[remedy.force, _with_name(remedy.task.label, name, ""), field].append((name, remedy))
    for named in by_label.values():
        if len(named) > 1:
            name, first = named[0]
            label = _with_name(first.task.label, name, f"{name} and {len(named) - 1} more")
            yield _of_all([remedy for _, remedy in named], label, len(findings))


def _with_name(label: str, name: str, other: str) -> str:
    """The label with `other` in place of the subject's name."""
    return re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", lambda _: other, label)


def _of_all(parts: Sequence[Remedy], label: str, count: int) -> Remedy:
    first = parts[0]
    task = first.task
    share = f"all {count}" if len(parts) == count else f"{len(parts)} of {count}"
    steps = tuple(step for part in parts for step in part.task.steps)
    breaks = "; ".join(dict.fromkeys(part.task.breaks for part in parts if part.task.breaks))
    joined = Task("", "", steps, breaks=breaks, undo=task.undo, verb=Verb.REMEDY, label=f"For {share}: {label}")
    return first._replace(task=joined, parts=tuple(parts))
