"""`jailtui conf FORM`: a form without the screen. It prints the fields, or saves the answers."""

from __future__ import annotations

import argparse
import difflib
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from jailtui.cli.carryout import agree_and_run, put_steps
from jailtui.cli.hosts import opened
from jailtui.cli.talk import put, table, talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, change_options, host_options, take_option
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, Form, NoForm, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Level, Scope
    from jailtui.plans.plan import Plan
    from jailtui.preferences import Config
    from jailtui.snapshot import Snapshot

# The command line.


def options(form: FormName, to: argparse.ArgumentParser) -> None:
    """The arguments of a form. An optional NAME is the first of `answers`: argparse would lose it behind options."""
    subject = SUBJECTS[form]
    to.usage = " ".join(f"%(prog)s {subject} [FIELD=VALUE ...] [options]".split())
    if subject in ("JAIL", "NAME"):
        to.add_argument("subject", metavar=subject, type=jail)
    to.add_argument("answers", metavar="FIELD=VALUE", nargs="*", help="a new value (default: print the fields)")
    for option, jails in (("--for-one", "this jail only"), ("--for-all", "all jails that share it")):
        text = f"change a shared value for {jails}"
        to.add_argument(option, metavar="FIELD", action="append", default=[], help=text)
    to.add_argument("--restart", action="store_true", help="restart the jail after the save, if it runs")
    to.add_argument("--json", action="store_true", help="print the fields, or what saving would do, as one JSON object")
    to.add_argument("--diff", action="store_true", help="print the diff and the commands and change nothing")
    take_option(to)
    change_options(to, "print the diff and the commands as a shell script and change nothing")
    host_options(to)


def jail(text: str) -> str:
    """The name of a jail, which can't contain `=`: jail(8) takes such a word for a parameter."""
    if "=" in text:
        raise argparse.ArgumentTypeError(f"a jail's name cannot contain '=': {text}")
    return text


class FormRequest(NamedTuple):
    """The form that the command line names, its subject ("": a new one), and the answers."""

    form: FormName
    subject: str
    answers: Answers


def form_request(form: FormName, arguments: Arguments) -> FormRequest:
    """The form and the answers that the command line gives. Raises Stop."""
    words: list[str] = list(arguments.answers)
    subject = getattr(arguments, "subject", "")
    if SUBJECTS[form] == "[NAME]" and words and "=" not in words[0]:
        subject = words.pop(0)
    values: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise Stop(f"{word}: expected FIELD=VALUE.", Exit.USAGE)
        if values.setdefault(key, value) != value:
            raise Stop(f"{key} is given two values.", Exit.USAGE)
    scope: dict[str, Scope] = dict.fromkeys(arguments.for_one, "one")
    for key in arguments.for_all:
        if scope.setdefault(key, "all") != "all":
            raise Stop(f"{key}: --for-one and --for-all exclude each other.", Exit.USAGE)
    return FormRequest(form, subject, Answers(values, scope))


# Running.


def run(form: FormName, arguments: Arguments, config: Config) -> int:
    """Print the fields or what saving would do; or show the plan, ask, and run it."""
    request = form_request(form, arguments)
    with opened(arguments, config) as backend:
        snapshot = backend.read()
        try:
            return run_on(request, arguments, snapshot, backend)
        except NoForm as error:
            raise Stop(str(error), Exit.REFUSED) from error


def run_on(request: FormRequest, arguments: Arguments, snapshot: Snapshot, backend: HostBackend) -> int:
    """Carry out the request on one reading of the host. Raises Stop, NoForm, HostError."""
    form = backend.form(request.form, request.subject)
    draft = judged(form, request.answers)
    if not acts(arguments, request, draft):
        return print_fields(arguments, form, request, draft)

    def planned(now: Snapshot) -> Plan:
        """The plan by the first reading, or, by a later one, of the form opened again."""
        if now is snapshot:
            return plan_of(form, draft, now)
        again = backend.form(request.form, request.subject)
        return plan_of(again, judged(again, request.answers), now)

    def plan_of(form: Form, draft: Draft, now: Snapshot) -> Plan:
        jail = now.state.jail(draft.restart) if arguments.restart and draft.restart is not None else None
        return backend.save_plan(form, draft, now, restart=jail is not None and jail.running)

    print_notes(draft, ("error", "note"))
    if draft.errors or draft.empty or arguments.diff or arguments.json:
        return preview(arguments, planned(snapshot), draft)
    return agree_and_run(planned, snapshot, backend, arguments)


