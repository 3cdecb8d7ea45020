"""A run told line by line, for a terminal without the screen."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from jailtui.exchange import shell_line
from jailtui.plans.plan import Plan
from jailtui.plans.run import RunEvent


def reporter(plan: Plan, talk: Callable[[str], None]) -> Callable[[RunEvent], None]:
    """A listener for `run_plan` that says each command, what it prints line by line as it comes, and how it ended."""
    tasks = {task.key: task for task in plan.tasks}
    several = len(tasks) > 1
    unended = dict.fromkeys(tasks, "")
    lock = Lock()

    def report(event: RunEvent) -> None:
        task = tasks[event.key]
        before = f"{task.subject}: " if several else ""
        with lock:
            if event.kind == "step-started" and event.step is not None:
                talk(f"{before}$ {shell_line(task.steps[event.step].argv)}")
            elif event.kind == "output":
                *lines, unended[event.key] = (unended[event.key] + event.text).split("\n")
                for line in lines:
                    talk(f"{before}  {line}")
            elif event.kind == "step-ended" and event.result is not None:
                if unended[event.key]:
                    talk(f"{before}  {unended[event.key]}")
                    unended[event.key] = ""
                if not event.result.ok:
                    status = "no exit status" if event.result.rc is None else f"exit status {event.result.rc}"
                    talk(f"{before}  {status}{f': {event.result.note}' if event.result.note else ''}")
            elif event.kind == "task-skipped":
                talk(f"{before}skipped: {event.text}")

    return report
