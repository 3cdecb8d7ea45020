"""`jailtui conf network` and its like: a form without the screen. It shows its fields, or saves what was answered."""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from jailtui.cli.exits import Exit
from jailtui.cli.report import step_text
from jailtui.cli.show import table
from jailtui.cli.talk import shown, talk
from jailtui.exchange import HostError, difference
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, Form, Level, NoForm, Note, Scope
from jailtui.plans.plan import Plan

if TYPE_CHECKING:
    from jailtui.backend import Snapshot
    from jailtui.forms.opening import FormName
    from jailtui.model.state import HostState

Arguments = argparse.Namespace
Planned = Callable[["Snapshot"], Plan]
NEW = ("bridge", "vlan")
"""Forms whose subject may be left out: a new one."""


class Backend(Protocol):
    """What is needed of the host."""

    def form(self, name: FormName, subject: str) -> Form: ...

    def save_plan(self, form: Form, draft: Draft, snapshot: Snapshot, *, restart: bool = False) -> Plan: ...


class Wrong(Exception):
    """The words can't be meant. The text is a sentence for the operator."""


class Wanted(NamedTuple):
    """Which form is asked for, on what, and what is answered."""

    name: FormName
    subject: str
    answers: Answers


def run(arguments: Arguments, snapshot: Snapshot, backend: Backend, settle: Callable[[Planned], int]) -> int:
    """Carry the verb out; gives the exit status. `settle` shows, asks and runs what the plan made by its argument does.

    `snapshot` is the host as it was read.
    """
    try:
        wanted = understood(arguments)
        form = backend.form(wanted.name, wanted.subject)
        draft = judged(form, wanted.answers)
        if not acts(arguments, wanted, draft):
            return told(arguments, form, wanted, draft)
        planned = planner(arguments, wanted, backend, snapshot, (form, draft))
        tell(draft, ("error", "note"))
        if draft.errors or draft.empty or arguments.diff or arguments.json:
            return previewed(arguments, planned(snapshot), draft)
        return settle(planned)
    except (Wrong, NoForm) as error:
        talk(str(error))
        return Exit.REFUSED
    except HostError as error:
        talk(str(error))
        return Exit.UNREACHABLE


def planner(
    arguments: Arguments, wanted: Wanted, backend: Backend, snapshot: Snapshot, made: tuple[Form, Draft]
) -> Planned:
    """What makes the plan: of `snapshot` by the form as it was `made`, of any other by a form opened anew."""

    def planned(now: Snapshot) -> Plan:
        form, draft = made
        if now is not snapshot:
            form = backend.form(wanted.name, wanted.subject)
            draft = judged(form, wanted.answers)
        return backend.save_plan(form, draft, now, restart=restarts(arguments, draft, now.state))

    return planned


def restarts(arguments: Arguments, draft: Draft, state: HostState) -> bool:
    """Whether a jail is to be restarted: where that is asked for, and it runs."""
    jail = state.jail(draft.restart) if arguments.restart and draft.restart is not None else None
    return jail is not None and jail.running


# The words.


def understood(arguments: Arguments) -> Wanted:
    """The command line as answers. Raises Wrong."""
    name: FormName = arguments.form
    words: list[str] = list(arguments.given)
    subject = getattr(arguments, "subject", "")
    if name in NEW and words and "=" not in words[0]:
        subject = words.pop(0)
    values: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise Wrong(f"{word}: FIELD=VALUE is wanted.")
        if values.setdefault(key, value) != value:
            raise Wrong(f"{key} is given two values.")
    scope: dict[str, Scope] = dict.fromkeys(arguments.for_one, "one")
    for key in arguments.for_all:
        if scope.setdefault(key, "all") != "all":
            raise Wrong(f"{key}: --for-one and --for-all can't both be meant.")
    return Wanted(name, subject, Answers(values, scope))


def judged(form: Form, answers: Answers) -> Draft:
    """The form's draft, with what the screen would not have let anybody answer as errors. Raises Wrong."""
    fields = {one.key: one for one in (*form.fields(Answers()), *form.fields(answers))}
    for key in (*answers.values, *answers.scope):
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(fields) or 'none'}."
            raise Wrong(f"{form.title} has no field {key}; {hint}")
    found = {key: fault for key in answers.values if (fault := "".join(faults(fields[key], answers)))}
    draft = form.draft(answers)
    notes = [note for note in draft.notes if note.level != "error" or note.field not in found]
    return draft._replace(notes=(*(Note("error", fault, key) for key, fault in found.items()), *notes))


