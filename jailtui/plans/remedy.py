"""Remedies of the doctor as plans, and what is shown before a start: findings that would make it fail, and remedies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Refusal, Task, Verb
from jailtui.plans.actions import legible
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from jailtui.model.state import HostState
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
    """The remedies of these task keys as one plan; a key that is no remedy of the findings is refused."""
    tasks = {remedy.task.key: remedy.task for finding in findings for remedy in finding.remedies}
    made = [checked(tasks[key]) if key in tasks else gone(key) for key in dict.fromkeys(keys)]
    refused = tuple(task for task in made if isinstance(task, Refusal))
    return Plan(Verb.REMEDY, host, tuple(task for task in made if isinstance(task, Task)), refused)


def gone(key: str) -> Refusal:
    """The refusal of a remedy whose finding is gone, or needs other commands now."""
    code, _, subject = about(key)
    return Refusal(key, f"{code} {subject}", "the problem is gone, or it needs other commands now")


def still_found(keys: Iterable[str], earlier: Iterable[Sequence[Finding]], now: Sequence[Finding]) -> Mapping[str, str]:
    """The sentences of the findings that are still there, by the key of the remedy that was to solve each.

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


class Obstacle(NamedTuple):
    """A problem with starting the jail of that row key: a sentence, and the task that solves it, if any.

    `grave`: the start fails because of it.
    """

    jail: str
    text: str
    clearing: Task | None = None
    grave: bool = False


def obstacles(findings: Sequence[Finding], state: HostState, keys: Collection[str]) -> tuple[Obstacle, ...]:
    """The problems with a start of the jails of these row keys, in the order of the findings."""
    from jailtui.rules.finding import RULES

    return tuple(
        Obstacle(key, f"{finding.code}: {finding.text}", clearing(finding), finding.severity == "error")
        for finding in findings
        if RULES[finding.code].preflight
        for key in affected_jails(finding, state)
        if key in keys
    )


def affected_jails(finding: Finding, state: HostState) -> Iterator[str]:
    """The row keys of the jails whose start the finding is about."""
    kind, key = finding.subject.kind, finding.subject.key
    if kind == "jail":
        yield key
    elif kind == "epair":
        pair = state.epair(key)
        yield from (jail.key for jail in state.jails if pair is not None and jail.name == pair.owner)
    elif kind == "file":
        yield from (jail.key for jail in state.jails if jail.configured is not None and jail.configured.file == key)
    elif kind == "bridge":
        yield from (jail.key for jail in state.jails if jail.configured is not None and key in jail.configured.bridges)
    elif kind == "host":
        yield from (jail.key for jail in state.jails)


def with_preflight(plan: Plan, obstacles: Sequence[Obstacle], wanted: Collection[str] = ()) -> Plan:
    """`plan` with the obstacles as warnings of its tasks, and the tasks that solve them as offers.

    Offers whose keys are `wanted` become tasks instead, for which the starts wait; what they solve is no warning.
    """
    clearing = {obstacle.clearing.key: obstacle.clearing for obstacle in obstacles if obstacle.clearing}
    cleared = {key: task for key, task in clearing.items() if key in wanted}
    offers = tuple(task for key, task in clearing.items() if key not in wanted)
    tasks = tuple(
        _warned(task, [obstacle for obstacle in obstacles if obstacle.jail == task.key], cleared) for task in plan.tasks
    )
    return plan._replace(tasks=(*cleared.values(), *tasks), offers=offers)


def _warned(task: Task, obstacles: Sequence[Obstacle], cleared: Collection[str]) -> Task:
    keys = [obstacle.clearing.key if obstacle.clearing else "" for obstacle in obstacles]
    left = [obstacle for obstacle, key in zip(obstacles, keys, strict=True) if key not in cleared]
    texts = dict.fromkeys(filter(None, (*(obstacle.text for obstacle in left), task.warning)))
    grave = any(obstacle.grave for obstacle in left)
    return task._replace(
        warning=" ".join(texts), grave=grave, needs=task.needs.union(key for key in keys if key in cleared)
    )
