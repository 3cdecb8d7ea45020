"""The line in which a filter is typed: the list narrows with every letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input

from jailtui.ui.rows import Filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.ui.rows import Narrowed


class FilterLine(Input):
    """Enter keeps the filter, Esc lifts it; then `close` is called."""

    BINDINGS = [
        Binding("escape", "lift", "no filter", show=False, priority=True),
        Binding("down,up", "keep", "to the list", show=False),
    ]

    def __init__(self, rows: Narrowed, close: Callable[[], None]) -> None:
        super().__init__(rows.filter.text, placeholder="text or regex, ! inverts", compact=True, id="filter")
        self._rows = rows
        self._close = close

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._rows.narrow(Filter(event.value, self._rows.filter.problems))
        self._rows.repaint()

    def action_lift(self) -> None:
        self._rows.narrow(Filter("", self._rows.filter.problems))
        self._close()

    def action_keep(self) -> None:
        self._close()

    async def action_submit(self) -> None:
        self._close()
