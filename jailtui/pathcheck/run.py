"""A path check on a host: a fresh reading, then the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import asking
from jailtui.pathcheck.record import ignore
from jailtui.rules.finding import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from jailtui.exchange import Argv, Capture, Section
    from jailtui.model.state import HostState, Jail
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
    backend: CheckedHost, key: str, target: PathTarget | None = None, show: Show = ignore, announce: Announce = ignore
) -> PathReport | None:
    """Check the path of the jail with that row key, and return None if no jail has it. Raises HostError."""
    snapshot = backend.understood(backend.capture(fresh=True))
    jail = snapshot.state.jail(key)
    return None if jail is None else check_jail(backend, snapshot, jail, target, show, announce)


def check_jail(
    backend: CheckedHost,
    snapshot: PathReading,
    jail: Jail,
    target: PathTarget | None,
    show: Show = ignore,
    announce: Announce = ignore,
) -> PathReport:
    """Check the path of a jail, as `snapshot` has it. Raises HostError."""
    unasked = (backend.source.read_only or "") if snapshot.collected else ""
    ask = asking(backend.source.ask_each, unless=unasked)
    return PathCheck(snapshot.state, snapshot.findings, jail, target, ask, show, announce, unasked).run()


def of_path_check(key: str) -> bool:
    """Whether the task of that key is a remedy of a path check, and of no rule of the doctor."""
    return key.count("\n") >= KEY_LINES and key.partition("\n")[0] not in RULES


def overtaken_on_path(backend: CheckedHost, key: str) -> str | None:
    """Why that remedy must not run any more: the path, checked again, does not need it. Raises HostError."""
    report = check_path(backend, key.split("\n", KEY_LINES)[KEY_LINES])
    needed = (way.task.key for fault in (report.faults if report else ()) for way in fault.finding.remedies)
    return None if key in needed else "the problem is gone, or now needs other commands"


KEY_LINES = 3
"""Line breaks in the key of a remedy's task: code, kind, commands, row key."""
