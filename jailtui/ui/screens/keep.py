"""The question whether a plan stays that may have cut the session, once a new connection has been made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from jailtui.ui.lines import Cell, Key, Line, hanging, line
from jailtui.ui.screens.dialog import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.ui.glyphs import Glyphs

QUESTION = "You can log in again. Keep what was done? If not, the host undoes it automatically."
KEYS = (Key("y", "keep"), Key("n", "have it undone"))


class KeepScreen(LinesDialog[bool]):
    """Dismissed with whether the plan stays. `countdown` says when the host undoes it."""

    BINDINGS = [
        Binding("y", "answer(True)", "keep"),
        Binding("n,q", "answer(False)", "have it undone"),
    ]

    def __init__(self, countdown: Callable[[], str], glyphs: Glyphs) -> None:
        self._countdown = countdown
        super().__init__("Keep it?", self._lines, glyphs=glyphs, keys=lambda: KEYS)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self._second)

    def _second(self) -> None:
        if self._countdown():
            self.redraw()
        else:
            self.dismiss(None)

    def _lines(self, room: int) -> list[Line]:
        return [*hanging(Cell(""), QUESTION, room), Line(), line(Cell(self._countdown(), "warn"))]

    def action_answer(self, stays: bool) -> None:
        self.dismiss(stays)
