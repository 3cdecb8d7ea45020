"""The bottom line: the keys of the moment, a message for some seconds, or the line in which a filter is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from jailtui.ui.lines import Cell
from jailtui.ui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.rows import Narrowed

MESSAGE_SECONDS = 6.0
"""How long a message stands in the place of the keys."""


class KeyBar(StatusLine):
    """`message` is what stands there just now, "" for the keys."""

    def __init__(self, *, glyphs: Glyphs) -> None:
        super().__init__(glyphs=glyphs, id="bar")
        self.message = ""
        self._keys: tuple[tuple[Cell, ...], tuple[Cell, ...]] = ((), ())

    def show_keys(self, left: tuple[Cell, ...], right: tuple[Cell, ...]) -> None:
        """Show these keys, unless a message stands there still."""
        self._keys = left, right
        self._draw()

    def show_message(self, text: str) -> None:
        """Show a message for some seconds; "" takes away what stands there."""
        self.message = text
        self._draw()
        if text:
            self.set_timer(MESSAGE_SECONDS, lambda: self._expire(text))

    def _expire(self, text: str) -> None:
        if self.message == text:
            self.show_message("")

    def _draw(self) -> None:
        if self.message:
            self.show((Cell(" "), Cell(self.message, "warn")))
        else:
            self.show(*self._keys)

    async def open_filter(self, rows: Narrowed, closed: Callable[[], None]) -> None:
        """Have a filter for `rows` typed in this place; `closed` is called when it is done."""
        from jailtui.ui.widgets.filterline import FilterLine

        def close() -> None:
            self.screen.set_focus(cast("Widget", rows))
            line.remove()
            self.display = True
            closed()

        line = FilterLine(rows, close)
        self.display = False
        await self.screen.mount(line, after=self)
        self.screen.set_focus(line)
