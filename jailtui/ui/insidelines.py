"""The tables of what is seen inside of a jail, as columns, rows and lines. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jailtui.ui.lines import Cell, Line, hanging, labelled
from jailtui.ui.rows import Column, Row

if TYPE_CHECKING:
    from jailtui.model.tables import InsideTable
    from jailtui.ui.glyphs import Glyphs

KEYS = (
    ("tab shift+tab", "The next table, or the one before; a click chooses a table too."),
    ("j k, up down", "Another row; pgup and pgdn one page. The whole row stands below."),
    ("/", "Filter the rows; esc shows all."),
    ("< >", "Sort by the next column, or by the one before."),
    ("I", "Invert the order."),
    ("ctrl+r", "Read the jail again."),
    ("esc q i", "Back: lifts the filter first."),
)
NUMBERS = frozenset({"PID", "%CPU", "RSS KiB", "AGE s", "MTU"})
"""The columns whose values stand at the right."""
WIDEST = 200


def columns(table: InsideTable) -> tuple[Column, ...]:
    """The columns of a table; the last one takes the room that is left."""
    *first, last = table.columns
    shown = [Column(title, low=4, high=40, right=title in NUMBERS) for title in first]
    return (*shown, Column(last, low=4, high=WIDEST, by_end=True, right=last in NUMBERS))


def rows(table: InsideTable) -> tuple[Row, ...]:
    """The rows; two that are alike have keys of their own."""
    seen: Counter[tuple[str, ...]] = Counter()
    lines = []
    for row in table.rows:
        lines.append(Row("\x1f".join((*row, str(seen[row]))), tuple(map(Cell, row))))
        seen[row] += 1
    return tuple(lines)


def says(table: InsideTable) -> str:
    """What stands in place of rows."""
    return f"? {table.problem}" if table.problem else "none"


def tab(table: InsideTable, *, counted: bool) -> str:
    """A table among the others: `Processes 6`."""
    count = "?" if table.problem else str(len(table.rows))
    return f"{table.title} {count}" if counted else table.title


def page(table: InsideTable, row: Row | None, glyphs: Glyphs, room: int) -> list[Line]:
    """The row with all that is in it; why there are none."""
    if table.problem:
        return hanging(Cell(f"{glyphs.warn} ", "warn"), table.problem, room, "warn")
    if row is None:
        return []
    named = zip(table.columns, row.cells, strict=True)
    return [line for title, cell in named if cell.text for line in labelled(title, cell.text, room)]
