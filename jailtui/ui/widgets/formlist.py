"""The list of a form's fields, and the input line for a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from jailtui.forms.protocol import OFF, ON, Field, Scope
from jailtui.text import clean
from jailtui.ui.formlines import FormLine, FormState, columns, form_lines, with_scope, with_value
from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.rows import Filter, neighbour
from jailtui.ui.widgets.lineview import CursorList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from jailtui.ui.lines import Line


class ValueLine(Input):
    """The input line for all fields of a form. It takes printable characters only."""

    BINDINGS = [
        Binding("escape", "leave('undo')", "revert", show=False),
        Binding("tab", "leave('next')", "next", show=False),
        Binding("shift+tab", "leave('previous')", "previous", show=False),
        Binding("down", "walk(1)", "down", show=False),
        Binding("up", "walk(-1)", "up", show=False),
    ]

    @dataclass
    class Typed(Message):
        """The operator changed the value."""

        value: str

    @dataclass
    class Left(Message):
        """The value is complete: `how` is undo, next, previous, or enter."""

        how: str

    @dataclass
    class Walked(Message):
        """Up or down: to another suggestion, or to another field."""

        way: int

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, id="value")
        self.cursor_blink = False
        self.display = False

    def fill(self, value: str) -> None:
        """Show that value; nothing for a value with control characters."""
        with self.prevent(Input.Changed):
            self.value = value if clean(value) == value else ""
        self.cursor_position = len(self.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        fit = "".join(char for char in event.value if char.isprintable())
        if fit != event.value:  # pasted
            self.fill(fit)
        self.post_message(self.Typed(fit))

    def action_leave(self, how: str) -> None:
        self.post_message(self.Left(how))

    def action_walk(self, way: int) -> None:
        self.post_message(self.Walked(way))

    async def action_submit(self) -> None:
        self.post_message(self.Left("enter"))


THREE = ("inherit", "allow", "deny")
LETTERS = {value[0]: value for value in THREE}


class FormList(CursorList):
    """Shows a `FormState`, and changes it by keys. `FieldOpened` asks for the input line."""

    BINDINGS = [
        Binding("tab", "move(1)", "Next", show=False),
        Binding("shift+tab", "move(-1)", "Previous", show=False),
        Binding("g,home", "move(-1000000000)", "First", id="list.first", show=False),
        Binding("enter", "open", "Open", id="list.open", show=False),
        Binding("space", "cycle(1)", "Change", show=False),
        Binding("right", "cycle(1)", "Next value", show=False),
        Binding("left", "cycle(-1)", "Previous value", show=False),
        Binding("i", "letter('i')", "Inherit", show=False),
        Binding("a", "letter('a')", "Allow, or for all", show=False),
        Binding("d", "letter('d')", "Deny", show=False),
        Binding("o", "scope('one')", "For it only", show=False),
        Binding("A", "scope('all')", "For all", show=False),
    ]

    class Changed(Message):
        """The answers changed."""

    class FieldMoved(Message):
        """The cursor is on another field, or the lines around it changed."""

    @dataclass
    class FieldOpened(Message):
        """The text of a field is to be typed."""

        field: Field

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.state = FormState("")
        self._lines: tuple[FormState | None, int, list[FormLine]] = (None, 0, [])

    # What it shows.

    def become(self, **changes: Any) -> None:
        """Change these parts of the state; the cursor stays on its field, or near it."""
        before, new = self.state, replace(self.state, **changes)
        keys = [field.key for field in new.shown]
        cursor = neighbour([field.key for field in before.shown], keys, new.cursor or None) or ""
        if cursor != before.cursor:
            new = replace(new, cursor=cursor, open=False, offered=(), picked=None)
        if new == before:
            return
        self.state = new
        self.reveal()
        self.repaint()
        if new.answers != before.answers:
            self.post_message(self.Changed())
        self.post_message(self.FieldMoved())

    @property
    def filter(self) -> Filter:
        return self.state.filter

    def narrow(self, chosen: Filter) -> None:
        self.become(filter=Filter(chosen.text))

    @property
    def room(self) -> int:
        return max(0, super().room)

    def lines(self) -> list[FormLine]:
        """All lines of the state for the present width."""
        state, room, lines = self._lines
        if state is not self.state or room != self.room:
            lines = form_lines(self.state, self.glyphs, self.room) if self.state.fields else []
            self._lines = (self.state, self.room, lines)
        return lines

    def total(self) -> int:
        return len(self.lines())

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        return [field.line for field in self.lines()[first : first + count]]

    def value_place(self) -> tuple[int, int, int]:
        """The place of the value under the cursor: column and row in the widget, and its width."""
        frame = 1 if self.has_frame else 0
        at = columns(self.state, self.room).at
        row = next((n for n, field in enumerate(self.lines()) if field.main and field.key == self.state.cursor), 0)
        return frame + at, self.top_lines + row - self.first, max(1, self.room - at)

    def reveal(self) -> None:
        """Scroll as little as possible to the field and the lines under it, with the heading if it is the first."""
        if not self.page:
            return
        lines = self.lines()
        mine = [at for at, field in enumerate(lines) if field.key == self.state.cursor]
        if not mine:
            return
        top, bottom = mine[0], mine[-1]
        if self.state.picked in self.state.offered and bottom - top >= self.page:
            bottom = top + 1 + self.state.offered.index(self.state.picked or "")
        if top and not lines[top - 1].key:
            top -= 1
        if top and not any(field.key for field in lines[:top]):
            top = 0
        if bottom >= self.first + self.page:
            self.scroll_first(bottom - self.page + 1)
        if top < self.first and bottom - top < self.page:
            self.scroll_first(top)

    # Keys.

    def action_move(self, fields: int) -> None:
        state = self.state
        if state.offered:
            self.walk(fields)
            return
        keys = [field.key for field in state.shown]
        if keys:
            at = keys.index(state.cursor) + fields
            self.become(cursor=keys[max(0, min(len(keys) - 1, at))])

    def walk(self, way: int) -> None:
        """Go to the next or previous offered value; after the last comes the first."""
        offered, picked = self.state.offered, self.state.picked
        if offered:
            at = offered.index(picked) + way if picked in offered else 0 if way > 0 else -1
            self.become(picked=offered[at % len(offered)])

    def action_open(self) -> None:
        """Type a text or choose from a list; otherwise go to the next field."""
        field = self.state.here
        if field is None:
            return
        if self.state.offered:
            self.answer(field, self.state.picked or self.state.value(field))
        elif field.kind == "text":
            self.post_message(self.FieldOpened(field))
        elif field.kind == "choice" and field.choices:
            self.become(offered=field.choices, picked=self.state.value(field))
        else:
            self.action_move(1)

    def action_cycle(self, way: int) -> None:
        """Set a switch, a permission or a choice to its next value."""
        field = self.state.here
        if field is None:
            return
        values = {"switch": (OFF, ON), "three": THREE, "choice": field.choices}.get(field.kind, ())
        if values:
            now = self.state.value(field)
            self.answer(field, values[(values.index(now) + way) % len(values) if now in values else 0])
        elif field.kind == "text":
            self.post_message(self.FieldOpened(field))

    def action_letter(self, letter: Literal["i", "a", "d"]) -> None:
        """Set a permission by its letter; for other fields, `a` changes a shared value for all jails."""
        field = self.state.here
        if field is not None and field.kind == "three":
            self.answer(field, LETTERS[letter])
        elif letter == "a":
            self.action_scope("all")

    def action_scope(self, scope: Scope) -> None:
        """Change the shared value under the cursor for one jail or for all."""
        field = self.state.here
        if field is not None and self.state.asks(field):
            self.become(answers=with_scope(self.state.answers, field, scope))

    def answer(self, field: Field, value: str) -> None:
        self.become(answers=with_value(self.state.answers, field, value), offered=(), picked=None)

    # Mouse, size and scrolling.

    async def clicked(self, event: events.Click) -> None:
        at = self.line_at(event.y)
        field = self.lines()[at] if at is not None else None
        if field is not None and field.key:
            self.become(cursor=field.key)
            if field.main:
                event.stop()
                if event.chain == 2:
                    self.action_open()
                return
        await super().clicked(event)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.FieldMoved())
