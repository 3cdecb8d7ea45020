"""The host as it was read last: its state, what the rules found in it, and how old that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.ui.findings import UNJUDGED
from jailtui.ui.header import Age
from jailtui.ui.reader import Answer, HostReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from jailtui.backend import Snapshot
    from jailtui.model.state import HostState
    from jailtui.ui.backend import Backend


class WatchedHost:
    """Takes the reader's answers. `snapshot` is None until the first reading; `ticket` is the last answer's."""

    def __init__(
        self, backend: Backend, heard: Callable[[Answer], None], *, interval: float | None, clock: Callable[[], float]
    ) -> None:
        self.reader = HostReader(backend.read, heard, interval=interval, clock=clock)
        self.snapshot: Snapshot | None = None
        self.findings = UNJUDGED
        self.age = Age()
        self.ticket = 0
        self._read_at: float | None = None
        self._clock = clock

    @property
    def state(self) -> HostState | None:
        """The host's state; None until the first reading."""
        return self.snapshot.state if self.snapshot is not None else None

    @property
    def read_only(self) -> str | None:
        """What the host itself says about why it can't be changed."""
        return self.state.facts.read_only if self.state is not None else None

    @property
    def stale(self) -> str | None:
        """Why the state is older than it should be, or None."""
        return self.age.reason if self.age.stale_since is not None else None

    @property
    def paused(self) -> bool:
        return self.age.paused_since is not None

    def take(self, answer: Answer) -> None:
        """The host was read, or could not be: then the state of before stays and gets stale."""
        self.ticket = answer.ticket
        if answer.snapshot is not None:
            self.snapshot, self.findings = answer.snapshot, answer.findings
            self._read_at = answer.at
            self.age = Age(self.age.paused_since)
        else:
            since = self.age.stale_since or self._read_at or answer.at
            self.age = Age(self.age.paused_since, since, str(answer.error))

    def pause(self) -> None:
        """Read by interval no more; or do again, beginning now."""
        resumed = self.paused
        self.age = self.age._replace(paused_since=None if resumed else self._clock())
        self.reader.pause(not resumed)
        if resumed:
            self.reader.ask()
