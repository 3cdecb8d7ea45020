"""The plans that save the draft of a form, and undo a save."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.jails import dialect_of
from jailtui.config.rcconf import RcConf
from jailtui.exchange import FileEdit, Refusal, Step, Task, Verb, shell_line
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft, NoForm
from jailtui.jailconf import evaluate, parse
from jailtui.model.commands import MAIN_FILE, managing, removed, start_step, stop_step, stops
from jailtui.model.commands import starts as jail_started
from jailtui.plans.actions import legible, plan
from jailtui.plans.plan import Plan, edits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jailtui.forms.protocol import Form, Scope
    from jailtui.forms.sources import Sources
    from jailtui.model.state import HostState, Jail


class Request(NamedTuple):
    """A value for a field of a form."""

    form: FormName
    subject: str
    field: str
    answer: str


DOES = ("Copy ", "Rename ", "Remove ")
"""How titles of forms begin that name an action."""
LOOKS = ("true",)
"""The command of a step that only has a guard."""


def save_plan(form: Form, draft: Draft, state: HostState, *, restart: bool = False) -> Plan:
    """The plan that saves a draft: one task, first files, then commands; with `restart` its jail is restarted.

    If the draft has errors or changes nothing, the plan has a refusal.
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
        jail = state.jail(draft.restart) if again.tasks else None
        steps = steps if jail is None else _restarting(draft, jail, state)
    subject = form.title[:1].lower() + form.title[1:]
    warnings = (note.text for note in draft.notes if note.level == "warning" and not (restart and note.until_restart))
    task = Task(
        form.subject,
        subject,
        tuple(steps),
        why="" if restart else draft.effect,
        breaks=breaks,
        undo="u, or jailtui undo" if draft.files else "",
        warnings=tuple(warnings),
        label=form.title if form.title.startswith(DOES) else f"Save {subject}",
        becomes=draft.becomes,
    )
    return _plan_of(task, state, refused)


def _errors(draft: Draft) -> str:
    return " ".join(note.text for note in draft.errors)


def _plan_of(task: Task, state: HostState, refused: Sequence[Refusal]) -> Plan:
    """The plan of one task; its refusal, if a terminal can't show its commands."""
    checked = legible(task)
    if isinstance(checked, Refusal):
        return Plan(Verb.SAVE, state.facts.name, (), (checked, *refused))
    return Plan(Verb.SAVE, state.facts.name, (checked,), tuple(refused))


def answers_plan(sources: Sources, requests: Sequence[Request], label: str) -> Plan:
    """The plan that sets fields of several forms; a value that several jails share is changed for all.

    Each form reads what the forms before it write.
    """
    edited = sources
    files = {jail.name: jail.file for jail in sources.config.jails}
    commands: list[Step] = []
    refused: list[Refusal] = []
    warnings: list[str] = []
    changed: set[str] = set()
    for request in requests:
        try:
            draft = _answered(request, edited if files.get(request.subject) in changed else sources)
        except NoForm as error:
            refused.append(Refusal(request.subject, request.subject, str(error)))
            continue
        if draft.errors:
            refused.append(Refusal(request.subject, request.subject, _errors(draft)))
            continue
        commands += draft.commands
        warnings += [note.text for note in draft.notes if note.level == "warning" and not note.standing]
        if draft.files:
            edited = edited.edited(draft.files)
            changed.update(edit.path for edit in draft.files)
    edits = (FileEdit(path, sources.texts.get(path), edited.texts[path]) for path in sorted(changed))
    steps = (*map(save_step, edits), *commands)
    if not steps:
        refused = refused or [Refusal(label, label, "nothing was changed")]
        return Plan(Verb.SAVE, sources.state.facts.name, (), tuple(refused))
    undo = "u, or jailtui undo" if changed else ""
    task = Task(requests[0].subject, label, steps, undo=undo, warnings=tuple(dict.fromkeys(warnings)), label=label)
    return _plan_of(task, sources.state, refused)


