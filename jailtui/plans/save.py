"""Saving what a form came to, and taking a save back, as plans."""

from __future__ import annotations

from collections.abc import Iterator

from jailtui.exchange import FileEdit, Step
from jailtui.model.state import HostState
from jailtui.plans.actions import legible, plan
from jailtui.plans.plan import Plan, Refusal, Task, Verb
from jailtui.settings.form import Draft, Form


def save_plan(form: Form, draft: Draft, state: HostState, *, restart: bool = False) -> Plan:
    """Files first, then commands, then the restart of the jail: one task, so that the first failure ends it.

    With errors in the draft, or nothing to do, it holds a refusal instead.
    """
    if draft.errors:
        reason = " ".join(note.text for note in draft.errors)
        return Plan(Verb.SAVE, state.facts.name, (), (Refusal(form.subject, form.title, reason),))
    if draft.empty:
        return Plan(Verb.SAVE, state.facts.name, (), (Refusal(form.subject, form.title, "nothing was changed"),))
    steps = [save_step(edit) for edit in draft.files] + list(draft.commands)
    refused: tuple[Refusal, ...] = ()
    breaks = ""
    if restart and draft.restart is not None:
        again = plan(Verb.RESTART, state, [draft.restart])
        steps += [step for task in again.tasks for step in task.steps]
        refused, breaks = again.refused, "; ".join(task.breaks for task in again.tasks)
    warning = "; ".join(note.text for note in draft.notes if note.level == "warning")
    task = legible(
        Task(
            form.subject,
            form.title,
            tuple(steps),
            why="" if restart else draft.effect,
            breaks=breaks,
            undo="u, or jailtui undo" if draft.files else "",
            warning=warning,
        )
    )
    if isinstance(task, Refusal):
        return Plan(Verb.SAVE, state.facts.name, (), (task, *refused))
    return Plan(Verb.SAVE, state.facts.name, (task,), refused)


def save_step(edit: FileEdit, why: str = "") -> Step:
    """One file's new text as a step."""
    return Step(("save", edit.path), why, file=edit)


def undo_plan(host: str, path: str, now: bytes | None, before: bytes | None, when: str) -> Plan:
    """The text of before the last save, `before`, in the place of `now`; it is itself a save that can be undone."""
    if before is None:
        return Plan(Verb.SAVE, host, (), (Refusal(path, path, "there is no earlier text of it"),))
    step = save_step(FileEdit(path, now, before), f"the text of {when}")
    return Plan(Verb.SAVE, host, (Task(path, path, (step,), undo="u again"),))


def changed_files(task: Task) -> Iterator[str]:
    """The files a task saves."""
    return (step.file.path for step in task.steps if step.file is not None)
