"""Bytes that look like a jail.conf to various degrees, for hypothesis; and what must hold of the tree of any file."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from jailtui.jailconf import Block, Dialect, File, Statement, parse
from jailtui.jailconf.parse import Parser

DIALECTS: tuple[Dialect, ...] = ("13", "14", "15")
FRAGMENTS = (
    *("a", "web", "5", "persist", "allow.nomount", "exec.start", "path", "name", "$x", "${x}", "${a.b}", "*", '"*.b"'),
    *("{", "}", ";", "=", "+=", ",", " ", "\n", "\t", "\r\n", "# c\n", "// c\n", "/* c */", "/*", "*/", "#", "/", "+"),
    *(
        '"',
        "'",
        "\\",
        "$",
        "${",
        '"q $x z"',
        '"lit"',
        "'s'",
        '"$x"',
        '"a${x}b$y"',
        "\\n",
        "\\0",
        "\\x",
        "\\x41",
        "\\101",
    ),
    *("\\}", "${a\\}b}", "é", "\x00", "\x01", "\x7f", ".include", '.include "f";', "a = 1;", "b { persist; }"),
    *(
        "* { v = w; }",
        "$x = 1;",
        "$l = 1, 2;",
        'v = "$x$l";',
        "c { a = $a; b = $c; $c = $b; }",
        "d { e { } }",
        "v = $l;",
    ),
)
soup = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(lambda parts: "".join(parts).encode())
files = soup | st.binary(max_size=60)
dialects = st.sampled_from(DIALECTS)


class TokenByToken(Parser):
    """The parser without its short cut."""

    def plain_statements(self) -> bool:
        return True


def slow(data: bytes, dialect: Dialect) -> File:
    parser = TokenByToken(data, "jail.conf", dialect)
    parser.run()
    return File("jail.conf", data, dialect, tuple(parser.levels[0].body), tuple(parser.faults), parser.lines)


def all_statements(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    for statement in statements:
        yield statement
        if isinstance(statement, Block):
            yield from all_statements(statement.body)


def assert_spans_nest(data: bytes, statements: tuple[Statement, ...], begin: int, end: int) -> None:
    """Statements stand in order, inside what they belong to, each with its own last character."""
    for statement in statements:
        assert begin <= statement.start == statement.name_start < statement.name_end < statement.end <= end
        begin = statement.end
        if isinstance(statement, Block):
            assert (data[statement.open : statement.open + 1], data[statement.close : statement.end]) == (b"{", b"}")
            assert_spans_nest(data, statement.body, statement.open + 1, statement.close)
        else:
            assert data[statement.end - 1 : statement.end] == b";"
            assert statement.name_end <= statement.values_start <= statement.values_end < statement.end
            place = statement.values_start
            for value in statement.values:
                assert place <= value.start < value.end <= statement.values_end
                place = value.end
                assert value.start == value.pieces[0].start
                assert value.pieces[-1].end <= value.end <= value.pieces[-1].end + 1


def assert_the_rest_says_nothing(file: File) -> None:
    """What is outside of all statements is blanks, comments and stray semicolons (and what a NUL or the like hides)."""
    rest, place = b"", 0
    for statement in file.statements:
        rest += file.data[place : statement.start] + b"\n"
        place = statement.end
    rest += file.data[place:]
    left = parse(rest, "rest", file.dialect)
    assert (left.statements, left.faults) == ((), ())


def shape(statement: Statement, base: int) -> object:
    """Everything about a statement, its offsets from `base`."""
    offsets = [getattr(statement, name) - base for name in ("start", "end", "name_start", "name_end")]
    if isinstance(statement, Block):
        inner = [shape(one, base) for one in statement.body]
        return (statement.name, *offsets, statement.open - base, statement.close - base, inner)
    values = [
        (
            value.start - base,
            value.end - base,
            [(p.kind, p.text, p.quote, p.start - base, p.end - base) for p in value.pieces],
        )
        for value in statement.values
    ]
    kind = (getattr(statement, "name", ".include"), getattr(statement, "variable", None), getattr(statement, "op", ""))
    return (*kind, *offsets, statement.values_start - base, statement.values_end - base, values)
