"""The screen while a form is read: it keeps the keys that are typed for the form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.screen import ModalScreen

from jailtui.ui.lines import TONE_CLASSES, Cell, Key, bar
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.keybar import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from jailtui.ui.glyphs import Glyphs

MOMENT = 0.05


class WaitScreen(ModalScreen[None]):
    """Shows `text` in the key bar. Esc cancels; `keys` are the other keys that were pressed."""

    CSS_PATH = style_sheets("dialogs")
    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, text: str, glyphs: Glyphs) -> None:
        super().__init__()
        self.keys: list[events.Key] = []
        self._ended = False
        self._line = StatusLine(glyphs=glyphs, id="bar")
        self._line.show((Cell(f" {text}", "warn"),), bar((), [Key("esc", "cancel", "screen.cancel")], 0)[1])

    def compose(self) -> ComposeResult:
        yield self._line

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if self._ended:  # it came while the next screen was opened
            self.app.post_message(events.Key(event.key, event.character))
        elif event.key == "escape":
            self.action_cancel()
        else:
            self.keys.append(event)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def after_keys(self, then: Callable[[], None], count: int = -1) -> None:
        """Call `then` once no key has come for a moment: those that the app still holds must not overtake `keys`."""
        if len(self.keys) == count:
            then()
        else:
            self.set_timer(MOMENT, partial(self.after_keys, then, len(self.keys)))

    def end(self) -> bool:
        """Close the screen; False if it was cancelled."""
        if self.is_current:
            self._ended = True
            self.dismiss(None)
            return True
        return False
