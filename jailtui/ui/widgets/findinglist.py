"""`FindingList`: the doctor's list, whose cursor stays on a finding, not on a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.message import Message

from jailtui.rules.finding import Subject
from jailtui.ui.doctorlines import DoctorState, empty_lines, entry_line
from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.rows import Filter, neighbour
from jailtui.ui.widgets.lineview import CursorList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from jailtui.ui.findings import Findings
    from jailtui.ui.lines import Line

HEADED_FROM = 12
"""Lines from which on the list has headings."""


class FindingList(CursorList):
    """Shows a `DoctorState` and moves its cursor."""

    BINDINGS = [Binding("home", "move(-1000000000)", "First", show=False)]

    class FindingMoved(Message):
        """The list shows something else, or the cursor is on another finding."""

    class FindingOpened(Message):
        """A double click on a finding."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.state = DoctorState()

    def become(self, **changes: Any) -> None:
        """Change these fields of the state; the cursor stays on its finding, or near it."""
        before, new = self.state, replace(self.state, **changes)
        if new.selection is not before.selection or new.cursor not in new.selection.shown:
            cursor = neighbour(before.selection.keys, new.selection.keys, new.cursor or None) or ""
            new = replace(new, cursor=cursor)
        if new.cursor != before.cursor:
            new = replace(new, remedy=0, fresh=new.fresh - {before.cursor})
        if new == before:
            return
        self.state = new
        self.reveal()
        self.repaint()
        self.post_message(self.FindingMoved())

    def select(self, **changes: Any) -> None:
        self.become(selection=replace(self.state.selection, **changes))

    def take(self, findings: Findings, *, news: bool) -> None:
        """Show these findings; `news`: mark those that were not known as new."""
        before, now = self.state, replace(self.state.selection, findings=findings)
        fresh = now.all_keys - before.selection.all_keys if news else frozenset[str]()
        self.become(selection=now, fresh=(before.fresh & now.all_keys) | fresh)

    @property
    def filter(self) -> Filter:
        return self.state.selection.filter

    def narrow(self, chosen: Filter) -> None:
        self.select(filter=Filter(chosen.text))

    @property
    def entries(self) -> Sequence[str | Subject]:
        """The lines: keys of findings, and headings if there is room."""
        selection = self.state.selection
        return selection.entries if self.page >= HEADED_FROM else selection.keys

    def total(self) -> int:
        return len(self.entries)

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if not self.state.selection.shown:
            return empty_lines(self.state.selection, room)
        focused = self.has_focus
        return [
            entry_line(entry, self.state, self.glyphs, focused=focused) for entry in self.entries[first : first + count]
        ]

    def reveal(self) -> None:
        """Scroll as little as possible to the finding, with the heading if it is the first of its subject."""
        entries = self.entries
        if not self.page or self.state.cursor not in entries:
            return
        at = entries.index(self.state.cursor)
        top = at - 1 if at and isinstance(entries[at - 1], Subject) else at
        if at >= self.first + self.page:
            self.scroll_first(at - self.page + 1)
        elif top < self.first:
            self.scroll_first(top)

    # Keys and mouse.

    def action_move(self, findings: int) -> None:
        keys = self.state.selection.keys
        if keys:
            at = keys.index(self.state.cursor) + findings
            self.become(cursor=keys[max(0, min(len(keys) - 1, at))])

    async def clicked(self, event: events.Click) -> None:
        at = self.line_at(event.y)
        if at is not None and isinstance(key := self.entries[at], str):
            event.stop()
            self.become(cursor=key)
            if event.chain == 2:
                self.post_message(self.FindingOpened())
        else:
            await super().clicked(event)
