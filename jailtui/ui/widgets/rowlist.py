"""`RowList`: rows of any kind, where cursor, marks, filter and scroll belong to keys and not to line numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, LineTone
from jailtui.ui.rows import Column, Filter, Row, natural_widths, neighbour, share
from jailtui.ui.widgets.lineview import MOVES, LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

GUTTER = 2
"""Cells left of the first column: the cursor's sign and the mark."""


class RowList(LineView, can_focus=True):
    """A list on the Line API. It knows keys and clean cells; it knows nothing of jails."""

    headed = True

    BINDINGS = [
        *MOVES,
        Binding("g,home", "move(-1000000000)", "First", id="list.first", show=False),
        Binding("space", "mark", "Mark", id="list.mark", show=False),
        Binding("enter", "open", "Open", id="list.open", show=False),
    ]

    class Highlighted(Message):
        """The cursor is on another object, or on none."""

        def __init__(self, control: RowList, key: str | None) -> None:
            super().__init__()
            self._control = control
            self.key = key

        @property
        def control(self) -> RowList:
            return self._control

    class Opened(Highlighted):
        """Enter or a double click on a row."""

    class Marked(Highlighted):
        """The set of marked rows changed."""

    def __init__(self, columns: Sequence[Column], *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.columns = tuple(columns)
        self.empty: str = ""
        self._rows: tuple[Row, ...] = ()
        self._shown: tuple[Row, ...] = ()
        self._index: dict[str, int] = {}
        self._cursor: str | None = None
        self._marks: frozenset[str] = frozenset()
        self._filter = Filter()
        self._natural: tuple[int, ...] = ()
        self._shares: tuple[tuple[int, int, int], ...] = ()
        self._share_room = -1

    # What it shows.

    @property
    def cursor(self) -> str | None:
        """Key of the row under the cursor; None when no row is shown."""
        return self._cursor

    @property
    def marks(self) -> frozenset[str]:
        """Keys of the marked rows, those a filter hides included."""
        return self._marks

    @property
    def filter(self) -> Filter:
        return self._filter

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return self._rows

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows the filter lets through."""
        return self._shown

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show these rows; cursor, marks and scroll stay with their objects."""
        if rows == self._rows:
            self.repaint()
            return
        keys = {row.key for row in rows}
        self._rows, self._marks = rows, self._marks & keys
        self._natural = natural_widths(self.columns, rows, self._natural)
        self._share_room = -1
        self._narrow()

    def narrow(self, chosen: Filter) -> None:
        """Show only the rows `chosen` lets through."""
        if chosen != self._filter:
            self._filter = chosen
            self._narrow()

    def point(self, key: str) -> bool:
        """Put the cursor on that row and bring it into view; False when it isn't shown."""
        if key not in self._index:
            return False
        moved, self._cursor = self._cursor != key, key
        self._reveal()
        self.repaint()
        if moved:
            self.post_message(self.Highlighted(self, key))
        return True

    def mark(self, keys: frozenset[str]) -> None:
        """Make these the marked rows."""
        self._marks = keys & {row.key for row in self._rows}
        self.repaint()
        self.post_message(self.Marked(self, self._cursor))

    def _narrow(self) -> None:
        old = [row.key for row in self._shown]
        anchor = self._anchor()
        self._shown = tuple(row for row in self._rows if self._filter(row)) if self._filter else self._rows
        self._index = {row.key: at for at, row in enumerate(self._shown)}
        before, self._cursor = self._cursor, neighbour(old, list(self._index), self._cursor)
        if anchor is not None and anchor[0] in self._index:
            self.scroll_first(self._index[anchor[0]] - anchor[1])
        elif before != self._cursor:
            self._reveal()
        self.repaint()
        if before != self._cursor:
            self.post_message(self.Highlighted(self, self._cursor))

    def _anchor(self) -> tuple[str, int] | None:
        """The row that must not move on screen, and its line: the cursor's, if it is in view, else the topmost."""
        at = self._index.get(self._cursor or "")
        if at is not None and self.first <= at < self.first + self.page:
            return self._shown[at].key, at - self.first
        if self.first < len(self._shown):
            return self._shown[self.first].key, 0
        return None

    def _reveal(self) -> None:
        at = self._index.get(self._cursor or "")
        if at is None or not self.page:
            return
        if at < self.first:
            self.scroll_first(at)
        elif at >= self.first + self.page:
            self.scroll_first(at - self.page + 1)

    # How it is drawn.

    def total(self) -> int:
        return len(self._shown)

    def _columns_in(self, room: int) -> tuple[tuple[int, int, int], ...]:
        if self._share_room != room:
            self._share_room = room
            natural = self._natural or natural_widths(self.columns, ())
            self._shares = share(self.columns, natural, room - GUTTER)
        return self._shares

    def head(self, room: int) -> Line:
        """The column titles."""
        return Line(
            (Cell(" " * GUTTER), *self._laid_out([Cell(column.title, "head") for column in self.columns], room))
        )

    def _laid_out(self, cells: Sequence[Cell], room: int) -> list[Cell]:
        """The cells of the columns there is room for, each as wide as its column, with the gaps between them."""
        pieces: list[Cell] = []
        for at, wide, gap in self._columns_in(room):
            cell = self.columns[at].fit(cells[at], wide, self.glyphs.ellipsis)
            pieces.append(Cell(cell.text + " " * gap, cell.tone))
        return pieces

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if not self._shown:
            words = f"nothing matches {self._filter.words}" if self._filter and self._rows else self.empty
            return [Line((Cell("  "), Cell(words, "dim")))] if words else []
        return [self._row_line(row, room) for row in self._shown[first : first + count]]

    def _row_line(self, row: Row, room: int) -> Line:
        here, marked = row.key == self._cursor, row.key in self._marks
        tone: LineTone = ("cursor" if self.has_focus else "cursor-idle") if here else "marked" if marked else ""
        gutter = (
            Cell(self.glyphs.cursor if here else " ", "accent"),
            Cell(self.glyphs.marked if marked else " ", "accent"),
        )
        return Line((*gutter, *self._laid_out(row.cells, room)), tone)

    # Keys and mouse.

    def action_move(self, lines: int) -> None:
        if self._shown:
            at = self._index.get(self._cursor or "", 0)
            self.point(self._shown[max(0, min(len(self._shown) - 1, at + lines))].key)

    def action_page(self, pages: int) -> None:
        self.action_move(pages * max(1, self.page - 1))

    def action_mark(self) -> None:
        """Mark the row, or unmark it, and go on to the next."""
        if self._cursor is not None:
            self.mark(self._marks ^ {self._cursor})
            self.action_move(1)

    def action_open(self) -> None:
        if self._cursor is not None:
            self.post_message(self.Opened(self, self._cursor))

    async def clicked(self, event: events.Click) -> None:
        at = event.y - self.top_lines + self.first
        if event.y >= self.top_lines and event.y < self.top_lines + self.page and at < len(self._shown):
            event.stop()
            self.point(self._shown[at].key)
            if event.chain == 2:
                self.action_open()
        else:
            await super().clicked(event)

    def resized(self) -> None:
        self._share_room = -1
        super().resized()
        self._reveal()
