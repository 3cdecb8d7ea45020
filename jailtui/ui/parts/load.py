"""The load on the screen: read while the host is, given to the panels, and swapped for the addresses by `T`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from jailtui.ui.loads import LoadReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.backend import HostBackend
    from jailtui.model.load import Load
    from jailtui.ui.messages import Front
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.reader import HostReader
    from jailtui.ui.screens.commanded import Background


class LoadPart:
    """Reads the load every `interval` seconds (None: never by itself), and shows what comes; then `shown` is called."""

    def __init__(
        self,
        backend: HostBackend,
        panels: Panels,
        reader: HostReader,
        background: Background,
        front: Front,
        *,
        interval: float | None,
        shown: Callable[[], None] = lambda: None,
    ) -> None:
        self._panels, self._front, self._shown = panels, front, shown
        self._reads = interval is not None and backend.reads_load
        backend.load_heard = hear = partial(background.call, self.take)
        accounted = partial(background.call, self.take_account)
        self._reader = LoadReader(backend, reader, hear, interval=interval or 0.0, accounted=accounted)
        panels.sorting.has_load = self._reads

    def begin(self) -> None:
        """The host has been read: begin to read the load."""
        if self._reads:
            self._reader.begin()

    def stop(self) -> None:
        self._reader.stop()

    def take(self, load: Load) -> None:
        """Show that reading."""
        from jailtui.ui.meter import Meter

        panels = self._panels
        if panels.state is None:
            return
        panels.meter = panels.meter or Meter(panels.glyphs)
        panels.meter.take(load, panels.state)
        if not panels.sorting.has_load:
            panels.sorting.has_load = True
            panels.place()
        panels.draw_again()
        self.moved()
        self._shown()

    def take_account(self, jail: str, amounts: Mapping[str, int]) -> None:
        """Show what the kernel accounts to that jail."""
        if self._panels.meter is not None:
            self._panels.meter.account = jail, amounts
            self._panels.show_details()

    def moved(self) -> None:
        """The cursor is elsewhere: the account is read of the running jail in the details, where the kernel has one."""
        panels = self._panels
        load = panels.meter.load if panels.meter is not None else None
        here = panels.state is not None and panels.active == "jails" and load is not None and load.racct
        jail = panels.state.jail(panels.rows.cursor or "") if here and panels.state is not None else None
        self._reader.subject = jail.name if jail is not None and jail.running else ""

    def toggle(self) -> None:
        """Show the load in place of the addresses, or the addresses again."""
        if self._panels.sorting.has_load:
            self._panels.toggle_load()
        else:
            self._front.show_message("The load of the jails is not known here.")
