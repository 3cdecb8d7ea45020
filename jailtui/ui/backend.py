"""What the screen needs of a host, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from jailtui.model.state import HostState
from jailtui.plans.plan import Plan, Verb
from jailtui.plans.run import Outcome, RunEvent
from jailtui.plans.verdict import Verdict


class Backend(Protocol):
    """A host as the screen sees it. Every call may block: the screen makes them from other threads only.

    `name` is the host as the operator reached it; `read_only` why no action can run at all, or None.
    """

    @property
    def name(self) -> str: ...

    @property
    def read_only(self) -> str | None: ...

    def read(self) -> HostState:
        """One refresh. Raises `exchange.HostError`."""

    def plan(self, verb: Verb, state: HostState, keys: Sequence[str]) -> Plan:
        """What `verb` would run for these rows of `state`; a jail's key with `RECLAIM` means its pairs."""

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        """Run it; gives the outcome by task key. `report` is called from any thread. Raises `exchange.HostError`."""

    def verdict(
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: HostState, after: HostState
    ) -> tuple[Verdict, ...]:
        """What is true now of each task, judged by the host's state."""
