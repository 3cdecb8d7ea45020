"""The pairs that a stop without stop hooks leaves over, and their reclaim as the last step of the stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Task, Verb
from jailtui.model.commands import destroy_after, managing, sight
from jailtui.model.state import Where

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jailtui.model.commands import By
    from jailtui.model.state import Epair, HostState, Jail
    from jailtui.plans.plan import Plan


def staying(jail: Jail, state: HostState) -> tuple[Epair, ...]:
    """The pairs with one end in the jail and the other on the host: the kernel removes neither with the jail."""
    return tuple(
        pair
        for pair in state.epairs
        if sorted((pair.a.where, pair.b.where)) == [Where.HOST, Where.JAIL] and jail.jid in (pair.a.jid, pair.b.jid)
    )


def key_of(jail: Jail) -> str:
    """The key of the offer to reclaim what the stop of the jail leaves over, in the form of a remedy's."""
    return "\n".join(("LEFT-OVER", "jail", "", jail.key))


def with_left_over(plan: Plan, state: HostState, wanted: Collection[str], by: By = "manager") -> Plan:
    """The plan of a stop, which names the pairs that it leaves over, and offers to reclaim them; where that is `wanted`
    the last steps of the stop do.
    """
    tasks, offers = [], []
    for task in plan.tasks:
        jail = state.jail(task.key)
        if jail is None or plan.verb_of(task) is not Verb.STOP or jail.configured or managing(jail, state, by):
            tasks.append(task)
            continue
        pairs = staying(jail, state)
        clear = [pair for pair in pairs if not pair.ambiguous]
        steps = tuple(destroy_after(jail, pair, sight(state)) for pair in clear)
        if steps and key_of(jail) in wanted:
            rest = [pair for pair in pairs if pair.ambiguous]
            tasks.append(_left_over(task._replace(steps=(*task.steps, *steps)), rest))
            continue
        tasks.append(_left_over(task, pairs))
        if steps:
            label = f"Reclaim {', '.join(pair.name for pair in clear)}"
            offers.append(Task(key_of(jail), jail.name, steps, label=label))
    return plan._replace(tasks=tuple(tasks), offers=(*plan.offers, *offers))


def _left_over(task: Task, pairs: Sequence[Epair]) -> Task:
    """The task, which warns that these pairs are left over after it."""
    if not pairs:
        return task
    names = ", ".join(pair.name for pair in pairs)
    return task.warned(f"{names} {'is' if len(pairs) == 1 else 'are'} then left over")
