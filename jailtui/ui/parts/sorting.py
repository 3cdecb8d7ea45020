"""How the panels are sorted, and whether they show the load: what `<`, `>`, `I` and `T` change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.columns import ROOMY, left_out
from jailtui.ui.order import Order, next_title, sorted_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.ui.remembered import Remembered
    from jailtui.ui.rows import Row
    from jailtui.ui.widgets.rowlist import RowList

INVERTED = " inverted"


class Sorting:
    """The order of the rows of each panel, and the columns of the load, remembered from run to run.

    `has_load`: the load is known, or will be. Without it its columns are not shown.
    """

    def __init__(self, lists: Mapping[str, RowList], remembered: Remembered) -> None:
        self._lists, self._remembered = lists, remembered
        self.has_load = False
        self.orders = {name: _order(remembered.get(f"sort.{name}")) for name in lists}
        self._own: dict[str, tuple[Row, ...]] = {}

    def rows(self, name: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows of a panel in its order."""
        self._own[name] = rows
        self._lists[name].sorted_by = self.orders[name].title
        return sorted_rows(rows, self._lists[name].columns, self.orders[name])

    def step(self, name: str, way: int) -> tuple[Row, ...]:
        """Sort a panel by the next of the columns that it shows, or by the one before; its rows."""
        title = next_title(self._lists[name].titles, self.orders[name].title, way)
        return self._change(name, Order(title))

    def invert(self, name: str) -> tuple[Row, ...]:
        """Turn the order of a panel round; its rows."""
        order = self.orders[name]
        return self._change(name, order._replace(inverted=not order.inverted))

    def _change(self, name: str, order: Order) -> tuple[Row, ...]:
        self.orders[name] = order
        self._remembered.set(f"sort.{name}", order.title + (INVERTED if order.inverted else ""))
        return self.rows(name, self._own.get(name, ()))

    def shows_load(self, width: int) -> bool:
        """Whether a terminal of that width shows the load: from 120 cells on unless it was turned off."""
        return self.has_load and (self._remembered.get(_load_key(width)) == "on") != (width >= ROOMY)

    def toggle_load(self, width: int) -> None:
        """Show the load, or the addresses again."""
        name = _load_key(width)
        self._remembered.set(name, "" if self._remembered.get(name) else "on")

    def place(self, width: int) -> None:
        """Show the columns for a terminal of that width."""
        load = self.shows_load(width)
        for name, rowlist in self._lists.items():
            rowlist.leave_out(left_out(name, width, load=load))


def _load_key(width: int) -> str:
    """What is remembered, `on` being the exception: `load.off` where there is room, `load.shown` where there is not."""
    return "load.off" if width >= ROOMY else "load.shown"


def _order(words: str) -> Order:
    return Order(words.removesuffix(INVERTED), words.endswith(INVERTED))
