"""`MapList`: the map, whose cursor stays on a chain of hops, not on a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message

from jailtui.model.hostmap import folded, narrowed, wiring_of
from jailtui.ui.findings import UNJUDGED, Findings
from jailtui.ui.glyphs import UNICODE, Glyphs
from jailtui.ui.lines import Cell, Line, line
from jailtui.ui.maplines import MapLine, map_lines
from jailtui.ui.rows import Filter, neighbour
from jailtui.ui.widgets.lineview import PointedList

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jailtui.model.hostmap import Branch, Place
    from jailtui.model.state import HostState

MANY = 12
"""Parts of a bridge from which on it is folded at first, if the map does not fit."""


class MapList(PointedList):
    """The map of a host. `closed` are the parts that are folded: of what hangs on them, problems are shown only."""

    BINDINGS = [
        Binding("minus", "fold", "Fold", show=False),
        Binding("T", "swap", "Traffic", show=False),
    ]

    class Redrawn(Message):
        """Something else is shown."""

    class LineOpened(Message):
        """Enter or a double click on a line."""

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(framed=True, glyphs=glyphs, id=id)
        self.state: HostState | None = None
        self.closed: frozenset[Place] | None = None
        self.filter = Filter()
        self.addressed = True
        """Whether addresses are shown, not traffic in their column."""
        self.cursor = ""
        self._findings = UNJUDGED
        self._traffic: Mapping[Place, str] | None = None
        self._trees: tuple[Branch, ...] = ()
        self._lines: list[MapLine] = []
        self._room = 0

    def take(self, state: HostState, findings: Findings, traffic: Mapping[Place, str] | None = None) -> None:
        """Show that state with its findings, and the words for the traffic of its parts; None: no traffic is known."""
        if (state, findings, traffic) == (self.state, self._findings, self._traffic):
            return
        if state != self.state:
            self._trees = wiring_of(state)
        self.state, self._findings, self._traffic = state, findings, traffic
        self._draw()

    def narrow(self, chosen: Filter) -> None:
        self.filter = Filter(chosen.text)
        self._draw()

    @property
    def here(self) -> MapLine | None:
        return next((each for each in self._lines if each.key == self.cursor), None)

    def text_lines(self) -> list[str]:
        return [each.line.text.rstrip() for each in self._lines]

    def _traffic_of(self, place: Place) -> str:
        """The words for the traffic of a part; where traffic has a column, a quiet pair has a dot in it."""
        if self._traffic is None:
            return ""
        return self._traffic.get(place, self.glyphs.dot if place[0] == "epair" and not self.addressed else "")

    def _heavy(self, place: Place) -> bool:
        return self._findings.worst(*place) in ("error", "warning")

    def _draw(self) -> None:
        """Make the lines anew; the cursor stays on its line, or near it."""
        if not self.room:
            return
        before = [each.key for each in self._lines]
        nodes = self._trees
        if self.filter:
            kept = (narrowed(node, self.filter.lets) for node in nodes)
            nodes = tuple(node for node in kept if node is not None)
        elif self.closed:
            nodes = tuple(folded(node, self.closed.__contains__, self._heavy) for node in nodes)
        self._room = self.room
        self._lines = map_lines(
            nodes,
            self.glyphs,
            self.room - 2,
            self._findings,
            self._traffic_of,
            addresses=self.addressed,
        )
        if self.closed is None and not self.filter:
            large = (part for node in nodes for part in node.walk() if len(part.children) > MANY)
            self.closed = frozenset(part.place for part in large) if len(self._lines) > self.page else frozenset()
            if self.closed:
                self._draw()
                return
        self.cursor = neighbour(before, [each.key for each in self._lines], self.cursor or None) or ""
        self.reveal()
        self.repaint()
        self.post_message(self.Redrawn())

    # How it is drawn.

    def total(self) -> int:
        return len(self._lines)

    def inner(self, first: int, count: int, room: int) -> Sequence[Line]:
        if not self._lines:
            words = f"nothing matches {self.filter.words}" if self.filter else "nothing to draw"
            return [line("  ", Cell(words, "dim"))]
        return [self._shown(each) for each in self._lines[first : first + count]]

    def _shown(self, drawn: MapLine) -> Line:
        here = drawn.key == self.cursor
        sign = Cell(f"{self.glyphs.cursor} " if here else "  ", "accent")
        return Line((sign, *drawn.line.cells), "cursor" if here else "")

    @property
    def pointed(self) -> int | None:
        return next((at for at, each in enumerate(self._lines) if each.key == self.cursor), None)

    def resized(self) -> None:
        if self._room != self.room:
            self._draw()
        super().resized()

    # Keys.

    def point_line(self, at: int) -> None:
        self.cursor = self._lines[at].key
        self.reveal()
        self.repaint()

    def action_fold(self) -> None:
        """Fold what the line hangs on, or unfold it."""
        if (here := self.here) is not None and not self.filter:
            self.closed = (self.closed or frozenset()) ^ {here.holder}
            self._draw()
            held = [at for at, each in enumerate(self._lines) if each.holder == here.holder != each.places[-1]]
            folds = [at for at in held if self._lines[at].places[-1][0] == "fold"]
            if self.here is not here and (folds or held):
                self.point_line((folds or held)[0])

    def action_swap(self) -> None:
        """Show traffic in the column of addresses, or addresses again."""
        self.addressed = not self.addressed
        self._draw()

    def action_open(self) -> None:
        if self.here is not None:
            self.post_message(self.LineOpened())
