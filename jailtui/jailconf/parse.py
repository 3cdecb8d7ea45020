"""Tokens to tree, by jail(8)'s grammar (usr.sbin/jail/jailparse.y) as byacc runs it, with its recovery from errors.

Most statements are read by one expression each. Whatever it does not cover goes token by token; both give the same.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from sys import intern
from typing import Literal, cast

from jailtui.jailconf.faults import Fault, Lines, decoded
from jailtui.jailconf.tokens import COMMENT, IDENTIFIER, PLAIN_BRACED, SINGLE, WORD, Lexer, Token, unescape
from jailtui.jailconf.tree import Block, Dialect, File, Include, Op, Param, Statement, pieces_of

STACK = 9999
"""Symbols that byacc's stack holds above the first state. A file takes one, each block that is open three more."""

NO_ERROR, IN_RECOVERY = 0, 3


@cache  # 1 ms each, and a host has one of them
def statement_pattern(blanks: str) -> re.Pattern[str]:
    """One whole plain statement with the blanks before it.

    Groups: 1 the name of a parameter or of a block, 2 the operator, 3 the values; 4 the end of the file.
    """
    blank = rf"(?:[{blanks}]++|{COMMENT})*+"
    quoted = rf'"(?:[^"\\$]++|\\[\s\S]|\$(?!\{{)|{PLAIN_BRACED})*+"'
    value = rf"(?:{WORD}|{quoted}|{SINGLE}|{PLAIN_BRACED}|\$(?!\{{)|/(?![/*])|\*|\+(?!=)|\\[\s\S])++"
    values = rf"{value}(?:{blank},{blank}{value})*+"
    name = rf"{WORD}|{IDENTIFIER}|{PLAIN_BRACED}"
    return re.compile(rf"{blank}(?:({name}){blank}(?:(\+?=){blank}({values}){blank};|[;{{])|[}};]|(\Z))")


@dataclass(slots=True)
class Level:
    """A block that is open, or (without a name) the file."""

    name: Token | None = None
    brace: int = 0
    body: list[Statement] = field(default_factory=list)


@contextmanager
def collections_paused() -> Iterator[None]:
    """The garbage collector stands still while many small values are made, none of them garbage.

    Otherwise reading is not linear in the number of jails: each full collection looks at everything made so far.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parse(data: bytes, name: str = "jail.conf", dialect: Dialect = "15") -> File:
    """The file as jail(8) of that release reads it; `name` is what its messages call it. Never raises.

    dialect: "13" for 13.2, "14" for 14.2, "15" for 15.1. `.include` is not followed here, `evaluate` does that.
    """
    parser = Parser(data, name, dialect)
    with collections_paused():
        parser.run()
    return File(name, data, dialect, tuple(parser.levels[0].body), tuple(parser.faults), parser.lines)


class Cache:
    """The last reading of each file, used again while its bytes are the same. Give it to every `evaluate`."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, Dialect], File] = {}

    def parse(self, data: bytes, name: str = "jail.conf", dialect: Dialect = "15") -> File:
        """As the function `parse`."""
        known = self.known.get((name, dialect))
        if known is None or known.data != data:
            known = self.known[name, dialect] = parse(data, name, dialect)
        return known


