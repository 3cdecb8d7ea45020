"""What jail(8) says about a file, with the place that it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One message, word for word as jail(8) prints it, and the bytes it is about.

    `line` is jail(8)'s number, the line in which the token ends. `column` (from 1, in bytes) and `start:end` are where
    the token begins and ends, so with a string over several lines they may stand above `line`.
    """

    message: str
    file: str
    line: int
    column: int
    start: int
    end: int

    def caret(self, data: bytes) -> str:
        """Three lines of text: the message, the line of `data` in which the token begins, carets below the token."""
        begin = data.rfind(b"\n", 0, self.start) + 1
        stop = data.find(b"\n", self.start)
        line = data[begin : stop if stop >= 0 else len(data)]
        before = decoded(data[begin : self.start].decode("latin-1"))
        marked = decoded(line[self.start - begin : max(self.end - begin, 0)].decode("latin-1"))
        blank = "".join("\t" if character == "\t" else " " for character in before)
        return f"{self.message}\n{printable(decoded(line.decode('latin-1')))}\n{blank}{'^' * max(len(marked), 1)}"


def decoded(text: str) -> str:
    """Text of bytes (latin-1) as given out: UTF-8, what is none of it as surrogates (surrogateescape)."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


def encoded(text: str) -> str:
    """The opposite of `decoded`."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def printable(text: str) -> str:
    """`text` with control characters and lone surrogates as one harmless character each; tabs stay."""
    return "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in text)
