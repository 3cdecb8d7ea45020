"""What happened on the host: remembered with each reading, shown by the timeline and in the details."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jailtui.ui.findings import KIND_PANELS
from jailtui.ui.header import clock_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.backend import HostBackend
    from jailtui.model.events import HostEvent
    from jailtui.timeline import Timeline
    from jailtui.ui.messages import Front
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.screens.commanded import Background
    from jailtui.ui.screens.timeline import TimelineScreen

IN_DETAILS = 3
"""Events of an object in its details."""


class Happened:
    """Remembers what happened, opens the timeline, and goes to the row that is chosen in it."""

    def __init__(
        self, backend: HostBackend, panels: Panels, background: Background, front: Front, clock: Callable[[], float]
    ) -> None:
        self._backend, self._panels, self._background, self._front = backend, panels, background, front
        self.now = clock
        self._screen: TimelineScreen | None = None
        panels.happened = self.lately
        panels.show_events = self._show_latest

    @cached_property
    def timeline(self) -> Timeline:
        """The events, made after the first reading: what it needs is not loaded for the first frame."""
        from jailtui.timeline import Timeline

        return Timeline(self._backend.name, self._backend.audit, self._heard, self.now, older=True)

    def _heard(self, events: Sequence[HostEvent]) -> None:
        """Something happened, in the thread that reads."""
        self._background.call(self._show)

    def _show(self) -> None:
        self._panels.show_details()
        self._show_latest()
        if self._screen is not None:
            self._screen.update(self.timeline.numbered())

    def _show_latest(self) -> None:
        """Show the newest events under the panels, where there is room and the host has been read."""
        lately = self._panels.lately
        if lately.most and "timeline" in vars(self):
            lately.take(self.timeline.latest(lately.most), clock_time(self.timeline.since), self.now())

    def lately(self, kind: str, key: str) -> tuple[float, Sequence[HostEvent]]:
        """The last events of an object of the panels, and the present."""
        begun = "timeline" in vars(self)
        return self.now(), self.timeline.about(kind, key, IN_DETAILS) if begun else ()

    def open(self) -> None:
        """Show all events."""
        from jailtui.ui.screens.timeline import TimelineScreen

        self._screen = TimelineScreen(self, clock_time(self.timeline.since), self._front.glyphs)
        self._screen.update(self.timeline.numbered())
        self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None

    def others(self, event: HostEvent) -> Sequence[HostEvent]:
        """The last events of what that event is about."""
        return self.timeline.about(event.about[0].kind, event.about[0].key) if event.about else ()

    def go_to(self, event: HostEvent) -> bool:
        """Go to the row of what the event is about, or of what else it touches; False if none of it has one."""
        for subject in event.about:
            for kind in (subject.kind,) if subject.kind else tuple(KIND_PANELS):
                panel = KIND_PANELS.get(kind)
                if panel is not None and subject.key in {row.key for row in self._panels.lists[panel].rows}:
                    self._panels.go_to(panel, subject.key)
                    return True
        return False
