"""The last events of the host, under the panels where lines are left there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.lines import Cell, line
from jailtui.ui.widgets.lineview import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.events import HostEvent
    from jailtui.ui.glyphs import Glyphs


class Lately(TextLines, can_focus=False):
    """The newest events, a line each. `since`: from when on they are known."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(framed=True, glyphs=glyphs, id="lately")
        self.entitle((Cell("Timeline", "title"),), (Cell("E: all", "dim"),))

    @property
    def most(self) -> int:
        """How many events have room."""
        return self.page if self.display else 0

    def take(self, events: Sequence[HostEvent], since: str, now: float) -> None:
        """Show these events, the newest first; only changes are painted."""
        from jailtui.ui.eventlines import moment, tone

        blank = Cell(" ")
        lines = [
            line(blank, Cell(f"{moment(each.time, now)}  ", "dim"), Cell(each.text, tone(each))) for each in events
        ]
        self.show(lines or [line(blank, Cell(f"Nothing has happened since {since}.", "dim"))])
