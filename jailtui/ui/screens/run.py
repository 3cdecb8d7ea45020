"""A run while it happens, and what is true after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from jailtui.ui.lines import Cell, Line
from jailtui.ui.messages import Copy
from jailtui.ui.runlines import NOW, run_lines
from jailtui.ui.screens.dialog import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.runs import RunPicture


class RunScreen(LinesDialog[None]):
    """Shows the picture it was given last. Closing it does not end the run."""

    BINDINGS = [
        Binding("c", "cancel_rest", "cancel the rest"),
        Binding("y", "copy", "copy"),
        Binding("enter", "close_when_over", show=False),
    ]

    def __init__(self, picture: RunPicture, *, cancel_rest: Callable[[], None], glyphs: Glyphs) -> None:
        super().__init__(glyphs=glyphs)
        self._cancel_rest = cancel_rest
        self.picture = picture
        self._told = False

    def update(self, picture: RunPicture) -> None:
        """Show the run as it is now."""
        self.picture = picture
        if self.is_mounted:
            self.redraw()

    def redraw(self) -> None:
        """Show the content anew; what is true after the run is scrolled into view once, as soon as it is drawn."""
        super().redraw()
        if self.picture.verdicts is not None and not self._told:
            self.call_after_refresh(self._to_what_is_true)

    def _to_what_is_true(self) -> None:
        texts = [one.text.strip() for one in self.text.lines]
        if NOW in texts and not self._told:
            self._told = True
            self.text.scroll_first(len(texts) - 1 - texts[::-1].index(NOW))

    def title_cells(self) -> tuple[Cell, ...]:
        return (Cell(self.picture.plan.title, "title"),)

    def lines(self, room: int) -> Sequence[Line]:
        return run_lines(self.picture, self.glyphs, room)

    def keys(self) -> tuple[tuple[str, str], ...]:
        if self.picture.over:
            return (("enter", "back"), ("y", "copy"))
        waiting = len(self.picture.tasks) > 1 and not self.picture.cancelled
        cancel = (("c", "cancel the rest"),) if waiting else ()
        return (*cancel, ("esc", "back, it goes on"), ("y", "copy"))

    def action_cancel_rest(self) -> None:
        if not self.picture.over:
            self._cancel_rest()

    def action_close_when_over(self) -> None:
        if self.picture.over:
            self.dismiss(None)

    def action_copy(self) -> None:
        self.post_message(Copy("\n".join(one.text.rstrip() for one in self.text.lines) + "\n"))
