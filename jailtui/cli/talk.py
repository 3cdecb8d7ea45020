"""Text for the operator of a verb, with nothing in it that a terminal would act on: messages on stderr, and tables."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def printable(text: str) -> str:
    """Text made fit for a terminal, its lines kept."""
    from jailtui.text import clean  # rich's tables of widths: not for `--help`

    return "\n".join(clean(line) for line in text.splitlines())


def put_diff(lines: Sequence[str]) -> None:
    """Print the lines of a diff: their exact bytes, which patch(1) takes. To a terminal with signs, see `visible`."""
    if sys.stdout.isatty():
        print(visible_lines(lines, sys.stdout.encoding))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def visible_lines(lines: Sequence[str], encoding: str | None) -> str:
    """The lines of a diff for a terminal of that encoding."""
    from jailtui.text import visible

    try:
        tab = "→"
        tab.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        tab = ">"
    return "\n".join(visible(line, tab) for line in lines)


def talk_diff(lines: Sequence[str]) -> None:
    """Show the operator a diff that is to be agreed to."""
    print(visible_lines(lines, sys.stderr.encoding), file=sys.stderr)


def talk(text: str) -> None:
    """Print lines for the operator."""
    print(printable(text), file=sys.stderr)


def ask(question: str, otherwise: str) -> bool:
    """Whether the operator says yes. Without a terminal the answer is no, and `otherwise` says what to do instead."""
    if not sys.stdin.isatty():
        talk(f"Standard input is not a terminal: {otherwise}.")
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns two blanks apart, the text of the host cleaned for a terminal, no blanks at a line's end."""
    from jailtui.text import clean

    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cleaned
    )
