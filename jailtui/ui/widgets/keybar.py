"""Lines with a left and a right end: the header, and the bottom line with keys, a message or a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, spread
from jailtui.ui.rows import Filter
from jailtui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer
    from textual.widget import Widget

    from jailtui.ui.rows import Narrowed


class StatusLine(LineView):
    """A line with a left and a right end; `left` is cut first."""

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self.left: tuple[Cell, ...] = ()
        self.right: tuple[Cell, ...] = ()

    def show(self, left: tuple[Cell, ...], right: tuple[Cell, ...] = ()) -> None:
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.repaint()

    def total(self) -> int:
        return 1

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        return [Line(spread(self.left, self.right, room, self.glyphs.ellipsis), "bar")]


class FilterLine(Input):
    """Enter keeps the filter, Esc lifts it; then `close` is called."""

    BINDINGS = [
        Binding("escape", "lift", "no filter", show=False, priority=True),
        Binding("down,up", "submit", "to the list", show=False),
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

    async def action_submit(self) -> None:
        self._close()


MESSAGE_SECONDS = 4.0
"""How long a message is shown."""


class KeyBar(StatusLine):
    """The key bar; `message` is shown in place of the keys, unless it is ""."""

    def __init__(self, *, glyphs: Glyphs) -> None:
        super().__init__(glyphs=glyphs, id="bar")
        self.message = ""
        self._expiry: Timer | None = None
        self._keys: tuple[tuple[Cell, ...], tuple[Cell, ...]] = ((), ())

    def show_keys(self, left: tuple[Cell, ...], right: tuple[Cell, ...]) -> None:
        """Show these keys, once no message is shown."""
        self._keys = left, right
        self._draw()

    def show_message(self, text: str) -> None:
        """Show a message for some seconds; "" removes it."""
        self.message = text
        self._draw()
        if self._expiry is not None:
            self._expiry.stop()
        self._expiry = self.set_timer(MESSAGE_SECONDS, lambda: self.show_message("")) if text else None

    def _draw(self) -> None:
        if self.message:
            self.show((Cell(" "), Cell(self.message, "warn")))
        else:
            self.show(*self._keys)

    async def open_filter(self, rows: Narrowed, closed: Callable[[], None]) -> None:
        """Show an input line for the filter of `rows` here; `closed` is called after it."""

        def close() -> None:
            self.screen.set_focus(cast("Widget", rows))
            whole.remove()
            self.display = True
            closed()

        line = FilterLine(rows, close)
        whole = Horizontal(Static("/"), line, classes="filter-line")
        self.display = False
        await self.screen.mount(whole, after=self)
        self.screen.set_focus(line)
