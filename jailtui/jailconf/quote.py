"""A value of any bytes as text that jail(8) reads back as the same value (jail.conf(5), jaillex.l).

Values come and go as str, UTF-8 with surrogateescape; what is written is bytes. Escapes count in both kinds of
quotes, variables in double ones only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from jailtui.jailconf.edit import EditError, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.jailconf.tree import File, Piece, Value

Quote = Literal["", '"', "'"]

# A smaller set than jail(8) takes: no `*`, `+`, `$` or `\`, and no `/` that a comment could begin or end with.
BARE_VALUE = re.compile(rb"(?:[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]|/(?![/*])(?!\Z))+")
BARE_NAME = re.compile(rb"[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]+")
VARIABLE_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
BRACED_NAME = re.compile(rb'[^\n\r{}"\0\\]+')

_NAMED = {7: rb"\a", 8: rb"\b", 9: rb"\t", 11: rb"\v", 12: rb"\f", 13: rb"\r"}
_LETTER = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))|([\s\S])")


class QuoteError(ValueError):
    """A value that no jail.conf can hold."""


def octets(value: str) -> bytes:
    """The bytes of `value`; QuoteError for NUL, where jail(8) cuts every string, and for what is no UTF-8."""
    try:
        raw = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise QuoteError(f"{value!r} cannot be written as UTF-8") from error
    if b"\0" in raw:
        raise QuoteError("a NUL byte cannot stand in jail.conf: jail(8) ends the string there")
    return raw


def inside(raw: bytes, quote: Quote) -> bytes:
    """`raw` as it must stand between quotes of this kind. LF stays, other control bytes are escaped."""
    special = b"\\'" if quote == "'" else b'\\"$'
    return b"".join(_escaped(byte, special) for byte in raw)


def _escaped(byte: int, special: bytes) -> bytes:
    if byte in special:
        return b"\\" + bytes([byte])
    if byte in _NAMED:
        return _NAMED[byte]
    if byte == 127 or (byte < 32 and byte != 10):
        return b"\\%03o" % byte
    return bytes([byte])


def quote(value: str, kind: Quote = '"') -> bytes:
    """`value` as one piece in quotes of this kind; `""` writes it bare where that is safe, else in double quotes."""
    raw = octets(value)
    if not kind:
        if BARE_VALUE.fullmatch(raw):
            return raw
        kind = '"'
    mark = kind.encode()
    return mark + inside(raw, kind) + mark


def quote_name(name: str, kind: Quote = "") -> bytes:
    """The name of a jail or parameter as the single token it has to be; quoted where it must be, or as asked."""
    raw = octets(name)
    if not kind and BARE_NAME.fullmatch(raw):
        return raw
    mark = (kind or '"').encode()
    return mark + inside(raw, kind or '"') + mark


def quote_variable(name: str) -> bytes:
    """A variable's name (without its `$`) as `$name`, or `${name}` where it has to be; QuoteError if neither."""
    raw = octets(name)
    if VARIABLE_NAME.fullmatch(raw):
        return b"$" + raw
    if BRACED_NAME.fullmatch(raw):
        return b"${" + raw + b"}"
    raise QuoteError(f"no variable can have the name {name!r}")


def spelled(source: bytes, start: int) -> list[tuple[int, int, int]]:
    """The bytes that `source` (the inside of a piece, at offset `start`) stands for, each with where it is spelled.

    Returns (byte, its start, its end) for each; a backslash before a line feed stands for nothing.
    """
    letters: list[tuple[int, int, int]] = []
    for match in _ESCAPE.finditer(source):
        octal, hexadecimal, letter, plain = match.groups()
        if letter == b"\n":
            continue
        if octal:
            byte = int(octal, 8) % 256
        elif hexadecimal:
            byte = int(hexadecimal, 16)
        elif letter:
            byte = _LETTER.get(letter.decode("latin-1"), letter[0])
        else:
            byte = plain[0]
        letters.append((byte, start + match.start(), start + match.end()))
    return letters


# A value with some of its letters replaced: quotes, escapes and variables around them stay as written.

Unit = tuple[int, int, int, int, str, bool]
"""Offsets in the resolved text from and to, offsets in the file from and to, its quotes, whether it is a variable."""


def respelled(file: File, value: Value, lengths: Sequence[int], spans: Sequence[tuple[int, int, str]]) -> Written:
    """The text of `value` in which each span is replaced.

    lengths: how many bytes each variable in it stands for, in their order. spans: from, to (in bytes of the resolved
    value, not overlapping; where both are the same, that is put in) and what shall stand there. Raises EditError where
    a span holds a part of a variable, or what can't be replaced by itself.
    """
    units = _units(file, value, lengths)
    data, end = file.data, value.end
    parts: list[bytes] = []
    for start, stop, new in sorted(spans, reverse=True):
        if start == stop and (behind := next((unit for unit in units if unit[1] == start), None)) is not None:
            parts += [data[behind[3] : end], _inserted([behind], octets(new))]
            end = behind[3]
            continue
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
        for _, start, end in letters_of(file.data[piece.start : piece.end], piece):
            units.append((at, at + 1, start, end, piece.quote, False))
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


def letters_of(source: bytes, piece: Piece) -> list[tuple[int, int, int]]:
    """The letters of a text piece; the one quote in it that is not escaped is its delimiter."""
    letters = [
        (byte, start, end)
        for byte, start, end in spelled(source, piece.start)
        if not (end - start == 1 and bytes([byte]) == piece.quote.encode())
    ]
    if bytes(byte for byte, _, _ in letters) != piece.text.encode("utf-8", "surrogateescape"):
        raise EditError("the escapes in this value are too odd to change a word of it: set the whole element.")
    return letters
