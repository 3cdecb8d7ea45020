"""The map: opened over the main screen, and kept as the panels are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.findings import KIND_PANELS
from jailtui.ui.header import age_groups

if TYPE_CHECKING:
    from jailtui.ui.header import Age
    from jailtui.ui.messages import Front
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.screens.map import MapScreen


class Map:
    """Opens the map, gives it what the panels show, and goes to the row that is chosen in it."""

    def __init__(self, panels: Panels, front: Front) -> None:
        self._panels, self._front = panels, front
        self._screen: MapScreen | None = None

    def open(self, age: Age) -> None:
        """Open it; `age` is that of what the panels show."""
        from jailtui.ui.screens.map import MapScreen

        if self._panels.state is not None:
            self._screen = MapScreen(self, self._front.glyphs)
            self.update(age)
            self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None

    def update(self, age: Age) -> None:
        """The panels show another state or load, or it has become old."""
        if self._screen is not None and self._panels.state is not None:
            self._screen.age = tuple(cell for group in age_groups(age) for cell in group)
            state, meter = self._panels.state, self._panels.meter
            self._screen.list.take(state, self._panels.findings, meter.on_links(state) if meter is not None else None)
            self._screen.redraw()

    def go_to(self, kind: str, key: str) -> bool:
        """Go to that row of the panels; False if there is none."""
        panel = KIND_PANELS.get(kind)
        if panel is None or key not in {row.key for row in self._panels.lists[panel].rows}:
            return False
        self._panels.go_to(panel, key)
        return True
