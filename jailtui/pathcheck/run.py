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
    from jailtui.pathcheck.beyond import PathTarget
    from jailtui.pathcheck.hops import PathReport
    from jailtui.pathcheck.record import Announce, Show
    from jailtui.rules.finding import Finding

    class PathReading(Protocol):
        """A reading with what the doctor finds."""

        collected: bool

        @property
        def state(self) -> HostState: ...

        @property
        def findings(self) -> tuple[Finding, ...]: ...

    class AskedHost(Protocol):
        @property
        def read_only(self) -> str | None: ...

        def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]: ...

    class CheckedHost(Protocol):
        """What is needed of the backend."""

        @property
        def source(self) -> AskedHost: ...

        def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture: ...

        def understood(self, capture: Capture) -> PathReading: ...


def check_path(
    backend: CheckedHost, key: str, target: PathTarget | None, show: Show, announce: Announce
) -> PathReport | None:
    """Check the path of the jail of that row key; None if there is no such jail. Raises HostError."""
    snapshot = backend.understood(backend.capture(fresh=True))
    jail = snapshot.state.jail(key)
    if jail is None:
        return None
    unasked = (backend.source.read_only or "") if snapshot.collected else ""
    ask = asking(backend.source.ask_each, unless=unasked)
    return PathCheck(snapshot.state, snapshot.findings, jail, target, ask, show, announce, unasked).run()
