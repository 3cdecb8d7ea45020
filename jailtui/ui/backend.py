"""What the screen needs of a host, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jailtui.backend import Snapshot
    from jailtui.exchange import Verb
    from jailtui.forms.opening import FormName
    from jailtui.forms.protocol import Draft, Form
    from jailtui.plans.plan import Plan
    from jailtui.plans.run import Outcome, RunEvent
    from jailtui.plans.verdict import Verdict
    from jailtui.rules.finding import Finding, Remedy


class Backend(Protocol):
    """A host as the screen sees it. Every call may block: the screen makes them from other threads only.

    `name` is the host as the operator reached it; `read_only` why no action can run at all, or None.
    """

    @property
    def name(self) -> str: ...

    @property
    def read_only(self) -> str | None: ...

    def read(self) -> Snapshot:
        """One refresh. Raises `exchange.HostError`."""

    def examine(self) -> Snapshot:
        """One full reading, for the doctor. Raises `exchange.HostError`."""

    def remedy_plan(self, finding: Finding, remedy: Remedy, snapshot: Snapshot) -> Plan:
        """What carrying out that remedy runs; refused where the finding is no longer true of `snapshot`."""

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str]) -> Plan:
        """What `verb` would run for these rows of `snapshot`; a jail's key with `RECLAIM` means its pairs."""

    def form(self, name: FormName, subject: str) -> Form:
        """The form of that name on a jail, bridge or VLAN ("": a new one), by a fresh reading of the host.

        Raises `settings.form.NoForm`, `exchange.HostError`.
        """

    def save_plan(self, form: Form, draft: Draft, snapshot: Snapshot, *, restart: bool = False) -> Plan:
        """What saving `draft` runs, and restarting its jail where that is asked for."""

    def undo_plan(self, path: str) -> Plan:
        """What giving a file of the host its text from before the last save back runs. Raises `exchange.HostError`."""

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        """Run it; gives the outcome by task key. `report` is called from any thread. Raises `exchange.HostError`."""

    def verdict(
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: Snapshot, after: Snapshot
    ) -> tuple[Verdict, ...]:
        """What is true now of each task, judged by the host's state."""
