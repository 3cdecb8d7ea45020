"""Set, append, unset, and one element: what has to change in which statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.jailconf.edit import Append, EditError, EditPlace, Set, SetElement, Unset, Written
from jailtui.jailconf.edits_layout import (
    blanks_before,
    found_in_gap,
    insert_behind,
    insert_globally,
    insert_in_block,
    remove,
)
from jailtui.jailconf.edits_list import listed, renamed, replaced, rewritten
from jailtui.jailconf.edits_scope import Element, Scope, applied_scopes, elements, own_scopes, scopes, speaking, text_of
from jailtui.jailconf.patch import Patch
from jailtui.jailconf.tree import File, Include, Param

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.evaluate import Setting
    from jailtui.jailconf.style import Style


class Picture(NamedTuple):
    """What a place says of one option, and what is above and below it."""

    file: File
    style: Style
    where: EditPlace
    name: str
    own: tuple[Scope, ...]
    statements: tuple[Param, ...]  # the place's own ones about the option
    elements: tuple[Element, ...]  # the resulting list; in a jail with what is inherited
    texts: tuple[str | None, ...]  # its values; None where variables hide one
    inherited: bool  # another scope speaks of it too
    overridden: bool  # a scope below the jail's speaks of it

    @property
    def definite(self) -> bool:
        """Whether the list starts in a jail or with a statement that is no `+=`."""
        return self.where.jail is not None or any(param.op != "+=" for param in self.statements)

    def is_own(self, element: Element) -> bool:
        return any(scope is element.scope for scope in self.own)


def picture(file: File, style: Style, where: EditPlace, name: str, setting: Setting | None) -> Picture:
    """The picture of `name` at `where`; `setting` is the jail's evaluated one, if known."""
    found = scopes(file)
    own = own_scopes(found, where)
    applied = applied_scopes(found, where)
    parts = elements(applied, name)
    texts = tuple(literal(part) for part in parts)
    if setting is not None and len(setting.values) == len(parts):
        texts = setting.values
    others = [scope for scope in applied if not any(scope is one for one in own) and speaking(scope, name)]
    last = max((at for at, scope in enumerate(applied) if any(scope is one for one in own)), default=0)
    below = any(scope in others for scope in applied[last + 1 :])
    statements = tuple(param for scope in own for param in speaking(scope, name))
    return Picture(file, style, where, name, tuple(own), statements, tuple(parts), texts, bool(others), below)


def literal(element: Element) -> str | None:
    """The value where no variable has a part in it."""
    if any(piece.kind == "variable" for piece in element.value.pieces):
        return None
    return text_of(element.value)


def set_values(seen: Picture, edit: Set) -> list[Patch]:
    """The patches for `edit`: elements in place where that is enough, else one statement that says all of it."""
    head, tail = _common(seen.texts, edit.values)
    old = seen.elements[head : len(seen.elements) - tail]
    new = edit.values[head : len(edit.values) - tail]
    if edit.values and seen.statements and seen.elements and seen.definite:
        patches = _in_place(seen, head, old, new)
        if patches is not None:
            return patches + [patch for param in seen.statements for patch in renamed(seen.file.data, param, edit.name)]
    if seen.overridden:
        raise EditError(f"{edit.name} is set again below {seen.where}, which would override it there.")
    if not seen.statements:
        return [insert(seen, seen.style.statement(edit.name, edit.values))]
    keep = seen.statements[-1]
    others = [param for param in seen.statements if param is not keep]
    return rewritten(seen.file.data, keep, edit.name, edit.values, seen.style) + remove(seen.file.data, others)


def _common(old: Sequence[str | None], new: Sequence[str]) -> tuple[int, int]:
    """How many values at the head and at the tail are the same."""
    shortest = min(len(old), len(new))
    head = next((at for at in range(shortest) if not same(old[at], new[at])), shortest)
    tail = next((at for at in range(shortest - head) if not same(old[-1 - at], new[-1 - at])), shortest - head)
    return head, tail


def same(old: str | None, new: str) -> bool:
    """Whether a value is there already; of one given as text that is not known."""
    return old == new and not isinstance(new, Written)


def _in_place(seen: Picture, head: int, old: Sequence[Element], new: Sequence[str]) -> list[Patch] | None:
    """The change of the elements that differ, from index `head`; None where they are not all this place's own."""
    if not all(seen.is_own(part) for part in old):
        return None
    data, style = seen.file.data, seen.style
    if len(old) == len(new):
        return [replaced(part.value, text, style) for part, text in zip(old, new, strict=True)]
    if not old:
        return _between(seen, head, new)
    param = old[0].param
    if any(part.param is not param for part in old):
        return None
    first = param.values.index(old[0].value)
    if not new and len(old) == len(param.values):
        return _whole_out(seen, param)
    return listed(data, param, first, first + len(old), new, style)


