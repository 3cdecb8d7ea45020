"""Set, append, unset, and one element: what has to change in which statement, and the patches on its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.jailconf.edit import Append, EditError, EditPlace, Patch, Set, SetElement, Unset, ValueEdit, Written
from jailtui.jailconf.edits_layout import (
    blanks_before,
    has_comment,
    insert_behind,
    insert_globally,
    insert_in_block,
    line_start,
    offset_in_gap,
    remove,
)
from jailtui.jailconf.edits_scope import Element, Scope, applied_scopes, elements, option, own_scopes, scopes, speaking
from jailtui.jailconf.quote import BARE_VALUE, octets, quote
from jailtui.jailconf.style import Style, kind_of, source, written_name
from jailtui.jailconf.tree import File, Include, Param, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.evaluate import Setting


class Picture(NamedTuple):
    """The statements of a place about one option, and those of other scopes."""

    file: File
    style: Style
    where: EditPlace
    name: str
    own: tuple[Scope, ...]
    statements: tuple[Param, ...]  # the place's own ones about the option
    elements: tuple[Element, ...]  # the resulting list; in a jail with what is inherited
    texts: tuple[str | None, ...]  # its values; None where variables hide one
    inherited: bool  # another scope sets it too
    overridden: bool  # a scope below the jail's sets it

    @property
    def definite(self) -> bool:
        """Whether the list starts in a jail or with a statement that is no `+=`."""
        return self.where.jail is not None or any(param.op != "+=" for param in self.statements)

    def is_own(self, element: Element) -> bool:
        return any(scope is element.scope for scope in self.own)


def picture(file: File, style: Style, where: EditPlace, name: str, setting: Setting | None) -> Picture:
    """The picture of `name` at `where`; `setting` is the jail's evaluated one, if known."""
    file_scopes = scopes(file)
    own = own_scopes(file_scopes, where)
    applied = applied_scopes(file_scopes, where)
    parts = elements(applied, name)
    texts: tuple[str | None, ...] = tuple(part.literal for part in parts)
    if setting is not None and len(setting.values) == len(parts):
        texts = setting.values
    others = [scope for scope in applied if not any(scope is mine for mine in own) and speaking(scope, name)]
    last = max((at for at, scope in enumerate(applied) if any(scope is mine for mine in own)), default=0)
    below = any(scope in others for scope in applied[last + 1 :])
    statements = tuple(param for scope in own for param in speaking(scope, name))
    return Picture(file, style, where, name, tuple(own), statements, tuple(parts), texts, bool(others), below)


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


def value_patches(seen: Picture, edit: ValueEdit) -> list[Patch]:
    """The patches for `edit` of a parameter or variable. Raises EditError."""
    match edit:
        case Set():
            return set_values(seen, edit)
        case Append():
            return append_values(seen, edit)
        case Unset():
            return unset(seen, edit)
        case SetElement():
            return set_element(seen, edit)


def _common(old: Sequence[str | None], new: Sequence[str]) -> tuple[int, int]:
    """How many values at the head and at the tail are the same."""
    shortest = min(len(old), len(new))
    head = next((at for at in range(shortest) if not same(old[at], new[at])), shortest)
    tail = next((at for at in range(shortest - head) if not same(old[-1 - at], new[-1 - at])), shortest - head)
    return head, tail


def same(old: str | None, new: str) -> bool:
    """Whether a value is the same; never for `Written` ones, whose value is not known."""
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
    """A statement removed; the statement behind it then begins the list. None if no statement can."""
    data = seen.file.data
    if param.op == "+=":
        return remove(data, [param])
    place = next(at for at, statement in enumerate(seen.statements) if statement is param)
    behind = seen.statements[place + 1 : place + 2]
    if param.op != "=" or not behind or behind[0].op != "+=":
        return None
    plus = offset_in_gap(data, behind[0].name_end, behind[0].values[0].start, b"+=")
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
    equals = offset_in_gap(data, first.name_end, first.values[0].start, b"=")
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
    index = edit.index
    if not 0 <= index < len(seen.elements):
        raise EditError(f"{seen.name} of {seen.where} has {len(seen.elements)} values, none with the index {index}.")
    part = seen.elements[index]
    if not seen.is_own(part):
        source = "the global settings" if part.scope.name is None else f"the block {part.scope.name}"
        raise EditError(f"this value of {seen.name} comes from {source}, not from {seen.where}.")
    return [] if same(seen.texts[index], edit.value) else [replaced(part.value, edit.value, seen.style)]


