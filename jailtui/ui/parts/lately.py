"""The last events of the host, under the panels where lines are left there."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from jailtui.ui.lines import Cell, line
from jailtui.ui.widgets.textlines import TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.model.events import HostEvent
    from jailtui.ui.glyphs import Glyphs


class Lately(TextLines, can_focus=False):
    """The newest events, a line each, the newest last.

    An event is written below the others: only once there is no room do the oldest go, a third of the box at a time,
    since lines that move are painted anew.
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(framed=True, glyphs=glyphs, id="lately")
        self.entitle((Cell("Timeline", "title"),), (Cell("E: all", "dim"),))
        self._written: list[HostEvent] = []

    @property
    def most(self) -> int:
        """How many events have room."""
        return self.page if self.display else 0

    def take(self, events: Sequence[HostEvent], since: str, now: float) -> None:
        """Show the last events, given the newest first and known `since` then; only changes are painted."""
        from jailtui.ui.eventlines import moment, tone

        newer = takewhile(lambda event: not self._written or event != self._written[-1], events)
        self._written += reversed(tuple(newer))
        if len(self._written) > self.most:
            self._written = self._written[-max(1, self.most - self.most // 3) :]
        blank = Cell(" ")
        lines = [
            line(blank, Cell(f"{moment(each.time, now)}  ", "dim"), Cell(each.text, tone(each)))
            for each in self._written
        ]
        self.show(lines or [line(blank, Cell(f"Nothing has happened since {since}.", "dim"))])
