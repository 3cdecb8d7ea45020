"""All output of verbs: data on standard output, messages on standard error, both without control characters.

Only `put_exact` writes exact bytes, to a pipe.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from jailtui.cli.streams import put_bytes

if TYPE_CHECKING:
    from types import TracebackType

    from jailtui.exchange import Trouble


def printable(text: str) -> str:
    """The lines of a text without control characters of the terminal."""
    lines = text.splitlines()
    if all(line.isascii() and line.isprintable() for line in lines):
        return "\n".join(lines)
    from jailtui.text import clean  # rich's tables of widths: not for `--help`

    return "\n".join(clean(line) for line in lines)


def put(text: str) -> None:
    """Print lines of data."""
    print(printable(text))


def put_exact(text: str, shown: Callable[[str], str]) -> bool:
    """Print the exact bytes of a text; to a terminal the result of `shown`. Returns whether that is the same."""
    if sys.stdout.isatty():
        on_terminal = shown(text)
        print(on_terminal, end="", flush=True)
        return on_terminal == text
    put_bytes(text.encode("utf-8", "surrogateescape"))
    return True


def put_lines(lines: Sequence[str]) -> None:
    """Print lines of a file or diff: exact bytes, for patch(1); to a terminal as `text.visible` shows them."""
    if lines:
        put_exact("".join(f"{line}\n" for line in lines), lambda _: f"{visible_lines(lines, sys.stdout.encoding)}\n")


def visible_lines(lines: Sequence[str], encoding: str | None) -> str:
    """Lines of a file for a terminal of that encoding."""
    from jailtui.text import visible

    try:
        tab = "→"
        tab.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        tab = ">"
    return "\n".join(visible(line, tab) for line in lines)


def talk_diff(lines: Sequence[str]) -> None:
    """Print a diff on stderr."""
    print(visible_lines(lines, sys.stderr.encoding), file=sys.stderr)


def talk(text: str) -> None:
    """Print lines on stderr."""
    print(printable(text), file=sys.stderr)


def talk_troubles(troubles: Iterable[Trouble]) -> None:
    """Say on stderr what could not be read, each on one line: a name of the host may have line ends."""
    for trouble in troubles:
        talk(" ".join(f"{trouble.subject}: {trouble.message}".splitlines()))


def talk_traceback(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    """Print the traceback of an error, cleaned: its message may contain text of a host (`sys.excepthook`)."""
    from traceback import format_exception

    talk("".join(format_exception(kind, error, place)))


def ask(question: str, otherwise: str) -> bool:
    """Whether the operator says yes. Without a terminal the answer is no, and `otherwise` is printed."""
    if not sys.stdin.isatty():
        talk(f"Standard input is not a terminal: {otherwise}.")
        return False
    sys.stderr.write(f"{printable(question)} [y/N] ")
    sys.stderr.flush()
    if getattr(sys.stderr, "lost", False):  # the question, or what it is about, was not seen
        return False
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns two blanks apart, without control characters and without blanks at line ends."""
    from jailtui.text import clean

    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cleaned
    )
