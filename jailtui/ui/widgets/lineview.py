"""`LineView`: lines of cells on Textual's Line API; only changed cells are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from jailtui.text import as_ascii
from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, LineTone, Tone, changed_span, fit, used

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
from textual.binding import Binding

WHEEL = 3
"""Lines a turn of the wheel moves."""


class LineView(ScrollView, can_focus=False):
    """Lines in a frame with a title. A subclass gives the number of lines and their content.

    `repaint` compares the lines with those on the screen, and has Textual paint the cells that differ, so an update
    without changes writes nothing. Frame and titles are lines too. Tones are component classes of the screen
    (`TONE_CLASSES`): as classes of every list they would double the time to start.
    """

    DEFAULT_CSS = "LineView { overflow: hidden hidden; scrollbar-size: 0 0; }"
    auto_links = False
    headed = False
    """Whether the line of `head` is shown above the scrolled lines, if there is room."""

    def __init__(self, *, framed: bool = False, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self.framed = framed
        self.title: tuple[Cell, ...] = ()
        self.title_right: tuple[Cell, ...] = ()
        self._painted: list[Line] = []
        self._painted_size = Size(0, 0)
        self._styles_by_tone: dict[tuple[Tone, LineTone], Style] = {}

    # Given by a subclass.

    def total(self) -> int:
        """The number of lines."""
        return 0

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        """Lines `first` up to `first + count`, each at most `room` cells wide."""
        return ()

    def head(self, room: int) -> Line:
        return Line()

    def text_lines(self) -> list[str]:
        """All lines as text, also those that are not in view."""
        return [each.text.rstrip() for each in self.inner(0, self.total(), self.room)]

    # Geometry.

    @property
    def has_frame(self) -> bool:
        """Whether there is room for a frame around at least two lines."""
        return self._frame(self.size) == 1

    @property
    def is_folded(self) -> bool:
        """Whether only the title is shown: there is nothing else, and no room for it."""
        return self.framed and self.size.height == 1 and not self.total()

    @property
    def room(self) -> int:
        """Cells between the frame's sides."""
        size = self.size
        return max(0, size.width - 2 * self._frame(size))

    @property
    def top_lines(self) -> int:
        """Lines above the first scrolled one."""
        return self._top_lines(self.size)

    @property
    def page(self) -> int:
        """Scrolled lines that fit at once."""
        return self._page(self.size)

    # For a given size: Textual works out `size` each time it is asked for.

    def _frame(self, size: Size) -> int:
        return 1 if self.framed and size.height >= 4 and size.width >= 10 else 0

    def _top_lines(self, size: Size) -> int:
        frame = self._frame(size)
        return frame + (1 if self.headed and size.height - 2 * frame >= 2 else 0)

    def _page(self, size: Size) -> int:
        return max(0, size.height - self._top_lines(size) - self._frame(size))

    @property
    def first(self) -> int:
        return round(self.scroll_y)

    def scroll_first(self, line: int) -> None:
        """Scroll to that line, but not beyond the last page."""
        self._measure()
        self.scroll_target_y = self.scroll_y = max(0, min(line, self.total() - self.page))

    def _measure(self) -> None:
        size = self.size
        self.set_reactive(Widget.virtual_size, Size(size.width, self.total() + size.height - self._page(size)))

    # Painting.

    def repaint(self) -> None:
        """Paint the cells that changed."""
        size = self.size
        if not size or self._painted_size != size:
            self._painted_size = Size(0, 0)
            return  # the whole widget will be painted
        self._measure()
        if self.first > (last := max(0, self.total() - self._page(size))):
            self.scroll_target_y = self.scroll_y = last
            return
        new = self._compose_lines()
        old, self._painted = self._painted, new
        if len(old) != len(new):
            self.refresh()
            return
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            if (span := changed_span(before, after)) is not None and span[1] > span[0]:
                self.refresh(Region(span[0], y, span[1] - span[0], 1))

    def entitle(self, title: tuple[Cell, ...], right: tuple[Cell, ...] = ()) -> None:
        if (title, right) != (self.title, self.title_right):
            self.title, self.title_right = title, right
            self.repaint()

    def _compose_lines(self) -> list[Line]:
        size, ellipsis = self.size, self.glyphs.ellipsis
        if self.is_folded:
            return [self._edge_top(self.glyphs.edge * 2)]
        room, page, frame = self.room, self._page(size), self._frame(size)
        lines: list[Line] = []
        if self._top_lines(size) > frame:
            lines.append(self.head(room))
        shown = self.inner(self.first, page, room)
        lines += shown[:page]
        lines += [Line()] * (page - len(shown))
        if not frame:
            return [Line(fit(line.cells, room, ellipsis), line.tone) for line in lines]
        side = Cell(self.glyphs.side, self._frame_tone)
        framed = [Line((side, *fit(line.cells, room, ellipsis), side), line.tone) for line in lines]
        return [self._edge_top(self.glyphs.corners), *framed, self._edge_bottom()]

    @property
    def _frame_tone(self) -> Tone:
        return "frame-on" if self.has_focus else "frame"

    def _edge_top(self, corners: str) -> Line:
        """The title is at the left: Textual writes a changed line from its left edge up to the change."""
        tone, edge = self._frame_tone, self.glyphs.edge
        left, right = corners[:1], corners[1:2]
        room = self.size.width - 4
        title = (Cell(" "), *self.title, Cell(" ")) if used(self.title) else ()
        note = (Cell(" "), *self.title_right, Cell(" ")) if used(self.title_right) else ()
        title = fit(title, min(room, used(title)), self.glyphs.ellipsis) if title else ()
        if used(title) + used(note) > room:
            note = ()
        middle = Cell(edge * (room - used(title) - used(note)), tone)
        return Line((Cell(left + edge, tone), *title, middle, *note, Cell(edge + right, tone)))

    def _edge_bottom(self) -> Line:
        tone, edge = self._frame_tone, self.glyphs.edge
        left, right = self.glyphs.corners[2:3], self.glyphs.corners[3:]
        size = self.size
        total, room, page = self.total(), size.width - 2, self._page(size)
        if total <= page or room < 16:
            return Line((Cell(left + edge * room + right, tone),))
        where = f" {self.first + 1}-{min(total, self.first + page)} of {total} "
        return Line((Cell(left + edge * (room - len(where) - 1), tone), Cell(where, "dim"), Cell(edge + right, tone)))

    def render_line(self, y: int) -> Strip:
        size = self.size
        if self._painted_size != size:
            self._measure()
            self._painted, self._painted_size = self._compose_lines(), size
        if y >= len(self._painted):
            return Strip.blank(size.width, self.rich_style)
        line = self._painted[y]
        return Strip(list(self._segments(line)), line.width)

    def _segments(self, line: Line) -> Iterator[Segment]:
        """The cells as segments; neighbours that look alike are joined: each costs some 40 bytes of colour codes.

        A blank shows its background only, so it joins the segment before it.
        """
        pending, style = "", Style.null()
        for cell in line.cells:
            text = as_ascii(cell.text) if self.glyphs.ascii else cell.text
            own = self._style(cell.tone, line.tone)
            blank = text.isspace() and own.bgcolor == style.bgcolor and own.reverse == style.reverse
            if pending and own != style and not blank:
                yield Segment(pending, style)
                pending = ""
            style = style if pending and blank else own
            pending += text
        if pending:
            yield Segment(pending, style)

    def _style(self, tone: Tone, context: LineTone) -> Style:
        if tone.startswith("frame") or tone == "new":
            context = ""
        style = self._styles_by_tone.get((tone, context))
        if style is None:
            style = self.screen.get_component_rich_style(f"lines--{tone}") if tone else self.rich_style
            if context:
                under = self.screen.get_component_rich_style(f"lines--{context}")
                style += Style(bgcolor=under.bgcolor, reverse=under.reverse)
            self._styles_by_tone[tone, context] = style
        return style

    # Events.

    def notify_style_update(self) -> None:
        self._styles_by_tone.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        self.resized()

    def resized(self) -> None:
        """Adapt to a new size; Textual then paints the whole widget.

        (Not `on_resize`: Textual calls that of every base class.)
        """
        self.scroll_first(self.first)

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_first(self.first + WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_first(self.first - WHEEL)

    async def on_click(self, event: events.Click) -> None:
        await self.clicked(event)

    async def clicked(self, event: events.Click) -> None:
        """Run the action of the cell under the mouse."""
        if (action := self.action_at(event.x, event.y)) is not None:
            event.stop()
            await self.run_action(action)

    def action_at(self, x: int, y: int) -> str | None:
        if 0 <= y < len(self._painted):
            for cell in self._painted[y].cells:
                if x < cell.width:
                    return cell.action or None
                x -= cell.width
        return None


class CursorList(LineView, can_focus=True):
    """Lines with a cursor, which keys move by lines and by pages."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Down", id="list.down", show=False),
        Binding("k,up", "move(-1)", "Up", id="list.up", show=False),
        Binding("G,end", "move(1000000000)", "Last", id="list.last", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", id="list.page_down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", id="list.page_up", show=False),
    ]

    def reveal(self) -> None:
        """Scroll as little as brings the cursor into view."""

    def line_at(self, y: int) -> int | None:
        """The index of the line in that row of the widget, or None."""
        at = y - self.top_lines + self.first
        return at if self.first <= at < min(self.first + self.page, self.total()) else None

    def action_move(self, count: int) -> None:
        """Move the cursor by that many of the lines that it can be on."""

    def action_page(self, pages: int) -> None:
        self.action_move(pages * max(1, self.page - 1))

    def resized(self) -> None:
        super().resized()
        self.reveal()


class PointedList(CursorList):
    """Lines that the cursor can be on each; enter or a double click opens the line under it.

    A subclass knows on which line the cursor is, moves it, and says what is opened.
    """

    BINDINGS = [
        Binding("g,home", "move(-1000000000)", "First", id="list.first", show=False),
        Binding("enter", "open", "Open", id="list.open", show=False),
    ]

    @property
    def pointed(self) -> int | None:
        """The line under the cursor; None if the cursor is on no line."""
        return None

    def point_line(self, at: int) -> None:
        """Put the cursor on that line."""

    def action_open(self) -> None:
        """Open what is under the cursor."""

    def reveal(self) -> None:
        at = self.pointed
        if at is None or not self.page:
            return
        if at < self.first:
            self.scroll_first(at)
        elif at >= self.first + self.page:
            self.scroll_first(at - self.page + 1)

    def action_move(self, count: int) -> None:
        if self.total():
            self.point_line(max(0, min(self.total() - 1, (self.pointed or 0) + count)))

    async def clicked(self, event: events.Click) -> None:
        if (at := self.line_at(event.y)) is not None:
            event.stop()
            self.point_line(at)
            if event.chain == 2:
                self.action_open()
        else:
            await super().clicked(event)