def _answered(request: Request, sources: Sources) -> Draft:
    """The draft of a form with that answer; an empty one if the field has the value already. Raises NoForm."""
    form = open_form(request.form, request.subject, sources)
    field = next((field for field in form.fields(Answers()) if field.key == request.field), None)
    if field is None:
        raise NoForm(f"{form.title} has no field {request.field}.")
    scope: dict[str, Scope] = {field.key: "all"} if field.shared else {}
    return Draft() if field.value == request.answer else form.draft(Answers({field.key: request.answer}, scope))


def _restarting(draft: Draft, jail: Jail, state: HostState) -> list[Step]:
    """The steps of a save with a restart: stop the jail by the old text, save, start it by the new one.

    If a step before the start fails, the steps before it are reversed and the jail is started by the old text. Files in
    the jail are written before it stops; `jail -m` is not needed, since the start sets the parameters. The stop of some
    managers exits with 0 also where jail(8) failed, so that the host looks whether the jail is removed.
    """
    stop, start = (step(jail, state)._replace(undo=None) for step in (stop_step, start_step))
    looks = [Step(LOOKS, f"only if {jail.name} is removed", guard=removed(jail))] if managing(jail, state) else []
    commands = [step for step in draft.commands if step.argv[:2] != ("jail", "-m")]
    inside = [step for step in commands if step.argv[1:2] == ("-j",)]
    stops = len(inside)
    changes = [*map(save_step, draft.files), *(step for step in commands if step not in inside)]
    saves = stops + 1 + len(looks)
    starts = saves + len(changes)
    why = "only if a step before the start fails: start it as it was"
    return [
        *inside,
        stop._replace(may_fail=False, why="stop it by the old text"),
        *looks,
        *changes,
        start,
        *_rescue(changes, saves, starts),
        Step(start.argv, why, rescues=tuple(range(stops, starts))),
        *(_by_name(step, jail_started(start.argv)) for step in _rescue(inside, 0, starts)),
    ]


def _rescue(steps: Sequence[Step], first: int, end: int) -> Iterator[Step]:
    """The steps that reverse `steps`, numbered from `first`, if a later step before `end` fails."""
    for number, step in reversed(list(enumerate(steps, first))):
        if (undo := _undo_of(step)) is not None and number + 1 < end:
            yield undo._replace(rescues=tuple(range(number + 1, end)))


def _by_name(step: Step, jail: str) -> Step:
    """A command inside a jail with the jail's name in place of its jid, which a new start changes."""
    return step._replace(argv=(*step.argv[:2], jail, *step.argv[3:]))


def save_step(edit: FileEdit, why: str = "") -> Step:
    """The step that saves a file."""
    return Step(("save", edit.path), why, file=edit)


def undo_plan(host: str, edit: FileEdit, when: str, *, redo: bool = False) -> Plan:
    """The plan of an edit that undoes the last save of a file, or with `redo` the last undo.

    `when` is the date of the backup; without one the plan has a refusal.
    """
    called, path = "Redo" if redo else "Undo", edit.path
    if not when:
        reason = "there is no later text to return to" if redo else "there is no earlier text to return to"
        return Plan(Verb.SAVE, host, (), (Refusal(path, path, reason),), called)
    back = "u, or jailtui undo" if redo else "U, or jailtui undo --redo"
    undo = f"{back}{'' if path == MAIN_FILE else f' {path}'}"
    task = Task(path, path, (save_step(edit, f"backup of {when}"),), undo=undo, label=f"{called} {path}")
    return Plan(Verb.SAVE, host, (beside_others(task),), called=called)


def onto_host(plan: Plan, read: Callable[[str], bytes | None]) -> Plan:
    """The plan for the texts that its files have now: what somebody else changed in them stays, unless it touches what
    the plan changes. `read` gives the text of a file of the host.
    """
    texts = {edit.path: read(edit.path) for task in plan.tasks for edit in edits_of(task)}
    return plan._replace(tasks=tuple(beside_others(_onto(task, texts)) for task in plan.tasks))


