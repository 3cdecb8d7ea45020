"""`jail -f FILE -e SEPARATOR`: every jail a jail.conf(5) defines, resolved as jail(8) does it. Source: jail(8).

    name=web␟path=/jails/web␟vnet␟vnet.interface=e0b_web␟exec.start="/bin/sh /etc/rc","service x start"

One line a jail, parameters apart by the separator, a list's values by commas, a parameter without value (a flag)
bare. jail(8) quotes a value that is empty or holds a blank, a tab or a quote, and puts a backslash before every
backslash and before the quote it chose; line breaks stay raw. So what it does not quote is ambiguous in two places:
a comma inside a value reads as two values, a line break as the next jail. Choose a separator no value holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jailtui.formats.errors import FormatError


@dataclass(frozen=True, slots=True)
class Definition:
    """One jail of the file, in printed order; a name may come twice.

    `name` is None for a block named by a number where jail(8) prints neither (13 and 14). `params` holds each
    parameter with its values, `name` and `jid` included; a flag has none.
    """

    name: str | None
    jid: int | None
    params: tuple[tuple[str, tuple[str, ...]], ...]


def parse(text: str, separator: str) -> tuple[Definition, ...]:
    """`text` as definitions. FormatError where a quoted value does not end as jail(8) ends it."""
    if not separator or separator.startswith(("\n", '"', "'", ",", "\\")):
        raise ValueError("the separator must not begin like what stands inside a value")
    reader = Reader(text, separator)
    definitions: list[Definition] = []
    while not reader.at_end:
        definitions.append(definition(reader.line()))
    return tuple(definitions)


def definition(params: tuple[tuple[str, tuple[str, ...]], ...]) -> Definition:
    """One jail from its parameters; of a parameter given twice the last counts."""
    last = {name: values[-1] for name, values in params if values}
    jid = last.get("jid", "")
    return Definition(
        last.get("name"), int(jid) if jid.isascii() and jid.isdecimal() and len(jid) < 10 else None, params
    )


class Reader:
    """A position in the text, moving over parameters and values."""

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        self.at = 0
        self.bare = re.compile(rf"(?:(?!{re.escape(separator)})[^,\n])*")
        self.word = re.compile(rf"(?:(?!{re.escape(separator)})[^=\n])*")

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def line(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The parameters up to a line's end; an empty line is a jail of which nothing is printed."""
        if self.skip("\n"):
            return ()
        end = self.text.find("\n", self.at)
        line = self.text[self.at :] if end < 0 else self.text[self.at : end]
        if (simple := simple_params(line, self.separator)) is not None:
            self.at += len(line) + 1
            return simple
        params: list[tuple[str, tuple[str, ...]]] = []
        while True:
            params.append(self.param())
            if self.at_end or self.skip("\n"):
                return tuple(params)
            if not self.skip(self.separator):
                raise FormatError(f"jail -e printed more behind a quoted value, at character {self.at}.")

    def param(self) -> tuple[str, tuple[str, ...]]:
        """One parameter with its values."""
        name = self.match(self.word)
        if not self.skip("="):
            return name, ()
        values = [self.value()]
        while self.skip(","):
            values.append(self.value())
        return name, tuple(values)

    def value(self) -> str:
        """One value, quotes and backslashes taken off."""
        quote = self.text[self.at : self.at + 1]
        if quote not in ('"', "'"):
            return unescape(self.match(self.bare))
        end = QUOTED[quote].match(self.text, self.at)
        if end is None:
            raise FormatError(f"jail -e printed a quoted value without end, from character {self.at}.")
        self.at = end.end()
        return unescape(end.group()[1:-1])

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None  # both patterns match the empty string
        self.at = found.end()
        return found.group()

    def skip(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True


def simple_params(line: str, separator: str) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The parameters of a line that has nothing to undo but double quotes; None: go the careful, slower way."""
    if "\\" in line or "'" in line:
        return None
    params: list[tuple[str, tuple[str, ...]]] = []
    for piece in line.split(separator):
        name, equals, value = piece.partition("=")
        if '"' not in piece:
            params.append((name, tuple(value.split(",")) if equals else ()))
        elif '"' not in name and ALL_QUOTED.fullmatch(value):
            params.append((name, tuple(value[1:-1].split('","'))))
        else:
            return None
    return tuple(params)


ALL_QUOTED = re.compile(r'"[^"]*"(?:,"[^"]*")*')
QUOTED = {quote: re.compile(rf"{quote}(?:[^{quote}\\]|\\.)*{quote}", re.DOTALL) for quote in ('"', "'")}
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unescape(text: str) -> str:
    """`text` without the backslashes jail(8) put into it."""
    return ESCAPED.sub(r"\1", text) if "\\" in text else text
