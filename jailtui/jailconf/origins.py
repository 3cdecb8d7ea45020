"""Where a value comes from."""

from __future__ import annotations

import re
from typing import NamedTuple

from jailtui.jailconf.faults import decoded
from jailtui.jailconf.tokens import WORD
from jailtui.jailconf.tree import File, Param, pieces_of

MOST_VARIABLES = 50
"""Variables in one value, those in their values among them, up to which their places are told: they may double."""
PLAIN_VALUE = re.compile(rf'"([^"\\$\0]*+)"|((?:{WORD}|[*+]|/(?![/*]))++)')


class Origin(NamedTuple):
    """The bytes a value was written in. Line and column from 1, the column and `start:end` in bytes.

    `block`: the name of the jail or wildcard block around it, None outside of all. `through`: the definitions of the
    variables used in it.
    """

    file: str
    line: int
    column: int
    start: int
    end: int
    block: str | None
    through: tuple[Origin, ...] = ()


class TooMany(Exception):
    """More variables stand for one value than MOST_VARIABLES."""


class Template(NamedTuple):
    """A value with variables to be put in: `texts` are before, between and behind them (latin-1)."""

    texts: tuple[str, ...]
    names: tuple[str, ...]


Unresolved = str | Template


class Definition(NamedTuple):
    """One parameter statement where it stands; or, without a `param`, the name of a block as its jail's name or jid."""

    name: str
    variable: bool
    append: bool
    values: tuple[Unresolved, ...]
    has_variables: bool
    file: File
    param: Param | None
    block: str | None
    start: int
    end: int

    def origin(self, number: int | None) -> Origin:
        """Of the value of that number, or of the statement."""
        return self.origin_at(*((self.start, self.end) if number is None else self.places()[number]))

    def place(self, number: int | None = None) -> tuple[str, int]:
        """The file, and the line of the value of that number, or of the statement."""
        start = self.start if number is None else self.places()[number][0]
        return self.file.name, self.file.lines.line(start)

    def places(self) -> list[tuple[int, int]]:
        """From where to where each value is written, read from the text whenever asked for."""
        if self.param is None:
            return [(self.start, self.end)] * len(self.values)
        if len(self.values) == 1:
            return [(self.param.values_start, self.param.values_end)]
        return [(value.start, value.end) for value in self.param.values]

    def origin_at(self, start: int, end: int, through: tuple[Origin, ...] = ()) -> Origin:
        line, column = self.file.position(start)
        return Origin(self.file.name, line, column, start, end, self.block, through)


def unresolved(text: str, start: int, end: int) -> tuple[Unresolved, ...]:
    """The values in `text[start:end]`, escapes replaced."""
    simple = PLAIN_VALUE.fullmatch(text, start, end)
    if simple is not None:
        return (simple.group(simple.lastindex or 1),)
    values: list[Unresolved] = []
    for tokens in pieces_of(text, start, end):
        texts, names = [""], []
        for token in tokens:
            if token.kind == "variable":
                names.append(decoded(token.value))
                texts.append("")
            else:
                texts[-1] += token.value
        values.append(Template(tuple(texts), tuple(names)) if names else texts[0])
    return tuple(values)
