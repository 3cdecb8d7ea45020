"""A box of lines over the main screen: what the plan, the run, the help and the manual have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from jailtui.ui.keys import Key, bar
from jailtui.ui.lines import TONE_CLASSES, Cell, Line, indented
from jailtui.ui.styles_path import style_sheets
from jailtui.ui.widgets.keybar import KeyBar
from jailtui.ui.widgets.lineview import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from jailtui.ui.glyphs import Glyphs

BACK = (Key("esc", "back"),)


class LinesDialog(ModalScreen[ScreenResultType]):
    """A title, lines that scroll, and a bar of keys. Esc closes it.

    `content` gives the lines for a number of cells, `keys` the keys for the bar, `corner` stands right in the frame;
    `below` are widgets under the lines.
    """

    CSS_PATH = style_sheets("dialogs")
    BINDINGS = [("escape", "close", "back")]
    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(
        self,
        title: str,
        content: Callable[[int], Sequence[Line]],
        *,
        glyphs: Glyphs,
        keys: Callable[[], Sequence[Key]] = lambda: BACK,
        corner: str = "",
        below: Sequence[Widget] = (),
    ) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.text = TextLines(framed=True, glyphs=glyphs, id="text")
        self.bar = KeyBar(glyphs=glyphs)
        self._heading = Cell(title, "title"), Cell(corner, "dim")
        self._content, self._keys, self._below = content, keys, below

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield self.text
            yield from self._below
        yield self.bar

    def on_mount(self) -> None:
        self.text.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Show the content anew; what did not change is not painted."""
        if self.text.size:
            title, corner = self._heading
            self.text.entitle((title,), (corner,) if corner.text else ())
            lines = indented(self._content(self.text.room - 2))
            self.query_one(".box").styles.height = len(lines) + 2
            self.text.show(lines)
        self.bar.show_keys(*bar(self._keys(), (), self.app.size.width))

    def action_close(self) -> None:
        self.dismiss(None)
