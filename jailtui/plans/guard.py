"""A plan that may cut the operator's session: what its way back undoes, and the entry of each step before it begins."""

from __future__ import annotations

from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from jailtui.exchange import HostError, Result, shell_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jailtui.exchange import Step
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Execute


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """The steps that its way back may undo, by number."""
    return tuple(dict.fromkeys(step for task in plan.tasks for step in task.steps))


def lasting(plan: Plan) -> Iterator[str]:
    """The commands that no way back undoes."""
    for step in steps_of(plan):
        if step.undo is None and step.file is None:
            yield shell_line(step.argv)


def entered(plan: Plan, execute: Execute, enter: Callable[[int, int], None]) -> Execute:
    """`execute`, but `enter` is given the order and the number of each step before it begins; where that raises
    HostError, the step does not begin.
    """
    numbers = {step: number for number, step in enumerate(steps_of(plan))}
    orders, lock = count(), Lock()

    def run(step: Step, output: Callable[[str], None]) -> Result:
        with lock:
            order = next(orders)
        try:
            enter(order, numbers[step])
        except HostError as error:
            return Result(step.argv, None, note=f"it was not begun: {error}")
        return execute(step, output)

    return run
