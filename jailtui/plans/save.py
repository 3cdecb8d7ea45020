"""Saving what a form came to, and taking a save back, as plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import FileEdit, Refusal, Step, Task, Verb, shell_line
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft, NoForm
from jailtui.plans.actions import legible, plan
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.forms.protocol import Form, Scope
    from jailtui.forms.sources import Sources
    from jailtui.model.state import HostState


class Request(NamedTuple):
    """The value that a field of a form is to get."""

    form: FormName
    subject: str
    field: str
    answer: str


DOES = ("Copy ", "Rename ", "Remove ")
"""How titles of forms begin that say what saving does."""


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
    subject = form.title[:1].lower() + form.title[1:]
    warning = "; ".join(note.text for note in draft.notes if note.level == "warning")
    task = legible(
        Task(
            form.subject,
            subject,
            tuple(steps),
            why="" if restart else draft.effect,
            breaks=breaks,
            undo="u, or jailtui undo" if draft.files else "",
            warning=warning,
            label=form.title if form.title.startswith(DOES) else f"Save {subject}",
            becomes=draft.becomes,
        )
    )
    if isinstance(task, Refusal):
        return Plan(Verb.SAVE, state.facts.name, (), (task, *refused))
    return Plan(Verb.SAVE, state.facts.name, (task,), refused)


def answers_plan(sources: Sources, requests: Sequence[Request], label: str) -> Plan:
    """The plan that gives fields of several forms their values; one that several jails share is changed for all.

    Each form reads what the ones before it have written; a field that has its value by then is left as it is.
    """
    now = sources
    commands: list[Step] = []
    refused: list[Refusal] = []
    warnings: list[str] = []
    changed: set[str] = set()
    for request in requests:
        try:
            draft = _answered(request, now if sources.jail(request.subject).file in changed else sources)
        except NoForm as error:
            refused.append(Refusal(request.subject, request.subject, str(error)))
            continue
        if draft.errors:
            reason = " ".join(note.text for note in draft.errors)
            refused.append(Refusal(request.subject, request.subject, reason))
            continue
        commands += draft.commands
        warnings += [note.text for note in draft.notes if note.level == "warning" and not note.standing]
        if draft.files:
            now = now.edited(draft.files)
            changed.update(edit.path for edit in draft.files)
    edits = (FileEdit(path, sources.texts.get(path), now.texts[path]) for path in sorted(changed))
    steps = (*map(save_step, edits), *commands)
    if not steps:
        none = [] if refused else [Refusal(label, label, "nothing was changed")]
        return Plan(Verb.SAVE, sources.state.facts.name, (), (*refused, *none))
    warning = "; ".join(dict.fromkeys(warnings))
    task = legible(Task(requests[0].subject, label, steps, undo="u, or jailtui undo", warning=warning, label=label))
    if isinstance(task, Refusal):
        return Plan(Verb.SAVE, sources.state.facts.name, (), (task, *refused))
    return Plan(Verb.SAVE, sources.state.facts.name, (task,), tuple(refused))


def _answered(request: Request, sources: Sources) -> Draft:
    """What a form's one answer comes to. Raises NoForm."""
    form = open_form(request.form, request.subject, sources)
    field = next((field for field in form.fields(Answers()) if field.key == request.field), None)
    if field is None:
        raise NoForm(f"{form.title} has no field {request.field}.")
    scope: dict[str, Scope] = {field.key: "all"} if field.shared else {}
    return Draft() if field.value == request.answer else form.draft(Answers({field.key: request.answer}, scope))


def save_step(edit: FileEdit, why: str = "") -> Step:
    """One file's new text as a step."""
    return Step(("save", edit.path), why, file=edit)


def undo_plan(host: str, path: str, now: bytes | None, before: bytes | None, when: str) -> Plan:
    """The text of before the last save, `before`, in the place of `now`; it is itself a save that can be undone."""
    if before is None:
        return Plan(Verb.SAVE, host, (), (Refusal(path, path, "there is no backup of it"),), "Undo")
    step = save_step(FileEdit(path, now, before), f"backup of {when}")
    return Plan(Verb.SAVE, host, (Task(path, path, (step,), undo="u again", label=f"Undo {path}"),), called="Undo")


def taken_back(plan: Plan) -> Plan | None:
    """The plan that takes a save back, its steps backwards; None where one of them has no way back."""
    called = "Redo" if plan.called == "Undo" else "Undo"
    tasks = [_backwards(task, called) for task in reversed(plan.tasks)]
    if not all(tasks):
        return None
    return Plan(Verb.SAVE, plan.host, tuple(task for task in tasks if task is not None), called=called)


def _backwards(task: Task, called: str) -> Task | None:
    steps: list[Step] = []
    for step in reversed([step for step in task.steps if step.argv[:1] != ("jail",) or step.undo is not None]):
        if step.file is not None and step.file.old is not None:
            steps.append(save_step(FileEdit(step.file.path, step.file.new, step.file.old), "text before the last save"))
        elif step.undo is not None:
            steps.append(Step(step.undo, f"undoes {shell_line(step.argv)}", undo=step.argv))
        else:
            return None
    keys = (task.becomes, task.key) if task.becomes else (task.key, "")
    return task._replace(
        key=keys[0],
        becomes=keys[1],
        steps=tuple(steps),
        why="",
        breaks="",
        undo="u again",
        warning="",
        label=f"{called} {task.subject}",
    )
