"""Runs plans: the order of tasks, several at once, cancelling. The caller's `execute` runs a step."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.exchange import Result, Step, Task

if TYPE_CHECKING:
    from jailtui.plans.plan import Plan

EventKind = Literal["task-started", "step-started", "output", "step-ended", "task-ended", "task-skipped"]
Outcome = Literal["done", "failed", "skipped"]


LINE_CUT = "The line is cut. What was begun continues on the host, and is looked for as soon as the host answers."
LINE_BACK = "The line is back."


class RunEvent(NamedTuple):
    """An event of the task of that `key`. `step` counts from 0; `text` is output, or why the task was skipped."""

    kind: EventKind
    key: str
    step: int | None = None
    text: str = ""
    result: Result | None = None


Execute = Callable[[Step, Callable[[str], None]], Result]
Report = Callable[[RunEvent], None]
Still = Callable[[Task], str | None]


def always(task: Task) -> None:
    """Let every task run."""


def run_plan(
    plan: Plan,
    execute: Execute,
    report: Report,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    at_once: int = 4,
    still: Still = always,
) -> dict[str, Outcome]:
    """Run the tasks of `plan`, up to `at_once` at a time, each after the tasks that it `needs`: their outcomes by key.

    `execute` runs a step and passes its output on as it comes; `report` is called from several threads. Once
    `cancelled()` is true no further task begins; running tasks are left to finish, since a jail(8) that is killed
    leaves a half-started jail (recordings, orphan/kill-jail-command). `still` is called before a task begins, on the
    task's thread, and returns why the task is to be skipped, or None.
    """
    outcomes: dict[str, Outcome] = {}
    waiting = list(plan.tasks)
    members = frozenset(task.key for task in plan.tasks)
    running: dict[Future[Outcome], Task] = {}
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="plan") as pool:
        while waiting or running:
            stop, moved = cancelled(), False
            for task in list(waiting):
                reason = "cancelled" if stop else _blocked(task, members, outcomes)
                if reason is not None:
                    waiting.remove(task)
                    outcomes[task.key], moved = "skipped", True
                    report(RunEvent("task-skipped", task.key, text=reason))
                elif len(running) < at_once and all(outcomes.get(key) == "done" for key in task.needs & members):
                    waiting.remove(task)
                    running[pool.submit(_run_task, task, execute, report, still)] = task
            if running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    outcomes[running.pop(future).key] = future.result()
            elif not moved:
                _skip_circle(waiting, outcomes, report)
    return outcomes


def _blocked(task: Task, members: frozenset[str], outcomes: dict[str, Outcome]) -> str | None:
    """Why `task` can never begin, or None."""
    failed = sorted(key for key in task.needs & members if outcomes.get(key) in ("failed", "skipped"))
    return f"it needs {failed[0]}, which failed or was skipped" if failed else None


def _skip_circle(waiting: list[Task], outcomes: dict[str, Outcome], report: Report) -> None:
    """Skip the tasks that wait for each other; jail(8) refuses such a `depend` too."""
    for task in waiting:
        outcomes[task.key] = "skipped"
        report(RunEvent("task-skipped", task.key, text="its depend is circular"))
    waiting.clear()


def overtaken(task: Task, again: Plan) -> str | None:
    """Why `task` must not run any more, by the plan for its key that was made `again` by a new reading; else None."""
    if again.refused:
        return again.refused[0].reason
    new = next((other for other in again.tasks if other.key == task.key), None)
    if new is None:
        return "there is nothing left to do"
    if new.warnings != task.warnings:
        return "; ".join(new.warnings) or "the host has changed"
    return None if new.steps == task.steps else "the host has changed, and other commands are needed"


def _run_task(task: Task, execute: Execute, report: Report, still: Still) -> Outcome:
    """Run the steps of a task in order, up to the first that fails, and then its rescues; none if `still` objects."""
    reason = still(task)
    if reason is not None:
        report(RunEvent("task-skipped", task.key, text=reason))
        return "skipped"
    report(RunEvent("task-started", task.key))
    failed: int | None = None
    for number, step in enumerate(task.steps):
        if failed not in step.rescues if failed is not None else step.rescues:
            continue
        report(RunEvent("step-started", task.key, number))
        result = execute(step, lambda text, at=number: report(RunEvent("output", task.key, at, text)))  # type: ignore[misc]
        report(RunEvent("step-ended", task.key, number, result=result))
        if not result.ok and not step.may_fail:
            if failed is not None:
                break
            failed = number
    outcome: Outcome = "done" if failed is None else "failed"
    report(RunEvent("task-ended", task.key, text=outcome))
    return outcome
