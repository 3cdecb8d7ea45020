"""The habits of a file, so that new text looks like what its author would have written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from jailtui.jailconf.edit import EditError, Written
from jailtui.jailconf.edits_scope import option, params_of
from jailtui.jailconf.parse import parse
from jailtui.jailconf.quote import BARE_VALUE, Quote, octets, quote, quote_name, quote_variable
from jailtui.jailconf.tree import Block, File, Param, Statement, Value

SAMPLE = 500  # parameters looked at: enough to know a style, and no cost in a file of ten thousand jails
_AROUND = re.compile(rb"([ \t]*)\+?=([ \t]*)")
_WORD = re.compile(r"[A-Za-z0-9_.]+")
_INDENT = re.compile(rb"(?:^|\n)([ \t]+)\Z")


@dataclass(slots=True)
class Style:
    """How a file writes things: line ends, indentation of one level (`outer`: of whole blocks), spaces, quotes."""

    newline: bytes = b"\n"
    indent: bytes = b"\t"
    outer: bytes = b""
    equals: bytes = b" = "
    brace: bytes = b" {"
    spaced: bool = True
    mark: Quote = '"'
    bare: bool | None = None  # whether values that need no quotes have none; None: nothing to judge by
    by_name: dict[str, Counter[Quote]] = field(default_factory=dict)

    def value(self, name: str, value: str) -> bytes:
        """`value` quoted as this file quotes the parameter `name`, or else its values in general."""
        if isinstance(value, Written):
            return source(value)
        seen = self.by_name.get(name)
        bare = _WORD.fullmatch(value) is not None if self.bare is None else self.bare
        kind: Quote = seen.most_common(1)[0][0] if seen else "" if bare else self.mark
        if not kind and not BARE_VALUE.fullmatch(octets(value)):
            kind = self.mark
        return quote(value, kind)

    def values(self, name: str, values: Sequence[str]) -> bytes:
        """A list of values, separated by commas."""
        return b", ".join(self.value(name, value) for value in values)

    def statement(self, name: str, values: Sequence[str], *, append: bool = False) -> bytes:
        """A whole statement, `;` included; without values the name alone."""
        written = written_name(name)
        if not values:
            return written + b";"
        equals = self.equals.replace(b"=", b"+=") if append else self.equals
        return written + equals + self.values(name, values) + b";"


def written_name(name: str, kind: Quote = "") -> bytes:
    """The name of a parameter, or of a variable with its `$`, as one token."""
    plain, variable = option(name)
    return quote_variable(plain) if variable else quote_name(plain, kind)


@dataclass(slots=True)
class _Seen:
    """The counts of each habit."""

    around: Counter[bytes] = field(default_factory=Counter)
    indents: Counter[bytes] = field(default_factory=Counter)
    outers: Counter[bytes] = field(default_factory=Counter)
    braces: Counter[bytes] = field(default_factory=Counter)
    marks: Counter[Quote] = field(default_factory=Counter)
    plain: Counter[bool] = field(default_factory=Counter)
    by_name: dict[str, Counter[Quote]] = field(default_factory=dict)


def style_of(file: File) -> Style:
    """The habits that prevail in `file`; where it has none to show, those of jail.conf(5)."""
    style = Style()
    data = file.data
    if file.dialect != "13" and data.count(b"\r\n") * 2 > data.count(b"\n"):  # in 13 a CR is an error
        style.newline = b"\r\n"
    seen = _Seen()
    for param in islice(_params(file.statements, data, seen), SAMPLE):
        values = param.values  # read from the text whenever asked for
        if values and (match := _AROUND.fullmatch(data[param.name_end : values[0].start])):
            seen.around[(match[1][:1] and b" ") + b"=" + (match[2][:1] and b" ")] += 1
        for value in islice(values, 8):
            _count_quotes(value, data, param, seen)
    style.equals = _usual(seen.around, style.equals)
    style.indent = _usual(seen.indents, style.indent)
    style.outer = _usual(seen.outers, style.outer)
    style.brace = _usual(seen.braces, style.brace)
    style.spaced = not file.statements or b"\n\n" in data.replace(b"\r", b"")
    style.mark = seen.marks.most_common(1)[0][0] if seen.marks else style.mark
    style.bare = seen.plain[True] > seen.plain[False] if seen.plain else None
    style.by_name = seen.by_name
    return style


def _usual(seen: Counter[bytes], otherwise: bytes) -> bytes:
    return seen.most_common(1)[0][0] if seen else otherwise


def _params(statements: Sequence[Statement], data: bytes, seen: _Seen) -> Iterator[Param]:
    for statement in statements:
        if isinstance(statement, Param):
            yield statement
        elif isinstance(statement, Block):
            between = data[statement.name_end : statement.open]
            if not between.strip(b" "):
                seen.braces[between[:1] + b"{"] += 1
            outer = _INDENT.search(data, max(0, statement.start - 40), statement.start)
            seen.outers[outer[1] if outer else b""] += 1
            for param in params_of(statement.body)[:SAMPLE]:
                if match := _INDENT.search(data, max(statement.open, param.start - 40), param.start):
                    seen.indents[match[1].removeprefix(outer[1] if outer else b"") or match[1]] += 1
                yield param


def _count_quotes(value: Value, data: bytes, param: Param, seen: _Seen) -> None:
    kinds: set[Quote] = {piece.quote for piece in value.pieces if piece.kind == "text" and piece.text}
    seen.marks.update(kind for kind in kinds if kind)
    if len(kinds) == 1:
        (kind,) = kinds
        name = f"${param.name}" if param.variable else param.name
        seen.by_name.setdefault(name, Counter())[kind] += 1
        if len(value.pieces) == 1 and BARE_VALUE.fullmatch(data[value.start : value.end].strip(b"\"'")):
            seen.plain[not kind] += 1


def source(value: Written) -> bytes:
    """The text of a value that is given as text; EditError if it is anything else than one value."""
    raw = octets(value)
    file = parse(b"x = " + raw + b";")
    whole = [(statement.start, statement.end) for statement in file.statements] == [(0, len(raw) + 5)]
    spans = [(part.start, part.end) for param in params_of(file.statements) for part in param.values]
    if file.faults or not whole or spans != [(4, len(raw) + 4)]:
        raise EditError(f"{value} is not the text of one value.")
    return raw


def kind_of(value: Value) -> Quote | None:
    """The quotes a value is written in, "" for none; None where it mixes them."""
    kinds: set[Quote] = {piece.quote for piece in value.pieces}
    return kinds.pop() if len(kinds) == 1 else None
