"""The line in which a filter is typed: the list narrows with every letter."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from jailtui.ui.rows import Filter, Narrowed


class FilterLine(Input):
    """Enter keeps the filter, Esc lifts it; both close the line."""

    BINDINGS = [
        Binding("escape", "lift", "no filter", show=False, priority=True),
        Binding("down,up", "keep", "to the list", show=False),
    ]

    class Closed(Message):
        """The line is done with."""

    def __init__(self, rows: Narrowed, text: str) -> None:
        super().__init__(text, placeholder="text or regex, ! inverts", compact=True, id="filter")
        self._rows = rows

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._rows.narrow(Filter(event.value, self._rows.filter.problems))
        self._rows.repaint()

    def action_lift(self) -> None:
        self._rows.narrow(Filter("", self._rows.filter.problems))
        self.post_message(self.Closed())

    def action_keep(self) -> None:
        self.post_message(self.Closed())

    async def action_submit(self) -> None:
        self.post_message(self.Closed())
