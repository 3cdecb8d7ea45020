"""Tasks that run the same commands for several jails or epairs, to be shown once with the list of their names."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jailtui.exchange import Task

NAME = "NAME"
"""What stands for each of the names in what is shown."""
FROM = 3
"""Tasks of one shape from which on they are shown once."""


class Shown(NamedTuple):
    """A task as it is shown: of one object, or of several, with `NAME` for their `names`."""

    task: Task
    names: tuple[str, ...] = ()


def shapes(tasks: Iterable[Task]) -> tuple[Shown, ...]:
    """The tasks in their order, those of one shape together where the first of them stands."""
    alike: dict[Task, list[Task]] = defaultdict(list)
    for task in tasks:
        alike[_with_name(task)._replace(breaks="")].append(task)
    made: list[Shown] = []
    for shape, several in alike.items():
        if len(several) < FROM:
            made += [Shown(task) for task in several]
        else:
            breaks = dict.fromkeys(_with_name(task).breaks for task in several)
            if len(breaks) > 1:  # what stops with each, by its own name
                breaks = dict.fromkeys(task.breaks for task in several)
            names = tuple(task.subject for task in several)
            made.append(Shown(shape._replace(breaks="; ".join(filter(None, breaks))), names))
    return tuple(made)


def _with_name(task: Task) -> Task:
    """The task with NAME for its subject's name; the task itself where that does not stand for exactly the same."""
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
        warning=named(task.warning),
        label=named(task.label),
    )
