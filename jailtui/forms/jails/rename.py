"""The form that renames a jail in the configuration: its block, and the places that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.jails.boot import boot_notes, listed, relist_steps, service_notes, variable_notes
from jailtui.forms.jails.copies import file_named, stands_alone
from jailtui.forms.jails.copy import NAME_FIELD
from jailtui.forms.jails.named import depend_edits, mentions
from jailtui.forms.jails.outcome import config_after, new_file, result_notes
from jailtui.forms.jails.standing import (
    file_notes,
    inside_notes,
    left_notes,
    other_files,
    running_notes,
)
from jailtui.forms.jails.values import name_notes
from jailtui.forms.notes import refused, saving
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, form_title
from jailtui.jailconf import Edit, EditError, HostConfig, HostJail, RemoveJail, RenameJail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.exchange import FileEdit
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources


class RenameForm:
    """A new name for the jail `subject`, which must not run: a stop would use the new name. Raises NoForm."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("rename", subject)
        self._sources = sources
        self._jail = sources.jail(subject)
        self._mentions = tuple(mentions(self._jail))

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The name, and whether values that contain the old name are changed."""
        name = Field("name", "Name", self.subject, where=self._where(), help=NAME_FIELD)
        following = [mention for mention in self._mentions if mention.follows]
        if not following:
            return (name,)
        text = "; ".join(mention.text for mention in following)
        return (name, Field("follow", "Change values", OFF, "switch", help=f"Changes the name in {text}."))

    def _where(self) -> str:
        block = self._jail.jail.block
        return f"{block.file.rpartition('/')[2]}:{block.line}"

    def draft(self, answers: Answers) -> Draft:
        """The block under its new name, and the places that name it."""
        new = answers.values.get("name", self.subject)
        if new == self.subject:
            return Draft()
        follow = answers.values.get("follow") == ON
        notes = [*name_notes(self._sources, new), *self._notes(follow)]
        if any(note.field == "name" and note.level == "error" for note in notes):
            return Draft(notes=tuple(notes))
        try:
            files = self._files(new, follow)
        except EditError as error:
            return Draft(notes=(*notes, refused(error)))
        after = config_after(self._sources, files)
        notes += self._result(after, new)
        steps = relist_steps(self._sources, self.subject, new)
        return Draft(files, steps, tuple(notes), f"takes effect when {new} next starts", becomes=new)

    def _files(self, new: str, follow: bool) -> tuple[FileEdit, ...]:
        """The files under the new name. Raises EditError."""
        old, file = self.subject, self._jail.jail.block.file
        own: list[Edit] = [RenameJail(old, new)]
        own += [mention.edit(old, new) for mention in self._mentions if mention.follows and follow]
        edits = depend_edits(self._sources, old, new)
        if not stands_alone(self._sources, self._jail):
            return self._sources.apply({**edits, file: [*own, *edits.get(file, ())]})
        text = self._sources.file(file).data
        moved = new_file(self._sources, file_named(file, old, new), text, [*own, *edits.pop(file, ())])
        return (moved, *self._sources.apply({file: [RemoveJail(old)], **edits}))

    def _notes(self, follow: bool) -> Iterator[Note]:
        sources, old = self._sources, self.subject
        yield from running_notes(sources, old, "under another name")
        yield from inside_notes(sources, old, "rename them by hand, with their blocks")
        yield from left_notes(sources, old)
        yield from variable_notes(sources, old)
        yield from other_files(self._jail, ", and keeps that name")
        if stands_alone(sources, self._jail):
            yield from file_notes(sources, self._jail)
        for mention in self._mentions:
            if not (mention.follows and follow):
                text = f"{mention.text} keeps the old name."
                yield saving("name-needed" if mention.needed else "name-stays", text)

    def _result(self, after: HostConfig, new: str) -> Iterator[Note]:
        was, now = self._jail, after.get(new)
        yield from result_notes(self._sources, after, new, self.subject, replaced=True)
        yield from _moved_root(was, now)
        if self.subject not in listed(self._sources) and was.boot_file and now and not now.boot_file:
            yield from boot_notes(self._sources, after, new)
        yield from service_notes(after, new)


def _moved_root(was: HostJail, now: HostJail | None) -> Iterator[Note]:
    """A warning for a path that is made of the name, while the directory on the host keeps its name."""
    before, after = (jail.jail.get("path") if jail else None for jail in (was, now))
    if before and after and before.values != after.values:
        old, new = "".join(before.values[-1:]), "".join(after.values[-1:])
        text = f"The root becomes {new}, which follows the name: rename the directory {old} before the start."
        yield saving("root-renamed", text)
