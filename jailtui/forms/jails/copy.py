"""The form that copies a jail's configuration: a new name, and new values where jails can't share one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.forms.jails.boot import boot_field, boot_notes, list_steps, service_notes
from jailtui.forms.jails.copies import Example, copied, example, number_notes, part_fields, values_for
from jailtui.forms.jails.free import Used, holdings, used
from jailtui.forms.jails.named import is_hook, mentions
from jailtui.forms.jails.outcome import config_after, result_notes
from jailtui.forms.jails.rootdir import root_fields, root_notes, root_steps
from jailtui.forms.jails.standing import other_files
from jailtui.forms.jails.values import name_notes, value_notes
from jailtui.forms.notes import refused, saving
from jailtui.forms.protocol import ON, Answers, Draft, Field, form_title, held
from jailtui.jailconf import EditError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.exchange import FileEdit, Step
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

NAME_FIELD = "Letters, digits, _ and -; a dot names a jail inside a jail. The hooks get it as ${name}."


class CopyForm:
    """A copy of the jail `subject`: its block after the original's, or in a file of its own if the original has one.

    Raises NoForm.
    """

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("copy", subject)
        self._sources = sources
        jail = sources.jail(subject)
        self._example = example(sources, jail, holdings(jail.jail, jail.file))

    @cached_property
    def _taken(self) -> Used:
        return used(self._sources)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The name, then the values that the copy can't share with its original."""
        return held(self._proposed, answers)

    def _proposed(self, answers: Answers) -> tuple[Field, ...]:
        name = answers.values.get("name", "")
        values = values_for(self._example, self._taken, name, answers.values)
        return (
            Field("name", "Name", name, help=NAME_FIELD),
            *part_fields(self._sources, self._taken, self._example, values, shared=False),
            *root_fields(self._sources, answers.values, thin=False),
            *boot_field(self._sources, self._example.file),
        )

    def draft(self, answers: Answers) -> Draft:
        """The copy in its file."""
        return copy_draft(self._sources, self._taken, self._example, answers)


def copy_draft(sources: Sources, taken: Used, example: Example, answers: Answers) -> Draft:
    name = answers.values.get("name", "")
    values = values_for(example, taken, name, answers.values)
    olds = {part.key: part.value for part in example.parts}
    notes = list(name_notes(sources, name))
    if name:
        notes += [*number_notes(example, values, taken), *value_notes(values, olds, answers)]
    if any(note.level == "error" for note in notes):
        return Draft(notes=tuple(notes))
    try:
        files = copied(sources, example, values, name)
    except EditError as error:
        return Draft(notes=(*notes, refused(error)))
    return new_jail_draft(sources, files, name, answers, [*notes, *_of_example(example)], example.name)


def _of_example(example: Example) -> Iterator[Note]:
    """Notes on what the copy keeps of its original."""
    changed = {spot.node.place for part in example.parts for spot in part.spots if not part.shared}
    for mention in mentions(example.jail):
        if not (is_hook(mention.node) and mention.follows) and mention.node.place not in changed:
            yield saving("name-copied", f"{mention.text} contains {example.name}, also in the copy.")
    yield from other_files(example.jail, f": the copy is made from {example.file}")


def new_jail_draft(
    sources: Sources,
    files: tuple[FileEdit, ...],
    name: str,
    answers: Answers,
    notes: list[Note],
    original: str = "",
) -> Draft:
    """The draft of a jail that is new in `files`, with notes on the jail and on its start at boot."""
    after = config_after(sources, files)
    jail = after.get(name)
    path = jail.jail.get("path") if jail else None
    root = path.values[-1] if path is not None and path.values else ""
    notes = [*notes, *result_notes(sources, after, name, original)]
    notes += root_notes(sources, root, name, answers) if root else ()
    commands: tuple[Step, ...] = ()
    if boot_field(sources, jail.file if jail else "") and answers.values.get("boot") == ON:
        commands = list_steps(sources, name)
    else:
        notes += boot_notes(sources, after, name)
    notes += service_notes(after, name)
    before = tuple(root_steps(sources, root, answers)) if root else ()
    return Draft(files, commands, tuple(notes), f"takes effect when {name} first starts", becomes=name, before=before)
