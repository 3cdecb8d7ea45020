"""`TextLines`: lines of text that are scrolled and filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, line
from jailtui.ui.rows import Filter
from jailtui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence


class TextLines(LineView, can_focus=True):
    """Lines of text, scrolled by keys: details, a plan, a run. `lines` are all, also those that a filter hides."""

    BINDINGS = [
        ("j,down", "scroll_by(1)"),
        ("k,up", "scroll_by(-1)"),
        ("pagedown,ctrl+f", "scroll_pages(1)"),
        ("pageup,ctrl+b", "scroll_pages(-1)"),
        ("g,home", "scroll_to_line(0)"),
        ("G,end", "scroll_to_line(1000000000)"),
    ]

    class Resized(Message):
        """The width for the lines changed."""

    def __init__(self, *, framed: bool = False, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=framed, glyphs=glyphs, id=id)
        self.lines: tuple[Line, ...] = ()
        self._shown: tuple[Line, ...] = ()
        self.filter = Filter()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; the scroll position stays, at the end if it was there."""
        if tuple(lines) == self.lines:
            return
        at_end = self.first > 0 and self.first >= self.total() - self.page
        self.lines = tuple(lines)
        self._choose()
        if at_end:
            self.scroll_first(self.total())
        self.repaint()

    def _choose(self) -> None:
        lets = self.filter.lets
        self._shown = tuple(line for line in self.lines if lets(line.text)) if self.filter else self.lines

    class Scrolled(Message):
        """Other lines are in view."""

    def resized(self) -> None:
        super().resized()
        self.post_message(self.Resized())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def narrow(self, chosen: Filter) -> None:
        self.filter = chosen
        self._choose()
        self.scroll_first(0)
        self.repaint()

    def total(self) -> int:
        return len(self._shown)

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if self.filter and not self._shown:
            return [line("  ", Cell(f"nothing matches {self.filter.words}", "dim"))]
        return self._shown[first : first + count]

    def action_scroll_by(self, lines: int) -> None:
        self.scroll_first(self.first + lines)

    def action_scroll_pages(self, pages: int) -> None:
        self.scroll_first(self.first + pages * max(1, self.page - 1))

    def action_scroll_to_line(self, line: int) -> None:
        self.scroll_first(line)
