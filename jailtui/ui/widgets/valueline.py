"""The line in which a field's value is typed, over its place in the list of fields."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from jailtui.text import clean


class ValueLine(Input):
    """One for all fields of a form, hidden while nothing is typed. It holds no character a terminal might act on."""

    BINDINGS = [
        Binding("escape", "leave('undo')", "as it was", show=False),
        Binding("tab", "leave('next')", "next", show=False),
        Binding("shift+tab", "leave('previous')", "previous", show=False),
        Binding("down", "walk(1)", "down", show=False),
        Binding("up", "walk(-1)", "up", show=False),
    ]

    class Typed(Message):
        """The operator made the value another one."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Left(Message):
        """The value is done with: `how` is undo, next or previous."""

        def __init__(self, how: str) -> None:
            super().__init__()
            self.how = how

    class Walked(Message):
        """Up or down: to another proposal, or to another field."""

        def __init__(self, way: int) -> None:
            super().__init__()
            self.way = way

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, id="value")
        self.cursor_blink = False
        self.display = False

    def fill(self, value: str) -> None:
        """Begin with that value, or put it in; a value no terminal line can hold begins empty."""
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
        self.post_message(self.Left("next"))
