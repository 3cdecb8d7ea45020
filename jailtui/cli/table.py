"""Rows as a table in plain text."""

from __future__ import annotations

from collections.abc import Sequence

from jailtui.text import clean


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns two blanks apart, the text of the host cleaned for a terminal, no blanks at a line's end."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cleaned
    )
