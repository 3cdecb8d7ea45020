"""What the starts and stops of a plan take from running jails, which has to be confirmed twice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.model.commands import starts, stops
from jailtui.rules import drafted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from jailtui.exchange import Step, Taking, Task
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.rules.context import Context


class Moment(NamedTuple):
    """The start or the stop of a jail."""

    jail: str
    at: Literal["start", "stop"]


def moments(step: Step, state: HostState) -> Iterator[Moment]:
    """The starts and the stop that a step causes: `jail -c` also starts the jails that the jail depends on."""
    if name := stops(step.argv):
        yield Moment(name, "stop")
    waiting, known = [starts(step.argv)], {""}
    while waiting:
        if (name := waiting.pop()) not in known:
            known.add(name)
            yield Moment(name, "start")
            jail = state.jail(name)
            if jail is not None and jail.configured is not None and (len(known) == 2 or not jail.running):
                waiting += jail.configured.depend


def with_takings(
    plan: Plan, state: HostState, context: Callable[[], Context], at: Collection[str] = ("start", "stop")
) -> Plan:
    """The plan with what its tasks take from jails that are running, or that a task before them starts, at the start or
    the stop. The context is made only if the plan starts or stops a jail.
    """
    by_task = {task.key: tuple(dict.fromkeys(_moments(task, state))) for task in plan.tasks}
    names = frozenset(moment.jail for of_task in by_task.values() for moment in of_task)
    if not names:
        return plan
    try:
        takings = _takings(context(), names, at)
    except Exception as error:  # noqa: BLE001 a fault in a rule must not keep a jail from being started
        text = f"Could not check what it takes from running jails: an error inside jailtui, {type(error).__name__}."
        return plan._replace(tasks=tuple(task.warned(text) if by_task[task.key] else task for task in plan.tasks))
    begun: set[str] = set()
    tasks = []
    for task in plan.tasks:
        possible = (taking for moment in by_task[task.key] for taking in takings.get(moment, ()))
        taken = dict.fromkeys(taking for taking in possible if taking.running or taking.holder in begun)
        begun.update(moment.jail for moment in by_task[task.key] if moment.at == "start")
        tasks.append(taking(task, taken))
    return plan._replace(tasks=tuple(tasks))


def taking(task: Task, takes: Iterable[Taking]) -> Task:
    """The task that takes this too, with what its holders lose among what it breaks."""
    new = task._replace(takes=tuple(dict.fromkeys((*task.takes, *takes))))
    if new.takes == task.takes:
        return task
    holders = dict.fromkeys(each.holder for each in new.takes)
    losses = (f"{_things(new.takes, name)} of {name}" for name in holders)
    return new._replace(breaks="; ".join(filter(None, (task.breaks, *losses))))


def _things(takes: Iterable[Taking], holder: str) -> str:
    return " and ".join(dict.fromkeys(each.what for each in takes if each.holder == holder))


def _moments(task: Task, state: HostState) -> Iterator[Moment]:
    for step in task.steps:
        yield from moments(step, state)


def _takings(context: Context, names: frozenset[str], at: Collection[str]) -> Mapping[Moment, Sequence[Taking]]:
    """What the starts and stops of these jails take."""
    takings: dict[Moment, list[Taking]] = defaultdict(list)
    for finding in drafted.takings(context, names):
        for taking in finding.takes:
            if taking.at in at:
                takings[Moment(finding.subject.name, taking.at)].append(taking)
    return takings
