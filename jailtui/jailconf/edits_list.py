"""Patches on the values of one statement: elements changed, put in and taken out, comments between them kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.edit import Written
from jailtui.jailconf.edits_layout import blanks_before, found_in_gap, has_comment, line_start
from jailtui.jailconf.edits_scope import option
from jailtui.jailconf.patch import Patch
from jailtui.jailconf.quote import BARE_VALUE, octets, quote
from jailtui.jailconf.style import Style, kind_of, source, written_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.tree import Param, Value


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
    written = [_like(param.values[min(index, len(param.values)) - 1], value, style) for value in values]
    comma = _separator(data, param)
    if index >= len(param.values):
        end = param.values[-1].end
        return Patch(end, end, b"".join(comma + text for text in written))
    start = param.values[index].start
    return Patch(start, start, b"".join(text + comma for text in written))


def _like(value: Value, new: str, style: Style) -> bytes:
    return replaced(value, new, style).text


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
    comma = found_in_gap(data, value.end, following.start, b",")
    assert comma is not None, "values of a list are apart by commas"
    if has_comment(data, value.end, comma):
        return [Patch(value.start, value.end, b""), Patch(comma, comma + 1, b"")]
    if not data[comma + 1 : following.start].strip():
        return [Patch(value.start, following.start, b"")]
    return [Patch(value.start, comma + 1, b"")]


def _with_comma_before(data: bytes, previous: Value, value: Value) -> list[Patch]:
    comma = found_in_gap(data, previous.end, value.start, b",")
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
        plus = found_in_gap(data, param.name_end, param.values[0].start, b"+=")
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
