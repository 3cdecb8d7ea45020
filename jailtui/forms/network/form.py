"""The network form of a jail: it reads any style of jail.conf, and changes values where they are written."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.syntax import key as field_key
from jailtui.config.syntax import other_kind, syntax
from jailtui.exchange import FileEdit
from jailtui.forms.network import changing
from jailtui.forms.network.fields import Entry, JailNetwork
from jailtui.forms.notes import Judging, no_prefix, saving, unfit
from jailtui.forms.protocol import Answers, Draft, Field, NoForm, Note, form_effect, form_title
from jailtui.jailconf import EditError
from jailtui.model.usage import claimed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.config.view import View
    from jailtui.forms.sources import Sources


class Answered(NamedTuple):
    """The result of answers: the changed files, the jail's network in them, and errors of answers."""

    files: tuple[FileEdit, ...]
    after: JailNetwork
    notes: tuple[Note, ...]


class NetworkForm:
    """The form of one jail. Raises NoForm if the jail is not configured, or has no network of its own."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        section = sources.about.get("jail-rc")
        self._before = JailNetwork(subject, sources, section.out if section is not None and section.rc == 0 else None)
        if not self._before.entries:
            raise NoForm(f"{subject} has no interface and no address to change.")
        self._view = self._before.network.view
        self._last: tuple[Answers, Answered] | None = None
        self._judgings: dict[frozenset[str], Judging] = {}

    @property
    def title(self) -> str:
        return form_title("network", self.subject)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The fields; those that follow from an answer (an address made of `$id`) have their new value."""
        after = self._answered(answers).after
        before = self._before.entries
        return tuple(
            before[key].field._replace(value=entry.field.value)
            if key in before and key not in answers.values and answers.values
            else before[key].field
            if key in before
            else entry.field
            for key, entry in {**before, **after.entries}.items()
        )

    def draft(self, answers: Answers) -> Draft:
        """The changed files, read again: an answer that does not read back is an error."""
        answered = self._answered(answers)
        view = answered.after.network.view
        names = {self.subject}.union(*(self._before.entries[key].field.shared for key in _for_all(answers)))
        views = {self.subject: view}
        findings = self._judging(frozenset(names)).notes(answered.after.sources.config, views)
        files, commands = answered.files, answered.after.commands
        changes = bool(files or commands)
        seen = bool(commands) or self._seen(answered.after.sources, names)
        running = self._before.sources.running(self.subject) and seen
        effect = form_effect(self.subject, running=running) if seen else f"changes nothing in {self.subject}"
        return Draft(
            files,
            commands,
            (*answered.notes, *self._other_pair(view), *findings),
            effect if changes else "",
            self.subject if running and changes else None,
        )

    def _seen(self, after: Sources, names: set[str]) -> bool:
        """Whether one of these jails gets other parameters: they see no variable that none of them uses."""
        before, now = self._before.sources.config, after.config
        return any(
            old is None or new is None or old.jail != new.jail
            for old, new in ((before.get(name), now.get(name)) for name in names)
        )

    def _judging(self, names: frozenset[str]) -> Judging:
        if names not in self._judgings:
            self._judgings[names] = Judging("network", self._before.sources, names, {self.subject: self._view})
        return self._judgings[names]

    def _answered(self, answers: Answers) -> Answered:
        if self._last is None or self._last[0] != answers:
            self._last = (answers, self._in_own_block(answers) or self._in_whole_files(answers))
        return self._last[1]

    def _in_own_block(self, answers: Answers) -> Answered | None:
        """The result of answers that change the jail's own block only; None if they change more."""
        if not answers.values or any(_for_all(answers)):
            return None
        start = self._narrow
        after, notes = self._put_in(start, answers)
        files = self._before.sources.widened(start.sources, after.sources.texts, self.subject)
        return None if files is None or after.entries.keys() - start.entries.keys() else Answered(files, after, notes)

    def _in_whole_files(self, answers: Answers) -> Answered:
        after, notes = self._put_in(self._before, answers)
        old, new = self._before.sources.texts, after.sources.texts
        files = tuple(FileEdit(path, old[path], text) for path, text in new.items() if text != old[path])
        return Answered(files, after, notes)

    @cached_property
    def _narrow(self) -> JailNetwork:
        """The jail in files without the blocks of other jails, which are fast to read."""
        return replace(self._before, sources=self._before.sources.narrowed(self.subject))

    def _put_in(self, start: JailNetwork, answers: Answers) -> tuple[JailNetwork, tuple[Note, ...]]:
        """The network after all answers, each applied to the files of the one before, and errors."""
        net, notes = start, []
        wanted = {key: value.strip() for key, value in answers.values.items() if key in net.entries}
        ordered = [key for key in net.entries if key in wanted]
        ordered.sort(key=lambda key: changing.turn(self._before.entries[key].name, wanted[key]))
        for key in ordered:
            entry = net.entries.get(key)
            if entry is None or entry.field.kind == "fact" or entry.field.value == wanted[key]:
                continue
            if problem := self._unfit(entry, wanted[key]):
                notes.append(unfit(problem, key))
                continue
            try:
                net = changing.change(net, key, wanted[key], answers.scope.get(key))
            except EditError as error:
                notes.append(unfit(f"{entry.field.label}: {error}", key))
        return net, (*notes, *self._unkept(net, wanted, {note.field for note in notes}))

    def _unkept(self, net: JailNetwork, wanted: Mapping[str, str], known: set[str]) -> Iterator[Note]:
        """Errors for answers that the new files do not read back."""
        for key, value in wanted.items():
            entry = net.entries.get(key)
            read_back = entry.field.value if entry is not None else ""
            if key not in known and read_back != value and self._before.entries[key].field.value != value:
                label = self._before.entries[key].field.label
                yield unfit(f"{label}: the files would say {read_back or 'nothing'}, not {value or 'nothing'}.", key)

    def _unfit(self, entry: Entry, value: str) -> str | None:
        """The fault of a value, on any host."""
        problem = syntax(entry.field.key, value)
        prefix = entry.field.value.partition("/")[2]
        if problem is None and prefix and entry.name in ("address", "address6") and value and "/" not in value:
            return no_prefix(value, prefix)
        pair = entry.cable.pair if entry.name == "epair" and entry.cable is not None else None
        return other_kind(value, "epair") if problem is None and pair is not None and pair.created else problem

    def _other_pair(self, after: View) -> Iterator[Note]:
        """A warning if a stop, which reads the new file, would clean up the wrong pair (FREEBSD.md 2.4)."""
        if not self._before.sources.running(self.subject) or not self._view.vnet:
            return
        kept = {name for link in after.links for name in claimed(link)}
        for number, link in enumerate(self._view.links, 1):
            if gone := next((name for name in (link.pair, link.given) if name and name not in kept), None):
                text = f"{self.subject} is running with {gone}: restart it with the save or stop it first, or its "
                text += "stop cleans up the wrong pair."
                note = saving("other-pair", text, field_key(min(number, max(len(after.links), 1)), "epair"))
                yield note._replace(until_restart=True)


def _for_all(answers: Answers) -> Iterator[str]:
    """The keys of answers for all jails that share the place."""
    return (key for key, scope in answers.scope.items() if scope == "all" and key in answers.values)
