"""A screen whose keys are commands of the table: the main screen, a form, the doctor."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.widgets import Input

from jailtui.ui.lines import TONE_CLASSES
from jailtui.ui.parts.background import Background
from jailtui.ui.widgets.keybar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.messages import WorkDone


class CommandScreen(Screen[None]):
    """`commands` holds by id what each command of the table does here. Its lowest line is the bar of keys."""

    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.bar = KeyBar(glyphs=glyphs)
        self.background = Background(self)
        self.commands: dict[str, Callable[[], Any]] = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, the filter's key is a letter like any other."""
        if parameters == ("view.filter",) and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    async def action_command(self, name: str) -> None:
        """Do the command of that id. What is typed behind its key waits until it is done."""
        if isawaitable(done := self.commands[name]()):
            await done

    def on_work_done(self, event: WorkDone) -> None:
        event.function()

    def show_message(self, text: str) -> None:
        """Show a sentence in the place of the keys for some seconds."""
        self.bar.show_message(text)
