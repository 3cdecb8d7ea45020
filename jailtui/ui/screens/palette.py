"""`:`: a line to type in, and under it what can be done or gone to, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from jailtui.ui.boxes import dialog_width
from jailtui.ui.lines import TONE_CLASSES, Cell, Line, hanging, line
from jailtui.ui.palette import Offer, entry_line, ranked
from jailtui.ui.themes import style_sheets
from jailtui.ui.widgets.lineview import PointedList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from jailtui.rules.finding import Rule
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.screens.dialog import TextScreen


class PaletteInput(Input):
    """The line that is typed in; the keys that move go to the list."""

    BINDINGS = [
        Binding("down,tab,ctrl+n", "screen.move(1)", show=False),
        Binding("up,shift+tab,ctrl+p", "screen.move(-1)", show=False),
        Binding("pagedown", "screen.page(1)", show=False),
        Binding("pageup", "screen.page(-1)", show=False),
        Binding("escape", "screen.close", show=False),
    ]


class OfferList(PointedList):
    """The entries that fit the text, the best under the cursor."""

    headed = True
    _frame_tone = "frame-on"

    def __init__(self, glyphs: Glyphs, id: str) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.can_focus = False
        self.entries: list[Offer] = []
        self.sought = ""
        self.at = 0

    def offer(self, entries: list[Offer], text: str) -> None:
        self.entries, self.sought, self.at = entries, text, 0
        self.scroll_first(0)
        self.repaint()

    def total(self) -> int:
        return len(self.entries)

    def head(self, room: int) -> Line:
        return line(Cell(": ", "key"))

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if not self.entries:
            return [line("  ", Cell(f"nothing matches {self.sought}", "dim"))]
        return [
            entry_line(entry, self.sought, room, self.glyphs, here=at == self.at)
            for at, entry in enumerate(self.entries[first : first + count], first)
        ]

    @property
    def pointed(self) -> int | None:
        return self.at if self.entries else None

    def point_line(self, at: int) -> None:
        self.at = at
        self.reveal()
        self.repaint()

    async def clicked(self, event: events.Click) -> None:
        if (at := self.line_at(event.y)) is not None:
            event.stop()
            self.point_line(at)
            await self.screen.run_action("choose")


class PaletteScreen(ModalScreen[None]):
    """Offers entries for what is typed; `chosen` gets the one that is chosen, after the palette is closed."""

    CSS_PATH = style_sheets("dialogs")
    COMPONENT_CLASSES = TONE_CLASSES

    def __init__(self, entries: Sequence[Offer], chosen: Callable[[Offer], Awaitable[None]], glyphs: Glyphs) -> None:
        super().__init__()
        self._entries, self._chosen = entries, chosen
        self.list = OfferList(glyphs, "entries")
        self.input = PaletteInput(
            placeholder="a command, a jail, an epair, an address, a rule", compact=True, id="sought"
        )

    def compose(self) -> ComposeResult:
        with Container(classes="palette"):
            yield self.list
            yield self.input

    def on_mount(self) -> None:
        self._offer("")
        self.input.focus()

    def on_resize(self) -> None:
        self.query_one(".palette").styles.width = dialog_width(self.app.size.width)

    def _offer(self, text: str) -> None:
        entries = ranked(self._entries, text)
        self.list.offer(entries, text)
        count = f"{len(entries)} of {len(self._entries)}" if text.strip() else f"{len(entries)} commands"
        self.list.entitle((Cell("Palette", "title"),), (Cell(count, "dim"),))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._offer(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Close the palette, and do what the line under the cursor says."""
        if self.list.entries:
            entry = self.list.entries[self.list.at]
            self.dismiss(None)
            self.call_later(self._chosen, entry)

    def action_move(self, count: int) -> None:
        self.list.action_move(count)

    def action_page(self, pages: int) -> None:
        self.list.action_page(pages)

    def action_close(self) -> None:
        self.dismiss(None)


def rule_screen(rule: Rule, glyphs: Glyphs) -> TextScreen:
    """What a rule finds, and why it matters."""
    from jailtui.ui.screens.dialog import TextScreen

    def content(room: int) -> list[Line]:
        title = hanging(Cell(f"{rule.severity}: ", "dim"), rule.title, room)
        return [Line(), *title, Line(), *hanging(Cell(""), rule.explanation, room), Line()]

    return TextScreen(rule.code, content, glyphs)
