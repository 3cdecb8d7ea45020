"""One line with something at both ends: the header, and the bar of keys."""

from __future__ import annotations

from collections.abc import Sequence

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, spread
from jailtui.ui.widgets.lineview import LineView


class StatusLine(LineView):
    """`left` gives way to `right` where the terminal is narrow."""

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self.left: tuple[Cell, ...] = ()
        self.right: tuple[Cell, ...] = ()

    def show(self, left: tuple[Cell, ...], right: tuple[Cell, ...] = ()) -> None:
        self.left, self.right = left, right
        self.repaint()

    def total(self) -> int:
        return 1

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        return [Line(spread(self.left, self.right, room, self.glyphs.ellipsis), "bar")]
