"""The thread that listens to what the host announces, and has it read when its network changes."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import HostBackend

AGAIN = (2.0, 10.0, 60.0)
"""Seconds until the host is listened to again: after an end, and after each that followed soon."""
SOON = 60.0


class Watch(threading.Thread):
    """Listens to the host, again and again, and calls `stir` for each change. Without it the host is read by interval
    alone: `hears` gets whether it listens.
    """

    def __init__(self, backend: HostBackend, hears: Callable[[bool], None], stir: Callable[[], None]) -> None:
        super().__init__(name="watch", daemon=True)
        self._backend, self._hears, self._stir = backend, hears, stir
        self._stopped = threading.Event()

    def begin(self) -> None:
        """The host has been read: begin, once."""
        if self.ident is None and not self._stopped.is_set():
            self.start()

    def stop(self) -> None:
        """End the thread within a second."""
        self._stopped.set()

    def run(self) -> None:
        ends = 0
        while not self._stopped.is_set():
            began = time.monotonic()
            with suppress(Exception):  # a reading tells why the host can't be asked
                self._backend.listen(self._stopped, lambda: self._hears(True), self._stir)
            self._hears(False)
            ends = 0 if time.monotonic() - began > SOON else ends
            self._stopped.wait(AGAIN[min(ends, len(AGAIN) - 1)])
            ends += 1
