"""The lossless tree: every statement knows its bytes. Offsets are byte offsets into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from jailtui.jailconf.faults import Fault, Lines, decoded
from jailtui.jailconf.tokens import WORD, Lexer, Token

Dialect = Literal["13", "14", "15"]
Op = Literal["=", "+=", ""] | None
_PLAIN = re.compile(rf'"([^"\\$\0]*+)"|({WORD})')
"""Values of one piece: most are."""


class Piece(NamedTuple):
    """Text or a variable, glued to its neighbours without a blank.

    `text` is unescaped, or the variable's name. The first piece in double quotes has the opening quote in
    `start:end` (and may be empty: `"$x"` is an empty text and a variable), the last one, if a text, the closing one.
    """

    kind: Literal["text", "variable"]
    text: str
    start: int
    end: int
    quote: Literal['"', "'", ""]


class Value(NamedTuple):
    """One element of a parameter's list; `start:end` has its quotes."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class Param(NamedTuple):
    """`name;`, `name = v, v;`, `name += v;` or `name v;`, of a parameter or (`variable`) of a `$name`.

    `op` is "" for values without `=`, None without values. `name_start:name_end` has quotes and `$`,
    `start:end` the closing `;`, `values_start:values_end` all values. `text` is the file, as latin-1.
    """

    name: str
    name_start: int
    name_end: int
    variable: bool
    op: Op
    values_start: int
    values_end: int
    start: int
    end: int
    text: str

    @property
    def values(self) -> tuple[Value, ...]:
        """The values, read from the text whenever asked for."""
        return values_of(self.text, self.values_start, self.values_end)

    def __repr__(self) -> str:
        return f"Param({self.text[self.start : self.end]!r}, start={self.start}, end={self.end})"


class Include(NamedTuple):
    """`.include FILE, FILE;`, from 14 on. Fields as in `Param`."""

    name_start: int
    name_end: int
    values_start: int
    values_end: int
    start: int
    end: int
    text: str

    @property
    def values(self) -> tuple[Value, ...]:
        """The file names, read from the text whenever asked for."""
        return values_of(self.text, self.values_start, self.values_end)

    def __repr__(self) -> str:
        return f"Include({self.text[self.start : self.end]!r}, start={self.start}, end={self.end})"


@dataclass(frozen=True, slots=True)
class Block:
    """`name { … }`. `open` is the offset of `{`, `close` of `}` (of the end of the file, where it is missing)."""

    name: str
    name_start: int
    name_end: int
    body: tuple[Statement, ...] = field(repr=False)
    open: int
    close: int
    start: int
    end: int


Statement = Param | Block | Include


@dataclass(frozen=True, slots=True)
class File:
    """One file. With `faults` jail(8) loads nothing, and `statements` are only those that stand outside of them."""

    name: str
    data: bytes = field(repr=False)
    dialect: Dialect
    statements: tuple[Statement, ...] = field(repr=False)
    faults: tuple[Fault, ...]
    lines: Lines = field(repr=False, compare=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in bytes."""
        return self.lines.position(offset)


def ignore(kind: str, start: int, end: int) -> None:
    """Ignore faults of values, which were reported when the file was parsed."""


def pieces_of(text: str, start: int, end: int) -> Iterator[list[Token]]:
    """The tokens of each value in `text[start:end]`."""
    lexer = Lexer(text, start, end, True, ignore)
    tokens: list[Token] = []
    while (token := lexer.next()).kind != "end":
        if token.kind in ("text", "variable"):
            tokens.append(token)
        elif token.kind == "," and tokens:
            yield tokens
            tokens = []
    if tokens:
        yield tokens


def values_of(text: str, start: int, end: int) -> tuple[Value, ...]:
    plain = _PLAIN.fullmatch(text, start, end)
    if plain is not None:
        quoted, bare = plain.groups()
        words = decoded(bare if quoted is None else quoted)
        return (Value(start, end, (Piece("text", words, start, end, "" if quoted is None else '"'),)),)
    return tuple(
        Value(tokens[0].start, tokens[-1].stop, tuple(map(piece, tokens))) for tokens in pieces_of(text, start, end)
    )


def piece(token: Token) -> Piece:
    return Piece(token.kind, decoded(token.value), token.start, token.end, token.quote)  # type: ignore[arg-type]