# The values of one statement: changed, put in and taken out; comments between them stay.


def replaced(value: Value, new: str, style: Style) -> Patch:
    """`value` changed to `new`, in the quotes it has."""
    if isinstance(new, Written):
        return Patch(value.start, value.end, source(new))
    kind = kind_of(value)
    if kind is None or (not kind and not BARE_VALUE.fullmatch(octets(new))):
        return Patch(value.start, value.end, quote(new, style.mark))
    return Patch(value.start, value.end, quote(new, kind))


def inserted(data: bytes, param: Param, index: int, values: Sequence[str], style: Style) -> Patch:
    """Values put into a list that has some, so that the first of them gets the index `index`."""
    model = param.values[min(index, len(param.values)) - 1]
    written = [replaced(model, value, style).text for value in values]
    comma = _separator(data, param)
    if index >= len(param.values):
        end = param.values[-1].end
        return Patch(end, end, b"".join(comma + text for text in written))
    start = param.values[index].start
    return Patch(start, start, b"".join(text + comma for text in written))


def _separator(data: bytes, param: Param) -> bytes:
    """What stands between the last two values of a list: a comma, and maybe a new line and its indentation."""
    if len(param.values) < 2:
        return b", "
    between = data[param.values[-2].end : param.values[-1].start]
    if not between.replace(b",", b"", 1).strip():
        return between
    own = blanks_before(data, param.values[-1].start)
    if own is None:
        return b", "
    return (b",\r\n" if data[: line_start(data, param.values[-1].start)].endswith(b"\r\n") else b",\n") + own


def removed(data: bytes, param: Param, first: int, last: int) -> list[Patch]:
    """Values `first` up to `last` (not included) taken out of a list that keeps others."""
    values = param.values
    patches: list[Patch] = []
    for index in range(first, last):
        if last < len(values):
            patches += _with_comma_behind(data, values[index], values[index + 1])
        else:
            patches += _with_comma_before(data, values[index - 1], values[index])
    return patches


def _with_comma_behind(data: bytes, value: Value, following: Value) -> list[Patch]:
    comma = offset_in_gap(data, value.end, following.start, b",")
    assert comma is not None, "values of a list are apart by commas"
    if has_comment(data, value.end, comma):
        return [Patch(value.start, value.end, b""), Patch(comma, comma + 1, b"")]
    if not data[comma + 1 : following.start].strip():
        return [Patch(value.start, following.start, b"")]
    return [Patch(value.start, comma + 1, b"")]


def _with_comma_before(data: bytes, previous: Value, value: Value) -> list[Patch]:
    comma = offset_in_gap(data, previous.end, value.start, b",")
    assert comma is not None, "values of a list are apart by commas"
    if not has_comment(data, previous.end, value.start):
        return [Patch(previous.end, value.end, b"")]
    return [Patch(comma, comma + 1, b""), Patch(value.start, value.end, b"")]


def renamed(data: bytes, param: Param, name: str) -> list[Patch]:
    """The statement under another spelling of its name (`nopersist` for `persist`); none if it has it."""
    if param.name == option(name)[0]:
        return []
    mark = data[param.name_start : param.name_start + 1]
    return [Patch(param.name_start, param.name_end, written_name(name, '"' if mark == b'"' else ""))]


def rewritten(data: bytes, param: Param, name: str, values: Sequence[str], style: Style) -> list[Patch]:
    """The statement made to say `name = values` and nothing else, in the place and manner it has."""
    patches = renamed(data, param, name)
    if not values:
        if param.values:
            patches.append(Patch(param.name_end, param.values[-1].end, b""))
        return patches
    if not param.values:
        return [*patches, Patch(param.name_end, param.name_end, style.equals + style.values(name, values))]
    if param.op == "+=":
        plus = offset_in_gap(data, param.name_end, param.values[0].start, b"+=")
        assert plus is not None, "the operator stands between name and value"
        patches.append(Patch(plus, plus + 1, b""))
    return patches + listed(data, param, 0, len(param.values), values, style)


def listed(data: bytes, param: Param, first: int, last: int, values: Sequence[str], style: Style) -> list[Patch]:
    """Values `first` up to `last` of a statement changed to `values`; something has to be left afterwards."""
    common = min(last - first, len(values))
    patches = [replaced(param.values[first + at], values[at], style) for at in range(common)]
    if len(values) > common:
        patches.append(inserted(data, param, first + common, values[common:], style))
    if first + common < last:
        patches += removed(data, param, first + common, last)
    return patches
