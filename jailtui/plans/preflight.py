"""What is said before a start: the findings by which it would fail or go wrong, and the remedies that clear its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.plans.remedy import clearing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from jailtui.exchange import Task
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.rules.finding import Finding


class Obstacle(NamedTuple):
    """What is in the way of starting the jail of that row key: a sentence, and the task that takes it away, if any.

    `grave`: by it the start fails.
    """

    jail: str
    text: str
    clearing: Task | None = None
    grave: bool = False


def obstacles(findings: Sequence[Finding], state: HostState, keys: Collection[str]) -> tuple[Obstacle, ...]:
    """What a start of the jails of these row keys would fail or go wrong by, in the order of the findings."""
    from jailtui.rules.finding import RULES

    return tuple(
        Obstacle(key, f"{finding.code}: {finding.text}", clearing(finding), finding.severity == "error")
        for finding in findings
        if RULES[finding.code].preflight
        for key in concerned(finding, state)
        if key in keys
    )


def concerned(finding: Finding, state: HostState) -> Iterator[str]:
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
    """`plan` with the obstacles, worst first, as warnings of its tasks, and what would clear them as offers.

    Offers whose keys are `wanted` become tasks instead, which the starts wait for; of what they clear none is warned.
    """
    cleared = {
        obstacle.clearing.key: obstacle.clearing
        for obstacle in obstacles
        if obstacle.clearing and obstacle.clearing.key in wanted
    }
    offers = {
        obstacle.clearing.key: obstacle.clearing
        for obstacle in obstacles
        if obstacle.clearing and obstacle.clearing.key not in wanted
    }
    tasks = tuple(
        _warned(task, [obstacle for obstacle in obstacles if obstacle.jail == task.key], cleared) for task in plan.tasks
    )
    return plan._replace(tasks=(*cleared.values(), *tasks), offers=tuple(offers.values()))


def _warned(task: Task, obstacles: Sequence[Obstacle], cleared: Collection[str]) -> Task:
    clearing = [
        obstacle.clearing.key for obstacle in obstacles if obstacle.clearing and obstacle.clearing.key in cleared
    ]
    left = [obstacle for obstacle in obstacles if obstacle.clearing is None or obstacle.clearing.key not in cleared]
    warning = " ".join(
        dict.fromkeys((*(obstacle.text for obstacle in left), *([task.warning] if task.warning else [])))
    )
    return task._replace(
        warning=warning, grave=any(obstacle.grave for obstacle in left), needs=task.needs | frozenset(clearing)
    )
