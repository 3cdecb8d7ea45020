"""The sources of forms: the files that define jails, rc.conf, and the state of the host."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from jailtui import jailconf
from jailtui.config.jails import dialect_of
from jailtui.config.world import world
from jailtui.exchange import FileEdit, Section
from jailtui.forms.protocol import NoForm
from jailtui.jailconf.lookup import NO_OTHERS, Lookup, OtherPaths
from jailtui.jailconf.narrow import narrowed, widened
from jailtui.model.console import around, roots
from jailtui.rules.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jailtui.model.state import HostState


class HostReading(Protocol):
    """A reading of a host: its configured jails, and the context of rules."""

    @property
    def config(self) -> jailconf.HostConfig: ...

    @property
    def context(self) -> Context: ...


@dataclass(frozen=True)
class Sources:
    """One reading of a host for a form.

    `texts` are the files that define jails by path, `rcconf` the variables of rc.conf (None: it could not be read).
    `about` are the sections of `host/about.sh` on the form's jail, by name; a missing one was not read, and the form
    says "not known". `reading` is the meaning of the same files, if known. `others` are paths without a text.
    """

    state: HostState
    texts: Mapping[str, bytes]
    rcconf: Mapping[str, str] | None
    about: Mapping[str, Section] = field(default_factory=lambda: MappingProxyType({}))
    reading: HostReading | None = field(default=None, compare=False)
    others: OtherPaths = NO_OTHERS

    @property
    def release(self) -> str:
        """The host's release, `15.1-RELEASE`."""
        return self.state.facts.release

    @property
    def dialect(self) -> jailconf.Dialect:
        """The dialect of the host's jail(8)."""
        return dialect_of(self.release)

    @cached_property
    def config(self) -> jailconf.HostConfig:
        """The configured jails, each with the file that rc.d/jail reads for it."""
        if self.reading is not None:
            return self.reading.config
        return jailconf.choose(self.texts, self.dialect, self.rcconf or {}, others=self.others)

    @cached_property
    def trees(self) -> Mapping[str, jailconf.File]:
        """The parsed files of jail(8), by path."""
        return {file.name: file for evaluation in self.config.evaluations.values() for file in evaluation.files}

    @cached_property
    def context(self) -> Context:
        """The context of rules for the host as it is."""
        if self.reading is not None:
            return self.reading.context
        return Context(self.state, world(self.config), from_here=self.state.facts.local)

    def edited(self, files: Iterable[FileEdit]) -> Sources:
        """The same host with other texts of files."""
        return self.of({**self.texts, **{edit.path: edit.new for edit in files}})

    def of(self, texts: Mapping[str, bytes]) -> Sources:
        """The same host with these texts instead of its files."""
        return replace(self, texts=texts, reading=None)

    def narrowed(self, name: str) -> Sources:
        """The same host with files in which the blocks of other jails are blank."""
        files = self.trees
        return self.of(
            {path: narrowed(files[path], name) if path in files else data for path, data in self.texts.items()}
        )

    def widened(self, narrow: Sources, after: Mapping[str, bytes], name: str) -> tuple[FileEdit, ...] | None:
        """The changes from `narrow`, narrowed to the jail `name`, to `after`, made in the whole files.

        None if they reach beyond the jail's block, where they may change other jails.
        """
        edits: list[FileEdit] = []
        for path, text in after.items():
            if text == narrow.texts[path]:
                continue
            new = widened(self.file(path), narrow.texts[path], text, name)
            if new is None:
                return None
            edits.append(FileEdit(path, self.texts[path], new))
        return tuple(edits)

    def jail(self, name: str) -> jailconf.HostJail:
        """The configured jail of that name. Raises NoForm."""
        jail = self.config.get(name)
        if jail is None:
            faults = [fault for evaluation in self.config.evaluations.values() for fault in evaluation.faults]
            if not faults:
                if why := self.state.unknown("files"):
                    raise NoForm(f"It is not known whether a file defines {name}: {why}.")
                raise NoForm(f"No jail.conf defines {name}.")
            fault = faults[0].text.removeprefix("jail: ").rstrip(".")
            raise NoForm(f"{name} can't be read until the file is corrected: {fault}.")
        return jail

    def file(self, path: str) -> jailconf.File:
        """A parsed file of the host. Raises NoForm if it was not read."""
        if path not in self.texts:
            raise NoForm(f"{path} could not be read.")
        return self.trees.get(path) or jailconf.parse(self.texts[path], path, self.dialect)

    @property
    def lookup(self) -> Lookup:
        """The reader of files that a file includes."""
        return Lookup(self.texts, self.others)

    def apply(self, edits: Mapping[str, Sequence[jailconf.Edit]]) -> tuple[FileEdit, ...]:
        """The texts of the files after these edits, by path; an unchanged file is left out.

        Raises jailconf.EditError.
        """
        files: list[FileEdit] = []
        for path, wanted in edits.items():
            change = jailconf.apply_to(self._reading(path), wanted)
            if not change.empty:
                files.append(FileEdit(path, self.texts[path], change.after))
        return tuple(files)

    def _reading(self, path: str) -> jailconf.CheckedReading:
        """What is read of a file for an edit, kept for the next draft."""
        if path not in self._readings:
            lookup = self.lookup
            self._readings[path] = jailconf.CheckedReading(self.file(path), lookup.read, lookup.glob)
        return self._readings[path]

    @cached_property
    def _readings(self) -> dict[str, jailconf.CheckedReading]:
        return {}

    def running(self, name: str) -> bool:
        """Whether a jail of that name is running."""
        jail = self.state.jail(name)
        return jail is not None and jail.running


def questions(state: HostState, subject: str) -> tuple[str, ...]:
    """The arguments of `host/about.sh` for a form about a jail, or about anything else."""
    words: list[str] = []
    jail = state.jail(subject)
    if jail is not None and jail.running:
        words.append(f"jid={jail.jid}")
    if jail is not None and (path := (jail.configured and jail.configured.path) or jail.path):
        root = path.rstrip("/")
        words += [f"under={around(f'{root}/etc', roots(state))}", f"root={root}"]
    paths = [jail.configured.path if jail.configured else jail.path for jail in state.jails]
    parents = dict.fromkeys(path.rstrip("/").rpartition("/")[0] for path in paths if path and path != "/")
    return (*words, *(f"parent={parent}" for parent in list(parents)[:8] if parent))
