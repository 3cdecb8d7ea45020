"""`RowList`: a list of rows, whose cursor, marks and scroll position follow the keys of rows, not lines."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, LineTone, Tone, hanging
from jailtui.ui.rows import Column, Filter, Row, natural_widths, neighbour, share
from jailtui.ui.widgets.lineview import PointedList

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GUTTER = 2
"""Cells left of the first column: the cursor's sign and the mark."""


class RowList(PointedList):
    """A list of rows; `shown` are those that match the filter.

    `cursor` is the key of the row under the cursor, None if no row is shown; `marks` are the keys of the marked rows,
    including those that a filter hides.
    """

    headed = True

    BINDINGS = [
        Binding("space", "mark", "Mark", id="list.mark", show=False),
        Binding("shift+space", "mark_range", "Mark range", id="list.mark_range", show=False),
        Binding("shift+down", "mark_to(1)", "Mark down", id="list.mark_down", show=False),
        Binding("shift+up", "mark_to(-1)", "Mark up", id="list.mark_up", show=False),
        Binding("asterisk", "mark_all", "Mark all", id="list.mark_all", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor is on another object, or on none."""

        rows: RowList
        key: str | None

    class Opened(Message):
        """Enter or a double click on a row."""

    class Marked(Message):
        """The set of marked rows changed."""

    def __init__(self, columns: Sequence[Column], *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.columns = tuple(columns)
        self._empty: tuple[str, Tone] = ("", "dim")
        self.rows: tuple[Row, ...] = ()
        self.shown: tuple[Row, ...] = ()
        self._index: dict[str, int] = {}
        self.cursor: str | None = None
        self.marks: frozenset[str] = frozenset()
        self._last_marked: str | None = None
        self.filter = Filter()
        self.left_out: frozenset[str] = frozenset()
        """The titles of the columns that are not shown."""
        self.sorted_by = ""
        """The title of the column by which the rows are sorted; "" for none."""
        self._natural: tuple[int, ...] = ()
        self._shares: tuple[tuple[int, int, int], ...] = ()
        self._share_room = -1

    # What it shows.

    def show(self, rows: tuple[Row, ...], renamed: Mapping[str, str] = MappingProxyType({})) -> None:
        """Show these rows; cursor, marks and scroll position follow their rows, also `renamed` ones (new keys by old).

        A list at its top stays there, so that rows sorted in above are seen.
        """
        if rows == self.rows:
            self.repaint()
            return
        keys = {row.key for row in rows}
        self.rows, self.marks = rows, frozenset(renamed.get(key, key) for key in self.marks) & keys
        self._natural = natural_widths(self.columns, rows, self._natural)
        self._share_room = -1
        self._narrow(renamed)

    def leave_out(self, titles: frozenset[str]) -> None:
        """Show the columns of other titles only."""
        if titles != self.left_out:
            self.left_out = titles
            self._share_room = -1
            self.repaint()

    def say(self, text: str, tone: Tone = "dim") -> None:
        """Show this text if there are no rows."""
        if (text, tone) != self._empty:
            self._empty = text, tone
            if not self.shown:
                self.repaint()

    def narrow(self, chosen: Filter) -> None:
        if chosen != self.filter:
            self.filter = chosen
            self._narrow()

    def point(self, key: str) -> bool:
        """Put the cursor on that row and scroll to it; False if it is not shown."""
        if key not in self._index:
            return False
        moved, self.cursor = self.cursor != key, key
        self.reveal()
        self.repaint()
        if moved:
            self.post_message(self.Highlighted(self, key))
        return True

    def mark(self, keys: frozenset[str]) -> None:
        self.marks = keys & {row.key for row in self.rows}
        self.repaint()
        self.post_message(self.Marked())

    def _narrow(self, renamed: Mapping[str, str] = MappingProxyType({})) -> None:
        old = [renamed.get(row.key, row.key) for row in self.shown]
        at_top, anchor = self.first == 0, self._anchor()
        self.shown = tuple(row for row in self.rows if self.filter(row)) if self.filter else self.rows
        self._index = {row.key: at for at, row in enumerate(self.shown)}
        before, wanted = self.cursor, renamed.get(self.cursor or "", self.cursor)
        self.cursor = neighbour(old, list(self._index), wanted)
        if at_top:
            self.scroll_first(0)
            if anchor is None or anchor[0] == before:
                self.reveal()
        elif anchor is not None and (kept := renamed.get(anchor[0], anchor[0])) in self._index:
            self.scroll_first(self._index[kept] - anchor[1])
        elif before != self.cursor:
            self.reveal()
        self.repaint()
        if before != self.cursor:
            self.post_message(self.Highlighted(self, self.cursor))

    def _anchor(self) -> tuple[str, int] | None:
        """The row that must not move on the screen, and its line: the cursor's if it is in view, else the first."""
        at = self.pointed
        if at is not None and self.first <= at < self.first + self.page:
            return self.shown[at].key, at - self.first
        if self.first < len(self.shown):
            return self.shown[self.first].key, 0
        return None

    @property
    def pointed(self) -> int | None:
        return self._index.get(self.cursor or "")

    def point_line(self, at: int) -> None:
        self.point(self.shown[at].key)

    @property
    def in_view(self) -> tuple[str, ...]:
        """The keys of the row under the cursor and of the rows that are to be seen."""
        seen = (row.key for row in self.shown[self.first : self.first + self.page])
        return (*filter(None, (self.cursor,)), *seen)

    # How it is drawn.

    def total(self) -> int:
        return len(self.shown)

    def _columns_in(self, room: int) -> tuple[tuple[int, int, int], ...]:
        if self._share_room != room:
            self._share_room = room
            natural = self._natural or natural_widths(self.columns, ())
            kept = [
                0 if column.title in self.left_out else width
                for column, width in zip(self.columns, natural, strict=True)
            ]
            self._shares = share(self.columns, kept, room - GUTTER)
        return self._shares

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns that are shown."""
        return tuple(filter(None, (self.columns[at].title for at, *_ in self._columns_in(self.room))))

    def head(self, room: int) -> Line:
        titles = [Cell(each.title, "title" if each.title == self.sorted_by else "head") for each in self.columns]
        return Line((Cell(" " * GUTTER), *self._laid_out(titles, room)))

    def _laid_out(self, cells: Sequence[Cell], room: int) -> list[Cell]:
        """The cells of the shown columns, each in its column's width, with gaps."""
        pieces: list[Cell] = []
        for at, wide, gap in self._columns_in(room):
            cell = self.columns[at].fit(cells[at], wide, self.glyphs.ellipsis)
            pieces += [cell, Cell(" " * gap)]
        return pieces

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if not self.shown:
            words, tone = self._empty
            if self.filter and self.rows:
                words, tone = f"nothing matches {self.filter.words}", "dim"
            blank = Cell(" " * GUTTER)
            lines = (piece for text in words.split("\n") if text for piece in hanging(blank, text, room, tone))
            return list(lines)[:count]
        return [self._row_line(row, room) for row in self.shown[first : first + count]]

    def _row_line(self, row: Row, room: int) -> Line:
        here, marked = row.key == self.cursor, row.key in self.marks
        tone: LineTone = ("cursor" if self.has_focus else "cursor-idle") if here else "marked" if marked else ""
        gutter = (
            Cell(self.glyphs.cursor if here else " ", "accent"),
            Cell(self.glyphs.marked if marked else " ", "accent"),
        )
        return Line((*gutter, *self._laid_out(row.cells, room)), tone)

    def text_lines(self) -> list[str]:
        """The rows that the filter shows under the titles: all columns, and no cell is cut.

        A cell that holds the first of several names and the number of others, as of a jail's addresses, stays so.
        """
        used = [at for at in range(len(self.columns)) if any(row.cells[at].text for row in self.shown)]
        titles = tuple(Cell(column.title) for column in self.columns)
        lines = [[cells[at] for at in used] for cells in (titles, *(row.cells for row in self.shown))]
        wide = [max(cells[place].width for cells in lines) for place in range(len(used))]
        columns = [self.columns[at] for at in used]
        return ["  ".join(map(Column.padded, columns, cells, wide)).rstrip() for cells in lines]

    # Keys.

    def action_mark(self) -> None:
        """Mark the row, or unmark it, and go on to the next."""
        if self.cursor is not None:
            self._last_marked = self.cursor
            self.mark(self.marks ^ {self.cursor})
            self.action_move(1)

    def action_mark_range(self) -> None:
        """Mark the rows from the last one that was marked, or unmarked, to the cursor."""
        if self.cursor is not None:
            here = self._index[self.cursor]
            first, last = sorted((here, self._index.get(self._last_marked or "", here)))
            self._last_marked = self.cursor
            self.mark(self.marks.union(row.key for row in self.shown[first : last + 1]))

    def action_mark_to(self, lines: int) -> None:
        """Mark the row, move, and mark that row too."""
        if self.cursor is not None:
            self._last_marked = self.cursor
            self.action_move(lines)
            self.action_mark_range()

    def action_mark_all(self) -> None:
        """Mark all rows that the filter shows; where they are marked already, unmark them."""
        keys = frozenset(self._index)
        self.mark(self.marks - keys if keys <= self.marks else self.marks | keys)

    def action_open(self) -> None:
        if self.cursor is not None:
            self.post_message(self.Opened())

    def resized(self) -> None:
        self._share_room = -1
        super().resized()
