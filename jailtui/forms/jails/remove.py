"""The form that removes a jail from the configuration. Its root stays, and it must not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.jails.boot import unlist_steps, unlisted_notes, variable_notes
from jailtui.forms.jails.copies import HOSTNAME
from jailtui.forms.jails.free import Holdings, holdings
from jailtui.forms.jails.standing import (
    dependents,
    file_notes,
    inside_notes,
    left_notes,
    other_files,
    running_notes,
)
from jailtui.forms.notes import notes as judged
from jailtui.forms.notes import refused, saving
from jailtui.forms.protocol import AT_ONCE, Answers, Draft, Field, form_title
from jailtui.jailconf import EditError, RemoveJail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

HELP = {
    "jail": "Its block is removed from the file.",
    "path": "The root of the jail; the directory stays on the host.",
    "address": "The configured addresses of the jail.",
    "epair": "The pair that its hooks create.",
    "hostname": HOSTNAME,
}


class RemoveForm:
    """The removal of the jail `subject`: the fields are facts, the draft shows what is removed. Raises NoForm."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("remove", subject)
        self._sources = sources
        self._jail = sources.jail(subject)

    @property
    def _held(self) -> Holdings:
        return holdings(self._jail.jail, self._jail.file)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """Facts by which the operator recognizes the jail."""
        held, block = self._held, self._jail.jail.block
        facts = {
            "path": held.configured.path or "",
            "address": ", ".join(held.configured.addresses),
            "epair": ", ".join(held.pairs_and_others),
            "hostname": held.hostname,
        }
        return (
            Field("jail", "Jail", self.subject, "fact", where=f"{block.file}:{block.line}", help=HELP["jail"]),
            *(Field(key, key.capitalize(), value, "fact", help=HELP[key]) for key, value in facts.items() if value),
        )

    def draft(self, answers: Answers) -> Draft:
        """The file without the jail's block, and jail_list without its name."""
        notes = tuple(self._notes())
        try:
            files = self._sources.apply({self._jail.jail.block.file: [RemoveJail(self.subject)]})
        except EditError as error:
            return Draft(notes=(*notes, refused(error)))
        needing = dependents(self._sources, self.subject)
        broken = judged("network", self._sources, files, {self.subject, *needing}) if needing else ()
        return Draft(
            files,
            unlist_steps(self._sources, self.subject),
            (*notes, *(note for note in broken if not note.standing)),
            f"{AT_ONCE}; the jail can no longer be started",
        )

    def _notes(self) -> Iterator[Note]:
        sources, name = self._sources, self.subject
        yield from running_notes(sources, name, "once it is removed here,")
        block = self._jail.jail.block
        above = sources.texts[block.file].splitlines()[: block.line - 1][-1:]
        if any(line.lstrip().startswith((b"#", b"//")) or line.rstrip().endswith(b"*/") for line in above):
            yield saving("comment-stays", f"The comment above its block, {block.file} line {block.line - 1}, stays.")
        yield from inside_notes(sources, name, "remove those first")
        yield from left_notes(sources, name)
        yield from variable_notes(sources, name)
        yield from unlisted_notes(sources, name)
        yield from other_files(self._jail, f": {name} is then the jail of that file")
        yield from file_notes(sources, self._jail)
        if path := self._held.configured.path:
            yield saving("root-stays", f"The root {path} stays as it is.")
