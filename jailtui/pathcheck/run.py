"""A path check on a host: a fresh reading, then the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import asking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from jailtui.exchange import Argv, Capture, Section
    from jailtui.model.state import HostState
    from jailtui.pathcheck.beyond import Target
    from jailtui.pathcheck.check import Announce, Show
    from jailtui.pathcheck.hops import Report
    from jailtui.rules.finding import Finding

    class Read(Protocol):
        """A reading with what the doctor finds."""

        collected: bool

        @property
        def state(self) -> HostState: ...

        @property
        def findings(self) -> tuple[Finding, ...]: ...

    class Source(Protocol):
        @property
        def read_only(self) -> str | None: ...

        def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]: ...

    class Backend(Protocol):
        """What is needed of the backend."""

        @property
        def source(self) -> Source: ...

        def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture: ...

        def understood(self, capture: Capture) -> Read: ...


def check_path(backend: Backend, key: str, target: Target | None, show: Show, announce: Announce) -> Report | None:
    """Check the path of the jail of that row key; None if there is no such jail. Raises HostError."""
    snapshot = backend.understood(backend.capture(fresh=True))
    jail = snapshot.state.jail(key)
    if jail is None:
        return None
    ask = asking(backend.source.ask_each, unless=(backend.source.read_only or "") if snapshot.collected else "")
    return PathCheck(snapshot.state, snapshot.findings, jail, target, ask, show, announce).run()
