"""What is said before a start: the findings by which it would fail or go wrong, and the remedies that clear its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jailtui.plans.plan import Plan, Task


class Obstacle(NamedTuple):
    """What is in the way of starting the jail of that row key: a sentence, and the task that takes it away, if any."""

    jail: str
    text: str
    clearing: Task | None = None


def with_preflight(plan: Plan, obstacles: Sequence[Obstacle], wanted: Collection[str] = ()) -> Plan:
    """`plan` with the obstacles, worst first, as warnings of its tasks, and what would clear them as offers.

    Offers whose keys are `wanted` become tasks instead, which the starts wait for; of what they clear none is warned.
    """
    cleared = {one.clearing.key: one.clearing for one in obstacles if one.clearing and one.clearing.key in wanted}
    offers = {one.clearing.key: one.clearing for one in obstacles if one.clearing and one.clearing.key not in wanted}
    tasks = tuple(_warned(task, [one for one in obstacles if one.jail == task.key], cleared) for task in plan.tasks)
    return plan._replace(tasks=(*cleared.values(), *tasks), offers=tuple(offers.values()))


def _warned(task: Task, obstacles: Sequence[Obstacle], cleared: Collection[str]) -> Task:
    clearing = [one.clearing.key for one in obstacles if one.clearing and one.clearing.key in cleared]
    said = [one.text for one in obstacles if one.clearing is None or one.clearing.key not in cleared]
    warning = " ".join(dict.fromkeys((*said, *([task.warning] if task.warning else []))))
    return task._replace(warning=warning, needs=task.needs | frozenset(clearing))
