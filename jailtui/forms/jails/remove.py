"""The form that takes a jail out of the configuration. Its root stays, and it must not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.jails.boot import unlist_steps, unlisted_notes, variable_notes
from jailtui.forms.jails.free import Holdings, holdings
from jailtui.forms.jails.standing import dependents, left_notes, nested, running_notes, sentence
from jailtui.forms.protocol import AT_ONCE, Answers, Draft, Field, Note, form_title
from jailtui.jailconf import EditError, RemoveJail, consequences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.sources import Sources


class Remove:
    """The removal of the jail `subject`: nothing to fill in, the draft shows what goes."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("remove", subject)
        self._sources = sources
        self._jail = sources.jail(subject)

    @property
    def _held(self) -> Holdings:
        return holdings(self._jail.jail, self._jail.file)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """What is known of the jail, to see that it is the right one."""
        held, block = self._held, self._jail.jail.block
        told = {
            "path": held.configured.path or "",
            "address": ", ".join(held.configured.addresses),
            "epair": ", ".join(held.pairs_and_others),
            "hostname": held.hostname,
        }
        return (
            Field("jail", "Jail", self.subject, "fact", where=f"{block.file}:{block.line}"),
            *(Field(key, key.capitalize(), value, "fact") for key, value in told.items() if value),
        )

    def draft(self, answers: Answers) -> Draft:
        """The file without the jail's block, and jail_list without its name."""
        notes = list(self._notes())
        block = self._jail.jail.block
        edit = RemoveJail(self.subject)
        try:
            files = self._sources.apply({block.file: [edit]})
            evaluation = self._sources.config.evaluations[self._jail.file]
            concerns = consequences(self._sources.file(block.file), edit, evaluation)
            notes += [
                Note("warning", sentence(concern.text)) for concern in concerns if concern.kind == "duplicate-jail"
            ]
        except EditError as error:
            return Draft(notes=(*notes, Note("error", sentence(str(error)))))
        return Draft(
            files,
            unlist_steps(self._sources, self.subject),
            tuple(notes),
            f"{AT_ONCE}; the jail can no longer be started",
        )

    def _notes(self) -> Iterator[Note]:
        sources, name = self._sources, self.subject
        yield from running_notes(sources, name, "once it is removed here,")
        block = self._jail.jail.block
        above = sources.texts[block.file].splitlines()[: block.line - 1][-1:]
        if any(one.lstrip().startswith((b"#", b"//")) or one.rstrip().endswith(b"*/") for one in above):
            yield Note("note", f"The comment above its block, {block.file} line {block.line - 1}, stays.")
        if needing := dependents(sources, name):
            text = f"depend of {', '.join(needing)} names {name}: jail(8) can't start them without it."
            yield Note("error", text)
        if inside := nested(sources, name):
            yield Note("error", f"{', '.join(inside)} would be inside of {name}: remove those first.")
        yield from left_notes(sources, name)
        yield from variable_notes(sources, name)
        yield from unlisted_notes(sources, name)
        for other in self._jail.others:
            yield Note("warning", f"{other} defines {name} too: from then on that one counts.")
        block = self._jail.jail.block
        if not any(jail.jail.block.file == block.file and jail.name != name for jail in sources.config.jails):
            yield Note("note", f"{block.file} stays, without a jail in it.")
        if path := self._held.configured.path:
            yield Note("note", f"Its root {path} stays as it is.")


def form(subject: str, sources: Sources) -> Remove:
    """The form on the jail to remove. Raises NoForm."""
    return Remove(subject, sources)
