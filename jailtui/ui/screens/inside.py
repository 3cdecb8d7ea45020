"""What runs in a jail, and how its network is set: a table at a time, and the whole of the selected row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Container

from jailtui.ui import insidelines
from jailtui.ui.lines import ENDS, FILTER, Cell, Key, bar, indented, used
from jailtui.ui.order import Order, next_title, sorted_rows
from jailtui.ui.screens.listed import ListScreen
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.rowlist import RowList
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from jailtui.model.tables import InsideTable
    from jailtui.ui.glyphs import Glyphs

ALL_AT_ONCE = 120, 36
"""Cells and lines from which on all tables are shown."""
COUNTED = 110
"""Cells from which on the tabs have the numbers of rows."""
BESIDE = 8
"""Cells of the frame around the tabs, and the order or the filter at their right."""


class InsideOwner(Protocol):
    """The part that opened the screen, as it uses it."""

    def read_again(self, screen: InsideScreen) -> None: ...


class InsideScreen(ListScreen):
    """Shows these tables of a jail; they are read again when that is asked for."""

    CSS_PATH = style_sheets("screens")
    BINDINGS = [
        Binding("i", "back", "back", show=False),
        Binding("tab", "step(1)", "next table", priority=True),
        Binding("shift+tab", "step(-1)", "table before", priority=True),
        Binding("greater_than_sign", "sort(1)", show=False),
        Binding("less_than_sign", "sort(-1)", show=False),
        Binding("I", "invert", show=False),
        Binding("ctrl+r", "read", "read again"),
    ]

    def __init__(self, jail: str, tables: tuple[InsideTable, ...], owner: InsideOwner, glyphs: Glyphs) -> None:
        super().__init__(glyphs, f"Inside {jail}", insidelines.KEYS)
        self._jail, self._owner = jail, owner
        self._tables = {table.name: table for table in tables}
        self._here = tables[0].name
        self._orders = {table.name: Order() for table in tables}
        self.lists = {
            name: RowList(insidelines.columns(table), glyphs=glyphs, id=f"inside-{name}")
            for name, table in self._tables.items()
        }
        self.page = TextLines(framed=True, glyphs=glyphs, id="inside-row")
        self.page.can_focus = False
        self._fill()

    @property
    def list(self) -> RowList:
        """The rows of the table that is shown."""
        return self.lists[self._here]

    @property
    def narrowed(self) -> RowList:
        return self.list

    @property
    def text_title(self) -> str:
        return f"{self._here} of {self._jail}"

    @property
    def table(self) -> InsideTable:
        """The table that is shown."""
        return self._tables[self._here]

    def compose(self) -> ComposeResult:
        with Container(id="inside"):
            yield from self.lists.values()
            yield self.page
        yield self.bar

    def on_mount(self) -> None:
        self.action_go(self._here)

    def on_resize(self) -> None:
        width, height = self.app.size
        self.set_class(width >= ALL_AT_ONCE[0] and height >= ALL_AT_ONCE[1], "-all")
        self.page.display = not self.all_at_once and height >= 12
        self._arrange()
        self.call_after_refresh(self.redraw)

    @property
    def all_at_once(self) -> bool:
        """Whether there is room for all tables."""
        return self.has_class("-all")

    def _arrange(self) -> None:
        for name, rowlist in self.lists.items():
            rowlist.display = self.all_at_once or name == self._here

    def on_descendant_focus(self) -> None:
        here = next((name for name, rowlist in self.lists.items() if rowlist is self.focused), self._here)
        if here != self._here:
            self._here = here
            self.redraw()

    def update(self, tables: tuple[InsideTable, ...]) -> None:
        """Show what was read now. A table that is new has no place: the screen is opened again for it."""
        self._tables |= {table.name: table for table in tables if table.name in self._tables}
        self._fill()
        self.show_message("")
        self.redraw()

    def _fill(self) -> None:
        for name, table in self._tables.items():
            rowlist = self.lists[name]
            rowlist.say(insidelines.says(table), "warn" if table.problem else "dim")
            rowlist.sorted_by = self._orders[name].title
            rowlist.show(sorted_rows(insidelines.rows(table), rowlist.columns, self._orders[name]))

    def on_row_list_highlighted(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Update titles, page and bar; only changes are painted."""
        room = self.app.size.width
        for name, rowlist in self.lists.items():
            order = self._orders[name].words(self.glyphs.up, self.glyphs.down)
            right = Cell(" ".join(filter(None, (order, rowlist.filter.words))), "accent")
            table = self._tables[name]
            if self.all_at_once:
                first = Cell(f"{self._jail}  " * (name == next(iter(self.lists))), "strong")
                title = Cell(insidelines.tab(table, counted=True), "title")
                rowlist.entitle((first, title, Cell(f"  {table.command}", "dim")), (right,))
            elif name == self._here:
                tabs = self._tabs(room)
                if used(tabs) + right.width > room - BESIDE and right.text:
                    tabs = (Cell(insidelines.tab(table, counted=True), "title"),)
                rowlist.entitle(tabs, (right,))
        row = next((row for row in self.list.shown if row.key == self.list.cursor), None)
        self.page.entitle((Cell(f"{self._jail}  ", "title"), Cell(self.table.command, "dim")))
        self.page.show(indented(insidelines.page(self.table, row, self.glyphs, max(10, self.page.room - 2))))
        keys = (Key("tab", "next table", "screen.step(1)"), FILTER, Key("<>", "sort"), Key("^r", "read again"))
        self.bar.show_keys(*bar(keys, ENDS, room))

    def _tabs(self, room: int) -> tuple[Cell, ...]:
        """All tables, the one that is shown among them."""
        dot = Cell(f" {self.glyphs.dot} ", "dim")
        tabs: list[Cell] = []
        for name, table in self._tables.items():
            tabs += [dot] if tabs else []
            text = insidelines.tab(table, counted=room >= COUNTED)
            tabs.append(Cell(text, "title" if name == self._here else "dim", f"screen.go('{name}')"))
        return tuple(tabs)

    def action_go(self, name: str) -> None:
        """Show that table."""
        self._here = name
        self._arrange()
        self.list.focus()
        self.redraw()

    def action_step(self, count: int) -> None:
        names = [*self._tables]
        self.action_go(names[(names.index(self._here) + count) % len(names)])

    def action_sort(self, way: int) -> None:
        self._sort(Order(next_title(self.table.columns, self._orders[self._here].title, way)))

    def action_invert(self) -> None:
        order = self._orders[self._here]
        self._sort(order._replace(inverted=not order.inverted))

    def _sort(self, order: Order) -> None:
        self._orders[self._here] = order
        self._fill()
        self.redraw()

    def action_read(self) -> None:
        self.show_message(f"Reading {self._jail}{self.glyphs.ellipsis}")
        self._owner.read_again(self)
