"""Groups tasks that run the same commands for several jails or epairs, which are shown once with a list of names."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.exchange import Task

NAME = "NAME"
"""The word that stands for each of the names."""
MAC = re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b")
FROM = 3
"""How many tasks of one shape are at least shown once."""


class Shown(NamedTuple):
    """A task as it is shown: for one object, or for several, with `NAME` in place of their `names`."""

    task: Task
    names: tuple[str, ...] = ()


def shapes(tasks: Iterable[Task]) -> tuple[Shown, ...]:
    """The tasks in their order; those of one shape are in the place of the first of them."""
    by_shape: dict[Task, list[Task]] = defaultdict(list)
    for task in tasks:
        by_shape[_with_name(task)._replace(breaks="")].append(task)
    shown: list[Shown] = []
    for shape, group in by_shape.items():
        if len(group) < FROM:
            shown += [Shown(task) for task in group]
        else:
            breaks = dict.fromkeys(_with_name(task).breaks for task in group)
            if len(breaks) > 1:  # what stops with each task, with its own name
                breaks = dict.fromkeys(task.breaks for task in group)
            names = tuple(task.subject for task in group)
            shown.append(Shown(shape._replace(breaks="; ".join(filter(None, breaks))), names))
    return tuple(shown)


def _with_name(task: Task) -> Task:
    """The task with NAME in place of its subject; the task itself if that can't be reversed exactly."""
    subject = task.subject
    if not subject or any(step.file is not None for step in task.steps):
        return task
    pattern = re.compile(rf"(?<![\w.-]){re.escape(subject)}(?=[ab]?(?!\w))")

    def named(text: str) -> str:
        return pattern.sub(NAME, text)

    steps = tuple(
        step._replace(
            argv=tuple(map(named, step.argv)),
            why=named(step.why),
            breaks=named(step.breaks),
            guard=MAC.sub("MAC", named(step.guard)),
            undo=None if step.undo is None else tuple(map(named, step.undo)),
        )
        for step in task.steps
    )
    exact = [tuple(word.replace(NAME, subject) for word in step.argv) for step in steps]
    if NAME in subject or exact != [step.argv for step in task.steps]:
        return task
    return task._replace(
        key="",
        subject="",
        becomes="",
        needs=frozenset(),
        steps=steps,
        why=named(task.why),
        breaks=named(task.breaks),
        undo=named(task.undo),
        warnings=tuple(map(named, task.warnings)),
        label=named(task.label),
    )
