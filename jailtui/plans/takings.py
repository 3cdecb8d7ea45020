"""What the starts and stops of a plan take from running jails: told beforehand, and not agreed to by a plain yes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.model.commands import starts, stops

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.exchange import Step, Taking
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan
    from jailtui.rules.finding import Finding


class Moment(NamedTuple):
    """What a command does to a jail of that name."""

    jail: str
    at: Literal["start", "stop"]


def moments(step: Step, state: HostState) -> Iterator[Moment]:
    """The starts and the stop that a step is: `jail -c` starts what the jail depends on too."""
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


def concerned(plan: Plan, state: HostState) -> frozenset[str]:
    """The names of the jails that the plan starts or stops."""
    steps = [step for task in plan.tasks for step in task.steps]
    return frozenset(moment.jail for step in steps for moment in moments(step, state))


def with_takings(plan: Plan, state: HostState, findings: Iterable[Finding]) -> Plan:
    """The plan whose tasks know what they take from jails that are running, or that a task before them starts."""
    takings: dict[Moment, list[Taking]] = defaultdict(list)
    for finding in findings:
        for taking in finding.takes:
            takings[Moment(finding.subject.name, taking.at)].append(taking)
    begun: set[str] = set()
    tasks = []
    for task in plan.tasks:
        known = [moment for step in task.steps for moment in moments(step, state)]
        every = (taking for moment in known for taking in takings.get(moment, ()))
        taken = dict.fromkeys(taking for taking in every if taking.running or taking.holder in begun)
        begun.update(moment.jail for moment in known if moment.at == "start")
        tasks.append(task._replace(takes=tuple(taken)))
    return plan._replace(tasks=tuple(tasks))