class Parser:
    def __init__(self, data: bytes, name: str, dialect: Dialect) -> None:
        self.data = data
        self.text = data.decode("latin-1")
        self.name = name
        self.dialect = dialect
        self.lines = Lines(data)
        self.levels = [Level()]
        self.faults: list[Fault] = []
        self.lexer = Lexer(self.text, 0, len(self.text), dialect != "13", self.unterminated)
        self.recovery = NO_ERROR

    def run(self) -> None:
        while self.plain_statements() and self.statement():
            pass
        while len(self.levels) > 1:
            self.close(len(self.data), len(self.data))

    # Statements in one piece

    def plain_statements(self) -> bool:
        """Read on while statements are plain ones; whether there is more of the file."""
        if self.faults or self.is_deep():
            return True
        text, position = self.text, self.lexer.position
        match = statement_pattern(r" \t\n" if self.dialect == "13" else r" \t\r\n").match
        body = self.levels[-1].body
        while statement := match(text, position):
            end = statement.end()
            start, name_end = statement.span(1)
            if start < 0:
                if statement.group(4) is not None:
                    break
                if text[end - 1] == "}":
                    if len(self.levels) == 1:
                        break
                    self.close(end - 1, end)
                    body = self.levels[-1].body
            elif text[end - 1] == "{":
                if text[start] == "$" or (self.dialect == "13" and len(self.levels) > 1) or self.is_deep():
                    break
                self.levels.append(Level(Token("text", start, name_end, text[start:name_end]), end - 1))
                body = self.levels[-1].body
            else:
                body.append(plain(text, statement, start, name_end, end))
            position = end
        self.lexer.position = position
        return True

    def is_deep(self) -> bool:
        """Whether the limit of byacc's stack comes near, so that symbols must be counted."""
        return len(self.levels) > STACK // 3 - 10

    # Statements token by token

    def statement(self) -> bool:
        """Read one statement; whether there is more of the file."""
        first = self.lexer.next()
        if first.kind == ";":
            return self.shifted()
        if first.kind == "}" and len(self.levels) > 1:
            self.close(first.start, first.end)
            return self.shifted()
        if len(self.levels) == 1 and self.ends(first):
            return False
        if first.kind not in ("text", "variable") or first.glued:
            return self.wrong(first)
        if not self.shift(first, 1):
            return False
        second = self.lexer.next()
        if second.kind == "{" and first.kind == "text" and (self.dialect != "13" or len(self.levels) == 1):
            return self.open(first, second)
        if second.kind == ";":
            return self.complete(first, None, second, second)
        if second.kind not in ("=", "+="):
            return self.values(first, "", second, 2)
        if not self.shift(second, 2):
            return False
        return self.values(first, cast("Op", second.kind), self.lexer.next(), 3)

    def values(self, name: Token, op: Op, first: Token, height: int) -> bool:
        """Read `v, v;`. `height`: symbols of this statement on the stack with the first value."""
        token, last = first, None
        top = height
        while True:
            if token.kind in ("text", "variable") and token.glued == (last is not None):
                if not self.shift(token, top + token.glued):
                    return False
                last = token
            elif last is not None and token.kind == ",":
                if not self.shift(token, height + 1):
                    return False
                last, top = None, height + 2
            elif last is not None and token.kind == ";":
                return self.complete(name, op, token, first, last.stop)
            else:
                return self.wrong(token)
            token = self.lexer.next()

    def complete(self, name: Token, op: Op, semicolon: Token, first: Token, stop: int = 0) -> bool:
        start, end = (first.start, stop) if op is not None else (semicolon.start, semicolon.start)
        body = self.levels[-1].body
        if op == "" and name.kind == "text" and name.value == ".include" and self.dialect != "13":
            body.append(Include(name.start, name.stop, start, end, name.start, semicolon.end, self.text))
            self.refuse_variables(start, end, semicolon)
        else:
            called, variable = decoded(name.value), name.kind == "variable"
            place = (name.start, name.stop, variable, op, start, end, name.start, semicolon.end)
            body.append(Param(called, *place, self.text))
        return self.shifted()

    def refuse_variables(self, start: int, end: int, semicolon: Token) -> None:
        for tokens in pieces_of(self.text, start, end):
            if any(token.kind == "variable" for token in tokens):
                message = "variables not permitted in '.include' filename"
                self.say(f"line {self.line(semicolon.end)}: {message}", tokens[0].start, tokens[-1].stop, semicolon.end)

    # Blocks

    def open(self, name: Token, brace: Token) -> bool:
        if not self.shift(brace, 2):
            return False
        self.levels.append(Level(name, brace.start))
        return self.fits(brace, 0)  # for the empty list of statements with which a block begins

    def close(self, brace: int, end: int) -> None:
        level = self.levels.pop()
        name = level.name
        if name is not None:
            called = decoded(name.value)
            place = (brace, name.start, end)
            block = Block(called, name.start, max(name.end, name.stop), tuple(level.body), level.brace, *place)
            self.levels[-1].body.append(block)

    # What byacc does

    def shift(self, token: Token, height: int) -> bool:
        """Take a token that fits. `height`: the symbols of this statement then on the stack."""
        return self.fits(token, height) and self.shifted()

    def shifted(self) -> bool:
        if self.recovery:
            self.recovery -= 1
        return True

    def fits(self, token: Token, height: int) -> bool:
        if 3 * len(self.levels) - 2 + height <= STACK:
            return True
        self.say_at(token, "yacc stack overflow")
        return False

    def wrong(self, token: Token) -> bool:
        """A token that the grammar does not allow: say so, skip to the next `;`."""
        if not self.recovery:
            self.say_at(token, "syntax error")
        self.recovery = IN_RECOVERY
        while token.kind != ";":
            if self.ends(token):
                return False
            token = self.lexer.next()
        return self.shifted()

    def ends(self, token: Token) -> bool:
        """The end of the file, or a byte that is one to byacc: NUL, or negative as a signed char."""
        return token.kind == "end" or (token.kind == "other" and not "\0" < self.text[token.start] < "\x80")

    # Messages

    def line(self, offset: int) -> int:
        return self.lines.line(offset)

    def say_at(self, token: Token, message: str) -> None:
        shown = self.text[token.start : token.end].partition("\0")[0]
        if shown:
            self.say(f"line {self.line(token.end)}: {decoded(shown)}: {message}", token.start, token.end, token.end)
        else:
            self.say("unexpected EOF", token.start, token.end, token.end)

    def say(self, message: str, start: int, end: int, where: int) -> None:
        separator = ": " if message == "unexpected EOF" else " "
        column = self.lines.position(start)[1]
        self.faults.append(
            Fault(f"jail: {self.name}{separator}{message}", self.name, self.line(where), column, start, end)
        )

    def unterminated(self, construct: str, start: int, end: int) -> None:
        where = start if self.dialect == "13" and construct == "comment" else end
        self.say(f"line {self.line(where)}: unterminated {construct}", start, end, where)


def plain(text: str, statement: re.Match[str], start: int, name_end: int, end: int) -> Param:
    """The parameter that the expression matched."""
    name = intern(text[start:name_end])  # the jails of a file say the same few names over and over
    variable = name[0] == "$"
    if variable:
        name = decoded(unescape(name[2:-1] if name[1] == "{" else name[1:]))
    first, stop = statement.span(3)
    if first < 0:
        return Param(name, start, name_end, variable, None, end - 1, end - 1, start, end, text)
    op = cast("Literal['=', '+=']", statement.group(2))
    return Param(name, start, name_end, variable, op, first, stop, start, end, text)
