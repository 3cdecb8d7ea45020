"""The order of a panel's rows by one of its columns. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui.text import by_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.ui.rows import Column, Row

AMOUNTS = ("UP", "CPU", "MEM", "IN/s", "OUT/s")
"""The columns whose amounts rows have as numbers, in the order of `Row.amounts`."""
LARGEST_FIRST = frozenset((*AMOUNTS, "TRAFFIC"))
"""The columns with their largest amounts on top."""
NOTHING = frozenset({"", "-", "–", "?"})


class Order(NamedTuple):
    """By the column of this title, the largest amounts or the first names on top; `inverted` the other way.

    Without a title: as the panel sorts by itself, problems first, then by name.
    """

    title: str = ""
    inverted: bool = False

    def words(self, up: str, down: str) -> str:
        """In a title: `by CPU ↓`; "" for the panel's own order."""
        if not self.title:
            return f"inverted {up}" if self.inverted else ""
        return f"by {self.title} {up if self.inverted == (self.title in LARGEST_FIRST) else down}"


def sorted_rows(rows: tuple[Row, ...], columns: Sequence[Column], order: Order) -> tuple[Row, ...]:
    """The rows in that order. Equal rows stay as the panel sorts them; those without a value are last."""
    at = next((at for at, column in enumerate(columns) if column.title == order.title), None)
    if not order.title or at is None:
        return tuple(reversed(rows)) if order.inverted else rows
    valued = [(value_of(row, at, order.title), row) for row in rows]
    largest_first = (order.title in LARGEST_FIRST) != order.inverted
    compared = [each for each in valued if each[0] is not None]
    compared.sort(key=lambda each: each[0], reverse=largest_first)
    return tuple(row for _, row in compared) + tuple(row for value, row in valued if value is None)


def value_of(row: Row, at: int, title: str) -> Any:
    """The value of a row in a column, to be compared; None if it has none."""
    if title == "TRAFFIC":
        into, out = row.amounts[3:5] if row.amounts else (None, None)
        return None if into is None or out is None else into + out
    if title in AMOUNTS:
        return row.amounts[AMOUNTS.index(title)] if row.amounts else None
    text = row.cells[at].text
    return None if text in NOTHING else by_number(text.casefold())


def next_title(titles: Sequence[str], title: str, way: int) -> str:
    """The title after or before this one, among those shown; "" is before the first and after the last."""
    ring = ["", *titles]
    return ring[(ring.index(title) + way) % len(ring)] if title in ring else ring[way % len(ring)]
