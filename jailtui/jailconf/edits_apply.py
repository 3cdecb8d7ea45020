"""`apply`: edits carried out as patches, and none that would do something else than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.edit import (
    AddJail,
    Append,
    Edit,
    EditError,
    EditPlace,
    RemoveJail,
    RenameJail,
    Set,
    SetElement,
    Unset,
)
from jailtui.jailconf.edits_check import CheckedReading, check
from jailtui.jailconf.edits_jails import add_jail, remove_jail, rename_jail
from jailtui.jailconf.edits_values import Picture, append_values, picture, set_element, set_values, unset
from jailtui.jailconf.patch import Change, Patch, TextDraft
from jailtui.jailconf.quote import QuoteError
from jailtui.jailconf.style import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.gather import Glob, Read
    from jailtui.jailconf.tree import File


def apply(file: File, edits: Sequence[Edit], read: Read | None = None, glob: Glob | None = None) -> Change:
    """The change that `edits`, one after another, make in `file`.

    The result is read again: an edit that would not be read back as meant, that would change another jail or
    another parameter, or that a statement further down overrides, is refused. `read` and `glob` serve `.include` as
    for `evaluate`; without them what is included counts as empty. Raises EditError, with a sentence that says why.
    """
    if file.faults:
        raise EditError(f"a file that jail(8) refuses cannot be edited: {file.faults[0].message}")
    draft = TextDraft(file.data)
    before = CheckedReading(file, read, glob)
    for edit in _simple(edits):
        try:
            patches = _patches(before, edit)
        except QuoteError as error:
            raise EditError(f"{error}.") from error
        patches = [patch for patch in patches if draft.data[patch.start : patch.end] != patch.text]
        if patches:
            draft.patch(patches)
            after = before.later(draft.data)
            check(before, after, edit)
            before = after
    return draft.change()


def _simple(edits: Sequence[Edit]) -> list[Edit]:
    """The edits; a jail that is copied gets its own parameters by edits that follow."""
    simple: list[Edit] = []
    for edit in edits:
        simple.append(edit)
        if isinstance(edit, AddJail) and edit.like is not None:
            simple += [Set(EditPlace(jail=edit.name), name, values) for name, values in edit.params]
    return simple


def _patches(reading: CheckedReading, edit: Edit) -> list[Patch]:
    file = reading.file
    match edit:
        case AddJail():
            return add_jail(file, edit, style_of(file))
        case RenameJail():
            return rename_jail(file, edit)
        case RemoveJail():
            return remove_jail(file, edit)
        case _:
            _check_name(file, edit.name)
            setting = reading.setting(edit.where, edit.name)
            return _value_patches(picture(file, style_of(file), edit.where, edit.name, setting), edit, reading)


def _value_patches(seen: Picture, edit: Set | Append | Unset | SetElement, reading: CheckedReading) -> list[Patch]:
    match edit:
        case Set():
            return [] if reading.says(seen, edit) else set_values(seen, edit)
        case Append():
            return append_values(seen, edit)
        case Unset():
            return unset(seen, edit)
        case SetElement():
            return set_element(seen, edit)


def _check_name(file: File, name: str) -> None:
    if name in ("", "$"):
        raise EditError("a parameter needs a name.")
    if name == ".include" and file.dialect != "13":
        raise EditError("what a file includes is not a parameter.")
