"""Remedies of the doctor as plans, and which of them clear the way of a start."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jailtui.exchange import Refusal, Task, Verb
from jailtui.plans.actions import legible
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.rules.finding import Finding

Identity = tuple[str, str, str]
"""What a finding stays known by: its code, and the kind and the row key of what it is about."""


def is_remedy(key: str) -> bool:
    """Whether a task's key is one of a remedy, and not a row's of the panels."""
    return key.count("\n") >= 3


def about(key: str) -> Identity:
    """The finding that the task of that key is a remedy of."""
    code, kind, _, subject = key.split("\n", 3)
    return code, kind, subject


def checked(task: Task) -> Task | Refusal:
    """The task; a refusal where it has no steps, or where a terminal could not show them."""
    return legible(task) if task.steps else Refusal(task.key, task.subject, f"{task.label}: there is no command for it")


def clearing(finding: Finding) -> Task | None:
    """The first remedy with commands; one by force, whose warning says so, only where there is no other."""
    ways = sorted(
        (remedy for remedy in finding.remedies if remedy.task.steps), key=lambda remedy: remedy.force == "forced"
    )
    return next((remedy.task for remedy in ways if checked(remedy.task) is remedy.task), None)


def remedy_plan(host: str, findings: Sequence[Finding], keys: Sequence[str]) -> Plan:
    """The remedies of these task keys as one plan; refused is what the findings give no cause for."""
    tasks = {remedy.task.key: remedy.task for finding in findings for remedy in finding.remedies}
    made = [checked(tasks[key]) if key in tasks else gone(key) for key in dict.fromkeys(keys)]
    refused = tuple(one for one in made if isinstance(one, Refusal))
    return Plan(Verb.REMEDY, host, tuple(one for one in made if isinstance(one, Task)), refused)


def gone(key: str) -> Refusal:
    """What is said of a remedy whose finding is true no more, or needs other commands now."""
    code, _, subject = about(key)
    return Refusal(key, f"{code} {subject}", "it is gone, or something else is to be done about it now")


def still_found(keys: Iterable[str], earlier: Iterable[Sequence[Finding]], now: Sequence[Finding]) -> Mapping[str, str]:
    """The sentence of what is still found, by the key of the remedy that was to take it away.

    A subject may have several findings of one code: one less than in any `earlier` reading is the one that is gone.
    """
    counts = [Counter(finding.identity for finding in findings) for findings in (*earlier, now)]
    texts = {finding.identity: finding.text for finding in reversed(now)}
    identities = {key: about(key) for key in keys}
    return {
        key: texts[identity]
        for key, identity in identities.items()
        if identity in texts and counts[-1][identity] >= max(count[identity] for count in counts)
    }
