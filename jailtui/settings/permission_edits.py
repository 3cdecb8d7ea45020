"""Answers turned into edits of the files: each goes to the place that its value comes from, or to the jail alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jailtui import jailconf
from jailtui.exchange import FileEdit
from jailtui.jailconf import Edit, EditError, HostJail, Set, Unset, Where
from jailtui.jailconf.hostfiles import globber, reader
from jailtui.jailconf.options import is_wildcard, truth
from jailtui.settings.form import Answers, Note
from jailtui.settings.permission_lines import Line
from jailtui.settings.permission_table import ALLOW, Permission, negated, word
from jailtui.settings.sources import Sources


@dataclass(frozen=True, slots=True)
class Wish:
    """One permission that is to become `value`; `line` is what the files say of it now.

    `by_recipe`: nobody answered it, a recipe did. A recipe is about one jail.
    """

    permission: Permission
    value: str
    line: Line | None
    by_recipe: bool = False

    @property
    def key(self) -> str:
        return self.permission.key


@dataclass(frozen=True, slots=True)
class Placed:
    """The edit a wish comes to, the file it is made in, and the jails it reaches beside the form's own."""

    wish: Wish
    path: str
    edit: Edit
    others: tuple[str, ...] = ()


def placed(wish: Wish, host_jail: HostJail, answers: Answers) -> Placed | Note:
    """Where that wish is written; an error where that can't be, or the operator has to say for whom."""
    name, line = host_jail.name, wish.line
    own = Where(jail=name)
    if line is None:
        return Placed(wish, host_jail.jail.block.file, statement(own, wish, None))
    if line.own:
        return Placed(wish, line.origin.file, statement(own, wish, line))
    scope = answers.scope.get(wish.key) or ("one" if wish.by_recipe else "all" if len(line.shared) < 2 else None)
    if scope == "all":
        others = tuple(one for one in line.shared if one != name)
        return Placed(wish, line.origin.file, statement(origin_of(line), wish, line), others)
    if scope is None:
        text = f"{wish.key} comes from {line.source} ({line.place}) for {len(line.shared)} jails: say whether it is "
        return Note("error", text + f"changed for {name} alone or for all of them.", wish.key)
    if wish.value == wish.permission.unset:
        text = f"{wish.key} comes from {line.source} ({line.place}): for {name} alone it can't be taken back, only "
        return Note("error", text + instead(wish.permission), wish.key)
    return Placed(wish, host_jail.jail.block.file, statement(own, wish, None))


def instead(one: Permission) -> str:
    return "allowed or denied." if one.kind == "three" else "given another value."


def origin_of(line: Line) -> Where:
    """The place of a value that is not the jail's own."""
    block = line.origin.block
    if block is None:
        return Where(globally=True)
    return Where(block=block) if is_wildcard(block) else Where(jail=block)


def statement(where: Where, wish: Wish, line: Line | None) -> Edit:
    """The edit at that place. `line`: what stands there now, whose way of writing is kept."""
    one = wish.permission
    if wish.value == one.unset:
        return Unset(where, one.key)
    if one.kind != "three":
        return Set(where, one.key, (wish.value,))
    allowed = wish.value == ALLOW
    if line is None or not line.setting.values:
        return Set(where, one.key if allowed else negated(one.key), ())
    name, old = line.setting.name, line.setting.values[-1].lower()
    said = allowed == truth(name, ("true",))
    words = ("true", "false") if old in ("true", "false") else ("1", "0")
    return Set(where, name, (words[0] if said else words[1],))


def apply(edits: tuple[Placed, ...], sources: Sources) -> tuple[tuple[FileEdit, ...], tuple[Note, ...]]:
    """The files as they will be; where that can't be, none, and for each edit that fails on its own an error."""
    try:
        return sources.apply(by_file(edits)), ()
    except EditError as error:
        notes = tuple(note for one in edits if (note := fails(one, sources)) is not None)
        return (), notes or (Note("error", sentence(error)),)


def by_file(edits: tuple[Placed, ...]) -> Mapping[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for one in edits:
        found.setdefault(one.path, []).append(one.edit)
    return found


def fails(one: Placed, sources: Sources) -> Note | None:
    """The error of one edit alone."""
    try:
        sources.apply(by_file((one,)))
    except EditError as error:
        return Note("error", f"{one.path}: {sentence(error)}", one.wish.key)
    return None


def sentence(error: EditError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] if not text[:1].isupper() else text


def after(host_jail: HostJail, sources: Sources, files: tuple[FileEdit, ...]) -> jailconf.Jail | None:
    """The jail as jail(8) will read it from the changed files."""
    texts = {**sources.texts, **{edit.path: edit.new for edit in files}}
    file = jailconf.parse(texts[host_jail.file], host_jail.file, sources.dialect)
    evaluation = jailconf.evaluate(file, reader(texts), globber(texts))
    return next((one for one in evaluation.jails if one.name == host_jail.name), None)


def overruled(edits: tuple[Placed, ...], values: Mapping[str, str]) -> tuple[Note, ...]:
    """Wishes that the changed files would still not grant: something else has the last word."""
    found = []
    for one in edits:
        wish, value = one.wish, values[one.wish.key]
        if wish.value not in (wish.permission.unset, value):
            text = f"{wish.key} would be {word(value)} all the same: a later line of the files has the last word."
            found.append(Note("error", text, wish.key))
    return tuple(found)
