"""The form of exec.consolelog: the file of the host to which jail(8) adds what the commands in a jail print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.forms.notes import Judging, refused, unfit
from jailtui.forms.protocol import Answers, Draft, Field, form_effect, form_title
from jailtui.jailconf import EditError, EditPlace, Set, Unset
from jailtui.model.console import PARAMETER, around, roots, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import Edit

USUAL = "/var/log/jail_{}_console.log"
"""The path that rc.d/jail gives a jail that rc.conf defines."""
HELP = "A file of the host; jail(8) adds to it what the jail's commands print. Empty: it is not kept."


class LogForm:
    """The console log of the jail `subject`. Raises NoForm."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("log", subject)
        self._sources = sources
        self._jail = sources.jail(subject)
        self._setting = self._jail.jail.get(PARAMETER)

    @property
    def _path(self) -> str:
        return "".join(self._setting.values[-1:]) if self._setting is not None else ""

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The path."""
        return (Field("path", "Console log", self._path, where=self._where(), choices=self._proposals(), help=HELP),)

    def _proposals(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (self._path, USUAL.format(self.subject)))))

    def _where(self) -> str:
        if self._setting is None or not self._setting.origins:
            return ""
        origin = self._setting.origins[-1]
        where = f"{origin.file.rpartition('/')[2]}:{origin.line}"
        return where if self._own else f"{where}, from {origin.block or 'globals'}"

    @property
    def _own(self) -> bool:
        """Whether the jail's own block sets it."""
        return self._setting is not None and self._setting.origins[-1:][0].block == self.subject

    def draft(self, answers: Answers) -> Draft:
        """The parameter in the jail's own block; an inherited value stays for the others."""
        path = answers.values.get("path", self._path)
        if path == self._path:
            return Draft()
        notes = tuple(self._faults(path))
        if notes:
            return Draft(notes=notes)
        where = EditPlace(jail=self.subject)
        edit: Edit = Set(where, PARAMETER, (path,)) if path else Unset(where, PARAMETER)
        try:
            files = self._sources.apply({self._jail.jail.block.file: [edit]})
        except EditError as error:
            return Draft(notes=(refused(error, "path"),))
        running = self._sources.running(self.subject)
        notes = Judging("log", self._sources, {self.subject}).notes(self._sources.edited(files).config)
        effect = form_effect(self.subject, running=running)
        return Draft(files, notes=notes, effect=effect, restart=self.subject if running else None)

    def _faults(self, path: str) -> Iterator[Note]:
        if not path:
            if not self._own:
                yield unfit(f"It is inherited ({self._where()}): remove it there.", "path")
        elif not usable(path):
            yield unfit("The console log needs an absolute path, without `.` and `..`.", "path")
        elif inside := around(path, roots(self._sources.state)):
            text = f"{path} is below {inside}, the root of a jail, whose root user may make it a link to any file."
            yield unfit(text, "path")