def faults(field: Field, answers: Answers) -> Iterator[str]:
    """Why the field can't be given its answer."""
    value = answers.values[field.key]
    if value == field.value:
        return
    allowed = {"choice": field.choices, "switch": (ON, OFF), "three": ("inherit", "allow", "deny")}.get(field.kind, ())
    if field.kind == "fact":
        yield "it can't be changed here."
    elif allowed and value not in allowed:
        empty = ", or nothing" if "" in allowed else ""
        yield f"it can't be {value}, only one of: {', '.join(filter(None, allowed))}{empty}."
    elif len(field.shared) > 1 and field.key not in answers.scope:
        yield f"{', '.join(field.shared)} get it from the same place ({field.where}): "
        yield f"give --for-one {field.key} or --for-all {field.key}."


def acts(arguments: Arguments, wanted: Wanted, draft: Draft) -> bool:
    """Whether something is to be saved, not shown only: with answers, and where the form does something without."""
    if wanted.answers.values or arguments.diff:
        return True
    return not arguments.json and (wanted.name == "remove" or not (draft.empty or draft.errors))


# What is printed.


def told(arguments: Arguments, form: Form, wanted: Wanted, draft: Draft) -> int:
    """The fields as they are."""
    fields = form.fields(wanted.answers)
    if arguments.json:
        document = {"title": form.title, "subject": form.subject, "fields": [one._asdict() for one in fields]}
        print(json.dumps(document, indent=2))
    else:
        print(table([list(row) for row in rows(fields)]))
        tell(draft, ("warning", "note"))
    return Exit.OK


def rows(fields: Sequence[Field]) -> Iterator[Sequence[str]]:
    """A table of fields; of the columns that may be left out those that say something."""
    columns: list[tuple[str, Callable[[Field], str]]] = [
        ("FIELD", lambda one: one.key),
        ("VALUE", lambda one: one.value),
        ("DEFAULT", lambda one: one.default),
        ("RUNNING", lambda one: one.now),
        ("WRITTEN AS", lambda one: one.raw if one.raw != one.value else ""),
        ("WHERE", lambda one: one.where),
        ("SHARED BY", lambda one: " ".join(one.shared) if len(one.shared) > 1 else ""),
    ]
    told = [(head, cell) for head, cell in columns if head in ("FIELD", "VALUE") or any(map(cell, fields))]
    yield [head for head, _ in told]
    for one in fields:
        yield [cell(one) or "-" for _, cell in told]


def tell(draft: Draft, levels: Iterable[Level]) -> None:
    """The notes of these levels, each with its field unless it begins with that."""
    for note in draft.notes:
        if note.level in levels:
            field = f"{note.field}: " if note.field and not note.text.startswith(f"{note.field} ") else ""
            talk(f"{note.level}: {field}{note.text}")


def previewed(arguments: Arguments, plan: Plan, draft: Draft) -> int:
    """What saving would do, as a diff and commands or as JSON; nothing is changed."""
    tell(draft, ("warning",))
    if arguments.json:
        print(json.dumps(document(draft), indent=2))
    elif arguments.diff:
        steps = [step for task in plan.tasks for step in task.steps]
        print("\n".join(shown(step_text(step)) for step in steps), end="\n" if steps else "")
    if draft.errors:
        return Exit.REFUSED
    if draft.empty:
        talk("It is so already.")
        return Exit.OK
    for refusal in plan.refused:
        talk(f"{refusal.subject}: {refusal.reason}")
    return Exit.REFUSED if plan.refused else Exit.OK


def document(draft: Draft) -> dict[str, Any]:
    """The object `--json` prints of a draft; its keys are described in the README."""
    return {
        "files": [
            {"path": one.path, "diff": "\n".join(difference(one.old or b"", one.new, one.path))} for one in draft.files
        ],
        "commands": [list(step.argv) for step in draft.commands],
        "notes": [note._asdict() for note in draft.notes],
        "effect": draft.effect,
        "restart": draft.restart,
    }
