"""The edits for answers: each changes the place of its value, or the jail's own block."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_table import ALLOW, Permission, negated, word
from jailtui.exchange import FileEdit
from jailtui.forms.notes import refused, unfit
from jailtui.forms.written import edit_place
from jailtui.jailconf import Edit, EditError, EditPlace, HostJail, Set, Unset
from jailtui.jailconf.options import truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.config.permission_lines import PermissionLine
    from jailtui.forms.protocol import Answers, Note
    from jailtui.forms.sources import Sources

KEPT = 200
"""The number of results kept for a form."""


class Wish(NamedTuple):
    """A permission and its wanted `value`; `line` is its present place in the files.

    `by_recipe`: set by a recipe, which changes one jail only, not by an answer.
    """

    permission: Permission
    value: str
    line: PermissionLine | None
    by_recipe: bool = False

    @property
    def key(self) -> str:
        return self.permission.key


class Placed(NamedTuple):
    """The edit of a wish, its file, and the other jails that it changes."""

    wish: Wish
    path: str
    edit: Edit
    others: tuple[str, ...] = ()


def placed(wish: Wish, host_jail: HostJail, answers: Answers) -> Placed | Note:
    """The edit of a wish, or an error if it can't be written, or if the operator has to say for which jails."""
    name, line = host_jail.name, wish.line
    own = EditPlace(jail=name)
    if line is None:
        return Placed(wish, host_jail.jail.block.file, statement(own, wish, None))
    if line.own:
        return Placed(wish, line.origin.file, statement(own, wish, line))
    scope = answers.scope.get(wish.key) or ("one" if wish.by_recipe else "all" if len(line.shared) < 2 else None)
    if scope == "all":
        others = tuple(jail for jail in line.shared if jail != name)
        return Placed(wish, line.origin.file, statement(edit_place(line.origin.block), wish, line), others)
    if scope is None:
        text = f"{wish.key} comes from {line.source} ({line.place}) for {len(line.shared)} jails: choose {name} only"
        return unfit(f"{text}, or all of them.", wish.key)
    if wish.value == wish.permission.unset:
        instead = "allow or deny it" if wish.permission.kind == "three" else "set another value"
        text = f"{wish.key} comes from {line.source} ({line.place}), which can't be undone for {name} only: {instead}."
        return unfit(text, wish.key)
    return Placed(wish, host_jail.jail.block.file, statement(own, wish, None))


def statement(where: EditPlace, wish: Wish, line: PermissionLine | None) -> Edit:
    """The edit at that place. `line`: the present line, whose spelling is kept."""
    permission = wish.permission
    if wish.value == permission.unset:
        return Unset(where, permission.key)
    if permission.kind != "three":
        return Set(where, permission.key, (wish.value,))
    allowed = wish.value == ALLOW
    if line is None or not line.setting.values:
        return Set(where, permission.key if allowed else negated(permission.key), ())
    name, old = line.setting.name, line.setting.values[-1].lower()
    positive = allowed == truth(name, ("true",))
    words = ("true", "false") if old in ("true", "false") else ("1", "0")
    return Set(where, name, (words[0] if positive else words[1],))


Key = tuple[str, Edit]


class Writer:
    """Applies edits to the files of a host. Results are kept: while a value is typed, only the last edit is new."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[tuple[Key, ...], Mapping[str, bytes]] = {}
        self._asked: set[tuple[Key, ...]] = set()
        self._failed: dict[tuple[Key, ...], tuple[Note, ...]] = {}

    def write(self, edits: tuple[Placed, ...]) -> tuple[tuple[FileEdit, ...], tuple[Note, ...]]:
        """The changed files; or none, and an error for each edit that fails."""
        keys = tuple((placed.path, placed.edit) for placed in edits)
        if keys in self._failed:
            return (), self._failed[keys]
        try:
            texts = self._texts(keys)
        except EditError as error:
            notes = tuple(note for placed in edits if (note := self._fails(placed)) is not None)
            self._failed[keys] = notes or (refused(error),)
            return (), self._failed[keys]
        old = self._sources.texts
        return tuple(FileEdit(path, old[path], new) for path, new in texts.items() if new != old[path]), ()

    def _texts(self, keys: tuple[Key, ...]) -> Mapping[str, bytes]:
        """The changed files by path. Raises EditError."""
        if not keys:
            return {}
        if keys not in self._known:
            if keys[:-1] in self._asked:
                self._texts(keys[:-1])  # asked again: only the last edit differs
            done = next(length for length in range(len(keys) - 1, -1, -1) if not length or keys[:length] in self._known)
            before = self._known[keys[:done]] if done else {}
            sources = self._sources.of({**self._sources.texts, **before})
            made = {edit.path: edit.new for edit in sources.apply(by_file(keys[done:]))}
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[keys] = {**before, **made}
            self._asked.add(keys[:-1])
        return self._known[keys]

    def _fails(self, placed: Placed) -> Note | None:
        """The error of one edit alone."""
        try:
            self._sources.apply(by_file(((placed.path, placed.edit),)))
        except EditError as error:
            return refused(error, placed.wish.key, placed.path)
        return None


def by_file(keys: tuple[Key, ...]) -> Mapping[str, list[Edit]]:
    edits: dict[str, list[Edit]] = {}
    for path, edit in keys:
        edits.setdefault(path, []).append(edit)
    return edits


def overruled(edits: tuple[Placed, ...], values: Mapping[str, str]) -> tuple[Note, ...]:
    """Errors for wishes that a later line of the changed files overrides."""
    notes = []
    for placed in edits:
        wish, value = placed.wish, values[placed.wish.key]
        if wish.value not in (wish.permission.unset, value):
            text = f"{wish.key} would still be {word(value)}: a later line of the files overrides it."
            notes.append(unfit(text, wish.key))
    return tuple(notes)
