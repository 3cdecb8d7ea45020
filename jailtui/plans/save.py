"""Saving what a form came to, and taking a save back, as plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.jails import dialect_of
from jailtui.exchange import FileEdit, Refusal, Step, Task, Verb, shell_line
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft, NoForm
from jailtui.jailconf import evaluate, parse
from jailtui.model.commands import MAIN_FILE
from jailtui.plans.actions import legible, plan
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Files first, then commands: one task, so that the first failure ends it. A restart is around them.

    With errors in the draft, or nothing to do, it holds a refusal instead.
    """
    if draft.errors or draft.empty:
        reason = _errors(draft) or "nothing was changed"
        return Plan(Verb.SAVE, state.facts.name, (), (Refusal(form.subject, form.title, reason),))
    steps = [*draft.before, *map(save_step, draft.files), *draft.commands]
    refused: tuple[Refusal, ...] = ()
    breaks = ""
    if restart and draft.restart is not None:
        again = plan(Verb.RESTART, state, [draft.restart])
        refused, breaks = again.refused, "; ".join(task.breaks for task in again.tasks)
        steps = restarting(draft, *again.tasks[0].steps) if again.tasks else steps
    subject = form.title[:1].lower() + form.title[1:]
    warning = "; ".join(
        note.text for note in draft.notes if note.level == "warning" and not (restart and note.until_restart)
    )
    task = Task(
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
    return _plan_of(task, state, refused)


def _errors(draft: Draft) -> str:
    return " ".join(note.text for note in draft.errors)


def _plan_of(task: Task, state: HostState, refused: Sequence[Refusal]) -> Plan:
    """The plan of one task; its refusal, where a terminal could not show its commands."""
    checked = legible(task)
    if isinstance(checked, Refusal):
        return Plan(Verb.SAVE, state.facts.name, (), (checked, *refused))
    return Plan(Verb.SAVE, state.facts.name, (checked,), tuple(refused))


def answers_plan(sources: Sources, requests: Sequence[Request], label: str) -> Plan:
    """The plan that gives fields of several forms their values; one that several jails share is changed for all.

    Each form reads what the ones before it have written; a field that has its value by then is left as it is.
    """
    now = sources
    files = {jail.name: jail.file for jail in sources.config.jails}
    commands: list[Step] = []
    refused: list[Refusal] = []
    warnings: list[str] = []
    changed: set[str] = set()
    for request in requests:
        try:
            draft = _answered(request, now if files.get(request.subject) in changed else sources)
        except NoForm as error:
            refused.append(Refusal(request.subject, request.subject, str(error)))
            continue
        if draft.errors:
            refused.append(Refusal(request.subject, request.subject, _errors(draft)))
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
    undo = "u, or jailtui undo" if changed else ""
    task = Task(requests[0].subject, label, steps, undo=undo, warning=warning, label=label)
    return _plan_of(task, sources.state, refused)


def _answered(request: Request, sources: Sources) -> Draft:
    """What a form's one answer comes to. Raises NoForm."""
    form = open_form(request.form, request.subject, sources)
    field = next((field for field in form.fields(Answers()) if field.key == request.field), None)
    if field is None:
        raise NoForm(f"{form.title} has no field {request.field}.")
    scope: dict[str, Scope] = {field.key: "all"} if field.shared else {}
    return Draft() if field.value == request.answer else form.draft(Answers({field.key: request.answer}, scope))


def restarting(draft: Draft, stop: Step, start: Step) -> list[Step]:
    """The jail is stopped by the text of now, whose hooks know what it runs with; then the files are saved and it is
    started. Where something fails before that start, the rest is taken back, and the jail is started as it was.

    What is written in the jail is written while it runs; what `jail -m` would set in it, the start sets.
    """
    commands = [step for step in draft.commands if step.argv[:2] != ("jail", "-m")]
    inside = [step for step in commands if step.argv[1:2] == ("-j",)]
    stops = len(inside)
    changes = [*map(save_step, draft.files), *(step for step in commands if step not in inside)]
    starts = stops + 1 + len(changes)
    why = "only if a step before the start fails: start it as it was"
    return [
        *inside,
        stop._replace(may_fail=False, why="stop it by the text of now"),
        *changes,
        start,
        *_rescue(changes, stops + 1, starts),
        Step(start.argv, why, rescues=tuple(range(stops, starts))),
        *(_by_name(step, start.argv[-1]) for step in _rescue(inside, 0, starts)),
    ]


def _rescue(steps: Sequence[Step], first: int, end: int) -> Iterator[Step]:
    """The steps, of which the first has the number `first`, taken back where a later one before `end` fails."""
    for number, step in reversed(list(enumerate(steps, first))):
        if (undone := _undone(step)) is not None and number + 1 < end:
            yield undone._replace(rescues=tuple(range(number + 1, end)))


def _by_name(step: Step, jail: str) -> Step:
    """A command in the jail of a jid, in that of this name: it may have been started again."""
    return step._replace(argv=(*step.argv[:2], jail, *step.argv[3:]))


def save_step(edit: FileEdit, why: str = "") -> Step:
    """One file's new text as a step."""
    return Step(("save", edit.path), why, file=edit)


def undo_plan(host: str, path: str, now: bytes | None, before: bytes | None, when: str, *, redo: bool = False) -> Plan:
    """The text `before`, of before the last save or with `redo` of after it, in the place of `now`."""
    called = "Redo" if redo else "Undo"
    if before is None:
        reason = "there is no later text to return to" if redo else "there is no backup of it"
        return Plan(Verb.SAVE, host, (), (Refusal(path, path, reason),), called)
    step = save_step(FileEdit(path, now, before, moves=True), f"backup of {when}")
    back = "u, or jailtui undo" if redo else "U, or jailtui undo --redo"
    task = Task(path, path, (step,), undo=f"{back}{'' if path == MAIN_FILE else f' {path}'}", label=f"{called} {path}")
    return Plan(Verb.SAVE, host, (task,), called=called)


def without_losses(plan: Plan, state: HostState) -> Plan:
    """The plan without tasks whose texts no longer define a jail that is running: a stop would run none of its hooks
    (FREEBSD.md 2.4). Their refusals say so, as that of a removal does.
    """
    lost = {task.key: name for task in plan.tasks if (name := _lost(task, state))}
    refused = (
        Refusal(task.key, task.subject, f"{lost[task.key]} is running, and the text does not define it: stop it first")
        for task in plan.tasks
        if task.key in lost
    )
    tasks = tuple(task for task in plan.tasks if task.key not in lost)
    return plan._replace(tasks=tasks, refused=(*plan.refused, *refused))


def _lost(task: Task, state: HostState) -> str:
    """The running jails that the task's texts no longer define, by name; "" for none."""
    gone, _ = _names_changed(task, state)
    return ", ".join(sorted(jail.name for jail in state.jails if jail.name in gone and jail.running))


def awaited_rows(plan: Plan, state: HostState) -> dict[str, str]:
    """The rows that the plan creates or renames, by their keys: the keys of what it was made for.

    Of the undo of a save only texts are known, where it was made in an earlier session: one name for another renames.
    """
    rows = {task.becomes: task.key for task in plan.tasks if task.becomes}
    for task in plan.tasks if plan.called and not rows else ():
        gone, come = _names_changed(task, state)
        if len(gone) == len(come) == 1:
            rows[come.pop()] = gone.pop()
    return rows


def _names_changed(task: Task, state: HostState) -> tuple[set[str], set[str]]:
    """The names of jails that the task's texts no longer define, and those that they define now."""
    dialect = dialect_of(state.facts.release)

    def names(path: str, text: bytes | None) -> set[str]:
        return {jail.name for jail in evaluate(parse(text or b"", path, dialect)).jails}

    edits = [step.file for step in task.steps if step.file is not None and not step.rescues]
    before = {name for edit in edits for name in names(edit.path, edit.old)}
    after = {name for edit in edits for name in names(edit.path, edit.new)}
    return before - after, after - before


def taken_back(plan: Plan) -> Plan | None:
    """The plan that takes a save back, its steps backwards; None where one of them has no way back."""
    called = "Redo" if plan.called == "Undo" else "Undo"
    tasks = [_backwards(task, called) for task in reversed(plan.tasks)]
    if not all(tasks):
        return None
    return Plan(Verb.SAVE, plan.host, tuple(task for task in tasks if task is not None), called=called)


def _backwards(task: Task, called: str) -> Task | None:
    kept = [step for step in task.steps if not step.rescues and (step.argv[:1] != ("jail",) or step.undo is not None)]
    steps = [_undone(step, called) for step in reversed(kept)]
    if not all(steps):
        return None
    keys = (task.becomes, task.key) if task.becomes else (task.key, "")
    return task._replace(
        key=keys[0],
        becomes=keys[1],
        steps=tuple(step for step in steps if step is not None),
        why="",
        breaks="",
        undo="U" if called == "Undo" else "u",
        warning="",
        label=f"{called} {task.subject}",
        takes=(),
    )


def _undone(step: Step, called: str = "Undo") -> Step | None:
    """The step that takes this one back; None where there is none."""
    if step.file is not None and step.file.old is not None:
        why = "text of the last save" if called == "Redo" else "text before the last save"
        return save_step(FileEdit(step.file.path, step.file.new, step.file.old, moves=True), why)
    return Step(step.undo, f"undoes {shell_line(step.argv)}", undo=step.argv) if step.undo is not None else None
