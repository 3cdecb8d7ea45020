"""A box of lines over the console: what the plan, the run and the help have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import TONE_CLASSES, Cell, Line
from jailtui.ui.widgets.lineview import TextLines
from jailtui.ui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget


class LinesDialog(ModalScreen[ScreenResultType]):
    """A title, lines that scroll, and a bar of keys. Esc closes it."""

    BINDINGS = [("escape", "close", "back")]
    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, *, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.text = TextLines(framed=True, glyphs=glyphs, id="text")

    def title_cells(self) -> tuple[Cell, ...]:
        """What stands in the frame."""
        raise NotImplementedError

    def lines(self, room: int) -> Sequence[Line]:
        """The content for that many cells."""
        raise NotImplementedError

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Keys and what they do, for the bar."""
        return (("esc", "back"),)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield self.text
        yield StatusLine(glyphs=self.glyphs, id="bar")

    def on_mount(self) -> None:
        self.first_focus().focus()

    def first_focus(self) -> Widget:
        """What has the focus when the dialog opens."""
        return self.text

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Show the content anew; what did not change is not painted."""
        if self.text.size:
            self.text.title = self.title_cells()
            lines = [Line((Cell(" "), *one.cells), one.tone) for one in self.lines(self.text.room - 2)]
            self.query_one(".box").styles.height = len(lines) + 2
            self.text.show(lines)
        self.query_one("#bar", StatusLine).show(key_cells(self.keys()))

    def action_close(self) -> None:
        self.dismiss(None)


def key_cells(keys: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    """Keys with their labels, as the bar shows them."""
    return tuple(cell for key, label in keys for cell in (Cell(f" {key}", "key"), Cell(f" {label} ")))