def _onto(task: Task, texts: Mapping[str, bytes | None]) -> Task:
    steps = []
    for step in task.steps:
        if step.file is None or step.rescues:
            steps.append(step)
        else:
            steps.append(step._replace(file=step.file.onto(texts[step.file.path])))
    return task._replace(steps=tuple(steps))


def beside_others(task: Task) -> Task:
    """The task, which says what becomes of the changes that somebody else made to its files."""
    edits = [edit for edit in edits_of(task) if edit.base is not None]
    if not edits:
        return task
    if lost := [edit.path for edit in edits if edit.loses]:
        return task.warned(f"somebody else changed the same lines of {', '.join(lost)} since: that is lost")
    return task._replace(why="what somebody else changed in the file since then stays")


def without_losses(plan: Plan, state: HostState) -> Plan:
    """The plan without tasks whose texts no longer define a running jail, which are refused: a stop would run none of
    its hooks (FREEBSD.md 2.4).
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
    removed, _ = _names_changed(task, state)
    return ", ".join(sorted(jail.name for jail in state.jails if jail.name in removed and jail.running))


def relisted(plan: Plan, state: HostState) -> Plan:
    """The plan of the undo of an earlier session's save, with the step that a rename needs in jail_list of rc.conf."""
    rcconf = RcConf(dict(state.rcconf or ()))
    tasks = [
        task._replace(steps=(*task.steps, *rcconf.relist(*names))) if (names := renamed(task, state)) else task
        for task in plan.tasks
    ]
    return plan._replace(tasks=tuple(tasks))


def renamed(task: Task, state: HostState) -> tuple[str, str] | None:
    """The old and the new name of the one jail that the texts of the task rename: they hold only texts."""
    removed, added = _names_changed(task, state)
    return (removed.pop(), added.pop()) if len(removed) == len(added) == 1 else None


def awaited_rows(plan: Plan, state: HostState) -> dict[str, str]:
    """The keys of the rows that the plan creates or renames, each with the key of its task or its old name.

    The undo of a save of an earlier session has only texts: if one name is removed and one added, it is a rename.
    """
    rows = {task.becomes: task.key for task in plan.tasks if task.becomes}
    for task in plan.tasks if plan.called and not rows else ():
        if names := renamed(task, state):
            rows[names[1]] = names[0]
    return rows


def _names_changed(task: Task, state: HostState) -> tuple[set[str], set[str]]:
    """The names of jails that the new texts of the task no longer define, and those that only they define."""
    dialect = dialect_of(state.facts.release)

    def names(path: str, text: bytes | None) -> set[str]:
        return {jail.name for jail in evaluate(parse(text or b"", path, dialect)).jails}

    edits = edits_of(task)
    before = {name for edit in edits for name in names(edit.path, edit.old)}
    after = {name for edit in edits for name in names(edit.path, edit.new)}
    return before - after, after - before


def taken_back(plan: Plan) -> Plan | None:
    """The plan that reverses a save, the last step first; None if a step can't be reversed."""
    called = "Redo" if plan.called == "Undo" else "Undo"
    tasks = [_backwards(task, called) for task in reversed(plan.tasks)]
    if not all(tasks):
        return None
    return Plan(Verb.SAVE, plan.host, tuple(task for task in tasks if task is not None), called=called)


def _backwards(task: Task, called: str) -> Task | None:
    runs = {
        step
        for step in task.steps
        if step.argv[:1] in (("jail",), LOOKS) or jail_started(step.argv) or stops(step.argv)
    }
    kept = [step for step in task.steps if not step.rescues and (step not in runs or step.undo is not None)]
    steps = [_undo_of(step, called) for step in reversed(kept)]
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
        warnings=(),
        label=f"{called} {task.subject}",
        takes=(),
    )


def _undo_of(step: Step, called: str = "Undo") -> Step | None:
    """The step that reverses this one; None if there is none."""
    if step.file is not None and step.file.old is not None:
        why = "text of the last save" if called == "Redo" else "text before the last save"
        return save_step(FileEdit(step.file.path, step.file.new, step.file.old, moves=True), why)
    return Step(step.undo, f"undoes {shell_line(step.argv)}", undo=step.argv) if step.undo is not None else None
