"""The thread that reads the load of the jails: with a reading of the host that is due soon, else alone."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from jailtui.exchange import HostError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jailtui.backend import HostBackend
    from jailtui.model.load import Load
    from jailtui.ui.reader import HostReader

SOON = 1.0
"""Seconds: a reading of the host that is due within these brings the load with it."""


class LoadReader(threading.Thread):
    """Asks for the load every `interval` seconds from `begin` on, twice at once at first, since rates take two.

    It reads nothing while the reader of the host is paused, or reads only when asked; after a reading of the host that
    failed it waits for one that succeeds. A reading that fails is not reported: the host's own reading will fail too,
    and tells.
    """

    def __init__(
        self,
        backend: HostBackend,
        reader: HostReader,
        pass_on: Callable[[Load], None],
        *,
        interval: float,
        accounted: Callable[[str, Mapping[str, int]], None] = lambda jail, amounts: None,
    ) -> None:
        super().__init__(name="load", daemon=True)
        self._backend, self._reader, self._pass_on, self._accounted = backend, reader, pass_on, accounted
        self._interval = interval
        self.subject = ""
        """The jail whose account is read too, where the kernel has one; "" for none."""
        self._wake = threading.Event()
        self._stopped = False

    def begin(self) -> None:
        """The host has been read: begin, once."""
        if self.ident is None and not self._stopped:
            self.start()

    def stop(self) -> None:
        """End the thread; what it reads meanwhile is dropped."""
        self._stopped = True
        self._wake.set()

    def run(self) -> None:
        first = min(self._interval, 2.0)
        for pause in (0.0, first):
            self._ask_after(pause)
        while not self._stopped:
            self._ask_after(self._interval)

    def _ask_after(self, seconds: float) -> None:
        self._wake.wait(seconds)
        if not self._stopped and not self._reader.paused:
            self._read()

    def _read(self) -> None:
        if self._reader.failing:
            self._backend.want_load()
            return
        if jail := self.subject:
            with suppress(HostError):
                self._accounted(jail, self._backend.read_account(jail))
        left = self._reader.next_reading
        if left is None or left <= SOON:
            self._backend.want_load()
            return
        try:
            load = self._backend.read_load()
        except HostError:
            return
        if load is not None and not self._stopped:
            self._pass_on(load)
