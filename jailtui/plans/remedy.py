"""Plans of remedies, and the problems that would make a start fail, with the remedies that are offered for them."""

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
"""What identifies a finding in several readings: its code, and the kind and the row key of its subject."""


def is_remedy(key: str) -> bool:
    """Whether the key of a task is that of a remedy, and not of a row of a panel."""
    return key.count("\n") >= 3


def identity_of(key: str) -> Identity:
    """The identity of the finding for which the task with that key is a remedy."""
    code, kind, _, subject = key.split("\n", 3)
    return code, kind, subject


def checked(task: Task) -> Task | Refusal:
    """The task; a refusal if it has no steps, or a terminal can't show them."""
    return legible(task) if task.steps else Refusal(task.key, task.subject, f"{task.label}: there is no command for it")


def clearing(finding: Finding) -> Task | None:
    """The first remedy with commands; a forced one, whose warning says so, only if there is no other."""
    with_commands = (remedy for remedy in finding.remedies if remedy.task.steps)
    gentle_first = sorted(with_commands, key=lambda remedy: remedy.force == "forced")
    return next((remedy.task for remedy in gentle_first if checked(remedy.task) is remedy.task), None)


def remedy_plan(host: str, findings: Sequence[Finding], keys: Sequence[str]) -> Plan:
    """The remedies of these task keys as one plan; a key that is not of a remedy of the findings is refused."""
    tasks = {remedy.task.key: remedy.task for finding in findings for remedy in finding.remedies}
    planned = [checked(tasks[key]) if key in tasks else outdated(key) for key in dict.fromkeys(keys)]
    refused = tuple(task for task in planned if isinstance(task, Refusal))
    return Plan(Verb.REMEDY, host, tuple(task for task in planned if isinstance(task, Task)), refused)


def outdated(key: str) -> Refusal:
    """The refusal of a remedy whose finding is gone, or now needs other commands."""
    code, _, subject = identity_of(key)
    return Refusal(key, f"{code} {subject}", "the problem is gone, or now needs other commands")


def still_found(keys: Iterable[str], earlier: Iterable[Sequence[Finding]], now: Sequence[Finding]) -> Mapping[str, str]:
    """The sentences of the findings that are still there, by the keys of their remedies.

    A subject may have several findings of one code: if there is one less than in an `earlier` reading, it is solved.
    """
    counts = [Counter(finding.identity for finding in findings) for findings in (*earlier, now)]
    texts = {finding.identity: finding.text for finding in reversed(now)}
    identities = {key: identity_of(key) for key in keys}
    return {
        key: texts[identity]
        for key, identity in identities.items()
        if identity in texts and counts[-1][identity] >= max(count[identity] for count in counts)
    }


class Obstacle(NamedTuple):
    """A problem with a start of the jail of that row key: a sentence, and the task that solves it, if any.

    `grave`: it makes the start fail.
    """

    jail: str
    text: str
    clearing: Task | None = None
    grave: bool = False


def obstacles(findings: Sequence[Finding], state: HostState, keys: Collection[str]) -> tuple[Obstacle, ...]:
    """The problems with starts of the jails of these row keys, in the order of the findings."""
    from jailtui.rules.finding import RULES

    return tuple(
        Obstacle(key, f"{finding.code}: {finding.text}", clearing(finding), finding.severity == "error")
        for finding in findings
        if RULES[finding.code].preflight
        for key in affected_jails(finding, state)
        if key in keys
    )


def affected_jails(finding: Finding, state: HostState) -> Iterator[str]:
    """The row keys of the jails whose start the finding affects."""
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

    Offers whose keys are `wanted` become tasks, for which the starts wait, and the obstacles they solve no warnings.
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
    unsolved = [obstacle for obstacle, key in zip(obstacles, keys, strict=True) if key not in cleared]
    grave = dict.fromkeys(obstacle.text for obstacle in unsolved if obstacle.grave)
    texts = dict.fromkeys((*grave, *(obstacle.text for obstacle in unsolved), *task.warnings))
    return task._replace(
        warnings=tuple(texts), grave=len(grave), needs=task.needs.union(key for key in keys if key in cleared)
    )
