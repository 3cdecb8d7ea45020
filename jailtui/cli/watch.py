"""`jailtui watch`: what happens on a host, as it happens, one line each."""

from __future__ import annotations

import os
import queue
import select
import sys
import threading
import time
from typing import TYPE_CHECKING

from jailtui.cli.event_document import EventEntry
from jailtui.cli.hosts import opened
from jailtui.cli.streams import OutputLost
from jailtui.cli.talk import put, talk
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options, seconds
from jailtui.text import clean
from jailtui.timeline import Timeline
from jailtui.ui.findings import UNJUDGED
from jailtui.ui.reader import WatchedHost

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.model.events import HostEvent
    from jailtui.preferences import Config


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--json", action="store_true", help="print one JSON object a line")
    to.add_argument("--interval", type=seconds, metavar="S", help="seconds between readings")
    host_options(to)


def run(arguments: Arguments, config: Config) -> int:
    with opened(arguments, config) as backend:
        if backend.source.reached == "file":
            raise Stop(f"{backend.name} is a file: nothing happens in it.", Exit.REFUSED)
        EventPrinter(backend, arguments.interval or config.interval, as_json=arguments.json).run()
    return Exit.OK


class EventPrinter:
    """Reads a host as the screen does, and prints what happened, until it is interrupted or nobody reads on."""

    def __init__(self, backend: HostBackend, interval: float, *, as_json: bool) -> None:
        self._backend, self._as_json = backend, as_json
        self._events: queue.SimpleQueue[Sequence[HostEvent] | None] = queue.SimpleQueue()
        self._timeline = Timeline(backend.name, backend.audit, self._events.put)
        self._host = WatchedHost(
            backend,
            lambda answer: self._host.take(answer),
            interval=interval,
            clock=time.time,
            notes=lambda: self._timeline,
            judge=lambda snapshot: UNJUDGED,
        )

    def run(self) -> None:
        """Print events without end. Raises HostError if the first reading fails, OutputLost once nobody reads them."""
        self._timeline.take(self._backend.read())
        talk(f"Watching {self._backend.name}.")
        threading.Thread(target=self._await_end, daemon=True).start()
        self._host.reader.start()
        try:
            while (events := self._events.get()) is not None:
                for event in events:
                    self.show(event)
                sys.stdout.flush()
            raise OutputLost
        finally:
            self._host.listener.stop()
            self._host.reader.stop()

    def show(self, event: HostEvent) -> None:
        """Print one event."""
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.time))
        put(EventEntry.of(event).as_line() if self._as_json else f"{at}  {clean(event.text)}")

    def _await_end(self) -> None:
        """End once standard output is a pipe whose reader has left: on a quiet host nothing is written to it."""
        poll = select.poll()
        try:
            poll.register(os.dup(sys.stdout.fileno()), 0)
        except (OSError, ValueError):
            return
        poll.poll()
        self._events.put(None)


VERBS = {"watch": CommandVerb(options, run)}
