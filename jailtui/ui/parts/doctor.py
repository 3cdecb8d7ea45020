"""The doctor from the main screen's side: opened, kept up to date, and its remedies asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import Refusal, Verb

if TYPE_CHECKING:
    from jailtui.backend import Snapshot
    from jailtui.plans.plan import Plan
    from jailtui.rules.finding import Finding, Remedy
    from jailtui.ui.backend import Backend
    from jailtui.ui.messages import Requester
    from jailtui.ui.parts.background import Background
    from jailtui.ui.parts.forms import Forms
    from jailtui.ui.parts.front import Front
    from jailtui.ui.parts.panels import Panels
    from jailtui.ui.parts.planner import Planner
    from jailtui.ui.parts.runs import Runs
    from jailtui.ui.parts.watched import WatchedHost
    from jailtui.ui.screens.doctor import DoctorScreen


class Doctor:
    """Opens the doctor and carries out what is chosen there."""

    def __init__(
        self,
        backend: Backend,
        host: WatchedHost,
        panels: Panels,
        planner: Planner,
        runs: Runs,
        forms: Forms,
        background: Background,
        front: Front,
    ) -> None:
        self._backend, self._host, self._panels, self._planner = backend, host, panels, planner
        self._background, self._front = background, front
        self.ask_form = forms.ask_form
        self.outcome = runs.outcome
        self._screen: DoctorScreen | None = None

    def open(self) -> None:
        """Open it on the worst finding of the row under the cursor."""
        from jailtui.ui.screens.doctor import DoctorScreen

        self._screen = DoctorScreen(self._host.findings, self, self._front.glyphs, *self._panels.subject)
        self._front.push(self._screen, lambda _: self._closed())

    def _closed(self) -> None:
        self._screen = None

    def update(self) -> None:
        """The host was judged again."""
        if self._screen is not None:
            self._screen.update(self._host.findings)

    def examine(self) -> None:
        """Have the host read in full and judged; the doctor is told of it."""
        from jailtui.ui.reader import judged

        screen = self._screen
        if screen is not None:
            self._background.start(
                "full reading",
                lambda: judged(self._backend.examine()),
                screen.examined,
                lambda error: screen.examined(None, error),
            )

    def go_to(self, panel: str, key: str) -> None:
        """Show that row of the panels."""
        self._panels.go_to(panel, key)

    def ask_remedy(self, finding: Finding, remedy: Remedy, requester: Requester) -> None:
        """Have a plan made of that remedy, and shown."""
        if (reason := self._front.blocked()) is not None:
            requester.show_message(reason)
        else:
            self._planner.ask(lambda snapshot: self._backend.remedy_plan(finding, remedy, snapshot), requester)

    def ask_reclaims(self, requester: Requester) -> None:
        """Have one plan made for all orphans that no manager made, or that are marked, and shown."""
        if self._host.state is None or not self._host.state.orphans:
            requester.show_message("There is no orphaned epair.")
        elif (reason := self._front.blocked()) is not None:
            requester.show_message(reason)
        else:
            marked = self._panels.lists["epairs"].marks
            self._planner.ask(lambda snapshot: self._reclaims(snapshot, marked), requester)

    def _reclaims(self, snapshot: Snapshot, marked: frozenset[str]) -> Plan:
        from jailtui.plans.actions import left_over

        unmanaged, managed = left_over(snapshot.state)
        left = [pair for pair in managed if pair.key not in marked]
        keys = tuple(pair.key for pair in (*unmanaged, *managed) if pair not in left)
        plan = self._backend.plan(Verb.RECLAIM, snapshot, keys)
        refused = (
            Refusal(pair.key, pair.name, f"made by {pair.manager}: mark it in its panel (space) to include it")
            for pair in left
        )
        return plan._replace(refused=(*plan.refused, *refused))
