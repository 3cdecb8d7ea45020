"""A screen with a list, and the page of the row under its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Container

from jailtui.ui.lines import indented
from jailtui.ui.screens.listed import ListScreen
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.lines import Line
    from jailtui.ui.widgets.findinglist import FindingList
    from jailtui.ui.widgets.rowlist import RowList

WIDE = 120
"""Cells from which on the page is beside the list, not under it."""


class PagedScreen(ListScreen):
    """`list`, which can be filtered, and `page`, in a container with the id `place`. `?` shows `keys`."""

    CSS_PATH = style_sheets("screens")
    BINDINGS = [
        Binding("ctrl+d", "scroll_page(1)", show=False),
        Binding("ctrl+u", "scroll_page(-1)", show=False),
    ]

    def __init__(
        self, rows: FindingList | RowList, glyphs: Glyphs, place: str, keys: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(glyphs, f"Keys of the {place}", keys)
        self.list = rows
        self.page = TextLines(framed=True, glyphs=glyphs, id="page")
        self.page.can_focus = False
        self._place = place
        self._page_of = ""

    @property
    def narrowed(self) -> FindingList | RowList:
        return self.list

    def compose(self) -> ComposeResult:
        with Container(id=self._place):
            yield self.list
            yield self.page
        yield self.bar

    def on_mount(self) -> None:
        self.list.focus()

    def on_resize(self) -> None:
        wide, height = self.app.size.width >= WIDE, self.app.size.height - 1
        self.set_class(wide, "-wide")
        self.list.styles.height = "1fr" if wide or height < 10 else self.list_lines(height)
        self.page.display = wide or height >= 10
        self.call_after_refresh(self.redraw)

    def list_lines(self, height: int) -> int:
        """How many of so many lines the list has, where the page is under it."""
        return height * 2 // 5

    def redraw(self) -> None:
        """Update page and bar; only changes are painted."""

    def show_page(self, key: str, lines: Sequence[Line]) -> None:
        """Show the page of the row with that key; another row's page begins at its top."""
        self.page.show(indented(lines))
        if key != self._page_of:
            self._page_of = key
            self.page.scroll_first(0)

    def action_scroll_page(self, pages: int) -> None:
        self.page.scroll_first(self.page.first + pages * max(1, self.page.page // 2))
