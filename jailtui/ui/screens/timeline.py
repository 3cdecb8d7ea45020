"""What happened on the host: a list, the newest first, and the page of the selected event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding

from jailtui.ui.eventlines import COLUMNS, KEYS, event_page, event_row, timeline_keys
from jailtui.ui.lines import ENDS, Cell, bar
from jailtui.ui.screens.paged import PagedScreen
from jailtui.ui.widgets.rowlist import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.events import HostEvent
    from jailtui.ui.glyphs import Glyphs

PAGE_LINES = 9
"""Lines of the page under the list."""


class TimelineOwner(Protocol):
    """The part that opened the timeline, as it uses it."""

    def go_to(self, event: HostEvent) -> bool: ...

    def others(self, event: HostEvent) -> Sequence[HostEvent]: ...

    def now(self) -> float: ...


class TimelineScreen(PagedScreen):
    """Shows events, which are numbered in the order in which they came."""

    list: RowList
    BINDINGS = [
        Binding("enter", "go", "go to"),
        Binding("E", "back", "back", show=False),
    ]

    def __init__(self, owner: TimelineOwner, since: str, glyphs: Glyphs) -> None:
        super().__init__(RowList(COLUMNS, glyphs=glyphs, id="events"), glyphs, "timeline", KEYS)
        self.list.say(f"Nothing has happened since {since}.")
        self._owner = owner
        self._events: dict[str, HostEvent] = {}

    def update(self, events: Sequence[tuple[int, HostEvent]]) -> None:
        """Show these events, the newest first."""
        now = self._owner.now()
        self._events = {str(number): event for number, event in events}
        self.list.show(tuple(event_row(number, event, now) for number, event in events))
        if self.is_mounted:
            self.redraw()

    @property
    def here(self) -> HostEvent | None:
        """The event under the cursor, or None."""
        return self._events.get(self.list.cursor or "")

    def list_lines(self, height: int) -> int:
        return max(height // 2, height - PAGE_LINES)

    def on_row_list_highlighted(self) -> None:
        self.redraw()

    def on_row_list_opened(self) -> None:
        self.action_go()

    def redraw(self) -> None:
        """Update page and bar; only changes are painted."""
        event = self.here
        count = len(self._events)
        words = f"{count} event{'s' * (count != 1)}" if count else ""
        right = Cell(self.list.filter.words, "accent") if self.list.filter else Cell(words, "dim")
        self.list.entitle((Cell("Timeline", "title"),), (right,))
        self.page.entitle((Cell(event.subject, "title"),) if event is not None else ())
        room = max(10, self.page.room - 2)
        lines = event_page(event, self._owner.others(event), self._owner.now(), room) if event is not None else ()
        self.show_page(self.list.cursor or "", lines)
        self.bar.show_keys(*bar(timeline_keys(event), ENDS, self.app.size.width))

    def action_go(self) -> None:
        """Go to the row of what the event is about."""
        event = self.here
        if event is None:
            return
        if self._owner.go_to(event):
            self.dismiss(None)
        else:
            self.show_message(f"{event.subject or 'This event'} has no row in the panels.")
