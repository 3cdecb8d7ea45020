"""A value's own text with some of its letters replaced: quotes, escapes and variables around them stay as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.jailconf.edit import EditError, Written
from jailtui.jailconf.quote import BARE_VALUE, inside, octets, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.tree import File, Piece, Value

Unit = tuple[int, int, int, int, str, bool]
"""Offsets in the resolved text from and to, offsets in the file from and to, its quotes, whether it is a variable."""


def respelled(file: File, value: Value, lengths: Sequence[int], spans: Sequence[tuple[int, int, str]]) -> Written:
    """The text of `value` in which each span is replaced.

    lengths: how many bytes each variable in it stands for, in their order. spans: from, to (in bytes of the resolved
    value, not overlapping) and what shall stand there. Raises EditError where a span holds a part of a variable, or
    what can't be replaced by itself.
    """
    units = _units(file, value, lengths)
    data, end = file.data, value.end
    parts: list[bytes] = []
    for start, stop, new in sorted(spans, reverse=True):
        held = [unit for unit in units if unit[0] < stop and unit[1] > start]
        if not held or held[0][0] != start or held[-1][1] != stop:
            raise EditError("a variable stands across the edge of what is to be changed.")
        parts += [data[held[-1][3] : end], _inserted(held, octets(new))]
        end = held[0][2]
        before = next((unit for unit in units if unit[1] == start and unit[5]), None)
        if before is not None and new and (new[0].isalnum() or new[0] == "_"):
            parts.append(_braced(data[before[2] : before[3]]))
            end = before[2]
    parts.append(data[value.start : end])
    return Written(b"".join(reversed(parts)).decode("utf-8", "surrogateescape"))


def within_quotes(file: File, value: Value) -> str:
    """The text of `value` as it would stand between double quotes, variables as they are written."""
    parts = [
        _source(file, piece) if piece.kind == "variable" else inside(octets(piece.text), '"') for piece in value.pieces
    ]
    return b"".join(parts).decode("utf-8", "surrogateescape")


def _units(file: File, value: Value, lengths: Sequence[int]) -> list[Unit]:
    units: list[Unit] = []
    at, left = 0, list(lengths)
    for piece in value.pieces:
        if piece.kind == "variable":
            size = left.pop(0)
            stop = piece.start + len(_source(file, piece))
            units.append((at, at + size, piece.start, stop, piece.quote, True))
            at += size
            continue
        for byte in letters_of(file.data[piece.start : piece.end], piece):
            units.append((at, at + 1, byte[1], byte[2], piece.quote, False))
            at += 1
    return [unit for unit in units if unit[0] < unit[1]]


def _source(file: File, piece: Piece) -> bytes:
    source = file.data[piece.start : piece.end]
    return source.rstrip(b'"') if piece.quote else source


def _inserted(held: Sequence[Unit], new: bytes) -> bytes:
    kinds = {unit[4] for unit in held}
    if len(kinds) > 1:
        raise EditError("it is written in several kinds of quotes.")
    kind = kinds.pop()
    if kind in ('"', "'"):
        return inside(new, '"' if kind == '"' else "'")
    if not BARE_VALUE.fullmatch(new):
        raise EditError("it is written without quotes, which the new value needs.")
    return new


def _braced(source: bytes) -> bytes:
    return source if source.startswith(b"${") else b"${" + source[1:] + b"}"


def letters_of(source: bytes, piece: Piece) -> list[tuple[int, int, int, str]]:
    """The letters of a text piece; the one quote in it that is not escaped is its delimiter."""
    letters = [
        one
        for one in spelled(source, piece.start)
        if not (one[2] - one[1] == 1 and bytes([one[0]]) == piece.quote.encode())
    ]
    if bytes(one[0] for one in letters) != piece.text.encode("utf-8", "surrogateescape"):
        raise EditError("the escapes in this value are too odd to change a word of it: set the whole element.")
    return [(*one, piece.quote) for one in letters]