def judged(form: Form, answers: Answers) -> Draft:
    """The form's draft; an answer that the screen does not allow is an error in it. Raises Stop."""
    fields = {field.key: field for field in (*form.fields(Answers()), *form.fields(answers))}
    for key in (*answers.values, *answers.scope):
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(fields) or 'none'}."
            raise Stop(f"{form.title} has no field {key}; {hint}", Exit.REFUSED)
    faults = {key: text for key in answers.values if (text := "".join(fault(fields[key], answers)))}
    draft = form.draft(answers)
    notes = [note for note in draft.notes if note.level != "error" or note.field not in faults]
    return draft._replace(notes=(*(Note("error", text, key) for key, text in faults.items()), *notes))


def fault(field: Field, answers: Answers) -> Iterator[str]:
    """Why the answer is not valid for the field, in parts of a sentence."""
    value = answers.values[field.key]
    if value == field.value:
        return
    allowed = {"choice": field.choices, "switch": (ON, OFF), "three": ("inherit", "allow", "deny")}.get(field.kind, ())
    if field.kind == "fact":
        yield "can't be changed here."
    elif allowed and value not in allowed:
        empty = ", or nothing" if "" in allowed else ""
        yield f"{value} is not one of: {', '.join(filter(None, allowed))}{empty}."
    elif len(field.shared) > 1 and field.key not in answers.scope:
        yield f"shared by {', '.join(field.shared)} ({field.where}): "
        yield f"give --for-one {field.key} or --for-all {field.key}."


def acts(arguments: Arguments, request: FormRequest, draft: Draft) -> bool:
    """Whether to save rather than print: with answers, or for a form that needs none."""
    if request.answers.values or arguments.diff:
        return True
    return not arguments.json and (request.form.startswith("remove") or not (draft.empty or draft.errors))


# Printing.


def print_fields(arguments: Arguments, form: Form, request: FormRequest, draft: Draft) -> int:
    if arguments.json:
        from jailtui.cli.form_document import FormDocument

        put(FormDocument.of(form, request.answers).as_json())
    else:
        put(table(list(field_rows(form.fields(request.answers)))))
        print_notes(draft, ("warning", "note"))
    return Exit.OK


COLUMNS: dict[str, Callable[[Field], str]] = {
    "FIELD": lambda field: field.key,
    "VALUE": lambda field: field.value,
    "DEFAULT": lambda field: field.default,
    "RUNNING": lambda field: field.now,
    "WRITTEN AS": lambda field: field.raw if field.raw != field.value else "",
    "WHERE": lambda field: field.where,
    "SHARED BY": lambda field: " ".join(field.shared) if len(field.shared) > 1 else "",
}


def field_rows(fields: Sequence[Field]) -> Iterator[Sequence[str]]:
    """A table of fields, without empty columns."""
    columns = {head: cell for head, cell in COLUMNS.items() if head in ("FIELD", "VALUE") or any(map(cell, fields))}
    yield list(columns)
    for field in fields:
        yield [cell(field) or "-" for cell in columns.values()]


def print_notes(draft: Draft, levels: Iterable[Level]) -> None:
    """Print the notes of these levels, each with its field unless it begins with the field's name."""
    for note in draft.notes:
        if note.level in levels:
            field = f"{note.field}: " if note.field and not note.text.startswith(f"{note.field} ") else ""
            talk(f"{note.level}: {field}{note.text}")


def preview(arguments: Arguments, plan: Plan, draft: Draft) -> int:
    """Print what saving would do, as a diff and commands or as JSON; change nothing."""
    print_notes(draft, ("warning",))
    if arguments.json:
        from jailtui.cli.form_document import DraftDocument

        put(DraftDocument.model_validate(draft).as_json())
    elif arguments.diff:
        put_steps(plan)
    if draft.errors:
        return Exit.REFUSED
    if draft.empty:
        talk("Nothing to change.")
        return Exit.OK
    for refusal in plan.refused:
        talk(refusal.text)
    return Exit.REFUSED if plan.refused else Exit.OK


HELPS: dict[FormName, tuple[str, str]] = {
    "network": ("JAIL", "show or change the network of a jail"),
    "permissions": ("JAIL", "show or change what a jail may do"),
    "bridge": ("[NAME]", "show, change or create a bridge"),
    "vlan": ("[NAME]", "show, change or create a VLAN"),
    "new": ("", "create a jail"),
    "copy": ("JAIL", "create a jail with the settings of another"),
    "rename": ("JAIL", "rename a jail wherever its name is written"),
    "log": ("JAIL", "show or change where a jail's console log is kept"),
    "remove": ("JAIL", "remove a jail from the configuration"),
    "remove-bridge": ("NAME", "destroy a bridge, and remove it from rc.conf"),
    "remove-vlan": ("NAME", "destroy a VLAN, and remove it from rc.conf"),
}
"""The forms: the metavar of their subject, and their help."""
SUBJECTS = {form: subject for form, (subject, _) in HELPS.items()}
CONF_VERBS: dict[str, tuple[str, CommandVerb]] = {
    form: (text, CommandVerb(partial(options, form), partial(run, form))) for form, (_, text) in HELPS.items()
}
