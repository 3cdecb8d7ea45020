"""The messages of jail(8) about a file, with their places."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from typing import NamedTuple

NEWLINE = re.compile(rb"\n")


class Fault(NamedTuple):
    """One message, word for word as jail(8) prints it (control characters too), and the bytes it is about.

    `line` is jail(8)'s number, the line in which the token ends. `column` (from 1, in bytes) and `start:end` are where
    the token begins and ends, so with a string over several lines they may stand above `line`. `cause` names what
    jail(8) does not, or is empty.
    """

    message: str
    file: str
    line: int
    column: int
    start: int
    end: int
    cause: str = ""

    @property
    def text(self) -> str:
        """The message with its cause."""
        return f"{self.message} ({self.cause})" if self.cause else self.message

    def caret(self, data: bytes) -> str:
        """Three lines of text: the message with its cause, the line of `data` in which the token begins, and carets
        below the token.

        Safe for a terminal: control characters are shown as one harmless character each.
        """
        begin = data.rfind(b"\n", 0, self.start) + 1
        stop = data.find(b"\n", self.start)
        line = data[begin : stop if stop >= 0 else len(data)]
        before = decoded(data[begin : self.start].decode("latin-1"))
        marked = decoded(line[self.start - begin : max(self.end - begin, 0)].decode("latin-1"))
        blank = "".join("\t" if character == "\t" else " " * columns(character) for character in before)
        carets = "^" * max(sum(map(columns, marked)), 1)
        return f"{printable(self.text)}\n{printable(decoded(line.decode('latin-1')))}\n{blank}{carets}"


class Lines:
    """Where the lines of some bytes begin; found when first asked for."""

    __slots__ = ("data", "starts")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.starts = array("Q")  # a list of numbers takes five times as much

    def line(self, offset: int) -> int:
        """The line of a byte, from 1."""
        if not self.starts:
            self.starts = array("Q", (0, *(newline.end() for newline in NEWLINE.finditer(self.data))))
        return bisect_right(self.starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1, the column in bytes."""
        line = self.line(offset)
        return line, offset - self.starts[line - 1] + 1


def decoded(text: str) -> str:
    """Text of bytes (latin-1) as given out: UTF-8, what is none of it as surrogates (surrogateescape)."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


def encoded(text: str) -> str:
    """The opposite of `decoded`."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def columns(character: str) -> int:
    """The columns of a terminal that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def printable(text: str) -> str:
    """`text` with control characters and lone surrogates as one harmless character each; tabs stay."""
    return "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in text)