def _whole_out(seen: Picture, param: Param) -> list[Patch] | None:
    """A statement taken out; the one behind it begins the list then. None where there is none to do so."""
    data = seen.file.data
    if param.op == "+=":
        return remove(data, [param])
    place = next(at for at, one in enumerate(seen.statements) if one is param)
    behind = seen.statements[place + 1 : place + 2]
    if param.op != "=" or not behind or behind[0].op != "+=":
        return None
    plus = found_in_gap(data, behind[0].name_end, behind[0].values[0].start, b"+=")
    assert plus is not None, "the operator stands between name and value"
    return [*remove(data, [param]), Patch(plus, plus + 1, b"")]


def _between(seen: Picture, index: int, new: Sequence[str]) -> list[Patch] | None:
    """Values put in where nothing goes out: behind the element before them, or before the one behind.

    A place with the habit of one command a statement gets further statements.
    """
    if len(seen.statements) > 1 and all(len(param.values) == 1 for param in seen.statements):
        return _statement_between(seen, index, new)
    for at, offset in ((index - 1, 1), (index, 0)):
        if 0 <= at < len(seen.elements) and seen.is_own(seen.elements[at]):
            part = seen.elements[at]
            first = part.param.values.index(part.value) + offset
            return listed(seen.file.data, part.param, first, first, new, seen.style)
    return None


def _statement_between(seen: Picture, index: int, new: Sequence[str]) -> list[Patch] | None:
    data, style = seen.file.data, seen.style
    before = seen.elements[index - 1] if index else None
    if before is not None and seen.is_own(before) and before.scope.block is not None:
        lines = [style.statement(seen.name, [value], append=True) for value in new]
        return [insert_behind(seen.file, before.scope.block, before.param, line, style) for line in lines]
    first = seen.statements[0]
    blanks = blanks_before(data, first.start)
    if index or before is not None or first.op != "=" or blanks is None:
        return None
    equals = found_in_gap(data, first.name_end, first.values[0].start, b"=")
    assert equals is not None, "the operator stands between name and value"
    lines = [style.statement(seen.name, [value], append=at > 0) for at, value in enumerate(new)]
    text = b"".join(line + style.newline + blanks for line in lines)
    return [Patch(first.start, first.start, text), Patch(equals, equals, b"+")]


def insert(seen: Picture, text: bytes) -> Patch:
    """A statement put into the place: behind the last parameter of its last block, or among the globals."""
    if seen.where.globally:
        return insert_globally(seen.file, text, seen.style)
    block = seen.own[-1].block
    assert block is not None, "only the globals have no block"
    return insert_in_block(seen.file, block, text, seen.style)


def append_values(seen: Picture, edit: Append) -> list[Patch]:
    """The patches for `edit`: into the last statement of the place, or a new one with `+=`."""
    if not edit.values:
        return []
    if seen.overridden:
        raise EditError(f"{edit.name} is set again below {seen.where}: nothing can be appended behind that.")
    if not seen.statements:
        more = seen.inherited or seen.where.jail is None or _includes(seen)
        return [insert(seen, seen.style.statement(edit.name, edit.values, append=more))]
    last = seen.statements[-1]
    if not last.values:
        return rewritten(seen.file.data, last, edit.name, edit.values, seen.style)
    block = next(scope.block for scope in seen.own if any(param is last for param in scope.params))
    if block and [param.op for param in seen.statements][1:][-1:] == ["+="] and len(last.values) == 1:
        # The habit of one command a statement.
        lines = [seen.style.statement(edit.name, [value], append=True) for value in edit.values]
        return [insert_behind(seen.file, block, last, line, seen.style) for line in lines]
    count = len(last.values)
    patches = listed(seen.file.data, last, count, count, edit.values, seen.style)
    return patches + renamed(seen.file.data, last, edit.name)


def _includes(seen: Picture) -> bool:
    """Whether values may come from a file that nobody looked into here."""
    bodies = [scope.block.body for scope in seen.own if scope.block] + [seen.file.statements]
    return any(isinstance(statement, Include) for body in bodies for statement in body)


def unset(seen: Picture, edit: Unset) -> list[Patch]:
    """The patches for `edit`; EditError where only other places say anything about it."""
    if not seen.statements and seen.inherited:
        raise EditError(f"{seen.where} has no {edit.name} of its own: it comes from a wildcard block or the globals.")
    return remove(seen.file.data, seen.statements)


def set_element(seen: Picture, edit: SetElement) -> list[Patch]:
    """The patches for `edit`; EditError where the element is not there, or not this place's own."""
    part = element_at(seen, edit.index)
    if same(seen.texts[edit.index], edit.value):
        return []
    return [replaced(part.value, edit.value, seen.style)]


def element_at(seen: Picture, index: int) -> Element:
    """The element at `index`, which has to be the place's own."""
    if not 0 <= index < len(seen.elements):
        raise EditError(f"{seen.name} of {seen.where} has {len(seen.elements)} values, none with the index {index}.")
    part = seen.elements[index]
    if not seen.is_own(part):
        source = "the global settings" if part.scope.name is None else f"the block {part.scope.name}"
        raise EditError(f"this value of {seen.name} comes from {source}, not from {seen.where}.")
    return part
