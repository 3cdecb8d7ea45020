"""A run while it happens, and what is true after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from jailtui.ui.keys import Key
from jailtui.ui.messages import Copy
from jailtui.ui.runlines import NOW, run_lines
from jailtui.ui.screens.dialog import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.progress import RunProgress


class RunScreen(LinesDialog[None]):
    """Shows the progress it was given last. Closing it does not end the run."""

    BINDINGS = [
        Binding("c", "cancel_rest", "cancel the rest"),
        Binding("y", "copy", "copy"),
        Binding("enter", "close_when_over", show=False),
    ]

    def __init__(self, progress: RunProgress, *, cancel_rest: Callable[[], object], glyphs: Glyphs) -> None:
        super().__init__(
            progress.plan.title,
            lambda room: run_lines(self.progress, glyphs, room),
            glyphs=glyphs,
            keys=self._run_keys,
            corner=progress.plan.host,
        )
        self._cancel_rest = cancel_rest
        self.progress = progress
        self._at_the_end = False

    def update(self, progress: RunProgress) -> None:
        """Show the run as it is now."""
        self.progress = progress
        if self.is_mounted:
            self.redraw()

    def redraw(self) -> None:
        """Show the content anew; what is true after the run is scrolled into view once, as soon as it is drawn."""
        super().redraw()
        if self.progress.verdicts is not None and not self._at_the_end:
            self.call_after_refresh(self._to_what_is_true)

    def _to_what_is_true(self) -> None:
        texts = [line.text.strip() for line in self.text.lines]
        if NOW in texts and not self._at_the_end:
            self._at_the_end = True
            self.text.scroll_first(len(texts) - 1 - texts[::-1].index(NOW))

    def _run_keys(self) -> Sequence[Key]:
        if self.progress.over:
            return [Key("enter", "back"), Key("y", "copy")]
        waiting = len(self.progress.tasks) > 1 and not self.progress.cancelled
        cancel = [Key("c", "cancel the rest")] if waiting else []
        return [*cancel, Key("esc", "back, the run continues"), Key("y", "copy")]

    def action_cancel_rest(self) -> None:
        if not self.progress.over:
            self._cancel_rest()

    def action_close_when_over(self) -> None:
        if self.progress.over:
            self.dismiss(None)

    def action_copy(self) -> None:
        self.post_message(Copy("\n".join(line.text.rstrip() for line in self.text.lines) + "\n"))
